"""What is changed and deleted on the admin's own pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_delete

from accounts.models import User
from rooms import actions, moderation
from rooms.models import Access, AuditEntry, Membership, Message, Role, Room

pytestmark = pytest.mark.django_db

MEMBERSHIPS = "/admin/rooms/membership/"


def latest() -> tuple[str, str, str, str]:
    entry = AuditEntry.objects.select_related("actor", "target").first()
    assert entry is not None
    return entry.act, str(entry.actor), str(entry.target or ""), entry.detail


def filled(owner: Membership, member: Membership, **changes: str) -> dict[str, Any]:
    """The room's page as the browser posts it: Alice's row, and Bob's."""
    rows = {
        f"memberships-{number}-{field}": value
        for number, row in enumerate([owner, member])
        for field, value in [("id", row.pk), ("room", row.room_id), ("role", row.role)]
    }
    counts = {"memberships": 2, "memberships-2": 0, "invitations": 0}
    forms = {
        f"{name}-{which}_FORMS": number
        for name, number in counts.items()
        for which in ("TOTAL", "INITIAL")
    }
    room = {
        "name": "Garden",
        "capacity": 6,
        "access": "members",
        "has_chat": "on",
        "chat_days": 30,
    }
    return room | forms | rows | changes


def room_page(place: Membership) -> str:
    return f"/admin/rooms/room/{place.room_id}/change/"


def test_removing_somebody_on_the_rooms_page(admin, owner, member, seat, heard):
    taken = seat(member.room, member.user)
    data = filled(owner, member, **{"memberships-1-DELETE": "on", "memberships-0-DELETE": "on"})
    assert heard(admin, room_page(member), data) == [
        ("seats_ended", {taken.pk: "removed"}),
        ("membership_ended", member.user_id),
    ]
    assert Membership.objects.get() == owner
    assert latest() == ("remove", "Charlie", "Bob", "")


def test_changing_a_room_on_its_page(admin, owner, member, heard):
    chosen = {"name": "Orchard", "access": "open", "locked": "on", "hides_addresses": "on"}
    data = filled(owner, member, **chosen, chat_days="7", capacity="4")
    del data["has_chat"]
    assert heard(admin, room_page(member), data) == [("room_changed", member.room.slug)]
    room = Room.objects.get()
    assert (room.name, room.access, room.locked, room.capacity) == ("Orchard", Access.OPEN, True, 4)
    assert (room.hides_addresses, room.has_chat, room.chat_days) == (True, False, 7)
    acts = set(AuditEntry.objects.filter(actor__username="charlie").values_list("act", flat=True))
    assert acts == {"configure", "lock"}


def test_a_page_that_is_saved_as_it_was_changes_nothing(admin, owner, member, heard):
    before = AuditEntry.objects.count()
    assert heard(admin, room_page(member), filled(owner, member)) == []
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("wrong", [{"name": "a\u202eb"}, {"capacity": "99"}, {"access": "all"}])
def test_what_a_room_may_not_be_is_refused(admin, owner, member, wrong):
    answer = admin.post(room_page(member), filled(owner, member, **wrong))
    assert answer.context["adminform"].form.errors.keys() == wrong.keys()


def test_changing_a_role_on_the_rooms_page(admin, owner, member):
    admin.post(room_page(member), filled(owner, member, **{"memberships-1-role": "moderator"}))
    member.refresh_from_db()
    assert member.role == Role.MODERATOR
    assert latest() == ("change_role", "Charlie", "Bob", "moderator")


def test_a_guest_stays_one_until_another_role_is_chosen(admin, owner, member):
    Membership.objects.filter(pk=member.pk).update(role=Role.GUEST)
    member.refresh_from_db()
    page = admin.get(room_page(member)).content.decode()
    assert '<option value="guest" selected>' in page
    admin.post(room_page(member), filled(owner, member))
    member.refresh_from_db()
    assert member.role == Role.GUEST


def test_a_place_is_not_handed_to_somebody_else(admin, owner, member, charlie):
    data = filled(owner, member, **{"memberships-1-user": str(charlie.pk)})
    admin.post(room_page(member), data)
    own_page = f"{MEMBERSHIPS}{member.pk}/change/"
    admin.post(own_page, {"user": charlie.pk, "role": "moderator"})
    assert set(Membership.objects.values_list("user", flat=True)) == {owner.user_id, member.user_id}


def test_nobody_is_made_a_second_owner(admin, owner, member):
    data = filled(owner, member, **{"memberships-1-role": "owner", "memberships-0-role": "member"})
    admin.post(room_page(member), data)
    for place in (owner, member):
        admin.post(f"{MEMBERSHIPS}{place.pk}/change/", {"role": "owner"})
        admin.post(f"{MEMBERSHIPS}{owner.pk}/change/", {"role": "member"})
    roles = Membership.objects.order_by("pk").values_list("role", flat=True)
    assert list(roles) == ["owner", "member"]


def test_a_role_by_the_memberships_own_page(admin, member):
    admin.post(f"{MEMBERSHIPS}{member.pk}/change/", {"role": "moderator"})
    member.refresh_from_db()
    assert member.role == Role.MODERATOR


def test_a_new_member_is_recorded(admin, member):
    somebody = User.objects.create_user("dave")
    data = {"room": member.room_id, "user": somebody.pk, "role": "member"}
    admin.post(f"{MEMBERSHIPS}add/", data)
    assert somebody.memberships.get().room == member.room
    assert latest() == ("invite", "Charlie", "dave", "member")


