"""A stolen ticket enters nothing: it takes the session's cookie or the key (ASVS 5.0, 4.4).

What a browser's ticket asks of the handshake besides is in tests/signaling/test_opening.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import connect as open_socket

from tests.attacks.attempt import Attempt
from tests.attacks.conftest import Browse, Join, SignInClient
from tests.attacks.forgeries import FORGERIES, WITH_A_TOKEN, Forgery
from tests.support import client as sockets
from tests.support.api_client import SOCKET_OPTIONS, ApiClient
from tests.support.client import Client, Closed
from tests.support.people import Person
from tests.support.proofs import Key

AT_ONCE = 20
Ticket = dict[str, Any]

pytestmark = pytest.mark.usefixtures("hang_up")


async def enters(socket: Client) -> bool:
    """Whether it is welcome; refused, it hears one error and nothing of the room."""
    try:
        await socket.receive("welcome")
    except Closed as refusal:
        [error] = socket.kept
        assert (refusal.code, error["type"], error["code"]) == (4401, "error", "ticket_invalid")
        return False
    await socket.close()
    return True


async def dial(ticket: Ticket, headers: Any, *protocols: Any) -> Client:
    """With exactly these headers."""
    told = protocols or ("parley.v1", f"parley.ticket.{ticket['ticket']}")
    socket = await open_socket(
        ticket["url"],
        subprotocols=told,
        additional_headers=headers,
        **SOCKET_OPTIONS,
    )
    client = Client(socket)
    sockets.opened.append(client)
    return client


# --- an API client's ticket ---


async def test_an_api_clients_ticket_enters_with_its_key(alice: ApiClient, slug: str):
    """Whatever is refused below is refused for what is wrong with it."""
    assert await enters(await alice.dial(alice.ticket(slug)))


@pytest.mark.parametrize(
    "forge", (FORGERIES | WITH_A_TOKEN).values(), ids=(FORGERIES | WITH_A_TOKEN).keys()
)
async def test_an_api_clients_ticket_is_worthless_with_a_forged_proof(
    alice: ApiClient, slug: str, forge: Forgery
):
    """RFC 9449, 4.3: the handshake is the fourth door, with the ticket for a token."""
    ticket = alice.ticket(slug)
    url = alice.server.url + f"/ws/rooms/{slug}/"
    attempt = Attempt("GET", url, alice.nonce, "x", ticket["ticket"], alice.key)
    assert not await enters(await alice.dial(ticket, {"DPoP": forge(attempt)}))


async def test_an_api_clients_ticket_is_worthless_without_its_proof(
    alice: ApiClient, host: Person, slug: str
):
    """RFC 9449, 7.1: neither alone, nor with what a session or a token could say for it."""
    for headers in (
        {},
        {"Cookie": host.cookie_header},
        {"Cookie": host.cookie_header, "Origin": host.server.url},
        {"Authorization": f"DPoP {alice.access}"},
        {"Authorization": f"Bearer {alice.access}"},
    ):
        assert not await enters(await dial(alice.ticket(slug), headers)), headers


async def test_an_api_clients_ticket_enters_from_no_page(alice: ApiClient, host: Person, slug: str):
    """ASVS 5.0, 4.4.2: a script on any page may have it, ours among them."""
    for origin in (host.server.url, "http://evil.example", "null", ""):
        ticket = alice.ticket(slug)
        headers = {"DPoP": alice.socket_proof(ticket), "Origin": origin}
        assert not await enters(await dial(ticket, headers)), origin
        headers["Cookie"] = host.cookie_header
        ticket = alice.ticket(slug)
        headers["DPoP"] = alice.socket_proof(ticket)
        assert not await enters(await dial(ticket, headers)), origin


async def test_a_ticket_is_worthless_with_a_proof_for_something_else(alice: ApiClient, slug: str):
    """RFC 9449, 4.3, checks 8, 9 and 12."""
    other_room = await asyncio.to_thread(room_of, alice)

    def proofs(ticket: Ticket) -> list[str]:
        path, token = f"/ws/rooms/{slug}/", ticket["ticket"]
        in_ws = alice.server.url.replace("http", "ws", 1) + path
        return [
            alice.proof("GET", f"/ws/rooms/{other_room}/", token),
            alice.proof("GET", f"/api/rooms/{slug}/tickets/", token),
            alice.proof("POST", path, token),
            alice.proof("GET", path, token, htu=in_ws),
            alice.proof("GET", path),
            alice.proof("GET", path, alice.access),
            alice.proof("GET", path, alice.ticket(slug)["ticket"]),
            alice.proof("GET", path, f"parley.ticket.{token}"),
        ]

    for number in range(8):
        ticket = alice.ticket(slug)
        assert not await enters(await alice.dial(ticket, {"DPoP": proofs(ticket)[number]})), number


def room_of(client: ApiClient) -> str:
    answer = client.call_api("POST", "rooms/", {"name": "Den"})
    assert answer.status_code == 201
    slug: str = answer.json()["slug"]
    return slug


async def test_an_api_clients_ticket_opens_no_other_room(alice: ApiClient, slug: str):
    """ASVS 5.0, 8.2.2."""
    other_room = await asyncio.to_thread(room_of, alice)
    ticket = alice.ticket(slug)
    moved = ticket | {"url": ticket["url"].replace(slug, other_room)}
    assert not await enters(await alice.dial(moved))


async def test_a_thiefs_own_key_does_not_fit(
    alice: ApiClient, sign_up: Join, connect: SignInClient, host: Person, slug: str
):
    """RFC 9449, 7.1: not even that of another member, nor of the same user's other device."""
    bob = sign_up("bob")
    host.bring(bob, slug=slug)
    for thief in (connect(bob), connect(host)):
        thief.ticket(slug)
        assert not await enters(await thief.dial(alice.ticket(slug)))
    thief.key = Key()
    assert not await enters(await thief.dial(alice.ticket(slug)))


