"""How sockets reach the database: in one bounded pool of threads, and never for longer than 3 s.

The deadline is the event loop's, because a stopped database server ignores every timeout of its
own; a thread that hangs keeps its place in the pool until the database lets go of it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

from signaling.endings import UNAVAILABLE, Refused

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

DEADLINE = 3.0
THREADS = 8
WAITING = 512


class DatabaseAway(Refused):
    """The database did not answer in time, or could not be reached."""

    def __init__(self) -> None:
        super().__init__(UNAVAILABLE)


class Pool(ThreadPoolExecutor):
    """The threads, and a bounded number of places in front of them."""

    def __init__(self) -> None:
        super().__init__(THREADS, thread_name_prefix="socket-database")
        self._places = threading.BoundedSemaphore(THREADS + WAITING)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if not self._places.acquire(blocking=False):
            raise DatabaseAway
        placed = super().submit(fn, *args, **kwargs)
        # Also of what is given up before a thread has taken it.
        placed.add_done_callback(lambda _: self._places.release())
        return placed


POOL = Pool()


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """The same deadline over several steps. Raises DatabaseAway."""
    try:
        async with asyncio.timeout(DEADLINE):
            yield
    except TimeoutError as fault:
        raise DatabaseAway from fault


async def in_database(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs `call`, which may also use the shared cache, in the pool. Raises DatabaseAway."""
    running = database_sync_to_async(call, thread_sensitive=False, executor=POOL)
    try:
        return await asyncio.wait_for(running(*args, **kwargs), DEADLINE)
    except (TimeoutError, InterfaceError, OperationalError, RedisError) as fault:
        # What PostgreSQL calls a programming error is an operational one for SQLite.
        if getattr(fault.__cause__, "sqlite_errorname", None) == "SQLITE_ERROR":
            raise
        logger.warning("no answer to %s: %r", call.__name__, fault)
        raise DatabaseAway from fault
