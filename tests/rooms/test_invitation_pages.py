"""Invitations on the settings page, and the page that they lead to."""

from __future__ import annotations

import base64
from html import unescape
from urllib.parse import unquote

from django.conf import settings
from django.test import Client

from rooms import actions


def test_a_fresh_link_is_shown_once_with_its_qr_code(browser, room, alice):
    client, path = browser(alice), f"/rooms/{room.slug}/invitations/"
    made = client.post(path)
    assert made.url == f"/rooms/{room.slug}/settings/#invitations"
    response = client.get(made.url)
    fresh = response.context["fresh"]
    assert fresh["url"].startswith(f"{settings.PARLEY_URL}/invite/#")
    assert fresh["url"] in unescape(response.content.decode())
    kind, picture = fresh["qr"].split(",", 1)
    assert kind.startswith("data:image/svg+xml")
    text = base64.b64decode(picture).decode() if "base64" in kind else unquote(picture)
    assert text.startswith("<svg")
    assert "no-store" in response["Cache-Control"]
    assert client.get(path).url == made.url
    again = client.get(f"/rooms/{room.slug}/settings/")
    assert again.context["fresh"] is None
    assert [link.uses for link in again.context["invitations"]] == [0]


def test_a_fresh_link_is_shown_on_the_page_of_its_room_alone(browser, room, alice):
    client, den = browser(alice), actions.create_room(name="Den", by=alice)
    client.post(f"/rooms/{room.slug}/invitations/")
    assert client.get(f"/rooms/{den.slug}/settings/").context["fresh"] is None
    assert client.get(f"/rooms/{room.slug}/settings/").context["fresh"]


def test_a_fresh_link_that_is_void_by_now_is_not_shown(browser, room, alice):
    client, place = browser(alice), room.memberships.get(user=alice)
    made = client.post(f"/rooms/{room.slug}/invitations/")
    actions.revoke_invitation(room.invitations.get(), by=place)
    assert client.get(made.url).context["fresh"] is None
    assert "fresh_invitation" not in client.session


def test_links_are_told_apart_by_who_made_them(browser, room, alice, moderator):
    actions.invite(room, by=moderator)
    assert "by <bdi>moderator</bdi>." in browser(alice).get(f"/rooms/{room.slug}/settings/").text


def test_an_invitation_with_a_bad_limit_is_refused(browser, room, alice):
    response = browser(alice).post(f"/rooms/{room.slug}/invitations/", {"max_uses": "0"})
    assert list(response.context["invitation_form"].errors) == ["max_uses"]
    assert not room.invitations.exists()


def test_a_link_is_turned_off(browser, room, alice):
    invitation, _ = actions.invite(room, by=room.memberships.get(user=alice))
    browser(alice).post(f"/rooms/{room.slug}/invitations/{invitation.pk}/revoke/")
    assert not room.invitations.open().exists()


def test_the_invitation_page_is_for_everybody(db):
    response = Client(HTTP_HOST="localhost:8000").get("/invite/")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
