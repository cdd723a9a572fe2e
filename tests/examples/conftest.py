"""No program outlives the test that has started it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.examples import program


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    for one in program.started:
        if one.returncode is None:
            with suppress(ProcessLookupError):
                one.kill()
    program.started.clear()
