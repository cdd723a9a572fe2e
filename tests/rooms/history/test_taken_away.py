"""The past calls of a room in the API, and as a table to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from accounts.models import User
from rooms.models import Act, AuditEntry, Call, Room
from tests.rooms.history.conftest import NEVER_UP, at, reported

# --- The API


def test_the_api_says_the_same(browser, room, bob, alice, stay):
    one, other = stay(alice, 0, 60), stay(bob, 5, 30, "lost")
    reported(one, other)
    client, path = browser(bob), f"/api/rooms/{room.slug}/calls/"
    body = client.get(path).json()
    [call] = body["calls"]
    assert (call["started_at"], call["ended_at"]) == (
        "2026-01-06T14:00:00Z",
        "2026-01-06T15:00:00Z",
    )
    assert call["people"][1] == {
        "user": bob.pk,
        "name": "Bob",
        "came_at": "2026-01-06T14:05:00Z",
        "left_at": "2026-01-06T14:30:00Z",
        "reason": "lost",
        "seconds": 1500,
    }
    [pair] = call["pairs"]
    assert pair["one"] == {"user": alice.pk, "name": "Alice"}
    assert pair["connections"] == [
        {
            "outcome": "direct",
            "sentence": "Straight from one to the other: nothing to do.",
            "mender": "nobody",
            "protocol": "udp",
            "setup_ms": 180,
            "restarts": 0,
        }
    ]
    assert body["more"] is False
    assert client.get(path, {"before": call["id"]}).json() == {"calls": [], "more": False}
    for wrong in ("", "x", "-1", "9" * 30, "+5", " 5 ", "٥", "５"):
        assert client.get(path, {"before": wrong}).status_code == 400


# --- The table to take away


@pytest.fixture
def export(settings: Any) -> Callable[[User, Room], tuple[list[list[str]], Any]]:
    """The table, as the server streams it, and the answer that it came in."""
    settings.PARLEY_URL = "http://testserver"

    async def fetch(user: User, path: str) -> tuple[str, Any]:
        client = AsyncClient()
        await client.aforce_login(user)
        answer: Any = await client.post(path)
        assert answer.status_code == 200 and answer.streaming
        return b"".join([piece async for piece in answer.streaming_content]).decode(), answer

    def take(user: User, room: Room) -> tuple[list[list[str]], Any]:
        text, answer = async_to_sync(fetch)(user, f"/rooms/{room.slug}/history.csv")
        assert text.startswith("\ufeff"), "or spreadsheets misread the names"
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))), answer

    return take


def test_owners_take_the_history_away(export, room, alice, bob, stay):
    one, other = stay(alice, 0, 60), stay(bob, 5, 30, "lost")
    reported(one, other)
    (head, *rows), answer = export(alice, room)
    assert head[1:4] == ["Started (UTC)", "Ended (UTC)", "Name"]
    assert [row[1:] for row in rows] == [
        [
            "2026-01-06 14:00:00",
            "2026-01-06 15:00:00",
            "Alice",
            "2026-01-06 14:00:00",
            "2026-01-06 15:00:00",
            "60.0",
            "Left",
            "Bob: Direct",
        ],
        [
            "2026-01-06 14:00:00",
            "2026-01-06 15:00:00",
            "Bob",
            "2026-01-06 14:05:00",
            "2026-01-06 14:30:00",
            "25.0",
            "Lost the connection",
            "Alice: Direct",
        ],
    ]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="Garden: calls.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.filter(room=room, act=Act.EXPORT).get()
    assert entry.actor == alice


def test_the_table_has_the_trouble_too(export, room, alice, bob, stay):
    one, first, second = stay(alice, 0, 60), stay(bob, 1, 20), stay(bob, 30, 60)
    reported(one, first, **NEVER_UP)
    reported(one, second)
    _, alices, bobs = export(alice, room)[0]
    assert alices[8] == "Bob: Direct, the first of 2 times: never connected"
    assert bobs[8] == "Alice: Direct, the first of 2 times: never connected"


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_no_name_is_a_formula(export, room, alice, bob, stay, first):
    bob.display_name = f'{first}HYPERLINK("https://evil.example")'
    bob.save()
    one, other = stay(alice, 0, 60), stay(bob, 1, 60)
    reported(one, other)
    _, alices, bobs = export(alice, room)[0]
    assert bobs[3] == "'" + bob.display_name
    assert alices[8] == f"'{bob.display_name}: Direct"


def test_however_many_calls_there_are_each_is_written_once(export, room, alice, stay):
    for number in range(120):
        call = Call.objects.create(room=room, started_at=at(number), ended_at=at(number + 1))
        stay(alice, number, number + 1, call=call)
    _, *rows = export(alice, room)[0]
    ids = [int(row[0]) for row in rows]
    assert len(ids) == 120
    assert ids == sorted(set(ids), reverse=True)


def test_only_owners_take_it_away_and_no_address_alone_does(browser, room, alice, moderator, bob):
    path = f"/rooms/{room.slug}/history.csv"
    for user in (moderator.user, bob):
        assert browser(user).post(path).status_code == 403
    # A picture on somebody else's page may lead here: what is recorded is asked for by a form.
    assert browser(alice).get(path).status_code == 405
    client = Client(HTTP_HOST="localhost:8000", enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(path).status_code == 403
    assert not AuditEntry.objects.filter(act=Act.EXPORT).exists()
