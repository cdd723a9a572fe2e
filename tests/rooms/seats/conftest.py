"""The devices that take seats, the workers that hold them, and short words for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from accounts.models import Device, User
from rooms import liveness, seats
from rooms.models import SEAT_HELD, Membership, Participant, Room, new_peer_id
from rooms.seats import Seating

HERE, ELSEWHERE = "worker", "another worker"
JUST_HELD = SEAT_HELD - dt.timedelta(seconds=2)
TOO_LONG = SEAT_HELD + dt.timedelta(seconds=1)
Sit = Callable[..., Participant]


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
