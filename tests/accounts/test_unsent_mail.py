"""Until a mail server is named, pages do not promise mail, and say where it is to be found."""

from __future__ import annotations

import pytest
from django.test import Client
from environ import Env

from tests.accounts.conftest import reauthenticate, signed_in

# As the settings read EMAIL_URL.
CONSOLE = Env.email_url_config("consolemail://")["EMAIL_BACKEND"]
SMTP = Env.email_url_config("smtp+tls://user:password@mail.example.org:587")["EMAIL_BACKEND"]
UNSENT = "This server sends no mail yet: what it would send stands in its log."
PROMISES = {
    "/accounts/confirm-email/": "A mail with a link is on its way to you.",
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
