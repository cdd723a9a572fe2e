"""Without the shared counters nothing that is counted is open (ASVS 5.0: 16.5.3)."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from tests.attacks.two_workers import Start, post
from tests.support.api_client import ApiClient
from tests.support.fixtures import SignIn
from tests.support.redis import Redis
from tests.support.server import PASSWORD

pytestmark = pytest.mark.alone


def assert_closed(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    if answer.request.url.path.startswith("/api/"):
        assert answer.json()["code"] == "unavailable"
    else:
        assert "We cannot do this right now" in answer.text


@pytest.mark.parametrize("fault", ["away", "hung"])
def test_without_redis_nothing_that_is_counted_is_open(
    start: Start, sign_in: SignIn, redis: Redis, fault: str
):
    workers = start()
    alice = sign_in(workers[0], "alice")
    slug = alice.make_room()
    with ApiClient(workers[0], "alice") as client:
        client.sign_in()
        deeds: list[Callable[[], httpx.Response]] = [
            lambda: post(workers[1], "login", login="alice", password=PASSWORD),
            lambda: post(workers[1], "password/reset", email="alice@example.org"),
            lambda: alice.call_api("POST", f"rooms/{slug}/tickets/", {}),
            lambda: alice.call_api("GET", f"rooms/{slug}/ice-servers/"),
            client.ask_access,
            lambda: client.call_api("GET", "rooms/"),
            # Last: new tokens take the place of those before.
            client.ask_tokens,
        ]
        with getattr(redis, fault)():
            for deed in deeds:
                began = time.monotonic()
                assert_closed(deed())
                assert time.monotonic() - began < 5
        for deed in deeds:
            assert deed().status_code in {200, 302}
