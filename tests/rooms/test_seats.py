"""Seats: who gets one, how it is kept through an outage, and how it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Device, User
from rooms import actions, door, liveness, moderation, seats
from rooms.door import NotAllowed, RoomFull, RoomLocked
from rooms.models import (
    SEAT_HELD,
    Access,
    Call,
    LeaveReason,
    Membership,
    Participant,
    Room,
    Worker,
    new_peer_id,
)
from rooms.seats import SeatGone, Seating
from tests.support.ports import until
from tests.support.race import at_once

HERE, ELSEWHERE = "worker", "another worker"
JUST_HELD = SEAT_HELD - dt.timedelta(seconds=2)
TOO_LONG = SEAT_HELD + dt.timedelta(seconds=1)

Sit = Callable[..., Participant]
Capture = Callable[..., Any]


@pytest.fixture(autouse=True)
def workers(db: None) -> None:
    for worker in (HERE, ELSEWHERE):
        seats.renew(worker, started_at=timezone.now(), held=())


@pytest.fixture(autouse=True)
def watching() -> Iterator[None]:
    """This process has been looking for long enough to tell who is gone."""
    liveness.lose_sight()
    liveness.keep_watch(timezone.now() - dt.timedelta(hours=1))
    yield
    liveness.lose_sight()
    liveness.keep_watch(timezone.now())


@pytest.fixture
def laptop(alice: User) -> Device:
    return alice.devices.create(name="Laptop")


@pytest.fixture
def phone(bob: User) -> Device:
    return bob.devices.create(name="Phone")


@pytest.fixture
def sit(room: Room) -> Sit:
    """A seat in the room for the device; its newest row."""

    def sit(device: Device, peer: str = "", worker: str = HERE) -> Participant:
        seating = take(room, device, peer or new_peer_id(), worker)
        return seating.participants[-1]

    return sit


def take(room: Room, device: Device, peer: str, worker: str = HERE) -> Seating:
    return seats.take_seat(room, user=device.user, device=device, worker_id=worker, peer=peer)


def resume(room: Room, device: Device, peer: str, worker: str = HERE) -> Seating:
    return seats.resume_seat(room, user=device.user, device=device, worker_id=worker, peer=peer)


def crowd(room: Room, number: int) -> list[Device]:
    """The devices of so many members."""
    devices = []
    for index in range(number):
        user = User.objects.create_user(f"guest{index}")
        Membership.objects.create(room=room, user=user)
        devices.append(user.devices.create(name="Browser"))
    return devices


def change(seat: Participant, **fields: object) -> None:
    Participant.objects.filter(pk=seat.pk).update(**fields)


def reason(seat: Participant) -> str:
    seat.refresh_from_db()
    return seat.leave_reason


def inside() -> list[str]:
    return [seat.pk for seat in Participant.objects.present()]


# --- taking a seat ---


def test_the_first_seat_begins_a_call_and_the_second_is_in_it(room, laptop, phone):
    first = take(room, laptop, "alice-1")
    second = take(room, phone, "bob-1")
    assert [seat.pk for seat in first.participants] == ["alice-1"]
    assert [seat.pk for seat in second.participants] == ["alice-1", "bob-1"]
    assert first.call == second.call == Call.objects.running().get()
    assert second.roles == {laptop.user_id: "owner", phone.user_id: "member"}


def test_peers_are_listed_in_the_order_of_their_arrival(room, sit):
    taken = [sit(device).pk for device in crowd(room, 6)]
    assert inside() == taken


def test_a_stranger_gets_no_seat(room, charlie):
    with pytest.raises(NotAllowed):
        take(room, charlie.devices.create(name="Desk"), "charlie-1")
    assert not Call.objects.exists()


def test_a_locked_room_takes_nobody_new_but_who_has_the_key(room, sit, laptop, phone):
    room.locked = True
    room.save()
    sit(laptop)
    with pytest.raises(RoomLocked):
        sit(phone)


def test_who_is_inside_a_locked_room_comes_back(room, sit, phone):
    first = sit(phone)
    room.locked = True
    room.save()
    assert resume(room, phone, first.pk).participants == [first]
    # A page that was loaded anew.
    again = sit(phone)
    first.refresh_from_db()
    assert (first.leave_reason, again.left_at) == (LeaveReason.REPLACED, None)


def test_a_disabled_member_gets_no_seat(room, phone):
    # Not known to whoever read the row before.
    User.objects.filter(pk=phone.user_id).update(is_active=False)
    with pytest.raises(NotAllowed):
        take(room, phone, "bob-1")


def test_a_full_room_takes_nobody(room, sit, phone):
    for device in crowd(room, room.capacity):
        sit(device)
    with pytest.raises(RoomFull):
        sit(phone)


def test_who_is_away_keeps_the_seat_also_from_others(room, sit, phone):
    taken = [sit(device) for device in crowd(room, room.capacity)]
    change(taken[0], away_since=timezone.now() - JUST_HELD)
    with pytest.raises(RoomFull):
        sit(phone)


def test_a_seat_that_has_run_out_makes_room_without_any_sweep(
    room, sit, phone, news, django_capture_on_commit_callbacks
):
    taken = [sit(device) for device in crowd(room, room.capacity)]
    change(taken[0], away_since=timezone.now() - TOO_LONG)
    with django_capture_on_commit_callbacks(execute=True):
        newest = sit(phone)
    assert inside() == [*(seat.pk for seat in taken[1:]), newest.pk]
    assert reason(taken[0]) == LeaveReason.LOST
    assert news == [{"news": "seats_ended", "slug": room.slug, "seats": {taken[0].pk: "lost"}}]


def test_a_seat_that_has_run_out_keeps_neither_a_guest_out_nor_the_address(
    room, sit, phone, laptop, alice, charlie
):
    Room.objects.update(access=Access.KNOCK, capacity=2)
    seat, last = sit(phone), sit(laptop)
    owner = room.memberships.get(user=alice)
    door.knock(room, charlie)
    with pytest.raises(RoomFull):
        door.admit(room, charlie.pk, by=owner)
    change(seat, away_since=timezone.now() - TOO_LONG)
    door.admit(room, charlie.pk, by=owner)
    with pytest.raises(actions.CallRunning):
        actions.renew_link(room, by=owner)
    change(last, away_since=timezone.now() - TOO_LONG)
    assert actions.renew_link(room, by=owner).slug != room.slug


@pytest.mark.parametrize("full", [False, True])
def test_a_device_that_joins_again_replaces_its_seat_also_in_a_full_room(
    room, sit, phone, full, news, django_capture_on_commit_callbacks
):
    old = sit(phone)
    for device in crowd(room, room.capacity - 1 if full else 1):
        sit(device)
    with django_capture_on_commit_callbacks(execute=True):
        new = sit(phone)
    assert reason(old) == LeaveReason.REPLACED
    assert inside()[-1] == new.pk and old.pk not in inside()
    assert news == [{"news": "seats_ended", "slug": room.slug, "seats": {old.pk: "replaced"}}]


def test_the_call_of_one_goes_on_when_the_page_is_loaded_anew(
    room, sit, phone, news, django_capture_on_commit_callbacks
):
    old = sit(phone)
    with django_capture_on_commit_callbacks(execute=True):
        new = sit(phone)
    assert new.call == old.call == Call.objects.running().get()
    assert news == [{"news": "seats_ended", "slug": room.slug, "seats": {old.pk: "replaced"}}]


def test_a_device_that_may_not_join_again_keeps_its_seat(room, sit, phone):
    seat = sit(phone)
    Membership.objects.filter(user=phone.user).update(banned_at=timezone.now())
    with pytest.raises(NotAllowed):
        sit(phone)
    assert inside() == [seat.pk]


def test_two_devices_of_one_member_have_a_seat_each(sit, bob, phone):
    tablet = bob.devices.create(name="Tablet")
    assert inside() == [] and {sit(phone).pk, sit(tablet).pk} == set(inside())


def test_a_seat_in_another_room_is_not_touched(room, sit, laptop, alice):
    other = Room.objects.create(name="Orchard")
    Membership.objects.create(room=other, user=alice)
    first, second = sit(laptop), take(other, laptop, "alice-2").participants[0]
    assert first.call != second.call
    assert set(inside()) == {first.pk, second.pk}


# --- keeping it ---


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


# --- giving it up ---


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


# --- several at once ---

at_the_same_time = pytest.mark.django_db(transaction=True)


@at_the_same_time
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


@at_the_same_time
def test_a_device_that_joins_many_times_at_once_has_one_seat(room, phone):
    got = at_once([partial(take, room, phone, new_peer_id()) for _ in range(8)], RoomFull)
    assert all(isinstance(one, Seating) for one in got)
    assert len(inside()) == 1
    assert Participant.objects.filter(leave_reason=LeaveReason.REPLACED).count() == 7


@at_the_same_time
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


@at_the_same_time
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
