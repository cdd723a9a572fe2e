"""Lengths of time, places in a picture, and what became of a connection, for the history."""

from __future__ import annotations

import datetime as dt

from django import template

from rooms.diagnosis import Kind
from rooms.history import Pair

register = template.Library()

_TO_THE_SECOND = 10 * 60
_TONES = {Kind.DIRECT: "ok", Kind.RELAYED: "accent", Kind.UNKNOWN: ""}


@register.filter
def spelt(length: dt.timedelta) -> str:
    """To the second below ten minutes, to the minute above: "1 min 50 s", "58 min", "1 h 4 min"."""
    seconds = round(length.total_seconds())
    if seconds < _TO_THE_SECOND:
        return _joined((seconds // 60, "min"), (seconds % 60, "s"))
    minutes = round(seconds / 60)
    return _joined((minutes // 60, "h"), (minutes % 60, "min"))


@register.filter
def percent(place: float) -> str:
    return f"{place:g}%"


@register.filter
def tone(kind: Kind) -> str:
    return _TONES.get(kind, "bad")


@register.filter
def facts(pair: Pair) -> str:
    """For example "UDP, ready in 0.2 s, mended twice", of the best that the two had."""
    best, said = pair.best, []
    if best.protocol:
        said.append(best.protocol.upper())
    if best.setup_ms is not None:
        said.append(f"ready in {best.setup_ms / 1000:.1f} s")
    if best.restarts:
        said.append(f"mended {_often(best.restarts)}")
    if len(pair.connections) > 1:
        said.append(f"met {_often(len(pair.connections))}")
    return ", ".join(said)


def _often(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _joined(whole: tuple[int, str], part: tuple[int, str]) -> str:
    """Without the one that is nothing; "0 s" where both are."""
    said = [f"{number} {unit}" for number, unit in (whole, part) if number]
    return " ".join(said) or f"0 {part[1]}"
