"""Reports of connections: who is heard, about whom, and for how long."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rooms import actions, moderation, seats
from rooms.models import ConnectionReport, LeaveReason, Membership, Participant, Room

from .conftest import headers_of, statements

SAID: dict[str, Any] = {
    "state": "connected",
    "local_type": "host",
    "remote_type": "srflx",
    "protocol": "udp",
    "setup_ms": 180,
    "restarts": 1,
    "ice_errors": [701],
    "bytes_sent": 2**40,
    "bytes_received": 5,
}


@pytest.fixture
def alices(browser, alice) -> Client:
    client: Client = browser(alice)
    return client


@pytest.fixture
def pair(alices, room, alice, bob, seat) -> tuple[Participant, Participant]:
    """Alice, by the browser that she reports with, and Bob."""
    mine, his = seat(room, alice), seat(room, bob)
    of_this_browser(alices, mine)
    return mine, his


def of_this_browser(client: Client, seat: Participant) -> None:
    seat.device_id = client.session["device"]
    seat.save(update_fields=["device"])


def report(client: Client, room: Room, one: Participant, other: Participant, **more: Any) -> Any:
    body = SAID | {"reporter": one.pk, "about": other.pk} | more
    return client.post(
        f"/api/rooms/{room.slug}/reports/", json.dumps(body), content_type="application/json"
    )


def test_a_report_is_kept_whole_and_the_later_one_replaces_the_earlier(alices, room, pair):
    assert report(alices, room, *pair).status_code == 204
    assert report(alices, room, *pair, restarts=3, setup_ms=None).status_code == 204
    kept = ConnectionReport.objects.get()
    expected = SAID | {"restarts": 3, "setup_ms": None}
    assert {name: getattr(kept, name) for name in SAID} == expected
    assert (kept.call, kept.reporter, kept.about) == (pair[0].call, *pair)


def test_a_connection_that_never_was_has_little_to_say(alices, room, pair):
    body = {"reporter": pair[0].pk, "about": pair[1].pk, "state": "new"}
    path = f"/api/rooms/{room.slug}/reports/"
    assert alices.post(path, body, content_type="application/json").status_code == 204
    kept = ConnectionReport.objects.get()
    assert (kept.local_type, kept.setup_ms, kept.ice_errors, kept.bytes_sent) == ("", None, [], 0)


def test_who_has_left_is_heard_for_ten_minutes(alices, room, pair):
    seats.end_call(room)
    assert report(alices, room, *pair).status_code == 204
    Participant.objects.update(left_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert report(alices, room, *pair).status_code == 404


def test_who_was_removed_or_banned_is_heard_too(browser, room, owner, bob, alice, seat):
    bobs = browser(bob)
    hers, his = seat(room, alice), seat(room, bob)
    of_this_browser(bobs, his)
    place = Membership.objects.select_related("room", "user").get(room=room, user=bob)
    moderation.ban(place, by=owner)
    assert bobs.get(f"/api/rooms/{room.slug}/").status_code == 404
    assert report(bobs, room, his, hers).status_code == 204
    his.refresh_from_db()
    assert his.leave_reason == LeaveReason.BANNED


def test_nobody_reports_about_whom_they_never_met(alices, room, pair):
    before = pair[0].joined_at - timedelta(minutes=1)
    Participant.objects.filter(pk=pair[1].pk).update(
        joined_at=before - timedelta(hours=1), left_at=before
    )
    assert report(alices, room, *pair).status_code == 404
    assert not ConnectionReport.objects.exists()


def test_nobody_reports_for_another_or_about_another_call(
    alices, browser, room, pair, alice, bob, charlie, seat
):
    mine, his = pair
    elsewhere = actions.create_room(name="Den", by=charlie)
    theirs = seat(elsewhere, charlie)
    earlier = seat(room, charlie)
    call = mine.call
    seats.end_call(room)
    again = seat(room, alice)
    of_this_browser(alices, again)
    assert again.call != call
    for one, other, where in [
        (his, mine, room),
        (mine, theirs, room),
        (again, his, room),
        (again, earlier, room),
        (again, again, room),
        (mine, his, elsewhere),
    ]:
        assert report(alices, where, one, other).status_code == 404
    assert report(browser(charlie), room, mine, his).status_code == 404
    assert not ConnectionReport.objects.exists()


def test_to_a_stranger_a_call_is_like_none(browser, room, pair, charlie):
    client, seen = browser(charlie), []
    for slug in (room.slug, "no-such-room-anywhere0"):
        body = SAID | {"reporter": pair[0].pk, "about": pair[1].pk}
        with statements(slug) as ran:
            response = client.post(
                f"/api/rooms/{slug}/reports/", json.dumps(body), content_type="application/json"
            )
        seen.append((response.status_code, response.content, headers_of(response), ran))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reporter", ""),
        ("reporter", 7),
        ("about", None),
        ("about", "x" * 17),
        ("state", "splendid"),
        ("state", None),
        ("local_type", "carrier pigeon"),
        ("protocol", "sctp"),
        ("protocol", ""),
        ("setup_ms", -1),
        ("setup_ms", "180"),
        ("setup_ms", 10**12),
        ("restarts", 1001),
        ("ice_errors", 701),
        ("ice_errors", ["701"]),
        ("ice_errors", [200]),
        ("ice_errors", [701] * 17),
        ("ice_errors", [[701]]),
        ("bytes_sent", -1),
        ("bytes_received", 2**53),
        ("sdp", "v=0"),
    ],
)
def test_what_is_no_report_is_refused_with_the_field_at_fault(alices, room, pair, field, value):
    response = report(alices, room, *pair, **{field: value})
    assert response.status_code == 400
    assert set(response.json()["fields"]) == {field}
    assert not ConnectionReport.objects.exists()


def test_who_is_not_signed_in_is_asked_to(room, pair):
    response = report(Client(HTTP_HOST="localhost:8000"), room, *pair)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_a_report_stays_when_the_account_of_the_other_goes(alices, room, pair, bob):
    report(alices, room, *pair)
    bob.delete()
    assert ConnectionReport.objects.get().about.user is None
