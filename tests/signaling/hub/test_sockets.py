"""Sockets: from when on they hear, until when, and how many one may have."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from signaling.endings import REMOVED, TOO_MANY_SOCKETS, CloseCode, Refused
from signaling.messages import Pong
from signaling.outbox import Message, Outbox
from signaling.peers import Socket
from signaling.session import Standing
from tests.signaling.hub.conftest import ALICE, BOB, CALL, CHARLIE, SHOWING, Line, renamed

# --- from when on ---


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


# --- until when ---


def test_whoever_is_turned_out_hears_why_and_then_nothing(hub, alice, bob):
    hub.turn_out(hub.sockets(slug="garden", user=2), REMOVED)
    assert ([frame["code"] for frame in bob.heard], bob.code) == (["removed"], 4403)
    assert hub.standing("garden", "bob-1") is Standing.AWAY
    hub.show(alice, SHOWING)
    hub.change_room("garden", renamed("Orchard", 8))
    assert bob.heard == []


def test_a_reader_that_is_cut_does_not_keep_the_others_from_hearing(hub, alice, bob):
    bob.outbox.stop()
    hub.end_seats("garden", {"bob-0": "lost"})
    assert alice.kinds == ["peer-left"]
    assert hub.standing("garden", "bob-1") is Standing.AWAY


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


def test_a_room_that_nobody_is_in_takes_no_memory(hub, alice, bob, connect):
    preview = connect(CHARLIE)
    hub.change_room("orchard", renamed("Apples", 4))
    hub.end_seats("orchard", {"nobody-1": "left"})
    hub.end_seats("garden", {"alice-1": "ended", "bob-1": "ended"})
    for line in (alice, bob, preview):
        hub.disconnect(line)
    assert not hub._rooms


# --- which, and how many ---


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
