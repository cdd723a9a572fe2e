"""Who is in the call, as the others see it: arrivals, absences and ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signaling.messages import Peer
from signaling.session import Standing
from tests.signaling.hub.conftest import ALICE, AWAY, BOB, CALL, CHARLIE, SHOWING, Line

# --- arrivals ---


def test_everyone_in_the_room_hears_of_an_arrival_but_who_arrives(hub, alice, connect):
    preview, stranger = connect(CHARLIE), connect(replace(CHARLIE, slug="orchard"))
    bob = Line(BOB)
    hub.connect(bob)
    assert hub.join(bob, [ALICE, BOB], CALL, SHOWING) == [
        Peer(
            peer="alice-1",
            user=1,
            name="Alice",
            role="owner",
            device="laptop",
            state=SHOWING,
            away=False,
        )
    ]
    [arrival] = alice.heard
    assert (arrival["type"], arrival["peer"], arrival["state"]["audio"]) == (
        "peer-joined",
        "bob-1",
        True,
    )
    assert preview.heard == [arrival]
    assert bob.heard == stranger.heard == []


def test_peers_come_in_the_order_of_their_arrival(hub, alice, bob, connect):
    line = connect(CHARLIE)
    others = hub.join(line, [BOB, AWAY, ALICE, CHARLIE], CALL, SHOWING)
    assert [peer.peer for peer in others] == ["bob-1", "bob-0", "alice-1"]


def test_who_comes_in_is_from_then_on_what_the_database_says(hub, alice, bob, connect):
    line = connect(replace(CHARLIE, role="stranger"))
    members = [ALICE, replace(BOB, role="moderator"), replace(CHARLIE, role="guest")]
    assert [peer.role for peer in hub.join(line, members, CALL, SHOWING)] == ["owner", "moderator"]
    assert (line.member.role, bob.member.role) == ("guest", "moderator")


# --- absences ---


def test_who_sits_without_a_socket_here_is_away_and_its_state_unknown(hub, alice, connect):
    line = connect(CHARLIE)
    [_, away] = hub.join(line, [ALICE, AWAY, CHARLIE], CALL, SHOWING)
    assert (away.peer, away.away, away.state) == ("bob-0", True, None)
    assert hub.standing("garden", "bob-0") is Standing.AWAY


def test_who_loses_the_socket_is_away_and_who_resumes_is_back(hub, alice, bob, connect):
    assert hub.disconnect(bob)
    assert alice.heard == [{"type": "peer-away", "peer": "bob-1"}]
    assert hub.standing("garden", "bob-1") is Standing.AWAY

    newer = connect(BOB)
    [other] = hub.resume(newer, [ALICE, BOB])
    assert (other.peer, other.away) == ("alice-1", False)
    assert alice.heard == [{"type": "peer-back", "peer": "bob-1"}]
    assert newer.heard == []
    assert hub.holds(newer) and not hub.holds(bob)


def test_the_newest_socket_holds_the_seat_and_the_end_of_the_older_changes_nothing(
    hub, alice, bob, connect
):
    newer = connect(BOB)
    hub.resume(newer, [ALICE, BOB])
    assert ([frame["code"] for frame in bob.heard], bob.code) == (["joined_elsewhere"], 4409)
    alice.said.clear()
    assert not hub.disconnect(bob)
    assert alice.heard == []
    assert hub.standing("garden", "bob-1") is Standing.HERE


def test_the_end_of_a_preview_is_nobodys_news(hub, alice, connect):
    assert not hub.disconnect(connect(CHARLIE))
    assert alice.heard == []


def test_peers_of_another_room_are_not_there(hub, bob):
    assert hub.standing("garden", "bob-1") is Standing.HERE
    assert hub.standing("orchard", "bob-1") is Standing.GONE


# --- ends ---


@pytest.mark.parametrize(
    "reason, code, error",
    [
        ("left", 1000, None),
        ("lost", 4401, "seat_gone"),
        ("replaced", 4409, "joined_elsewhere"),
        ("removed", 4403, "removed"),
        ("ended", 4404, "call_ended"),
    ],
)
def test_a_seat_that_ends_is_told_why_and_so_are_the_others(
    hub, alice, bob, connect, reason, code, error
):
    preview = connect(CHARLIE)
    hub.end_seats("garden", {"bob-1": reason})
    left = {"type": "peer-left", "peer": "bob-1", "reason": reason}
    assert alice.heard == preview.heard == [left]
    assert [frame["code"] for frame in bob.heard] == ([error] if error else [])
    assert bob.code == code
    assert hub.standing("garden", "bob-1") is Standing.GONE
    # Its socket ends after its seat; that is no news any more.
    assert not hub.disconnect(bob)
    assert alice.heard == []


def test_a_call_that_ends_for_all_tells_each_its_own_end(hub, alice, bob, connect):
    preview = connect(CHARLIE)
    hub.end_seats("garden", {"alice-1": "ended", "bob-1": "ended"})
    assert (alice.code, bob.code, preview.code) == (4404, 4404, None)
    assert preview.kinds == ["peer-left", "peer-left"]


def test_the_end_of_a_seat_that_nobody_here_has_is_news_all_the_same(hub, alice):
    hub.end_seats("garden", {"bob-0": "lost"})
    assert alice.heard == [{"type": "peer-left", "peer": "bob-0", "reason": "lost"}]


def test_a_seat_that_the_database_no_longer_has_stays_until_its_end_is_news(hub, bob, connect):
    line = connect(CHARLIE)
    others = hub.join(line, [BOB, CHARLIE], CALL, SHOWING)
    assert [peer.peer for peer in others] == ["bob-1"]
    assert hub.standing("garden", "alice-1") is Standing.HERE
    hub.end_seats("garden", {"alice-1": "left"})
    assert hub.standing("garden", "alice-1") is Standing.GONE
