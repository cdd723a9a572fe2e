"""Ids that have leaked from a room are worth as much over a socket as random ones: nothing."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rooms import seats
from rooms.models import Call, Room, new_slug
from rooms.policy import Standing
from tests.attacks.conftest import Join
from tests.attacks.scene import Scene, make_user, seat
from tests.attacks.test_rooms_unseen import shape
from tests.support.client import Client
from tests.support.people import Person


@dataclass
class Leak:
    """Alice is inside her room, and Charlie inside his own; he knows her peer id."""

    alice: Client
    charlie: Client
    host: Person
    person: Person
    own: str
    slug: str

    @property
    def peer(self) -> str:
        return self.alice.peer


def random_peer() -> str:
    return secrets.token_urlsafe(12)


@pytest.fixture
async def leak(host: Person, slug: str, sign_up: Join) -> AsyncIterator[Leak]:
    charlie = sign_up("charlie")
    own = charlie.make_room("Den")
    inside, elsewhere = await Client.open(host, slug), await Client.open(charlie, own)
    for socket in (inside, elsewhere):
        await socket.join()
    yield Leak(inside, elsewhere, host, charlie, own, slug)
    for socket in (inside, elsewhere):
        await socket.close()


def told(answer: httpx.Response, *hidden: str) -> tuple[object, ...]:
    """What a reply says, but for what was asked and for the clock."""
    body = answer.text
    for one in hidden:
        body = body.replace(one, "*")
    left_out = {"date", "dpop-nonce"}
    headers = {name: said for name, said in answer.headers.items() if name not in left_out}
    return answer.status_code, headers, body


@pytest.mark.parametrize("kind", ["offer", "answer", "ice"])
async def test_a_signal_to_a_peer_of_another_room_is_answered_like_one_to_nobody(leak, kind):
    answers = []
    for to in (leak.peer, random_peer()):
        await leak.charlie.send(kind, to=to)
        error: dict[str, Any] = await leak.charlie.receive("error")
        assert error["ref"].pop("to") == to
        answers.append(error)
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "peer_gone"
    assert await leak.alice.settle() == []


async def test_no_frame_says_for_another_whom_it_is_from_or_in_which_room(leak):
    await leak.charlie.send("state", **{"from": leak.peer})
    assert await leak.alice.settle() == []
    for field, value in (("room", leak.slug), ("slug", leak.slug), ("peer", leak.peer)):
        await leak.charlie.send("state", **{field: value})
        error = await leak.charlie.receive("error")
        assert error["code"] == "bad_frame"
        # Three bad ones within ten seconds would close the socket.
        leak.charlie = await Client.open(leak.person, leak.own)
        await leak.charlie.join()
    assert await leak.alice.settle() == []


async def test_a_seat_of_another_room_is_resumed_like_one_that_never_was(leak):
    tickets = f"rooms/{leak.own}/tickets/"
    leaked, unknown = (
        told(leak.person.call_api("POST", tickets, {"resume": peer}), peer)
        for peer in (leak.peer, random_peer())
    )
    assert leaked == unknown
    assert leaked[0] == 409
    foreign, nowhere = (
        told(leak.person.call_api("POST", f"rooms/{slug}/tickets/", {"resume": leak.peer}), slug)
        for slug in (leak.slug, new_slug())
    )
    assert foreign == nowhere
    assert foreign[0] == 404


async def test_a_ticket_of_ones_own_room_opens_no_other(leak):
    closes = []
    for slug in (leak.slug, new_slug()):
        ticket = leak.person.ticket(leak.own)
        ticket["url"] = ticket["url"].replace(leak.own, slug)
        socket = await Client.dial(leak.person, ticket)
        closes.append((await socket.closed(), [one["code"] for one in socket.kept]))
    assert closes[0] == closes[1] == (4401, ["ticket_invalid"])


async def test_whoever_is_banned_is_nobody_to_the_room_with_all_that_they_know(leak, sign_up):
    dave = sign_up("dave")
    leak.host.bring(dave, slug=leak.slug)
    socket = await Client.open(dave, leak.slug)
    await socket.join()
    leak.host.api("PUT", f"rooms/{leak.slug}/bans/{dave.user_id}/")
    assert await socket.closed() == 4403
    nowhere = new_slug()
    for resume in ({}, {"resume": socket.peer}):
        there, nothing = (
            told(dave.call_api("POST", f"rooms/{slug}/tickets/", resume), slug)
            for slug in (leak.slug, nowhere)
        )
        assert there == nothing
    assert leak.slug not in dave.http.get("/").text


def test_looking_for_a_leaked_seat_takes_the_same_statements(db):
    scene = Scene()
    own = Call.objects.create(room=Room.objects.create(name="Den"), started_at=timezone.now())
    device = seat(own, make_user("elsewhere")).device
    assert device is not None
    leaked = scene.call.participants.get(user=scene.actors[Standing.MEMBER]).pk
    ran = []
    for peer in (leaked, random_peer()):
        with CaptureQueriesContext(connection) as captured:
            assert seats.holding(own.room, device=device, peer=peer) is None
            assert seats.ending(peer, device=device) == ""
        ran.append([shape(one["sql"]) for one in captured])
    assert ran[0] == ran[1]
