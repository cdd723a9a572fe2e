"""Whether a signal shows an address of whoever sends it: all but a relay's is to stay unknown.

What is refused here is refused whole, never edited (RFC 8839, sections 5.1 and 9.1).
"""

from __future__ import annotations

import re

from signaling.messages import IceData, SignalIn, data_of

# What stands in for the related address where that is to stay unknown.
NO_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - nothing listens there
LINE_ENDS = re.compile(r"[\r\n]+")
PREFIX = "a="
# foundation, component, transport, priority, address, port: then `typ`, and what it is.
ADDRESS_AT, TYPE_AT = 4, 6
# Where else a description says one (RFC 8866, section 5.7; RFC 3605), as `IN IP4 192.0.2.7`.
STATED = re.compile(r"(?:c=|a=rtcp:\d*)(.*)", re.IGNORECASE)
NO_PART_OF_IT = frozenset({"IN", "IP4", "IP6"})


def shows_address(signal: SignalIn) -> bool:
    """Whether a candidate in it, or an address in its description, is another than a relay's."""
    data = data_of(signal)
    if isinstance(data, IceData):
        # An empty one ends the candidates.
        return bool(data.candidate) and not _hides(data.candidate.removeprefix(PREFIX))
    lines = [line.strip() for line in LINE_ENDS.split(data.sdp)]
    found = [line for line in lines if line.lower().startswith("a=candidate")]
    candidates = [line.removeprefix(PREFIX) for line in found]
    if not all(_hides(candidate) for candidate in candidates):
        return True
    relays = {candidate.split()[ADDRESS_AT] for candidate in candidates}
    return any(_stated(line) - NO_ADDRESS - relays for line in lines)


def _stated(line: str) -> set[str]:
    stated = STATED.fullmatch(line)
    return set(stated[1].split()) - NO_PART_OF_IT if stated else set()


def _hides(candidate: str) -> bool:
    """Whether it is a relay's, and the address behind the relay is left out."""
    words = candidate.split()
    if words[TYPE_AT : TYPE_AT + 2] != ["typ", "relay"] or words.count("typ") != 1:
        return False
    related = (after for word, after in zip(words, words[1:], strict=False) if word == "raddr")
    return all(address in NO_ADDRESS for address in related)
