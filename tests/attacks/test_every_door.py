"""The door over every way in: page, ticket, ICE servers, join, resume, knock and invitation.

Each is asked for every standing, whoever may enter, locked or not; the policy's `entry` says what
is expected.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from rooms import door, moderation, policy, seats
from rooms.models import Access, Participant, Role
from rooms.policy import Entry, Standing
from tests.attacks.scene import SECRET, Scene, browser_of, seat

WORKER = "worker"
# What taking a seat, or knocking, comes to.
BY_JOINING = {
    Entry.OPEN: "in",
    Entry.KNOCK: door.MustKnock,
    Entry.LOCKED: door.RoomLocked,
    Entry.NOTHING: door.NotAllowed,
}
BY_KNOCKING = {
    Entry.KNOCK: "waits",
    Entry.LOCKED: door.RoomLocked,
    Entry.NOTHING: door.NotAllowed,
}
EVERY_DOOR = pytest.mark.parametrize(
    ("access", "locked"), [(access, locked) for access in Access for locked in (False, True)]
)


@pytest.fixture
def scene(db: None, access: Access, locked: bool) -> Scene:
    scene = Scene(access)
    scene.room.locked = locked
    scene.room.save(update_fields=["locked"])
    return scene


def entry(scene: Scene, who: Standing, *, seated: bool = False) -> Entry:
    return policy.entry(scene.place(scene.actors[who]), scene.room, seated=seated)


def fate(deed: Any, word: str) -> object:
    """What has become of it; all is undone."""
    try:
        with transaction.atomic():
            deed()
            transaction.set_rollback(True)
    except Exception as refusal:  # noqa: BLE001 - which one is what the table says
        return type(refusal)
    return word


def join(scene: Scene, user: User) -> None:
    device = user.devices.create(name="Another")
    peer = secrets.token_urlsafe(12)
    room = scene.room
    seats.take_seat(room, user=user, device=device, worker_id=WORKER, peer=peer)
    assert Participant.objects.seated().filter(pk=peer).exists()


def resume(scene: Scene, user: User) -> None:
    held = scene.call.participants.get(user=user)
    assert held.device is not None
    seats.resume_seat(scene.room, user=user, device=held.device, worker_id=WORKER, peer=held.pk)


def accept(client: Client) -> int:
    secret = json.dumps({"secret": SECRET})
    answer = client.post("/api/invitations/accept/", secret, "application/json")
    return answer.status_code


@EVERY_DOOR
def test_the_page_and_its_api_open_for_whom_the_table_lets_stand_at_the_door(scene):
    slug = scene.room.slug
    for who in Standing:
        client, found = browser_of(scene.actors[who]), entry(scene, who)
        page = client.get(f"/r/{slug}/")
        assert page.status_code == (404 if found is Entry.NOTHING else 200), who
        # Without the browser's key nobody gets a ticket; who is at no door does not get that far.
        ticket = client.post(f"/api/rooms/{slug}/tickets/", "{}", "application/json")
        assert ticket.status_code == (404 if found is Entry.NOTHING else 401), who
        servers = client.get(f"/api/rooms/{slug}/ice-servers/").status_code
        looks_inside = policy.may_look_inside(scene.place(scene.actors[who]), scene.room)
        assert servers == (200 if looks_inside else 404), who
    assert browser_of(None).get(f"/r/{slug}/").status_code == 302


@EVERY_DOOR
def test_a_seat_is_given_to_whom_the_table_lets_in(scene):
    for who in Standing:
        user = scene.actors[who]
        # Not the device that has a seat: that one comes back through any lock.
        found = fate(lambda: join(scene, user), "in")  # noqa: B023
        assert found == BY_JOINING[entry(scene, who)], who


@EVERY_DOOR
def test_a_seat_is_given_back_to_whom_the_table_still_lets_in(scene):
    for who in Standing:
        user = scene.actors[who]
        if not scene.call.participants.filter(user=user).exists():
            # A seat that nobody of theirs should have: its row has outlived their place.
            seat(scene.call, user)
        found = fate(lambda: resume(scene, user), "in")  # noqa: B023
        assert found == BY_JOINING[entry(scene, who, seated=True)], who


@EVERY_DOOR
def test_a_knock_is_heard_where_the_table_says_that_one_must(scene):
    for who in Standing:
        found, user = entry(scene, who), scene.actors[who]
        if found is Entry.OPEN:
            continue
        knocked = fate(lambda: door.knock(scene.room, user), "waits")  # noqa: B023
        assert knocked == BY_KNOCKING[found], who


@EVERY_DOOR
def test_an_invitation_lets_in_everyone_but_the_banned_whatever_the_door(scene):
    for who in Standing:
        user = scene.actors[who]
        status = accept(browser_of(user))
        place = scene.place(user)
        if who is Standing.BANNED:
            assert (status, place and place.banned_at is None) == (404, False)
            continue
        assert (status, place and place.banned_at) == (200, None), who
        role = Role.MEMBER if who not in policy.MANAGERS else Role(who.value)
        assert place is not None
        assert place.role == role, who
    assert accept(browser_of(None)) == 401


@EVERY_DOOR
def test_whoever_was_removed_from_the_running_call_must_knock_even_at_an_open_door(scene):
    guest, owner = (scene.place(scene.actors[who]) for who in (Standing.GUEST, Standing.OWNER))
    assert guest is not None
    assert owner is not None
    moderation.remove(guest, by=owner)
    expected = policy.entry(None, scene.room, removed=True)
    assert fate(lambda: join(scene, guest.user), "in") == BY_JOINING[expected]
    assert scene.place(guest.user) is None
