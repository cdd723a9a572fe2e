"""What owners and moderators do to people reaches every live socket at once."""

from __future__ import annotations

import pytest

from tests.signaling.conftest import Enter, act, in_a_call
from tests.support.client import Client
from tests.support.people import Person

pytestmark = pytest.mark.alone

AT_ONCE = 2
SILENT = {"audio": False, "video": True, "screen": False, "hand": False}


@pytest.fixture
def open_room(alice: Person) -> str:
    return alice.make_room(access="open")


async def test_a_held_microphone_is_off_for_all_whatever_its_owner_says(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    await act(alice, "PUT", f"rooms/{room}/call/holds/{bob.user_id}/")
    for socket in (first, second):
        assert (await socket.receive("room", within=AT_ONCE))["muted"] == [bob.user_id]
    shown = {"type": "state", "from": second.peer, **SILENT}
    assert await first.receive("state") == shown
    await second.send("state", **{**SILENT, "audio": True})
    assert await first.receive("state") == shown
    assert await second.settle() == []

    await act(alice, "DELETE", f"rooms/{room}/call/holds/{bob.user_id}/")
    assert (await first.receive("room"))["muted"] == []
    await second.send("state", **{**SILENT, "audio": True})
    assert (await first.receive("state"))["audio"] is True


async def test_a_hold_lasts_through_reload_and_outage(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    await act(alice, "PUT", f"rooms/{room}/call/holds/{bob.user_id}/")
    second.vanish()
    await first.receive("peer-away")
    back = await enter(bob, room, resume=second.peer)
    assert (await back.receive("joined"))["muted"] is True
    assert (await back.receive("room"))["muted"] == [bob.user_id]
    anew = await enter(bob, room)
    assert (await anew.join())["muted"] is True
    arrival = await first.receive("peer-joined")
    assert (arrival["muted"], arrival["state"]["audio"]) == (True, False)
    later = await enter(alice, room)
    [held] = (await later.join())["peers"]
    assert (held["muted"], held["state"]["audio"]) == (True, False)


async def test_a_hold_ends_with_the_call(enter: Enter, alice: Person, bob: Person, room: str):
    _, second = await in_a_call(enter, alice, bob, room)
    await act(alice, "PUT", f"rooms/{room}/call/holds/{bob.user_id}/")
    await act(alice, "DELETE", f"rooms/{room}/call/")
    assert await second.closed(AT_ONCE) == 4404
    assert (await (await enter(bob, room)).join())["muted"] is False


async def test_a_new_role_is_told_to_all_and_shown_to_who_comes_later(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await in_a_call(enter, alice, bob, room)
    await act(alice, "PATCH", f"rooms/{room}/members/{bob.user_id}/", {"role": "moderator"})
    news = {"type": "room", "roles": {str(bob.user_id): "moderator"}}
    assert await first.receive("room") == await second.receive("room") == news
    later = await enter(alice, room)
    assert [peer["role"] for peer in (await later.join())["peers"]] == ["moderator"]


async def test_a_room_that_is_handed_over_has_a_new_owner_at_once(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, _ = await in_a_call(enter, alice, bob, room)
    await act(alice, "PUT", f"rooms/{room}/owner/", {"user": bob.user_id})
    roles = (await first.receive("room"))["roles"] | (await first.receive("room"))["roles"]
    assert roles == {str(alice.user_id): "moderator", str(bob.user_id): "owner"}


async def test_who_is_banned_is_out_everywhere_and_finds_nothing_any_more(
    enter: Enter, alice: Person, charlie: Person, open_room: str
):
    first, second = await in_a_call(enter, alice, charlie, open_room)
    preview = await enter(charlie, open_room)
    ticket = charlie.ticket(open_room)
    await act(alice, "PUT", f"rooms/{open_room}/bans/{charlie.user_id}/")
    for socket in (second, preview):
        assert await socket.closed(AT_ONCE) == 4403
        assert socket.kept[-1]["code"] == "banned"
    left = await first.receive("peer-left", within=AT_ONCE)
    assert (left["peer"], left["reason"]) == (second.peer, "banned")
    for body in ({}, {"resume": second.peer}):
        answer = charlie.call_api("POST", f"rooms/{open_room}/tickets/", body)
        assert answer.status_code == 404
    assert charlie.call_api("GET", f"rooms/{open_room}/ice-servers/").status_code == 404
    assert charlie.http.get(f"/r/{open_room}/").status_code == 404
    late = await Client.dial(charlie, ticket)
    assert await late.closed() == 4403
    assert late.kept[-1]["code"] == "banned"


async def test_who_is_removed_from_an_open_room_must_knock_and_gets_no_credentials(
    enter: Enter, alice: Person, charlie: Person, open_room: str
):
    first, second = await in_a_call(enter, alice, charlie, open_room)
    ticket = charlie.ticket(open_room, resume=second.peer)
    await act(alice, "DELETE", f"rooms/{open_room}/members/{charlie.user_id}/")
    assert await second.closed(AT_ONCE) == 4403
    assert second.kept[-1]["code"] == "removed"
    late = await Client.dial(charlie, ticket)
    assert await late.closed() == 4403
    assert [frame.get("code") for frame in late.kept] == ["removed"]
    assert charlie.call_api("GET", f"rooms/{open_room}/ice-servers/").status_code == 404
    body = {"resume": second.peer}
    answer = charlie.call_api("POST", f"rooms/{open_room}/tickets/", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "removed")
    again = await enter(charlie, open_room)
    assert again.welcome["present"] == []
    await again.knock()
    await first.receive("knock", waiting=True)


async def test_a_visit_ends_with_the_call(
    enter: Enter, alice: Person, charlie: Person, open_room: str
):
    first, second = await in_a_call(enter, alice, charlie, open_room)
    preview = await enter(charlie, open_room)
    assert preview.welcome["self"]["role"] == "guest"
    await act(alice, "DELETE", f"rooms/{open_room}/call/")
    # Whoever was inside hears that it was ended, and by whom the place is gone is no news.
    for socket in (first, second):
        assert await socket.closed(AT_ONCE) == 4404
        assert socket.kept[-1]["code"] == "call_ended"
    assert await preview.closed(AT_ONCE) == 4403
    assert preview.kept[-1]["code"] == "visit_over"


async def test_a_guest_who_leaves_last_has_just_left(enter: Enter, charlie: Person, open_room: str):
    socket = await enter(charlie, open_room)
    await socket.join()
    await socket.send("leave")
    assert await socket.closed() == 1000
    assert socket.kept == []
