"""A room of one worker: who sits in it, and what each of them hears."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from signaling.hub import Hub
from signaling.messages import CallInfo, MediaState, Pong, RoomChanged
from signaling.outbox import Message, Outbox
from signaling.peers import Member, Socket

ALICE = Member(
    peer="alice-1",
    slug="garden",
    user=1,
    name="Alice",
    role="owner",
    device="laptop",
    auth_version=0,
)
BOB = replace(ALICE, peer="bob-1", user=2, name="Bob", role="member", device="phone")
CHARLIE = replace(ALICE, peer="charlie-1", user=3, name="Charlie", role="member", device="desk")
AWAY = replace(BOB, peer="bob-0", device="tablet")
CALL = CallInfo(id=12, started_at="2026-01-01T10:00:00+00:00")
SHOWING = MediaState(audio=True)
MEMBERS = {"owner", "moderator", "member"}


def renamed(name: str, capacity: int) -> RoomChanged:
    return RoomChanged(name=name, capacity=capacity, locked=False)


class Line(Socket):
    """A socket, and what went out of it."""

    def __init__(self, member: Member) -> None:
        self.said: list[dict[str, Any]] = []
        self.code: int | None = None
        super().__init__(member, Outbox(self.transport, cut=lambda: None))

    async def transport(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            self.code = message["code"]
        else:
            self.said.append(json.loads(message["text"]))

    @property
    def heard(self) -> list[dict[str, Any]]:
        """What it heard since it was last asked."""
        said, self.said = self.said, []
        return said

    @property
    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.heard]


Connect = Callable[..., Line]


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def connect(hub: Hub) -> Connect:
    def connect(member: Member, *seated: Member) -> Line:
        """A new socket; with `seated`, it joins a call in which these have seats before it."""
        line = Line(member)
        hub.connect(line)
        line.greet(Pong(t=0))
        line.said.clear()
        if seated:
            hub.join(line, seated, CALL, SHOWING)
        return line

    return connect


@pytest.fixture
def alice(connect: Connect) -> Line:
    return connect(ALICE, ALICE)


@pytest.fixture
def bob(alice: Line, connect: Connect) -> Line:
    bob = connect(BOB, ALICE, BOB)
    alice.said.clear()
    return bob
