"""What a deed tells the rest of Parley, once it is committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal
from django.test import TestCase

from rooms import signals

News = tuple[str, dict[str, Any]]
NAMES = {signal: name for name, signal in vars(signals).items() if isinstance(signal, Signal)}


@contextmanager
def hearing() -> Iterator[list[News]]:
    """Fills the list at the end: each piece of news by its name, in order, without the room's."""
    heard: list[News] = []

    def hear(signal: Signal, sender: object, slug: str, **what: Any) -> None:
        heard.append((NAMES[signal], what))

    for signal in NAMES:
        signal.connect(hear)
    try:
        with TestCase.captureOnCommitCallbacks(execute=True):
            yield heard
    finally:
        for signal in NAMES:
            signal.disconnect(hear)
