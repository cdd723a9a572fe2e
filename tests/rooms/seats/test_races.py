"""Several who take, leave and resume seats at the same moment."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from rooms import liveness, seats
from rooms.door import RoomFull
from rooms.models import Call, LeaveReason, Participant, new_peer_id
from rooms.seats import Seating
from tests.rooms.seats.conftest import TOO_LONG, change, crowd, inside, reason, resume, take
from tests.support.ports import until
from tests.support.race import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_twenty_who_join_at_once_as_many_get_in_as_there_are_seats(room):
    devices = crowd(room, 20)
    got = at_once([partial(take, room, device, new_peer_id()) for device in devices], RoomFull)
    seatings = [one for one in got if isinstance(one, Seating)]
    assert got.count(RoomFull) == 20 - room.capacity
    assert len(seatings) == len(inside()) == room.capacity
    # Each was told of exactly those who were there before.
    told = sorted(([seat.pk for seat in one.participants] for one in seatings), key=len)
    assert told == [inside()[: number + 1] for number in range(room.capacity)]
    assert Call.objects.count() == 1


def test_a_device_that_joins_many_times_at_once_has_one_seat(room, phone):
    got = at_once([partial(take, room, phone, new_peer_id()) for _ in range(8)], RoomFull)
    assert all(isinstance(one, Seating) for one in got)
    assert len(inside()) == 1
    assert Participant.objects.filter(leave_reason=LeaveReason.REPLACED).count() == 7


def test_who_comes_while_the_last_one_leaves_is_in_a_running_call(room, laptop, phone, sit):
    for _ in range(5):
        seat = sit(laptop)
        at_once(
            [partial(seats.leave, seat.pk), partial(take, room, phone, new_peer_id())], RoomFull
        )
        [present] = Participant.objects.present().select_related("call")
        assert present.call == Call.objects.running().get()
        seats.leave(present.pk)


def waited_for() -> bool:
    """Whether a transaction waits for a lock; SQLite lets no second one begin at all."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def test_the_sweep_does_not_end_a_seat_that_was_resumed_meanwhile(room, sit, phone):
    seat = sit(phone)
    change(seat, away_since=timezone.now() - TOO_LONG)
    # Whoever resumes it comes from a process that was blind, and for which it therefore holds.
    liveness.lose_sight()
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            resume(room, phone, seat.pk)
            liveness.keep_watch(timezone.now() - dt.timedelta(hours=1))
            sweeping = thread.submit(at_once, [seats.sweep])
            until(waited_for, 5, "the sweep waits for the room")
            assert not sweeping.done()
        sweeping.result(10)
    assert reason(seat) == "" and inside() == [seat.pk]
