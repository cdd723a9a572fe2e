"""The past calls of a room: on the page, in the API, and as a table to take away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.utils import timezone

from accounts.models import User
from rooms import history, moderation
from rooms.actions import CHOSEN_BY, configure_room
from rooms.models import (
    Access,
    Act,
    AuditEntry,
    Call,
    ConnectionReport,
    Membership,
    Participant,
    Role,
    Room,
    Worker,
)
from rooms.templatetags import spans
from rooms.templatetags.acts import spoken

from .conftest import headers_of, statements

START = datetime(2026, 1, 6, 14, 0, tzinfo=UTC)
NOWHERE = "no-such-room-anywhere0"
Stay = Callable[..., Participant]


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


@pytest.fixture
def call(room: Room) -> Call:
    """From 14:00 to 15:00."""
    return Call.objects.create(room=room, started_at=at(0), ended_at=at(60))


@pytest.fixture
def stay(call: Call) -> Stay:
    """Somebody was in the call from that minute to that one."""
    worker = Worker.objects.create(pk="worker", started_at=START, seen_at=START)

    def sit(
        user: User, came: float, left: float | None, reason: str = "left", **more: Any
    ) -> Participant:
        values = {"call": call, "worker": worker, "user": user, **more}
        return Participant.objects.create(
            joined_at=at(came),
            left_at=None if left is None else at(left),
            leave_reason=reason if left is not None else "",
            **values,
        )

    return sit


def reported(one: Participant, other: Participant, **said: Any) -> ConnectionReport:
    values = {"state": "connected", "setup_ms": 180, "local_type": "host", "protocol": "udp"}
    return ConnectionReport.objects.create(
        call=one.call, reporter=one, about=other, **(values | said)
    )


def only(room: Room) -> history.PastCall:
    [call], more = history.newest(room)
    assert not more
    return call


# --- Who was there


def test_people_come_in_order_with_how_long_and_how_they_left(room, alice, bob, charlie, stay):
    stay(alice, 0, 60, "ended")
    stay(bob, 5, 30, "lost")
    stay(charlie, 10, 20, "removed")
    people = [(one.name, one.came, one.left, one.inside, one.how) for one in only(room).people]
    assert people == [
        ("Alice", at(0), at(60), timedelta(minutes=60), "The call was ended for all"),
        ("Bob", at(5), at(30), timedelta(minutes=25), "Lost the connection"),
        ("Charlie", at(10), at(20), timedelta(minutes=10), "Was removed"),
    ]


def test_who_came_back_or_sat_there_twice_is_one_person(room, alice, stay):
    stay(alice, 0, 10, "lost")
    stay(alice, 20, 40, "replaced")
    stay(alice, 30, 50)
    [alices] = only(room).people
    assert (alices.came, alices.left, alices.how) == (at(0), at(50), "Left")
    assert alices.inside == timedelta(minutes=40)
    assert [(span.start, span.end, span.lost) for span in alices.spans] == [
        (at(0), at(10), True),
        (at(20), at(50), False),
    ]


def test_who_has_no_account_any_more_is_someone_who_left(room, alice, bob, charlie, stay):
    stays = [stay(person, number, 60) for number, person in enumerate((alice, bob, charlie))]
    reported(stays[1], stays[2])
    bob.delete()
    charlie.delete()
    call = only(room)
    # Nobody can tell whether the two are one.
    assert call.names == ["Alice", "someone who left", "someone who left"]
    assert [person.user_id for person in call.people] == [alice.pk, None, None]


def test_a_running_call_has_no_end(room, call, alice, bob, stay):
    Call.objects.update(ended_at=None)
    first = stay(alice, 0, None)
    second = stay(bob, 5, None, away_since=timezone.now())
    running = only(room)
    assert running.ended_at is None
    assert [(one.how, one.left) for one in running.people] == [
        ("Still inside", None),
        ("Away for the moment", None),
    ]
    assert running.length > timedelta()
    assert running.pairs == [], "they are still connected"
    reported(first, second, state="failed", setup_ms=None)
    assert len(only(room).pairs) == 1


# --- How well it worked


def test_both_halves_of_a_pair_are_joined(room, alice, bob, stay):
    one, other = stay(alice, 0, 60), stay(bob, 5, 60)
    reported(one, other, restarts=1)
    reported(other, one, setup_ms=240)
    call = only(room)
    [pair] = call.pairs
    found = pair.worst
    assert (pair.one.name, pair.other.name) == ("Alice", "Bob")
    assert found.diagnosis.kind.value == "direct"
    assert (found.protocol, found.setup_ms, found.restarts) == ("udp", 240, 1)
    assert (call.worst.value, call.direct) == ("direct", 1)


def test_a_pair_that_met_twice_shows_the_worse_time(room, alice, bob, stay):
    one, first, second = stay(alice, 0, 60), stay(bob, 1, 20), stay(bob, 30, 60)
    reported(one, first)
    reported(one, second, state="failed", setup_ms=None, ice_errors=[401])
    [pair] = only(room).pairs
    assert len(pair.connections) == 2
    assert pair.worst.diagnosis.kind.value == "never"
    assert "secret" in pair.worst.diagnosis.sentence


def test_who_never_met_is_no_pair_and_who_said_nothing_is_not_known(
    room, alice, bob, charlie, stay
):
    stay(alice, 0, 20)
    stay(bob, 10, 40)
    stay(charlie, 30, 60)
    stay(alice, 59.9, 60)
    met = {(pair.one.name, pair.other.name): pair for pair in only(room).pairs}
    assert met.keys() == {("Alice", "Bob"), ("Bob", "Charlie")}
    assert all(pair.worst.diagnosis.kind.value == "unknown" for pair in met.values())
    assert only(room).worst.value == "unknown"


# --- The page


def test_the_page_shows_calls_people_and_connections(browser, room, bob, alice, stay):
    one, other = stay(alice, 0, 60), stay(bob, 5, 30, "lost")
    reported(one, other)
    reported(other, one)
    page = browser(bob).get(f"/rooms/{room.slug}/history/")
    text = re.sub(r"\s+", " ", page.content.decode())
    for said in (
        "Tuesday 6 January 2026",
        "14:00 to 15:00, UTC",
        "All times are in UTC",
        "<bdi>Alice</bdi> and <bdi>Bob</bdi>",
        "Straight from one to the other",
        "UDP, ready in 0.2 s",
        "Lost the connection",
        'role="img" aria-labelledby="timeline-title timeline-desc"',
    ):
        assert said in text, said
    assert " style=" not in text
    assert "Who did what" not in text, "that is for owner and moderators"
    assert "history.csv" not in text


def test_a_pair_tells_how_often_it_was_mended_and_that_it_met_again(room, alice, bob, stay):
    one, first, second = stay(alice, 0, 60), stay(bob, 1, 20), stay(bob, 30, 60)
    reported(one, first, restarts=1)
    [pair] = only(room).pairs
    assert spans.facts(pair) == "UDP, ready in 0.2 s, mended once, the worst of 2 connections"
    reported(one, second, setup_ms=None, state="failed", protocol="", restarts=4)
    [pair] = only(room).pairs
    assert spans.facts(pair) == "mended 4 times, the worst of 2 connections"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3840, "1 h 4 min")],
)
def test_lengths_are_spelt_as_people_say_them(seconds, said):
    assert spans.spelt(timedelta(seconds=seconds)) == said


def test_an_empty_history_says_what_to_do(browser, room, bob):
    text = browser(bob).get(f"/rooms/{room.slug}/history/").content.decode()
    assert "Nobody has met here yet" in text
    assert f'href="/r/{room.slug}/"' in text


def test_what_somebody_is_called_is_text_and_nothing_more(browser, room, alice, bob, stay):
    bob.display_name = "<img src=x onerror=alert(1)>"
    bob.save()
    stay(alice, 0, 60)
    stay(bob, 0, 60)
    text = browser(alice).get(f"/rooms/{room.slug}/history/").content.decode()
    assert "<img src=x" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_a_name_from_before_turns_nothing_but_itself(browser, room, alice, bob, stay):
    User.objects.filter(pk=bob.pk).update(display_name="Bob\u202e\u2069\u2066gpj")
    one, other = stay(alice, 0, 60), stay(bob, 0, 60)
    reported(one, other, bytes_received=1, bytes_sent=50_000)
    reported(other, one, bytes_received=0)
    AuditEntry.objects.create(room=room, room_name="", act=Act.MUTE, target=bob, detail="\u202ex")
    text = browser(alice).get(f"/rooms/{room.slug}/history/").content.decode()
    assert "<bdi>Nothing reached \u2068Bob\u202egpj\u2069: loading the page anew" in text
    assert "Muted: <bdi>\u202ex</bdi>" in text


def test_calls_are_turned_over_twenty_at_a_time(browser, room, alice):
    calls = [
        Call.objects.create(room=room, started_at=at(day * 1440), ended_at=at(day * 1440 + 5))
        for day in range(25)
    ]
    client, path = browser(alice), f"/rooms/{room.slug}/history/"
    newest = client.get(path).context
    assert [call.id for call in newest["calls"]] == [call.pk for call in calls[:4:-1]]
    older = client.get(path, {"before": newest["older"]}).context
    assert [call.id for call in older["calls"]] == [call.pk for call in calls[4::-1]]
    assert older["older"] is None
    chosen = client.get(path, {"call": calls[10].pk}).context
    assert (chosen["chosen"].id, chosen["is_asked_for"]) == (calls[10].pk, True)
    for wrong in ("x", "-1", "9" * 19, "٣", str(10**17)):
        page = client.get(path, {"call": wrong, "before": "" if wrong == "x" else wrong})
        assert page.status_code == 200
    assert b"No earlier calls" in client.get(path, {"before": calls[0].pk}).content


def test_the_number_of_queries_does_not_grow_with_calls_or_people(
    browser, room, alice, bob, charlie, stay
):
    client, path = browser(alice), f"/rooms/{room.slug}/history/"
    stay(alice, 0, 60)
    client.get(path)
    with statements() as few:
        client.get(path)
    for day in range(1, 30):
        call = Call.objects.create(room=room, started_at=at(day * 1440), ended_at=at(day * 1441))
        first, *others = [stay(one, day * 1440, day * 1441, call=call) for one in (alice, bob)]
        for other in others:
            reported(first, other)
            reported(other, first)
        AuditEntry.objects.create(room=room, room_name="", act=Act.MUTE, actor=alice, target=bob)
    with statements() as many:
        client.get(path)
    assert len(many) == len(few)


def test_owner_and_moderators_read_who_did_what(browser, room, owner, member, moderator, bob):
    moderation.change_role(member, role=Role.MODERATOR, by=owner)
    moderation.change_role(member, role=Role.MEMBER, by=owner)
    client, path = browser(moderator.user), f"/rooms/{room.slug}/history/"
    record = client.get(path).context["record"]
    assert [(one.act, one.actor.name, one.detail) for one in record[:2]] == [
        ("change_role", "Alice", "member"),
        ("change_role", "Alice", "moderator"),
    ]
    for _ in range(60):
        AuditEntry.objects.create(room=room, room_name="", act=Act.LOCK, actor=bob)
    text = client.get(path).content.decode()
    assert text.count("Locked the room") == 50


def test_what_was_changed_is_told_in_words(browser, room, owner, member):
    moderation.change_role(member, role=Role.MODERATOR, by=owner)
    configure_room(room, by=owner, access=Access.KNOCK, chat_days=3)
    text = browser(owner.user).get(f"/rooms/{room.slug}/history/").content.decode()
    assert "Changed the role: <bdi>Moderator</bdi>" in text
    assert "<bdi>who may enter, how long messages are kept</bdi>" in text
    assert all(spoken(name) != name for name in CHOSEN_BY if name != "locked")


@pytest.fixture
def guest(room: Room, charlie: User) -> User:
    Membership.objects.create(room=room, user=charlie, role=Role.GUEST)
    return charlie


def test_guests_see_no_history(browser, room, guest):
    client = browser(guest)
    assert client.get(f"/rooms/{room.slug}/history/").status_code == 404
    refused = client.get(f"/api/rooms/{room.slug}/calls/")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize(
    "path", ["/rooms/{}/history/", "/rooms/{}/history.csv", "/api/rooms/{}/calls/"]
)
def test_a_stranger_finds_what_is_not_there(browser, room, charlie, path):
    client, seen = browser(charlie), []
    method = "POST" if path.endswith("csv") else "GET"
    for slug in (room.slug, NOWHERE):
        with statements(slug) as ran:
            page = client.generic(method, path.format(slug))
        body = page.content.replace(slug.encode(), b"*")
        seen.append((page.status_code, body, headers_of(page), ran))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404


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
