"""Whatever ends a sign-in ends all that came of it within two seconds, and nobody else's.

ASVS 5.0, 7.4.1 to 7.4.5: sessions, tokens, tickets and live sockets go together.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import jwt
import pytest

from tests.attacks.conftest import Browse, Join, SignInClient
from tests.support.api_client import ApiClient
from tests.support.client import Client
from tests.support.people import Person
from tests.support.ports import until
from tests.support.server import PASSWORD

# Seconds.
AT_ONCE = 2
NEW_PASSWORD = "entirely other words"  # noqa: S105


@dataclass
class Home:
    """Where one person is signed in: two browsers and an API client."""

    laptop: Person
    phone: Person
    client: ApiClient
    admin: Person
    email: str

    @property
    def user(self) -> str:
        claims = jwt.decode(self.client.access, options={"verify_signature": False})
        return str(claims["sub"])

    def admin_does(self, path: str, **form: str) -> None:
        answer = self.admin.post_form(f"/admin/{path}", form)
        assert answer.status_code == 302, answer.text


def current_device(person: Person) -> str:
    [device] = [one["id"] for one in person.api("GET", "devices/") if one["current"]]
    return str(device)


def current_session(person: Person) -> str:
    """What the list of sessions calls the one that reads it."""
    page = person.http.get("/accounts/sessions/").text
    [row] = [row for row in page.split("<li ") if "This one" in row]
    [session] = re.findall(r"/accounts/sessions/(\d+)/end/", row)
    return str(session)


def posted(person: Person, path: str, **form: str) -> None:
    answer = person.post_form(path, form)
    assert answer.status_code == 302, answer.text


# --- what ends a sign-in ---


def deleted_in_admin(home: Home) -> None:
    home.admin_does(f"accounts/user/{home.user}/delete/", post="yes")


def chosen_and_deleted_in_admin(home: Home) -> None:
    home.admin_does(
        "accounts/user/", action="delete_selected", _selected_action=home.user, post="yes"
    )


def disabled_in_admin(home: Home) -> None:
    home.admin_does("accounts/user/", action="disable", sure="Yes", _selected_action=home.user)


def disabled_on_the_users_page_in_admin(home: Home) -> None:
    path = f"accounts/user/{home.user}/change/"
    form = FormFields(home.admin.http.get(f"/admin/{path}").text)
    del form.values["is_active"]
    home.admin_does(path, **form.values)


def signed_out_in_admin(home: Home) -> None:
    home.admin_does("accounts/user/", action="sign_out", sure="Yes", _selected_action=home.user)


def password_set_in_admin(home: Home) -> None:
    home.admin_does(
        f"accounts/user/{home.user}/password/",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
        usable_password="true",
    )


def password_changed(home: Home) -> None:
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    posted(home.laptop, "/accounts/password/change/", **form)


def password_reset(home: Home) -> None:
    """By who has the mail and no session."""
    server = home.laptop.server
    with Person(server, home.laptop.username) as reader:
        reader.http.get("/accounts/password/reset/")
        posted(reader, "/accounts/password/reset/", email=home.email)
        mail = f'account "{home.laptop.username}". To set it, follow this link:'
        until(lambda: mail in server.log, 5, "the mail is there")
        [link] = re.findall(r"http://\S+/reset/key/\S+", server.log.rpartition(mail)[2])[:1]
        form = reader.http.get(link, follow_redirects=True)
        posted(reader, form.url.path, password1=NEW_PASSWORD, password2=NEW_PASSWORD)


def device_revoked_by_the_api(home: Home) -> None:
    home.laptop.api("DELETE", f"devices/{current_device(home.phone)}/")


def client_revoked_by_the_api(home: Home) -> None:
    home.laptop.api("DELETE", f"devices/{home.client.device}/")


def client_revoked_by_itself(home: Home) -> None:
    answer = home.client.call_api("DELETE", f"devices/{home.client.device}/")
    assert answer.status_code == 204


def device_revoked_on_its_page(home: Home) -> None:
    posted(home.laptop, f"/accounts/devices/{current_device(home.phone)}/revoke/")


def this_device_revoked_on_its_page(home: Home) -> None:
    posted(home.laptop, f"/accounts/devices/{current_device(home.laptop)}/revoke/")


def device_revoked_in_admin(home: Home) -> None:
    device = current_device(home.phone)
    home.admin_does("accounts/device/", action="revoke", sure="Yes", _selected_action=device)


def client_signed_out_in_admin(home: Home) -> None:
    home.admin_does(
        "accounts/device/", action="sign_out", sure="Yes", _selected_action=home.client.device
    )


def signed_out(home: Home) -> None:
    home.laptop.sign_out()


def signed_out_everywhere(home: Home) -> None:
    posted(home.laptop, "/accounts/devices/sign-out-everywhere/")


def other_sessions_ended_in_the_list(home: Home) -> None:
    posted(home.laptop, "/accounts/sessions/")


def session_ended_in_the_list(home: Home) -> None:
    posted(home.laptop, f"/accounts/sessions/{current_session(home.phone)}/end/")


def session_deleted_in_admin(home: Home) -> None:
    session = current_session(home.phone)
    home.admin_does(f"usersessions/usersession/{session}/delete/", post="yes")


def chosen_session_deleted_in_admin(home: Home) -> None:
    home.admin_does(
        "usersessions/usersession/",
        action="delete_selected",
        _selected_action=current_session(home.phone),
        post="yes",
    )


def grant_revoked(home: Home) -> None:
    assert home.client.sign_out().status_code == 204


LAPTOP, PHONE, CLIENT = "laptop", "phone", "client"
EVERYWHERE = {LAPTOP, PHONE, CLIENT}
# Whom each of them signs out.
DEEDS: dict[Callable[[Home], None], set[str]] = {
    deleted_in_admin: EVERYWHERE,
    chosen_and_deleted_in_admin: EVERYWHERE,
    disabled_in_admin: EVERYWHERE,
    disabled_on_the_users_page_in_admin: EVERYWHERE,
    signed_out_in_admin: EVERYWHERE,
    password_set_in_admin: EVERYWHERE,
    password_changed: {PHONE, CLIENT},
    password_reset: EVERYWHERE,
    device_revoked_by_the_api: {PHONE},
    client_revoked_by_the_api: {CLIENT},
    client_revoked_by_itself: {CLIENT},
    device_revoked_on_its_page: {PHONE},
    this_device_revoked_on_its_page: {LAPTOP},
    device_revoked_in_admin: {PHONE},
    client_signed_out_in_admin: {CLIENT},
    signed_out: {LAPTOP},
    signed_out_everywhere: EVERYWHERE,
    other_sessions_ended_in_the_list: {PHONE},
    session_ended_in_the_list: {PHONE},
    session_deleted_in_admin: {PHONE},
    chosen_session_deleted_in_admin: {PHONE},
    grant_revoked: {CLIENT},
}


# --- what is seen of it ---


@pytest.fixture
def home(
    sign_up: Join, browse: Browse, connect: SignInClient, admin: Person, host: Person, slug: str
) -> Home:
    """Dave's, who is a member of Alice's room."""
    email = f"{secrets.token_hex(8)}@example.org"
    laptop = sign_up(email=email)
    host.bring(laptop, slug=slug)
    return Home(laptop, browse(laptop), connect(laptop), admin, email)


class Place:
    """One of the three: its socket, and a ticket that it has fetched but not used."""

    def __init__(self, who: Person | ApiClient, slug: str) -> None:
        self.who, self.slug = who, slug
        self.ticket = who.ticket(slug)
        self.cookie = who.cookie_header if isinstance(who, Person) else ""
        self.socket: Client

    async def enter(self) -> None:
        ticket = await asyncio.to_thread(self.who.ticket, self.slug)
        self.socket = await self.dial(ticket)
        await self.socket.receive("welcome")

    async def dial(self, ticket: dict[str, Any]) -> Client:
        if isinstance(self.who, Person):
            return await Client.dial(self.who, ticket)
        return await self.who.dial(ticket)

    async def dial_as_before(self) -> Client:
        """With the old ticket and all that belonged to it."""
        if isinstance(self.who, Person):
            return await Client.dial(self.who, self.ticket, cookie=self.cookie)
        return await self.who.dial(self.ticket)

    async def assert_out(self) -> None:
        assert await self.socket.closed(AT_ONCE) == 4401
        assert self.socket.kept[-1]["code"] == "signed_out"
        late = await self.dial_as_before()
        assert await late.closed() == 4401
        assert [frame["type"] for frame in late.kept] == ["error"]
        await asyncio.to_thread(self.assert_refused)

    def assert_refused(self) -> None:
        answer = self.who.call_api("POST", f"rooms/{self.slug}/tickets/", {})
        assert answer.status_code == 401, answer.text
        if isinstance(self.who, Person):
            page = self.who.http.get("/accounts/profile/")
            assert page.headers["Location"].startswith("/accounts/login/")
            assert answer.json()["code"] == "not_authenticated"
        else:
            assert answer.json()["code"] == "invalid_token"
            assert self.who.ask_access().json()["code"] == "invalid_grant"

    async def assert_in(self) -> None:
        """Where it was, and welcome again."""
        await self.socket.settle()
        await self.enter()


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
async def test_what_ends_a_sign_in_ends_all_that_came_of_it_and_nothing_else(
    home: Home, host: Person, slug: str, deed: Callable[[Home], None]
):
    """ASVS 5.0, 7.4.1 to 7.4.5."""
    laptop, phone, client = (Place(who, slug) for who in (home.laptop, home.phone, home.client))
    all_places = {LAPTOP: laptop, PHONE: phone, CLIENT: client}
    bystander = Place(host, slug)
    for place in (*all_places.values(), bystander):
        await place.enter()
    await asyncio.to_thread(deed, home)
    out: list[Awaitable[None]] = [all_places[name].assert_out() for name in DEEDS[deed]]
    await asyncio.gather(*out)
    for name in all_places.keys() - DEEDS[deed]:
        await all_places[name].assert_in()
    await bystander.assert_in()
    for place in (bystander, *all_places.values()):
        await place.socket.close()


class FormFields(HTMLParser):
    """What a browser would send of a page of Django admin, as it came."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "select":
            self.select = given.get("name") or ""
        elif tag == "option" and "selected" in given and self.select:
            self.values[self.select] = given["value"] or ""
        elif tag == "input" and given.get("name"):
            self._take(str(given["name"]), given)

    def _take(self, name: str, given: dict[str, str | None]) -> None:
        kind = given.get("type")
        if kind in {"submit", "button"} or (kind == "checkbox" and "checked" not in given):
            return
        self.values[name] = given.get("value") or ("on" if kind == "checkbox" else "")
