"""How well two people were connected: both ends' reports in, a class and one sentence out."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from rooms.models import ConnectionReport

# A page gives a connection so long to come up before it does anything about it.
COMES_UP_WITHIN = dt.timedelta(seconds=10)
# What a sender counts before the other end's nothing means anything.
HEARD_OF = 20_000
OFTEN_MENDED = 3

# Error codes of STUN and TURN servers (RFC 8489, RFC 8656), and of browsers that reached none.
REFUSED = frozenset({401, 403, 437, 441, 442})
FULL = frozenset({486, 508})
UNREACHED = frozenset({600, 701})


class Kind(enum.Enum):
    """What became of a pair's connection, the worst last; its word in the API and on pages."""

    UNKNOWN = "unknown", "Not known"
    DIRECT = "direct", "Direct"
    RELAYED = "relayed", "Relayed"
    BROKEN = "broken", "Broke off"
    ONE_SIDED = "one_sided", "One way only"
    NEVER = "never", "Never connected"

    label: str

    def __new__(cls, word: str, label: str) -> Kind:
        kind = object.__new__(cls)
        kind._value_ = word
        kind.label = label
        return kind

    @property
    def severity(self) -> int:
        return list(Kind).index(self)

    @property
    def is_failure(self) -> bool:
        return self in {Kind.BROKEN, Kind.ONE_SIDED, Kind.NEVER}


class Mender(enum.StrEnum):
    """Who can do something about it."""

    NOBODY = "nobody"
    PEOPLE = "people"
    NETWORK = "network"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Diagnosis:
    kind: Kind
    sentence: str
    mender: Mender


@dataclass(frozen=True)
class Trouble:
    """What went wrong some of the times that two met; `diagnosis` is of the last of these."""

    times: str
    diagnosis: Diagnosis

    @property
    def said(self) -> str:
        """For example "the first of 2 times: never connected"."""
        return f"{self.times}: {self.diagnosis.kind.label.lower()}"


@dataclass(frozen=True)
class End:
    """One end of the pair: who, and what they said of it."""

    name: str
    said: ConnectionReport

    @property
    def was_up(self) -> bool:
        return self.said.setup_ms is not None

    @property
    def is_relayed(self) -> bool:
        return "relay" in (self.said.local_type, self.said.remote_type)


def diagnose(
    one: ConnectionReport | None,
    other: ConnectionReport | None,
    *,
    names: tuple[str, str] = ("one end", "the other end"),
    together: dt.timedelta = COMES_UP_WITHIN,
) -> Diagnosis:
    """Either half may be missing; `together` is for how long both were in the call."""
    ends = [End(name, said) for name, said in zip(names, (one, other), strict=True) if said]
    up = [end for end in ends if end.was_up]
    if not ends:
        return _found(Kind.UNKNOWN, "Neither end has said how they were connected.")
    if not up:
        return _never(ends, together)
    lacking = _lacking(ends)
    if lacking:
        said = (
            f"Nothing reached {lacking}: loading the page anew helps as a rule; if it does not, "
            "whoever runs that network can allow UDP."
        )
        return _found(Kind.ONE_SIDED, said, Mender.PEOPLE)
    if all(end.said.state != "connected" for end in up):
        return _broken(ends, names)
    return _relayed(up) if any(end.is_relayed for end in up) else _direct(up)


def best(found: Sequence[Diagnosis]) -> Kind:
    """What two who met once or several times were able to have."""
    known = [one.kind for one in found if one.kind is not Kind.UNKNOWN]
    return min(known, key=lambda kind: kind.severity, default=Kind.UNKNOWN)


def troubles(found: Sequence[Diagnosis]) -> list[Trouble]:
    """What failed besides, where some of the times went better; the worst first."""
    worse = {one.kind for one in found if one.kind.is_failure} - {best(found)}
    told = []
    for kind in sorted(worse, key=lambda kind: -kind.severity):
        at = [number for number, one in enumerate(found) if one.kind is kind]
        told.append(Trouble(_times(at, len(found)), found[at[-1]]))
    return told


def _times(at: Sequence[int], of: int) -> str:
    if at == [0]:
        return f"the first of {of} times"
    return f"the last of {of} times" if at == [of - 1] else f"{len(at)} of {of} times"


def _never(ends: Sequence[End], together: dt.timedelta) -> Diagnosis:
    if together < COMES_UP_WITHIN:
        said = "They were in the call together too briefly to be connected."
        return _found(Kind.UNKNOWN, said)
    told = frozenset(code for end in ends for code in end.said.ice_errors)
    unreached = [end.name for end in ends if UNREACHED & set(end.said.ice_errors)]
    mender = Mender.OPERATOR
    if told & REFUSED:
        said = "The relay refused them: whoever runs this server must check the relay's secret."
    elif told & FULL:
        said = "The relay was full: try again later, or ask whoever runs this server for more room."
    elif told - UNREACHED:
        said = "The relay answered with an error: whoever runs this server can look into its log."
    elif len(unreached) == 1 and len(ends) == 2:
        [name] = unreached
        mender = Mender.NETWORK
        said = (
            f"No direct path, and the relay did not answer {name}: another network helps, or "
            "whoever runs this one allows the relay."
        )
    elif unreached:
        said = (
            "No direct path, and the relay did not answer: whoever runs this server must check it."
        )
    else:
        said = "No direct path, and no relay to help: whoever runs this server can set one up."
    return _found(Kind.NEVER, said, mender)


def _lacking(ends: Sequence[End]) -> str | None:
    """Whom nothing reached, where something reached the other."""
    if len(ends) == 1:
        return None
    for one, other in (ends, ends[::-1]):
        silent = one.said.bytes_received == 0 and other.said.bytes_sent > HEARD_OF
        if not one.was_up or (silent and other.said.bytes_received > 0):
            return one.name
    return None


def _broken(ends: Sequence[End], names: tuple[str, str]) -> Diagnosis:
    if len(ends) == 1:
        away = names[1] if ends[0].name == names[0] else names[0]
        said = f"They were connected until the network of {away} went away: a steadier one helps."
    else:
        said = "They were connected until the path broke: a steadier network at either end helps."
    return _found(Kind.BROKEN, said, Mender.PEOPLE)


def _relayed(up: Sequence[End]) -> Diagnosis:
    slow = next((end.name for end in up if end.said.protocol in {"tcp", "tls"}), None)
    if slow:
        said = (
            f"Through the relay over TCP, which can lag: whoever runs the network of {slow} can "
            "allow UDP."
        )
        return _found(Kind.RELAYED, said, Mender.NETWORK)
    said = (
        "Through the relay, as a network between them blocks direct calls or someone hides their "
        "address: nothing to do."
    )
    return _found(Kind.RELAYED, said)


def _direct(up: Sequence[End]) -> Diagnosis:
    if sum(end.said.restarts for end in up) < OFTEN_MENDED:
        return _found(Kind.DIRECT, "Straight from one to the other: nothing to do.")
    said = "Straight from one to the other, often mended: a steadier network at either end helps."
    return _found(Kind.DIRECT, said, Mender.PEOPLE)


def _found(kind: Kind, sentence: str, mender: Mender = Mender.NOBODY) -> Diagnosis:
    return Diagnosis(kind, sentence, mender)
