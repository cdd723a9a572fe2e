"""A password alone does not pass where there is a second factor (ASVS 5.0, 6.3 to 6.5)."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.attacks.conftest import Join
from tests.support.api_client import ApiClient
from tests.support.fixtures import Serve
from tests.support.people import Person
from tests.support.ports import until
from tests.support.race import at_once
from tests.support.server import PASSWORD

PERIOD = 30
AT_ONCE = 4
SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105
SET_UP = """
import json
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from accounts.models import User
user = User.objects.get(username={username!r})
User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
TOTP.activate(user, {secret!r})
print(json.dumps(RecoveryCodes.activate(user).get_unused_codes()))
"""
SET_UP_PASSKEY = """
from allauth.mfa.models import Authenticator
from accounts.models import User
user = User.objects.get(username={username!r})
data = {{"name": "Key", "passwordless": True, "credential": {{}}}}
Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
"""


@dataclass
class Guarded:
    """Dave's account, with an authenticator app and recovery codes."""

    client: ApiClient
    recovery: list[str]

    used: int = 0

    def code(self) -> str:
        """One that was not used yet, and is good for another ten seconds."""

        def is_new() -> bool:
            return step() > self.used and time.time() % PERIOD < PERIOD - 10

        until(is_new, 2 * PERIOD, "a new code")
        self.used = step()
        return format_hotp_value(hotp_value(SECRET, self.used))


