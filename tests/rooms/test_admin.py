"""Django admin: what it shows, and that whatever it does is heard by those inside."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from rooms import actions
from rooms.models import Call, Invitation, LeaveReason, Membership, Participant, Role, Room

from .conftest import SignIn, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(browser: SignIn, charlie: User) -> Client:
    """Charlie keeps the server and belongs to no room."""
    charlie.is_staff = charlie.is_superuser = True
    charlie.save()
    return browser(charlie)


@pytest.fixture
def heard(news, django_capture_on_commit_callbacks):
    """What others heard of when the admin posted this."""

    def post(client: Client, path: str, data: dict[str, Any]) -> list[tuple[str, Any]]:
        news.clear()
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(path, data, follow=True)
        assert response.status_code == 200, path
        return [
            (what["news"], what.get("user_id") or what.get("seats") or what["slug"])
            for what in news
        ]

    return post


def run(action: str, *rows: Any, **more: Any) -> dict[str, Any]:
    return {"action": action, "_selected_action": [row.pk for row in rows], **more}


def removed(seat: Participant) -> list[tuple[str, Any]]:
    return [("seats_ended", {seat.pk: "removed"}), ("membership_ended", seat.user_id)]


LISTS = ["room", "membership", "invitation", "call", "participant", "worker"]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_searched_and_filtered(admin, owner, seat, name):
    seat(owner.room, owner.user)
    actions.invite(owner.room, by=owner)
    path = f"/admin/rooms/{name}/"
    assert admin.get(path).context["cl"].result_count == 1 + (name == "membership")
    assert admin.get(path, {"q": "alice"}).status_code == 200
    if name in {"room", "call", "participant"}:
        assert admin.get(path, {"now": "live"}).context["cl"].result_count == 1
        Participant.objects.update(left_at="2020-01-01T00:00Z")
        assert admin.get(path, {"now": "live"}).context["cl"].result_count == 0


@pytest.mark.parametrize("name", LISTS)
def test_every_row_opens_and_shows_no_secret(admin, owner, seat, name):
    seat(owner.room, owner.user)
    invitation, _ = actions.invite(owner.room, by=owner)
    listing = admin.get(f"/admin/rooms/{name}/")
    row = listing.context["cl"].result_list[0]
    page = admin.get(f"/admin/rooms/{name}/{row.pk}/change/")
    assert page.status_code == 200
    assert invitation.secret_hash not in listing.content.decode() + page.content.decode()


def test_a_list_does_not_ask_once_per_row(admin, room, alice, seat, django_assert_max_num_queries):
    for number in range(5):
        another = actions.create_room(name=f"Room {number}", by=alice)
        seat(another, alice)
    for name in LISTS:
        with django_assert_max_num_queries(12):
            admin.get(f"/admin/rooms/{name}/")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("term", ["a" * 100_000, "a " * 50_000])
def test_a_search_takes_any_length(admin, room, name, term):
    assert admin.get(f"/admin/rooms/{name}/", {"q": term}).status_code == 200


def test_a_room_says_who_is_inside(admin, room, bob, seat):
    seat(room, bob)
    page = admin.get(f"/admin/rooms/room/{room.pk}/change/").content.decode()
    assert "Bob" in page


@pytest.mark.parametrize("name", ["call", "participant", "worker", "invitation"])
def test_what_signaling_and_the_site_write_is_read_only(admin, owner, seat, name):
    seat(owner.room, owner.user)
    actions.invite(owner.room, by=owner)
    row = admin.get(f"/admin/rooms/{name}/").context["cl"].result_list[0]
    path = f"/admin/rooms/{name}/"
    assert admin.get(f"{path}add/").status_code == 403
    assert admin.post(f"{path}{row.pk}/change/", {}).status_code == 403
    assert admin.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["room", "call"])
def test_ending_a_call(admin, room, bob, seat, heard, name):
    taken = seat(room, bob)
    row = {"room": room, "call": taken.call}[name]
    news = heard(admin, f"/admin/rooms/{name}/", run("end_the_call", row))
    assert news == [("seats_ended", {taken.pk: "ended"})]
    assert not Call.objects.running().exists()


@pytest.mark.parametrize("name", ["membership", "participant"])
def test_removing_someone_from_a_room(admin, member, seat, heard, name):
    taken = seat(member.room, member.user)
    row = {"membership": member, "participant": taken}[name]
    news = heard(admin, f"/admin/rooms/{name}/", run("remove_from_the_room", row))
    assert news == removed(taken)
    assert not Membership.objects.filter(user=taken.user_id).exists()


def test_an_owner_is_not_removed(admin, owner, heard):
    path = "/admin/rooms/membership/"
    assert heard(admin, path, run("remove_from_the_room", owner)) == []
    assert heard(admin, path, run("delete_selected", owner, post="yes")) == []
    assert heard(admin, f"{path}{owner.pk}/delete/", {"post": "yes"}) == []
    assert Membership.objects.filter(pk=owner.pk).exists()


def test_an_owner_who_stays_is_not_noted_as_removed(admin, owner, member, seat):
    stays, goes = seat(owner.room, owner.user), seat(member.room, member.user)
    admin.post("/admin/rooms/participant/", run("remove_from_the_room", stays, goes))
    admin.post("/admin/rooms/membership/", run("remove_from_the_room", owner))
    assert [entry.object_id for entry in LogEntry.objects.all()] == [goes.pk]


def test_an_owner_keeps_their_role_on_the_memberships_own_page(admin, owner):
    admin.post(f"/admin/rooms/membership/{owner.pk}/change/", {"role": "member"})
    owner.refresh_from_db()
    assert owner.role == Role.OWNER


def test_staff_who_may_only_look_open_every_membership(browser, owner, member, charlie):
    charlie.is_staff = True
    charlie.save()
    charlie.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    for place in (owner, member):
        page = browser(charlie).get(f"/admin/rooms/membership/{place.pk}/change/")
        assert page.status_code == 200


def test_a_calls_page_does_not_ask_once_per_seat(admin, room, seat):
    def queries() -> int:
        with statements() as ran:
            admin.get(f"/admin/rooms/call/{Call.objects.get().pk}/change/")
        return len(ran)

    seat(room, User.objects.create_user("guest"))
    few = queries()
    for number in range(5):
        seat(room, User.objects.create_user(f"guest{number}"))
    assert queries() <= few


def test_deleting_a_membership(admin, member, seat, heard):
    taken = seat(member.room, member.user)
    path = f"/admin/rooms/membership/{member.pk}/delete/"
    assert heard(admin, path, {"post": "yes"}) == removed(taken)


def test_deleting_memberships_in_bulk(admin, member, seat, heard):
    taken = seat(member.room, member.user)
    data = run("delete_selected", member, post="yes")
    assert heard(admin, "/admin/rooms/membership/", data) == removed(taken)
    taken.refresh_from_db()
    assert taken.leave_reason == LeaveReason.REMOVED


def inline(member: Membership, owner: Membership, **changes: str) -> dict[str, Any]:
    """The room's page as the browser posts it, with changes in Bob's row."""
    rows = {
        f"memberships-{number}-{field}": value
        for number, row in enumerate([owner, member])
        for field, value in [
            ("id", row.pk),
            ("room", row.room_id),
            ("user", row.user_id),
            ("role", row.role),
        ]
    }
    return {
        "name": "Garden",
        "capacity": 6,
        "memberships-TOTAL_FORMS": 2,
        "memberships-INITIAL_FORMS": 2,
        "invitations-TOTAL_FORMS": 0,
        "invitations-INITIAL_FORMS": 0,
        **rows,
        **changes,
    }


def test_deleting_a_membership_on_the_rooms_page(admin, owner, member, seat, heard):
    taken = seat(member.room, member.user)
    data = inline(member, owner, **{"memberships-1-DELETE": "on", "memberships-0-DELETE": "on"})
    assert heard(admin, f"/admin/rooms/room/{member.room_id}/change/", data) == removed(taken)
    assert Membership.objects.get() == owner


def test_changing_a_room_and_a_role_on_its_page(admin, owner, member, heard):
    data = inline(member, owner, name="Orchard", **{"memberships-1-role": "moderator"})
    news = heard(admin, f"/admin/rooms/room/{member.room_id}/change/", data)
    assert news == [("room_changed", member.room.slug)]
    member.refresh_from_db()
    member.room.refresh_from_db()
    assert (member.role, member.room.name) == (Role.MODERATOR, "Orchard")


def test_a_place_is_not_handed_to_somebody_else(admin, owner, member, charlie):
    data = inline(member, owner, **{"memberships-1-user": str(charlie.pk)})
    admin.post(f"/admin/rooms/room/{member.room_id}/change/", data)
    assert set(Membership.objects.values_list("user", flat=True)) == {owner.user_id, member.user_id}


def test_the_password_is_changed_where_it_ends_other_sign_ins(admin):
    assert admin.get("/admin/password_change/").url == "/accounts/password/change/"


def test_nobody_is_made_a_second_owner(admin, owner, member):
    data = inline(member, owner, **{"memberships-1-role": "owner", "memberships-0-role": "member"})
    admin.post(f"/admin/rooms/room/{member.room_id}/change/", data)
    roles = Membership.objects.order_by("pk").values_list("role", flat=True)
    assert list(roles) == ["owner", "member"]


def test_a_role_and_a_new_member_by_the_memberships_own_page(admin, member):
    path = "/admin/rooms/membership/"
    admin.post(f"{path}{member.pk}/change/", {"role": "moderator"})
    member.refresh_from_db()
    assert member.role == Role.MODERATOR
    somebody = User.objects.create_user("somebody")
    data = {"room": member.room_id, "user": somebody.pk, "role": "member"}
    admin.post(f"{path}add/", data)
    assert somebody.memberships.get().room == member.room


@pytest.mark.parametrize("bulk", [False, True])
def test_deleting_a_room(admin, room, bob, seat, heard, bulk):
    taken = seat(room, bob)
    path = "/admin/rooms/room/" if bulk else f"/admin/rooms/room/{room.pk}/delete/"
    data = run("delete_selected", room, post="yes") if bulk else {"post": "yes"}
    news = heard(admin, path, data)
    assert news == [("room_closed", room.slug), ("seats_ended", {taken.pk: "ended"})]
    assert not Room.objects.exists()


@pytest.mark.parametrize("bulk", [False, True])
def test_deleting_a_user(admin, member, seat, heard, bulk):
    taken = seat(member.room, member.user)
    path = "/admin/accounts/user/" + ("" if bulk else f"{member.user_id}/delete/")
    data = run("delete_selected", member.user, post="yes") if bulk else {"post": "yes"}
    assert heard(admin, path, data) == removed(taken)
    assert not User.objects.filter(username="bob").exists()


def test_revoking_an_invitation(admin, owner):
    invitation, _ = actions.invite(owner.room, by=owner)
    admin.post("/admin/rooms/invitation/", run("revoke", invitation))
    assert not Invitation.objects.open().exists()


def test_staff_without_the_permission_does_nothing(browser, member, alice, seat):
    alice.is_staff = True
    alice.save()
    seat(member.room, member.user)
    client = browser(alice)
    for name in LISTS:
        assert client.get(f"/admin/rooms/{name}/").status_code == 403
