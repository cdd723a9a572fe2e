"""Two at the same moment: what could race is held by the room's lock."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.exceptions import ObjectDoesNotExist as Gone

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Room
from tests.support.race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 6


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
