"""The rules of one pair (docs/protocol.md, 6): real connections over a line that the test holds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import cast

import pytest

from parley_client.link import Link
from parley_client.media import Studio
from parley_client.peer import Peer
from parley_client.signaling import Frame, Signaling

MEND: Frame = {"type": "mend"}
CANDIDATE = "candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host"


class Line:
    """A socket of which the other end is here."""

    def __init__(self) -> None:
        self.is_open = True
        self.sent: list[Frame] = []

    async def send(self, kind: str, **fields: object) -> None:
        self.sent.append({"type": kind, **fields})


Make = Callable[..., Peer]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """Peers on lines; what they have opened is closed with the test."""
    studio = Studio()
    peers: list[Peer] = []

    def link(id: str) -> Link:
        return Link(id, [], studio.tracks(), lambda frame: None)

    def peer(line: Line, *, later: bool) -> Peer:
        peers.append(Peer("p", "Alice", later=later, make=link, line=cast(Signaling, line)))
        return peers[-1]

    yield peer
    for one in peers:
        if one.link is not None:
            await one.link.close()
    studio.close()


async def offered(make: Make) -> Frame:
    """A later arrival's offer, as it reaches the earlier one."""
    line = Line()
    await make(line, later=True).handle(MEND)
    [offer] = line.sent
    return offer


async def test_the_later_arrival_offers_microphone_camera_and_control(make: Make):
    offer = await offered(make)
    lines = re.findall(r"^m=(\w+)", offer["data"]["sdp"], re.MULTILINE)
    assert (offer["type"], lines) == ("offer", ["audio", "video", "application"])
    assert offer["data"]["sdp"].count("a=sendrecv") == 2
    assert 0 < len(offer["connection"]) <= 16


async def test_the_earlier_arrival_makes_no_connection(make: Make):
    line = Line()
    peer = make(line, later=False)
    await peer.handle(MEND)
    assert (line.sent, peer.link) == ([], None)


@pytest.mark.parametrize("away", ["they", "we"])
async def test_nobody_is_offered_anything_while_either_socket_is_away(make: Make, away: str):
    line = Line()
    peer = make(line, later=True)
    peer.reachable, line.is_open = away != "they", away != "we"
    await peer.handle(MEND)
    assert line.sent == []


async def test_a_hopeless_connection_is_made_anew_a_few_times_and_no_more(make: Make):
    line = Line()
    peer = make(line, later=True)
    for _ in range(10):
        await peer.handle(MEND)
    connections = [offer["connection"] for offer in line.sent]
    assert len(connections) == len(set(connections)) == 6


async def test_an_offer_is_answered_on_its_own_connection(make: Make):
    line, offer = Line(), await offered(make)
    await make(line, later=False).handle(offer)
    [answer] = line.sent
    assert (answer["type"], answer["connection"]) == ("answer", offer["connection"])
    assert answer["data"]["sdp"].count("a=sendrecv") == 2


async def test_an_offer_with_a_new_connection_replaces_the_old_one(make: Make):
    line = Line()
    peer = make(line, later=False)
    first, second = await offered(make), await offered(make)
    await peer.handle(first)
    old = peer.link
    await peer.handle(second)
    assert old is not None and old.pc.connectionState == "closed"
    assert peer.link is not None and peer.link.id == second["connection"]
    # What belongs to the old one is dropped.
    await peer.handle(line.sent[0])
    assert peer.link.id == second["connection"]


async def test_the_later_arrival_lets_nobody_else_make_connections(make: Make):
    line = Line()
    peer = make(line, later=True)
    await peer.handle(MEND)
    mine = peer.link
    await peer.handle(await offered(make))
    assert peer.link is mine
    assert len(line.sent) == 1


async def test_an_answer_to_an_older_offer_is_dropped(make: Make):
    line, theirs = Line(), Line()
    peer = make(line, later=True)
    await peer.handle(MEND)
    await make(theirs, later=False).handle(line.sent[0])
    await peer.handle(MEND)
    await peer.handle(theirs.sent[0])
    assert peer.link is not None and not peer.link.is_agreed


async def test_candidates_that_come_before_their_description_are_kept(make: Make):
    peer, offer = make(Line(), later=False), await offered(make)
    ice = {"type": "ice", "data": {"candidate": CANDIDATE, "sdpMid": "0", "sdpMLineIndex": 0}}
    await peer.handle({**ice, "connection": offer["connection"]})
    await peer.handle({**ice, "connection": "another"})
    await peer.handle(offer)
    assert peer.link is not None
    sdp = peer.link.pc.remoteDescription.sdp
    assert sdp.count("192.0.2.7 50000") == 1


async def test_nonsense_ends_the_pair_and_nothing_else(make: Make):
    peer = make(Line(), later=False)
    peer.tell({"type": "offer", "connection": "c", "data": {"type": "offer", "sdp": "nonsense"}})
    running = asyncio.create_task(peer.run())
    await asyncio.wait([running], timeout=5)
    assert running.done() and running.exception() is not None
    assert peer.link is None
