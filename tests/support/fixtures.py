"""The fixtures of the whole suite: an installation, servers on demand, the cast signed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support import client
from tests.support.browser import Stage, Tab, chromium
from tests.support.people import Person
from tests.support.server import Database, Installation, Kind, Server
from tests.support.turn import Relay

Serve = Callable[..., Server]
SignIn = Callable[..., Person]

# The servers of the running test: their logs stand beside its failure.
running: list[Server] = []


# The pages of the running test, for the same reason.
TABS = pytest.StashKey[list[Tab]]()
# Whoever asks for one of these is no test of `make check`,
REAL = {"installation", "relay", "stage"}
# and of these, wants the machine to itself.
ALONE = {"relay", "stage"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & REAL:
            item.add_marker("real")
        if asked & ALONE:
            item.add_marker("alone")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        for server in running:
            report.sections.append((f"{server.kind} on {server.port}", server.log[-20_000:]))
        for tab in item.stash.get(TABS, []):
            report.sections.append((f"console of {tab.page.url}", "\n".join(tab.complaints)))
    return report


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("installation"))


@pytest.fixture
def serve(installation: Installation, tmp_path: Path) -> Iterator[Serve]:
    """Starts a server of the test's own, as often as it asks; all are stopped with the test."""

    def start(kind: Kind = "uvicorn", database: Database = "sqlite", **settings: str) -> Server:
        data = tmp_path / f"server{len(running)}"
        server = Server(installation, data, kind=kind, database=database, settings=settings)
        running.append(server)
        server.start()
        return server

    yield start
    for server in running:
        server.stop()
    running.clear()


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve()


@pytest.fixture
async def hang_up() -> AsyncIterator[None]:
    """Closes what the test's clients left open."""
    yield
    await asyncio.gather(*(one.socket.close() for one in client.opened))
    client.opened.clear()


@pytest.fixture
def sign_in(hang_up: None) -> Iterator[SignIn]:
    """Signs someone of the cast in at a server."""
    with ExitStack() as sessions:

        def enter(server: Server, username: str, **options: Any) -> Person:
            return sessions.enter_context(Person(server, username, **options)).sign_in()

        yield enter


@pytest.fixture(scope="session")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    relay = Relay(tmp_path_factory.mktemp("relay"))
    yield relay
    relay.stop()


@pytest.fixture
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A browser; at the end no page of it may have complained."""
    async with chromium() as browser:
        stage = Stage(browser)
        request.node.stash[TABS] = stage.tabs
        yield stage
        stage.assert_quiet()


@pytest.fixture
def alice(server: Server, sign_in: SignIn) -> Person:
    return sign_in(server, "alice")


@pytest.fixture
def bob(server: Server, sign_in: SignIn) -> Person:
    return sign_in(server, "bob")


@pytest.fixture
def charlie(server: Server, sign_in: SignIn) -> Person:
    return sign_in(server, "charlie")


@pytest.fixture
def room(alice: Person, bob: Person) -> str:
    """Alice's room, of which Bob is a member; its slug."""
    slug = alice.make_room()
    alice.bring(bob, slug=slug)
    return slug
