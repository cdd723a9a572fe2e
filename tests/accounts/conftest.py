"""The cast as rows, and Django's own client for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.signals import device_ended, user_revoked

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def no_failures_counted_yet() -> Iterator[None]:
    """What one test tries too often must not count in the next."""
    yield
    cache.clear()


@pytest.fixture
def behind_one_proxy(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    # As many as ever, in so long a time that it does not end in the middle of a test.
    settings.RATE_LIMITS = {
        name: f"{rate.split('/')[0]}/99d" for name, rate in settings.RATE_LIMITS.items()
    }


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", email="alice@example.org", password=PASSWORD)


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", email="bob@example.org", password=PASSWORD)


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("charlie", password=PASSWORD)


@pytest.fixture
def news() -> Iterator[list[tuple[str, Any]]]:
    """What accounts has told whoever holds live sockets, in order."""
    heard: list[tuple[str, Any]] = []

    def note_device(device_id: Any, **kwargs: Any) -> None:
        heard.append(("device_ended", device_id))

    def note_user(user_id: int, **kwargs: Any) -> None:
        heard.append(("user_revoked", user_id))

    device_ended.connect(note_device)
    user_revoked.connect(note_user)
    yield heard
    device_ended.disconnect(note_device)
    user_revoked.disconnect(note_user)


def signed_in(username: str, password: str = PASSWORD, **headers: str) -> Client:
    """A browser of its own that has gone through the sign-in page."""
    client = Client(headers=headers or None)
    answer = client.post("/accounts/login/", {"login": username, "password": password})
    assert answer.status_code == 302, answer.content
    return client


def reauthenticate(client: Client, password: str = PASSWORD) -> None:
    answer = client.post("/accounts/reauthenticate/", {"password": password})
    assert answer.status_code == 302, answer.content
