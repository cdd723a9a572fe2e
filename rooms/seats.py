"""Who is inside: taking a seat, keeping it through an outage, and giving it up.

The database says who is present. Each function is one transaction under the room's lock, so that
capacity, order and the list of peers are one truth; who must hear of it hears after the commit.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import Device, User
from rooms import policy
from rooms.door import RoomFull, end_visits, pass_through
from rooms.locking import found
from rooms.models import (
    Call,
    LeaveReason,
    Membership,
    Message,
    Participant,
    ParticipantQuerySet,
    Room,
    Worker,
)
from rooms.signals import seats_ended, tell


class SeatGone(Exception):  # noqa: N818 - it is an answer, not a fault
    """The seat has ended, for this `reason`, or was never this device's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Seating:
    """A call and its seats in order of arrival; each participant comes with its user.

    `roles` and `held` are by user: what each is in the room, and whose microphone is held.
    """

    room: Room
    call: Call
    participants: list[Participant]
    roles: dict[int, str]
    held: set[int]

    def seat(self, peer: str) -> Participant:
        return next(seat for seat in self.participants if seat.pk == peer)


@transaction.atomic
def take_seat(room: Room, *, user: User, device: Device, worker_id: str, peer: str) -> Seating:
    """Seats a device under the new id `peer`. Raises RoomFull, and what the door raises.

    A seat that the same device has in this room ends at once, so that a page loaded anew gets in
    even where the room is full or locked; so does any other seat of a guest, who has one.
    """
    room = found(room)
    now = timezone.now()
    in_room = Participant.objects.filter(call__room=room)
    end_seats(in_room.run_out(now), reason=LeaveReason.LOST)
    own = in_room.seated().filter(device=device)
    place = pass_through(room, user, seated=own.exists())
    if not policy.may_sit_twice(place):
        own = in_room.seated().filter(user=user)
    if in_room.seated().exclude(pk__in=own).count() >= room.capacity:
        raise RoomFull
    # The call goes on through this, also where nobody else is inside.
    _end(own, LeaveReason.REPLACED)
    call, _ = Call.objects.running().get_or_create(room=room, defaults={"started_at": now})
    Participant.objects.create(
        id=peer,
        call=call,
        user=user,
        device=device,
        worker_id=worker_id,
        joined_at=now,
        hides_address=User.objects.get(pk=user.pk).hides_address,
    )
    return _seating(room, call)


@transaction.atomic
def resume_seat(room: Room, *, user: User, device: Device, worker_id: str, peer: str) -> Seating:
    """Gives a device the seat back that it holds. Raises SeatGone, and what the door raises."""
    room = found(room)
    held = holding(room, device=device, peer=peer)
    if held is None:
        raise SeatGone(ending(peer, device=device))
    pass_through(room, user, seated=True)
    held.worker_id, held.away_since = worker_id, None
    held.save(update_fields=["worker", "away_since"])
    return _seating(room, held.call)


def as_of_now(peer: str) -> Seating:
    """Of a seat that has just been taken. Raises SeatGone."""
    seat = Participant.objects.select_related("call__room").get(pk=peer)
    if seat.left_at is not None:
        raise SeatGone(seat.leave_reason)
    return _seating(seat.call.room, seat.call)


def holding(room: Room, *, device: Device, peer: str) -> Participant | None:
    """The live seat `peer`, if it is this device's."""
    seats = Participant.objects.inside(room).filter(device=device, pk=peer)
    return seats.select_related("call").first()


def ending(peer: str, *, device: Device) -> str:
    """Why this device's seat has ended; empty when it has not, or never was."""
    ended = Participant.objects.filter(pk=peer, device=device)
    return ended.values_list("leave_reason", flat=True).first() or ""


def leave(peer: str) -> None:
    end_seats(Participant.objects.filter(pk=peer), reason=LeaveReason.LEFT)


