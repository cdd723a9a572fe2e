"""Until a mail server is named, pages do not promise mail, and say where it is to be found."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from environ import Env

from accounts import mail
from tests.accounts.conftest import reauthenticate, signed_in

# As the settings read EMAIL_URL.
CONSOLE, DUMMY, FILES = (
    Env.email_url_config(url)["EMAIL_BACKEND"]
    for url in ("consolemail://", "dummymail://", "filemail:///mails")
)
SMTP = Env.email_url_config("smtp+tls://user:password@mail.example.org:587")["EMAIL_BACKEND"]
UNSENT = "This server sends no mail yet: what it would send stands in its log."
PROMISE = "A mail with a link is on its way to you"
PROMISES = {
    "/accounts/confirm-email/": PROMISE,
    "/accounts/password/reset/": "A link to set a new password comes by mail.",
    "/accounts/password/reset/done/": "A mail is on its way to you.",
}


@pytest.mark.parametrize(("page", "promise"), PROMISES.items())
def test_a_page_promises_mail_only_where_it_is_sent(db, settings, page, promise):
    settings.EMAIL_BACKEND = SMTP
    text = Client().get(page).text
    assert promise in text
    assert UNSENT not in text
    settings.EMAIL_BACKEND = CONSOLE
    text = Client().get(page).text
    assert promise not in text
    assert UNSENT in text


@pytest.mark.parametrize("backend", [CONSOLE, DUMMY, FILES])
def test_what_keeps_a_mail_here_sends_none(settings, backend):
    settings.EMAIL_BACKEND = backend
    assert not mail.leaves()


@pytest.mark.parametrize(
    ("backend", "said", "unsaid"), [(SMTP, PROMISE, UNSENT), (CONSOLE, UNSENT, PROMISE)]
)
def test_so_does_what_stands_where_a_confirmed_address_is_needed(settings, backend, said, unsaid):
    settings.EMAIL_BACKEND = backend
    text = render_to_string("account/verified_email_required.html")
    assert said in text
    assert unsaid not in text
    assert 'href="/accounts/email/"' in text


@pytest.mark.parametrize("page", PROMISES)
def test_the_name_of_a_page_is_its_heading(db, settings, page):
    for settings.EMAIL_BACKEND in (SMTP, CONSOLE):
        text = Client().get(page).text
        [title] = re.findall("<title>(.*) · Parley</title>", text)
        assert f"<h1>{title}</h1>" in text


@pytest.mark.parametrize("is_sent", [True, False])
def test_so_does_the_page_of_ones_address(alice, settings, is_sent):
    client = signed_in("alice")
    reauthenticate(client)
    if not is_sent:
        settings.EMAIL_BACKEND = CONSOLE
    done = client.post(
        "/accounts/email/", {"email": "new@example.org", "action_add": ""}, follow=True
    )
    assert ("Follow the link in the mail that was sent there." in done.text) is is_sent
    assert ("A mail is on its way to new@example.org." in done.text) is is_sent
    assert done.text.count(UNSENT) == (0 if is_sent else 2)
