"""How a seat ends, and the call with the last one; and who is told, and when."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from rooms import seats
from rooms.models import Call, LeaveReason, Membership, Participant, Room
from tests.rooms.seats.conftest import JUST_HELD, TOO_LONG, change, inside, reason, take


def test_leaving_ends_the_seat_and_the_last_one_ends_the_call(sit, laptop, phone):
    first, second = sit(laptop), sit(phone)
    seats.leave(first.pk)
    assert inside() == [second.pk]
    assert Call.objects.running().exists()
    seats.leave(second.pk)
    assert reason(second) == LeaveReason.LEFT
    call = Call.objects.get()
    assert call.ended_at is not None and call.ended_at >= call.started_at


def test_a_call_that_has_ended_is_not_gone_on_with(sit, phone):
    first = sit(phone)
    seats.leave(first.pk)
    second = sit(phone)
    assert second.call != first.call
    assert Call.objects.running().get() == second.call


def test_a_seat_ends_once(sit, phone, news, django_capture_on_commit_callbacks):
    seat = sit(phone)
    seats.leave(seat.pk)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        seats.leave(seat.pk)
        seats.leave("made up")
        seats.end_call(seat.call.room)
    assert reason(seat) == LeaveReason.LEFT
    assert callbacks == [] and news == []


def test_the_sweep_ends_what_nobody_came_back_to(
    room, sit, laptop, phone, news, django_capture_on_commit_callbacks
):
    kept, lost = sit(laptop), sit(phone)
    change(kept, away_since=timezone.now() - JUST_HELD)
    change(lost, away_since=timezone.now() - TOO_LONG)
    with django_capture_on_commit_callbacks(execute=True):
        seats.sweep()
    assert reason(lost) == LeaveReason.LOST and reason(kept) == ""
    assert news == [{"news": "seats_ended", "slug": room.slug, "seats": {lost.pk: "lost"}}]
    change(kept, away_since=timezone.now() - TOO_LONG)
    seats.sweep()
    assert not Call.objects.running().exists()


def test_the_sweep_tells_each_room_of_its_own(
    room, sit, laptop, alice, news, django_capture_on_commit_callbacks
):
    other = Room.objects.create(name="Orchard")
    Membership.objects.create(room=other, user=alice)
    sit(laptop, "alice-1")
    take(other, laptop, "alice-2")
    Participant.objects.update(away_since=timezone.now() - TOO_LONG)
    with django_capture_on_commit_callbacks(execute=True):
        seats.sweep()
    assert {what["slug"]: what["seats"] for what in news} == {
        room.slug: {"alice-1": "lost"},
        other.slug: {"alice-2": "lost"},
    }


def test_ending_a_call_ends_every_seat_of_it(
    room, sit, laptop, phone, news, django_capture_on_commit_callbacks
):
    taken = [sit(laptop), sit(phone)]
    with django_capture_on_commit_callbacks(execute=True):
        seats.end_call(room)
    assert inside() == [] and not Call.objects.running().exists()
    assert news == [
        {
            "news": "seats_ended",
            "slug": room.slug,
            "seats": {seat.pk: "ended" for seat in taken},
        }
    ]


def test_a_worker_that_heard_nothing_learns_which_seats_have_ended(room, sit, laptop, phone):
    here, left = sit(laptop), sit(phone)
    seats.leave(left.pk)
    known = {here.pk: room.slug, left.pk: room.slug, "of a deleted room": "gone"}
    assert seats.ended_among(known) == {
        room.slug: {left.pk: "left"},
        "gone": {"of a deleted room": "ended"},
    }
    assert seats.ended_among({}) == {}


def test_nothing_is_told_before_the_commit_nor_without_one(
    sit, phone, news, django_capture_on_commit_callbacks
):
    seat = sit(phone)
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            seats.leave(seat.pk)
            raise ZeroDivisionError
        assert inside() == [seat.pk]
        seats.leave(seat.pk)
        assert news == []
    assert [what["seats"] for what in news] == [{seat.pk: "left"}]
