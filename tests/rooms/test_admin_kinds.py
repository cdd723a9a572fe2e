"""The admin counts connections in SQL: by the same classes as `rooms.diagnosis`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from rooms.admin.kinds import BY_WORD, pairs, tallies
from rooms.diagnosis import COMES_UP_WITHIN, HEARD_OF, Kind, diagnose
from rooms.models import Call, ConnectionReport, Participant, Room, Worker

pytestmark = pytest.mark.django_db

EDGE = dt.timedelta(milliseconds=1)
# What one end may have said, in all that a class hangs on.
HALVES = [
    {
        "setup_ms": setup_ms,
        "state": state,
        "local_type": local,
        "remote_type": remote,
        "bytes_received": received,
        "bytes_sent": sent,
    }
    for setup_ms, state, (local, remote), received, sent in product(
        [None, 0],
        ["connected", "failed"],
        [("host", "srflx"), ("relay", "host"), ("host", "relay")],
        [0, 1],
        [HEARD_OF, HEARD_OF + 1],
    )
]


@pytest.fixture
def call(room: Room) -> Call:
    return Call.objects.create(room=room, started_at=timezone.now())


@pytest.fixture
def pair(call: Call):
    """Two seats that nobody has told of yet, and how long they are in the call together."""
    now = timezone.now() - dt.timedelta(minutes=1)
    worker = Worker.objects.create(pk="worker", started_at=now, seen_at=now)

    def sit(together: dt.timedelta) -> list[Participant]:
        left = (now + together, None)
        return [Participant(call=call, worker=worker, joined_at=now, left_at=end) for end in left]

    return sit


def reports(seats: list[Participant], *halves: dict[str, Any] | None) -> list[ConnectionReport]:
    ends = [seats, seats[::-1]]
    return [
        ConnectionReport(call=seats[0].call, reporter=reporter, about=about, **half)
        for (reporter, about), half in zip(ends, halves, strict=True)
        if half
    ]


def test_every_pair_is_counted_once_and_classed_as_the_diagnosis_says(call, pair):
    lasting = [COMES_UP_WITHIN, COMES_UP_WITHIN - EDGE]
    tried = [
        (one, other, pair(together), together)
        for one, other in [*product(HALVES, HALVES), *((half, None) for half in HALVES)]
        for together in lasting
    ]
    Participant.objects.bulk_create([seat for *_, seats, _ in tried for seat in seats])
    said = [reports(seats, one, other) for one, other, seats, _ in tried]
    ConnectionReport.objects.bulk_create([report for both in said for report in both])

    expected = {
        frozenset(seat.pk for seat in seats): diagnose(
            both[0], both[1] if len(both) > 1 else None, together=together
        ).kind
        for both, (*_, seats, together) in zip(said, tried, strict=True)
    }
    found = [
        (frozenset(ends), BY_WORD[kind])
        for *ends, kind in pairs().values_list("reporter", "about", "kind")
    ]
    assert len(found) == len(expected)
    assert dict(found) == expected
    assert set(expected.values()) == set(Kind)
    assert tallies([call]) == {call.pk: Counter(expected.values())}
