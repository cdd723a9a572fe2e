"""Who may do what in a room: tables, and pure functions that read them.

Every way in asks here: pages, API, socket, resume, invitation and admin. `docs/permissions.md` is
printed from the same tables.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from accounts.models import User
from rooms.models import Membership, Role, Room


class Standing(enum.StrEnum):
    """What someone is to a room."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"
    STRANGER = "stranger"
    STAFF = "staff"


class Deed(enum.StrEnum):
    """What is done to a room, or to a person in it."""

    SEE = "see the room, and who is inside"
    INVITE = "invite members, see and turn off invitations"
    INVITE_MODERATORS = "invite moderators"
    CONFIGURE = "change name and capacity"
    LOCK = "lock and unlock the room"
    END_CALL = "end the call for all"
    CLOSE = "delete the room"
    REMOVE = "remove someone"
    CHANGE_ROLE = "change someone's role"


class Entry(enum.StrEnum):
    """What somebody finds who comes to the door."""

    OPEN = "may enter"
    LOCKED = "is told that the room is locked"
    NOTHING = "finds no room"


@dataclass(frozen=True)
class Staff:
    """Someone at work in Django admin, which has asked its own permissions before."""

    user: User


Actor = Membership | Staff

_S = Standing
MEMBERS = frozenset({_S.OWNER, _S.MODERATOR, _S.MEMBER})
MANAGERS = frozenset({_S.OWNER, _S.MODERATOR})
NOBODY: frozenset[Standing] = frozenset()

# Who may do it to the room.
TO_THE_ROOM: dict[Deed, frozenset[Standing]] = {
    Deed.SEE: MEMBERS,
    Deed.INVITE: MANAGERS | {_S.STAFF},
    Deed.INVITE_MODERATORS: frozenset({_S.OWNER, _S.STAFF}),
    Deed.CONFIGURE: MANAGERS | {_S.STAFF},
    Deed.LOCK: MANAGERS | {_S.STAFF},
    Deed.END_CALL: MANAGERS | {_S.STAFF},
    Deed.CLOSE: frozenset({_S.OWNER, _S.STAFF}),
}

# Who may do it to another person, and to whom.
_BELOW_OWNER = frozenset({_S.MODERATOR, _S.MEMBER})
TO_A_PERSON: dict[Deed, dict[Standing, frozenset[Standing]]] = {
    Deed.REMOVE: {
        _S.OWNER: _BELOW_OWNER,
        _S.MODERATOR: frozenset({_S.MEMBER}),
        _S.STAFF: _BELOW_OWNER,
    },
    Deed.CHANGE_ROLE: {_S.OWNER: _BELOW_OWNER, _S.STAFF: _BELOW_OWNER},
}

# Who may give up their own place: an owner deletes the room instead, it must not stay without one.
MAY_LEAVE = _BELOW_OWNER

# What each finds at the door, and what at a locked one; who is inside already is not kept out.
AT_THE_DOOR: dict[Standing, tuple[Entry, Entry]] = {
    _S.OWNER: (Entry.OPEN, Entry.OPEN),
    _S.MODERATOR: (Entry.OPEN, Entry.OPEN),
    _S.MEMBER: (Entry.OPEN, Entry.LOCKED),
    _S.STRANGER: (Entry.NOTHING, Entry.NOTHING),
    _S.STAFF: (Entry.NOTHING, Entry.NOTHING),
}

# A room has one owner, who is made with it.
GIVEN_ROLES = (Role.MODERATOR, Role.MEMBER)


def standing_of(actor: Actor | None) -> Standing:
    match actor:
        case None:
            return Standing.STRANGER
        case Staff():
            return Standing.STAFF
    return Standing(actor.role)


def may(actor: Actor | None, deed: Deed, target: Membership | None = None) -> bool:
    """Whether they may do it: to the room, or to the person whose place `target` is."""
    standing = standing_of(actor)
    if target is None:
        return standing in TO_THE_ROOM[deed]
    if isinstance(actor, Membership) and not _is_other(target, actor):
        return False
    return standing_of(target) in TO_A_PERSON[deed].get(standing, NOBODY)


def _is_other(target: Membership, actor: Membership) -> bool:
    return target.room_id == actor.room_id and target.user_id != actor.user_id


def may_see(membership: Membership | None) -> TypeGuard[Membership]:
    """Whether there is such a room for them at all: its pages, its API, a ticket."""
    return may(membership, Deed.SEE)


def entry(membership: Membership | None, room: Room, *, seated: bool = False) -> Entry:
    """What they find at the door; `seated`: this device has a seat inside."""
    unlocked, locked = AT_THE_DOOR[standing_of(membership)]
    return locked if room.locked and not seated else unlocked


def may_leave(membership: Membership) -> bool:
    return standing_of(membership) in MAY_LEAVE


def may_invite(actor: Actor, role: str) -> bool:
    """Nobody hands out more than they have, and nobody makes a second owner."""
    wanted = {Role.MODERATOR: Deed.INVITE_MODERATORS, Role.MEMBER: Deed.INVITE}
    return role in GIVEN_ROLES and may(actor, wanted[Role(role)])


def may_change_role(actor: Actor, target: Membership, role: str | None = None) -> bool:
    """Without `role`: whether there is anything to choose."""
    return role in (None, *GIVEN_ROLES) and may(actor, Deed.CHANGE_ROLE, target)


def heir(members: Iterable[Membership]) -> Membership | None:
    """Who inherits the room when its owner's account goes: whoever has moderated longest."""
    moderators = (
        member
        for member in members
        if standing_of(member) is Standing.MODERATOR and member.user.is_active
    )
    return min(moderators, key=lambda member: (member.created_at, member.pk), default=None)
