"""The rules of one connection: frames in, effects out, no socket and no clock."""

from __future__ import annotations

import json

import pytest
from msgspec import Raw

from signaling.endings import FLOODING, CloseCode, Ending, Refused
from signaling.limits import SocketLimits
from signaling.messages import (
    CANDIDATES_PER_GENERATION,
    Answer,
    AnswerFrom,
    BadFrame,
    Chat,
    Error,
    Frame,
    Ice,
    IceFrom,
    Join,
    Leave,
    MediaState,
    Offer,
    OfferFrom,
    Ping,
    Pong,
    SignalIn,
    State,
    Waiting,
    encode,
)
from signaling.session import (
    Announce,
    Deliver,
    Effect,
    GiveUpSeat,
    Reply,
    Session,
    Standing,
    TakeSeat,
    Write,
)

DATA = Raw(b'{ "sdp":"v=0"}')
CHARLIE = "charlie"
STANDINGS = {"bob": Standing.HERE, CHARLIE: Standing.HERE, "dave": Standing.AWAY}


@pytest.fixture
def preview() -> Session:
    return Session("alice", lambda peer: STANDINGS.get(peer, Standing.GONE), now=0)


@pytest.fixture
def session(preview: Session) -> Session:
    preview.seated = True
    return preview


def signal(kind: type[SignalIn], to: str = "bob", connection: str = "") -> Frame:
    frame = kind(to=to, data=DATA, connection=connection)
    assert isinstance(frame, Offer | Answer | Ice)
    return frame


def answered(effects: list[Effect]) -> Error:
    [effect] = effects
    assert isinstance(effect, Reply) and isinstance(effect.frame, Error)
    return effect.frame


def refusal(session: Session, fault: BadFrame, now: float) -> Ending:
    with pytest.raises(Refused) as caught:
        session.misread(fault, now)
    return caught.value.ending


# --- signals ---


@pytest.mark.parametrize(
    "kind, sent_as", [(Offer, OfferFrom), (Answer, AnswerFrom), (Ice, IceFrom)]
)
def test_a_signal_reaches_its_addressee_with_the_sender_stamped(session, kind, sent_as):
    [effect] = session.receive(signal(kind, connection="c1"))
    assert effect == Deliver("bob", sent_as(from_="alice", data=DATA, connection="c1"))
    written = json.loads(encode(effect.frame))
    assert (written["from"], written["connection"]) == ("alice", "c1")


def test_who_a_client_says_that_it_is_counts_for_nothing(session):
    [effect] = session.receive(Offer(from_="mallory", to="bob", data=DATA))
    assert effect.frame.from_ == "alice"


def test_a_signal_is_relayed_byte_for_byte(session):
    [effect] = session.receive(signal(Offer))
    assert encode(effect.frame) == '{"type":"offer","from":"alice","data":{ "sdp":"v=0"}}'


@pytest.mark.parametrize(
    "to, code", [("alice", "self_addressed"), ("dave", "peer_away"), ("erin", "peer_gone")]
)
@pytest.mark.parametrize("kind", [Offer, Answer, Ice])
def test_a_signal_that_reaches_nobody_is_answered(session, kind, to, code):
    error = answered(session.receive(signal(kind, to=to, connection="c1")))
    assert error.code == code
    ref = json.loads(encode(error))["ref"]
    assert ref == {"type": kind.__name__.lower(), "to": to, "connection": "c1"}


def candidates(session: Session, number: int, **fields: str) -> list[Effect]:
    return [effect for _ in range(number) for effect in session.receive(signal(Ice, **fields))]


def test_as_many_candidates_as_a_call_needs_follow_one_description(session):
    session.receive(signal(Offer))
    for effect in candidates(session, CANDIDATES_PER_GENERATION):
        assert isinstance(effect, Deliver)
    assert answered(session.receive(signal(Ice))).code == "too_many_candidates"


@pytest.mark.parametrize("kind", [Offer, Answer])
def test_a_description_begins_a_new_generation(session, kind):
    candidates(session, CANDIDATES_PER_GENERATION + 1)
    session.receive(signal(kind))
    assert isinstance(candidates(session, 1)[0], Deliver)


def test_candidates_are_counted_for_each_peer_whatever_connection_they_name(session):
    for number in range(CANDIDATES_PER_GENERATION):
        assert isinstance(candidates(session, 1, connection=f"c{number}")[0], Deliver)
    assert answered(candidates(session, 1, connection="new")).code == "too_many_candidates"
    session.receive(signal(Offer, to=CHARLIE))
    assert isinstance(candidates(session, 1, to=CHARLIE)[0], Deliver)
    assert answered(candidates(session, 1)).code == "too_many_candidates"


def test_a_new_connection_forgets_the_old_ones_of_the_pair(session):
    for number in range(1_000):
        session.receive(signal(Offer, connection=str(number)))
        candidates(session, 1, connection=str(number))
    assert len(session._candidates) == 1


# --- hidden addresses ---

