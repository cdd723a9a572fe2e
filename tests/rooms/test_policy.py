"""Every rule, as a table: who may do what, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import User
from rooms import policy
from rooms.models import Membership, Role, Room
from rooms.policy import Deed, Entry, Standing
from scripts import permissions
from tests.support.environment import REPOSITORY

O, M, B, X, S = Standing  # owner, moderator, member, stranger, staff  # noqa: E741

# Written out once more, so that no slip in the policy's own tables passes.
TO_THE_ROOM = {
    Deed.SEE: {O, M, B},
    Deed.INVITE: {O, M, S},
    Deed.INVITE_MODERATORS: {O, S},
    Deed.CONFIGURE: {O, M, S},
    Deed.LOCK: {O, M, S},
    Deed.END_CALL: {O, M, S},
    Deed.CLOSE: {O, S},
}
TO_A_PERSON = {
    Deed.REMOVE: {(O, M), (O, B), (M, B), (S, M), (S, B)},
    Deed.CHANGE_ROLE: {(O, M), (O, B), (S, M), (S, B)},
}
HAVE_A_PLACE = (O, M, B)


def someone(standing: Standing, *, user: int = 1, room: int = 1) -> policy.Actor | None:
    match standing:
        case Standing.STRANGER:
            return None
        case Standing.STAFF:
            return policy.Staff(User(pk=99))
    return place(standing, user=user, room=room)


def place(role: str, *, user: int = 2, room: int = 1) -> Membership:
    return Membership(pk=user, user_id=user, room_id=room, role=role)


def test_every_deed_is_in_one_table():
    assert {*TO_THE_ROOM, *TO_A_PERSON} == set(Deed)
    assert not TO_THE_ROOM.keys() & TO_A_PERSON.keys()


@pytest.mark.parametrize("deed", TO_THE_ROOM)
@pytest.mark.parametrize("who", Standing)
def test_who_may_do_what_to_the_room(who, deed):
    assert policy.may(someone(who), deed) is (who in TO_THE_ROOM[deed])


@pytest.mark.parametrize("deed", TO_A_PERSON)
@pytest.mark.parametrize("who", Standing)
@pytest.mark.parametrize("whom", HAVE_A_PLACE)
def test_who_may_do_what_to_whom(who, whom, deed):
    expected = (who, whom) in TO_A_PERSON[deed]
    assert policy.may(someone(who), deed, place(whom)) is expected


@pytest.mark.parametrize("deed", TO_A_PERSON)
@pytest.mark.parametrize("who", HAVE_A_PLACE)
def test_nobody_does_anything_to_themselves_or_in_another_room(who, deed):
    actor = someone(who)
    assert isinstance(actor, Membership)
    assert not policy.may(actor, deed, actor)
    for whom in HAVE_A_PLACE:
        assert not policy.may(actor, deed, place(whom, room=2))


@pytest.mark.parametrize(
    ("who", "unlocked", "locked"),
    [
        (O, Entry.OPEN, Entry.OPEN),
        (M, Entry.OPEN, Entry.OPEN),
        (B, Entry.OPEN, Entry.LOCKED),
        (X, Entry.NOTHING, Entry.NOTHING),
    ],
)
def test_what_each_finds_at_the_door(who, unlocked, locked):
    actor = someone(who)
    assert not isinstance(actor, policy.Staff)
    assert policy.entry(actor, Room()) is unlocked
    assert policy.entry(actor, Room(locked=True)) is locked
    # Who is inside comes back, through a lock too.
    assert policy.entry(actor, Room(locked=True), seated=True) is unlocked


@pytest.mark.parametrize(("role", "may"), [(O, False), (M, True), (B, True)])
def test_everyone_but_the_owner_may_leave(role, may):
    assert policy.may_leave(place(role)) is may


@pytest.mark.parametrize("role", ["owner", "guest", ""])
def test_no_second_owner_is_made_and_no_other_role(role):
    owner = place(O, user=1)
    assert not policy.may_invite(owner, role)
    assert not policy.may_change_role(owner, place(B), role)


def test_nobody_hands_out_more_than_they_have():
    assert policy.may_invite(place(O), Role.MODERATOR)
    assert policy.may_invite(place(M), Role.MEMBER)
    assert not policy.may_invite(place(M), Role.MODERATOR)
    assert policy.may_change_role(place(O, user=1), place(B), Role.MODERATOR)
    assert not policy.may_change_role(place(M, user=1), place(B), Role.MODERATOR)


def test_the_heir_is_who_has_moderated_longest_and_can_still_sign_in():
    def since(year: int, role: str, *, active: bool = True) -> Membership:
        user = User(pk=year, is_active=active)
        at = datetime(year, 1, 1, tzinfo=UTC)
        return Membership(pk=year, user=user, room_id=1, role=role, created_at=at)

    disabled = since(2020, M, active=False)
    longest, later = since(2021, M), since(2022, M)
    assert policy.heir([since(2019, B), later, disabled, longest, since(2018, O)]) == longest
    assert policy.heir([since(2019, B), disabled]) is None


def test_the_page_of_permissions_is_printed_from_the_policy():
    page = (REPOSITORY / "docs" / "permissions.md").read_text()
    assert page == permissions.page()
