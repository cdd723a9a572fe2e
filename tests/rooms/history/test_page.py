"""The page of a room's past calls."""

from __future__ import annotations

import re

import pytest

from accounts.models import User
from rooms import moderation
from rooms.actions import CHOSEN_BY, configure_room
from rooms.models import Access, Act, AuditEntry, Call, Membership, Role, Room
from rooms.templatetags.acts import spoken
from tests.rooms.conftest import headers_of, statements
from tests.rooms.history.conftest import NOWHERE, at, reported


def test_the_page_shows_calls_people_and_connections(browser, room, bob, alice, stay):
    one, other = stay(alice, 0, 60), stay(bob, 5, 30, "lost")
    reported(one, other)
    reported(other, one)
    page = browser(bob).get(f"/rooms/{room.slug}/history/")
    text = re.sub(r"\s+", " ", page.content.decode())
    for said in (
        ">Tuesday 6 January 2026</time>",
        ">14:00 UTC</time> to <time",
        'data-shows="time">14:15</text>',
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


def test_a_deleted_account_is_called_so_in_the_call_and_in_the_record(
    browser, room, owner, bob, alice, stay
):
    stay(alice, 0, 60)
    stay(bob, 0, 60)
    AuditEntry.objects.create(room=room, room_name="", act=Act.MUTE, actor=bob)
    bob.delete()
    text = browser(alice).get(f"/rooms/{room.slug}/history/").content.decode()
    assert text.count('<th scope="row"><bdi>Deleted account</bdi>') == 1
    assert text.count('data-label="Who"><bdi>Deleted account</bdi>') == 1


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
