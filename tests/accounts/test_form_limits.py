"""Forms that anybody may send: as often as a class needs them, and no oftener."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.accounts.conftest import PASSWORD, signed_in
from tests.support.mailbox import sent

pytestmark = pytest.mark.usefixtures("behind_one_proxy")

RESET = "/accounts/password/reset/"


@pytest.fixture
def limited(settings):
    """Sets limits by their names."""

    def limit(**numbers: int) -> None:
        new = {name: f"{number}/99d" for name, number in numbers.items()}
        settings.RATE_LIMITS = settings.RATE_LIMITS | new

    return limit


def test_a_class_signs_up_from_one_address(db):
    for number in range(40):
        wrong = {"username": f"pupil{number}", "password1": "short", "password2": "short"}
        right = wrong | {"password1": PASSWORD, "password2": PASSWORD}
        codes = [Client().post("/accounts/signup/", form).status_code for form in (wrong, right)]
        assert codes == [200, 302]


def test_who_asks_for_many_names_waits(alice, limited):
    limited(forms=3)
    form = {"username": "alice", "password1": PASSWORD, "password2": PASSWORD}
    codes = [Client().post("/accounts/signup/", form).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def test_a_browser_of_ones_own_helps_nobody_to_more_names(bob, limited):
    limited(forms=3)
    form = {"username": "bob", "email": bob.email, "password1": PASSWORD, "password2": PASSWORD}
    codes = []
    for _ in range(4):
        client = signed_in("bob")
        client.post("/accounts/logout/")
        codes.append(client.post("/accounts/signup/", form).status_code)
    assert codes == [200, 200, 200, 429]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_resets_are_bounded_alike_for_every_address(alice, limited, email):
    limited(mails=3)
    spellings = [email, email.upper(), f" {email}", email]
    answers = [Client().post(RESET, {"email": one}) for one in spellings]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert len(sent()) == (3 if email == alice.email else 0)


@pytest.mark.django_db(transaction=True)
def test_nobody_fills_somebodys_mailbox_from_many_addresses(alice):
    for number in range(25):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        assert Client().post(RESET, {"email": alice.email}, headers=headers).status_code == 302
    assert len(sent()) == 20


def test_neighbours_keep_nobody_from_a_reset_in_their_own_browser(alice, limited):
    limited(forms=2)
    client = signed_in("alice")
    client.post("/accounts/logout/")
    for _ in range(3):
        Client().post(RESET, {"email": "nobody@example.org"})
    form = {"email": alice.email}
    assert Client().post(RESET, form).status_code == 429
    assert client.post(RESET, form).status_code == 302


def test_a_form_without_its_token_counts_for_nothing(db, limited):
    limited(forms=1)
    for _ in range(3):
        Client(enforce_csrf_checks=True).post(RESET, {"email": "a@b.org"})
    assert Client().post(RESET, {"email": "a@b.org"}).status_code == 302


@pytest.mark.parametrize("email", ["a\0b@example.org", "x" * 100_000, "\ud800"])
def test_an_odd_address_is_no_fault_of_ours(db, email):
    body = urlencode({"email": email}, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    assert Client().post(RESET, body, content_type=kind).status_code == 200
