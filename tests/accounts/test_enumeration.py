"""Sign-in and reset do not tell who has an account; sign-up says which names are taken."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.support import slow_mail
from tests.support.mailbox import sent
from tests.support.ports import until

transactional = pytest.mark.django_db(transaction=True)


class CountingHasher(MD5PasswordHasher):
    """As quick as that of all tests; what it hashes is noted."""

    hashed: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.hashed.append(password)
        return super().encode(password, salt)


def text_of(answer) -> str:
    """The page without its token and without what was typed into it."""
    page = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="\w+"', "", answer.text)
    return re.sub(r'value="[^"]*"', "", page)


@pytest.mark.parametrize(
    ("known", "unknown"), [("alice", "nobody"), ("alice@example.org", "x@y.org")]
)
def test_a_wrong_password_and_an_unknown_account_look_alike(alice, known, unknown):
    answers = [
        Client().post("/accounts/login/", {"login": login, "password": "wrong"})
        for login in (known, unknown)
    ]
    assert "do not go together" in answers[0].text
    assert text_of(answers[0]) == text_of(answers[1])
    assert answers[0].status_code == answers[1].status_code


def test_a_disabled_account_is_told_only_to_who_knows_its_password(alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    wrong = Client().post("/accounts/login/", {"login": "alice", "password": "wrong"})
    right = Client().post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert "do not go together" in wrong.text
    assert right.headers["Location"] == "/accounts/inactive/"


@pytest.mark.parametrize("login", ["alice", "alice@example.org", "nobody", "x@y.org"])
def test_a_sign_in_is_as_slow_without_an_account(alice, settings, login):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.hashed.clear()
    Client().post("/accounts/login/", {"login": login, "password": "wrong"})
    assert CountingHasher.hashed == ["wrong"]


@transactional
def test_a_reset_answers_alike_for_known_and_unknown_addresses(alice):
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("alice@example.org", "nobody@example.org")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert text_of(answers[0]) == text_of(answers[1])
    # Nobody can have Parley write to whom they like.
    assert [message.to for message in sent()] == [["alice@example.org"]]


@transactional
def test_the_answer_does_not_wait_for_the_mail_server(alice, settings):
    settings.EMAIL_BACKEND = "tests.support.slow_mail.EmailBackend"
    slow_mail.EmailBackend.go_on.clear()
    try:
        answer = Client().post("/accounts/password/reset/", {"email": "alice@example.org"})
        assert (answer.status_code, mail.outbox) == (302, [])
    finally:
        slow_mail.EmailBackend.go_on.set()
    assert len(sent()) == 1


@transactional
def test_a_mail_server_that_is_away_changes_no_answer(alice, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = Client().post("/accounts/password/reset/", {"email": "alice@example.org"})
    assert answer.headers["Location"] == "/accounts/password/reset/done/"
    until(lambda: "mail_not_sent" in caplog.text, 5, "the mail is given up")


@pytest.mark.parametrize("name", ["alice", "ALICE", "admin"])
def test_sign_up_says_that_a_username_is_taken(alice, name):
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    answer = Client().post("/accounts/signup/", form)
    assert answer.context["form"].errors["username"] == ["This username is taken. Choose another."]


def test_sign_up_says_that_an_address_is_taken_where_it_is_not_verified(alice):
    form = {"username": "bob", "email": alice.email, "password1": PASSWORD, "password2": PASSWORD}
    answer = Client().post("/accounts/signup/", form)
    assert "belongs to an account" in str(answer.context["form"].errors["email"])


@transactional
def test_sign_up_writes_to_the_owner_of_an_address_where_it_is_verified(alice, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    form = {"username": "bob", "email": alice.email, "password1": PASSWORD, "password2": PASSWORD}
    answer = Client().post("/accounts/signup/", form)
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert not User.objects.filter(username="bob").exists()
    assert [message.subject for message in sent()] == ["You have an account already"]
