"""The room with any door, who knocks at it, and who takes a seat through it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import door, seats
from rooms.models import Access, Knock, Participant, Room

A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def dave(db: None) -> User:
    return User.objects.create_user("dave", display_name="Dave")


@pytest.fixture
def opened(room: Room) -> Callable[..., Room]:
    """The room with another door."""

    def change(access: str, **more: object) -> Room:
        Room.objects.filter(pk=room.pk).update(access=access, **more)
        room.refresh_from_db()
        return room

    return change


@pytest.fixture
def knocking(opened: Callable[..., Room], charlie: User) -> Knock:
    """Charlie at the door of Alice's room."""
    return door.knock(opened(Access.KNOCK), charlie)


@pytest.fixture
def sit(room: Room) -> Callable[[User], Participant]:
    """Takes a seat through the door, as a socket does."""
    seats.renew("worker", started_at=timezone.now(), held=())

    def take(user: User) -> Participant:
        device = user.devices.first() or user.devices.create(name="Browser")
        peer = f"{user.username}-{Participant.objects.count()}"
        seating = seats.take_seat(room, user=user, device=device, worker_id="worker", peer=peer)
        return seating.participants[-1]

    return take


def ends(knocked: Knock) -> str:
    knocked.refresh_from_db()
    return knocked.end


def long_ago(knocked: Knock, **since: dt.timedelta) -> None:
    """Moves its times into the past."""
    times: dict[str, Any] = {name: timezone.now() - span for name, span in since.items()}
    Knock.objects.filter(pk=knocked.pk).update(**times)


def knock_news(knocked: Knock, end: str = "", retry_after: int | None = 0) -> tuple[str, Any]:
    user = knocked.user
    what = {"user_id": user.pk, "name": user.name, "end": end, "retry_after": retry_after}
    return "knock_changed", {"knock_id": knocked.pk, **what}
