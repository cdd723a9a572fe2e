"""Lengths of time, places in a picture, and what became of a connection, for the history."""

from __future__ import annotations

import datetime as dt

from django import template

from rooms.diagnosis import Kind
from rooms.history import Pair

register = template.Library()

_TONES = {Kind.DIRECT: "ok", Kind.RELAYED: "accent", Kind.UNKNOWN: ""}


@register.filter
def spelt(length: dt.timedelta) -> str:
    """For example "58 min" or "1 h 4 min"."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


@register.filter
def percent(place: float) -> str:
    return f"{place:g}%"


@register.filter
def tone(kind: Kind) -> str:
    return _TONES.get(kind, "bad")


@register.filter
def facts(pair: Pair) -> str:
    """For example "UDP, ready in 0.2 s, mended twice"."""
    worst, said = pair.worst, []
    if worst.protocol:
        said.append(worst.protocol.upper())
    if worst.setup_ms is not None:
        said.append(f"ready in {worst.setup_ms / 1000:.1f} s")
    if worst.restarts:
        said.append("mended once" if worst.restarts == 1 else f"mended {worst.restarts} times")
    if len(pair.connections) > 1:
        said.append(f"the worst of {len(pair.connections)} connections")
    return ", ".join(said)
