"""Each documented limit holds over two workers with one Redis.

RFC 6585, section 4 (429 and Retry-After); ASVS 5.0: 2.4.1 (automation), 6.1.1 and 6.3.1 (guessing
and spraying of passwords).
"""

from __future__ import annotations

import itertools

import httpx
import pytest

from tests.attacks.two_workers import Start, assert_bound, assert_refused, guess, post, turn_to
from tests.support.api_client import ApiClient
from tests.support.client import Client
from tests.support.fixtures import SignIn
from tests.support.server import PASSWORD, Server

pytestmark = pytest.mark.alone


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
