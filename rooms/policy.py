"""Who may do what in a room: pure functions over loaded rows, asked by every way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from accounts.models import User
from rooms.models import Membership, Role


@dataclass(frozen=True)
class Staff:
    """Someone at work in Django admin, which has asked its own permissions before."""

    user: User


Actor = Membership | Staff

MANAGERS = frozenset({Role.OWNER, Role.MODERATOR})
# A room has one owner, who is made with it.
GIVEN_ROLES = (Role.MODERATOR, Role.MEMBER)


def may_enter(membership: Membership | None) -> TypeGuard[Membership]:
    """Members only: see the room, get a ticket, take a seat."""
    return membership is not None


def may_manage(actor: Actor) -> bool:
    """Name and capacity, the list of invitations, revoking them."""
    return isinstance(actor, Staff) or actor.role in MANAGERS


def may_invite(actor: Actor, role: str) -> bool:
    """Nobody hands out more than they have, and nobody makes a second owner."""
    if role == Role.MODERATOR:
        return isinstance(actor, Staff) or actor.role == Role.OWNER
    return role == Role.MEMBER and may_manage(actor)


def may_remove(actor: Actor, target: Membership) -> bool:
    """Moderators remove members, the owner anyone; everyone but the owner may go."""
    if target.role == Role.OWNER:
        return False
    if isinstance(actor, Staff):
        return True
    if actor.room_id != target.room_id:
        return False
    if actor.user_id == target.user_id or actor.role == Role.OWNER:
        return True
    return actor.role == Role.MODERATOR and target.role == Role.MEMBER


def may_leave(membership: Membership) -> bool:
    """An owner closes the room instead: it must not stay behind without one."""
    return may_remove(membership, membership)


def heir(members: Iterable[Membership]) -> Membership | None:
    """Who inherits the room when its owner's account goes: whoever has moderated longest."""
    moderators = (member for member in members if member.role == Role.MODERATOR)
    return min(moderators, key=lambda member: (member.created_at, member.pk), default=None)


def may_change_role(actor: Actor, target: Membership, role: str | None = None) -> bool:
    """The owner says who moderates. Without `role`: whether there is anything to choose."""
    if target.role == Role.OWNER or role not in (None, *GIVEN_ROLES):
        return False
    if isinstance(actor, Staff):
        return True
    return actor.room_id == target.room_id and actor.role == Role.OWNER


def may_end_call(actor: Actor) -> bool:
    return isinstance(actor, Staff)


def may_close(actor: Actor) -> bool:
    return isinstance(actor, Staff) or actor.role == Role.OWNER
