"""A copied session cookie mints nothing: no device, no ticket, no token (ASVS 5.0, 7)."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.attacks.conftest import Browse, Join, SignInClient
from tests.support.api_client import ApiClient
from tests.support.client import Client
from tests.support.fixtures import Serve
from tests.support.people import Person
from tests.support.ports import until
from tests.support.proofs import Key
from tests.support.server import PASSWORD, Server

Steal = Callable[[Person], Person]


@pytest.fixture
def steal(people: Any) -> Steal:
    """Another client with the same cookies, and a key of its own."""

    def steal(owner: Person) -> Person:
        thief: Person = people.enter_context(Person(owner.server, owner.username))
        for cookie in owner.http.cookies.jar:
            thief.http.cookies.jar.set_cookie(cookie)
        thief.nonce = owner.nonce
        return thief

    return steal


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def register(person: Person) -> httpx.Response:
    return person.call_api("POST", "devices/", {})


def ask_ticket(person: Person, slug: str) -> httpx.Response:
    return person.call_api("POST", f"rooms/{slug}/tickets/", {})


def show_password(person: Person, password: str = PASSWORD) -> httpx.Response:
    return person.post_form("/accounts/reauthenticate/", {"password": password})


def is_signed_in(person: Person) -> bool:
    return person.http.get("/accounts/profile/").status_code == 200


def devices_of(person: Person) -> dict[str, dict[str, Any]]:
    """All of one's devices, by the thumbprint of their key."""
    return {one["thumbprint"]: one for one in person.api("GET", "devices/")}


def test_a_copied_cookie_gets_no_device_while_the_sign_in_is_fresh(sign_up: Join, steal: Steal):
    """ASVS 5.0, 7.5.1: the device has its key, and another one asks for the password again."""
    owner = sign_up()
    thief = steal(owner)
    assert is_signed_in(thief)
    for _ in range(3):
        assert said(register(thief)) == (403, "fresh_sign_in")
        thief.key = Key()
    assert devices_of(owner).keys() == {owner.key.thumbprint}


def test_a_copied_cookie_gets_no_ticket(sign_up: Join, steal: Steal):
    """ASVS 5.0, 7.2.1: a ticket takes the session and the key of its device."""
    owner = sign_up()
    slug = owner.make_room()
    thief = steal(owner)
    assert said(ask_ticket(thief, slug)) == (403, "device_key_required")
    bare = thief.http.post(
        f"/api/rooms/{slug}/tickets/",
        json={},
        headers={"X-CSRFToken": thief.http.cookies["csrf"]},
    )
    assert said(bare) == (401, "invalid_dpop_proof")
    assert ask_ticket(owner, slug).status_code == 200


def test_a_copied_cookie_gets_no_token(sign_up: Join, steal: Steal):
    """ASVS 5.0, 10.4: what is at the token endpoint asks for the password, whatever comes along."""
    thief = steal(sign_up())
    for body in ({}, {"username": thief.username}, {"refresh": "x"}):
        assert thief.call_api("POST", "token/", body).status_code == 400
    wrong = {"username": thief.username, "password": "guessed"}
    assert said(thief.call_api("POST", "token/", wrong)) == (401, "invalid_credentials")
    assert said(thief.call_api("POST", "token/refresh/", {"refresh": "x"})) == (
        401,
        "invalid_grant",
    )


def test_a_copied_cookie_brings_no_other_way_in(sign_up: Join, steal: Steal):
    """ASVS 5.0, 7.5.1: no address to reset the password by, no passkey and no codes."""
    owner = sign_up()
    thief, evil = steal(owner), f"{secrets.token_hex(8)}@evil.example"
    factors = "/accounts/passkeys-and-codes"
    for answer in (
        thief.post_form("/accounts/email/", {"action_add": "", "email": evil}),
        thief.http.get(f"{factors}/totp/activate/"),
        thief.http.get(f"{factors}/webauthn/add/"),
    ):
        assert answer.status_code == 302
        assert "/reauthenticate/" in answer.headers["Location"]
    assert evil not in owner.http.get("/accounts/email/").text
    own = f"{owner.username}@example.org"
    asked = owner.post_form("/accounts/email/", {"action_add": "", "email": own})
    owner.post_form(asked.headers["Location"], {"password": PASSWORD})
    assert own in owner.http.get("/accounts/email/").text
    until(lambda: own in owner.server.log, 5, "the mail is there")
    assert evil not in owner.server.log


