"""What is said in a room, and who hears it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import Raw

from signaling import messages
from signaling.messages import ChatFrom, IceFrom, KnockNews, MediaState
from tests.signaling.hub.conftest import ALICE, AWAY, BOB, CALL, CHARLIE, MEMBERS, SHOWING, renamed


def test_a_signal_goes_to_its_addressee_alone(hub, alice, bob, connect):
    preview = connect(CHARLIE)
    hub.deliver("garden", "alice-1", IceFrom(from_="bob-1", data=Raw(b"{}")))
    assert alice.heard == [{"type": "ice", "from": "bob-1", "data": {}}]
    assert bob.heard == preview.heard == []


def test_a_signal_to_someone_away_goes_nowhere(hub, alice, connect):
    connect(CHARLIE, ALICE, AWAY, CHARLIE)
    hub.deliver("garden", "bob-0", IceFrom(from_="alice-1", data=Raw(b"{}")))


def test_what_one_shows_is_for_the_call_and_for_who_comes_later(hub, alice, bob, connect):
    preview = connect(CHARLIE)
    hub.show(bob, MediaState(hand=True))
    [heard] = alice.heard
    assert (heard["type"], heard["from"], heard["hand"]) == ("state", "bob-1", True)
    assert bob.heard == preview.heard == []
    [_, known] = hub.join(preview, [ALICE, BOB, CHARLIE], CALL, SHOWING)
    assert known.state == MediaState(hand=True)


def test_what_one_writes_is_for_all_inside_but_the_socket_that_wrote_it(hub, alice, bob, connect):
    preview, tablet = connect(CHARLIE), connect(AWAY, ALICE, BOB, AWAY)
    for line in (alice, bob, preview):
        line.said.clear()
    bob.written.append("m-1")
    alice.written.append("m-1")
    message = messages.Message(id=1, user=2, name="Bob", text="Roses?", at="")
    hub.write("garden", 2, ChatFrom(id="m-1", message=message))
    assert alice.kinds == tablet.kinds == ["chat"]
    assert bob.heard == preview.heard == []


def test_a_change_of_the_room_is_for_everyone_in_it(hub, bob, connect):
    preview, stranger = connect(CHARLIE), connect(replace(CHARLIE, slug="orchard"))
    hub.change_room("garden", renamed("Herbs", 8))
    frame = {"type": "room", "name": "Herbs", "capacity": 8, "locked": False}
    assert bob.heard == preview.heard == [frame]
    assert stranger.heard == []


def test_a_knock_is_for_the_ears_of_some_roles_alone(hub, alice, bob, connect):
    preview = connect(replace(ALICE, peer="alice-2"))
    knock = KnockNews(user=3, name="Charlie", waiting=True)
    hub.tell_knock("garden", knock, {"owner", "moderator"})
    assert alice.kinds == preview.kinds == ["knock"]
    assert bob.heard == []
    hub.change_roles("garden", {2: "moderator", 1: "member"}, MEMBERS)
    for line in (alice, bob, preview):
        line.said.clear()
    hub.tell_knock("garden", replace_waiting(knock), {"owner", "moderator"})
    assert bob.kinds == ["knock"]
    assert alice.heard == preview.heard == []


def replace_waiting(knock: KnockNews) -> KnockNews:
    return KnockNews(user=knock.user, name=knock.name, waiting=not knock.waiting)


# --- who is held ---


def test_of_who_is_held_each_hears_as_far_as_they_are_inside(hub, alice, bob, connect):
    preview = connect(CHARLIE)
    hub.hold("garden", [2, 3, 4])
    told = [line.heard[0]["muted"] for line in (alice, bob, preview)]
    assert told == [[2], [2], [2, 3]]


def test_a_held_microphone_is_off_from_the_news_on(hub, alice, bob):
    hub.hold("garden", [2])
    muted, shown = alice.heard
    assert (muted, shown["audio"]) == ({"type": "room", "muted": [2]}, False)
    assert bob.kinds == ["room"]
    hub.show(bob, SHOWING)
    assert [frame["audio"] for frame in alice.heard] == [False]
    hub.hold("garden", [])
    hub.show(bob, SHOWING)
    assert [frame.get("audio") for frame in alice.heard] == [None, True]


def test_who_is_held_comes_in_silent(hub, alice, connect):
    line, later = connect(BOB), connect(CHARLIE)
    hub.join(line, [ALICE, BOB], CALL, SHOWING, held={2})
    [arrival] = alice.heard
    assert (arrival["muted"], arrival["state"]["audio"]) == (True, False)
    peers = hub.join(later, [ALICE, BOB, CHARLIE], CALL, SHOWING, held={2})
    assert [(peer.muted, peer.state.audio) for peer in peers] == [(False, True), (True, False)]


# --- roles ---


def test_a_new_role_is_seen_by_who_comes_later_also_of_who_is_away(hub, alice, bob, connect):
    hub.disconnect(bob)
    hub.change_roles("garden", {2: "moderator"}, MEMBERS)
    assert {"type": "room", "roles": {"2": "moderator"}} in alice.heard
    line = connect(CHARLIE)
    members = [ALICE, replace(BOB, role="moderator"), CHARLIE]
    assert [peer.role for peer in hub.join(line, members, CALL, SHOWING)] == ["owner", "moderator"]


@pytest.mark.parametrize("role", ["guest", "stranger", ""])
def test_who_is_no_member_hears_no_role_of_who_is_not_inside(hub, alice, bob, connect, role):
    other = connect(replace(CHARLIE, role=role))
    hub.change_roles("garden", {2: "moderator", 4: "member"}, MEMBERS)
    hub.change_roles("garden", {4: "moderator"}, MEMBERS)
    assert [frame["roles"] for frame in other.heard] == [{"2": "moderator"}]
    told = [{"2": "moderator", "4": "member"}, {"4": "moderator"}]
    assert [frame["roles"] for frame in alice.heard] == told
    # Of oneself everyone hears, and as a member of everyone.
    hub.change_roles("garden", {3: "guest", 4: "member"}, MEMBERS)
    hub.change_roles("garden", {3: "member", 4: "moderator"}, MEMBERS)
    told = [{"3": "guest"}, {"3": "member", "4": "moderator"}]
    assert [frame["roles"] for frame in other.heard] == told
