"""A client of docs/protocol.md: every frame that it sends is a block of that page."""

from __future__ import annotations

import asyncio
import functools
import json
import re
import time
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.environment import REPOSITORY
from tests.support.people import Person

Frame = dict[str, Any]

# What the running test opened; whatever becomes of it, none of these outlives it.
opened: list[Client] = []


@functools.cache
def documented() -> tuple[Frame, ...]:
    """Every JSON block of the protocol's page that is a frame, in the page's order."""
    page = (REPOSITORY / "docs" / "protocol.md").read_text()
    blocks = re.findall(r"^```json\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    objects = [json.loads(block) for block in blocks]
    return tuple(one for one in objects if isinstance(one, dict) and "type" in one)


def frame(kind: str, **fields: object) -> Frame:
    """The page's first frame of this type, as a client sends it, with these fields instead."""
    for one in documented():
        if one["type"] == kind and "from" not in one:
            return {**one, **fields}
    raise LookupError(f"docs/protocol.md shows no {kind!r} that a client sends")


class Closed(AssertionError):
    """The server closed while a frame was waited for."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Client:
    """One socket of one person; frames that were not asked for yet wait in `kept`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.kept: list[Frame] = []
        self.welcome: Frame = {}
        # The id that this seat has, or will have with `join`.
        self.peer = ""

    @classmethod
    async def open(cls, person: Person, slug: str, resume: str | None = None) -> Self:
        """The whole way in: a ticket, the socket, and what the server says first."""
        ticket = await asyncio.to_thread(person.ticket, slug, resume)
        client = await cls.dial(person, ticket)
        if resume is None:
            client.welcome = await client.receive("welcome")
        client.peer = resume or client.welcome["self"]["peer"]
        return client

    @classmethod
    async def dial(
        cls,
        person: Person,
        ticket: dict[str, Any],
        *,
        origin: str | None = None,
        cookie: str | None = None,
    ) -> Self:
        """With a ticket in hand, and whatever origin and cookie the test wants."""
        socket = await connect(
            ticket["url"],
            subprotocols=["parley.v1", f"parley.ticket.{ticket['ticket']}"],  # type: ignore[list-item]
            origin=person.server.url if origin is None else origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": person.cookie_header if cookie is None else cookie},
            compression=None,
            max_size=None,
            ping_interval=None,
            # A test that has left something unread does not wait for it.
            close_timeout=1,
            proxy=None,
        )
        client = cls(socket)
        opened.append(client)
        return client

    async def send(self, kind: str, **fields: object) -> None:
        await self.send_raw(json.dumps(frame(kind, **fields)))

    async def send_raw(self, text: str | bytes) -> None:
        await self.socket.send(text)

    async def receive(self, kind: str, within: float = 5, **fields: object) -> Frame:
        """The next frame of this type, with these fields; others are kept for later."""

        def fits(one: Frame) -> bool:
            return one["type"] == kind and fields.items() <= one.items()

        for one in self.kept:
            if fits(one):
                self.kept.remove(one)
                return one
        deadline = time.monotonic() + within
        while True:
            one = await self._next(deadline - time.monotonic(), f"{kind} {fields or ''}")
            if fits(one):
                return one
            self.kept.append(one)

    async def _next(self, within: float, what: str) -> Frame:
        try:
            read = await asyncio.wait_for(self.socket.recv(), within)
        except TimeoutError:
            raise AssertionError(f"no {what} came; others: {self.kept}") from None
        except ConnectionClosed:
            raise Closed(self.socket.close_code) from None
        frame: Frame = json.loads(read)
        return frame

    async def join(self, **fields: object) -> Frame:
        await self.send("join", **fields)
        return await self.receive("joined")

    async def knock(self, **fields: object) -> None:
        """Where one must be let in: returns as soon as one waits."""
        await self.send("join", **fields)
        await self.receive("waiting")

    async def settle(self) -> list[Frame]:
        """All that came before the answer to a `ping` sent now: what is not in it was not sent."""
        mark = time.monotonic_ns() // 1000
        await self.send("ping", t=mark)
        await self.receive("pong", t=mark)
        kept, self.kept = self.kept, []
        return kept

    async def closed(self, within: float = 5) -> int | None:
        """The code with which the server closes; what it said before is in `kept`."""
        deadline = time.monotonic() + within
        try:
            while True:
                self.kept.append(await self._next(deadline - time.monotonic(), "close"))
        except Closed as closed:
            return closed.code

    async def close(self, code: int = 1000) -> None:
        await self.socket.close(code)

    def vanish(self) -> None:
        """Gone without a word, as by a pulled cable (the kernel's, not the protocol's, goodbye)."""
        self.socket.transport.abort()
