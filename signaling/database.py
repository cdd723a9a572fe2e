"""How sockets reach the database: in one bounded pool of threads, and never for longer than 3 s.

The deadline is the event loop's, because a stopped database server ignores every timeout of its
own; a thread that hangs keeps its place in the pool until the database lets go of it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import DatabaseError, InterfaceError

from signaling.messages import CloseCode, Refused

P = ParamSpec("P")
T = TypeVar("T")

DEADLINE = 3.0
THREADS = 8
WAITING = 512

POOL = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="socket-database")
_places = threading.BoundedSemaphore(THREADS + WAITING)


class DatabaseAway(Refused):
    """The database did not answer in time, or could not be reached."""

    def __init__(self) -> None:
        detail = "The server is busy. Your page comes back by itself."
        super().__init__(CloseCode.OVERLOADED, "unavailable", detail)


async def in_database(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs `call` in the pool. Raises DatabaseAway."""
    if not _places.acquire(blocking=False):
        raise DatabaseAway
    running = database_sync_to_async(_placed(call), thread_sensitive=False, executor=POOL)
    try:
        return await asyncio.wait_for(running(*args, **kwargs), DEADLINE)
    except (TimeoutError, DatabaseError, InterfaceError) as fault:
        raise DatabaseAway from fault


def _placed(call: Callable[P, T]) -> Callable[P, T]:
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        finally:
            _places.release()

    return run
