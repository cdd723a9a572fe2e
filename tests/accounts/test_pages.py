"""Every page of an account is ours: our frame, and nothing that the policy would block."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.test import Client, RequestFactory

from accounts import limits
from accounts.models import User
from config import errors
from tests.accounts.conftest import PASSWORD, signed_in
from tests.support.mailbox import link_in, sent

HERE = "http://localhost:8000"

SIGNED_OUT = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-x-y/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/unknown/",
    "/accounts/deleted/",
    "/setup/",
    "/invite/",
]
SIGNED_IN = [
    "/",
    "/rooms/new/",
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/devices/",
    "/accounts/sessions/",
    "/accounts/passkeys-and-codes/",
    "/accounts/passkeys-and-codes/webauthn/",
]
# A block of JSON runs nothing.
INLINE = re.compile(
    r"<script(?![^>]*(\bsrc=|\"application/json\"))|<style|\sstyle=|\son\w+=", re.IGNORECASE
)


@pytest.mark.parametrize("page", SIGNED_OUT)
def test_a_page_for_everyone_is_ours(db, page):
    assert_ours(Client().get(page).text)


@pytest.mark.parametrize("page", SIGNED_IN)
def test_a_page_for_who_is_signed_in_is_ours(alice, page):
    assert_ours(signed_in("alice").get(page).text)


def assert_ours(text: str) -> None:
    assert "· Parley</title>" in text
    assert 'class="skip"' in text
    assert not INLINE.search(text)


def test_a_page_that_is_not_there_says_so_in_our_frame(db):
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert_ours(answer.text)


def test_a_broken_page_says_so_without_the_database():
    from django.template.loader import render_to_string

    assert_ours(render_to_string("500.html"))


def test_a_form_without_its_token_is_refused_in_our_frame(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert answer.status_code == 403
    assert_ours(answer.text)


@pytest.mark.parametrize(
    ("method", "came_from", "again"),
    [
        ("GET", "", f"{HERE}//evil.example/?a=b"),
        ("HEAD", f"{HERE}/elsewhere/", f"{HERE}//evil.example/?a=b"),
        (
            "POST",
            f"{HERE}/accounts/login/?next=/r/garden/",
            f"{HERE}/accounts/login/?next=/r/garden/",
        ),
        ("POST", f"{HERE}.evil.example/", "/"),
        ("POST", "", "/"),
    ],
)
@pytest.mark.parametrize("error", [limits.TooMany(60), OperationalError("gone")])
def test_who_has_to_wait_comes_back_to_what_they_were_doing(method, came_from, again, error):
    factory = RequestFactory(headers={"Referer": came_from})
    request = factory.generic(method, f"{HERE}//evil.example/?a=b")
    request.user = AnonymousUser()
    answer = errors.refusal(request, error)
    assert answer is not None
    assert f'<a class="button primary" href="{again}">' in answer.text
    assert ("Sign in" in answer.text) is (answer.status_code == 429)


def test_after_too_many_wrong_passwords_a_new_one_is_the_first_thing_to_do(alice):
    client, form = Client(), {"login": "alice", "password": "not this"}
    for _ in range(6):
        answer = client.post("/accounts/login/", form)
    assert answer.status_code == 429
    buttons = re.findall(r'<a class="button (\w+)" href="([^"]*)"', main_of(answer.text))
    assert buttons == [("primary", "/accounts/password/reset/"), ("plain", "/")]


def main_of(page: str) -> str:
    return page[page.index("<main") :]


@pytest.mark.parametrize(
    ("leads_to", "sentence"),
    [
        ("/r/garden/", "Your account does not know this browser yet."),
        ("/accounts/email/", "A sign-in can be copied, so show once more"),
    ],
)
def test_who_is_asked_once_more_reads_why_and_as_whom(alice, leads_to, sentence):
    page = main_of(signed_in("alice").get(f"/accounts/reauthenticate/?next={leads_to}").text)
    assert sentence in page
    assert "You are signed in as <b>alice</b>." in page
    assert 'autocomplete="username" value="alice" readonly hidden' in page
    assert re.search('name="password"[^>]* autofocus', page)
    assert '<a href="/">Not now</a>' in page


def test_signing_in_leads_on_to_where_one_wanted_to_go(alice):
    form = {"login": "alice", "password": PASSWORD, "next": "/invite/"}
    assert Client().post("/accounts/login/", form).headers["Location"] == "/invite/"
    assert 'value="/invite/"' in Client().get("/accounts/signup/?next=/invite/").text


@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
@pytest.mark.parametrize("address", ["http://[", "//[", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_what_is_no_address_of_ours(alice, page, address):
    answer = Client().get(f"/accounts/{page}/", {"next": address})
    assert answer.status_code == 200
    form = {"login": "alice", "password": PASSWORD, "next": address}
    assert Client().post("/accounts/login/", form).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["http://[", "//["])
def test_the_door_of_the_admin_pages_takes_any_address(alice, address):
    for client in (Client(), signed_in("alice")):
        for page in ("login", "logout"):
            assert client.get(f"/admin/{page}/", {"next": address}).status_code < 500


def test_a_login_of_any_length_is_answered(db):
    answer = Client().post("/accounts/login/", {"login": "a" * 100_000, "password": "x"})
    assert answer.context["form"].errors["login"] == ["Use at most 320 characters."]


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/r/garden/", "/r/garden/"),
        ("garden", "/accounts/profile/"),
        ("//evil.example/", "/accounts/profile/"),
    ],
)
def test_the_profile_leads_back_to_where_one_came_from(alice, back, leads_to):
    page = f"/accounts/profile/?next={back}"
    client = signed_in("alice")
    assert (f'href="{back}"' in client.get(page).text) is (back == leads_to)
    assert client.post(page, {"display_name": "Alice"}).headers["Location"] == leads_to


@pytest.mark.parametrize("relays", [[], ["turn:relay.example.org"]])
def test_who_hides_their_address_is_told_when_there_is_no_relay(alice, settings, relays):
    settings.TURN_URLS = relays
    page = signed_in("alice").get("/accounts/profile/").text
    assert ("This server has no relay" in page) is (not relays)


def test_a_form_says_what_is_wrong_in_our_words(db):
    form = {"username": "", "email": "nowhere", "password1": PASSWORD, "password2": "other words"}
    assert Client().post("/accounts/signup/", form).context["form"].errors == {
        "username": ["Fill this in."],
        "email": ["This is no e-mail address."],
        "password2": ["The two passwords differ."],
    }


@pytest.mark.django_db(transaction=True)
def test_signing_up_takes_a_person_in_without_a_mail(db):
    client = Client()
    form = {"username": "bob", "email": "", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", form).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert sent() == []


@pytest.mark.django_db(transaction=True)
def test_a_new_address_counts_once_its_link_was_followed(alice):
    client = signed_in("alice")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    page = link_in(sent()[-1])
    assert_ours(client.get(page).text)
    client.post(page)
    alice.refresh_from_db()
    assert alice.email == "new@example.org"


@pytest.mark.django_db(transaction=True)
def test_a_changed_password_is_told_by_mail(alice):
    client = signed_in("alice")
    client.post("/accounts/email/")  # makes the address a row of allauth's
    form = {
        "oldpassword": PASSWORD,
        "password1": "other words here",
        "password2": "other words here",
    }
    client.post("/accounts/password/change/", form)
    [message] = sent()
    assert message.subject == "Your password was changed"
    assert "If it was not you" in message.body


def test_a_name_is_never_markup(db):
    user = User.objects.create_user("bob", password=PASSWORD, display_name="<b>Bob</b>")
    assert f"&lt;b&gt;{user.username.title()}" in signed_in("bob").get("/").text
