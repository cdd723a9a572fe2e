"""Who tries too often waits; who does nothing wrong does not, however many share an address."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD, signed_in

CLASS = 31


def try_wrong(name: str, through: str = "203.0.113.1") -> str:
    """What somebody hears who does not know the password, from behind our proxy."""
    form = {"login": name, "password": "wrong"}
    page = Client().post("/accounts/login/", form, headers={"X-Forwarded-For": through})
    return page.text


def test_a_class_signs_in_from_one_address(db):
    for number in range(CLASS):
        User.objects.create_user(f"pupil{number}", password=PASSWORD)
    for number in range(CLASS):
        signed_in(f"pupil{number}")


def test_who_guesses_waits(alice):
    for _ in range(5):
        assert "do not go together" in try_wrong("alice")
    assert "Too many tries" in try_wrong("alice")


@pytest.mark.parametrize("login", ["alice", "Alice@example.org"])
def test_who_has_set_a_new_password_need_not_wait(alice, login):
    for _ in range(6):
        try_wrong(login)
    client = Client()
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = next(line for line in mail.outbox[-1].body.splitlines() if line.startswith("http"))
    page = client.get("/" + link.split("/", 3)[3]).headers["Location"]
    client.post(page, {"password1": "other words here", "password2": "other words here"})
    signed_in(login, "other words here")


@pytest.mark.parametrize(("proxies", "is_heard"), [(0, False), (1, True)])
def test_one_address_that_guesses_does_not_lock_out_another_where_the_proxy_is_known(
    alice, settings, proxies, is_heard
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(10):
        try_wrong(f"nobody{number}")
    assert "Too many tries" in try_wrong("nobody10")
    assert ("do not go together" in try_wrong("alice", "203.0.113.2")) is is_heard


def test_what_a_client_claims_about_its_address_counts_for_nothing(alice, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        try_wrong(f"nobody{number}", f"198.51.100.{number}, 203.0.113.1")
    assert "Too many tries" in try_wrong("alice", "198.51.100.99, 203.0.113.1")
