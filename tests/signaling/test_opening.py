"""Who gets a ticket, and what a ticket opens: one socket, once, for the browser that fetched it."""

from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import InvalidStatus

from tests.signaling.conftest import Enter
from tests.support.client import Client, Closed
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Server


async def refused(socket: Client) -> tuple[int | None, str]:
    """The close code, and the error that came before it; nothing else may have come."""
    code = await socket.closed()
    [error] = socket.kept
    assert error["type"] == "error"
    return code, error["code"]


def test_a_stranger_gets_the_answer_of_a_room_that_does_not_exist(charlie: Person, room: str):
    answers = [
        charlie.call_api(method, f"rooms/{slug}/{what}/", body)
        for method, what, body in [
            ("POST", "tickets", {}),
            ("POST", "tickets", {"resume": "x"}),
            ("GET", "ice-servers", None),
        ]
        for slug in (room, "A" * len(room))
    ]
    for of_room, of_nothing in zip(answers[::2], answers[1::2], strict=True):
        assert of_room.status_code == of_nothing.status_code == 404
        assert of_room.content == of_nothing.content
        assert list(of_room.headers) == list(of_nothing.headers)


def test_nobody_gets_a_ticket_without_signing_in(server: Server, room: str):
    with Person(server, "alice") as nobody:
        answer = nobody.call_api("POST", f"rooms/{room}/tickets/", {})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_ticket_is_not_given_to_another_site(alice: Person, room: str):
    answer = alice.http.post(f"/api/rooms/{room}/tickets/", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_a_ticket_is_not_kept_by_caches(alice: Person, room: str):
    answer = alice.call_api("POST", f"rooms/{room}/tickets/", {})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["expires_in"] == 30


async def test_a_ticket_opens_one_socket(dial: Enter, alice: Person, room: str):
    ticket = alice.ticket(room)
    first = await dial(alice, ticket)
    assert await first.receive("welcome")
    assert await refused(await dial(alice, ticket)) == (4401, "ticket_invalid")


async def test_of_twenty_who_bring_one_ticket_one_gets_in(dial: Enter, alice: Person, room: str):
    ticket = alice.ticket(room)
    sockets = await asyncio.gather(*(dial(alice, ticket) for _ in range(20)))

    async def got_in(socket: Client) -> bool:
        try:
            await socket.receive("welcome")
        except Closed as refusal:
            assert refusal.code == 4401
            return False
        return True

    assert sum(await asyncio.gather(*map(got_in, sockets))) == 1


async def test_a_ticket_is_worthless_without_the_session_that_fetched_it(
    dial: Enter, alice: Person, bob: Person, room: str
):
    for cookie in (bob.cookie_header, "", "session=", "session=; session"):
        socket = await dial(alice, alice.ticket(room), cookie=cookie)
        assert await refused(socket) == (4401, "ticket_invalid")


async def test_a_ticket_opens_no_other_room(dial: Enter, alice: Person, room: str):
    elsewhere = alice.make_room("Elsewhere")
    ticket = alice.ticket(room)
    moved = ticket | {"url": ticket["url"].replace(room, elsewhere)}
    assert await refused(await dial(alice, moved)) == (4401, "ticket_invalid")


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://evil.example",
        "https://localhost:{port}",
        "http://localhost",
        "http://localhost:1{port}",
        "http://localhost:{port}.evil.example",
        "http://localhost:{port}@evil.example",
        "http://LOCALHOST:{port}",
        "http://127.0.0.1:{port}",
        "http://localhost:{port}/",
        "file://",
        "file://localhost:{port}",
        "https://[",
        "http://[::1",
    ],
)
async def test_a_ticket_is_worthless_on_another_origin(
    dial: Enter, alice: Person, room: str, origin: str
):
    named = origin.format(port=alice.server.port)
    try:
        socket = await dial(alice, alice.ticket(room), origin=named)
    except InvalidStatus as answer:
        # What is no origin at all daphne refuses before it reaches us.
        assert (alice.server.kind, answer.response.status_code) == ("daphne", 400)
    else:
        assert await refused(socket) == (4401, "ticket_invalid")


async def test_a_made_up_ticket_opens_nothing(dial: Enter, alice: Person, room: str):
    made_up = alice.ticket(room) | {"ticket": "A" * 43}
    assert await refused(await dial(alice, made_up)) == (4401, "ticket_invalid")


async def test_a_member_who_was_removed_in_between_is_refused(
    dial: Enter, alice: Person, bob: Person, room: str
):
    ticket = bob.ticket(room)
    alice.api("DELETE", f"rooms/{room}/members/{bob.user_id}/")
    assert await refused(await dial(bob, ticket)) == (4403, "removed")


async def test_a_room_that_was_closed_in_between_is_gone(dial: Enter, alice: Person):
    slug = alice.make_room()
    ticket = alice.ticket(slug)
    assert alice.post_form(f"/rooms/{slug}/close/", {}).status_code == 302
    assert await refused(await dial(alice, ticket)) == (4404, "not_found")


async def test_who_signed_out_in_between_is_refused(
    dial: Enter, server: Server, sign_in: SignIn, room: str
):
    bob = sign_in(server, "bob")
    ticket, cookie = bob.ticket(room), bob.cookie_header
    bob.sign_out()
    assert await refused(await dial(bob, ticket, cookie=cookie)) == (4401, "signed_out")


async def test_a_device_has_three_sockets_at_most(
    enter: Enter, dial: Enter, bob: Person, room: str
):
    for _ in range(3):
        await enter(bob, room)
    assert await refused(await dial(bob, bob.ticket(room))) == (4429, "too_many_sockets")


async def test_another_applications_odd_cookies_do_no_harm(dial: Enter, alice: Person, room: str):
    odd = f'prefs={{"a":1}}; a b=1; flag; foo[bar]=1; {alice.cookie_header}'
    socket = await dial(alice, alice.ticket(room), cookie=odd)
    assert await socket.receive("welcome")
