"""Two people find each other: what docs/protocol.md promises of a call, over a real socket."""

from __future__ import annotations

import pytest

from tests.signaling.conftest import Enter
from tests.support.client import frame
from tests.support.people import Person

SHOWING = {"audio": True, "video": True, "screen": False, "hand": False}


async def test_welcome_says_who_one_is_and_which_room_this_is(
    enter: Enter, alice: Person, room: str
):
    socket = await enter(alice, room)
    assert socket.welcome["self"] | {"peer": "", "device": "", "user": 0} == {
        "peer": "",
        "user": 0,
        "name": "Alice",
        "role": "owner",
        "device": "",
        "hides_address": False,
    }
    assert socket.welcome["room"] == {
        "slug": room,
        "name": "Kitchen table",
        "capacity": 6,
        "locked": False,
        "access": "members",
        "hides_addresses": False,
        "has_chat": True,
    }
    assert socket.welcome["call"] is None
    assert socket.welcome["present"] == []


async def test_two_people_exchange_signals_stamped_with_who_sent_them(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await enter(alice, room), await enter(bob, room)
    assert (await first.join())["peers"] == []
    [present] = (await second.join())["peers"]
    assert present["peer"] == first.peer
    assert (present["name"], present["role"], present["away"]) == ("Alice", "owner", False)
    arrival = await first.receive("peer-joined")
    assert (arrival["peer"], arrival["name"], arrival["state"]) == (second.peer, "Bob", SHOWING)

    await second.send("offer", to=first.peer)
    offer = await first.receive("offer")
    assert offer == {
        "type": "offer",
        "from": second.peer,
        "connection": "c1",
        "data": frame("offer")["data"],
    }
    await first.send("answer", to=second.peer)
    assert (await second.receive("answer"))["from"] == first.peer
    await first.send("ice", to=second.peer)
    assert (await second.receive("ice"))["data"] == frame("ice")["data"]


async def test_data_is_relayed_byte_for_byte(enter: Enter, alice: Person, bob: Person, room: str):
    first, second = await enter(alice, room), await enter(bob, room)
    await first.join()
    await second.join()
    data = '{ "sdp" : "v=0\\u000d\\n\\u00e9 😀 \\/" ,\t"type":"offer" }'
    await second.send_raw(f'{{"type":"offer","to":"{first.peer}","data":{data}}}')
    await first.receive("peer-joined")
    raw = await first.socket.recv()
    assert raw == f'{{"type":"offer","from":"{second.peer}","data":{data}}}'


async def test_signals_right_behind_join_arrive(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await enter(alice, room), await enter(bob, room)
    await first.join()
    await second.send("join")
    await second.send("offer", to=first.peer)
    await first.receive("peer-joined")
    assert (await first.receive("offer"))["from"] == second.peer


async def test_a_name_in_from_is_ignored(enter: Enter, alice: Person, bob: Person, room: str):
    first, second = await enter(alice, room), await enter(bob, room)
    await first.join()
    await second.join()
    await second.send("offer", to=first.peer, **{"from": first.peer})
    assert (await first.receive("offer"))["from"] == second.peer


async def test_everyone_in_the_call_hears_what_one_shows(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await enter(alice, room), await enter(bob, room)
    await first.join()
    await second.join()
    await second.send("state", audio=False, hand=True)
    heard = await first.receive("state")
    assert (heard["from"], heard["audio"], heard["hand"]) == (second.peer, False, True)


async def test_the_preview_sees_who_is_inside_and_who_comes_and_goes(
    enter: Enter, alice: Person, bob: Person, room: str
):
    inside, outside = await enter(alice, room), await enter(bob, room)
    await inside.join()
    arrival = await outside.receive("peer-joined")
    assert arrival["peer"] == inside.peer
    later = await enter(bob, room)
    assert [(one["peer"], one["name"]) for one in later.welcome["present"]] == [
        (inside.peer, "Alice")
    ]
    assert later.welcome["call"] == arrival["call"]
    await inside.send("leave")
    assert await outside.receive("peer-left") == {
        "type": "peer-left",
        "peer": inside.peer,
        "reason": "left",
    }


async def test_leaving_closes_with_1000(enter: Enter, alice: Person, bob: Person, room: str):
    first, second = await enter(alice, room), await enter(bob, room)
    await first.join()
    await second.join()
    await second.send("leave")
    assert await second.closed() == 1000
    assert (await first.receive("peer-left"))["reason"] == "left"


async def test_closing_with_1000_is_leaving(enter: Enter, alice: Person, bob: Person, room: str):
    first, second = await enter(alice, room), await enter(bob, room)
    await first.join()
    await second.join()
    await second.close(1000)
    assert (await first.receive("peer-left"))["reason"] == "left"


@pytest.mark.parametrize(
    "kind, fields, code",
    [
        ("offer", {}, "peer_gone"),
        ("ice", {"to": "nobody"}, "peer_gone"),
        ("join", {}, "already_joined"),
    ],
)
async def test_what_cannot_be_done_is_answered(
    enter: Enter, alice: Person, room: str, kind: str, fields: dict[str, str], code: str
):
    socket = await enter(alice, room)
    await socket.join()
    await socket.send(kind, **fields)
    error = await socket.receive("error")
    assert (error["code"], error["ref"]["type"]) == (code, kind)


async def test_a_signal_to_oneself_is_answered(enter: Enter, alice: Person, room: str):
    socket = await enter(alice, room)
    await socket.join()
    await socket.send("offer", to=socket.peer)
    assert (await socket.receive("error"))["code"] == "self_addressed"


@pytest.mark.parametrize("kind", ["offer", "answer", "ice", "state"])
async def test_nothing_is_said_without_a_seat(enter: Enter, alice: Person, room: str, kind: str):
    socket = await enter(alice, room)
    await socket.send(kind)
    assert (await socket.receive("error"))["code"] == "not_joined"


async def test_a_signal_does_not_reach_another_room(
    enter: Enter, alice: Person, bob: Person, room: str
):
    elsewhere = alice.make_room("Elsewhere")
    here, there = await enter(bob, room), await enter(alice, elsewhere)
    await here.join()
    await there.join()
    await here.send("offer", to=there.peer)
    assert (await here.receive("error"))["code"] == "peer_gone"
    assert await there.settle() == []


async def test_a_ping_is_answered(enter: Enter, alice: Person, room: str):
    socket = await enter(alice, room)
    await socket.send("ping", t=7)
    assert (await socket.receive("pong"))["t"] == 7
