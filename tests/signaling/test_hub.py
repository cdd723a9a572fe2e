"""The peers of one worker: who hears what, and that nothing crosses from room to room."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from msgspec import Raw

from signaling import messages
from signaling.endings import REMOVED, TOO_MANY_SOCKETS, Refused
from signaling.hub import Hub
from signaling.messages import (
    CallInfo,
    ChatFrom,
    CloseCode,
    Denied,
    IceFrom,
    KnockNews,
    MediaState,
    Peer,
    Pong,
    RoomChanged,
)
from signaling.outbox import Message, Outbox
from signaling.peers import Member, OwnKnock, Socket
from signaling.session import Standing

ALICE = Member(
    peer="alice-1",
    slug="garden",
    user=1,
    name="Alice",
    role="owner",
    device="laptop",
    auth_version=0,
)
BOB = replace(ALICE, peer="bob-1", user=2, name="Bob", role="member", device="phone")
CHARLIE = replace(ALICE, peer="charlie-1", user=3, name="Charlie", role="member", device="desk")
AWAY = replace(BOB, peer="bob-0", device="tablet")
CALL = CallInfo(id=12, started_at="2026-01-01T10:00:00+00:00")
SHOWING = MediaState(audio=True)
MEMBERS = {"owner", "moderator", "member"}


def renamed(name: str, capacity: int) -> RoomChanged:
    return RoomChanged(name=name, capacity=capacity, locked=False)


class Line(Socket):
    """A socket, and what went out of it."""

    def __init__(self, member: Member) -> None:
        self.said: list[dict[str, Any]] = []
        self.code: int | None = None
        super().__init__(member, Outbox(self.transport, cut=lambda: None))

    async def transport(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            self.code = message["code"]
        else:
            self.said.append(json.loads(message["text"]))

    @property
    def heard(self) -> list[dict[str, Any]]:
        """What it heard since it was last asked."""
        said, self.said = self.said, []
        return said

    @property
    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.heard]


Connect = Callable[..., Line]


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def connect(hub: Hub) -> Connect:
    def connect(member: Member, *seated: Member) -> Line:
        """A new socket; with `seated`, it joins a call in which these have seats before it."""
        line = Line(member)
        hub.connect(line)
        line.greet(Pong(t=0))
        line.said.clear()
        if seated:
            hub.join(line, seated, CALL, SHOWING)
        return line

    return connect


@pytest.fixture
def alice(connect: Connect) -> Line:
    return connect(ALICE, ALICE)


@pytest.fixture
def bob(alice: Line, connect: Connect) -> Line:
    bob = connect(BOB, ALICE, BOB)
    alice.said.clear()
    return bob


def test_a_socket_hears_nothing_of_the_room_before_it_is_greeted(hub, alice, connect):
    line = Line(CHARLIE)
    hub.connect(line)
    connect(BOB, ALICE, BOB)
    assert line.heard == []
    line.greet(Pong(t=0))
    assert line.kinds == ["pong", "peer-joined"]
    hub.end_seats("garden", {"bob-1": "left"})
    assert line.kinds == ["peer-left"]


def test_who_is_turned_out_before_the_greeting_has_heard_nothing(hub, alice, connect):
    line = Line(CHARLIE)
    hub.connect(line)
    connect(BOB, ALICE, BOB)
    hub.turn_out([line], REMOVED)
    assert line.kinds == ["error"]
    assert line.code == CloseCode.NOT_A_MEMBER


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


def test_who_sits_without_a_socket_here_is_away_and_its_state_unknown(hub, alice, connect):
    line = connect(CHARLIE)
    [_, away] = hub.join(line, [ALICE, AWAY, CHARLIE], CALL, SHOWING)
    assert (away.peer, away.away, away.state) == ("bob-0", True, None)
    assert hub.standing("garden", "bob-0") is Standing.AWAY


def test_a_seat_that_the_database_no_longer_has_stays_until_its_end_is_news(hub, bob, connect):
    line = connect(CHARLIE)
    others = hub.join(line, [BOB, CHARLIE], CALL, SHOWING)
    assert [peer.peer for peer in others] == ["bob-1"]
    assert hub.standing("garden", "alice-1") is Standing.HERE
    hub.end_seats("garden", {"alice-1": "left"})
    assert hub.standing("garden", "alice-1") is Standing.GONE


def test_a_signal_goes_to_its_addressee_alone(hub, alice, bob, connect):
    preview = connect(CHARLIE)
    hub.deliver("garden", "alice-1", IceFrom(from_="bob-1", data=Raw(b"{}")))
    assert alice.heard == [{"type": "ice", "from": "bob-1", "data": {}}]
    assert bob.heard == preview.heard == []


def test_a_signal_to_someone_away_goes_nowhere(hub, alice, connect):
    connect(CHARLIE, ALICE, AWAY, CHARLIE)
    hub.deliver("garden", "bob-0", IceFrom(from_="alice-1", data=Raw(b"{}")))


def test_peers_of_another_room_are_not_there(hub, bob):
    assert hub.standing("garden", "bob-1") is Standing.HERE
    assert hub.standing("orchard", "bob-1") is Standing.GONE


def test_what_one_shows_is_for_the_call_and_for_who_comes_later(hub, alice, bob, connect):
    preview = connect(CHARLIE)
    hub.show(bob, MediaState(hand=True))
    [heard] = alice.heard
    assert (heard["type"], heard["from"], heard["hand"]) == ("state", "bob-1", True)
    assert bob.heard == preview.heard == []
    [_, known] = hub.join(preview, [ALICE, BOB, CHARLIE], CALL, SHOWING)
    assert known.state == MediaState(hand=True)


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


def test_whoever_is_turned_out_hears_why_and_then_nothing(hub, alice, bob):
    hub.turn_out(hub.sockets(slug="garden", user=2), REMOVED)
    assert ([frame["code"] for frame in bob.heard], bob.code) == (["removed"], 4403)
    assert hub.standing("garden", "bob-1") is Standing.AWAY
    hub.show(alice, SHOWING)
    hub.change_room("garden", renamed("Orchard", 8))
    assert bob.heard == []


def test_whoever_is_outside_hears_nothing_until_seated(hub, alice, connect):
    line = connect(CHARLIE)
    line.outside = True
    hub.change_room("garden", renamed("Herbs", 8))
    hub.end_seats("garden", {"bob-0": "left"})
    assert line.heard == []
    hub.join(line, [ALICE, CHARLIE], CALL, SHOWING)
    hub.change_room("garden", renamed("Roses", 8))
    assert line.kinds == ["room"]


def test_what_is_said_before_the_greeting_is_not_for_who_stays_outside(hub, alice):
    line = Line(CHARLIE)
    hub.connect(line)
    hub.change_room("garden", renamed("Herbs", 8))
    line.outside = True
    line.greet(Pong(t=0))
    assert line.kinds == ["pong"]


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


def test_who_comes_in_is_from_then_on_what_the_database_says(hub, alice, bob, connect):
    line = connect(replace(CHARLIE, role="stranger"))
    members = [ALICE, replace(BOB, role="moderator"), replace(CHARLIE, role="guest")]
    assert [peer.role for peer in hub.join(line, members, CALL, SHOWING)] == ["owner", "moderator"]
    assert (line.member.role, bob.member.role) == ("guest", "moderator")


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


async def test_an_answer_reaches_who_knocks_once():
    knock, refused = OwnKnock(), Denied(reason="refused", retry_after=60)
    knock.known_as(7)
    knock.end(7, refused)
    knock.end(7, None)
    assert knock.answer.result() == refused


async def test_the_end_of_an_earlier_knock_is_no_answer_to_this_one():
    early, late = OwnKnock(), OwnKnock()
    expired = Denied(reason="expired", retry_after=0)
    # Before this one was known to the database, and after.
    early.end(6, expired)
    early.known_as(7)
    late.known_as(7)
    late.end(6, expired)
    for knock in (early, late):
        assert not knock.answer.done()
        knock.end(7, None)
        assert knock.answer.result() is None


async def test_an_answer_that_is_here_before_the_knock_is_known_counts():
    knock = OwnKnock()
    knock.end(7, None)
    assert not knock.answer.done()
    knock.known_as(7)
    assert knock.answer.result() is None


def test_a_change_of_the_room_is_for_everyone_in_it(hub, bob, connect):
    preview, stranger = connect(CHARLIE), connect(replace(CHARLIE, slug="orchard"))
    hub.change_room("garden", renamed("Herbs", 8))
    frame = {"type": "room", "name": "Herbs", "capacity": 8, "locked": False}
    assert bob.heard == preview.heard == [frame]
    assert stranger.heard == []


def test_sockets_are_found_by_room_user_and_device(hub, alice, bob, connect):
    elsewhere = connect(replace(BOB, peer="bob-2", slug="orchard"))
    assert set(hub.sockets()) == {alice, bob, elsewhere}
    assert set(hub.sockets(user=2)) == {bob, elsewhere}
    assert set(hub.sockets(slug="garden", user=2)) == {bob}
    assert set(hub.sockets(device="laptop")) == {alice}
    assert {seat.member for seat in hub.seats()} == {ALICE, BOB}


def test_a_user_and_a_device_have_so_many_sockets_and_no_more(hub, connect):
    for number in range(3):
        tab = replace(ALICE, peer=f"alice-{number}")
        connect(tab)
        hub.require_places(tab, per_user=3, per_device=3)
    with pytest.raises(Refused) as caught:
        hub.require_places(replace(ALICE, peer="alice-3"), per_user=4, per_device=3)
    assert caught.value.ending == TOO_MANY_SOCKETS
    with pytest.raises(Refused):
        hub.require_places(replace(ALICE, peer="alice-3", device="phone"), 3, 3)
    hub.require_places(BOB, per_user=3, per_device=3)


def test_a_dead_socket_whose_seat_is_resumed_takes_no_place(hub, connect):
    for _ in range(3):
        connect(ALICE)
    hub.require_places(ALICE, per_user=3, per_device=3)


def test_a_reader_that_is_cut_does_not_keep_the_others_from_hearing(hub, alice, bob):
    bob.outbox.stop()
    hub.end_seats("garden", {"bob-0": "lost"})
    assert alice.kinds == ["peer-left"]
    assert hub.standing("garden", "bob-1") is Standing.AWAY


def test_a_room_that_nobody_is_in_takes_no_memory(hub, alice, bob, connect):
    preview = connect(CHARLIE)
    hub.change_room("orchard", renamed("Apples", 4))
    hub.end_seats("orchard", {"nobody-1": "left"})
    hub.end_seats("garden", {"alice-1": "ended", "bob-1": "ended"})
    for line in (alice, bob, preview):
        hub.disconnect(line)
    assert not hub._rooms


async def test_a_slow_reader_does_not_make_the_others_wait(hub, alice):
    reading = asyncio.Event()

    async def send(message: Message) -> None:
        await reading.wait()

    slow = Socket(BOB, Outbox(send, cut=lambda: None))
    hub.connect(slow)
    hub.join(slow, [ALICE, BOB], CALL, SHOWING)
    hub.change_room("garden", renamed("Herbs", 8))
    hub.change_room("garden", renamed("Roses", 8))
    assert alice.kinds == ["peer-joined", "room", "room"]
    slow.outbox.stop()
