"""A call from 14:00 to 15:00, who was in it, and what they said of their connections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from rooms import history
from rooms.models import Call, ConnectionReport, Participant, Room, Worker

START = datetime(2026, 1, 6, 14, 0, tzinfo=UTC)
NOWHERE = "no-such-room-anywhere0"
# What one end says that was never connected.
NEVER_UP = {"state": "failed", "setup_ms": None, "local_type": "", "protocol": ""}
Stay = Callable[..., Participant]


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


@pytest.fixture
def call(room: Room) -> Call:
    """From 14:00 to 15:00."""
    return Call.objects.create(room=room, started_at=at(0), ended_at=at(60))


@pytest.fixture
def stay(call: Call) -> Stay:
    """Somebody was in the call from that minute to that one."""
    worker = Worker.objects.create(pk="worker", started_at=START, seen_at=START)

    def sit(
        user: User, came: float, left: float | None, reason: str = "left", **more: Any
    ) -> Participant:
        values = {"call": call, "worker": worker, "user": user, **more}
        return Participant.objects.create(
            joined_at=at(came),
            left_at=None if left is None else at(left),
            leave_reason=reason if left is not None else "",
            **values,
        )

    return sit


def reported(one: Participant, other: Participant, **said: Any) -> ConnectionReport:
    values = {"state": "connected", "setup_ms": 180, "local_type": "host", "protocol": "udp"}
    return ConnectionReport.objects.create(
        call=one.call, reporter=one, about=other, **(values | said)
    )


def only(room: Room) -> history.PastCall:
    [call], more = history.newest(room)
    assert not more
    return call