def test_an_admins_copied_cookie_takes_no_account_over(target: Server, steal: Steal, people: Any):
    """ASVS 5.0, 7.5.1: in Django admin too, a password is set by who has shown their own."""
    owner = people.enter_context(Person(target, "admin")).sign_in()
    thief = steal(owner)
    user = owner.user_id
    stolen = {"password1": "mine from now on", "password2": "mine from now on"}
    for page in (f"user/{user}/password/", f"user/{user}/change/", "user/add/"):
        path = f"/admin/accounts/{page}"
        assert "/reauthenticate/" in thief.http.get(path).headers["Location"]
        assert thief.post_form(path, stolen).headers["Location"] == path
    with Person(target, "admin") as again:
        again.sign_in()


def test_a_copied_cookie_dies_when_its_owner_shows_the_password_again(sign_up: Join, steal: Steal):
    """ASVS 5.0, 7.2.4: a new session token after each authentication."""
    owner = sign_up()
    slug = owner.make_room()
    thief = steal(owner)
    assert show_password(owner).status_code == 302
    assert not is_signed_in(thief)
    assert said(register(thief)) == (401, "not_authenticated")
    assert said(ask_ticket(thief, slug)) == (401, "not_authenticated")
    assert register(owner).status_code == 200
    assert ask_ticket(owner, slug).status_code == 200
    assert owner.http.get("/accounts/sessions/").text.count("This one") == 1


def test_a_copied_cookie_dies_with_a_changed_password(sign_up: Join, steal: Steal):
    """ASVS 5.0, 7.2.4 and 7.4.3."""
    owner = sign_up()
    thief = steal(owner)
    form = {"oldpassword": PASSWORD, "password1": "other words", "password2": "other words"}
    assert owner.post_form("/accounts/password/change/", form).status_code == 302
    assert not is_signed_in(thief)
    assert is_signed_in(owner)
    assert register(owner).status_code == 200


def test_a_copied_cookie_does_not_know_the_password(sign_up: Join, steal: Steal):
    """ASVS 5.0, 7.5.1: asking for it again and again makes no sign-in fresh."""
    owner = sign_up()
    thief = steal(owner)
    for guess in ("", "guessed", PASSWORD.upper()):
        assert show_password(thief, guess).status_code == 200
        assert said(register(thief)) == (403, "fresh_sign_in")
    assert is_signed_in(owner)


@pytest.mark.alone
async def test_who_was_faster_with_a_stolen_cookie_is_out_when_the_owner_shows_the_password(
    sign_up: Join, people: Any, steal: Steal
):
    """ASVS 5.0, 7.4.1: stolen before the first page has made the key, it is worth a moment."""
    name = sign_up().username
    owner = people.enter_context(Person(sign_up().server, name))
    owner.http.get("/accounts/login/")
    owner.post_form("/accounts/login/", {"login": name, "password": PASSWORD})
    thief = steal(owner)
    assert register(thief).status_code == 201
    slug = thief.make_room()
    inside = await Client.open(thief, slug)
    assert said(register(owner)) == (403, "fresh_sign_in")
    await asyncio.to_thread(show_password, owner)
    assert register(owner).status_code == 201
    assert await inside.closed(2) == 4401
    assert not is_signed_in(thief)
    assert said(ask_ticket(thief, slug)) == (401, "not_authenticated")
    assert ask_ticket(owner, slug).status_code == 200


def test_an_old_sign_in_must_be_repeated_before_the_first_key(serve: Serve, people: Any):
    """ASVS 5.0, 7.5.1: fifteen minutes, which are four seconds here."""
    server = serve(PARLEY_FRESH_SIGN_IN="4")
    alice = people.enter_context(Person(server, "alice"))
    alice.http.get("/accounts/login/")
    alice.post_form("/accounts/login/", {"login": "alice", "password": PASSWORD})
    old = time.monotonic() + 4.1
    until(lambda: time.monotonic() > old, 10, "the sign-in is old")
    assert said(register(alice)) == (403, "fresh_sign_in")
    assert show_password(alice).status_code == 302
    assert register(alice).status_code == 201


@pytest.mark.alone
async def test_a_new_key_after_the_password_puts_the_old_device_out(sign_up: Join):
    """ASVS 5.0, 7.4.1: one session has one device."""
    dave = sign_up()
    slug, old = dave.make_room(), dave.key
    inside = await Client.open(dave, slug)
    assert show_password(dave).status_code == 302
    dave.key = Key()
    assert register(dave).status_code == 201
    assert await inside.closed(2) == 4401
    devices = devices_of(dave)
    assert devices[old.thumbprint]["ended_at"]
    assert not devices[old.thumbprint]["revoked_at"]
    assert devices[dave.key.thumbprint]["current"]
    assert (await Client.open(dave, slug)).welcome["self"]["user"] == dave.user_id
    dave.key = old
    assert said(ask_ticket(dave, slug)) == (403, "device_key_required")


