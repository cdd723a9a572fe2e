"""News between the workers, and from the rest of Parley to them: one channel per worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from signaling.messages import ChatFrom
from signaling.messages import RoomChanged as RoomNow

EVERY_WORKER = "parley.workers"


class News(msgspec.Struct, frozen=True, tag=True):
    pass


class NewsOfRoom(News, frozen=True):
    slug: str


class SeatsEnded(NewsOfRoom, frozen=True):
    reasons: dict[str, str]


class MembershipEnded(NewsOfRoom, frozen=True):
    user: int
    reason: str


class RoomClosed(NewsOfRoom, frozen=True):
    pass


class RoomChanged(NewsOfRoom, frozen=True):
    now: RoomNow


class RolesChanged(NewsOfRoom, frozen=True):
    roles: dict[int, str]


class HoldsChanged(NewsOfRoom, frozen=True):
    users: list[int]


class KnockChanged(NewsOfRoom, frozen=True):
    """`end` is empty while they wait."""

    knock: int
    user: int
    name: str
    end: str
    retry_after: int | None


class MessageSent(NewsOfRoom, frozen=True):
    user: int
    chat: ChatFrom


class DeviceEnded(News, frozen=True):
    device: UUID


class UserRevoked(News, frozen=True):
    user: int


AnyNews = (
    SeatsEnded
    | MembershipEnded
    | RoomClosed
    | RoomChanged
    | RolesChanged
    | HoldsChanged
    | KnockChanged
    | MessageSent
    | DeviceEnded
    | UserRevoked
)

_decoder = msgspec.json.Decoder(AnyNews)


def publish(news: AnyNews) -> None:
    """Tells every worker. Called from synchronous code, after the commit."""
    message = {"type": "news", "body": msgspec.json.encode(news)}
    async_to_sync(_layer().group_send)(EVERY_WORKER, message)


async def listen(take: Callable[[AnyNews], None]) -> None:
    """Gives each piece of news to `take`, for as long as this worker lives."""
    layer = _layer()
    channel = await layer.new_channel("worker")
    await layer.group_add(EVERY_WORKER, channel)
    try:
        while True:
            message = await layer.receive(channel)
            take(_decoder.decode(message["body"]))
    finally:
        await layer.group_discard(EVERY_WORKER, channel)


def _layer() -> Any:
    return get_channel_layer()
