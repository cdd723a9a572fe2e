"""The pages of passkeys and codes: what they offer, what they say, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.forms import Field
from django.test import Client

from accounts.forms import CodeForm, CountedCode, FreshCodeForm
from accounts.models import User
from tests.accounts.conftest import PASSWORD, signed_in
from tests.accounts.test_second_factor import (
    CODES,
    LOGIN,
    PAGES,
    is_signed_in,
    prove,
    recovery_codes,
    turn_on,
    with_password,
)
from tests.support.mailbox import sent

HERE = "http://localhost:8000"

pytestmark = pytest.mark.django_db


def test_an_app_that_is_turned_off_is_asked_for_no_more(alice):
    client = signed_in("alice")
    turn_on(client)
    prove(client)
    client.post(f"{PAGES}totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert is_signed_in(with_password("alice"))


def test_new_recovery_codes_replace_the_old_ones(alice):
    client = signed_in("alice")
    turn_on(client)
    old = recovery_codes(client)
    assert "Your old codes stop working" in client.get(f"{CODES}generate/").text
    client.post(f"{CODES}generate/")
    assert not set(old) & set(recovery_codes(client))
    newcomer = with_password("alice")
    newcomer.post(f"{PAGES}authenticate/", {"code": old[0]})
    assert not is_signed_in(newcomer)


def test_recovery_codes_come_as_a_file_that_nobody_keeps_on_the_way(alice):
    client = signed_in("alice")
    turn_on(client)
    answer = client.get(f"{CODES}download/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.text.split()[-10:] == recovery_codes(client)


@pytest.mark.django_db(transaction=True)
def test_every_change_is_told_by_mail(alice):
    client = signed_in("alice")
    client.post("/accounts/email/")  # makes the address a row of allauth's
    sent().clear()
    turn_on(client)
    client.post(f"{CODES}generate/")
    client.post(f"{PAGES}totp/deactivate/")
    on, codes, off = sent()
    assert on.subject == "An authenticator app was set up"
    assert f"If it was not you, remove it here and set a new password: {HERE}{PAGES}\n" in on.body
    assert codes.subject == "New recovery codes were made"
    reset = f"{HERE}/accounts/password/reset/"
    instead = f"set a new password now and tell whoever runs this server: {reset}\n"
    assert instead in codes.body
    assert off.subject == "Your authenticator app was turned off"
    assert instead in off.body
    assert "It was your last one: the password alone lets you in again" in off.body


def passkey_of(user: User, alone: bool = True) -> Authenticator:
    credential = {"clientExtensionResults": {"credProps": {"rk": alone}}}
    passkey: Authenticator = Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "Door key", "credential": credential}
    )
    return passkey


def test_who_removes_the_last_factor_is_told_what_that_costs(alice):
    client = signed_in("alice")
    turn_on(client)
    passkey = passkey_of(alice)
    removal = f"{PAGES}webauthn/keys/{passkey.pk}/remove/"
    costs = "the password alone lets you in again"
    assert costs not in client.get(removal).text
    assert costs not in client.get(f"{PAGES}totp/deactivate/").text
    [said] = told(client.post(removal, follow=True))
    assert said == "The passkey is removed."
    assert f"It is your last one: {costs}" in client.get(f"{PAGES}totp/deactivate/").text
    [said] = told(client.post(f"{PAGES}totp/deactivate/", follow=True))
    assert said.startswith(f"The authenticator app is turned off. It was your last one: {costs}")

    passkey = passkey_of(alice)
    removal = f"{PAGES}webauthn/keys/{passkey.pk}/remove/"
    assert f"It is your last one: {costs}" in client.get(removal).text
    [said] = told(client.post(removal, follow=True))
    assert said.startswith(f"The passkey is removed. It was your last one: {costs}")


@pytest.mark.parametrize(
    "page", ["totp/deactivate/", "recovery-codes/", "recovery-codes/generate/"]
)
def test_what_one_does_not_have_leads_to_where_one_gets_it(alice, page):
    client = signed_in("alice")
    assert client.get(PAGES + page).headers["Location"] == PAGES
    assert client.post(PAGES + page).headers["Location"] == PAGES
    assert not Authenticator.objects.exists()
    assert Client().get(PAGES + page).headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize(("alone", "touch"), [(True, "instead of"), (False, "after")])
def test_a_passkey_is_one_touch_instead_of_the_password_or_after_it(alice, alone, touch):
    passkey_of(alice, alone)
    page = signed_in_with(alice).get(PAGES)
    assert f"1 passkey. One touch {touch} the password." in page.text


def signed_in_with(user: User) -> Client:
    """As by a passkey, which only a browser has."""
    client = Client()
    client.force_login(user)
    return client


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_key_of_an_app_stands_in_fours_and_opens_one_on_this_phone(alice):
    client = signed_in("alice")
    prove(client)
    page = client.get(f"{PAGES}totp/activate/")
    secret = page.context["form"].secret
    fours = "".join(f"<span>{secret[at : at + 4]}</span>" for at in range(0, len(secret), 4))
    assert f'<code class="secret" id="secret">{fours}</code>' in page.text
    assert '<a href="otpauth://totp/' in page.text


def test_a_code_is_asked_for_where_one_may_have_it_from(alice):
    turn_on(signed_in("alice"))
    field = code_field(CodeForm, alice)
    assert field.help_text == "From your authenticator app, or one of your recovery codes."
    assert field.widget.attrs["inputmode"] == "numeric"
    assert field.widget.attrs["autofocus"]
    passkey_of(alice)
    assert not code_field(CodeForm, alice).widget.attrs["autofocus"]
    assert code_field(FreshCodeForm, alice).widget.attrs["autofocus"]
    alice.authenticator_set.get(type="recovery_codes").delete()
    assert code_field(CodeForm, alice).help_text == "From your authenticator app."
    alice.authenticator_set.get(type="totp").delete()
    assert code_field(CodeForm, alice).help_text == "One of your recovery codes."


def code_field(kind: type[CountedCode], user: User) -> Field:
    return kind(user=user).fields["code"]


def test_a_passkey_is_renamed(alice):
    client = signed_in("alice")
    passkey = passkey_of(alice)
    prove(client)
    path = f"{PAGES}webauthn/keys/{passkey.pk}/edit/"
    for name in ("", "x" * 65, "a\u202eb"):
        assert client.post(path, {"name": name}).context["form"].errors["name"]
    client.post(path, {"name": "Car <b>key</b>"})
    assert "Car &lt;b&gt;key&lt;/b&gt;" in client.get(f"{PAGES}webauthn/").text


@pytest.mark.parametrize("deed", ["edit", "remove"])
def test_the_passkeys_of_others_are_not_there(alice, bob, deed):
    passkey, client = passkey_of(alice), signed_in("bob")
    prove(client)
    path = f"{PAGES}webauthn/keys/{passkey.pk}/{deed}/"
    assert client.get(path).status_code == 404
    assert client.post(path, {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "Door key"


@pytest.mark.parametrize("credential", ["", "x", "[]", "{}", '{"response": {"userHandle": "MQ"}}'])
def test_what_is_no_passkey_signs_nobody_in(alice, credential):
    client = Client()
    client.get(f"{PAGES}webauthn/login/", headers={"Accept": "application/json"})
    answer = client.post(f"{PAGES}webauthn/login/", {"credential": credential})
    assert answer.headers["Location"] == LOGIN
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("credential", "sentence"),
    [
        ("{}", "Parley does not know this passkey. Sign in with your password."),
        ("", "A passkey needs JavaScript. Use your password."),
    ],
)
def test_a_passkey_that_is_not_known_leads_to_the_password_and_that_leads_on(
    alice, credential, sentence
):
    client, form = Client(), {"credential": credential, "next": "/rooms/new/"}
    client.get(f"{PAGES}webauthn/login/", headers={"Accept": "application/json"})
    way = client.post(f"{PAGES}webauthn/login/", form).headers["Location"]
    assert way == f"{LOGIN}?next=%2Frooms%2Fnew%2F"
    page = client.get(way)
    assert [str(message) for message in page.context["messages"]] == [sentence]
    answer = client.post(way, {"login": "alice", "password": PASSWORD})
    assert answer.headers["Location"] == "/rooms/new/"


def test_a_passkey_that_is_not_accepted_is_tried_again_on_the_way_to_the_same_page(alice):
    client = signed_in("alice")
    passkey_of(alice)
    way = f"{PAGES}webauthn/reauthenticate/?next=%2Frooms%2Fnew%2F"
    answer = client.post(way, {"credential": "{}"})
    assert answer.headers["Location"] == way
