"""A bad line to a server: a proxy before it that cuts sockets in the middle of what they carry."""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.support.ports import free_port, listens, until

CHUNK = 4096
SOCKET = b"GET /ws/"


@dataclass
class Line:
    """One connection through the proxy: `whole` is how many bytes it still carries."""

    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    whole: int


@dataclass
class Cutter:
    """Everything passes; of sockets so many are cut as `left` says, after so many bytes each."""

    seed: int
    after: range
    port: int = field(default_factory=free_port)
    # Where the server answers, and how many cuts are still to come: both for the test to set.
    server_port: int = 0
    left: int = 0

    def __post_init__(self) -> None:
        self.url = f"http://localhost:{self.port}"
        self._random = random.Random(self.seed)  # noqa: S311 - the same each time, on purpose
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._ends: set[asyncio.StreamWriter] = set()
        # Of its own, so that a test may wait for what passes here.
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        until(lambda: listens(self.port), 5, "the proxy listens")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        await self._over.wait()
        server.close()
        while carrying := asyncio.all_tasks() - {asyncio.current_task()}:
            for end in self._ends:
                end.transport.abort()
            await asyncio.wait(carrying, timeout=0.1)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = {writer}
        self._ends |= ends
        try:
            first = await reader.read(CHUNK)
            back, there = await asyncio.open_connection("127.0.0.1", self.server_port)
            ends.add(there)
            self._ends.add(there)
            there.write(first)
            line = None
            if first.startswith(SOCKET):
                line = Line((writer, there), self._random.choice(self.after))
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pass_on(reader, there, line))
                ways.create_task(self._pass_on(back, writer, line))
        except* OSError:
            pass  # one end is gone, and so the other goes
        finally:
            for end in ends:
                end.transport.abort()
            self._ends -= ends

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, line: Line | None
    ) -> None:
        while chunk := await source.read(CHUNK):
            if line and self.left > 0:
                line.whole -= len(chunk)
                if line.whole < 0:
                    self._cut(line, target, chunk[: line.whole])
                    return
            target.write(chunk)
            await target.drain()
        target.close()

    def _cut(self, line: Line, target: asyncio.StreamWriter, begun: bytes) -> None:
        """What has begun to pass does so, and then both ends hear no more."""
        self.left -= 1
        target.write(begun)
        for end in line.ends:
            end.transport.abort()