def step() -> int:
    return int(time.time() // PERIOD)


@pytest.fixture
def guarded(sign_up: Join, people: Any) -> Guarded:
    dave = sign_up()
    told = dave.server.shell(SET_UP.format(username=dave.username, secret=SECRET))
    client = people.enter_context(ApiClient(dave.server, dave.username))
    return Guarded(client, json.loads(told))


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 401, answer.text
    assert answer.json().keys() == {"code", "detail"}
    code: str = answer.json()["code"]
    return code


def assert_one_passes(client: ApiClient, otp: str) -> None:
    """Whoever tries the code at the same moment; afterwards nobody does."""
    client.ask("POST", "token/", {})
    answers: Sequence[Any] = at_once([lambda: client.ask_tokens(otp=otp)] * AT_ONCE)
    # A server that has too much to do for its 3 seconds lets nobody in.
    others = [answer.json().get("code") for answer in answers if answer.status_code != 200]
    assert set(others) <= {"invalid_otp", "unavailable"}
    assert len(others) >= AT_ONCE - 1
    assert refusal(client.ask_tokens(otp=otp)) == "invalid_otp"


# --- at the token endpoint ---


def test_a_password_alone_gives_no_token(guarded: Guarded):
    """ASVS 5.0, 6.3.3."""
    client = guarded.client
    assert refusal(client.ask_tokens()) == "mfa_required"
    for guess in ("000000", "x", "0" * 64, "١٢٣٤٥٦", "-1", "null", SECRET):
        assert refusal(client.ask_tokens(otp=guess)) == "invalid_otp"


def test_a_code_passes_once(guarded: Guarded):
    """ASVS 5.0, 6.5.1: nor is it good again on the sign-in page."""
    client, code = guarded.client, guarded.code()
    assert client.ask_tokens(otp=code).status_code == 200
    for spelt in (code, f"{code[:3]} {code[3:]}", f" {code}", f"{code}\n"):
        assert refusal(client.ask_tokens(otp=spelt)) == "invalid_otp"
    with Person(client.server, client.username) as browser:
        second_step = begin(browser)
        assert browser.post_form(second_step, {"code": code}).status_code == 200
        assert not is_signed_in(browser)


def test_of_four_who_bring_one_code_at_the_same_moment_one_passes(guarded: Guarded):
    """ASVS 5.0, 6.5.1 and 2.3.4."""
    assert_one_passes(guarded.client, guarded.code())


def test_of_four_who_bring_one_recovery_code_at_the_same_moment_one_passes(guarded: Guarded):
    """ASVS 5.0, 6.5.1 and 2.3.4."""
    assert_one_passes(guarded.client, guarded.recovery[0])


def test_a_recovery_code_passes_once(guarded: Guarded):
    """ASVS 5.0, 6.5.1."""
    client, (first, second, *_) = guarded.client, guarded.recovery
    for code in (first, second):
        assert client.ask_tokens(otp=code).status_code == 200
        assert refusal(client.ask_tokens(otp=code)) == "invalid_otp"


def test_a_code_without_the_password_gives_nothing_and_is_not_spent(guarded: Guarded):
    """ASVS 5.0, 6.3.3."""
    client, code = guarded.client, guarded.recovery[0]
    client.password = "guessed"
    assert refusal(client.ask_tokens(otp=code)) == "invalid_credentials"
    assert refusal(client.ask_tokens(otp="000000")) == "invalid_credentials"
    assert refusal(client.ask_tokens()) == "invalid_credentials"
    client.password = PASSWORD
    assert client.ask_tokens(otp=code).status_code == 200


def test_anothers_code_does_not_fit(guarded: Guarded, sign_up: Join, people: Any):
    """ASVS 5.0, 6.5: what is right for one account is wrong for another."""
    charlie = sign_up("charlie")
    charlie.server.shell(SET_UP.format(username=charlie.username, secret="KRSXG5CTMVRXEZLU"))
    client = people.enter_context(ApiClient(charlie.server, charlie.username))
    for code in (guarded.recovery[0], guarded.code()):
        assert refusal(client.ask_tokens(otp=code)) == "invalid_otp"


def test_a_passkey_is_no_less_than_an_app(sign_up: Join, people: Any):
    """ASVS 5.0, 6.3.3: who has only a passkey signs in with it, and with no password."""
    dave = sign_up()
    dave.server.shell(SET_UP_PASSKEY.format(username=dave.username))
    client = people.enter_context(ApiClient(dave.server, dave.username))
    assert refusal(client.ask_tokens()) == "mfa_required"
    for guess in ("000000", "Key", "x"):
        assert refusal(client.ask_tokens(otp=guess)) == "invalid_otp"
    with Person(dave.server, dave.username) as browser:
        assert begin(browser)
        assert not is_signed_in(browser)


def test_an_unconfirmed_address_gives_no_token_where_it_must_be_confirmed(
    serve: Serve, sign_up: Join, people: Any
):
    """ASVS 5.0, 6.1 and 6.4: and only who has the password is told so."""
    server = serve(PARLEY_EMAIL_VERIFICATION="mandatory")
    username = f"dave-{secrets.token_hex(4)}"
    dave = people.enter_context(Person(server, username))
    dave.http.get("/accounts/signup/")
    form = {"username": username, "email": f"{username}@example.org"}
    form |= {"password1": PASSWORD, "password2": PASSWORD}
    assert dave.post_form("/accounts/signup/", form).status_code == 302
    client = people.enter_context(ApiClient(server, username))
    assert refusal(client.ask_tokens()) == "email_unverified"
    client.password = "guessed"
    assert refusal(client.ask_tokens()) == "invalid_credentials"
    client.password = PASSWORD
    assert not is_signed_in(dave)
    confirm = (
        "from allauth.account.models import EmailAddress as E; E.objects.update(verified=True)"
    )
    server.shell(confirm)
    assert client.ask_tokens().status_code == 200


# --- on the pages ---


def begin(browser: Person) -> str:
    """Name and password; where the second step is asked for."""
    browser.http.get("/accounts/login/").raise_for_status()
    answer = browser.post_form(
        "/accounts/login/", {"login": browser.username, "password": browser.password}
    )
    assert answer.status_code == 302, answer.text
    where = answer.headers["Location"]
    assert "/authenticate/" in where
    return str(where)


def is_signed_in(browser: Person) -> bool:
    return browser.http.get("/accounts/profile/").status_code == 200


def test_a_password_alone_opens_no_admin(guarded: Guarded):
    """ASVS 5.0, 6.3.3 and 6.3.4: every way in asks for the same."""
    with Person(guarded.client.server, guarded.client.username) as browser:
        browser.http.get("/accounts/login/")
        form = {"username": browser.username, "password": browser.password, "next": "/admin/"}
        assert browser.post_form("/admin/login/", form).status_code in {302, 403}
        assert not is_admin(browser)
        second_step = begin(browser)
        assert not is_admin(browser)
        assert not is_signed_in(browser)
        answer = browser.call_api("POST", "devices/", {})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert browser.post_form(second_step, {"code": "000000"}).status_code == 200
        assert not is_admin(browser)
        answer = browser.post_form(second_step, {"code": guarded.recovery[0]})
        assert answer.status_code == 302, answer.text
        assert is_admin(browser)


def is_admin(browser: Person) -> bool:
    return browser.http.get("/admin/").status_code == 200
