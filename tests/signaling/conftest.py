"""The same rules hold under both servers; sockets are closed with their test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.support.client import Client
from tests.support.people import Person
from tests.support.server import UNLIMITED, Installation, Kind, Server

Enter = Callable[..., Awaitable[Client]]

# Two rounds of the re-check, which comes every 15 s: what stumbles in one is found by the next.
HEALED = 35


async def act(person: Person, method: str, path: str, body: object = None) -> None:
    """A call to the API in the middle of a story of sockets."""
    await asyncio.to_thread(person.api, method, path, body)


async def in_a_call(enter: Enter, one: Person, other: Person, room: str) -> tuple[Client, Client]:
    """Both are inside, and have heard of nothing else."""
    first, second = await enter(one, room), await enter(other, room)
    await first.join()
    await second.receive("peer-joined")
    await second.join()
    await first.receive("peer-joined")
    return first, second


@pytest.fixture(scope="session")
def standing(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Kind], Server]]:
    """One server of each kind; a test has rooms and sessions of its own in it."""
    servers: dict[Kind, Server] = {}

    def of_kind(kind: Kind) -> Server:
        if kind not in servers:
            data = tmp_path_factory.mktemp("standing") / kind
            servers[kind] = Server(installation, data, kind=kind, settings=UNLIMITED)
            servers[kind].start()
        return servers[kind]

    yield of_kind
    for server in servers.values():
        server.stop()


@pytest.fixture(params=["uvicorn", "daphne"])
def server(standing: Callable[[Kind], Server], request: pytest.FixtureRequest) -> Server:
    return standing(request.param)


@pytest.fixture(scope="session")
def signed_in() -> Iterator[Callable[[Server, str], Person]]:
    """Each of the cast signs in once at each server, as people do."""
    with ExitStack() as sessions:

        @cache
        def sign_in(server: Server, username: str) -> Person:
            return sessions.enter_context(Person(server, username)).sign_in()

        yield sign_in


@pytest.fixture
def alice(server: Server, signed_in: Callable[[Server, str], Person]) -> Person:
    return signed_in(server, "alice")


@pytest.fixture
def bob(server: Server, signed_in: Callable[[Server, str], Person]) -> Person:
    return signed_in(server, "bob")


@pytest.fixture
def charlie(server: Server, signed_in: Callable[[Server, str], Person]) -> Person:
    return signed_in(server, "charlie")


@pytest.fixture
async def opened() -> AsyncIterator[list[Client]]:
    clients: list[Client] = []
    yield clients
    for client in clients:
        await client.close()


@pytest.fixture
def enter(opened: list[Client]) -> Enter:
    """`Client.open`: a person's way in, up to `welcome`."""

    async def enter(*arguments: object, **options: object) -> Client:
        opened.append(await Client.open(*arguments, **options))  # type: ignore[arg-type]
        return opened[-1]

    return enter


@pytest.fixture
def dial(opened: list[Client]) -> Enter:
    """`Client.dial`: a handshake with whatever the test brings."""

    async def dial(*arguments: object, **options: object) -> Client:
        opened.append(await Client.dial(*arguments, **options))  # type: ignore[arg-type]
        return opened[-1]

    return dial
