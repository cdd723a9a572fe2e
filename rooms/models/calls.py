"""Calls: stretches of time in which a room is not empty, and the seats that people take in them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Sequence

from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Device, User
from rooms import liveness
from rooms.models.rooms import Room

# What stands where somebody's account is gone.
DELETED_ACCOUNT = "Deleted account"
SEAT_HELD = dt.timedelta(seconds=30)


def new_peer_id() -> str:
    return secrets.token_urlsafe(12)


class Worker(models.Model):
    """One server process; `seen_at` is renewed every 5 s for as long as it lives."""

    id = models.CharField(primary_key=True, max_length=32)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class CallQuerySet(models.QuerySet["Call"]):
    def running(self) -> CallQuerySet:
        return self.filter(ended_at__isnull=True)

    def running_in(self, room: Room | OuterRef) -> CallQuerySet:
        """One, or none."""
        return self.running().filter(room=room)


class Call(models.Model):
    """One stretch of time in which a room is not empty."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="calls")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"],
                condition=Q(ended_at__isnull=True),
                name="call_one_running_per_room",
            ),
        ]

    def __str__(self) -> str:
        return f"Call in {self.room}"


class LeaveReason(models.TextChoices):
    LEFT = "left", "Left"
    LOST = "lost", "Connection lost"
    REPLACED = "replaced", "Joined again"
    REMOVED = "removed", "Removed"
    BANNED = "banned", "Banned"
    SIGNED_OUT = "signed_out", "Signed out"
    ENDED = "ended", "Call ended"


# When the seat's socket closed, or else its worker's last lease.
LAST_LIFE = models.Case(
    models.When(away_since__isnull=False, then=F("away_since")),
    default=Greatest(F("worker__seen_at"), F("joined_at")),
)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def seated(self) -> ParticipantQuerySet:
        """Seats that nothing has ended yet, run out or not."""
        return self.filter(left_at__isnull=True)

    def present(self, now: dt.datetime | None = None) -> ParticipantQuerySet:
        """Seats that still hold, right without any sweep (30 s from the last sign of life)."""
        now = now or timezone.now()
        seated = self.seated()
        if not liveness.seen_through(SEAT_HELD, now):
            return seated
        return seated.annotate(last_life=LAST_LIFE).filter(last_life__gte=now - SEAT_HELD)

    def inside(self, room: Room) -> ParticipantQuerySet:
        return self.present().filter(call__room=room)

    def run_out(self, now: dt.datetime | None = None) -> ParticipantQuerySet:
        """Seats whose 30 s are over; the opposite of `present`."""
        now = now or timezone.now()
        if not liveness.seen_through(SEAT_HELD, now):
            return self.none()
        return self.seated().annotate(last_life=LAST_LIFE).filter(last_life__lt=now - SEAT_HELD)

    def people_in(self, rooms: Sequence[Room]) -> dict[int, list[User]]:
        """Who sits in the running call of each room, by the room's id."""
        people: dict[int, dict[int, User]] = defaultdict(dict)
        seats = self.filter(call__room__in=rooms, call__ended_at__isnull=True, user__isnull=False)
        for seat in seats.select_related("call", "user"):
            if seat.user:
                people[seat.call.room_id].setdefault(seat.user.pk, seat.user)
        return defaultdict(list, {room: list(users.values()) for room, users in people.items()})


class Participant(models.Model):
    """One seat of one device in one call; on the wire its id is the peer id."""

    id = models.CharField(primary_key=True, max_length=16, default=new_peer_id, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="participants")
    joined_at = models.DateTimeField()
    away_since = models.DateTimeField(null=True, blank=True)
    # As its owner had chosen on sitting down; it stays so for as long as the seat lasts.
    hides_address = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True, blank=True)
    leave_reason = models.CharField(max_length=16, choices=LeaveReason.choices, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "device"],
                condition=Q(left_at__isnull=True),
                name="participant_one_seat_per_device_and_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or DELETED_ACCOUNT} in {self.call}"


class Hold(models.Model):
    """Someone's microphone is off until a moderator allows it again, for the rest of a call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="holds")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="hold_once_per_call_and_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} is muted in {self.call}"
