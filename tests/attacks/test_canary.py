"""A call and a token flow, with our loggers at DEBUG: what is secret then stands nowhere."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Request, Response, WebSocket

from tests.support.api_client import ApiClient
from tests.support.browser import Stage, Tab
from tests.support.fixtures import Serve, SignIn
from tests.support.server import PASSWORD, Server

RELAY = "turn:127.0.0.1:9"
TURN_SECRET = "a secret that coturn knows too"  # noqa: S105 - of a relay that is not there
# What one must know of a description to answer in its place (RFC 8839, RFC 8122).
IN_SDP = re.compile(r"a=(?:ice-pwd:|fingerprint:sha-256 )(\S+)")


class Secrets:
    """What passes between the pages, the API client and the server, under the name of its kind."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {}
        self.reading: list[asyncio.Task[None]] = []

    def note(self, kind: str, *secrets: str) -> None:
        self.seen.setdefault(kind, set()).update(secret for secret in secrets if secret)

    def watch(self, tab: Tab) -> None:
        tab.page.on("request", self._of_request)
        tab.page.on("response", lambda got: self.reading.append(_task(self._of_response(got))))
        tab.page.on("websocket", self._of_socket)

    def _of_request(self, request: Request) -> None:
        self.note("proof", request.headers.get("dpop", ""))

    async def _of_response(self, response: Response) -> None:
        if response.url.endswith("/tickets/") and response.ok:
            self.note("ticket", (await response.json())["ticket"])

    def _of_socket(self, socket: WebSocket) -> None:
        socket.on("framesent", self._of_frame)
        socket.on("framereceived", self._of_frame)

    def _of_frame(self, text: str | bytes) -> None:
        frame = json.loads(text)
        if sdp := frame.get("data", {}).get("sdp"):
            self.note("description", *IN_SDP.findall(sdp))
        if candidate := frame.get("data", {}).get("candidate"):
            self.note("candidate", candidate)
        for server in frame.get("iceServers", []):
            self.note("relay password", server.get("credential", ""))


def _task(reading: Any) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(reading)


@pytest.fixture
def server(serve: Serve) -> Server:
    relay = {"PARLEY_TURN_URLS": RELAY, "PARLEY_TURN_SECRETS": TURN_SECRET}
    return serve(LOG_LEVEL="DEBUG", **relay)


async def call(stage: Stage, server: Server, sign_in: SignIn, secrets: Secrets) -> None:
    """Alice and Bob meet, see each other, and part."""
    people = [sign_in(server, name) for name in ("alice", "bob")]
    room = people[0].make_room()
    people[0].bring(people[1], slug=room)
    tabs = [await stage.tab(server, person) for person in people]
    for tab in tabs:
        secrets.watch(tab)
        await tab.join(room)
    for tab in tabs:
        await tab.everyone_moves()
    for tab in tabs:
        await tab.leave()
    await asyncio.gather(*secrets.reading)


async def fetch_tokens(server: Server, secrets: Secrets) -> None:
    """Alice's program signs in, calls the API, refreshes, opens a socket, and signs out."""
    with ApiClient(server, "alice") as client:
        client.http.event_hooks["request"].append(
            lambda request: secrets.note("proof", request.headers["DPoP"])
        )
        client.sign_in()
        secrets.note("access token", client.access)
        secrets.note("refresh token", client.refresh)
        client.ask_access()
        secrets.note("access token", client.access)
        room = client.call_api("POST", "rooms/", {"name": "Den"}).json()["slug"]
        ticket = client.ticket(room)
        secrets.note("ticket", ticket["ticket"])
        socket = await client.dial(ticket)
        await socket.receive("welcome")
        await socket.close()
        assert client.ask_tokens(otp="000000").status_code == 200
        client.password = "a password that is wrong"
        secrets.note("password", PASSWORD, client.password)
        assert client.ask_tokens().status_code == 401


def kept(server: Server) -> str:
    """Every byte of the database, and of what it has not yet folded in."""
    data = Path(server.environment["PARLEY_DATA"])
    read = []
    # The log before the database: what is folded in, and gone, meanwhile is read there.
    for name in ("parley.sqlite3-wal", "parley.sqlite3"):
        with suppress(FileNotFoundError):
            read.append((data / name).read_bytes().decode("latin-1"))
    assert read[-1].startswith("SQLite format 3")
    return "".join(read)


async def test_no_log_and_no_table_holds_what_is_secret(
    stage: Stage, server: Server, sign_in: SignIn
):
    secrets = Secrets()
    await call(stage, server, sign_in, secrets)
    await fetch_tokens(server, secrets)

    assert set(secrets.seen) == {
        *("password", "access token", "refresh token", "proof", "ticket"),
        *("relay password", "description", "candidate"),
    }
    database = kept(server)
    for place, text in {"log": server.log, "database": database}.items():
        for kind, found in secrets.seen.items():
            leaked = [secret for secret in found if secret in text]
            assert not leaked, f"a {kind} stands in the {place}: {leaked[0][:12]}…"
    assert TURN_SECRET not in server.log + database
