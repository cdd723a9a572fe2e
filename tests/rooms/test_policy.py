"""Every rule, as a table: who may do what, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import User
from rooms import policy
from rooms.models import Access, Membership, Role, Room
from rooms.policy import Deed, Entry, Standing
from scripts import permissions
from tests.support.environment import REPOSITORY

# Owner, moderator, member, guest, stranger, banned, staff.
O, M, B, G, X, N, S = Standing  # noqa: E741

# Written out once more, so that no slip in the policy's own tables passes.
TO_THE_ROOM = {
    Deed.SEE: {O, M, B, G},
    Deed.CHAT: {O, M, B, G},
    Deed.READ_EARLIER: {O, M, B},
    Deed.SEE_MEMBERS: {O, M, B},
    Deed.SEE_HISTORY: {O, M, B},
    Deed.INVITE: {O, M, S},
    Deed.INVITE_MODERATORS: {O, S},
    Deed.CONFIGURE: {O, M, S},
    Deed.LOCK: {O, M, S},
    Deed.ADMIT: {O, M},
    Deed.END_CALL: {O, M, S},
    Deed.SEE_RECORD: {O, M, S},
    Deed.SET_ACCESS: {O, S},
    Deed.SET_CHAT: {O, S},
    Deed.EXPORT: {O},
    Deed.CLOSE: {O, S},
}
BY_OWNER = {(O, M), (O, B), (O, G)}
BY_MODERATOR = {(M, B), (M, G)}
BY_STAFF = {(S, M), (S, B), (S, G)}
TO_A_PERSON = {
    Deed.MUTE: BY_OWNER | BY_MODERATOR,
    Deed.REMOVE: BY_OWNER | BY_MODERATOR | BY_STAFF,
    Deed.BAN: BY_OWNER | BY_MODERATOR | BY_STAFF | {(O, N), (M, N), (S, N)},
    Deed.CHANGE_ROLE: BY_OWNER | BY_STAFF,
    Deed.HAND_OVER: {(O, M), (O, B), (S, M), (S, B)},
}
HAVE_A_PLACE = (O, M, B, G, N)


def someone(standing: Standing, *, user: int = 1, room: int = 1) -> policy.Actor | None:
    match standing:
        case Standing.STRANGER:
            return None
        case Standing.STAFF:
            return policy.Staff(User(pk=99))
    return place(standing, user=user, room=room)


def place(standing: str, *, user: int = 2, room: int = 1) -> Membership:
    banned = standing == N
    role = Role.MEMBER if banned else standing
    banned_at = datetime(2026, 1, 1, tzinfo=UTC) if banned else None
    return Membership(pk=user, user_id=user, room_id=room, role=role, banned_at=banned_at)


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


# What each finds at the door, by who may enter: members, whoever knocks, whoever has the link.
AT_THE_DOOR = {
    O: (Entry.OPEN, Entry.OPEN, Entry.OPEN),
    M: (Entry.OPEN, Entry.OPEN, Entry.OPEN),
    B: (Entry.OPEN, Entry.OPEN, Entry.OPEN),
    G: (Entry.OPEN, Entry.OPEN, Entry.OPEN),
    X: (Entry.NOTHING, Entry.KNOCK, Entry.OPEN),
    N: (Entry.NOTHING, Entry.NOTHING, Entry.NOTHING),
}
EVERY_DOOR = [
    (who, access, found)
    for who, each in AT_THE_DOOR.items()
    for access, found in zip(Access, each, strict=True)
]


def visitor(who: Standing) -> Membership | None:
    actor = someone(who)
    assert not isinstance(actor, policy.Staff)
    return actor


@pytest.mark.parametrize(("who", "access", "found"), EVERY_DOOR)
def test_what_each_finds_at_the_door(who, access, found):
    assert policy.entry(visitor(who), Room(access=access)) is found


@pytest.mark.parametrize(("who", "access", "found"), EVERY_DOOR)
def test_a_lock_keeps_out_whoever_does_not_moderate(who, access, found):
    barred = Entry.LOCKED if who not in (O, M) and found is not Entry.NOTHING else found
    assert policy.entry(visitor(who), Room(access=access, locked=True)) is barred


@pytest.mark.parametrize(("who", "access", "found"), EVERY_DOOR)
def test_who_is_inside_comes_back_through_a_lock(who, access, found):
    assert policy.entry(visitor(who), Room(access=access, locked=True), seated=True) is found


def test_who_was_removed_from_the_call_must_knock_at_an_open_door_too():
    assert policy.entry(None, Room(access=Access.OPEN), removed=True) is Entry.KNOCK
    assert policy.entry(None, Room(access=Access.MEMBERS), removed=True) is Entry.NOTHING
    # Let in again, they are inside.
    assert policy.entry(place(G), Room(access=Access.OPEN), removed=True) is Entry.OPEN


@pytest.mark.parametrize(("who", "access", "found"), EVERY_DOOR)
@pytest.mark.parametrize("locked", [False, True])
def test_who_must_knock_first_learns_nothing_of_who_is_inside(who, access, found, locked):
    looks = who in (O, M, B, G) or (found is Entry.OPEN and not locked)
    room = Room(access=access, locked=locked)
    assert policy.may_look_inside(visitor(who), room) is looks
    assert policy.may_look_inside(visitor(who), room, removed=True) is (who in (O, M, B, G))


@pytest.mark.parametrize(("role", "may"), [(O, False), (M, True), (B, True), (G, True), (N, False)])
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
        # Whether they had a place for longer is nobody's claim.
        came = datetime(3000 - year, 1, 1, tzinfo=UTC)
        return Membership(pk=year, user=user, room_id=1, role=role, created_at=came, role_since=at)

    disabled = since(2020, M, active=False)
    longest, later = since(2021, M), since(2022, M)
    assert policy.heir([since(2019, B), later, disabled, longest, since(2018, O)]) == longest
    assert policy.heir([since(2019, B), disabled]) is None


def test_the_page_of_permissions_is_printed_from_the_policy():
    page = (REPOSITORY / "docs" / "permissions.md").read_text()
    assert page == permissions.page()
