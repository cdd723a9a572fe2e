"""This server process as a worker: its lease, its sweeps, its re-check, and its ear on the bus.

The tasks start with the first socket, because not every server has a lifespan, and start again
when they fail.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from functools import partial

from django.utils import timezone

from rooms import chat, door, liveness, seats
from signaling import bus, news
from signaling.database import DatabaseAway, in_database
from signaling.hub import Hub
from signaling.recheck import recheck

logger = logging.getLogger(__name__)

BEAT = 5.0
RECHECK = 15.0
SWEEP = 15.0
RESTART = 1.0


class Worker:
    """One per process. `id` is on the rows of the seats that its sockets hold."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(16)
        self.hub = Hub()
        self._started_at = timezone.now()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        # Rooms of which there was news during the re-check.
        self._fresh: set[str] = set()

    async def ready(self) -> None:
        """The worker is known to the database and hears the news. Raises DatabaseAway."""
        if self._tasks:
            return
        await self._beat()
        for run in (self._listen, self._beat_on, self._recheck_on, self._door_on, self._chat_on):
            self._keep(run)

    def _keep(self, run: Callable[[], Coroutine[None, None, None]]) -> None:
        name = run.__name__
        if name in self._tasks and not self._tasks[name].done():
            return
        self._tasks[name] = task = asyncio.get_running_loop().create_task(run(), name=name)
        task.add_done_callback(partial(self._again, run))

    def _again(
        self, run: Callable[[], Coroutine[None, None, None]], ended: asyncio.Task[None]
    ) -> None:
        if ended.cancelled():
            return
        logger.error("worker task failed: %s", ended.get_name(), exc_info=ended.exception())
        ended.get_loop().call_later(RESTART, self._keep, run)

    async def _listen(self) -> None:
        await bus.listen(self._take)

    async def _beat_on(self) -> None:
        await _again_and_again(self._beat, BEAT)

    async def _recheck_on(self) -> None:
        await _again_and_again(self._recheck, RECHECK)

    async def _door_on(self) -> None:
        await _again_and_again(self._sweep_door, SWEEP)

    async def _chat_on(self) -> None:
        await _again_and_again(self._sweep_chat, SWEEP)

    async def _beat(self) -> None:
        held = [seat.member.peer for seat in self.hub.seats() if seat.reachable]
        try:
            await in_database(seats.renew, self.id, started_at=self._started_at, held=held)
        except DatabaseAway:
            liveness.lose_sight()
            raise
        liveness.keep_watch(timezone.now())
        await in_database(seats.sweep)
        known = {seat.member.peer: seat.member.slug for seat in self.hub.seats()}
        for slug, reasons in (await in_database(seats.ended_among, known)).items():
            self.hub.end_seats(slug, reasons)

    async def _recheck(self) -> None:
        await recheck(self.hub, self._fresh)

    async def _sweep_door(self) -> None:
        await in_database(door.sweep)

    async def _sweep_chat(self) -> None:
        await in_database(chat.sweep)

    def _take(self, told: bus.AnyNews) -> None:
        if isinstance(told, bus.NewsOfRoom):
            self._fresh.add(told.slug)
        news.take(self.hub, told)


async def _again_and_again(step: Callable[[], Coroutine[None, None, None]], pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        try:
            await step()
        except DatabaseAway:
            logger.warning("database away: nothing was done of %s", step.__name__)


worker = Worker()
