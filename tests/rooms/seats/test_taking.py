"""Who gets a seat, and what becomes of the one that they had."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import actions, door
from rooms.door import NotAllowed, RoomFull, RoomLocked
from rooms.models import Access, Call, LeaveReason, Membership, Room
from tests.rooms.seats.conftest import (
    JUST_HELD,
    TOO_LONG,
    change,
    crowd,
    inside,
    reason,
    resume,
    take,
)


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


def test_a_guest_has_one_seat_and_nobody_elses_is_taken_by_one_stranger(room, sit, laptop, charlie):
    Room.objects.filter(pk=room.pk).update(access=Access.OPEN, capacity=2)
    room.refresh_from_db()
    alices = sit(laptop)
    first, second = (charlie.devices.create(name=name) for name in ("Desk", "Phone"))
    desk = sit(first)
    phone = sit(second)
    assert (reason(desk), inside()) == (LeaveReason.REPLACED, [alices.pk, phone.pk])


def test_a_member_has_a_seat_for_each_device(room, sit, laptop, alice):
    both = [sit(laptop).pk, sit(alice.devices.create(name="Phone")).pk]
    assert inside() == both
