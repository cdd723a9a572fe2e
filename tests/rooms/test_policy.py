"""Every rule, as a table: who may do what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import User
from rooms import policy
from rooms.models import Membership, Role

OWNER, MODERATOR, MEMBER = Role.OWNER, Role.MODERATOR, Role.MEMBER
STAFF = policy.Staff(User(pk=99))


def someone(role: str, *, user: int = 1, room: int = 1) -> Membership:
    return Membership(pk=user, user_id=user, room_id=room, role=role)


def actor(role: str | None, *, room: int = 1) -> policy.Actor:
    return STAFF if role is None else someone(role, room=room)


def test_members_enter_and_others_do_not():
    assert policy.may_enter(someone(MEMBER))
    assert not policy.may_enter(None)


@pytest.mark.parametrize(
    ("role", "may"), [(OWNER, True), (MODERATOR, True), (MEMBER, False), (None, True)]
)
def test_who_may_manage(role, may):
    assert policy.may_manage(actor(role)) is may


@pytest.mark.parametrize(
    ("role", "close", "end"),
    [
        (OWNER, True, False),
        (MODERATOR, False, False),
        (MEMBER, False, False),
        (None, True, True),
    ],
)
def test_who_may_close_a_room_or_end_its_call(role, close, end):
    assert policy.may_close(actor(role)) is close
    assert policy.may_end_call(actor(role)) is end


@pytest.mark.parametrize(
    ("role", "moderators", "members"),
    [
        (OWNER, True, True),
        (MODERATOR, False, True),
        (MEMBER, False, False),
        (None, True, True),
    ],
)
def test_who_may_invite_whom(role, moderators, members):
    assert policy.may_invite(actor(role), MODERATOR) is moderators
    assert policy.may_invite(actor(role), MEMBER) is members
    assert not policy.may_invite(actor(role), OWNER)
    assert not policy.may_invite(actor(role), "emperor")


@pytest.mark.parametrize(
    ("role", "owner", "moderator", "member"),
    [
        (OWNER, False, True, True),
        (MODERATOR, False, False, True),
        (MEMBER, False, False, False),
        (None, False, True, True),
    ],
)
def test_who_may_remove_whom(role, owner, moderator, member):
    assert policy.may_remove(actor(role), someone(OWNER, user=2)) is owner
    assert policy.may_remove(actor(role), someone(MODERATOR, user=2)) is moderator
    assert policy.may_remove(actor(role), someone(MEMBER, user=2)) is member


def test_everyone_but_the_owner_may_leave():
    assert policy.may_leave(someone(MEMBER))
    assert policy.may_leave(someone(MODERATOR))
    assert not policy.may_leave(someone(OWNER))


@pytest.mark.parametrize(
    ("role", "may"), [(OWNER, True), (MODERATOR, False), (MEMBER, False), (None, True)]
)
def test_who_may_change_roles(role, may):
    target = someone(MEMBER, user=2)
    assert policy.may_change_role(actor(role), target) is may
    assert policy.may_change_role(actor(role), target, MODERATOR) is may
    assert not policy.may_change_role(actor(role), target, OWNER)
    assert not policy.may_change_role(actor(role), someone(OWNER, user=2), MEMBER)


def test_the_longest_moderator_inherits():
    later, sooner, member = (
        Membership(pk=pk, role=role, created_at=datetime(2026, 1, day, tzinfo=UTC))
        for pk, role, day in [(1, MODERATOR, 3), (2, MODERATOR, 2), (3, MEMBER, 1)]
    )
    assert policy.heir([later, sooner, member]) is sooner
    assert policy.heir([member]) is None


def test_a_role_holds_in_its_own_room_alone():
    elsewhere = someone(MEMBER, user=2, room=2)
    assert not policy.may_remove(someone(OWNER), elsewhere)
    assert not policy.may_change_role(someone(OWNER), elsewhere, MODERATOR)
