"""The chat of docs/protocol.md, over a real socket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.signaling.conftest import Enter
from tests.support.client import Client, frame
from tests.support.people import Person

TEXT = frame("chat")["text"]


async def say(socket: Client, id: str, text: str = TEXT) -> dict[str, Any]:
    """The message as the server has taken it."""
    await socket.send("chat", id=id, text=text)
    answer = await socket.receive("chat", id=id)
    message: dict[str, Any] = answer["message"]
    return message


async def test_a_message_reaches_all_inside_once_and_who_wrote_it_too(
    enter: Enter, alice: Person, bob: Person, room: str
):
    alices, bobs = await enter(alice, room), await enter(bob, room)
    await alices.join()
    await bobs.join()
    await bobs.send("chat", id="m-1")
    heard = [await one.receive("chat") for one in (alices, bobs)]
    assert heard[0] == heard[1]
    message = heard[0]["message"]
    at = datetime.fromisoformat(message.pop("at"))
    assert datetime.now(UTC) - at < timedelta(seconds=30)
    assert message == {
        "id": 1,
        "user": bobs.welcome["self"]["user"],
        "name": "Bob",
        "text": TEXT,
    }
    for socket in (alices, bobs):
        assert not [one for one in await socket.settle() if one["type"] == "chat"]


async def test_a_message_sent_again_is_answered_to_its_sender_alone(
    enter: Enter, alice: Person, bob: Person, room: str
):
    alices, bobs = await enter(alice, room), await enter(bob, room)
    await alices.join()
    await bobs.join()
    first = await say(bobs, "m-1")
    await alices.receive("chat")
    assert await say(bobs, "m-1") == first
    await bobs.send("chat", id="m-1", text="Another text under the same id")
    error = await bobs.receive("error")
    assert (error["code"], error["ref"]) == ("id_taken", {"type": "chat", "id": "m-1"})
    assert not [one for one in await alices.settle() if one["type"] == "chat"]


async def test_who_comes_back_sends_again_and_asks_for_what_was_missed(
    enter: Enter, alice: Person, bob: Person, room: str
):
    alices, bobs = await enter(alice, room), await enter(bob, room)
    await alices.join()
    await bobs.join()
    first = await say(bobs, "m-1")
    bobs.vanish()
    await alices.receive("peer-away")
    second = await say(alices, "a-1", "While you were away")
    back = await enter(bob, room, resume=bobs.peer)
    await back.receive("joined")
    assert await say(back, "m-1") == first
    page = await asyncio.to_thread(bob.api, "GET", f"rooms/{room}/messages/?after={first['id']}")
    assert [(one["id"], one["text"]) for one in page["messages"]] == [
        (second["id"], second["text"])
    ]


async def test_what_one_socket_writes_at_once_keeps_its_order(
    enter: Enter, alice: Person, bob: Person, room: str
):
    alices, bobs = await enter(alice, room), await enter(bob, room)
    await alices.join()
    await bobs.join()
    ids = [f"m-{number}" for number in range(30)]
    for id in ids:
        await bobs.send("chat", id=id, text=id)
    for socket in (alices, bobs):
        heard = [await socket.receive("chat") for _ in ids]
        assert [one["message"]["id"] for one in heard] == list(range(1, len(ids) + 1))
        assert [one["id"] for one in heard] == ids


async def test_the_preview_hears_nothing_of_the_chat_and_writes_nothing(
    enter: Enter, alice: Person, bob: Person, room: str
):
    alices, bobs = await enter(alice, room), await enter(bob, room)
    await alices.join()
    await bobs.send("chat", id="m-1")
    refused = await bobs.receive("error")
    assert (refused["code"], refused["ref"]) == ("not_joined", {"type": "chat", "id": "m-1"})
    await say(alices, "a-1")
    heard = await bobs.settle()
    assert not [one for one in heard if one["type"] == "chat"]


async def test_a_chat_that_is_turned_off_takes_nothing_and_all_are_told(
    enter: Enter, alice: Person, bob: Person, room: str
):
    bobs = await enter(bob, room)
    assert bobs.welcome["room"]["has_chat"] is True
    await bobs.join()
    await asyncio.to_thread(alice.api, "PATCH", f"rooms/{room}/", {"has_chat": False})
    assert (await bobs.receive("room"))["has_chat"] is False
    await bobs.send("chat", id="m-1")
    refused = await bobs.receive("error")
    assert (refused["code"], refused["ref"]) == ("chat_off", {"type": "chat", "id": "m-1"})
    answer = await asyncio.to_thread(bob.call_api, "GET", f"rooms/{room}/messages/")
    assert (answer.status_code, answer.json()["code"]) == (403, "chat_off")


async def test_what_is_no_text_is_refused_and_reaches_nobody(
    enter: Enter, alice: Person, bob: Person, room: str
):
    alices, bobs = await enter(alice, room), await enter(bob, room)
    await alices.join()
    await bobs.join()
    for id, text in [("m-1", "\u200b \n"), ("m-2", "a\0b")]:
        await bobs.send("chat", id=id, text=text)
        refused = await bobs.receive("error")
        assert (refused["code"], refused["ref"]) == ("bad_frame", {"type": "chat", "id": id})
    await say(bobs, "m-3", "x" * 4096)
    assert [one["id"] for one in await alices.settle() if one["type"] == "chat"] == ["m-3"]


async def test_who_is_removed_is_out_with_all_they_still_write(
    enter: Enter, alice: Person, bob: Person, room: str
):
    alices, bobs = await enter(alice, room), await enter(bob, room)
    await alices.join()
    await bobs.join()
    user = bobs.welcome["self"]["user"]
    await asyncio.to_thread(alice.api, "DELETE", f"rooms/{room}/members/{user}/")
    assert await bobs.closed() == 4403
    page = await asyncio.to_thread(alice.api, "GET", f"rooms/{room}/messages/")
    assert page["messages"] == []