HOST = Raw(b'{"candidate":"candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host"}')
RELAYED = Raw(
    b'{"candidate":"candidate:1 1 udp 1 198.51.100.1 5000 typ relay raddr 0.0.0.0 rport 0"}'
)


def test_who_hides_nothing_may_show_any_address(session):
    assert isinstance(session.receive(Ice(to="bob", data=HOST))[0], Deliver)


@pytest.mark.parametrize("discreet, in_room", [(True, False), (False, True), (True, True)])
def test_an_address_that_is_hidden_is_refused_and_a_relays_is_not(session, discreet, in_room):
    session.discreet = discreet
    session.hide(in_room=in_room)
    error = answered(session.receive(Ice(to="bob", data=HOST, connection="c1")))
    assert error.code == "address_shown"
    ref = json.loads(encode(error))["ref"]
    assert ref == {"type": "ice", "to": "bob", "connection": "c1"}
    assert isinstance(session.receive(Ice(to="bob", data=RELAYED))[0], Deliver)


def test_who_hides_in_every_room_hides_from_the_start():
    session = Session("alice", lambda peer: Standing.HERE, now=0, seated=True, discreet=True)
    assert answered(session.receive(Ice(to="bob", data=HOST))).code == "address_shown"


def test_a_refused_candidate_is_not_counted(session):
    session.hide(in_room=True)
    for _ in range(CANDIDATES_PER_GENERATION + 1):
        session.receive(Ice(to="bob", data=HOST))
    session.hide(in_room=False)
    assert isinstance(candidates(session, 1)[0], Deliver)


# --- the rest ---


def test_a_ping_is_answered_with_its_own_number(preview):
    assert preview.receive(Ping(t=7)) == [Reply(Pong(t=7))]


def test_join_takes_a_seat_with_what_one_shows(preview):
    showing = MediaState(audio=True)
    assert preview.receive(Join(state=showing)) == [TakeSeat(showing)]


def test_a_second_join_is_answered(session):
    error = answered(session.receive(Join()))
    assert error.code == "already_joined"
    assert json.loads(encode(error))["ref"] == {"type": "join"}


def test_a_second_join_while_one_waits_is_answered_alike(preview):
    preview.waiting = True
    assert preview.receive(Join()) == [Reply(Waiting())]


def test_what_is_written_goes_its_own_way(session):
    assert session.receive(Chat(id="m-1", text="Roses?")) == [Write("m-1", "Roses?")]


def test_what_is_written_without_a_seat_is_answered_by_its_id(preview):
    error = answered(preview.receive(Chat(id="m-1", text="Roses?")))
    assert error.code == "not_joined"
    assert json.loads(encode(error))["ref"] == {"type": "chat", "id": "m-1"}


@pytest.mark.parametrize(
    "frame",
    [
        signal(Offer),
        signal(Answer),
        signal(Ice),
        State(audio=True, video=True, screen=False, hand=False),
    ],
    ids=lambda frame: type(frame).__name__,
)
def test_nothing_is_said_without_a_seat(preview, frame):
    assert answered(preview.receive(frame)).code == "not_joined"


def test_what_one_shows_is_announced(session):
    frame = State(audio=True, video=False, screen=False, hand=True)
    assert session.receive(frame) == [Announce(MediaState(audio=True, hand=True))]


@pytest.mark.parametrize("seated", [True, False])
def test_leave_gives_up_the_seat(preview, seated):
    preview.seated = seated
    assert preview.receive(Leave()) == [GiveUpSeat()]


# --- limits ---


def test_the_third_bad_frame_in_ten_seconds_is_one_too_many(session):
    fault = BadFrame("bad_json", "A frame is one JSON object.")
    assert answered(session.misread(fault, 0)) == fault.error
    assert answered(session.misread(fault, 5)) == fault.error
    refused = refusal(session, fault, 9)
    assert refused == (CloseCode.BAD_FRAMES, fault.error.code, fault.error.detail)


def test_frames_that_are_too_large_are_counted_apart(session):
    bad, large = BadFrame("bad_frame", "Bad."), BadFrame("frame_too_large", "Large.")
    for fault in (bad, large, bad, large):
        assert answered(session.misread(fault, 0)) == fault.error
    assert refusal(session, large, 1).code == CloseCode.FRAMES_TOO_LARGE
    assert refusal(session, bad, 1).code == CloseCode.BAD_FRAMES


def meters(number: int, size: int, seconds: float = 0) -> int:
    """How many of these messages pass, one after the other within so many seconds."""
    session = Session("alice", lambda peer: Standing.GONE, now=0, limits=SocketLimits())
    for passed in range(number):
        try:
            session.meter(size, seconds * passed / number)
        except Refused as refused:
            assert refused.ending == FLOODING
            return passed
    return number


def test_a_burst_of_frames_passes_and_a_flood_does_not():
    assert meters(10_000, size=10) == 600


def test_what_a_call_sends_in_a_minute_passes():
    assert meters(3_600, size=100, seconds=60) == 3_600


def test_a_flood_of_bytes_does_not_pass():
    assert meters(100, size=64 * 1024) == 16
