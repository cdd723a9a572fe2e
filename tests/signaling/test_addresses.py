"""What shows an address: the rule alone, and then live, for one person and for a whole room."""

from __future__ import annotations

import asyncio
import json

import pytest

from signaling import messages
from signaling.addresses import shows_address
from signaling.messages import SignalIn
from tests.signaling.conftest import Enter, in_a_call
from tests.support.client import frame
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person

RELAY = "candidate:1 1 udp 41885439 198.51.100.1 50000 typ relay raddr 0.0.0.0 rport 0"
HOST = "candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host"
REFLEXIVE = "candidate:2 1 udp 1686052607 203.0.113.5 61665 typ srflx raddr 192.0.2.7 rport 50000"


def ice(candidate: str) -> SignalIn:
    read = messages.decode(json.dumps(frame("ice", data={"candidate": candidate})))
    assert isinstance(read, SignalIn)
    return read


def described(kind: str, *lines: str, end: str = "\r\n") -> SignalIn:
    sdp = end.join(["v=0", "o=- 1 2 IN IP4 127.0.0.1", "m=audio 9 UDP/TLS/RTP/SAVPF 111", *lines])
    read = messages.decode(json.dumps(frame(kind, data={"type": kind, "sdp": sdp})))
    assert isinstance(read, SignalIn)
    return read


@pytest.mark.parametrize(
    "candidate",
    [
        "",
        RELAY,
        f"a={RELAY}",
        RELAY.replace("0.0.0.0 rport 0", ":: rport 9") + " generation 0 ufrag EsAw",
        RELAY.replace(" raddr 0.0.0.0 rport 0", ""),
    ],
)
def test_what_a_relay_stands_for_shows_no_address(candidate: str):
    assert not shows_address(ice(candidate))


@pytest.mark.parametrize(
    "candidate",
    [
        HOST,
        HOST.replace("192.0.2.7", "4c9e7a0a.local"),
        REFLEXIVE,
        REFLEXIVE.replace("srflx", "prflx"),
        REFLEXIVE.replace("192.0.2.7", "0.0.0.0"),
        RELAY.replace("raddr 0.0.0.0", "raddr 192.0.2.7"),
        RELAY.replace("raddr 0.0.0.0", "raddr 2001:db8::7"),
        RELAY + " raddr 192.0.2.7 rport 1",
        RELAY + f"\r\na={HOST}",
        HOST + " typ relay",
        RELAY.replace("typ relay", "TYP RELAY"),
        "candidate:1",
        "192.0.2.7",
        " ",
    ],
)
def test_everything_else_does(candidate: str):
    assert shows_address(ice(candidate))


@pytest.mark.parametrize("kind", ["offer", "answer"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_description_shows_what_its_candidates_show(kind: str, end: str):
    relayed = f"a={RELAY}"
    assert not shows_address(described(kind, end=end))
    assert not shows_address(described(kind, relayed, relayed, "a=end-of-candidates", end=end))
    for line in (f"a={HOST}", f"A={HOST}", f" a={REFLEXIVE}", "a=candidate"):
        assert shows_address(described(kind, relayed, line, end=end))


@pytest.mark.parametrize(
    "line",
    [
        "c=IN IP4 0.0.0.0",
        "c=IN IP6 ::",
        "c=IN IP4 198.51.100.1",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=rtcp:50001 IN IP4 198.51.100.1",
        "a=rtcp:50001",
        "a=rtcp-mux",
        "a=rtcp-fb:111 transport-cc",
    ],
)
def test_a_description_may_state_no_address_or_its_relays(line: str):
    assert not shows_address(described("offer", f"a={RELAY}", line))


@pytest.mark.parametrize(
    "line",
    [
        "c=IN IP4 192.0.2.7",
        "C=IN IP4 192.0.2.7",
        "c=192.0.2.7",
        "c=IN IP4 0.0.0.0 192.0.2.7",
        "c=IN IP6 2001:db8::7",
        "a=rtcp:50001 IN IP4 192.0.2.7",
        "A=RTCP:50001 IN IP4 192.0.2.7",
        "a=rtcp:192.0.2.7",
    ],
)
def test_any_other_address_that_a_description_states_is_shown(line: str):
    assert shows_address(described("offer", f"a={RELAY}", line))
    assert shows_address(described("answer", line))


def test_the_relay_of_another_description_is_an_address_like_any_other():
    assert shows_address(described("offer", "c=IN IP4 198.51.100.1"))


async def test_who_hides_their_address_sends_no_other_candidate(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await enter(alice, room), await enter(bob, room)
    await first.join()
    await second.join()
    await first.receive("peer-joined")
    host = frame("ice")["data"]
    relay = {**host, "candidate": RELAY}
    await second.send("ice", to=first.peer)
    assert (await first.receive("ice"))["data"] == host

    await asyncio.to_thread(alice.api, "PATCH", f"rooms/{room}/", {"hides_addresses": True})
    assert (await second.receive("room"))["hides_addresses"] is True
    offer = {"type": "offer", "sdp": f"v=0\r\na={HOST}\r\n"}
    for kind, data in (("ice", host), ("offer", offer)):
        await second.send(kind, to=first.peer, data=data)
        error = await second.receive("error")
        assert (error["code"], error["ref"]["to"]) == ("address_shown", first.peer)
    await second.send("ice", to=first.peer, data=relay)
    assert (await first.receive("ice"))["data"] == relay
    assert "ice" not in {frame["type"] for frame in await first.settle()}
    # So for who comes back, and for who comes later.
    second.vanish()
    await first.receive("peer-away")
    back = await enter(bob, room, resume=second.peer)
    await back.receive("joined")
    assert [frame["type"] for frame in back.kept] == ["ice-servers", "room"]
    assert back.kept[-1]["hides_addresses"] is True
    await back.send("ice", to=first.peer)
    assert (await back.receive("error"))["code"] == "address_shown"
    later = await enter(bob, room)
    await later.join()
    await later.send("ice", to=first.peer)
    assert (await later.receive("error"))["code"] == "address_shown"

    await asyncio.to_thread(alice.api, "PATCH", f"rooms/{room}/", {"hides_addresses": False})
    assert (await later.receive("room"))["hides_addresses"] is False
    await later.send("ice", to=first.peer)
    assert (await first.receive("ice"))["from"] == later.peer


async def test_who_chooses_to_hide_their_address_does_so_from_the_next_seat_on(
    enter: Enter, serve: Serve, sign_in: SignIn
):
    server = serve()
    alice, bob = sign_in(server, "alice"), sign_in(server, "bob")
    room = alice.make_room()
    alice.bring(bob, slug=room)
    first, second = await in_a_call(enter, alice, bob, room)
    later = await enter(bob, room)
    await asyncio.to_thread(bob.hide_address)
    await second.send("ice", to=first.peer)
    assert (await first.receive("ice"))["from"] == second.peer
    # Its connections are what they are; so is the seat that it comes back to.
    second.vanish()
    await first.receive("peer-away")
    back = await enter(bob, room, resume=second.peer)
    assert (await back.receive("joined"))["hides_address"] is False
    await back.send("ice", to=first.peer)
    assert (await first.receive("ice"))["from"] == second.peer
    # The preview was there before the choice, the seat is not.
    assert later.welcome["self"]["hides_address"] is False
    assert (await later.join())["hides_address"] is True
    await later.send("ice", to=first.peer)
    assert (await later.receive("error"))["code"] == "address_shown"
