"""The rules of one connection, with no I/O: frames in, effects out.

Carry the effects out in order. Time comes in as seconds of any steady clock.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from signaling.addresses import shows_address
from signaling.endings import FLOODING, CloseCode, Ending, Refused
from signaling.limits import Bucket, SocketLimits, Strikes
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
    Outbound,
    PeerId,
    Ping,
    Pong,
    Ref,
    Signal,
    SignalIn,
    State,
    Waiting,
)


class Standing(enum.Enum):
    """Where a peer of the same call is."""

    HERE = "here"
    AWAY = "peer_away"
    GONE = "peer_gone"


@dataclass(frozen=True)
class Reply:
    frame: Outbound


@dataclass(frozen=True)
class Deliver:
    to: PeerId
    frame: Signal


@dataclass(frozen=True)
class TakeSeat:
    state: MediaState


@dataclass(frozen=True)
class Announce:
    state: MediaState


@dataclass(frozen=True)
class Write:
    """Something for the chat; whatever comes behind it does not wait for it."""

    id: str
    text: str


@dataclass(frozen=True)
class GiveUpSeat:
    pass


Effect = Reply | Deliver | TakeSeat | Announce | Write | GiveUpSeat

_SENT_AS: dict[type[SignalIn], type[Signal]] = {
    Offer: OfferFrom,
    Answer: AnswerFrom,
    Ice: IceFrom,
}

_DETAILS = {
    Standing.AWAY: "This peer has lost its connection for the moment; nothing reached it.",
    Standing.GONE: "Nobody of this id is in the call; nothing was sent.",
}
_ADDRESS_SHOWN = "Your address is hidden: only a relay's candidates go out. Nothing was sent."


@dataclass
class Session:
    """One member's connection to one room.

    `standing` tells where a peer of this room's call is. `seated` is set by whoever takes the seat,
    `waiting` by whoever knocks. `discreet` is who hides their address in every room.
    """

    peer: PeerId
    standing: Callable[[PeerId], Standing]
    now: float
    limits: SocketLimits = SocketLimits()
    seated: bool = False
    waiting: bool = False
    discreet: bool = False
    hides_address: bool = False
    _bad: Strikes = field(default_factory=Strikes)
    _too_large: Strikes = field(default_factory=Strikes)
    _candidates: Counter[PeerId] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._frames = Bucket(self.limits.burst, self.limits.refill, self.now)
        self._bytes = Bucket(self.limits.bytes_per_10s, self.limits.bytes_per_10s / 10, self.now)
        self.hide(in_room=False)

    def hide(self, *, in_room: bool) -> None:
        """Whether this room hides the address of everyone in it."""
        self.hides_address = self.discreet or in_room

    def meter(self, size: int, now: float) -> None:
        """Counts one message of `size` bytes; raises Refused when it is one too many."""
        if not (self._frames.take(1, now) and self._bytes.take(size, now)):
            raise Refused(FLOODING)

    def misread(self, fault: BadFrame, now: float) -> list[Effect]:
        """Answers a frame that could not be read; raises Refused at the third one in 10 s."""
        error = fault.error
        if error.code == "frame_too_large":
            strikes, code = self._too_large, CloseCode.FRAMES_TOO_LARGE
        else:
            strikes, code = self._bad, CloseCode.BAD_FRAMES
        if strikes.strike(now):
            raise Refused(Ending(code, error.code, error.detail))
        return [Reply(error)]

    def receive(self, frame: Frame) -> list[Effect]:
        match frame:
            case Ping(t=t):
                return [Reply(Pong(t=t))]
            case Leave():
                return [GiveUpSeat()]
            case Join(state=state):
                if self.seated:
                    return [_answer(frame, "already_joined", "This socket has its seat.")]
                return [Reply(Waiting())] if self.waiting else [TakeSeat(state)]
            case _ if not self.seated:
                return [_answer(frame, "not_joined", "Send `join` first.")]
            case State():
                return [Announce(frame.media)]
            case Chat(id=id, text=text):
                return [Write(id, text)]
            case signal:
                return [self._relay(signal)]

    def _relay(self, signal: Offer | Answer | Ice) -> Effect:
        if signal.to == self.peer:
            return _answer(signal, "self_addressed", "A signal goes to another peer.")
        standing = self.standing(signal.to)
        if standing is not Standing.HERE:
            return _answer(signal, standing.value, _DETAILS[standing])
        if self.hides_address and shows_address(signal):
            return _answer(signal, "address_shown", _ADDRESS_SHOWN)
        if not self._within_generation(signal):
            return _answer(
                signal,
                "too_many_candidates",
                f"At most {CANDIDATES_PER_GENERATION} candidates follow one description.",
            )
        sent_as = _SENT_AS[type(signal)]
        # The sender is ours to state, never the client's.
        return Deliver(
            signal.to,
            sent_as(from_=self.peer, data=signal.data, connection=signal.connection),
        )

    def _within_generation(self, signal: Offer | Answer | Ice) -> bool:
        """Each description begins a generation of candidates anew (RFC 8838, section 3)."""
        if not isinstance(signal, Ice):
            del self._candidates[signal.to]
            return True
        self._candidates[signal.to] += 1
        return self._candidates[signal.to] <= CANDIDATES_PER_GENERATION


def _answer(frame: Frame, code: str, detail: str) -> Reply:
    kind = str(frame.__struct_config__.tag)
    match frame:
        case SignalIn():
            ref = Ref(type=kind, to=frame.to, connection=frame.connection)
        case Chat():
            ref = Ref(type=kind, id=frame.id)
        case _:
            ref = Ref(type=kind)
    return Reply(Error(code=code, detail=detail, ref=ref))
