"""The one-time link makes the first account the admin, once."""

from __future__ import annotations

import os
import time
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client

from accounts import actions, first_admin
from accounts.models import User
from tests.accounts.conftest import PASSWORD, signed_in
from tests.support.mailbox import sent
from tests.support.race import at_once

ACCOUNT = {"username": "alice", "password1": PASSWORD, "password2": PASSWORD}


def printed() -> str:
    out = StringIO()
    call_command("first_admin", stdout=out)
    return out.getvalue().strip()


def token() -> str:
    return printed().partition("#")[2]


@pytest.mark.django_db(transaction=True)
def test_the_link_makes_an_admin_who_is_signed_in(db):
    client = Client()
    answer = client.post("/setup/", {**ACCOUNT, "token": token()})
    assert answer.headers["Location"] == "/"
    user = User.objects.get(username="alice")
    assert user.is_superuser and user.is_staff
    assert client.get("/admin/").status_code == 200
    assert sent() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verification", ["optional", "mandatory"])
def test_the_address_of_the_new_admin_is_asked_for_by_mail(db, settings, verification):
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    client = Client()
    client.post("/setup/", {**ACCOUNT, "email": "alice@example.org", "token": token()})
    [message] = sent()
    assert message.to == ["alice@example.org"]
    assert "/accounts/confirm-email/" in message.body
    assert client.get("/admin/").status_code == 200


def test_a_link_that_was_used_is_spent_for_good(db, django_capture_on_commit_callbacks):
    used = token()
    with django_capture_on_commit_callbacks(execute=True):
        Client().post("/setup/", {**ACCOUNT, "token": used})
    User.objects.update(is_superuser=False)
    answer = Client().post("/setup/", {**ACCOUNT, "username": "bob", "token": used})
    assert "setup link is not valid" in answer.text
    assert not User.objects.filter(username="bob").exists()


def test_a_new_link_takes_the_place_of_the_old_one(db):
    old, new = token(), token()
    assert (first_admin.is_good(old), first_admin.is_good(new)) == (False, True)


def test_the_secret_of_the_link_stands_in_the_fragment(db):
    assert printed().splitlines()[-1].startswith("http://localhost:8000/setup/#")


def test_who_is_signed_in_already_becomes_the_admin(alice):
    client = signed_in("alice")
    client.post("/setup/", {"token": token()})
    alice.refresh_from_db()
    assert alice.is_superuser


@pytest.mark.parametrize("wrong", ["", "x", "InNldHVwIg:1xV5wc:V-4kPx2b"])
def test_a_wrong_token_makes_nobody(db, wrong):
    answer = Client().post("/setup/", {**ACCOUNT, "token": wrong})
    assert "setup link is not valid" in answer.text
    assert not User.objects.exists()


def test_an_empty_token_file_makes_nobody(db, settings):
    token()
    (Path(settings.DATA_DIR) / "setup_token").write_text("")
    answer = Client().post("/setup/", {**ACCOUNT, "token": ""})
    assert "setup link is not valid" in answer.text
    assert not User.objects.exists()


def test_the_token_is_for_its_owners_eyes_and_nothing_lies_beside_it(db, settings):
    folder = Path(settings.DATA_DIR)
    first_admin.spend()
    before = set(folder.iterdir())
    token()
    (kept,) = set(folder.iterdir()) - before
    assert (kept.name, kept.stat().st_mode & 0o777) == ("setup_token", 0o600)


@pytest.mark.django_db(transaction=True)
def test_of_those_who_use_the_link_at_once_one_becomes_the_admin_and_the_others_hear_so():
    good = token()

    def use(username: str) -> int:
        form = {**ACCOUNT, "username": username, "email": "", "token": good}
        return Client().post("/setup/", form).status_code

    answers = at_once([partial(use, f"newcomer{number}") for number in range(4)])
    assert sorted(map(str, answers)) == ["302", "410", "410", "410"]
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.parametrize("knows", [True, False])
def test_a_taken_address_is_told_to_who_holds_the_link(alice, settings, knows):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    form = {
        **ACCOUNT,
        "username": "newcomer",
        "email": alice.email,
        "token": token() if knows else "x",
    }
    errors = Client().post("/setup/", form).context["form"].errors
    assert list(errors) == (["email"] if knows else ["token"])
    assert not User.objects.filter(username="newcomer").exists()


def test_a_token_of_yesterday_is_refused(db, settings):
    old = token()
    assert first_admin.is_good(old)
    yesterday = time.time() - 25 * 60 * 60
    os.utime(Path(settings.DATA_DIR) / "setup_token", (yesterday, yesterday))
    assert not first_admin.is_good(old)


def test_once_there_is_an_admin_there_is_no_link_and_no_form(admin):
    assert printed() == ""
    assert Client().get("/setup/").status_code == 410
    answer = Client().post("/setup/", {**ACCOUNT, "token": first_admin.link().partition("#")[2]})
    assert answer.status_code == 410
    assert not User.objects.filter(username="alice").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_one_becomes_the_admin():
    users = [User.objects.create_user(name) for name in ("alice", "bob")]
    claims = [partial(actions.make_first_admin, user) for user in users]
    assert at_once(claims, actions.AdminExists).count(actions.AdminExists) == 1
    assert User.objects.filter(is_superuser=True).count() == 1
