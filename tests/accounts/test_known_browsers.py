"""Nobody is kept out of their own account by what others get wrong."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD, signed_in
from tests.accounts.guessing import ELSEWHERE, sign_in, try_wrong, use_up
from tests.support.mailbox import link_in, sent

pytestmark = pytest.mark.usefixtures("behind_one_proxy")

NEW_PASSWORD = "other words here"


@pytest.fixture
def client_of_alice(alice) -> Client:
    """Her browser, in which she is signed out."""
    client = signed_in("alice")
    client.post("/accounts/logout/")
    return client


def forget_and_reset(client: Client, user: User) -> None:
    client.post("/accounts/password/reset/", {"email": user.email})
    page = client.get(link_in(sent()[-1])).headers["Location"]
    client.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})


def test_who_guesses_elsewhere_locks_nobody_out(alice):
    use_up("alice", ELSEWHERE)
    assert sign_in(Client(), "alice") == 302


def test_who_guesses_at_the_same_address_locks_no_browser_of_the_owner_out(client_of_alice):
    use_up("alice")
    for number in range(20):
        try_wrong(f"nobody{number}")
    assert sign_in(Client(), "alice") == 429
    assert sign_in(client_of_alice, "alice") == 302


def test_a_browser_of_the_owner_may_not_guess_for_ever_either(client_of_alice):
    use_up("alice", client=client_of_alice)


def test_a_browser_of_somebody_else_is_any_browser(alice, bob):
    client = signed_in("bob")
    client.post("/accounts/logout/")
    use_up("alice")
    assert sign_in(client, "alice") == 429


def test_who_gives_the_address_of_somebody_else_is_not_in_a_browser_of_theirs(bob, alice):
    User.objects.filter(pk=bob.pk).update(email=alice.email)
    client = signed_in("bob")
    client.post("/accounts/logout/")
    use_up(alice.email)
    assert try_wrong(alice.email, client=client).status_code == 429


def test_a_mark_that_we_did_not_make_is_none(client_of_alice):
    made = client_of_alice.cookies["known"].value
    use_up("alice")
    client_of_alice.cookies["known"] = made[:-1] + ("A" if made[-1] != "A" else "B")
    assert sign_in(client_of_alice, "alice") == 429


def test_the_mark_is_for_the_server_alone(alice, settings):
    settings.SECURE = True
    cookie = signed_in("alice").cookies["known"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert "alice" not in cookie.value and str(alice.password) not in cookie.value


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("login", ["alice", "Alice@example.org"])
def test_who_has_set_a_new_password_need_not_wait(alice, login):
    use_up(login)
    for number in range(20):
        try_wrong(f"nobody{number}")
    client = Client()
    forget_and_reset(client, alice)
    assert sign_in(client, login, password=NEW_PASSWORD) == 302


@pytest.mark.django_db(transaction=True)
def test_who_has_forgotten_it_in_their_own_browser_starts_anew_too(alice, client_of_alice):
    use_up("alice", client=client_of_alice)
    forget_and_reset(client_of_alice, alice)
    assert sign_in(client_of_alice, "alice", password=NEW_PASSWORD) == 302


def test_a_new_password_is_a_new_one_to_get_wrong(alice):
    client, page = signed_in("alice"), "/accounts/password/change/"
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    for _ in range(4):
        client.post(page, {"oldpassword": "wrong", **new})
    assert client.post(page, {"oldpassword": PASSWORD, **new}).status_code == 302
    for _ in range(5):
        assert client.post(page, {"oldpassword": "wrong", **new}).status_code == 200
    assert client.post(page, {"oldpassword": "wrong", **new}).status_code == 429