def mark_away(peer: str, *, worker_id: str) -> None:
    """The seat's socket is gone; its 30 s begin, unless another worker has it by now."""
    seats = Participant.objects.seated().filter(pk=peer, worker_id=worker_id)
    seats.filter(away_since__isnull=True).update(away_since=timezone.now())


@transaction.atomic
def end_seats(seats: ParticipantQuerySet, *, reason: LeaveReason) -> None:
    """Ends those of `seats` that are taken; a call that this empties is over."""
    in_rooms = Room.objects.filter(pk__in=seats.seated().values("call__room"))
    # Whoever is taking a seat there at this moment is waited for; `seats` is read after that.
    room_ids = list(in_rooms.order_by("pk").select_for_update().values_list("pk", flat=True))
    if not room_ids:
        return
    _end(seats, reason)
    running = Call.objects.running().filter(room__in=room_ids)
    emptied = running.exclude(participants__in=Participant.objects.seated())
    over = list(emptied.values_list("room", flat=True))
    emptied.update(ended_at=timezone.now())
    _leave_nothing_of_the_call(over)


def _end(seats: ParticipantQuerySet, reason: LeaveReason) -> None:
    ended: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for peer, slug in seats.seated().values_list("pk", "call__room__slug"):
        ended[slug][peer] = reason.value
    peers = [peer for reasons in ended.values() for peer in reasons]
    taken = Participant.objects.filter(pk__in=peers)
    taken.update(left_at=timezone.now(), leave_reason=reason)
    for slug, reasons in ended.items():
        tell(seats_ended, slug=slug, seats=reasons)


def end_call(room: Room) -> None:
    """Ends the running call for everybody."""
    end_seats(Participant.objects.filter(call__room=room), reason=LeaveReason.ENDED)


def renew(worker_id: str, *, started_at: dt.datetime, held: Collection[str]) -> None:
    """One beat of a worker's heart: it lives, `held` are its sockets' seats, the rest are away."""
    now = timezone.now()
    Worker.objects.update_or_create(
        pk=worker_id,
        defaults={"seen_at": now},
        create_defaults={"seen_at": now, "started_at": started_at},
    )
    unheld = Participant.objects.seated().filter(worker_id=worker_id).exclude(pk__in=held)
    unheld.filter(away_since__isnull=True).update(away_since=now)
    # A seat that was taken while an earlier beat was on its way looked unheld to that one.
    here = Participant.objects.seated().filter(worker_id=worker_id, pk__in=held)
    here.filter(away_since__isnull=False).update(away_since=None)


def ended_among(slugs: dict[str, str]) -> dict[str, dict[str, str]]:
    """Those of these peers whose seats have ended: for each room's slug the peers and the reasons.

    `slugs` says in which room each peer is. For a worker to catch up with news that never reached
    it; a seat without a row went with its room.
    """
    rows = Participant.objects.filter(pk__in=slugs).values_list("pk", "left_at", "leave_reason")
    known = {peer: (left_at, reason) for peer, left_at, reason in rows}
    ended: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for peer, slug in slugs.items():
        left_at, reason = known.get(peer, (timezone.now(), LeaveReason.ENDED.value))
        if left_at is not None:
            ended[slug][peer] = reason
    return dict(ended)


def sweep() -> None:
    """Ends the seats that nobody came back to."""
    end_seats(Participant.objects.run_out(), reason=LeaveReason.LOST)


def _leave_nothing_of_the_call(room_ids: list[int]) -> None:
    """Guests were so for the call, and so was what was written where nothing is kept."""
    end_visits(Membership.objects.filter(room__in=room_ids))
    Message.objects.filter(room__in=room_ids, room__chat_days=0).delete()


def _seating(room: Room, call: Call) -> Seating:
    seated = list(call.participants.seated().select_related("user"))
    users = [participant.user_id for participant in seated]
    roles = Membership.objects.filter(room=room, user__in=users).values_list("user_id", "role")
    held = set(call.holds.values_list("user_id", flat=True))
    return Seating(room, call, seated, dict(roles), held)
