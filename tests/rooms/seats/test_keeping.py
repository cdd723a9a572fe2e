"""How a seat is kept through an outage: resumed by its device, and for how long it is held."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from rooms import liveness, moderation, seats
from rooms.door import NotAllowed
from rooms.models import SEAT_HELD, Access, Membership, Participant, Room, Worker
from rooms.seats import SeatGone
from tests.rooms.seats.conftest import (
    ELSEWHERE,
    HERE,
    JUST_HELD,
    TOO_LONG,
    change,
    crowd,
    inside,
    resume,
    take,
)

# --- resuming it ---


def test_a_device_resumes_the_seat_that_it_holds(room, sit, phone, laptop):
    sit(laptop)
    seat = sit(phone)
    change(seat, away_since=timezone.now() - JUST_HELD)
    seating = resume(room, phone, seat.pk, ELSEWHERE)
    seat.refresh_from_db()
    assert (seat.away_since, seat.worker_id) == (None, ELSEWHERE)
    assert [one.pk for one in seating.participants] == inside()
    assert seating.call == seat.call


def test_nobody_else_resumes_it(room, sit, phone, laptop, bob):
    seat = sit(phone)
    for device in (laptop, bob.devices.create(name="Tablet")):
        with pytest.raises(SeatGone):
            resume(room, device, seat.pk)
    with pytest.raises(SeatGone):
        resume(room, phone, "made up")


def test_a_seat_is_not_resumed_from_another_room(sit, phone, bob):
    other = Room.objects.create(name="Orchard")
    Membership.objects.create(room=other, user=bob)
    with pytest.raises(SeatGone):
        resume(other, phone, sit(phone).pk)


def test_a_seat_that_has_ended_is_not_resumed(room, sit, phone):
    seat = sit(phone)
    seats.leave(seat.pk)
    with pytest.raises(SeatGone):
        resume(room, phone, seat.pk)


def test_a_seat_that_has_run_out_is_not_resumed(room, sit, phone):
    seat = sit(phone)
    change(seat, away_since=timezone.now() - TOO_LONG)
    with pytest.raises(SeatGone):
        resume(room, phone, seat.pk)


def test_a_removed_member_does_not_resume(room, sit, phone):
    seat = sit(phone)
    Membership.objects.filter(user=phone.user).delete()
    with pytest.raises(NotAllowed):
        resume(room, phone, seat.pk)


def test_whoever_has_the_link_resumes_no_seat_that_they_do_not_hold(room, charlie, sit, laptop):
    Room.objects.update(access=Access.OPEN)
    sit(laptop)
    desk = charlie.devices.create(name="Desk")
    with pytest.raises(SeatGone):
        resume(room, desk, "made up")
    assert not charlie.memberships.exists()
    seat = sit(desk)
    moderation.remove(charlie.memberships.get(), by=room.memberships.get(user=laptop.user))
    # They would have to knock, but not in order to hear that.
    with pytest.raises(SeatGone):
        resume(room, desk, seat.pk)


def test_an_old_address_gives_no_seat_and_makes_no_guest(room, charlie, phone, sit):
    Room.objects.update(access=Access.OPEN)
    old = Room.objects.get()
    seat = sit(phone)
    Room.objects.update(slug="another-address")
    desk = charlie.devices.create(name="Desk")
    with pytest.raises(Room.DoesNotExist):
        take(old, desk, "charlie-1")
    with pytest.raises(Room.DoesNotExist):
        resume(old, phone, seat.pk)
    assert not charlie.memberships.exists()


# --- how long it is held ---


def test_the_thirty_seconds_count_from_the_end_of_the_socket(sit, phone):
    seat = sit(phone)
    change(seat, joined_at=timezone.now() - dt.timedelta(hours=1))
    change(seat, away_since=timezone.now() - JUST_HELD)
    assert inside() == [seat.pk]
    change(seat, away_since=timezone.now() - TOO_LONG)
    assert inside() == []
    assert list(Participant.objects.run_out()) == [seat]


def test_a_worker_that_is_silent_loses_its_seats_and_no_others(sit, phone, laptop):
    lost, kept = sit(phone), sit(laptop, worker=ELSEWHERE)
    Participant.objects.update(joined_at=timezone.now() - dt.timedelta(hours=1))
    Worker.objects.filter(pk=HERE).update(seen_at=timezone.now() - TOO_LONG)
    assert inside() == [kept.pk]
    assert list(Participant.objects.run_out()) == [lost]


def test_who_has_just_come_is_not_judged_by_an_old_sign_of_life(sit, phone):
    seat = sit(phone)
    Worker.objects.update(seen_at=timezone.now() - TOO_LONG)
    assert inside() == [seat.pk]


def test_nobody_runs_out_while_nobody_looks(room, sit, phone):
    seat = sit(phone)
    change(seat, away_since=timezone.now() - TOO_LONG)
    liveness.lose_sight()
    seats.sweep()
    assert inside() == [seat.pk]

    back = timezone.now()
    liveness.keep_watch(back)
    seats.sweep()
    assert inside() == [seat.pk]
    assert not Participant.objects.run_out(back + JUST_HELD).exists()
    assert Participant.objects.run_out(back + TOO_LONG).get() == seat
    assert not Participant.objects.present(back + TOO_LONG).exists()
    # It was there all the time, so it may come back.
    resume(room, phone, seat.pk)


def test_a_watch_that_is_kept_does_not_begin_anew():
    now = timezone.now()
    liveness.keep_watch(now)
    assert liveness.seen_through(SEAT_HELD, now)


def test_a_closed_socket_begins_the_thirty_seconds_once(sit, phone):
    seat = sit(phone)
    before = timezone.now()
    seats.mark_away(seat.pk, worker_id=HERE)
    seat.refresh_from_db()
    assert seat.away_since is not None and seat.away_since >= before
    earlier = seat.away_since - dt.timedelta(seconds=9)
    change(seat, away_since=earlier)
    seats.mark_away(seat.pk, worker_id=HERE)
    seat.refresh_from_db()
    assert seat.away_since == earlier


def test_a_worker_that_no_longer_has_the_seat_does_not_mark_it(room, sit, phone):
    seat = sit(phone)
    resume(room, phone, seat.pk, ELSEWHERE)
    seats.mark_away(seat.pk, worker_id=HERE)
    seat.refresh_from_db()
    assert seat.away_since is None


def test_a_beat_renews_the_worker_and_marks_away_what_it_does_not_hold(
    sit, phone, laptop, bob, room
):
    held, dropped = sit(laptop), sit(phone)
    others = sit(bob.devices.create(name="Tablet"), worker=ELSEWHERE)
    long_away = sit(crowd(room, 1)[0])
    since = timezone.now() - JUST_HELD
    change(long_away, away_since=since)
    Worker.objects.update(seen_at=since)
    began = Worker.objects.get(pk=HERE).started_at

    before = timezone.now()
    seats.renew(HERE, started_at=timezone.now(), held=[held.pk])
    worker = Worker.objects.get(pk=HERE)
    assert worker.seen_at >= before and worker.started_at == began
    assert Worker.objects.get(pk=ELSEWHERE).seen_at == since
    away = {seat.pk: seat.away_since for seat in Participant.objects.all()}
    assert away[held.pk] is away[others.pk] is None
    assert away[long_away.pk] == since
    marked = away[dropped.pk]
    assert marked is not None and marked >= before


def test_a_seat_taken_while_a_beat_was_on_its_way_is_not_left_away(sit, phone):
    seat = sit(phone)
    seats.renew(HERE, started_at=timezone.now(), held=[])
    seats.renew(HERE, started_at=timezone.now(), held=[seat.pk])
    seat.refresh_from_db()
    assert seat.away_since is None
