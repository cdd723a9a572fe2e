"""The cast as rows: Alice owns the room, Bob is a member, Charlie is a stranger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.dispatch import Signal
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from rooms import actions, signals
from rooms.models import Call, Membership, Participant, Role, Room, Worker

SignIn = Callable[[User], Client]


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", display_name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", display_name="Bob")


@pytest.fixture
def charlie(db: None) -> User:
    return User.objects.create_user("charlie", display_name="Charlie")


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    room = actions.create_room(name="Garden", by=alice)
    Membership.objects.create(room=room, user=bob)
    return room


@pytest.fixture
def owner(room: Room, alice: User) -> Membership:
    return room.memberships.get(user=alice)


@pytest.fixture
def member(room: Room, bob: User) -> Membership:
    return room.memberships.get(user=bob)


@pytest.fixture
def moderator(room: Room) -> Membership:
    moderator = User.objects.create_user("moderator")
    return Membership.objects.create(room=room, user=moderator, role=Role.MODERATOR)


@pytest.fixture
def browser() -> SignIn:
    """A signed-in browser that is as strict about CSRF as a real one must be."""

    def sign_in(user: User) -> Client:
        client = Client(HTTP_HOST="localhost:8000")
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def seat(db: None) -> Callable[[Room, User], Participant]:
    """Puts someone into the room's call."""

    def sit(room: Room, user: User) -> Participant:
        now = timezone.now()
        worker, _ = Worker.objects.get_or_create(
            pk="worker", defaults={"started_at": now, "seen_at": now}
        )
        call, _ = Call.objects.running().get_or_create(room=room, defaults={"started_at": now})
        device = user.devices.create(name="Browser")
        return Participant.objects.create(
            call=call, user=user, device=device, worker=worker, joined_at=now
        )

    return sit


@pytest.fixture
def news() -> Iterator[list[dict[str, Any]]]:
    """What was told to the rest of Parley, in order."""
    heard: list[dict[str, Any]] = []
    names: dict[Signal, str] = {
        signals.seats_ended: "seats_ended",
        signals.membership_ended: "membership_ended",
        signals.room_closed: "room_closed",
        signals.room_changed: "room_changed",
    }

    def hear(signal: Signal, sender: object, **what: Any) -> None:
        heard.append({"news": names[signal], **what})

    for signal in names:
        signal.connect(hear)
    yield heard
    for signal in names:
        signal.disconnect(hear)


@pytest.fixture
def admin(browser: SignIn, charlie: User) -> Client:
    """Charlie keeps the server and belongs to no room."""
    charlie.is_staff = charlie.is_superuser = True
    charlie.save()
    return browser(charlie)


@pytest.fixture
def heard(news, django_capture_on_commit_callbacks):
    """What others heard of when the admin posted this."""

    def post(client: Client, path: str, data: dict[str, Any]) -> list[tuple[str, Any]]:
        news.clear()
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(path, data, follow=True)
        assert response.status_code == 200, path
        return [
            (what["news"], what.get("user_id") or what.get("seats") or what["slug"])
            for what in news
        ]

    return post


def headers_of(response: Any) -> dict[str, str]:
    """What a reply says besides its body; the nonce is another one each second."""
    return {name: "*" if name == "DPoP-Nonce" else value for name, value in response.items()}


@contextmanager
def statements(*slugs: str) -> Iterator[list[str]]:
    """The SQL that runs inside, without what must differ: slugs, savepoints, the time."""
    seen: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield seen
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?"
    hidden = re.compile("|".join([r"s\d+_x\d+", time, *map(re.escape, slugs)]))
    seen += [hidden.sub("*", query["sql"]) for query in captured]
