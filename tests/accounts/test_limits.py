"""Counters, and the places of those who try at the same moment."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.limits import TooMany, bad_handshake, codes, failures, ice_servers

pytestmark = pytest.mark.usefixtures("behind_one_proxy")


def request_from(ip: str = "203.0.113.1") -> HttpRequest:
    return RequestFactory().post("/accounts/login/", headers={"X-Forwarded-For": ip})


@pytest.mark.parametrize(
    ("wait", "words"),
    [(0, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (840, "14 minutes")],
)
def test_how_long_is_said_as_people_say_it(wait, words):
    assert f"Wait {words}, then" in str(TooMany(wait).detail)


def test_who_comes_while_as_many_try_as_may_fail_comes_again_in_a_second(alice):
    with ExitStack() as trying:
        tries = [trying.enter_context(failures(request_from(), "alice")) for _ in range(5)]
        with pytest.raises(TooMany) as refused, failures(request_from(), "alice"):
            pass
        assert refused.value.wait == 1
        for one in tries:
            one.failed = False
    with failures(request_from(), "alice"):
        pass


def test_those_who_failed_have_given_their_places_up_for_long(alice):
    with ExitStack() as trying:
        for _ in range(5):
            trying.enter_context(failures(request_from(), "alice"))
    with pytest.raises(TooMany) as refused, failures(request_from(), "alice"):
        pass
    assert refused.value.wait > 60


def test_a_whole_class_tries_at_the_same_moment(db):
    with ExitStack() as trying:
        for number in range(40):
            trying.enter_context(failures(request_from(), f"pupil{number}")).failed = False


def test_codes_are_guessed_from_no_more_addresses_at_once_than_one_after_the_other(alice):
    with ExitStack() as trying:
        for number in range(20):
            trying.enter_context(codes(request_from(f"198.51.100.{number}"), alice))
        with pytest.raises(TooMany) as refused, codes(request_from(), alice):
            pass
        assert refused.value.wait == 1


def test_what_was_taken_often_enough_says_when_there_is_more(settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"ice_servers": "2/99d"}
    ice_servers(1)
    ice_servers(1)
    ice_servers(2)
    with pytest.raises(TooMany) as refused:
        ice_servers(1)
    assert 0 < refused.value.wait <= 99 * 24 * 60 * 60


def test_bad_handshakes_are_counted_by_address(settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"handshakes": "1/99d"}
    here = {"headers": [(b"x-forwarded-for", b"203.0.113.1")], "client": ("10.0.0.1", 1)}
    bad_handshake(here)
    bad_handshake(here | {"headers": [(b"x-forwarded-for", b"203.0.113.2")]})
    with pytest.raises(TooMany):
        bad_handshake(here)
