"""What is said of one's rooms before the account goes is what becomes of them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import delete_user, disable_user
from accounts.models import User
from rooms import actions
from rooms.inheritance import bequests
from rooms.models import Membership, Role, Room


@pytest.fixture
def dave(db: None) -> User:
    return User.objects.create_user("dave", display_name="Dave")


def moderates(room: Room, user: User) -> None:
    Membership.objects.create(room=room, user=user, role=Role.MODERATOR)


def said(user: User) -> dict[str, User | None]:
    return {one.room.name: one.heir for one in bequests(user)}


def test_each_room_of_ones_own_has_its_heir_or_none(room, alice, bob, charlie, dave):
    den, orchard = (actions.create_room(name=name, by=alice) for name in ("Den", "Orchard"))
    others = actions.create_room(name="Attic", by=bob)
    moderates(others, alice)
    moderates(den, dave)
    moderates(den, charlie)
    moderates(orchard, charlie)
    disable_user(charlie)
    foreseen = {"Den": dave, "Garden": None, "Orchard": None}
    assert said(alice) == foreseen
    delete_user(alice)
    owners = Membership.objects.filter(role=Role.OWNER).values_list("room__name", "user")
    assert dict(owners) == {"Attic": bob.pk, "Den": dave.pk}


def test_whoever_moderates_longest_comes_first_and_who_is_banned_not_at_all(room, alice, moderator):
    later = User.objects.create_user("later")
    moderates(room, later)
    assert said(alice) == {"Garden": moderator.user}
    moderator.banned_at = moderator.created_at
    moderator.save()
    assert said(alice) == {"Garden": later}


def test_who_else_is_in_a_call_there_is_named_once(room, alice, bob, seat):
    for user in (alice, bob, bob):
        seat(room, user)
    assert [one.inside for one in bequests(alice)] == [["Bob"]]


def test_many_rooms_take_no_more_queries_than_one(room, alice, bob, seat):
    seat(room, bob)
    with CaptureQueriesContext(connection) as few:
        bequests(alice)
    for number in range(5):
        other = actions.create_room(name=f"Room {number}", by=alice)
        moderates(other, bob)
        seat(other, bob)
    with CaptureQueriesContext(connection) as many:
        assert len(bequests(alice)) == 6
    assert len(few) == len(many) <= 4
