"""What an admin does to chosen users and devices: asked first, holding at once, and said after."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.devices import end_device
from tests.accounts.conftest import signed_in


@pytest.fixture
def desk(admin) -> Client:
    return signed_in("charlie")


def told(desk: Client, page: str) -> list[str]:
    """What the next page says above its list."""
    return [str(message) for message in desk.get(f"/admin/accounts/{page}/").context["messages"]]


def chosen(action: str, row: Any) -> dict[str, Any]:
    """What the list posts when somebody is sure."""
    return {"action": action, "_selected_action": [row.pk], "sure": "Yes"}


@pytest.mark.parametrize("action", ["disable", "sign_out"])
def test_the_actions_of_the_list_end_sign_ins(desk, alice, action):
    client = signed_in("alice")
    desk.post("/admin/accounts/user/", chosen(action, alice))
    assert client.get("/accounts/profile/").status_code == 302
    alice.refresh_from_db()
    assert alice.is_active is (action == "sign_out")


def test_signing_a_device_out_in_admin_ends_that_device(desk, alice):
    signed_in("alice"), signed_in("alice")
    first, second = alice.devices.order_by("created_at")
    desk.post("/admin/accounts/device/", chosen("sign_out", first))
    assert alice.devices.live().get() == second
    said = told(desk, "device")
    assert said == [f"Signed out: <bdi>{first.name}</bdi> of <bdi>alice</bdi>."]


def test_revoking_a_device_in_admin_refuses_its_key_and_closes_its_sockets(
    desk, alice, news, django_capture_on_commit_callbacks
):
    signed_in("alice")
    device = alice.devices.get()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post("/admin/accounts/device/", chosen("revoke", device))
    device.refresh_from_db()
    assert device.revoked_at and device.ended_at
    assert ("device_ended", device.pk) in news
    desk.post("/admin/accounts/device/", chosen("revoke", device))
    said = told(desk, "device")
    assert said[0].startswith("Revoked: ") and said[1].startswith("Nothing to do: ")


def test_a_signed_out_device_is_revoked_too(desk, alice):
    signed_in("alice")
    device = alice.devices.get()
    end_device(device)
    desk.post("/admin/accounts/device/", chosen("revoke", device))
    device.refresh_from_db()
    assert device.revoked_at


def test_taking_second_factors_away(desk, alice):
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    desk.post("/admin/accounts/user/", chosen("forget_factors", alice))
    assert not Authenticator.objects.exists()
    desk.post("/admin/accounts/user/", chosen("forget_factors", alice))
    said = told(desk, "user")
    assert [line.split(":")[0] for line in said] == [
        "Took the second factors away",
        "Nothing to do",
    ]


@pytest.mark.parametrize(
    ("page", "action"),
    [
        ("user", "disable"),
        ("user", "sign_out"),
        ("user", "forget_factors"),
        ("device", "sign_out"),
        ("device", "revoke"),
    ],
)
def test_what_hurts_is_asked_first(desk, alice, page, action):
    client = signed_in("alice")
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    row = {"user": alice, "device": alice.devices.get()}[page]
    question = chosen(action, row)
    del question["sure"]
    answer = desk.post(f"/admin/accounts/{page}/", question)
    assert answer.templates[0].name == "admin/sure.html"
    assert "<bdi>alice</bdi>" in answer.text
    assert client.get("/accounts/profile/").status_code == 200
    assert Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("page", "action"),
    [("user", "disable"), ("user", "sign_out"), ("device", "sign_out"), ("device", "revoke")],
)
def test_staff_who_may_only_look_sign_nobody_out(alice, bob, page, action):
    bob.is_staff = True
    bob.save()
    bob.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    client, desk = signed_in("alice"), signed_in("bob")
    row = {"user": alice, "device": alice.devices.get()}[page]
    desk.post(f"/admin/accounts/{page}/", chosen(action, row))
    assert client.get("/accounts/profile/").status_code == 200
