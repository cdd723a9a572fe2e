"""The frames of `docs/protocol.md`, typed: what a client may send, and what the server sends.

A frame that is not exactly one of these is refused; `data` is checked against its type here and
relayed as the sender wrote it, byte for byte.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

PROTOCOL = "parley.v1"
TICKET_PREFIX = "parley.ticket."

FRAME_BYTES = 64 * 1024
SDP_LENGTH = 48 * 1024
CANDIDATE_LENGTH = 1024
CANDIDATES_PER_GENERATION = 64
CHAT_LENGTH = 4096
# An error may quote what was sent, but does not send it back whole.
DETAIL_LENGTH = 200

PeerId = str

Id = Annotated[str, Meta(min_length=1, max_length=64)]
# It is kept, and no database keeps a NUL.
MessageId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[^\0]*\Z")]
# Chosen by the peer that makes the RTCPeerConnection; absent means the empty one.
ConnectionId = Annotated[str, Meta(max_length=16)]


# --- What a client sends ---


class Inbound(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    # Who sent it is the server's to say; what a client puts here is ignored.
    from_: Annotated[str, Meta(max_length=64)] | None = msgspec.field(default=None, name="from")


class MediaState(Struct, frozen=True, forbid_unknown_fields=True):
    """What a participant shows: microphone, camera, screen, and a raised hand."""

    audio: bool = False
    video: bool = False
    screen: bool = False
    hand: bool = False


class Join(Inbound, tag="join", frozen=True, kw_only=True):
    state: MediaState = MediaState()


class SignalIn(Inbound, frozen=True, kw_only=True):
    """What one peer has to say to another; `data` is relayed untouched."""

    to: Id
    data: Raw
    connection: ConnectionId = ""


class Offer(SignalIn, tag="offer", frozen=True, kw_only=True):
    pass


class Answer(SignalIn, tag="answer", frozen=True, kw_only=True):
    pass


class Ice(SignalIn, tag="ice", frozen=True, kw_only=True):
    pass


class State(Inbound, tag="state", frozen=True, kw_only=True):
    audio: bool
    video: bool
    screen: bool
    hand: bool

    @property
    def media(self) -> MediaState:
        return MediaState(self.audio, self.video, self.screen, self.hand)


class Ping(Inbound, tag="ping", frozen=True, kw_only=True):
    t: Annotated[int, Meta(ge=0, lt=2**53)]


class Chat(Inbound, tag="chat", frozen=True, kw_only=True):
    """`id` is the sender's own: sent once more, it is the same message."""

    id: MessageId
    text: Annotated[str, Meta(min_length=1, max_length=CHAT_LENGTH)]


class Leave(Inbound, tag="leave", frozen=True, kw_only=True):
    pass


Frame = Join | Offer | Answer | Ice | State | Chat | Ping | Leave


class OfferData(Struct, forbid_unknown_fields=True):
    """RTCSessionDescriptionInit of an offer (W3C WebRTC, 4.6.2)."""

    type: Literal["offer"]
    sdp: Annotated[str, Meta(max_length=SDP_LENGTH)]


class AnswerData(Struct, forbid_unknown_fields=True):
    """RTCSessionDescriptionInit of an answer (W3C WebRTC, 4.6.2)."""

    type: Literal["answer"]
    sdp: Annotated[str, Meta(max_length=SDP_LENGTH)]


class IceData(Struct, forbid_unknown_fields=True):
    """RTCIceCandidateInit (W3C WebRTC, 4.8.1); an empty `candidate` ends the candidates."""

    candidate: Annotated[str, Meta(max_length=CANDIDATE_LENGTH)] = ""
    sdpMid: Annotated[str, Meta(max_length=64)] | None = None  # noqa: N815 - W3C's name
    sdpMLineIndex: Annotated[int, Meta(ge=0, lt=2**16)] | None = None  # noqa: N815 - W3C's name
    usernameFragment: Annotated[str, Meta(max_length=256)] | None = None  # noqa: N815 - W3C's name


# --- What the server sends ---


class Outbound(Struct, frozen=True, kw_only=True):
    pass


class Self(Outbound, frozen=True, kw_only=True):
    peer: PeerId
    user: int
    name: str
    role: str
    device: str
    hides_address: bool


class RoomInfo(Outbound, frozen=True, kw_only=True, omit_defaults=True):
    """Whoever must knock first learns the name alone."""

    slug: str
    name: str
    capacity: int | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    access: str | UnsetType = UNSET
    hides_addresses: bool | UnsetType = UNSET
    has_chat: bool | UnsetType = UNSET


class CallInfo(Outbound, frozen=True, kw_only=True):
    id: int
    started_at: str


class Present(Outbound, frozen=True, kw_only=True):
    """Someone inside, as the preview sees them."""

    peer: PeerId
    user: int
    name: str
    device: str
    key: str | None = None


class Peer(Outbound, frozen=True, kw_only=True):
    """Someone inside, as the call sees them; `state` is null until the peer has said it."""

    peer: PeerId
    user: int
    name: str
    role: str
    device: str
    key: str | None = None
    state: MediaState | None
    away: bool
    muted: bool = False


class Limits(Outbound, frozen=True, kw_only=True):
    frame: int = FRAME_BYTES
    sdp: int = SDP_LENGTH
    candidate: int = CANDIDATE_LENGTH
    candidates: int = CANDIDATES_PER_GENERATION
    chat: int = CHAT_LENGTH


