"""Carries the news of rooms and accounts to the bus."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from accounts.signals import device_ended, user_revoked
from rooms.signals import membership_ended, room_changed, room_closed, seats_ended
from signaling import bus


@receiver(seats_ended)
def on_seats_ended(slug: str, seats: dict[str, str], **_: Any) -> None:
    bus.publish(bus.SeatsEnded(slug, seats))


@receiver(membership_ended)
def on_membership_ended(slug: str, user_id: int, **_: Any) -> None:
    bus.publish(bus.MembershipEnded(slug, user_id))


@receiver(room_closed)
def on_room_closed(slug: str, **_: Any) -> None:
    bus.publish(bus.RoomClosed(slug))


@receiver(room_changed)
def on_room_changed(slug: str, name: str, capacity: int, locked: bool, **_: Any) -> None:
    bus.publish(bus.RoomChanged(slug, name, capacity, locked))


@receiver(device_ended)
def on_device_ended(device_id: UUID, **_: Any) -> None:
    bus.publish(bus.DeviceEnded(device_id))


@receiver(user_revoked)
def on_user_revoked(user_id: int, **_: Any) -> None:
    bus.publish(bus.UserRevoked(user_id))
