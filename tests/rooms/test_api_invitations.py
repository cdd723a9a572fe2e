"""The API of invitations: made, read once, turned off, accepted; all void ones look alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from rooms import actions
from rooms.models import Invitation

from .conftest import headers_of, statements
from .test_api import fields, send


def test_an_invitation_says_its_link_once(browser, room, alice):
    client, path = browser(alice), f"/api/rooms/{room.slug}/invitations/"
    response = send(client, "POST", path, {"max_uses": 2, "role": "moderator"})
    made = response.json()
    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    assert made.pop("url").startswith(f"{settings.PARLEY_URL}/invite/#")
    assert client.get(path).json() == [made]
    assert made.keys() == {"id", "role", "created_at", "expires_at", "max_uses", "uses"}
    assert (made["role"], made["max_uses"], made["uses"]) == ("moderator", 2, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "owner"}, "role"),
        ({"role": None}, "role"),
        ({"max_uses": 0}, "max_uses"),
        ({"max_uses": 10**30}, "max_uses"),
        ({"max_uses": "x"}, "max_uses"),
        ({"max_use": 1}, "max_use"),
        ({"expires_at": "2020-01-01T00:00Z"}, "expires_at"),
        ({"uses": 1}, "uses"),
    ],
)
def test_an_invitation_is_refused_with_the_field_at_fault(browser, room, alice, body, field):
    path = f"/api/rooms/{room.slug}/invitations/"
    assert fields(send(browser(alice), "POST", path, body)) == {field}
    assert not Invitation.objects.exists()


def test_a_moderator_makes_no_moderators(browser, room, moderator):
    path = f"/api/rooms/{room.slug}/invitations/"
    client = browser(moderator.user)
    assert send(client, "POST", path, {"role": "moderator"}).status_code == 403
    assert send(client, "POST", path).status_code == 201


def test_a_revoked_invitation_is_gone(browser, room, alice, bob):
    client, path = browser(alice), f"/api/rooms/{room.slug}/invitations/"
    made = send(client, "POST", path).json()
    assert browser(bob).delete(f"{path}{made['id']}/").status_code == 403
    assert client.delete(f"{path}{made['id']}/").status_code == 204
    assert client.get(path).json() == []
    assert client.delete(f"{path}{10**6}/").status_code == 404


def test_accepting_leads_into_the_room(browser, owner, charlie):
    _, secret = actions.invite(owner.room, by=owner)
    client, room = browser(charlie), owner.room
    for _ in range(2):
        response = send(client, "POST", "/api/invitations/accept/", {"secret": secret})
        url = f"{settings.PARLEY_URL}/r/{room.slug}/"
        assert response.status_code == 200
        assert response.json() == {"room": {"slug": room.slug, "name": "Garden", "url": url}}
    assert room.invitations.get().uses == 1


@pytest.mark.parametrize("secret", ["", None, True, ["x"], "x" * 129])
def test_what_is_no_secret_at_all(browser, charlie, secret):
    path = "/api/invitations/accept/"
    assert fields(send(browser(charlie), "POST", path, {"secret": secret})) == {"secret"}
    assert fields(send(browser(charlie), "POST", path, {})) == {"secret"}


def test_every_void_invitation_looks_the_same(browser, owner, charlie):
    secrets = ["wrong" * 8]
    ways: list[dict[str, Any]] = [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"max_uses": 1, "uses": 1},
    ]
    for spoilt in ways:
        invitation, secret = actions.invite(owner.room, by=owner)
        Invitation.objects.filter(pk=invitation.pk).update(**spoilt)
        secrets.append(secret)
    client, seen = browser(charlie), set()
    for secret in secrets:
        with statements() as ran:
            response = send(client, "POST", "/api/invitations/accept/", {"secret": secret})
        assert (response.status_code, response.json()["code"]) == (404, "invitation_void")
        seen.add((response.content, str(sorted(headers_of(response).items())), len(ran)))
    assert len(seen) == 1
    assert not charlie.memberships.exists()
