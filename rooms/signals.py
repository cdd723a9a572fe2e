"""What has happened to rooms and seats; each is sent after the commit, to whoever must act on it.

Arguments, all by keyword, and all with `slug` (str):
- `seats_ended`: `seats` (dict of peer id to LeaveReason value). Always before the news of why: who
  is inside hears of the seat first, and only previews are left to hear of the place.
- `membership_ended`: `user_id` (int), `reason` ("removed", "banned", or "over": a guest's visit).
- `room_closed`: nothing more; what was at this address is gone, or has another address now.
- `room_changed`: `name` (str), `capacity` (int), `locked` (bool), `access` (Access value),
  `hides_addresses` (bool), `has_chat` (bool). Strangers who look inside have lost that right where
  `policy.may_look_inside(None, Room(access=access, locked=locked))` is no longer true, and their
  whole preview where it is for members only: nothing more may reach them.
- `roles_changed`: `roles` (dict of user id to Role value; those that changed)
- `holds_changed`: `users` (list of the user ids whose microphone is held in the running call)
- `knock_changed`: `knock_id` (int), `user_id` (int), `name` (str), `end` (KnockEnd value, empty
  while they wait), `retry_after` (int, seconds; None where there is nothing to wait for). One who
  asks twice may hear late how the first knock ended. `admitted` means that they
  may take the seat, which may still find the room full, locked or theirs no more. It is withdrawn
  too when the room was locked, got another access or another address meanwhile, and comes before
  the news of that.
- `message_sent`: `message` (Message, with its user)
"""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal

from accounts.signals import tell
from rooms.models import Room

__all__ = [
    "holds_changed",
    "knock_changed",
    "membership_ended",
    "message_sent",
    "roles_changed",
    "room_changed",
    "room_closed",
    "room_facts",
    "seats_ended",
    "tell",
    "tell_room",
]

seats_ended = Signal()
membership_ended = Signal()
room_closed = Signal()
room_changed = Signal()
roles_changed = Signal()
holds_changed = Signal()
knock_changed = Signal()
message_sent = Signal()


def tell_room(room: Room) -> None:
    """Tells what the room is like now."""
    tell(room_changed, slug=room.slug, **room_facts(room))


def room_facts(room: Room) -> dict[str, Any]:
    """What whoever looks inside is told of the room itself."""
    return {
        "name": room.name,
        "capacity": room.capacity,
        "locked": room.locked,
        "access": room.access,
        "hides_addresses": room.hides_addresses,
        "has_chat": room.has_chat,
    }
