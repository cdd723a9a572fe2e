"""Deleting one's own account: asked for twice, and nothing of it stays behind."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.models import Device, User
from rooms import actions
from rooms.models import Call, Membership, Participant, Role, Room, Worker
from tests.accounts.conftest import PASSWORD, reauthenticate, signed_in

PAGE = "/accounts/delete/"


def at_the_page(username: str) -> Client:
    """Signed in, and asked for the password a moment ago."""
    client = signed_in(username)
    reauthenticate(client)
    return client


def leads_to(answer: HttpResponseBase) -> str:
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_the_account_page_leads_to_it(alice):
    assert f'href="{PAGE}"' in signed_in("alice").get("/accounts/profile/").text


def test_whoever_has_copied_a_cookie_is_asked_for_the_password(alice):
    client = signed_in("alice")
    assert leads_to(client.post(PAGE)) == PAGE
    assert leads_to(client.get(PAGE)) == "/accounts/reauthenticate/?next=%2Faccounts%2Fdelete%2F"
    assert User.objects.filter(pk=alice.pk).exists()


def test_a_wrong_password_leads_no_further(alice):
    client = signed_in("alice")
    assert client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert client.get(PAGE).status_code == 302


def test_the_page_alone_deletes_nothing(alice):
    client = at_the_page("alice")
    text = client.get(PAGE).text
    for said in ("Your rooms", "without your name", "signed out everywhere", "cannot be undone"):
        assert said in text
    assert "only admin" not in text
    assert User.objects.filter(pk=alice.pk).exists()


def test_the_page_says_of_each_room_what_becomes_of_it(alice, bob):
    client = at_the_page("alice")
    assert "You own none." in client.get(PAGE).text
    kept, _ = (actions.create_room(name=name, by=alice) for name in ("Garden", "Den"))
    actions.create_room(name="Attic", by=bob)
    Membership.objects.create(room=kept, user=bob, role=Role.MODERATOR)
    text = client.get(PAGE).text
    garden = text.partition("<bdi>Garden</bdi>")[2].partition("</li>")[0]
    den = text.partition("<bdi>Den</bdi>")[2].partition("</li>")[0]
    assert "Passes to <bdi>bob</bdi>." in garden
    assert f"/rooms/{kept.slug}/settings/#members" in garden
    assert "Is deleted, with its chat and its past calls." in den
    assert "is deleted where nobody can inherit it." in text
    assert "in a call there" not in text
    assert "Attic" not in text


def test_the_page_names_a_call_that_goes_on(alice, bob):
    client = at_the_page("alice")
    kept, closed = (actions.create_room(name=name, by=alice) for name in ("Garden", "Den"))
    Membership.objects.create(room=kept, user=bob, role=Role.MODERATOR)
    now = timezone.now()
    worker = Worker.objects.create(pk="worker", started_at=now, seen_at=now)
    for room in (kept, closed):
        call = Call.objects.create(room=room, started_at=now)
        Participant.objects.create(call=call, user=bob, worker=worker, joined_at=now)
    text = client.get(PAGE).text
    assert "<bdi>bob</bdi> is in a call there now: it goes on without you." in text
    assert "<bdi>bob</bdi> is in a call there now: it ends for everyone." in text


def test_the_last_admin_is_told_who_comes_after(admin, alice):
    assert "You are the only admin" in at_the_page("charlie").get(PAGE).text


def test_an_account_ends_with_all_its_sign_ins(
    alice, bob, news, django_capture_on_commit_callbacks
):
    here, elsewhere, other = at_the_page("alice"), signed_in("alice"), signed_in("bob")
    with django_capture_on_commit_callbacks(execute=True):
        done = here.post(PAGE)
    assert leads_to(done) == "/accounts/deleted/"
    assert done.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert "Your account is deleted" in here.get("/accounts/deleted/").text
    assert not User.objects.filter(username="alice").exists()
    assert not Device.objects.filter(user=alice.pk).exists()
    for client in (here, elsewhere):
        assert client.get("/accounts/profile/").status_code == 302
    assert other.get("/accounts/profile/").status_code == 200
    assert Session.objects.count() == 1
    assert ("user_revoked", alice.pk) in news


def test_nobody_signs_in_to_it_any_more(alice):
    at_the_page("alice").post(PAGE)
    answer = Client().post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert answer.status_code == 200


def test_a_room_passes_to_its_moderator_and_closes_without_one(alice, bob):
    kept, closed = (actions.create_room(name=name, by=alice) for name in ("Garden", "Den"))
    Membership.objects.create(room=kept, user=bob, role=Role.MODERATOR)
    Membership.objects.create(room=closed, user=bob)
    at_the_page("alice").post(PAGE)
    assert list(Room.objects.all()) == [kept]
    assert kept.memberships.get().user == bob
    assert kept.memberships.get().role == Role.OWNER


def test_without_the_token_of_the_page_nothing_is_deleted(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(PAGE).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()


def test_who_is_not_signed_in_is_sent_to_the_door(db):
    for answer in (Client().get(PAGE), Client().post(PAGE)):
        assert leads_to(answer) == f"/accounts/login/?next={PAGE}"


def test_the_last_page_looks_the_same_to_everybody(db):
    assert Client().get("/accounts/deleted/").status_code == 200
    assert Client().post("/accounts/deleted/").status_code == 405


def test_hiding_ones_address_is_a_choice_on_the_account_page(alice):
    client = signed_in("alice")
    client.post("/accounts/profile/", {"display_name": "Alice", "hides_address": "on"})
    alice.refresh_from_db()
    assert alice.hides_address
    client.post("/accounts/profile/", {"display_name": "Alice"})
    alice.refresh_from_db()
    assert not alice.hides_address
