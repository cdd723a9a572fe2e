"""Each documented limit holds over two workers with one Redis, and without Redis nothing is open.

RFC 6585, section 4 (429 and Retry-After); ASVS 5.0: 2.4.1 (automation), 6.1.1 and 6.3.1 (guessing
and spraying of passwords, without a lockout by others), 16.5.3 (failing closed).
"""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.api_client import ApiClient
from tests.support.client import Client
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person
from tests.support.redis import Redis
from tests.support.server import PASSWORD, Server

# So long that it does not end in the middle of a test.
LONG = "99d"
CSRF = "c" * 32
MAKE_CLASS = f"""
from django.contrib.auth.hashers import make_password
from accounts.models import User
password = make_password({PASSWORD!r})
User.objects.bulk_create(User(username=f"pupil{{n}}", password=password) for n in range(40))
"""

Workers = list[Server]
Start = Callable[..., Workers]


@pytest.fixture
def redis() -> Iterator[Redis]:
    redis = Redis()
    yield redis
    redis.stop()


@pytest.fixture
def start(serve: Serve, redis: Redis) -> Iterator[Start]:
    """Two processes of one installation; limits by their names, over a very long time."""
    second: list[Server] = []

    def two(*, proxies: int = 0, **limits: int) -> Workers:
        settings = {f"PARLEY_LIMIT_{name.upper()}": f"{n}/{LONG}" for name, n in limits.items()}
        settings["PARLEY_TRUSTED_PROXY_COUNT"] = str(proxies)
        first = serve(CACHE_URL=redis.url, **settings)
        second.append(first.another_worker())
        second[0].start()
        return [first, second[0]]

    yield two
    for server in second:
        server.stop()


def turn_to(one: Person | ApiClient, worker: Server) -> None:
    """From now on their requests are answered by this worker, as behind a balancer."""
    one.http.base_url = httpx.URL(worker.address)
    one.http.headers["Host"] = urlsplit(worker.url).netloc


def post(worker: Server, page: str, **form: str) -> httpx.Response:
    """A form from a browser that was never here before."""
    through = form.pop("through", None)
    headers = {"Host": urlsplit(worker.url).netloc, "Origin": worker.url}
    if through:
        headers["X-Forwarded-For"] = through
    return httpx.post(
        f"{worker.address}/accounts/{page}/",
        data={"csrfmiddlewaretoken": CSRF, **form},
        headers=headers,
        cookies={"csrf": CSRF},
        timeout=60,
    )


def guess(worker: Server, login: str, through: str | None = None) -> httpx.Response:
    more = {"through": through} if through else {}
    return post(worker, "login", login=login, password="wrong", **more)


def assert_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 429, answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 99 * 24 * 60 * 60
    if answer.request.url.path.startswith("/api/"):
        body = answer.json()
        assert body.keys() == {"code", "detail"}
        assert (body["code"], body["detail"][:9]) == ("too_many_requests", "Too many ")
    else:
        assert re.search(r"Wait \d+ minutes, then try again", answer.text)


def assert_bound(ask: Callable[[Server], httpx.Response], workers: Workers, limit: int) -> None:
    """`limit` pass, in turns; the next does not, whichever worker is asked."""
    turns = itertools.cycle(workers)
    for number in range(limit):
        assert ask(next(turns)).status_code in {200, 302, 401}, number
    for worker in workers:
        assert_refused(ask(worker))


# --- what each of them bounds ---


def test_failures_of_one_account_from_one_address(start: Start):
    workers = start(failures=3)
    assert_bound(lambda worker: guess(worker, "alice"), workers, 3)
    assert guess(workers[0], "bob").status_code == 200


def test_failures_of_one_address(start: Start):
    workers = start(failures_per_address=4)
    names = (f"nobody{number}" for number in itertools.count())
    assert_bound(lambda worker: guess(worker, next(names)), workers, 4)


def test_failures_at_the_page_and_at_the_token_endpoint_are_the_same(start: Start):
    workers = start(failures=3)
    guess(workers[0], "alice")

    def ask(worker: Server) -> httpx.Response:
        with ApiClient(worker, "alice", "wrong") as stranger:
            turn_to(stranger, worker)
            return stranger.ask_tokens()

    assert_bound(ask, workers, 2)
    assert_refused(guess(workers[0], "alice"))


def test_sign_ups_of_one_address(start: Start):
    workers = start(forms=3)
    names = (f"nobody{number}" for number in itertools.count())

    def ask(worker: Server) -> httpx.Response:
        name = next(names)
        return post(worker, "signup", username=name, password1=PASSWORD, password2=PASSWORD)

    assert_bound(ask, workers, 3)


