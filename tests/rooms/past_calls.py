"""Calls that are over, of Alice and Bob, with what the two said of their connection."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import User
from rooms import actions
from rooms.diagnosis import Kind
from rooms.models import Call, ConnectionReport, LeaveReason, Participant, Room, Worker

NOON = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time(12)))
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)

UP = {"setup_ms": 300, "state": "connected", "bytes_received": 1, "bytes_sent": 50_000}
SAID: dict[Kind, tuple[dict[str, Any], dict[str, Any] | None]] = {
    Kind.DIRECT: (UP, UP),
    Kind.RELAYED: (UP, {**UP, "local_type": "relay", "protocol": "udp"}),
    Kind.ONE_SIDED: (UP, {**UP, "bytes_received": 0}),
    Kind.BROKEN: ({**UP, "state": "failed"}, None),
    Kind.NEVER: ({"state": "failed", "ice_errors": [701]}, None),
}


def past(kind: Kind, started_at: dt.datetime = NOON, length: dt.timedelta = 5 * MINUTE) -> Call:
    """Makes one, in a room of its own; Alice is there first and leaves, Bob is lost."""
    alice, bob = (
        User.objects.get_or_create(username=name.lower(), defaults={"display_name": name})[0]
        for name in ("Alice", "Bob")
    )
    room = actions.create_room(name=f"{kind.label} {Room.objects.count()}", by=alice)
    call = Call.objects.create(room=room, started_at=started_at, ended_at=started_at + length)
    one = _seat(call, alice, LeaveReason.LEFT, started_at)
    other = _seat(call, bob, LeaveReason.LOST, started_at + SECOND)
    for (by, about), half in zip([(one, other), (other, one)], SAID.get(kind, ()), strict=False):
        if half:
            ConnectionReport.objects.create(call=call, reporter=by, about=about, **half)
    return call


def _seat(call: Call, user: User, reason: LeaveReason, joined_at: dt.datetime) -> Participant:
    worker, _ = Worker.objects.get_or_create(
        pk="worker", defaults={"started_at": NOON, "seen_at": NOON}
    )
    return Participant.objects.create(
        call=call,
        user=user,
        worker=worker,
        joined_at=joined_at,
        left_at=call.ended_at,
        leave_reason=reason,
    )