def test_who_is_banned_is_not_let_in_by_the_back_door(admin, owner, member):
    moderation.ban(member, by=owner)
    data = {"room": member.room_id, "user": member.user_id, "role": "moderator"}
    admin.post(f"{MEMBERSHIPS}add/", data)
    admin.post(f"{MEMBERSHIPS}{member.pk}/change/", {"role": "moderator"})
    admin.post(f"{MEMBERSHIPS}{member.pk}/delete/", {"post": "yes"})
    member.refresh_from_db()
    assert (member.role, member.banned_at is None) == (Role.MEMBER, False)


def test_deleting_a_membership_removes_whose_it_is(admin, owner, member, seat, heard):
    taken = seat(member.room, member.user)
    assert heard(admin, f"{MEMBERSHIPS}{member.pk}/delete/", {"post": "yes"}) == [
        ("seats_ended", {taken.pk: "removed"}),
        ("membership_ended", member.user_id),
    ]
    assert heard(admin, f"{MEMBERSHIPS}{owner.pk}/delete/", {"post": "yes"}) == []
    assert Membership.objects.get() == owner


@pytest.mark.parametrize("bulk", [False, True])
def test_deleting_a_room(admin, room, bob, seat, heard, bulk):
    taken = seat(room, bob)
    Message.objects.create(
        room=room, number=1, client_id="x", text="between us", at=room.created_at
    )
    path = "/admin/rooms/room/" if bulk else f"/admin/rooms/room/{room.pk}/delete/"
    chosen = {"action": "delete_selected", "_selected_action": [room.pk]} if bulk else {}
    question = admin.post(path, chosen) if bulk else admin.get(path)
    assert dict(question.context["model_count"])["messages"] == 1
    assert "Message 1" not in question.content.decode()
    assert Room.objects.exists()
    news = heard(admin, path, {**chosen, "post": "yes"})
    assert news == [("room_closed", room.slug), ("seats_ended", {taken.pk: "ended"})]
    assert not Room.objects.exists()
    assert latest() == ("close", "Charlie", "", "")


@pytest.mark.parametrize("bulk", [False, True])
def test_deleting_a_user(admin, member, seat, heard, bulk):
    taken = seat(member.room, member.user)
    member.room.knocks.create(user=member.user)
    path = "/admin/accounts/user/" + ("" if bulk else f"{member.user_id}/delete/")
    chosen = {"action": "delete_selected", "_selected_action": [member.user_id]} if bulk else {}
    assert heard(admin, path, {**chosen, "post": "yes"}) == [
        ("seats_ended", {taken.pk: "removed"}),
        ("membership_ended", member.user_id),
    ]
    assert not User.objects.filter(username="bob").exists()


def test_the_password_is_changed_where_it_ends_other_sign_ins(admin):
    assert admin.get("/admin/password_change/").url == "/accounts/password/change/"


def test_a_guest_who_goes_with_the_call_that_a_removal_ends_is_no_error(admin, owner, member, seat):
    guests = [
        Membership.objects.create(
            room=owner.room, user=User.objects.create_user(name), role=Role.GUEST
        )
        for name in ("dave", "eve")
    ]
    seat(owner.room, guests[0].user)
    rows = {
        f"memberships-{number}-{field}": value
        for number, row in enumerate(guests)
        for field, value in [("id", row.pk), ("room", row.room_id), ("role", "guest")]
    }
    gone = {f"memberships-{number}-DELETE": "on" for number in (0, 1)}
    answer = admin.post(room_page(member), filled(owner, member) | rows | gone, follow=True)
    assert answer.status_code == 200
    assert "Nothing to do: <bdi>eve</bdi>." in [str(said) for said in answer.context["messages"]]
    assert set(owner.room.memberships.all()) == {owner, member}


@contextmanager
def taken_away(row: Any) -> Iterator[None]:
    """Somebody else deletes it between the look at it and the room's lock."""

    def run(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if ours and "SELECT" in sql and f'FROM "{row._meta.db_table}"' in sql:
            ours.clear()
            type(row).objects.filter(pk=row.pk).delete()
        return answer

    ours = [row]
    with connection.execute_wrapper(run):
        yield
    assert not ours


@pytest.mark.parametrize("page", ["change", "delete"])
def test_what_somebody_else_has_taken_away_is_said(admin, owner, member, page):
    form = {"role": "moderator"} if page == "change" else {"post": "yes"}
    with taken_away(member):
        answer = admin.post(f"{MEMBERSHIPS}{member.pk}/{page}/", form, follow=True)
    [said] = [str(message) for message in answer.context["messages"]]
    assert said == "Nothing was changed: meanwhile somebody has taken it away."


def test_of_many_rooms_one_that_is_gone_by_then_is_no_error(admin, owner, room):
    other = actions.create_room(name="Orchard", by=owner.user)
    form = {"action": "delete_selected", "_selected_action": [room.pk, other.pk], "post": "yes"}
    with all_at_once():
        answer = admin.post("/admin/rooms/room/", form, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert "Nothing to do: <bdi>Garden</bdi>." in said
    assert not Room.objects.exists()


@contextmanager
def all_at_once() -> Iterator[None]:
    """As soon as one room goes, somebody else deletes the others."""

    def follow(sender: object, **_: Any) -> None:
        Room.objects.all().delete()

    post_delete.connect(follow, sender=Room)
    try:
        yield
    finally:
        post_delete.disconnect(follow, sender=Room)
