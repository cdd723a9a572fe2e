"""A browser's device lives exactly as long as the session that it stands for."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts import actions, devices
from accounts.models import Device, User
from tests.accounts.conftest import PASSWORD, signed_in
from tests.support.mailbox import link_in, sent

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW_PASSWORD = "entirely other words"

pytestmark = pytest.mark.django_db


def device_of(client: Client) -> Device:
    return Device.objects.get(pk=client.session["device"])


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def change_password(client: Client) -> None:
    answer = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert answer.status_code == 302


def reset_password(email: str) -> None:
    """As someone who has the mail and no session does it."""
    client = Client()
    client.post("/accounts/password/reset/", {"email": email})
    form = client.get(link_in(sent()[-1]), follow=True)
    page = form.redirect_chain[-1][0]
    answer = client.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert answer.status_code == 302


@pytest.fixture(autouse=True)
def host(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PARLEY_URL = "http://testserver"


def test_signing_in_makes_a_device_named_after_the_browser(alice):
    client = signed_in("alice", **{"User-Agent": FIREFOX})
    assert device_of(client).user == alice
    assert device_of(client).name == "Firefox on Linux"
    assert device_of(client).ended_at is None


def test_each_browser_is_a_device_of_its_own(alice):
    assert device_of(signed_in("alice")) != device_of(signed_in("alice"))


def test_signing_up_makes_a_device_too():
    client = Client()
    form = {"username": "alice", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    assert device_of(client).user == User.objects.get(username="alice")


def test_signing_in_again_keeps_the_device(alice):
    client = signed_in("alice")
    before = device_of(client)
    client.force_login(alice)
    assert device_of(client) == before


def test_signing_out_ends_this_device_alone(alice, news, django_capture_on_commit_callbacks):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    device = device_of(here)
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/accounts/logout/")
    device.refresh_from_db()
    assert device.ended_at is not None
    assert device_of(elsewhere).ended_at is None
    assert news == [("device_ended", device.pk)]


def test_changing_the_password_keeps_this_session_and_ends_the_others(
    alice, news, django_capture_on_commit_callbacks
):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    kept, ended = device_of(here), device_of(elsewhere)
    with django_capture_on_commit_callbacks(execute=True):
        change_password(here)
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert device_of(here) == kept
    assert kept.user.devices.live().get() == kept
    assert news == [("device_ended", ended.pk)]


@pytest.mark.django_db(transaction=True)
def test_resetting_the_password_ends_every_sign_in(alice, news):
    client = signed_in("alice")
    reset_password("alice@example.org")
    assert not is_signed_in(client)
    assert not alice.devices.live().exists()
    assert ("user_revoked", alice.pk) in news
    alice.refresh_from_db()
    assert alice.auth_version == 1


def test_a_revoked_sign_in_does_not_come_back_with_the_account(alice):
    client = signed_in("alice")
    actions.disable_user(alice)
    assert not is_signed_in(client)
    User.objects.filter(pk=alice.pk).update(is_active=True)
    assert not is_signed_in(client)


def test_nothing_is_told_when_the_transaction_fails(
    alice, news, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        actions.revoke_sign_ins(alice)
    assert news == []
    assert callbacks


def test_a_device_that_is_out_is_not_ended_twice(alice, news, django_capture_on_commit_callbacks):
    device = device_of(signed_in("alice"))
    with django_capture_on_commit_callbacks(execute=True):
        devices.end_device(device)
        devices.end_device(device)
    assert news == [("device_ended", device.pk)]


def test_a_device_signed_out_by_an_admin_is_out_on_pages_and_in_the_api(admin, alice):
    phone, laptop, desk = signed_in("alice"), signed_in("alice"), signed_in("charlie")
    chosen = [device_of(phone).pk, device_of(laptop).pk]
    assert laptop.get("/api/rooms/").status_code == 200
    form = {"action": "sign_out", "_selected_action": chosen, "sure": "Yes"}
    desk.post("/admin/accounts/device/", form)
    answer = laptop.get("/api/rooms/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    page = phone.get("/accounts/profile/")
    assert page.headers["Location"] == "/accounts/login/?next=/accounts/profile/"
    assert not is_signed_in(laptop)
    assert not alice.devices.live().exists()
    assert is_signed_in(desk)


def test_who_was_signed_out_signs_in_again_on_a_new_device(alice):
    client = signed_in("alice")
    before = device_of(client)
    devices.end_device(before)
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert is_signed_in(client)
    assert device_of(client) != before


def test_who_is_signed_in_costs_one_query_more_and_a_stranger_none(
    alice, django_assert_num_queries
):
    client = signed_in("alice")
    # The session, the user, the device.
    with django_assert_num_queries(3):
        client.get("/accounts/profile/nothing/")
    with django_assert_num_queries(0):
        Client().get("/accounts/profile/nothing/")


def test_the_use_of_a_device_is_noted_once_a_minute(alice):
    client = signed_in("alice")
    device = device_of(client)
    long_ago, just_now = timezone.now() - timedelta(days=9), timezone.now() - timedelta(seconds=50)
    for before, is_noted in [(long_ago, True), (just_now, False)]:
        Device.objects.filter(pk=device.pk).update(last_used_at=before)
        client.get("/accounts/profile/")
        assert (device_of(client).last_used_at > just_now) is is_noted


def test_ending_a_session_in_the_list_ends_its_device(alice, news):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    ended = device_of(elsewhere)
    here.post("/accounts/sessions/")
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert alice.devices.live().get() == device_of(here) != ended


def test_a_device_that_ends_is_gone_from_the_list_of_sessions(alice):
    client = signed_in("alice")
    assert UserSession.objects.filter(user=alice).count() == 1
    devices.end_device(device_of(client))
    assert not UserSession.objects.filter(user=alice).exists()


def test_the_eleventh_device_retires_the_one_unused_longest(alice):
    browsers = [signed_in("alice") for _ in range(10)]
    unused = device_of(browsers[4])
    long_ago = timezone.now() - timedelta(days=9)
    Device.objects.filter(pk=unused.pk).update(last_used_at=long_ago)
    signed_in("alice")
    assert alice.devices.live().count() == 10
    assert not alice.devices.live().filter(pk=unused.pk).exists()


def test_showing_the_password_again_leaves_a_copied_cookie_behind(alice):
    client = signed_in("alice")
    thief = Client()
    thief.cookies = SimpleCookie({"session": client.cookies["session"].value})
    assert is_signed_in(thief)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert is_signed_in(client)
    assert not is_signed_in(thief)
    assert UserSession.objects.get(user=alice).session_key == client.session.session_key


def test_ending_many_sign_ins_takes_a_few_queries_each(alice, django_assert_max_num_queries):
    for _ in range(9):
        signed_in("alice")
    with django_assert_max_num_queries(90):
        devices.end_devices(alice)
