"""Who may do what in a room: tables, and pure functions that read them.

Every way in asks here: pages, API, socket, knock, resume, invitation and admin.
`docs/permissions.md` is printed from the same tables.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from accounts.models import User
from rooms.models import Access, Membership, Role, Room


class Standing(enum.StrEnum):
    """What someone is to a room."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    BANNED = "banned"
    STAFF = "staff"


class Deed(enum.StrEnum):
    """What is done to a room, or to a person in it."""

    SEE = "see the room, and who is inside"
    CHAT = "read and write the chat"
    READ_EARLIER = "read what was written before the call"
    SEE_MEMBERS = "see who belongs to the room"
    SEE_HISTORY = "see the past calls"
    INVITE = "invite members, see and turn off invitations"
    INVITE_MODERATORS = "invite moderators"
    CONFIGURE = "change name and capacity"
    LOCK = "lock and unlock the room"
    ADMIT = "see who knocks, let in and turn away"
    END_CALL = "end the call for all"
    SEE_RECORD = "see who did what"
    SET_ACCESS = "choose who may enter, renew the link, hide addresses"
    SET_CHAT = "choose whether there is a chat, and how long it is kept"
    EXPORT = "export the history"
    CLOSE = "delete the room"
    MUTE = "mute someone, and allow them to speak again"
    REMOVE = "remove someone"
    BAN = "ban someone, and lift the ban"
    CHANGE_ROLE = "change someone's role"
    HAND_OVER = "hand the room over to someone"


class Entry(enum.StrEnum):
    """What somebody finds who comes to the door."""

    OPEN = "may enter"
    KNOCK = "must knock"
    LOCKED = "is told that the room is locked"
    NOTHING = "finds no room"


@dataclass(frozen=True)
class Staff:
    """Someone at work in Django admin, which has asked its own permissions before."""

    user: User


Actor = Membership | Staff

_S = Standing
MEMBERS = frozenset({_S.OWNER, _S.MODERATOR, _S.MEMBER})
INSIDERS = MEMBERS | {_S.GUEST}
MANAGERS = frozenset({_S.OWNER, _S.MODERATOR})
NOBODY: frozenset[Standing] = frozenset()

# Who may do it to the room.
TO_THE_ROOM: dict[Deed, frozenset[Standing]] = {
    Deed.SEE: INSIDERS,
    Deed.CHAT: INSIDERS,
    Deed.READ_EARLIER: MEMBERS,
    Deed.SEE_MEMBERS: MEMBERS,
    Deed.SEE_HISTORY: MEMBERS,
    Deed.INVITE: MANAGERS | {_S.STAFF},
    Deed.INVITE_MODERATORS: frozenset({_S.OWNER, _S.STAFF}),
    Deed.CONFIGURE: MANAGERS | {_S.STAFF},
    Deed.LOCK: MANAGERS | {_S.STAFF},
    Deed.ADMIT: MANAGERS,
    Deed.END_CALL: MANAGERS | {_S.STAFF},
    Deed.SEE_RECORD: MANAGERS | {_S.STAFF},
    Deed.SET_ACCESS: frozenset({_S.OWNER, _S.STAFF}),
    Deed.SET_CHAT: frozenset({_S.OWNER, _S.STAFF}),
    Deed.EXPORT: frozenset({_S.OWNER}),
    Deed.CLOSE: frozenset({_S.OWNER, _S.STAFF}),
}

# Who may do it to another person, and to whom.
_BELOW_OWNER = frozenset({_S.MODERATOR, _S.MEMBER, _S.GUEST})
_BELOW_MODERATOR = frozenset({_S.MEMBER, _S.GUEST})
_BY_RANK = {_S.OWNER: _BELOW_OWNER, _S.MODERATOR: _BELOW_MODERATOR}
_BY_RANK_OR_STAFF = {**_BY_RANK, _S.STAFF: _BELOW_OWNER}
_LASTING = _BELOW_OWNER - {_S.GUEST}
TO_A_PERSON: dict[Deed, dict[Standing, frozenset[Standing]]] = {
    Deed.MUTE: _BY_RANK,
    Deed.REMOVE: _BY_RANK_OR_STAFF,
    Deed.BAN: {actor: whom | {_S.BANNED} for actor, whom in _BY_RANK_OR_STAFF.items()},
    Deed.CHANGE_ROLE: {_S.OWNER: _BELOW_OWNER, _S.STAFF: _BELOW_OWNER},
    Deed.HAND_OVER: {_S.OWNER: _LASTING, _S.STAFF: _LASTING},
}