def test_resets_of_one_account(start: Start):
    workers = start(mails=3)
    email = {"email": "alice@example.org"}
    assert_bound(lambda worker: post(worker, "password/reset", **email), workers, 3)


def test_tickets_of_one_device(start: Start, sign_in: SignIn):
    workers = start(tickets=3)
    alice = sign_in(workers[0], "alice")
    other_device = sign_in(workers[0], "alice")
    slug = alice.make_room()

    def ask(worker: Server) -> httpx.Response:
        turn_to(alice, worker)
        return alice.call_api("POST", f"rooms/{slug}/tickets/", {})

    assert_bound(ask, workers, 3)
    other_device.ticket(slug)


def test_ice_servers_of_one_user(start: Start, sign_in: SignIn):
    workers = start(ice_servers=3)
    alice, bob = (sign_in(workers[0], name) for name in ("alice", "bob"))
    slug = alice.make_room()
    alice.bring(bob, slug=slug)

    def ask(worker: Server) -> httpx.Response:
        turn_to(alice, worker)
        return alice.call_api("GET", f"rooms/{slug}/ice-servers/")

    assert_bound(ask, workers, 3)
    bob.api("GET", f"rooms/{slug}/ice-servers/")


def test_refreshes_of_one_device(start: Start):
    workers = start(refreshes=3)
    with ApiClient(workers[0], "alice") as alice, ApiClient(workers[0], "alice") as other:
        alice.sign_in()

        def ask(worker: Server) -> httpx.Response:
            turn_to(alice, worker)
            return alice.ask_access()

        assert_bound(ask, workers, 3)
        assert other.sign_in().ask_access().status_code == 200


async def test_bad_tickets_from_one_address(start: Start, sign_in: SignIn):
    workers = start(handshakes=2)
    alice = sign_in(workers[0], "alice")
    slug = alice.make_room()
    forged = alice.ticket(slug) | {"ticket": "A" * 43}
    codes = []
    for worker in [*workers, *workers]:
        forged["url"] = f"{worker.address.replace('http', 'ws')}/ws/rooms/{slug}/"
        codes.append(await (await Client.dial(alice, forged)).closed())
    assert codes == [4401, 4401, 4429, 4429]
    # A good one is not held to them.
    await Client.open(alice, slug)


# --- who tries to get around them ---


@pytest.mark.parametrize(("proxies", "chain"), [(0, "{}"), (1, "{}, 203.0.113.1")])
def test_rotating_forwarded_addresses_changes_nothing(start: Start, proxies: int, chain: str):
    workers = start(proxies=proxies, failures=3)
    numbers = itertools.count()

    def ask(worker: Server) -> httpx.Response:
        return guess(worker, "alice", chain.format(f"198.51.100.{next(numbers)}"))

    assert_bound(ask, workers, 3)


def test_guesses_at_the_same_moment_are_no_more_than_one_after_the_other(start: Start):
    workers = start(failures=3, failures_per_address=100)
    turns = [workers[number % 2] for number in range(20)]
    with ThreadPoolExecutor(len(turns)) as threads:
        codes = list(threads.map(lambda worker: guess(worker, "alice").status_code, turns))
    assert Counter(codes) == {200: 3, 429: 17}


def test_forty_people_behind_one_address_sign_in_at_once(start: Start):
    workers = start(failures_per_address=20)
    workers[0].shell(MAKE_CLASS)

    def enter(number: int) -> int:
        form = {"login": f"pupil{number}", "password": PASSWORD}
        return post(workers[number % 2], "login", **form).status_code

    # More at once than may fail.
    with ThreadPoolExecutor(28) as threads:
        assert list(threads.map(enter, range(40))) == [302] * 40


def test_who_guesses_next_door_does_not_lock_the_owner_out(start: Start, sign_in: SignIn):
    workers = start(failures=3, failures_per_address=4)
    alice = sign_in(workers[0], "alice")
    with ApiClient(workers[0], "alice") as client:
        client.sign_in()
        alice.sign_out()
        for number in range(4):
            guess(workers[number % 2], "alice")
            guess(workers[number % 2], f"nobody{number}")
        assert_refused(guess(workers[0], "alice"))
        turn_to(alice, workers[1])
        alice.sign_in()
        turn_to(client, workers[1])
        client.sign_in()


# --- without the shared cache ---


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
