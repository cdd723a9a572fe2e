"""What becomes of somebody's own rooms when their account goes; `actions.part_with` does it."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from rooms import policy
from rooms.models import Participant, Role, Room


@dataclass(frozen=True)
class Bequest:
    """One room, and who gets it: without an heir it closes."""

    room: Room
    heir: User | None
    # Who else is in its call, by name.
    inside: list[str]


def bequests(user: User) -> list[Bequest]:
    """By the rooms' names; a few queries, however many rooms there are."""
    own = Room.objects.filter(memberships__user=user, memberships__role=Role.OWNER)
    rooms = list(own.prefetch_related("memberships__user").order_by("name", "pk"))
    people = Participant.objects.present().people_in(rooms)
    return [_bequest(room, people[room.pk], user) for room in rooms]


def _bequest(room: Room, people: list[User], owner: User) -> Bequest:
    heir = policy.heir(room.memberships.all())
    inside = [person.name for person in people if person != owner]
    return Bequest(room, heir.user if heir else None, inside)
