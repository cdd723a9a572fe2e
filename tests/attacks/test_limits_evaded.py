"""Who goes around the limits gets no further, and who is next to them is not kept out.

ASVS 5.0: 6.1.1 and 6.3.1 (guessing and spraying of passwords, without a lockout by others).
"""

from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.attacks.two_workers import Start, assert_bound, assert_refused, guess, post, turn_to
from tests.support.api_client import ApiClient
from tests.support.fixtures import SignIn
from tests.support.server import PASSWORD, Server

pytestmark = pytest.mark.alone

MAKE_CLASS = f"""
from django.contrib.auth.hashers import make_password
from accounts.models import User
password = make_password({PASSWORD!r})
User.objects.bulk_create(User(username=f"pupil{{n}}", password=password) for n in range(40))
"""


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
    # Who was refused for others that were still trying may try what they left.
    codes += [guess(worker, "alice").status_code for worker in [*workers, *workers]]
    assert Counter(codes) == {200: 3, 429: 21}


def test_forty_people_behind_one_address_sign_in_at_once(start: Start):
    workers = start(failures_per_address=20)
    workers[0].shell(MAKE_CLASS)

    def enter(number: int) -> int:
        form = {"login": f"pupil{number}", "password": PASSWORD}
        return post(workers[number % 2], "login", **form).status_code

    with ThreadPoolExecutor(40) as threads:
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