async def test_two_proofs_at_the_handshake_are_none(alice: ApiClient, slug: str):
    """RFC 9449, 4.3, check 1."""
    ticket = alice.ticket(slug)
    both = [("DPoP", alice.socket_proof(ticket)) for _ in range(2)]
    assert not await enters(await dial(ticket, both))


async def test_a_ticket_enters_from_its_subprotocol_alone(alice: ApiClient, slug: str):
    """ASVS 5.0, 14.2.1: never from an address, which logs keep."""
    ticket = alice.ticket(slug)
    in_query = ticket | {"url": f"{ticket['url']}?ticket={ticket['ticket']}"}
    shown = {"DPoP": alice.socket_proof(ticket)}
    assert not await enters(await dial(in_query, shown, "parley.v1"))
    ticket, other = alice.ticket(slug), alice.ticket(slug)
    shown = {"DPoP": alice.socket_proof(ticket)}
    both = [f"parley.ticket.{one['ticket']}" for one in (ticket, other)]
    assert not await enters(await dial(ticket, shown, "parley.v1", *both))


async def test_the_proof_of_one_handshake_opens_no_second_one(alice: ApiClient, slug: str):
    """RFC 9449, 11.1."""
    ticket = alice.ticket(slug)
    shown = {"DPoP": alice.socket_proof(ticket)}
    assert await enters(await alice.dial(ticket, shown))
    assert not await enters(await alice.dial(ticket, shown))
    assert not await enters(await alice.dial(alice.ticket(slug), shown))


# --- a browser's ticket ---


async def test_a_browsers_ticket_is_worthless_with_a_proof_instead_of_its_cookie(
    alice: ApiClient, host: Person, slug: str
):
    """ASVS 5.0, 4.4.3: it belongs to its session, whoever holds which key."""
    for key in (host.key, alice.key, Key()):
        for origin in ({}, {"Origin": host.server.url}):
            ticket = host.ticket(slug)
            proof = key.proof(
                "GET",
                f"{host.server.url}/ws/rooms/{slug}/",
                nonce=host.nonce,
                bound_to=ticket["ticket"],
            )
            assert not await enters(await dial(ticket, {"DPoP": proof, **origin}))


async def test_a_browsers_ticket_is_worthless_without_its_own_cookie_and_origin(
    host: Person, sign_up: Join, browse: Browse, slug: str
):
    """ASVS 5.0, 4.4.2 and 4.4.3: nor does the same user's other session do."""
    bob, phone = sign_up("bob"), browse(host)
    ours = host.server.url
    for headers in (
        {},
        {"Origin": ours},
        {"Cookie": host.cookie_header},
        {"Cookie": bob.cookie_header, "Origin": ours},
        {"Cookie": phone.cookie_header, "Origin": ours},
        {"Cookie": host.cookie_header, "Origin": "http://evil.example"},
    ):
        assert not await enters(await dial(host.ticket(slug), headers)), headers
    good = {"Cookie": host.cookie_header, "Origin": ours}
    assert await enters(await dial(host.ticket(slug), good))


async def test_a_ticket_is_worthless_when_the_session_shows_another_key(
    sign_up: Join, slug: str, host: Person
):
    """ASVS 5.0, 7.4.1: it goes with the device that fetched it."""
    dave = sign_up()
    host.bring(dave, slug=slug)
    ticket, cookie = dave.ticket(slug), dave.cookie_header
    dave.post_form("/accounts/reauthenticate/", {"password": dave.password})
    dave.key = Key()
    dave.api("POST", "devices/", {})
    for shown in (cookie, dave.cookie_header):
        late = await Client.dial(dave, ticket, cookie=shown)
        assert await late.closed() == 4401
        assert [frame["type"] for frame in late.kept] == ["error"]
    assert await enters(await Client.dial(dave, dave.ticket(slug)))


# --- many at once ---


async def test_of_twenty_who_bring_an_api_clients_ticket_one_enters(alice: ApiClient, slug: str):
    """ASVS 5.0, 2.3.4: each with a good proof of its own."""
    ticket = alice.ticket(slug)
    assert await count_entered(lambda: alice.dial(ticket)) == 1
    assert not await enters(await alice.dial(ticket))


async def test_of_twenty_who_bring_a_browsers_ticket_one_enters(host: Person, slug: str):
    """ASVS 5.0, 2.3.4: each with the session's cookie."""
    ticket = host.ticket(slug)
    assert await count_entered(lambda: Client.dial(host, ticket)) == 1


async def count_entered(try_it: Callable[[], Awaitable[Client]]) -> int:
    dialled = await asyncio.gather(*(try_it() for _ in range(AT_ONCE)))
    return sum(await asyncio.gather(*map(enters, dialled)))


async def test_a_ticket_that_was_stolen_and_tried_is_spent(alice: ApiClient, slug: str):
    """ASVS 5.0, 7.2.2: one try, whoever's; its owner asks for another and gets it."""
    ticket = alice.ticket(slug)
    assert not await enters(await dial(ticket, {}))
    assert not await enters(await alice.dial(ticket))
    assert await enters(await alice.dial(alice.ticket(slug)))
