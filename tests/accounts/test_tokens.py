"""Tokens: fetched with a password and a key, worth nothing without the key."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from io import StringIO
from typing import Any

import jwt
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import actions, devices, grants
from accounts.authentication import NONCES
from accounts.dpop import Proof
from accounts.models import Device, RefreshGrant, User
from tests.accounts.conftest import PASSWORD
from tests.support.proofs import Key

pytestmark = pytest.mark.django_db(transaction=True)

URL = "http://localhost:8000"


def call(key: Key, method: str, path: str, body: Any = None, access: str | None = None) -> Any:
    nonce = NONCES.issue(time.time())
    headers = {"DPoP": key.proof(method, f"{URL}/api/{path}", nonce=nonce, bound_to=access)}
    if access is not None:
        headers["Authorization"] = f"DPoP {access}"
    client = Client(HTTP_HOST="localhost:8000", headers=headers)
    return client.generic(method, f"/api/{path}", json.dumps(body), "application/json")


def fetch(key: Key, **body: Any) -> Any:
    return call(key, "POST", "token/", {"username": "alice", "password": PASSWORD, **body})


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_password_and_a_key_give_tokens_for_a_new_device(alice):
    key = Key()
    given = fetch(key).json()
    device = Device.objects.get(pk=given["device"])
    assert (device.user, device.kind, device.thumbprint) == (alice, "client", key.thumbprint)
    assert (given["token_type"], given["expires_in"]) == ("DPoP", 300)
    assert call(key, "GET", "rooms/", access=given["access"]).json() == []


def test_an_access_token_says_what_rfc_9068_and_9449_ask_for(alice):
    key = Key()
    given = fetch(key).json()
    access = given["access"]
    claims = jwt.decode(access, options={"verify_signature": False})
    assert jwt.get_unverified_header(access)["typ"] == "at+jwt"
    assert claims["iss"] == URL
    assert claims["aud"] == f"{URL}/api/"
    assert (claims["sub"], claims["did"]) == (str(alice.pk), given["device"])
    assert claims["cnf"] == {"jkt": key.thumbprint}
    assert claims["exp"] - claims["iat"] == 300
    assert {"jti", "nbf"} <= claims.keys()


def test_the_same_key_is_the_same_device(alice):
    key = Key()
    assert fetch(key).json()["device"] == fetch(key).json()["device"]
    assert fetch(Key()).json()["device"] != fetch(key).json()["device"]


@pytest.mark.parametrize(
    "body", [{"password": "wrong"}, {"username": "nobody"}, {"username": "ALICE", "password": "x"}]
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(alice, body):
    assert code(fetch(Key(), **body)) == (401, "invalid_credentials")
    assert not Device.objects.exists()


def test_a_disabled_account_gets_no_token(alice):
    alice.is_active = False
    alice.save()
    assert code(fetch(Key())) == (401, "invalid_credentials")


def test_the_refresh_token_fetches_another_access_token_and_stays(alice):
    key = Key()
    given = fetch(key).json()
    for _ in range(2):
        renewed = call(key, "POST", "token/refresh/", {"refresh": given["refresh"]}).json()
        assert set(renewed) == {"access", "token_type", "expires_in"}
        assert call(key, "GET", "rooms/", access=renewed["access"]).status_code == 200


def test_the_refresh_token_is_not_kept_in_clear(alice):
    refresh = fetch(Key()).json()["refresh"]
    assert refresh not in str(RefreshGrant.objects.values_list())


def test_a_refresh_token_slides_by_two_weeks_and_ends_after_sixty_days(alice):
    key = Key()
    refresh = fetch(key).json()["refresh"]
    grant = RefreshGrant.objects.get()
    grant.created_at -= timedelta(days=50)
    grant.expires_at = timezone.now() + timedelta(days=1)
    grant.save()
    assert call(key, "POST", "token/refresh/", {"refresh": refresh}).status_code == 200
    grant.refresh_from_db()
    assert grant.expires_at == grant.created_at + timedelta(days=60)
    grant.expires_at = timezone.now()
    grant.save()
    answer = call(key, "POST", "token/refresh/", {"refresh": refresh})
    assert code(answer) == (401, "invalid_grant")


def test_revoking_signs_the_client_out(alice):
    key = Key()
    given = fetch(key).json()
    body = {"refresh": given["refresh"]}
    assert call(key, "POST", "token/revoke/", body).status_code == 204
    assert code(call(key, "POST", "token/refresh/", body)) == (401, "invalid_grant")
    assert code(call(key, "GET", "rooms/", access=given["access"])) == (401, "invalid_token")


def test_a_client_that_was_signed_out_comes_back_with_its_password(alice):
    key = Key()
    given = fetch(key).json()
    call(key, "POST", "token/revoke/", {"refresh": given["refresh"]})
    assert fetch(key).json()["device"] == given["device"]


def test_every_reply_of_the_api_brings_a_nonce(alice):
    answer = Client(HTTP_HOST="localhost:8000").get("/api/rooms/")
    assert NONCES.is_good(answer["DPoP-Nonce"], time.time())
    assert answer["WWW-Authenticate"] == 'DPoP algs="ES256"'


def test_without_a_nonce_the_proof_is_asked_for_again(alice):
    key = Key()
    headers = {"DPoP": key.proof("POST", f"{URL}/api/token/")}
    answer = Client(HTTP_HOST="localhost:8000").post(
        "/api/token/",
        {"username": "alice", "password": PASSWORD},
        content_type="application/json",
        headers=headers,
    )
    assert code(answer) == (401, "use_dpop_nonce")
    assert answer["WWW-Authenticate"] == 'DPoP algs="ES256", error="use_dpop_nonce"'


def test_a_password_that_was_changed_meanwhile_opens_nothing(alice):
    stale = User.objects.get(pk=alice.pk)
    alice.set_password("entirely other words")
    alice.save()
    actions.revoke_sign_ins(alice)
    with pytest.raises(devices.SignedOut):
        grants.open_grant(stale, Proof(Key().thumbprint, Key().jwk, "once"), "Client")
    assert not RefreshGrant.objects.exists()


def test_a_password_set_on_the_server_ends_every_token(alice, monkeypatch):
    key = Key()
    given = fetch(key).json()
    monkeypatch.setattr("getpass.getpass", lambda prompt: "entirely other words")
    call_command("changepassword", "alice", stdout=StringIO())
    assert code(call(key, "GET", "rooms/", access=given["access"])) == (401, "invalid_token")
    answer = call(key, "POST", "token/refresh/", {"refresh": given["refresh"]})
    assert code(answer) == (401, "invalid_grant")


def test_strangers_do_not_fill_the_memory_of_spent_proofs(alice):
    proof = Key().proof("POST", f"{URL}/api/token/refresh/", nonce=NONCES.issue(time.time()))
    client = Client(HTTP_HOST="localhost:8000", headers={"DPoP": proof})
    for _ in range(2):
        answer = client.post(
            "/api/token/refresh/", {"refresh": "x"}, content_type="application/json"
        )
        assert code(answer) == (401, "invalid_grant")
