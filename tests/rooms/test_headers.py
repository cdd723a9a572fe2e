"""What every reply carries, by its path; the one address; and the health of the server."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

HERE = "localhost:8000"


@pytest.fixture
def client(db: None) -> Client:
    return Client(HTTP_HOST=HERE)


def test_a_page_asked_for_by_another_name_is_redirected(client):
    response = client.get("/accounts/login/?next=/", HTTP_HOST="127.0.0.1:8000")
    assert (response.status_code, response.url) == (
        302,
        "http://localhost:8000/accounts/login/?next=/",
    )


def test_nothing_is_posted_to_another_name(client):
    for name in ("127.0.0.1:8000", "localhost:9999"):
        assert client.post("/accounts/login/", HTTP_HOST=name).status_code == 421


def test_who_names_no_host_means_this_one(client):
    del client.defaults["HTTP_HOST"]
    assert client.get("/accounts/login/").status_code == 200


def test_no_page_is_kept(browser, room, alice):
    for path in ("/", f"/r/{room.slug}/", "/accounts/deleted/", "/nowhere/"):
        assert browser(alice).get(path)["Cache-Control"] == "private, no-store"


def test_the_api_describes_nothing_of_itself(browser, alice):
    assert browser(alice).options("/api/rooms/").status_code == 405


@override_settings(SECURE_SSL_REDIRECT=True)
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told_to_whoever_asks_the_process(client, path):
    response = client.get(path, HTTP_HOST="10.0.0.7:8001")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_pages_of_ours_hold_trusted_types(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


def test_admin_has_the_same_policy_without_trusted_types(browser, alice):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    policy = browser(alice).get("/admin/")["Content-Security-Policy"]
    assert "trusted-types" not in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_camera_is_for_the_call_page_alone(browser, room, alice):
    client = browser(alice)
    assert "camera=(self)" in client.get(f"/r/{room.slug}/")["Permissions-Policy"]
    for path in ("/", f"/rooms/{room.slug}/settings/", "/api/rooms/"):
        assert "camera=()" in client.get(path)["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/api/rooms/", "/api/nothing/"])
def test_no_api_reply_is_kept(browser, alice, path):
    assert browser(alice).get(path)["Cache-Control"] == "no-store"