# Who may give up their own place: an owner deletes the room or hands it over, it must not stay
# without one.
MAY_LEAVE = _BELOW_OWNER

# What each finds at the door of a room that is not locked, by who may enter it.
_AS_INSIDERS = dict.fromkeys(Standing, Entry.NOTHING) | dict.fromkeys(INSIDERS, Entry.OPEN)
AT_THE_DOOR: dict[Access, dict[Standing, Entry]] = {
    Access.MEMBERS: _AS_INSIDERS,
    Access.KNOCK: _AS_INSIDERS | {_S.STRANGER: Entry.KNOCK},
    Access.OPEN: _AS_INSIDERS | {_S.STRANGER: Entry.OPEN},
}
# Whom a lock does not keep out.
HAS_THE_KEY = MANAGERS

# A room has one owner, who is made with it; a guest is one for the time of a call.
GIVEN_ROLES = (Role.MODERATOR, Role.MEMBER)


def standing_of(actor: Actor | None) -> Standing:
    match actor:
        case None:
            return Standing.STRANGER
        case Staff():
            return Standing.STAFF
    return Standing.BANNED if actor.banned_at else Standing(actor.role)


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


def entry(
    membership: Membership | None, room: Room, *, seated: bool = False, removed: bool = False
) -> Entry:
    """What they find at the door.

    `seated`: this device has a seat inside, and no lock keeps it out. `removed`: somebody has taken
    them out of the running call, and even an open door is one to knock at.
    """
    standing = standing_of(membership)
    found = AT_THE_DOOR[Access(room.access)][standing]
    if found is Entry.NOTHING:
        return found
    if room.locked and not seated and standing not in HAS_THE_KEY:
        return Entry.LOCKED
    return Entry.KNOCK if removed and standing is Standing.STRANGER else found


def strangers_find() -> list[Access]:
    """The rooms that are there at all for who has no place in them."""
    found = AT_THE_DOOR.items()
    return [access for access, by in found if by[Standing.STRANGER] is not Entry.NOTHING]


def may_look_inside(membership: Membership | None, room: Room, *, removed: bool = False) -> bool:
    """Whether they learn who is inside, and what goes on there, before they enter."""
    return may_see(membership) or entry(membership, room, removed=removed) is Entry.OPEN


def may_sit_twice(membership: Membership | None) -> bool:
    """On several devices at a time: with that, one stranger could take every seat."""
    return standing_of(membership) in MEMBERS


def may_leave(membership: Membership) -> bool:
    return standing_of(membership) in MAY_LEAVE


def may_invite(actor: Actor, role: str) -> bool:
    """Nobody hands out more than they have, and nobody makes a second owner."""
    wanted = {Role.MODERATOR: Deed.INVITE_MODERATORS, Role.MEMBER: Deed.INVITE}
    return role in GIVEN_ROLES and may(actor, wanted[Role(role)])


def may_change_role(actor: Actor, target: Membership, role: str | None = None) -> bool:
    """Without `role`: whether there is anything to choose."""
    return role in (None, *GIVEN_ROLES) and may(actor, Deed.CHANGE_ROLE, target)


def may_hand_over(actor: Actor, target: Membership) -> bool:
    return may(actor, Deed.HAND_OVER, target) and can_own(target)


def can_own(place: Membership) -> bool:
    """Nobody could do anything about a room whose owner cannot sign in."""
    return place.user.is_active


def heir(members: Iterable[Membership]) -> Membership | None:
    """Who inherits the room when its owner's account goes: whoever has moderated longest."""
    moderators = (
        member
        for member in members
        if standing_of(member) is Standing.MODERATOR and can_own(member)
    )
    return min(moderators, key=lambda member: (member.role_since, member.pk), default=None)
