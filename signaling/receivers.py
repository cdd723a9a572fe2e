"""Carries the news of rooms and accounts to the bus."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import Signal, receiver

from accounts.signals import device_ended, user_revoked
from rooms.models import Message
from rooms.signals import (
    holds_changed,
    knock_changed,
    membership_ended,
    message_sent,
    roles_changed,
    room_changed,
    room_closed,
    seats_ended,
)
from signaling import bus
from signaling.messages import RoomChanged
from signaling.presence import chat_of


@receiver(seats_ended)
def on_seats_ended(slug: str, seats: dict[str, str], **_: Any) -> None:
    bus.publish(bus.SeatsEnded(slug, seats))


@receiver(membership_ended)
def on_membership_ended(slug: str, user_id: int, reason: str, **_: Any) -> None:
    bus.publish(bus.MembershipEnded(slug, user_id, reason))


@receiver(room_closed)
def on_room_closed(slug: str, **_: Any) -> None:
    bus.publish(bus.RoomClosed(slug))


@receiver(room_changed)
def on_room_changed(sender: object, signal: Signal, slug: str, **facts: Any) -> None:
    bus.publish(bus.RoomChanged(slug, RoomChanged(**facts)))


@receiver(roles_changed)
def on_roles_changed(slug: str, roles: dict[int, str], **_: Any) -> None:
    bus.publish(bus.RolesChanged(slug, roles))


@receiver(holds_changed)
def on_holds_changed(slug: str, users: list[int], **_: Any) -> None:
    bus.publish(bus.HoldsChanged(slug, users))


@receiver(knock_changed)
def on_knock_changed(
    slug: str,
    knock_id: int,
    user_id: int,
    name: str,
    end: str,
    retry_after: int | None,
    **_: Any,
) -> None:
    bus.publish(bus.KnockChanged(slug, knock_id, user_id, name, end, retry_after))


@receiver(message_sent)
def on_message_sent(slug: str, message: Message, **_: Any) -> None:
    bus.publish(bus.MessageSent(slug, message.user_id or 0, chat_of(message)))


@receiver(device_ended)
def on_device_ended(device_id: UUID, **_: Any) -> None:
    bus.publish(bus.DeviceEnded(device_id))


@receiver(user_revoked)
def on_user_revoked(user_id: int, **_: Any) -> None:
    bus.publish(bus.UserRevoked(user_id))
