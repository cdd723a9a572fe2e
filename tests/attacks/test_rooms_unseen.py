"""A room that one may not see is one that is not there, whatever one knows of it.

Each address with a room's slug is collected from the URL conf, so that a new one is tried as soon
as it exists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from rooms.models import Access, Membership, Role, Room, new_slug
from rooms.policy import Standing
from tests.attacks.scene import Scene, browser_of, make_user
from tests.rooms.conftest import headers_of

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
WITH_BODY = ("POST", "PUT", "PATCH")
RANDOM_ID = 987_654_321
SECRET = "s" * 43

# What a good request has to say, by the address's name; what it says there to whom it is none.
BODIES: dict[str, dict[str, Any]] = {
    "api_room": {"name": "Orchard", "locked": True},
    "api_link": {},
    "api_running_call": {},
    "api_hold": {},
    "api_owner": {"user": "user_id"},
    "api_members": {},
    "api_member": {"role": "moderator"},
    "api_bans": {},
    "api_ban": {},
    "api_knocks": {},
    "api_own_knock": {},
    "api_admit": {},
    "api_deny": {},
    "api_invitations": {"role": "member"},
    "api_invitation": {},
    "api_messages": {},
    "api_calls": {},
    "api_reports": {"reporter": "a" * 16, "about": "b" * 16, "state": "connected"},
    "api_tickets": {},
    "api_ice_servers": {},
    "call": {},
    "room_settings": {"name": "Orchard", "capacity": "4"},
    "room_entry": {"access": "open"},
    "room_lock": {"locked": "on"},
    "room_link": {},
    "room_chat": {"chat_days": "7"},
    "room_history": {},
    "room_history_csv": {},
    "member_role": {"role": "moderator"},
    "member_owner": {},
    "member_remove": {},
    "member_ban": {},
    "ban_lift": {},
    "invitation_new": {"role": "member"},
    "invitation_revoke": {},
    "room_close": {},
    "room_leave": {},
}
# Where the link lets in, whoever has it finds a door: its page, what the page needs to open a
# socket, and the way to stop knocking.
THE_DOOR = {"call", "api_tickets", "api_ice_servers", "api_own_knock"}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        elif "slug" in one.pattern.converters:
            yield one


ADDRESSES = {str(one.name): one for one in patterns(get_resolver())}


@dataclass
class Try:
    """One request, made to a room with what is known of it, or to none."""

    name: str
    method: str
    body: dict[str, Any]

    def path(self, slug: str, user: int, invitation: int) -> str:
        known = {"slug": slug, "user_id": user, "pk": invitation}
        return reverse(self.name, kwargs={name: known[name] for name in self.wants})

    @property
    def wants(self) -> set[str]:
        return set(ADDRESSES[self.name].pattern.converters)

    def send(self, client: Client, slug: str, user: int, invitation: int) -> Any:
        path = self.path(slug, user, invitation)
        if self.method not in WITH_BODY:
            return client.generic(self.method, path)
        body = {name: user if said == "user_id" else said for name, said in self.body.items()}
        if path.startswith("/api/"):
            return client.generic(self.method, path, json.dumps(body), "application/json")
        return getattr(client, self.method.lower())(path, body)


TRIES = [
    Try(name, method, body)
    for name in ADDRESSES
    for method in METHODS
    for body in ([{}, BODIES[name]] if method in WITH_BODY and BODIES.get(name) else [{}])
]


def shape(sql: str) -> str:
    """A statement without its literals, and without the names of savepoints."""
    sql = re.sub(r"\bs\d+_x\d+\b", "?", sql)
    return re.sub(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b", "?", sql)


def seen(request: Callable[[], Any], *hidden: str) -> tuple[object, ...]:
    """All that one learns from a reply, and the statements that it took."""
    with CaptureQueriesContext(connection) as captured:
        response = request()
    # What was asked for is known to who asks.
    own = re.compile("|".join(map(re.escape, hidden)))
    body = own.sub("*", response.content.decode())
    headers = {name: own.sub("*", said) for name, said in headers_of(response).items()}
    cookies = sorted(response.cookies)
    return response.status_code, headers, cookies, body, [shape(one["sql"]) for one in captured]


def outsiders(scene: Scene) -> dict[str, User | None]:
    elsewhere = make_user("elsewhere")
    Membership.objects.create(room=Room.objects.create(name="Den"), user=elsewhere, role=Role.OWNER)
    return {
        "stranger": scene.actors[Standing.STRANGER],
        "elsewhere": elsewhere,
        "banned": scene.actors[Standing.BANNED],
        "staff": scene.actors[Standing.STAFF],
        "nobody": None,
    }


def test_every_address_of_a_room_is_known_here_with_a_good_body():
    assert sorted(BODIES) == sorted(ADDRESSES)


@pytest.mark.parametrize(
    ("who", "access"),
    [
        *((who, Access.MEMBERS) for who in ("stranger", "elsewhere", "banned", "staff", "nobody")),
        *((who, Access.KNOCK) for who in ("stranger", "elsewhere", "banned")),
        *((who, Access.OPEN) for who in ("stranger", "banned")),
    ],
)
def test_a_room_that_is_not_for_me_is_answered_like_none(db, access, who):
    scene = Scene(access)
    client = browser_of(outsiders(scene)[who])
    leaked = scene.others[Standing.MEMBER].pk, scene.invitation.pk
    nowhere = new_slug()
    differing = []
    for one in TRIES:
        if who not in ("banned", "nobody") and access != Access.MEMBERS and one.name in THE_DOOR:
            continue
        for user in (leaked[0], scene.knocking.pk) if "user_id" in one.wants else (RANDOM_ID,):
            there, nothing = (
                seen(lambda: one.send(client, slug, user, leaked[1]), slug)  # noqa: B023
                for slug in (scene.room.slug, nowhere)
            )
            if there != nothing:
                differing.append((one, there, nothing))
    assert not differing, differing


@pytest.mark.parametrize("access", [Access.KNOCK, Access.OPEN])
def test_behind_a_door_that_one_may_stand_at_everything_else_is_none(db, access):
    """What a stranger with the link is given says nothing of people, calls or invitations."""
    scene = Scene(access)
    client = browser_of(scene.actors[Standing.STRANGER])
    page = client.get(f"/r/{scene.room.slug}/").content.decode()
    for secret in ("Owner-Acts", "Member-Suffers", "Knocking"):
        assert (secret in page) == (access == Access.OPEN and secret != "Knocking"), secret
    answers = {
        (one.name, one.method): one.send(client, scene.room.slug, RANDOM_ID, RANDOM_ID).status_code
        for one in TRIES
        if one.name in THE_DOOR
    }
    found = {key for key, status in answers.items() if status not in (404, 405)}
    expected = {
        ("call", "GET"),
        ("call", "HEAD"),
        ("api_tickets", "POST"),
        ("api_own_knock", "DELETE"),
    }
    assert found - {(name, "OPTIONS") for name in THE_DOOR} == expected | (
        {("api_ice_servers", "GET"), ("api_ice_servers", "HEAD")}
        if access == Access.OPEN
        else set()
    )


def test_ids_of_another_room_are_worth_nothing_in_my_own(db):
    scene = Scene(Access.MEMBERS)
    elsewhere = outsiders(scene)["elsewhere"]
    assert elsewhere is not None
    own = elsewhere.memberships.get().room.slug
    client = browser_of(elsewhere)
    leaked = {
        "member": (scene.others[Standing.MEMBER].pk, scene.invitation.pk),
        "owner": (scene.others[Standing.OWNER].pk, scene.invitation.pk),
        "guest": (scene.others[Standing.GUEST].pk, scene.invitation.pk),
        "banned": (scene.others[Standing.BANNED].pk, scene.invitation.pk),
        "knocking": (scene.knocking.pk, scene.invitation.pk),
    }
    differing = []
    for one in TRIES:
        if not {"user_id", "pk"} & one.wants and "user_id" not in one.body.values():
            continue
        nothing = seen(lambda: one.send(client, own, RANDOM_ID, RANDOM_ID), str(RANDOM_ID))  # noqa: B023
        for whose, ids in leaked.items():
            there = seen(lambda: one.send(client, own, *ids), *map(str, ids))  # noqa: B023
            if there != nothing:
                differing.append((whose, one, there, nothing))
    assert not differing, differing
