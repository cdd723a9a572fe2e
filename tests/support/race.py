"""Several at the same moment, each on a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(
    deeds: Sequence[Callable[[], object]],
    refusal: type[Exception] | tuple[type[Exception], ...] = (),
) -> list[object]:
    """What became of each, all begun together; `refusal` itself stands for one that was refused."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        start.wait()
        try:
            return deed()
        except refusal as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))
