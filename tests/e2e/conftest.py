"""Calls in real browsers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.support.browser import Stage, Tab
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import Server

Gather = Callable[..., Awaitable[list[Tab]]]


@pytest.fixture
def gather(stage: Stage, server: Server, alice: Person, room: str, sign_in: SignIn) -> Gather:
    """People of the cast in one call, in the order of their names; each sees all others."""

    async def enter(*names: str) -> list[Tab]:
        people = [alice, *(sign_in(server, name.lower()) for name in names[1:])]
        alice.bring(*people[1:], slug=room)
        tabs = [await stage.tab(server, person) for person in people]
        for tab in tabs:
            await tab.join(room)
        for name, tab in zip(names, tabs, strict=True):
            await tab.sees(*(other for other in names if other != name))
        return tabs

    return enter
