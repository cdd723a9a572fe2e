"""A key belongs to one user and to one kind of device; a revoked one to nobody (ASVS 5.0, 7.4)."""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Join, SignInClient
from tests.support.api_client import ApiClient
from tests.support.people import Person


@pytest.fixture
def owner(sign_up: Join) -> Person:
    return sign_up()


@pytest.fixture
def client(owner: Person, connect: SignInClient) -> ApiClient:
    return connect(owner)


def goes_on(client: ApiClient) -> bool:
    return client.call_api("GET", "rooms/").status_code == 200


def test_a_key_belongs_to_one_user(client: ApiClient, sign_up: Join, connect: SignInClient):
    """ASVS 5.0, 6.2: who holds another's key does not become them, nor keeps the key from them."""
    charlie = sign_up("charlie")
    thief = ApiClient(charlie.server, charlie.username, key=client.key)
    with thief:
        answer = thief.ask_tokens()
        assert (answer.status_code, answer.json()["code"]) == (409, "key_refused")
    assert goes_on(client)
    browser = connect(charlie)
    assert browser.key.thumbprint != client.key.thumbprint


def test_a_browsers_key_is_no_api_clients(owner: Person):
    """RFC 9449, 11: what holds for a session's key gives no token, and the reverse."""
    with ApiClient(owner.server, owner.username, key=owner.key) as client:
        answer = client.ask_tokens()
    assert (answer.status_code, answer.json()["code"]) == (409, "key_refused")


def test_a_revoked_key_is_refused_for_ever(owner: Person, client: ApiClient):
    """ASVS 5.0, 7.4: the device's own user cannot bring it back either."""
    owner.api("DELETE", f"devices/{client.device}/")
    for _ in range(2):
        answer = client.ask_tokens()
        assert (answer.status_code, answer.json()["code"]) == (409, "key_refused")
    assert not goes_on(client)


def test_a_key_that_was_signed_out_takes_up_its_device_again(owner: Person, client: ApiClient):
    """The design's rule: the row and its name stay, and nobody is told of a new device."""
    before = client.device
    owner.api("PATCH", f"devices/{before}/", {"name": "The lamp"})
    assert client.sign_out().status_code == 204
    assert not goes_on(client)
    client.sign_in()
    assert client.device == before
    [again] = [one for one in owner.api("GET", "devices/") if one["id"] == before]
    assert (again["name"], again["ended_at"], again["revoked_at"]) == ("The lamp", None, None)
