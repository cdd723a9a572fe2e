"""Who guesses passwords or codes waits; who gets nothing wrong does not, however many they are."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD, signed_in
from tests.accounts.guessing import ELSEWHERE, sign_in, try_wrong, use_up

pytestmark = pytest.mark.usefixtures("behind_one_proxy")

CODE_PAGE = "/accounts/passkeys-and-codes/authenticate/"


def test_a_class_signs_in_from_one_address(db):
    for number in range(40):
        User.objects.create_user(f"pupil{number}", password=PASSWORD)
    for number in range(40):
        signed_in(f"pupil{number}")


def test_who_guesses_waits_and_is_told_how_long(alice):
    use_up("alice")
    answer = try_wrong("alice")
    assert 0 < int(answer.headers["Retry-After"]) <= 99 * 24 * 60 * 60
    assert re.search(r"Too many tries\. Wait \d+ minutes, then try again\.", answer.text)
    assert "set a new one" in answer.text


def test_the_right_password_does_not_help_who_has_guessed_too_often(alice):
    use_up("alice")
    assert sign_in(Client(), "alice") == 429


def test_a_name_is_one_by_whatever_spelling(alice):
    for spelling in ("alice", "ALICE", " aLiCe ", "Alice", "\uff41lice"):
        try_wrong(spelling)
    assert try_wrong("alice").status_code == 429


def test_nobody_learns_whose_an_address_is_by_who_has_to_wait(alice):
    use_up("alice")
    assert try_wrong("alice@example.org").status_code == 200
    use_up("bob@example.org")
    assert try_wrong("bob").status_code == 200


def test_a_name_that_is_nobodys_is_counted_like_any_other(db):
    use_up("nobody")
    assert try_wrong("NoBody").status_code == 429


def test_a_sign_in_between_does_not_forgive_what_was_wrong(alice):
    for _ in range(4):
        try_wrong("alice")
    assert sign_in(Client(), "alice") == 302
    try_wrong("alice")
    assert try_wrong("alice").status_code == 429


def test_one_address_that_tries_many_names_waits(db):
    for number in range(20):
        assert try_wrong(f"nobody{number}").status_code == 200
    assert try_wrong("nobody20").status_code == 429
    assert try_wrong("nobody20", ELSEWHERE).status_code == 200


def test_a_network_of_addresses_is_one_that_tries(db):
    for number in range(20):
        try_wrong(f"nobody{number}", f"2001:db8:1:2::{number}")
    assert try_wrong("nobody20", "2001:db8:1:2:3::").status_code == 429


@pytest.mark.parametrize("claims", ["198.51.100.{}, 203.0.113.1", "{}, 203.0.113.1"])
def test_what_a_client_claims_about_its_address_counts_for_nothing(alice, claims):
    for number in range(5):
        try_wrong("alice", claims.format(number))
    assert try_wrong("alice", claims.format(99)).status_code == 429


def test_without_a_proxy_of_ours_no_claim_counts(alice, settings):
    settings.TRUSTED_PROXY_COUNT = 0
    for number in range(5):
        try_wrong("alice", f"198.51.100.{number}")
    assert try_wrong("alice", "198.51.100.99").status_code == 429


def test_who_guesses_codes_waits(alice):
    TOTP.activate(alice, generate_totp_secret())
    client = signed_in("alice")
    for _ in range(5):
        assert client.post(CODE_PAGE, {"code": "000000"}).status_code == 200
    answer = client.post(CODE_PAGE, {"code": "000000"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_who_has_a_password_and_many_addresses_guesses_no_more_codes(alice):
    TOTP.activate(alice, generate_totp_secret())
    codes = []
    for number in range(21):
        client = Client(headers={"X-Forwarded-For": f"198.51.100.{number}"})
        client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
        codes.append(client.post(CODE_PAGE, {"code": "000000"}).status_code)
    assert codes == [200] * 20 + [429]


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("reauthenticate/", {"password": "wrong"}),
        ("password/change/", {"oldpassword": "wrong", "password1": "x", "password2": "x"}),
    ],
)
def test_who_found_an_open_session_does_not_guess_its_password(alice, page, form):
    client = signed_in("alice")
    for _ in range(5):
        assert client.post(f"/accounts/{page}", form).status_code == 200
    assert client.post(f"/accounts/{page}", form).status_code == 429
