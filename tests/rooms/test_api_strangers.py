"""The API of a room for who does not belong to it: the same as that of no room at all."""

from __future__ import annotations

import pytest
from django.test import Client

from rooms.models import Room

from .conftest import headers_of, statements
from .test_api import send

NOWHERE = "no-such-room-anywhere0"

# What a stranger finds of a room whose link lets them knock: the way to stop doing so.
FOR_STRANGERS = ("DELETE", "knocks/mine/", None)
ENDPOINTS = [
    ("GET", "", None),
    ("PATCH", "", {"name": "Mine"}),
    ("PATCH", "", {"name": ""}),
    ("GET", "members/", None),
    ("PATCH", "members/1/", {"role": "member"}),
    ("DELETE", "members/1/", None),
    ("GET", "bans/", None),
    ("PUT", "bans/1/", None),
    ("DELETE", "bans/1/", None),
    ("PUT", "owner/", {"user": 1}),
    ("PUT", "owner/", {"user": 0}),
    ("POST", "link/", None),
    ("DELETE", "call/", None),
    ("PUT", "call/holds/1/", None),
    ("DELETE", "call/holds/1/", None),
    ("GET", "knocks/", None),
    ("DELETE", "knocks/mine/", None),
    ("POST", "knocks/1/admit/", None),
    ("POST", "knocks/1/deny/", None),
    ("GET", "invitations/", None),
    ("POST", "invitations/", {"max_uses": 0}),
    ("DELETE", "invitations/1/", None),
    ("POST", "tickets/", {}),
    ("GET", "ice-servers/", None),
    ("PUT", "", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
def test_a_stranger_sees_what_is_not_there(browser, room, charlie, method, path, body):
    client = browser(charlie)
    seen = []
    for slug in (room.slug, NOWHERE):
        with statements(slug) as ran:
            response = send(client, method, f"/api/rooms/{slug}/{path}", body)
        seen.append((response.status_code, response.content, headers_of(response), ran))
    assert seen[0] == seen[1]
    assert seen[0][0] == (405 if (method, path) == ("PUT", "") else 404)


@pytest.mark.parametrize("access", ["knock", "open"])
@pytest.mark.parametrize(("method", "path", "body"), [one for one in ENDPOINTS if "s/" in one[1]])
def test_the_link_of_a_room_opens_nothing_else_of_it(
    browser, room, charlie, access, method, path, body
):
    Room.objects.update(access=access)
    response = send(browser(charlie), method, f"/api/rooms/{room.slug}/{path}", body)
    is_theirs = (method, path, body) == FOR_STRANGERS or path in {"tickets/", "ice-servers/"}
    assert is_theirs or response.status_code == 404


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
def test_who_is_not_signed_in_is_asked_to(room, method, path, body):
    client = Client(HTTP_HOST="localhost:8000")
    response = send(client, method, f"/api/rooms/{room.slug}/{path}", body)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
