"""Who is asked to sign in on the way to a call is told so, and nothing of the room."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rooms import actions
from tests.accounts.conftest import PASSWORD
from tests.support.mailbox import link_in, sent

SAID = "Sign in, or make an account, to join the call."
NOWHERE = "/r/nXo2v1Jc0Rk7yqWm3TzLbQ/"
PAGES = ["/accounts/login/", "/accounts/signup/"]
CONFIRM = "/accounts/confirm-email/"
NEXT = urlencode({"next": NOWHERE})
NEW = {"username": "dave", "email": "dave@example.org", "password1": PASSWORD}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("way", [NOWHERE, f"{NOWHERE}?x=1", "/invite/"])
def test_the_way_to_a_call_is_said(db, page, way):
    assert SAID in Client().get(page, {"next": way}).text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "way",
    ["", "/", "/rooms/new/", "/r/", "/nowhere/", "//example.org/r/x/", "http://[", "r/x/", "\0"],
)
def test_any_other_way_is_not(db, page, way):
    assert SAID not in Client().get(page, {"next": way}).text


@pytest.mark.parametrize("page", PAGES)
def test_nobody_looks_whether_there_is_such_a_room(alice, page):
    room = actions.create_room(name="Garden plan", by=alice)
    seen = []
    for way in (room.get_absolute_url(), NOWHERE):
        with CaptureQueriesContext(connection) as asked:
            text = Client().get(page, {"next": way}).text
        assert "rooms_" not in " ".join(query["sql"] for query in asked)
        assert "Garden plan" not in text
        seen.append(len(asked))
    assert seen == [0, 0]


def test_it_is_said_again_where_the_password_was_wrong(alice):
    form = {"login": "alice", "password": "wrong", "next": NOWHERE}
    assert SAID in Client().post(PAGES[0], form).text


def test_the_way_goes_on_through_sign_up(db):
    client = Client()
    login = client.get(PAGES[0], {"next": NOWHERE})
    signup = f"{PAGES[1]}?next={quote(NOWHERE, safe='')}"
    assert f'href="{signup}"' in login.text
    form = client.get(signup)
    assert f'name="next" value="{NOWHERE}"' in form.text
    done = client.post(signup, {**NEW, "password2": PASSWORD, "next": NOWHERE})
    assert (done.status_code, done.headers["Location"]) == (302, NOWHERE)


def test_the_way_goes_on_where_the_address_is_confirmed_first(transactional_db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = Client()
    client.post(PAGES[1], {**NEW, "password2": PASSWORD, "next": NOWHERE})
    login = client.post(link_in(sent()[-1])).headers["Location"]
    assert login == f"{PAGES[0]}?{urlencode({'next': NOWHERE})}"
    form = {"login": "dave", "password": PASSWORD, "next": NOWHERE}
    assert client.post(login, form).headers["Location"] == NOWHERE


def test_a_way_is_gone_by_nobody_else(transactional_db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = Client()
    alice = {**NEW, "username": "alice", "email": "alice@example.org", "password2": PASSWORD}
    client.post(PAGES[1], {**NEW, "password2": PASSWORD})
    of_dave = link_in(sent()[-1])
    client.post(PAGES[1], {**alice, "next": NOWHERE})
    of_alice = link_in(sent()[-1])
    assert client.post(of_dave).headers["Location"] == PAGES[0]
    assert client.post(of_alice).headers["Location"] == f"{PAGES[0]}?{NEXT}"


def test_who_comes_later_to_the_same_browser_is_not_told_of_a_way(transactional_db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = Client()
    alice = {**NEW, "username": "alice", "email": "alice@example.org", "password2": PASSWORD}
    client.post(PAGES[1], {**alice, "next": NOWHERE})
    assert f'href="{PAGES[0]}?{NEXT}">Back to sign-in' in client.get(CONFIRM).text
    client.post(PAGES[1], {**NEW, "password2": PASSWORD})
    assert f'href="{PAGES[0]}">Back to sign-in' in client.get(CONFIRM).text
    assert client.post(link_in(sent()[-1])).headers["Location"] == PAGES[0]


def test_whose_address_has_an_account_sees_the_same_page(transactional_db, settings, alice):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = Client()
    taken = {**NEW, "email": alice.email, "password2": PASSWORD, "next": NOWHERE}
    assert client.post(PAGES[1], taken).headers["Location"] == CONFIRM
    assert f'href="{PAGES[0]}?{NEXT}">Back to sign-in' in client.get(CONFIRM).text


def test_only_a_way_of_ours_goes_on(transactional_db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = Client()
    client.post(PAGES[1], {**NEW, "password2": PASSWORD, "next": "//example.org/r/x/"})
    assert client.post(link_in(sent()[-1])).headers["Location"] == PAGES[0]
