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
TYPE_AT = 6


def shows_address(signal: SignalIn) -> bool:
    """Whether a candidate in it, or a line of its description, is another than a relay's."""
    data = data_of(signal)
    if isinstance(data, IceData):
        # An empty one ends the candidates.
        return bool(data.candidate) and not _hides(data.candidate.removeprefix(PREFIX))
    lines = (line.strip() for line in LINE_ENDS.split(data.sdp))
    candidates = [line for line in lines if line.lower().startswith("a=candidate")]
    return not all(_hides(candidate.removeprefix(PREFIX)) for candidate in candidates)


def _hides(candidate: str) -> bool:
    """Whether it is a relay's, and the address behind the relay is left out."""
    words = candidate.split()
    if words[TYPE_AT : TYPE_AT + 2] != ["typ", "relay"] or words.count("typ") != 1:
        return False
    related = (after for word, after in zip(words, words[1:], strict=False) if word == "raddr")
    return all(address in NO_ADDRESS for address in related)
