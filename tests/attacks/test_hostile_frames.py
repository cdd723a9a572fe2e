"""Whatever one peer sends: it hears why not, the others hear nothing, and the server lives on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.attacks.hostile_frames import BOB, READABLE, UNSPEAKABLE, binary, too_large
from tests.support.client import Client
from tests.support.people import Person
from tests.support.server import UNLIMITED, Installation, Server

CAME_AND_WENT = {"peer-joined", "peer-away", "peer-left"}


@dataclass
class Table:
    """Alice and Bob talk; Charlie is a member, too, and means ill."""

    server: Server
    alice: Person
    bob: Person
    charlie: Person
    room: str


@pytest.fixture(scope="module")
def table(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    server = Server(installation, tmp_path_factory.mktemp("hostile") / "server", settings=UNLIMITED)
    server.start()
    with ExitStack() as sessions:
        names = ("alice", "bob", "charlie")
        alice, bob, charlie = (
            sessions.enter_context(Person(server, name)).sign_in() for name in names
        )
        room = alice.make_room()
        alice.bring(bob, charlie, slug=room)
        yield Table(server, alice, bob, charlie, room)
    server.stop()


@dataclass
class Call:
    """The call that goes on meanwhile."""

    table: Table
    alice: Client
    bob: Client
    count: int = 0

    async def attacker(self) -> Client:
        client = await Client.open(self.table.charlie, self.table.room)
        await client.join()
        return client

    async def goes_on(self) -> None:
        """Nothing has reached the two but that somebody came and went, and their relay is exact."""
        for sender, receiver in ((self.alice, self.bob), (self.bob, self.alice)):
            self.count += 1
            data = f'{{ "type":"offer" ,\t"sdp":"v=0\\u000d\\n {self.count} \\/é😀"}}'
            await sender.send_raw(f'{{"type":"offer","to":"{receiver.peer}","data":{data}}}')
            relayed = f'{{"type":"offer","from":"{sender.peer}","data":{data}}}'
            while (heard := await receiver.socket.recv()) != relayed:
                assert json.loads(heard)["type"] in CAME_AND_WENT, heard
        process = self.table.server.process
        assert process is not None and process.poll() is None
        assert "signaling failed" not in self.table.server.log


@asynccontextmanager
async def call_in(table: Table) -> Any:
    alice, bob = (
        await Client.open(table.alice, table.room),
        await Client.open(table.bob, table.room),
    )
    await alice.join()
    await bob.join()
    await alice.receive("peer-joined")
    yield Call(table, alice, bob)
    await alice.close()
    await bob.close()


async def assault(table: Table, sent: list[Any], codes: set[str], ends_with: int) -> None:
    """Sends all of it, three on each socket: each is answered, and the third ends the socket."""
    async with call_in(table) as call:
        for begin in range(0, len(sent), 3):
            attacker = await call.attacker()
            batch = sent[begin : begin + 3]
            for one in batch:
                named = one.replace(BOB, call.bob.peer) if isinstance(one, str) else one
                await attacker.send_raw(named)
                answer = await attacker._next(5, f"answer to {one[:80]!r}")
                assert answer["type"] == "error" and answer["code"] in codes, (answer, one[:200])
            if len(batch) == 3:
                assert await attacker.closed() == ends_with
            else:
                await attacker.close()
            await call.goes_on()


def test_there_are_many_kinds_of_hostility():
    sent: list[str | bytes] = [one for category in READABLE for one in category()]
    sent += [*binary(), *too_large(), *(written for written, _ in UNSPEAKABLE.values())]
    assert len(sent) == len(set(sent)) >= 200


@pytest.mark.parametrize("category", READABLE, ids=lambda category: category.__name__)
async def test_what_is_no_frame_reaches_nobody(table: Table, category: Any):
    await assault(table, list(category()), {"bad_json", "bad_frame"}, ends_with=4400)


async def test_a_binary_message_reaches_nobody(table: Table):
    await assault(table, list(binary()), {"binary_frame"}, ends_with=4400)


async def test_a_frame_above_64_kib_reaches_nobody(table: Table):
    await assault(table, list(too_large()), {"frame_too_large"}, ends_with=4413)


async def test_what_is_no_websocket_reaches_nobody(table: Table):
    async with call_in(table) as call:
        for name, (written, code) in UNSPEAKABLE.items():
            attacker = await call.attacker()
            attacker.socket.transport.write(written)
            assert await attacker.closed() == code, name
            await call.goes_on()
