"""No program outlives the test that has started it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.examples import program


@pytest.fixture(autouse=True)
async def ended() -> AsyncIterator[None]:
    yield
    for one in program.started:
        if one.returncode is None:
            with suppress(ProcessLookupError):
                one.kill()
        await one.communicate()
    program.started.clear()