def test_one_sign_in_is_good_for_one_key(sign_up: Join):
    """ASVS 5.0, 7.5.1: the password shown for a key is not there for the next one."""
    dave = sign_up()
    show_password(dave)
    dave.key = Key()
    assert register(dave).status_code == 201
    dave.key = Key()
    assert said(register(dave)) == (403, "fresh_sign_in")


def test_the_key_of_ones_other_browser_asks_for_the_password_too(sign_up: Join, browse: Browse):
    """ASVS 5.0, 7.5.1."""
    laptop = sign_up()
    phone = browse(laptop)
    laptop.key = phone.key
    assert said(register(laptop)) == (403, "fresh_sign_in")


def test_a_key_belongs_to_one_user_in_browsers_too(sign_up: Join):
    """ASVS 5.0, 6.2: whose key it is does not matter to who comes later."""
    dave, charlie = sign_up(), sign_up("charlie")
    show_password(charlie)
    charlie.key = dave.key
    assert said(register(charlie)) == (409, "key_refused")
    assert register(dave).status_code == 200
    assert is_signed_in(charlie)


def test_another_site_registers_nothing(sign_up: Join):
    """ASVS 5.0, 3.5.1: the cookie alone, which a browser sends along, is not enough."""
    dave = sign_up()
    url = f"{dave.server.url}/api/devices/"
    headers = {"DPoP": dave.key.proof("POST", url, nonce=dave.nonce)}
    assert said(dave.http.post(url, json={}, headers=headers)) == (403, "csrf_failed")


# --- keys that come back ---


def mails(person: Person, sentence: str) -> int:
    """How many have been written to them that say this of their account."""
    return person.server.log.count(f'{sentence} your account "{person.username}"')


def with_address(sign_up: Join) -> Person:
    return sign_up(email=f"{secrets.token_hex(8)}@example.org")


def test_a_signed_out_devices_key_takes_its_row_up_again_without_a_mail(
    sign_up: Join, browse: Browse
):
    """The design's rule: it is known, so it is no news."""
    dave = with_address(sign_up)
    phone = browse(dave)
    until(lambda: mails(dave, "was signed in to") == 2, 5, "a mail of each new device")
    before = devices_of(phone)[phone.key.thumbprint]
    phone.sign_out()
    again = browse(dave, key=phone.key)
    after = devices_of(again)[phone.key.thumbprint]
    assert (after["id"], after["current"], after["ended_at"]) == (before["id"], True, None)
    # Mails go out one after the other: when the next one is there, this one would be.
    browse(dave)
    until(lambda: mails(dave, "was signed in to") >= 3, 5, "a mail of the next device")
    assert mails(dave, "was signed in to") == 3


def test_a_revoked_devices_key_is_refused_and_another_one_taken(sign_up: Join, browse: Browse):
    """ASVS 5.0, 7.4.1: for ever, also with the password just shown."""
    dave = sign_up()
    phone = browse(dave)
    dave.api("DELETE", f"devices/{devices_of(phone)[phone.key.thumbprint]['id']}/")
    phone.http.get("/accounts/login/")
    phone.post_form("/accounts/login/", {"login": dave.username, "password": PASSWORD})
    assert said(register(phone)) == (409, "key_refused")
    show_password(phone)
    assert said(register(phone)) == (409, "key_refused")
    phone.key = Key()
    assert register(phone).status_code == 201


@pytest.mark.alone
async def test_the_eleventh_device_retires_the_one_unused_longest(
    sign_up: Join, connect: SignInClient
):
    """The design's rule, with a mail to who owns them."""
    dave = with_address(sign_up)
    slug = dave.make_room()
    clients: list[ApiClient] = [await asyncio.to_thread(connect, dave) for _ in range(9)]
    unused = clients[4]
    await asyncio.to_thread(forget, unused)
    socket = await unused.dial(await asyncio.to_thread(unused.ticket, slug))
    await socket.receive("welcome")
    await asyncio.to_thread(forget, unused)
    eleventh = await asyncio.to_thread(connect, dave)
    assert await socket.closed(2) == 4401
    assert unused.ask_access().json()["code"] == "invalid_grant"
    for device in (*clients[:4], *clients[5:], eleventh):
        assert device.call_api("GET", "rooms/").status_code == 200
    assert is_signed_in(dave)
    live = [one for one in devices_of(dave).values() if not one["ended_at"]]
    assert len(live) == 10
    until(lambda: mails(dave, "was signed out of") == 1, 5, "a mail of the retired device")


def forget(client: ApiClient) -> None:
    """As if it had not been used for a year."""
    client.server.shell(
        "from datetime import timedelta; from django.utils import timezone;"
        "from accounts.models import Device;"
        f"Device.objects.filter(pk={client.device!r})"
        ".update(last_used_at=timezone.now() - timedelta(days=365))"
    )
