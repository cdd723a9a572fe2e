"""What the bus loses is found by the re-check: here everything happens without any news of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from textwrap import indent

import pytest

from tests.signaling.conftest import HEALED, Enter
from tests.support.client import Client
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Kind, Server

SILENTLY = """
from django.db import transaction
from rooms.models import *
room = Room.objects.get(slug={slug!r})
def silently(username):
    return Membership.objects.filter(room=room, user__username=username)
"""
CHANGED = """
Room.objects.filter(pk=room.pk).update(name="Spring plan", hides_addresses=True)
silently("bob").update(role=Role.MODERATOR)
Hold.objects.create(call=room.calls.get(), user=silently("bob").get().user)
knocks = {knock.user.username: knock for knock in room.knocks.all()}
Knock.objects.filter(pk=knocks["charlie"].pk).update(end=KnockEnd.ADMITTED)
Membership.objects.create(room=room, user=knocks["charlie"].user, role=Role.GUEST)
Knock.objects.filter(pk=knocks["dave"].pk).update(end=KnockEnd.WITHDRAWN)
now = dict(room=room, user=silently("bob").get().user, at="2026-01-01T10:02:11Z")
Message.objects.create(number=1, client_id="m-1", text="Roses?", **now)
Message.objects.create(number=2, client_id="m-2", text="Or herbs?", **now)
Room.objects.filter(pk=room.pk).update(last_message=2)
"""
ENDED = """
silently("bob").update(banned_at="2026-01-01T10:00:00Z")
silently("charlie").delete()
"""


@pytest.fixture
def server(standing: Callable[[Kind], Server]) -> Server:
    """Of one kind: what is found is not for the server to say."""
    return standing("uvicorn")


async def silently(server: Server, slug: str, code: str) -> None:
    """All of it at once: a re-check may come at any moment."""
    at_once = "with transaction.atomic():\n" + indent(code.strip(), "    ")
    await asyncio.to_thread(server.shell, SILENTLY.format(slug=slug) + at_once)


async def knocking(enter: Enter, person: Person, slug: str) -> Client:
    socket = await enter(person, slug)
    await socket.knock()
    return socket


async def test_nothing_stays_as_it_is_because_its_news_was_lost(
    enter: Enter, server: Server, alice: Person, bob: Person, charlie: Person, sign_in: SignIn
):
    slug = alice.make_room("Garden plan", access="knock")
    alice.bring(bob, slug=slug)
    dave = await asyncio.to_thread(sign_in, server, "dave")
    owner, member = await enter(alice, slug), await enter(bob, slug)
    await owner.join()
    await member.join()
    first, second = await knocking(enter, charlie, slug), await knocking(enter, dave, slug)
    await owner.receive("knock", name="Dave")

    await silently(server, slug, CHANGED)
    await first.receive("joined", within=HEALED)
    await second.receive("denied", reason="withdrawn")
    roles = {str(bob.user_id): "moderator", str(charlie.user_id): "guest"}
    for socket in (owner, member):
        assert await socket.receive("room", name="Spring plan")
        assert await socket.receive("room", roles=roles)
        assert await socket.receive("room", muted=[bob.user_id])
    for name in ("Charlie", "Dave"):
        await owner.receive("knock", name=name, waiting=False)
    for number in (1, 2):
        assert (await owner.receive("chat"))["message"]["id"] == number
    await member.send("ice", to=owner.peer)
    assert (await member.receive("error"))["code"] == "address_shown"

    await silently(server, slug, ENDED)
    assert await member.closed(HEALED) == 4403
    assert member.kept[-1]["code"] == "banned"
    assert await first.closed() == 4403
    assert first.kept[-1]["code"] == "visit_over"
