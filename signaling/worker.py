"""This server process as a worker: its lease, its sweep, its re-check, and its ear on the bus.

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

from rooms import liveness, seats
from signaling import admission, bus, endings
from signaling.database import DatabaseAway, in_database
from signaling.endings import Refused
from signaling.hub import Hub, Socket
from signaling.messages import RoomChanged

logger = logging.getLogger(__name__)

BEAT = 5.0
RECHECK = 15.0
RESTART = 1.0


class Worker:
    """One per process. `id` is on the rows of the seats that its sockets hold."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(16)
        self.hub = Hub()
        self._started_at = timezone.now()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ready(self) -> None:
        """The worker is known to the database and hears the news. Raises DatabaseAway."""
        if self._tasks:
            return
        await self._beat()
        for run in (self._listen, self._beat_on, self._recheck_on):
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
        while True:
            await asyncio.sleep(BEAT)
            try:
                await self._beat()
            except DatabaseAway:
                logger.warning("database away: seats are kept")

    async def _recheck_on(self) -> None:
        while True:
            await asyncio.sleep(RECHECK)
            try:
                await self._recheck()
            except DatabaseAway:
                logger.warning("database away: sockets are not re-checked")

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
        """A bus loses news; nobody stays for that reason."""
        sockets = self.hub.sockets()
        if not sockets:
            return
        standing = await in_database(
            admission.standing_members, {socket.member for socket in sockets}
        )
        for socket in sockets:
            if socket.member not in standing:
                await self._ask_again(socket)

    async def _ask_again(self, socket: Socket) -> None:
        try:
            await in_database(admission.admit, socket.member)
        except DatabaseAway:
            raise
        except Refused as refusal:
            self.hub.turn_out([socket], refusal.ending)

    def _take(self, news: bus.AnyNews) -> None:
        hub = self.hub
        match news:
            case bus.SeatsEnded(slug=slug, reasons=reasons):
                hub.end_seats(slug, reasons)
            case bus.MembershipEnded(slug=slug, user=user):
                sockets = hub.sockets(slug=slug, user=user)
                hub.turn_out(sockets, endings.REMOVED)
            case bus.RoomClosed(slug=slug):
                hub.turn_out(hub.sockets(slug=slug), endings.ROOM_GONE)
            case bus.RoomChanged(slug=slug, name=name, capacity=capacity, locked=locked):
                hub.change_room(slug, RoomChanged(name=name, capacity=capacity, locked=locked))
            case bus.DeviceEnded(device=device):
                sockets = hub.sockets(device=str(device))
                hub.turn_out(sockets, endings.SIGNED_OUT)
            case bus.UserRevoked(user=user):
                hub.turn_out(hub.sockets(user=user), endings.SIGNED_OUT)


worker = Worker()
