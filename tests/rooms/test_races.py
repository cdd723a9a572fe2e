"""Two at the same moment: what could race is held by the room's lock."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.exceptions import ObjectDoesNotExist as Gone

from accounts.actions import delete_user
from accounts.models import User
from rooms import actions
from rooms.models import Membership, Role, Room
from tests.support.race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 6
ROUNDS = 8


def test_the_last_use_of_a_link_is_had_by_one(owner):
    invitation, secret = actions.invite(owner.room, by=owner, max_uses=1)
    crowd = [User.objects.create_user(f"guest{number}") for number in range(CROWD)]
    at_once([partial(actions.accept_invitation, secret, by=who) for who in crowd], Gone)
    invitation.refresh_from_db()
    assert invitation.uses == 1
    assert Membership.objects.filter(user__in=crowd).count() == 1


def test_one_who_accepts_many_times_at_once_is_counted_once(owner, charlie):
    invitation, secret = actions.invite(owner.room, by=owner)
    got = at_once([partial(actions.accept_invitation, secret, by=charlie)] * CROWD, Gone)
    invitation.refresh_from_db()
    assert invitation.uses == 1
    assert set(got) == {charlie.memberships.get()}


def test_a_room_that_closes_takes_along_whoever_is_just_coming(owner):
    _, secret = actions.invite(owner.room, by=owner)
    crowd = [User.objects.create_user(f"guest{number}") for number in range(CROWD)]
    coming = [partial(actions.accept_invitation, secret, by=who) for who in crowd]
    at_once([*coming, partial(actions.close_room, owner.room, by=owner)], Gone)
    assert not Room.objects.exists()
    assert not Membership.objects.exists()


def test_a_room_whose_owner_and_heir_go_at_once_is_not_left_without_an_owner(charlie):
    for number in range(ROUNDS):
        owner = User.objects.create_user(f"owner{number}")
        heir = User.objects.create_user(f"heir{number}")
        room = actions.create_room(name="Garden", by=owner)
        Membership.objects.create(room=room, user=heir, role=Role.MODERATOR)
        Membership.objects.create(room=room, user=charlie)
        at_once([partial(delete_user, owner), partial(delete_user, heir)])
    assert not Room.objects.exists()


def test_a_room_that_closes_does_not_hold_up_the_end_of_an_account(charlie):
    for number in range(ROUNDS):
        owner = User.objects.create_user(f"owner{number}")
        room = actions.create_room(name="Garden", by=owner)
        Membership.objects.create(room=room, user=charlie)
        place = room.memberships.get(user=owner)
        guest = User.objects.create_user(f"guest{number}")
        Membership.objects.create(room=room, user=guest)
        closing = partial(actions.close_room, room, by=place)
        at_once([closing, partial(delete_user, guest)])
    assert set(User.objects.filter(username__startswith="guest")) == set()
