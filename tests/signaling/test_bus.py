"""The bus: what is told reaches every worker, however long ago it began to listen."""

from __future__ import annotations

import asyncio
from typing import Any

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from signaling import bus

DAY = 24 * 60 * 60


async def test_a_worker_hears_the_news_for_as_long_as_it_lives():
    heard: asyncio.Queue[bus.AnyNews] = asyncio.Queue()
    listening = asyncio.create_task(bus.listen(heard.put_nowait))
    layer: Any = get_channel_layer()
    async with asyncio.timeout(2):
        while bus.EVERY_WORKER not in layer.groups:  # noqa: ASYNC110 - the layer tells nobody
            await asyncio.sleep(0)
    members = layer.groups[bus.EVERY_WORKER]
    for channel in members:
        members[channel] -= 30 * DAY

    news = bus.UserRevoked(1)
    await sync_to_async(bus.publish)(news)
    assert await asyncio.wait_for(heard.get(), 2) == news
    listening.cancel()
