"""A browser brings a key of its own, and nobody brings another one with a cookie alone."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import devices
from accounts.authentication import NONCES
from accounts.dpop import Proof
from accounts.models import Device
from tests.accounts.conftest import PASSWORD, reauthenticate, signed_in
from tests.support.mailbox import sent
from tests.support.proofs import Key

pytestmark = pytest.mark.django_db(transaction=True)

QUARTER_OF_AN_HOUR = 15 * 60


@pytest.fixture(autouse=True)
def host(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PARLEY_URL = "http://testserver"


def register(client: Client, key: Key, **body: Any) -> Any:
    proof = key.proof("POST", "http://testserver/api/devices/", nonce=NONCES.issue(time.time()))
    return client.post(
        "/api/devices/", body, content_type="application/json", headers={"DPoP": proof}
    )


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def device_of(client: Client) -> Device:
    return Device.objects.get(pk=client.session["device"])


def proof_by(key: Key) -> Proof:
    return Proof(key.thumbprint, key.jwk, "once")


def signed_in_long_ago(client: Client) -> None:
    session = client.session
    session["signed_in_at"] -= QUARTER_OF_AN_HOUR + 1
    session.save()


def test_a_new_browser_registers_its_key(alice):
    client, key = signed_in("alice"), Key()
    answer = register(client, key)
    assert answer.status_code == 201
    assert answer.json()["thumbprint"] == key.thumbprint
    assert answer.json()["current"] is True
    assert device_of(client).key == key.jwk


def test_the_same_key_again_changes_nothing(alice):
    client, key = signed_in("alice"), Key()
    first, again = register(client, key), register(client, key)
    assert again.status_code == 200
    assert first.json()["id"] == again.json()["id"]
    assert Device.objects.count() == 1


def test_a_new_key_is_told_by_mail(alice):
    register(signed_in("alice"), Key())
    [message] = sent()
    assert message.to == ["alice@example.org"]
    assert "http://testserver/accounts/devices/" in message.body


def test_another_key_in_the_same_session_asks_for_the_password_whatever_its_age(alice):
    client, key = signed_in("alice"), Key()
    register(client, key)
    assert code(register(client, Key())) == (403, "fresh_sign_in")
    assert device_of(client).thumbprint == key.thumbprint


def test_with_the_password_shown_again_the_new_key_takes_the_place_of_the_lost_one(alice):
    client, lost, new = signed_in("alice"), Key(), Key()
    register(client, lost)
    reauthenticate(client)
    assert register(client, new).status_code == 201
    assert device_of(client).thumbprint == new.thumbprint
    assert Device.objects.get(thumbprint=lost.thumbprint).ended_at is not None
    assert client.get("/accounts/profile/").status_code == 200


def test_a_sign_in_that_is_older_than_a_quarter_of_an_hour_brings_no_key(alice):
    client, key = signed_in("alice"), Key()
    signed_in_long_ago(client)
    assert code(register(client, key)) == (403, "fresh_sign_in")
    reauthenticate(client)
    assert register(client, key).status_code == 201


def test_a_key_that_was_signed_out_takes_its_device_up_again_without_a_mail(alice):
    first, key = signed_in("alice"), Key()
    device = register(first, key).json()["id"]
    first.post("/accounts/logout/")
    again = signed_in("alice")
    answer = register(again, key)
    assert (answer.status_code, answer.json()["id"]) == (200, device)
    assert [device_of(again)] == list(alice.devices.live())
    assert len(sent()) == 1


def test_taking_a_device_up_again_leaves_nothing_to_a_copied_cookie(alice):
    first, key = signed_in("alice"), Key()
    register(first, key)
    Device.objects.update(key_at=timezone.now() - timedelta(days=3))
    first.post("/accounts/logout/")
    again = signed_in("alice")
    register(again, key)
    assert code(register(again, Key())) == (403, "fresh_sign_in")


def test_signing_in_again_leaves_no_second_row(alice):
    key = Key()
    for _ in range(3):
        client = signed_in("alice")
        register(client, key)
        client.post("/accounts/logout/")
    assert Device.objects.count() == 1


def test_signing_in_again_on_one_of_ten_devices_retires_none(alice):
    keys = [Key() for _ in range(10)]
    clients = [signed_in("alice") for _ in keys]
    for client, key in zip(clients, keys, strict=True):
        register(client, key)
    clients[0].post("/accounts/logout/")
    register(signed_in("alice"), keys[0])
    assert alice.devices.live().count() == 10


def test_a_session_that_ends_meanwhile_is_signed_out(alice):
    client = signed_in("alice")
    gone = client.session
    assert gone["device"]
    devices.end_device(device_of(client))
    with pytest.raises(devices.SignedOut):
        devices.register_key(gone, alice, proof_by(Key()))


def test_a_session_that_is_renewed_meanwhile_brings_no_key(alice):
    client = signed_in("alice")
    old = client.session
    assert old["device"]
    register(client, Key())
    reauthenticate(client)
    Device.objects.update(key_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(devices.SignedOut):
        devices.register_key(old, alice, proof_by(Key()))


def test_a_program_registers_no_key_here(alice):
    key, url = Key(), "http://testserver/api/token/"
    nonce = NONCES.issue(time.time())
    given = Client(headers={"DPoP": key.proof("POST", url, nonce=nonce)}).post(
        "/api/token/", {"username": "alice", "password": PASSWORD}, content_type="application/json"
    )
    access = given.json()["access"]
    proof = key.proof("POST", "http://testserver/api/devices/", nonce=nonce, bound_to=access)
    headers = {"DPoP": proof, "Authorization": f"DPoP {access}"}
    answer = Client(headers=headers).post("/api/devices/", {}, content_type="application/json")
    assert code(answer) == (403, "permission_denied")


def test_a_revoked_key_is_refused_for_good(alice):
    client, key = signed_in("alice"), Key()
    register(client, key)
    devices.revoke_device(device_of(client))
    again = signed_in("alice")
    assert code(register(again, key)) == (409, "key_refused")
    assert register(again, Key()).status_code == 201


def test_a_key_belongs_to_one_user(alice, bob):
    key = Key()
    register(signed_in("alice"), key)
    assert code(register(signed_in("bob"), key)) == (409, "key_refused")


def test_one_sees_names_and_revokes_ones_own_devices_alone(alice, bob):
    client, stranger = signed_in("alice"), signed_in("bob")
    device = register(client, Key()).json()["id"]
    path = f"/api/devices/{device}/"
    for method, body in [("PATCH", {"name": "Mine"}), ("DELETE", None)]:
        refused = stranger.generic(method, path, b"{}", "application/json")
        assert code(refused) == (404, "not_found"), body
    named = client.patch(path, {"name": "Kitchen"}, content_type="application/json")
    assert named.json()["name"] == "Kitchen"
    assert [row["name"] for row in client.get("/api/devices/").json()] == ["Kitchen"]
    assert client.delete(path).status_code == 204
    assert client.get("/api/devices/").status_code == 401
