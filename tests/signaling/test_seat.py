"""A seat outlives its socket: going away, coming back, joining anew, and what ends it."""

from __future__ import annotations

import asyncio

from tests.signaling.conftest import Enter, in_a_call
from tests.support.client import Client
from tests.support.fixtures import SignIn
from tests.support.people import Person


async def test_who_loses_the_socket_is_away_and_comes_back_to_the_same_seat(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    second.vanish()
    assert (await first.receive("peer-away"))["peer"] == second.peer
    again = await enter(bob, room, resume=second.peer)
    [peer] = (await again.receive("joined"))["peers"]
    assert [frame["type"] for frame in again.kept] == ["ice-servers", "room"]
    assert (peer["peer"], peer["away"]) == (first.peer, False)
    assert (await first.receive("peer-back"))["peer"] == second.peer
    await again.send("offer", to=first.peer)
    assert (await first.receive("offer"))["from"] == second.peer


async def test_a_signal_to_who_is_away_is_answered(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    second.vanish()
    await first.receive("peer-away")
    await first.send("ice", to=second.peer)
    error = await first.receive("error")
    assert (error["code"], error["ref"]["to"]) == ("peer_away", second.peer)


async def test_a_close_with_1001_is_not_leaving(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    await second.close(1001)
    assert (await first.receive("peer-away"))["peer"] == second.peer


async def test_the_newest_socket_holds_the_seat(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    newer = await enter(bob, room, resume=second.peer)
    await newer.receive("joined")
    assert await second.closed() == 4409
    await first.receive("peer-back")
    assert all(frame["type"] not in ("peer-away", "peer-left") for frame in await first.settle())
    await newer.send("ice", to=first.peer)
    assert (await first.receive("ice"))["from"] == second.peer


async def test_a_seat_is_resumed_by_the_device_that_holds_it_alone(
    enter: Enter, alice: Person, bob: Person, room: str, sign_in: SignIn
):
    _, second = await in_a_call(enter, alice, bob, room)
    body = {"resume": second.peer}
    other_browser = sign_in(bob.server, "bob")
    for person in (alice, other_browser):
        answer = person.call_api("POST", f"rooms/{room}/tickets/", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "seat_gone")


async def test_a_seat_that_was_given_up_is_gone(
    enter: Enter, alice: Person, bob: Person, room: str
):
    _, second = await in_a_call(enter, alice, bob, room)
    await second.send("leave")
    assert await second.closed() == 1000
    answer = bob.call_api("POST", f"rooms/{room}/tickets/", {"resume": second.peer})
    assert (answer.status_code, answer.json()["code"]) == (409, "seat_gone")


async def test_a_seat_that_ends_between_ticket_and_handshake_is_gone(
    enter: Enter, dial: Enter, alice: Person, bob: Person, room: str
):
    _, second = await in_a_call(enter, alice, bob, room)
    ticket = bob.ticket(room, second.peer)
    await second.send("leave")
    await second.closed()
    late = await dial(bob, ticket)
    assert await late.closed() == 4401
    assert [frame["code"] for frame in late.kept if frame["type"] == "error"] == ["seat_gone"]


async def test_a_page_loaded_anew_takes_the_place_of_the_old_one(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    anew = await enter(bob, room)
    [peer] = (await anew.join())["peers"]
    assert peer["peer"] == first.peer
    left = await first.receive("peer-left")
    assert (left["peer"], left["reason"]) == (second.peer, "replaced")
    assert await second.closed() == 4409
    assert second.kept[-1]["code"] == "joined_elsewhere"
    answer = bob.call_api("POST", f"rooms/{room}/tickets/", {"resume": second.peer})
    assert (answer.status_code, answer.json()["code"]) == (409, "joined_elsewhere")


async def test_a_full_room_refuses_the_seat_and_says_so(
    enter: Enter, alice: Person, bob: Person, charlie: Person
):
    small = alice.make_room(capacity=2)
    alice.bring(bob, charlie, slug=small)
    await in_a_call(enter, alice, bob, small)
    third = await enter(charlie, small)
    await third.send("join")
    assert await third.closed() == 4423
    assert third.kept[-1]["code"] == "room_full"


async def test_a_locked_room_takes_nobody_new_and_keeps_who_is_inside(
    enter: Enter, alice: Person, bob: Person, room: str
):
    inside, waiting = await enter(alice, room), await enter(bob, room)
    await inside.join()
    alice.api("PATCH", f"rooms/{room}/", {"locked": True})
    assert (await inside.receive("room"))["locked"] is True
    assert (await waiting.receive("room"))["locked"] is True
    await waiting.send("join")
    assert await waiting.closed() == 4423
    assert waiting.kept[-1]["code"] == "room_locked"
    again = await enter(alice, room)
    assert again.welcome["room"]["locked"] is True
    await again.join()
    alice.api("PATCH", f"rooms/{room}/", {"locked": False})
    await (await enter(bob, room)).join()


async def test_who_sits_in_a_full_room_may_load_the_page_anew(
    enter: Enter, alice: Person, bob: Person
):
    small = alice.make_room(capacity=2)
    alice.bring(bob, slug=small)
    first, _ = await in_a_call(enter, alice, bob, small)
    anew = await enter(bob, small)
    assert [peer["peer"] for peer in (await anew.join())["peers"]] == [first.peer]


async def test_an_away_seat_counts_in_a_full_room(
    enter: Enter, alice: Person, bob: Person, charlie: Person
):
    small = alice.make_room(capacity=2)
    alice.bring(bob, charlie, slug=small)
    first, second = await in_a_call(enter, alice, bob, small)
    second.vanish()
    await first.receive("peer-away")
    third = await enter(charlie, small)
    await third.send("join")
    assert await third.closed() == 4423


async def test_peers_come_in_order_of_arrival(
    enter: Enter, alice: Person, bob: Person, charlie: Person, sign_in: SignIn
):
    slug = alice.make_room()
    alice.bring(bob, charlie, slug=slug)
    sockets = [await enter(person, slug) for person in (charlie, alice, bob)]
    for socket in sockets[:2]:
        await socket.join()
    assert [p["name"] for p in (await sockets[2].join())["peers"]] == ["Charlie", "Alice"]
    sockets[0].vanish()
    await sockets[1].receive("peer-away")
    back = await enter(charlie, slug, resume=sockets[0].peer)
    assert [p["name"] for p in (await back.receive("joined"))["peers"]] == ["Alice", "Bob"]
    dave = await asyncio.to_thread(sign_in, alice.server, "dave")
    alice.bring(dave, slug=slug)
    fourth = await enter(dave, slug)
    assert [p["name"] for p in (await fourth.join())["peers"]] == ["Charlie", "Alice", "Bob"]


async def test_changes_of_the_room_are_told_to_everyone_in_it(
    enter: Enter, alice: Person, bob: Person, room: str
):
    _, second = await in_a_call(enter, alice, bob, room)
    preview = await enter(bob, room)
    await asyncio.to_thread(alice.api, "PATCH", f"rooms/{room}/", {"name": "Spring", "capacity": 8})
    for socket in (second, preview):
        told = await socket.receive("room")
        assert (told["name"], told["capacity"]) == ("Spring", 8)


async def test_two_who_come_at_the_same_moment_see_each_other(
    enter: Enter, alice: Person, bob: Person, room: str
):
    async def sees(socket: Client, other: Client) -> None:
        peers = {peer["peer"]: peer for peer in (await socket.receive("joined"))["peers"]}
        if other.peer in peers:
            assert not peers[other.peer]["away"]
        else:
            # What came before `joined` is part of it.
            socket.kept.clear()
            await socket.receive("peer-joined", peer=other.peer)

    old = await enter(alice, room)
    await old.join()
    for _ in range(5):
        # Alice's new seat replaces her old one, which takes the server longer than Bob's.
        first, second = await enter(alice, room), await enter(bob, room)
        await asyncio.gather(first.send("join"), second.send("join"))
        await asyncio.gather(sees(first, second), sees(second, first))
        await second.send("leave")
        await second.closed()
