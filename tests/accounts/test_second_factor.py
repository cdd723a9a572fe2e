"""A code from an app, a recovery code: asked for after the password, and kept unreadable."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from fido2.rpid import verify_rp_id

from accounts.mfa import MFAAdapter
from tests.accounts.conftest import PASSWORD, signed_in
from tests.support.codes import app_code

PAGES = "/accounts/passkeys-and-codes/"
HERE = "http://localhost:8000"
LOGIN = "/accounts/login/"
CODES = f"{PAGES}recovery-codes/"

pytestmark = pytest.mark.django_db


def prove(client: Client) -> None:
    """The password once more."""
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302


def make_stale(client: Client) -> None:
    """As if the sign-in were an hour old."""
    session, before = client.session, time.time() - 3600
    session["signed_in_at"] = before
    for record in session["account_authentication_methods"]:
        record["at"] = before
    session.save()


def turn_on(client: Client) -> str:
    """Sets an app up, as its owner does; the secret that the app then has."""
    prove(client)
    secret: str = client.get(f"{PAGES}totp/activate/").context["form"].secret
    answer = client.post(f"{PAGES}totp/activate/", {"code": app_code(secret)})
    assert answer.headers["Location"] == CODES
    return secret


def with_password(username: str, **more: str) -> Client:
    client = Client()
    client.post(LOGIN, {"login": username, "password": PASSWORD, **more})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def recovery_codes(client: Client) -> list[str]:
    codes: list[str] = client.get(CODES).context["unused_codes"]
    return codes


def test_setting_an_app_up_takes_a_code_of_it_and_gives_recovery_codes(alice):
    client = signed_in("alice")
    prove(client)
    page = client.get(f"{PAGES}totp/activate/")
    assert page.context["form"].secret in page.text
    assert 'src="data:image/svg+xml;base64,' in page.text
    answer = client.post(f"{PAGES}totp/activate/", {"code": "1"})
    assert answer.context["form"].errors["code"] == ["This was not accepted. Try once more."]
    assert not Authenticator.objects.exists()

    turn_on(client)
    assert len(recovery_codes(client)) == 10
    assert "10 of 10 left" in client.get(PAGES).text


def test_the_password_alone_lets_nobody_in(alice):
    secret = turn_on(signed_in("alice"))
    client = with_password("alice", next="/rooms/new/")
    assert not is_signed_in(client)
    page = client.get(f"{PAGES}authenticate/")
    assert "One more step" in page.text
    assert "Use a passkey" not in page.text
    answer = client.post(f"{PAGES}authenticate/", {"code": "000000"})
    assert "This was not accepted. Try once more." in answer.text
    assert not is_signed_in(client)
    answer = client.post(f"{PAGES}authenticate/", {"code": app_code(secret)})
    assert answer.headers["Location"] == "/rooms/new/"
    assert is_signed_in(client)


def test_a_code_works_once(alice):
    secret = turn_on(signed_in("alice"))
    code, first, second = app_code(secret), with_password("alice"), with_password("alice")
    for client in (first, second):
        client.post(f"{PAGES}authenticate/", {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_a_recovery_code_works_once(alice):
    owner = signed_in("alice")
    turn_on(owner)
    code = recovery_codes(owner)[3]
    first, second = with_password("alice"), with_password("alice")
    for client in (first, second):
        client.post(f"{PAGES}authenticate/", {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)
    assert code not in recovery_codes(owner)


def test_the_admin_pages_ask_for_the_second_factor_too(admin):
    secret = turn_on(signed_in("charlie"))
    client = Client()
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/login/", {"next": "/admin/"}).headers["Location"].startswith(LOGIN)
    form = {"username": "charlie", "password": PASSWORD, "next": "/admin/"}
    client.post("/admin/login/", form)
    assert client.get("/admin/").status_code == 302
    client.post(LOGIN, {"login": "charlie", "password": PASSWORD, "next": "/admin/"})
    assert client.get("/admin/").status_code == 302
    answer = client.post(f"{PAGES}authenticate/", {"code": app_code(secret)})
    assert answer.headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_passkeys_are_of_this_host_and_over_https_or_on_this_machine(settings):
    settings.PARLEY_URL = "https://parley.example.org:8443"
    here = MFAAdapter().get_public_key_credential_rp_entity()["id"]
    assert here == "parley.example.org"
    assert verify_rp_id(here, settings.PARLEY_URL)
    assert not verify_rp_id(here, "http://parley.example.org:8443")
    assert not verify_rp_id(here, "https://evil.example")
    assert verify_rp_id("localhost", "http://localhost:8000")


def test_what_codes_are_made_of_cannot_be_read_in_the_database(alice):
    client = signed_in("alice")
    secret = turn_on(client)
    app = Authenticator.objects.get(type="totp").data["secret"]
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert secret not in app
    assert MFAAdapter().decrypt(app) == secret
    # As allauth leaves it, it is a hexadecimal number.
    with pytest.raises(ValueError, match="non-hexadecimal"):
        bytes.fromhex(seed)
    assert bytes.fromhex(MFAAdapter().decrypt(seed))


def test_a_new_secret_key_opens_what_the_old_one_closed_while_that_is_kept(alice, settings):
    secret = turn_on(signed_in("alice"))
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    client = with_password("alice")
    answer = client.post(f"{PAGES}authenticate/", {"code": app_code(secret)})
    assert "Ask whoever runs this server for help." in answer.text
    assert not is_signed_in(client)

    settings.SECRET_KEY_FALLBACKS = [old]
    client = with_password("alice")
    client.post(f"{PAGES}authenticate/", {"code": app_code(secret)})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "page", ["totp/activate/", "totp/deactivate/", "webauthn/add/", "recovery-codes/generate/"]
)
def test_who_signed_in_long_ago_shows_again_who_they_are_and_comes_back(alice, page):
    client = signed_in("alice")
    if page in {"totp/deactivate/", "recovery-codes/generate/"}:
        turn_on(client)
    make_stale(client)
    before = client.session.session_key
    answer = client.get(PAGES + page)
    leads_back = urlencode({"next": PAGES + page})
    assert answer.headers["Location"] == f"/accounts/reauthenticate/?{leads_back}"
    wrong = client.post(answer.headers["Location"], {"password": "not this"})
    assert "This is not your password." in wrong.text
    answer = client.post(answer.headers["Location"], {"password": PASSWORD})
    assert answer.headers["Location"] == PAGES + page
    assert client.get(PAGES + page).status_code == 200
    # Whoever has copied the cookie has not shown it.
    assert client.session.session_key != before


def test_a_code_shows_as_well_who_one_is(alice):
    client = signed_in("alice")
    turn_on(client)
    codes = recovery_codes(client)
    make_stale(client)
    page = client.get("/accounts/reauthenticate/", {"next": f"{PAGES}webauthn/add/"})
    assert "Use a code instead" in page.text
    way = f"{PAGES}reauthenticate/?next={PAGES}webauthn/add/"
    assert "Use your password instead" in client.get(way).text
    answer = client.post(way, {"code": "12345678"})
    assert "This was not accepted" in answer.text
    answer = client.post(way, {"code": codes[0]})
    assert answer.headers["Location"] == f"{PAGES}webauthn/add/"


def test_wrong_codes_are_counted(alice):
    turn_on(signed_in("alice"))
    cache.clear()
    client = with_password("alice")
    answers = [client.post(f"{PAGES}authenticate/", {"code": "000000"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
