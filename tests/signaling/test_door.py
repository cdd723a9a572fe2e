"""Who has the link but no place in the room: knocking, waiting, and what comes of it."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from tests.signaling.conftest import HEALED, Enter, act
from tests.support.client import Client
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Server


@pytest.fixture
def knock_room(alice: Person, bob: Person) -> str:
    """Alice's room, where Bob is a member and whoever has the link may knock."""
    slug = alice.make_room("Garden plan", access="knock")
    alice.bring(bob, slug=slug)
    return slug


async def admit(by: Person, whom: Person, slug: str) -> None:
    await act(by, "POST", f"rooms/{slug}/knocks/{whom.user_id}/admit/")


async def deny(by: Person, whom: Person, slug: str) -> None:
    await act(by, "POST", f"rooms/{slug}/knocks/{whom.user_id}/deny/")


async def joined(enter: Enter, person: Person, slug: str) -> Client:
    socket = await enter(person, slug)
    await socket.join()
    return socket


async def test_who_must_knock_is_told_the_rooms_name_and_no_more(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    inside = await joined(enter, alice, knock_room)
    socket = await enter(charlie, knock_room)
    assert socket.welcome["room"] == {"slug": knock_room, "name": "Garden plan"}
    assert socket.welcome["self"]["role"] == "stranger"
    assert (socket.welcome["call"], socket.welcome["present"]) == (None, [])
    await inside.send("leave")
    await inside.closed()
    await act(alice, "PATCH", f"rooms/{knock_room}/", {"name": "Secret plan"})
    await socket.knock()
    await (await joined(enter, alice, knock_room)).send("offer", to=socket.peer)
    assert await socket.settle() == []
    answer = charlie.call_api("GET", f"rooms/{knock_room}/ice-servers/")
    assert answer.status_code == 404


async def test_who_knocks_is_heard_by_those_who_may_let_in_and_is_seated_when_they_do(
    enter: Enter, alice: Person, bob: Person, charlie: Person, knock_room: str
):
    owner, member = await joined(enter, alice, knock_room), await enter(bob, knock_room)
    socket = await enter(charlie, knock_room)
    await socket.knock()
    news: dict[str, Any] = {"user": charlie.user_id, "name": "Charlie"}
    await owner.receive("knock", waiting=True, **news)
    # A second `join` changes nothing, and nothing else is heard without a seat.
    await socket.knock()
    await socket.send("chat")
    assert (await socket.receive("error"))["code"] == "not_joined"

    await admit(alice, charlie, knock_room)
    seated = await socket.receive("joined")
    assert [frame["type"] for frame in socket.kept] == ["ice-servers", "room"]
    assert (socket.kept[1]["capacity"], socket.kept[1]["access"]) == (6, "knock")
    assert socket.kept[1]["roles"][str(charlie.user_id)] == "guest"
    assert [peer["peer"] for peer in seated["peers"]] == [owner.peer]
    arrival = await owner.receive("peer-joined")
    assert (arrival["peer"], arrival["role"]) == (socket.peer, "guest")
    assert arrival["state"]["audio"] is True
    await owner.receive("knock", waiting=False, **news)
    assert "knock" not in [frame["type"] for frame in await member.settle()]
    await owner.send("offer", to=socket.peer)
    assert (await socket.receive("offer"))["from"] == owner.peer


async def test_a_knock_outlives_a_reload_and_is_asked_for_once(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    owner, first = await enter(alice, knock_room), await enter(charlie, knock_room)
    await first.knock()
    await owner.receive("knock", waiting=True)
    await first.close(1001)
    page = charlie.http.get(f"/r/{knock_room}/").text
    assert '"waiting": true' in page
    again = await enter(charlie, knock_room)
    await again.knock()
    assert await owner.settle() == []
    [listed] = await asyncio.to_thread(alice.api, "GET", f"rooms/{knock_room}/knocks/")
    assert listed["user"] == charlie.user_id
    await admit(alice, charlie, knock_room)
    await again.receive("joined")


async def test_every_moderator_hears_of_a_knock_and_of_its_end(
    enter: Enter, alice: Person, bob: Person, charlie: Person, knock_room: str
):
    owner, bobs = await enter(alice, knock_room), await enter(bob, knock_room)
    await act(alice, "PATCH", f"rooms/{knock_room}/members/{bob.user_id}/", {"role": "moderator"})
    assert await bobs.receive("room", roles={str(bob.user_id): "moderator"})
    socket = await enter(charlie, knock_room)
    await socket.knock()
    for doorkeeper in (owner, bobs):
        await doorkeeper.receive("knock", waiting=True)
    await deny(bob, charlie, knock_room)
    for doorkeeper in (owner, bobs):
        await doorkeeper.receive("knock", waiting=False)
    denied = await socket.receive("denied")
    assert denied["reason"] == "refused"
    assert 50 < denied["retry_after"] <= 60

    await act(alice, "PATCH", f"rooms/{knock_room}/members/{bob.user_id}/", {"role": "member"})
    await bobs.receive("room", roles={str(bob.user_id): "member"})
    # Denied, and asking again within a minute: the socket stays, and nobody is asked.
    await socket.send("join")
    assert (await socket.receive("denied"))["reason"] == "refused"
    assert "knock" not in {frame["type"] for frame in await owner.settle()}


async def test_who_no_longer_moderates_hears_no_knock(
    enter: Enter, alice: Person, bob: Person, charlie: Person, knock_room: str
):
    place = f"rooms/{knock_room}/members/{bob.user_id}/"
    await act(alice, "PATCH", place, {"role": "moderator"})
    owner, bobs = await enter(alice, knock_room), await joined(enter, bob, knock_room)
    await act(alice, "PATCH", place, {"role": "member"})
    await bobs.receive("room", roles={str(bob.user_id): "member"})
    socket = await enter(charlie, knock_room)
    await socket.knock()
    await owner.receive("knock")
    assert "knock" not in {frame["type"] for frame in await bobs.settle()}


async def test_who_is_admitted_while_the_socket_is_away_is_seated_at_the_next_join(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    owner, first = await joined(enter, alice, knock_room), await enter(charlie, knock_room)
    await first.knock()
    await owner.receive("knock")
    first.vanish()
    await admit(alice, charlie, knock_room)
    await owner.receive("knock", waiting=False)
    again = await enter(charlie, knock_room)
    assert again.welcome["self"]["role"] == "guest"
    assert len((await again.join())["peers"]) == 1


async def test_a_knock_can_be_withdrawn_and_made_again(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    owner, socket = await enter(alice, knock_room), await enter(charlie, knock_room)
    await socket.knock()
    await act(charlie, "DELETE", f"rooms/{knock_room}/knocks/mine/")
    assert await socket.receive("denied", reason="withdrawn", retry_after=0)
    await owner.receive("knock", waiting=False)
    await socket.knock()
    await admit(alice, charlie, knock_room)
    await socket.receive("joined")


async def test_who_knocks_without_end_is_told_so_and_not_that_somebody_refused(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    socket = await enter(charlie, knock_room)
    for _ in range(10):
        await socket.knock()
        await act(charlie, "DELETE", f"rooms/{knock_room}/knocks/mine/")
        await socket.receive("denied", reason="withdrawn")
    await socket.send("join")
    await socket.receive("denied", reason="too_often", retry_after=60)


async def test_nobody_waits_for_longer_than_ten_minutes(
    enter: Enter, server: Server, alice: Person, charlie: Person, sign_in: SignIn, knock_room: str
):
    owner, here = await enter(alice, knock_room), await enter(charlie, knock_room)
    await here.knock()
    await owner.receive("knock", waiting=True)
    with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
        before = "UPDATE rooms_knock SET created_at = datetime(created_at, '-10 minutes')"
        database.execute(f"{before} WHERE \"end\" = ''")
    assert await asyncio.to_thread(alice.api, "GET", f"rooms/{knock_room}/knocks/") == []
    await here.receive("denied", within=HEALED, reason="expired", retry_after=0)
    await owner.receive("knock", waiting=False)
    await here.knock()


async def test_leaving_while_one_waits_closes_and_the_knock_stays(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    socket = await enter(charlie, knock_room)
    await socket.knock()
    await socket.send("leave")
    assert await socket.closed() == 1000
    assert await asyncio.to_thread(alice.api, "GET", f"rooms/{knock_room}/knocks/")


async def test_two_sockets_of_one_who_waits_are_both_answered(
    enter: Enter, server: Server, alice: Person, charlie: Person, sign_in: SignIn, knock_room: str
):
    laptop = await asyncio.to_thread(sign_in, server, "charlie")
    here, there = await enter(charlie, knock_room), await enter(laptop, knock_room)
    await here.knock()
    await there.knock()
    await admit(alice, charlie, knock_room)
    await here.receive("joined")
    await there.receive("joined")


async def test_when_the_room_is_locked_nobody_waits_any_more(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    socket = await enter(charlie, knock_room)
    await socket.knock()
    await act(alice, "PATCH", f"rooms/{knock_room}/", {"locked": True})
    await socket.receive("denied", reason="withdrawn")
    await socket.send("join")
    assert await socket.closed() == 4423
    assert socket.kept[-1]["code"] == "room_locked"


async def test_who_is_let_in_where_no_seat_is_left_hears_it_as_at_join(
    enter: Enter, alice: Person, bob: Person, charlie: Person
):
    slug = alice.make_room(access="knock", capacity=2)
    alice.bring(bob, slug=slug)
    await joined(enter, alice, slug)
    socket = await enter(charlie, slug)
    await socket.knock()
    await joined(enter, bob, slug)
    # An invitation lets in whoever accepts it, whatever is free inside.
    invitation = alice.invite(slug)
    await asyncio.to_thread(charlie.accept, invitation)
    assert await socket.closed() == 4423
    assert socket.kept[-1]["code"] == "room_full"


async def test_a_locked_room_answers_a_strangers_join(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    await act(alice, "PATCH", f"rooms/{knock_room}/", {"locked": True})
    socket = await enter(charlie, knock_room)
    await socket.send("join")
    assert await socket.closed() == 4423
    assert socket.kept[-1]["code"] == "room_locked"


async def test_whoever_has_the_link_of_an_open_room_comes_in_as_a_guest(
    enter: Enter, alice: Person, charlie: Person
):
    slug = alice.make_room(access="open")
    owner, socket = await joined(enter, alice, slug), await enter(charlie, slug)
    assert socket.welcome["room"]["access"] == "open"
    assert [person["name"] for person in socket.welcome["present"]] == ["Alice"]
    assert charlie.call_api("GET", f"rooms/{slug}/ice-servers/").status_code == 200
    await socket.join()
    assert (await owner.receive("peer-joined"))["role"] == "guest"
    # Loaded anew, and back after an outage: still the same guest.
    anew = await enter(charlie, slug)
    await anew.join()
    anew.vanish()
    await owner.receive("peer-away")
    back = await enter(charlie, slug, resume=anew.peer)
    await back.receive("joined")


async def test_a_guest_who_is_alone_may_load_the_page_anew(
    enter: Enter, alice: Person, charlie: Person
):
    slug = alice.make_room(access="open")
    first = await joined(enter, charlie, slug)
    anew = await joined(enter, charlie, slug)
    assert await first.closed() == 4409
    await anew.send("ping", t=1)
    await anew.receive("pong", t=1)
    owner = await enter(alice, slug)
    [peer] = (await owner.join())["peers"]
    assert (peer["peer"], peer["role"]) == (anew.peer, "guest")


@pytest.mark.alone
async def test_a_room_that_closes_its_door_turns_strangers_out(
    enter: Enter, alice: Person, bob: Person, charlie: Person
):
    slug = alice.make_room(access="open")
    alice.bring(bob, slug=slug)
    stranger, member = await enter(charlie, slug), await enter(bob, slug)
    await act(alice, "PATCH", f"rooms/{slug}/", {"access": "members"})
    assert await stranger.closed(2) == 4403
    assert [frame.get("code") for frame in stranger.kept] == ["removed"]
    assert (await member.receive("room"))["access"] == "members"
    assert charlie.call_api("POST", f"rooms/{slug}/tickets/", {}).status_code == 404
    assert charlie.http.get(f"/r/{slug}/").status_code == 404


async def test_a_room_where_one_must_knock_from_now_on_says_no_more_to_strangers(
    enter: Enter, alice: Person, charlie: Person
):
    slug = alice.make_room(access="open")
    owner, stranger = await enter(alice, slug), await enter(charlie, slug)
    await act(alice, "PATCH", f"rooms/{slug}/", {"access": "knock"})
    await owner.receive("room")
    await owner.join()
    assert "peer-joined" not in {frame["type"] for frame in await stranger.settle()}
    await stranger.knock()
    await owner.receive("knock")


async def test_when_the_door_is_opened_or_closed_nobody_waits_any_more(
    enter: Enter, alice: Person, charlie: Person, knock_room: str
):
    socket = await enter(charlie, knock_room)
    await socket.knock()
    await act(alice, "PATCH", f"rooms/{knock_room}/", {"access": "open"})
    await socket.receive("denied", reason="withdrawn")
    await socket.send("join")
    assert await socket.receive("ice-servers")
    await socket.receive("joined")
