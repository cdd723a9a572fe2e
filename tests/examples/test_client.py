"""The example client against a real server: tokens, nonces, a refresh, a ticket, a seat."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from parley_client import (
    ApiError,
    Closed,
    DeviceKey,
    NotParley,
    Parley,
    Proofs,
    Signaling,
    TokenAuth,
    Tokens,
    reach,
)
from parley_client.auth import error_code
from tests.support.client import Client
from tests.support.codes import app_code
from tests.support.fixtures import Serve
from tests.support.people import Person
from tests.support.server import PASSWORD, Server

SECRET = "JBSWY3DPEHPK3PXP"
ADD_AN_APP = f"""
from accounts.models import User
from allauth.mfa.totp.internal.auth import TOTP
TOTP.activate(User.objects.get(username="bob"), "{SECRET}")
"""


@pytest.fixture
def key(tmp_path: Path) -> DeviceKey:
    return DeviceKey.kept_in(tmp_path / "keys" / "bob.pem")


@pytest.fixture
async def parley(server: Server, key: DeviceKey) -> AsyncIterator[Parley]:
    """Bob, signed in by the example."""
    async with Parley(server.url, key) as client:
        await client.sign_in("bob", PASSWORD)
        yield client


def auth_of(parley: Parley) -> TokenAuth:
    assert parley.auth is not None
    return parley.auth


async def test_from_a_password_to_a_seat_and_away_again(parley: Parley, room: str):
    [listed] = await parley.call("GET", "rooms/")
    assert listed["slug"] == room

    line = Signaling(parley, room)
    frames = line.frames()
    assert (await anext(frames))["self"]["name"] == "Bob"
    await line.send("join")
    assert (await anext(frames))["type"] == "joined"
    await line.send("leave")
    with pytest.raises(Closed) as left:
        await anext(frames)
    assert left.value.code == 1000


async def test_after_a_crash_of_the_server_the_seat_is_the_same(
    parley: Parley, server: Server, room: str, alice: Person
):
    line = Signaling(parley, room)
    frames = line.frames()
    seat = (await anext(frames))["self"]["peer"]
    await line.send("join")
    await anext(frames)

    server.kill()
    server.start()
    back = [(await anext(frames))["type"] for _ in range(3)]
    assert back == ["ice-servers", "room", "joined"], "a resumed socket has no welcome"
    watching = await Client.open(alice, room)
    assert [one["peer"] for one in watching.welcome["present"]] == [seat]
    await line.leave()


async def test_who_is_no_member_hears_it_and_does_not_come_back(
    parley: Parley, room: str, alice: Person, bob: Person
):
    line = Signaling(parley, room)
    frames = line.frames()
    await anext(frames)
    alice.api("DELETE", f"rooms/{room}/members/{bob.user_id}/")
    with pytest.raises(Closed) as removed:
        while True:
            await anext(frames)
    assert (removed.value.code, removed.value.error) == (4403, "removed")


async def test_a_request_without_a_nonce_succeeds_in_the_end(server: Server, key: DeviceKey):
    statuses: list[int] = []

    async def note(answer: httpx.Response) -> None:
        statuses.append(answer.status_code)

    hooks = {"response": [note]}
    async with httpx.AsyncClient(base_url=server.url, event_hooks=hooks) as http:
        body = {"username": "bob", "password": PASSWORD}
        reply = await http.post("/api/token/", json=body, auth=Proofs(key))
    assert statuses == [401, 200]
    assert reply.json()["token_type"] == "DPoP"


async def test_a_nonce_that_is_no_longer_good_is_replaced(parley: Parley):
    auth_of(parley).proofs.nonce = "of-yesterday"
    assert await parley.call("GET", "rooms/") == []


async def test_an_access_token_that_is_due_is_refreshed_before_it_is_used(parley: Parley):
    auth = auth_of(parley)
    used = auth.tokens.access
    auth.tokens = replace(auth.tokens, expires_at=0)
    assert await parley.call("GET", "rooms/") == []
    assert auth.tokens.access != used
    assert not auth.tokens.due


async def test_an_expired_access_token_is_refused_refreshed_and_the_call_made_again(
    serve: Serve, key: DeviceKey
):
    server = serve(PARLEY_ACCESS_LASTS="1")
    async with Parley(server.url, key) as parley:
        await parley.sign_in("bob", PASSWORD)
        auth = auth_of(parley)
        first = auth.tokens.access
        async with asyncio.timeout(10):
            while auth.tokens.access == first:
                # Its clock stands still: it is the server that says when the time is over.
                auth.tokens = replace(auth.tokens, expires_at=float("inf"))
                assert await parley.call("GET", "rooms/") == []


async def test_signing_out_takes_the_tokens_with_it(parley: Parley):
    auth = auth_of(parley)
    await parley.sign_out()
    parley.auth = auth
    # Neither is the access token taken any more, nor is there another one for it.
    with pytest.raises(ApiError) as refused:
        await parley.call("GET", "rooms/")
    assert refused.value.code == "invalid_grant"


async def test_signing_out_ends_an_open_socket_and_its_next_ticket(parley: Parley, room: str):
    frames = Signaling(parley, room).frames()
    await anext(frames)
    auth = auth_of(parley)
    await parley.sign_out()
    parley.auth = auth
    with pytest.raises(ApiError) as refused:
        while True:
            await asyncio.wait_for(anext(frames), 10)
    assert refused.value.status == 401


async def test_a_wrong_password_says_so(server: Server, key: DeviceKey):
    async with Parley(server.url, key) as parley:
        with pytest.raises(ApiError) as refused:
            await parley.sign_in("bob", "wrong")
    assert (refused.value.status, refused.value.code) == (401, "invalid_credentials")


async def test_a_second_factor_is_asked_for_and_taken(server: Server, key: DeviceKey):
    server.shell(ADD_AN_APP)
    async with Parley(server.url, key) as parley:
        with pytest.raises(ApiError) as refused:
            await parley.sign_in("bob", PASSWORD)
        assert refused.value.code == "mfa_required"
        await parley.sign_in("bob", PASSWORD, otp=app_code(SECRET))
        assert await parley.call("GET", "rooms/") == []


def test_threads_share_one_client(server: Server, key: DeviceKey):
    proofs = Proofs(key)
    with httpx.Client(base_url=server.url) as http:
        body = {"username": "bob", "password": PASSWORD}
        reply = http.post("/api/token/", json=body, auth=proofs).raise_for_status().json()
        auth = TokenAuth(proofs, f"{server.url}/api/token/refresh/", Tokens.of(reply))
        auth.tokens = replace(auth.tokens, expires_at=0)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: http.get("/api/rooms/", auth=auth), range(16)))
    assert {answer.status_code for answer in answers} == {200}


async def test_the_next_start_is_the_same_device(server: Server, tmp_path: Path):
    path = tmp_path / "bob.pem"
    devices = []
    for _ in range(2):
        async with Parley(server.url, DeviceKey.kept_in(path)) as parley:
            await parley.sign_in("bob", PASSWORD)
            devices += [
                device["id"] for device in await parley.call("GET", "devices/") if device["current"]
            ]
            await parley.sign_out()
    assert len(devices) == 2
    assert len(set(devices)) == 1


def test_the_key_is_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "keys" / "bob.pem"
    made = DeviceKey.kept_in(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert DeviceKey.kept_in(path).jwk == made.jwk
    path.chmod(0o644)
    with pytest.raises(PermissionError, match="Others may read"):
        DeviceKey.kept_in(path)


async def test_the_device_is_called_after_the_program(parley: Parley):
    [name] = [one["name"] for one in await parley.call("GET", "devices/") if one["current"]]
    assert name == "parley-example"


async def test_a_parley_is_reached_by_its_own_name_alone(server: Server):
    await reach(server.url)
    with pytest.raises(NotParley, match=f"calls itself {server.url}"):
        await reach(server.url.replace("localhost", "127.0.0.1"))
    with pytest.raises(NotParley, match="is no Parley"):
        await reach(f"{server.url}/accounts")


def test_a_proxys_page_has_no_code():
    page = httpx.Response(502, html="<h1>Bad gateway</h1>")
    assert error_code(page) == ""
    assert str(ApiError(page)) == "Bad Gateway (502)"
