"""What is written has a queue of its own: answered once, in its order, and in nobody's way."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from signaling.outbox import Outbox
from signaling.peers import Socket
from signaling.session import Write
from signaling.writing import ChatWriter
from tests.signaling.conftest import Enter, in_a_call
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Server

NOBODY: Any = None


async def test_on_another_device_of_ones_own_it_is_news_like_for_everybody_else(
    enter: Enter, server: Server, alice: Person, bob: Person, room: str, sign_in: SignIn
):
    first, second = await in_a_call(enter, alice, bob, room)
    laptop = await enter(await asyncio.to_thread(sign_in, server, "bob"), room)
    await laptop.join()
    preview = await enter(bob, room)
    await second.send("chat", id="m-1")
    answer = await second.receive("chat")
    assert answer["id"] == "m-1"
    assert await first.receive("chat") == await laptop.receive("chat") == answer
    for socket in (first, second, laptop, preview):
        assert "chat" not in {frame["type"] for frame in await socket.settle()}


@pytest.mark.alone
async def test_signals_go_on_while_the_database_takes_its_time_over_a_message(
    enter: Enter, server: Server, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
        database.execute("BEGIN IMMEDIATE")
        await second.send("chat", id="m-1")
        await second.send("ice", to=first.peer)
        assert (await first.receive("ice", within=2.5))["from"] == second.peer
        assert await second.settle() == []
        database.rollback()
    assert (await second.receive("chat"))["id"] == "m-1"
    assert (await first.receive("chat"))["id"] == "m-1"


@pytest.mark.alone
async def test_a_message_that_could_not_be_kept_in_time_says_so_and_the_call_goes_on(
    enter: Enter, server: Server, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
        database.execute("BEGIN IMMEDIATE")
        await second.send("chat", id="m-1")
        error = await second.receive("error", within=6)
        assert (error["code"], error["ref"]["id"]) == ("unavailable", "m-1")
        await second.send("ice", to=first.peer)
        assert await first.receive("ice")
        database.rollback()
    await second.send("chat", id="m-1")
    assert (await second.receive("chat"))["message"]["id"] == 1


@pytest.mark.alone
async def test_more_than_can_wait_is_refused_and_the_rest_keeps_its_order(
    enter: Enter, server: Server, alice: Person, bob: Person, room: str
):
    _, second = await in_a_call(enter, alice, bob, room)
    # One on its way, and as many behind it as may be.
    numbers = range(1 + 64)
    with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
        database.execute("BEGIN IMMEDIATE")
        for number in (*numbers, len(numbers)):
            await second.send("chat", id=f"m-{number}", text=str(number))
        error = await second.receive("error", within=2)
        assert (error["code"], error["ref"]["id"]) == ("unavailable", f"m-{len(numbers)}")
        database.rollback()
    answers = [(await second.receive("chat"))["message"] for _ in numbers]
    assert [(one["id"], one["text"]) for one in answers] == [(n + 1, str(n)) for n in numbers]


async def test_a_fault_that_nobody_foresaw_is_handed_to_who_ends_the_socket():
    ended: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
    socket = Socket(NOBODY, Outbox(NOBODY, cut=NOBODY))
    writer = ChatWriter(socket, NOBODY, ended.set_result)
    writer.put(Write("m-1", "Shall we start with the roses?"))
    assert isinstance(await asyncio.wait_for(ended, 1), AttributeError)
