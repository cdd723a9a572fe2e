"""The sockets' way to the database: bounded, and whole again after the database has hung."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event

import pytest
from django.db import OperationalError

from signaling.database import THREADS, WAITING, DatabaseAway, in_database


async def become(number: int, call: Callable[[], object]) -> list[object]:
    """What becomes of so many calls at once."""
    return await asyncio.gather(*(in_database(call) for _ in range(number)), return_exceptions=True)


async def test_what_the_call_gives_or_raises_comes_back():
    assert await in_database(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await in_database(divmod, 7, 0)


async def test_a_database_that_cannot_be_reached_is_away():
    def fail() -> None:
        raise OperationalError("no route")

    with pytest.raises(DatabaseAway):
        await in_database(fail)


async def test_a_crowd_that_is_too_large_is_refused_at_once():
    back = Event()
    crowd = asyncio.create_task(become(THREADS + WAITING, back.wait))
    await asyncio.sleep(0)
    for one in await become(10, back.wait):
        assert isinstance(one, DatabaseAway)
    back.set()
    assert await crowd == [True] * (THREADS + WAITING)


async def test_after_the_database_has_hung_there_is_room_for_as_many_as_before():
    back = Event()
    for one in await become(WAITING, back.wait):
        assert isinstance(one, DatabaseAway)
    back.set()
    assert await become(WAITING, lambda: "answer") == ["answer"] * WAITING
