"""News that never came: what must hold all the same, because somebody looks."""

from __future__ import annotations

import sqlite3
import time

from tests.support.client import Client
from tests.support.people import Person
from tests.support.server import Server


async def test_a_seat_and_a_ticket_that_nobody_comes_back_with_are_over_after_thirty_seconds(
    alice: Person, bob: Person, room: str
):
    first, second = await Client.open(alice, room), await Client.open(bob, room)
    await first.join()
    await second.join()
    ticket = bob.ticket(room)
    second.vanish()
    gone = time.monotonic()
    await first.receive("peer-away")
    left = await first.receive("peer-left", within=50)
    assert (left["peer"], left["reason"]) == (second.peer, "lost")
    assert 30 <= time.monotonic() - gone <= 50
    answer = bob.call_api("POST", f"rooms/{room}/tickets/", {"resume": second.peer})
    assert (answer.status_code, answer.json()["code"]) == (409, "seat_gone")
    # A ticket lasts 30 s too.
    late = await Client.dial(bob, ticket)
    assert await late.closed() == 4401
    assert [frame["code"] for frame in late.kept] == ["ticket_invalid"]
    await first.close()


async def test_a_member_who_was_taken_out_behind_our_back_is_out_all_the_same(
    server: Server, alice: Person, bob: Person, room: str
):
    inside, preview = await Client.open(bob, room), await Client.open(bob, room)
    await inside.join()
    with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
        database.execute("DELETE FROM rooms_membership WHERE role = 'member'")
    for socket in (inside, preview):
        assert await socket.closed(within=20) == 4403
