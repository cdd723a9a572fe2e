"""The lock of a room, and what is asked under it."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import PermissionDenied

from rooms import policy
from rooms.models import Membership, Room
from rooms.policy import Actor, Deed, Staff

Someone = TypeVar("Someone", bound=Membership | Staff)


def locked(room: Room) -> Room:
    """The room as of now, held until the end: all that is done in a room comes one by one."""
    return Room.objects.select_for_update().get(pk=room.pk)


def found(room: Room) -> Room:
    """The same, at the address where it was looked for.

    Raises Room.DoesNotExist, also where the link was renewed meanwhile.
    """
    return Room.objects.select_for_update().get(pk=room.pk, slug=room.slug)


def as_of_now(someone: Someone, room: Room) -> Someone:
    """Read again under the room's lock: who has just lost a role may not act by it.

    Raises PermissionDenied for a place in another room, DoesNotExist for one that has ended.
    """
    if isinstance(someone, Membership):
        require(someone.room_id == room.pk)
        someone.refresh_from_db(fields=["role", "banned_at"])
        someone.room = room
    return someone


def permitted(room: Room, deed: Deed, by: Actor, target: Membership | None = None) -> Room:
    """The room, locked, where `by` may do this to it, or to the target, as all of them are now."""
    room = locked(room)
    if target is not None:
        as_of_now(target, room)
    require(policy.may(as_of_now(by, room), deed, target))
    return room


def require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