class IceServer(Outbound, frozen=True, kw_only=True):
    """RTCIceServer (W3C WebRTC, 4.2.5)."""

    urls: list[str]
    username: str | UnsetType = UNSET
    credential: str | UnsetType = UNSET


class Welcome(Outbound, tag="welcome", frozen=True, kw_only=True):
    self_: Self = msgspec.field(name="self")
    room: RoomInfo
    call: CallInfo | None
    present: list[Present]
    ice_servers: list[IceServer] = msgspec.field(name="iceServers")
    limits: Limits = Limits()


class Joined(Outbound, tag="joined", frozen=True, kw_only=True):
    call: CallInfo
    peers: list[Peer]
    muted: bool = False
    hides_address: bool = False


class Waiting(Outbound, tag="waiting", frozen=True, kw_only=True):
    pass


class Denied(Outbound, tag="denied", frozen=True, kw_only=True):
    """`retry_after` is in seconds; null stands for the rest of this call."""

    reason: Literal["refused", "too_often", "expired", "withdrawn"]
    retry_after: int | None


class KnockNews(Outbound, tag="knock", frozen=True, kw_only=True):
    """To who may let in: somebody waits at the door, or no longer does."""

    user: int
    name: str
    waiting: bool


class PeerJoined(Outbound, tag="peer-joined", frozen=True, kw_only=True):
    call: CallInfo
    peer: PeerId
    user: int
    name: str
    role: str
    device: str
    key: str | None = None
    state: MediaState
    muted: bool = False


class PeerLeft(Outbound, tag="peer-left", frozen=True, kw_only=True):
    peer: PeerId
    reason: str


class PeerAway(Outbound, tag="peer-away", frozen=True, kw_only=True):
    peer: PeerId


class PeerBack(Outbound, tag="peer-back", frozen=True, kw_only=True):
    peer: PeerId


class Signal(Outbound, frozen=True, kw_only=True, omit_defaults=True):
    from_: PeerId = msgspec.field(name="from")
    data: Raw
    connection: str = ""


class OfferFrom(Signal, tag="offer", frozen=True, kw_only=True):
    pass


class AnswerFrom(Signal, tag="answer", frozen=True, kw_only=True):
    pass


class IceFrom(Signal, tag="ice", frozen=True, kw_only=True):
    pass


class StateFrom(Outbound, tag="state", frozen=True, kw_only=True):
    from_: PeerId = msgspec.field(name="from")
    audio: bool
    video: bool
    screen: bool
    hand: bool


class RoomChanged(Outbound, tag="room", frozen=True, kw_only=True, omit_defaults=True):
    """What has changed, and nothing else. `roles` is by user id; `muted` is all of the held."""

    name: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    access: str | UnsetType = UNSET
    hides_addresses: bool | UnsetType = UNSET
    has_chat: bool | UnsetType = UNSET
    roles: dict[int, str] | UnsetType = UNSET
    muted: list[int] | UnsetType = UNSET


class Message(Outbound, frozen=True, kw_only=True):
    """`id` counts up by one within the room; `user` is null for a deleted account."""

    id: int
    user: int | None
    name: str
    text: str
    at: str


class ChatFrom(Outbound, tag="chat", frozen=True, kw_only=True):
    id: str
    message: Message


class IceServers(Outbound, tag="ice-servers", frozen=True, kw_only=True):
    ice_servers: list[IceServer] = msgspec.field(name="iceServers")


class Pong(Outbound, tag="pong", frozen=True, kw_only=True):
    t: int


class Ref(Outbound, frozen=True, kw_only=True, omit_defaults=True):
    """The frame that an error answers."""

    type: str
    to: str | UnsetType = UNSET
    connection: str | UnsetType = UNSET
    id: str | UnsetType = UNSET


class Error(Outbound, tag="error", frozen=True, kw_only=True):
    code: str
    detail: str
    ref: Ref | UnsetType = UNSET


class BadFrame(Exception):  # noqa: N818 - it is an answer, not a fault
    """A frame that no client of ours sends; it went to nobody."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.error = Error(code=code, detail=detail)


_frames = msgspec.json.Decoder(Frame)
_data: dict[type[SignalIn], msgspec.json.Decoder[Any]] = {
    Offer: msgspec.json.Decoder(OfferData),
    Answer: msgspec.json.Decoder(AnswerData),
    Ice: msgspec.json.Decoder(IceData),
}
_encoder = msgspec.json.Encoder()


def decode(text: str | None) -> Frame:
    """The frame in a text message; None stands for a binary one. Raises BadFrame."""
    if text is None:
        raise BadFrame("binary_frame", "Frames are text, not binary.")
    if size(text) > FRAME_BYTES:
        raise BadFrame("frame_too_large", f"A frame has at most {FRAME_BYTES} bytes.")
    try:
        frame: Frame = _frames.decode(text)
        if isinstance(frame, SignalIn):
            data_of(frame)
    except msgspec.ValidationError as fault:
        raise BadFrame("bad_frame", str(fault)[:DETAIL_LENGTH]) from None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise BadFrame("bad_json", "A frame is one JSON object.") from None
    return frame


def data_of(frame: SignalIn) -> OfferData | AnswerData | IceData:
    """What a signal carries. Raises what msgspec raises, but not for a frame that was decoded."""
    data: OfferData | AnswerData | IceData = _data[type(frame)].decode(frame.data)
    return data


def size(text: str) -> int:
    """The bytes of a message; nearly all are ASCII, where no second copy is needed to count."""
    return len(text) if text.isascii() else len(text.encode())


def encode(frame: Outbound) -> str:
    return _encoder.encode(frame).decode()
