"""What an admin does to an account holds at once, by whatever button."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD, reauthenticate, signed_in

NEW_PASSWORD = "entirely other words"
NO_ROWS = {
    f"{rows}-{number}_FORMS": "0"
    for rows in ("devices", "emailaddress_set")
    for number in ("TOTAL", "INITIAL")
}


@pytest.fixture
def desk(admin):
    """Where an admin has just shown who they are."""
    desk = signed_in("charlie")
    reauthenticate(desk)
    return desk


def fields_of(user: User, **changed: str) -> dict[str, str]:
    """The form of the user's page as the browser sends it, with the inline's bookkeeping."""
    return {
        "username": user.username,
        "display_name": user.display_name,
        "email": user.email,
        "is_active": "on",
        **NO_ROWS,
        **changed,
    }


def test_the_pages_of_users_and_devices_work(desk, alice):
    signed_in("alice")
    device = alice.devices.get()
    for page in (
        "/admin/accounts/user/?q=ali",
        "/admin/accounts/user/add/",
        f"/admin/accounts/user/{alice.pk}/change/",
        f"/admin/accounts/user/{alice.pk}/password/",
        "/admin/accounts/device/?q=alice",
        f"/admin/accounts/device/{device.pk}/change/",
    ):
        assert desk.get(page).status_code == 200, page


def test_an_admin_makes_an_account(desk):
    form = {"username": "bob", "usable_password": "true"} | {
        "password1": PASSWORD,
        "password2": PASSWORD,
        **NO_ROWS,
    }
    assert desk.post("/admin/accounts/user/add/", form).status_code == 302
    assert User.objects.get(username="bob").check_password(PASSWORD)


def test_a_username_that_is_not_allowed_is_refused_here_too(desk, alice):
    page = f"/admin/accounts/user/{alice.pk}/change/"
    answer = desk.post(page, fields_of(alice, username="a\u202eb"))
    assert answer.context["adminform"].form.errors["username"]


def test_disabling_an_account_ends_its_sign_ins(
    desk, alice, news, django_capture_on_commit_callbacks
):
    client = signed_in("alice")
    form = fields_of(alice)
    del form["is_active"]
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/admin/accounts/user/{alice.pk}/change/", form)
    assert client.get("/accounts/profile/").status_code == 302
    assert ("user_revoked", alice.pk) in news
    assert not alice.devices.live().exists()


def test_a_password_set_by_an_admin_ends_the_sign_ins(desk, alice):
    signed_in("alice")
    form = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    desk.post(f"/admin/accounts/user/{alice.pk}/password/", form)
    assert not alice.devices.live().exists()
    signed_in("alice", NEW_PASSWORD)


def test_an_admin_who_sets_their_own_password_goes_on_with_a_live_device(desk, admin):
    form = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    desk.post(f"/admin/accounts/user/{admin.pk}/password/", form)
    assert desk.get("/admin/").status_code == 200
    assert str(admin.devices.live().get().pk) == desk.session["device"]


def test_a_look_at_ones_own_password_form_changes_nothing(desk, admin):
    before = desk.session["device"]
    page = f"/admin/accounts/user/{admin.pk}/password/"
    assert desk.get(page).status_code == 200
    assert desk.post(page, {"usable_password": "true"}).status_code == 200
    assert desk.session["device"] == before
    assert admin.devices.count() == 1


def addresses(user: User, *primary: bool) -> dict[str, str]:
    """The rows of the inline, with these ticked."""
    rows = user.emailaddress_set.order_by("pk")
    number = str(len(primary))
    form = {"emailaddress_set-TOTAL_FORMS": number, "emailaddress_set-INITIAL_FORMS": number}
    for place, (row, ticked) in enumerate(zip(rows, primary, strict=True)):
        name = f"emailaddress_set-{place}-"
        form |= {f"{name}id": str(row.pk), f"{name}user": str(user.pk), f"{name}email": row.email}
        form |= {f"{name}primary": "on"} if ticked else {}
    return form


@pytest.fixture
def two_addresses(alice):
    EmailAddress.objects.create(user=alice, email="one@example.org")
    EmailAddress.objects.create(user=alice, email="two@example.org", primary=True)


def test_an_account_has_one_primary_address(desk, alice, two_addresses):
    page = f"/admin/accounts/user/{alice.pk}/change/"
    answer = desk.post(page, fields_of(alice, **addresses(alice, True, True)))
    assert "Choose one primary address." in answer.text
    assert alice.emailaddress_set.get(primary=True).email == "two@example.org"


def test_another_address_becomes_the_primary_one(desk, alice, two_addresses):
    page = f"/admin/accounts/user/{alice.pk}/change/"
    answer = desk.post(page, fields_of(alice, **addresses(alice, True, False)))
    assert answer.status_code == 302
    assert alice.emailaddress_set.get(primary=True).email == "one@example.org"


def test_the_primary_address_makes_way_as_it_is_deleted(desk, alice, two_addresses):
    form = addresses(alice, True, True) | {"emailaddress_set-1-DELETE": "on"}
    answer = desk.post(f"/admin/accounts/user/{alice.pk}/change/", fields_of(alice, **form))
    assert answer.status_code == 302
    assert alice.emailaddress_set.get().primary


def test_deleting_an_account_ends_its_sign_ins(
    desk, alice, news, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=alice.pk).exists()
    assert ("user_revoked", alice.pk) in news


def test_the_admin_pages_are_entered_through_our_sign_in(db):
    assert Client().get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    page = Client().get("/admin/login/?next=/admin/")
    assert page.headers["Location"] == "/accounts/login/?next=%2Fadmin%2F"


def test_a_member_is_not_let_into_the_admin_pages(bob):
    answer = signed_in("bob").get("/admin/", follow=True)
    assert answer.status_code == 403


@pytest.mark.parametrize("term", ["a" * 100_000, "a " * 50_000])
@pytest.mark.parametrize("models", ["accounts/user", "accounts/device"])
def test_a_search_takes_any_length(desk, models, term):
    assert desk.get(f"/admin/{models}/", {"q": term}).status_code == 200


def test_the_index_names_each_thing_once(desk):
    apps = desk.get("/admin/").context["app_list"]
    assert [app["name"] for app in apps] == ["Accounts", "Rooms", "User Sessions"]
    assert [model["object_name"] for model in apps[0]["models"]] == ["Device", "User"]
