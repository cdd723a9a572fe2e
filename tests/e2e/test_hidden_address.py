"""Hide my address: whatever reaches the others, nothing of it is an address but the relay's."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from playwright.async_api import WebSocket, expect

from tests.support.browser import Stage, Tab, eventually
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person
from tests.support.server import Server
from tests.support.turn import Relay

Frame = dict[str, Any]

# RFC 8839, 5.1: a candidate's type, and where a relay's allocation was made from.
TYPE = re.compile(r"candidate:.* typ (\w+)(?: raddr (\S+))?")
NO_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - nothing listens here, it is what candidates say
# An offender's page: it gathers whatever there is, whatever it is told.
SHOWS_ALL = "window.forced = { iceTransportPolicy: 'all' };"
# On every connection that is in use.
ALL_SENT = """() => {
  const used = seen.connections.filter((one) => one.connectionState === "connected");
  return (used.length > 0 && used.every((one) => one.iceGatheringState === "complete")) || null;
}"""
PREPARED = "seen.connections.at(-1)?.iceGatheringState === 'complete' || null"


class Ears:
    """Everything that the server says to one tab, on whichever socket."""

    def __init__(self, tab: Tab) -> None:
        self.frames: list[Frame] = []
        tab.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda text: self.frames.append(json.loads(text)))

    def of_type(self, *kinds: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] in kinds]

    @property
    def candidates(self) -> list[tuple[str, str]]:
        """Type and related address of each, from trickled ones and from descriptions."""
        said = [json.dumps(frame["data"]) for frame in self.of_type("ice", "offer", "answer")]
        lines = re.findall(r"candidate:[^\"\\]+", "\n".join(said))
        found = [TYPE.match(line) for line in lines]
        return [(one[1], one[2] or "") for one in found if one]

    def assert_no_address(self) -> None:
        assert self.candidates, "nothing was heard at all"
        for kind, related in self.candidates:
            assert (kind, related in NO_ADDRESS) == ("relay", True), self.candidates

    async def refused(self, kind: str) -> Frame:
        """The first `address_shown` that answers such a frame."""

        async def heard() -> Frame | None:
            errors = (one for one in self.of_type("error") if one["code"] == "address_shown")
            return next((one for one in errors if one["ref"]["type"] == kind), None)

        return await eventually(heard, 30, f"{kind} is refused")


async def meet(stage: Stage, server: Server, room: str, *people: Person) -> list[tuple[Tab, Ears]]:
    # Wide enough for the button that opens the list of people.
    size = {"width": 1280, "height": 800}
    tabs = [await stage.tab(server, person, viewport=size) for person in people]
    listening = [(tab, Ears(tab)) for tab in tabs]
    for tab in tabs:
        await tab.join(room)
    return listening


async def test_whoever_hides_their_address_shows_the_relays_alone(
    stage: Stage, serve: Serve, relay: Relay, sign_in: SignIn
):
    server = serve(**relay.settings)
    alice, bob = sign_in(server, "alice"), sign_in(server, "bob")
    room = alice.make_room()
    alice.bring(bob, slug=room)
    alice.hide_address()
    (alices, she_hears), (bobs, he_hears) = await meet(stage, server, room, alice, bob)

    for tab in (alices, bobs):
        await tab.everyone_moves(within=30)
    he_hears.assert_no_address()
    # The same ears hear of Bob, who does not hide.
    assert "host" in {kind for kind, _ in she_hears.candidates}
    await alices.page.locator("[data-opens=people]").click()
    await expect(alices.page.get_by_text("Your address is hidden")).to_be_visible()


async def test_a_room_that_begins_to_hide_addresses_finds_new_paths_and_refuses_the_old(
    stage: Stage, serve: Serve, relay: Relay, sign_in: SignIn
):
    server = serve(**relay.settings)
    alice, bob = sign_in(server, "alice"), sign_in(server, "bob")
    room = alice.make_room()
    alice.bring(bob, slug=room)
    tabs = await meet(stage, server, room, alice, bob)
    for tab, _ in tabs:
        await eventually(partial(fact, tab, ALL_SENT), 30, "no candidate is still to come")
    for tab, _ in tabs:
        [other] = (await tab.everyone_moves()).values()
        assert "relay" not in other["pair"]
    for _, ears in tabs:
        ears.frames.clear()

    alice.api("PATCH", f"rooms/{room}/", {"hides_addresses": True})
    for tab, ears in tabs:
        await eventually(partial(both_ends_relayed, tab), 30, "the path is the relay's")
        await tab.everyone_moves()
        ears.assert_no_address()

    [(alices, _), (_, he_hears)] = tabs
    await alices.leave()
    await an_offender_comes(stage, server, alice, room, he_hears)


async def both_ends_relayed(tab: Tab) -> bool | None:
    pairs = [row["pair"] for row in (await tab.received()).values()]
    return pairs == [["relay", "relay"]] or None


async def fact(tab: Tab, expression: str) -> bool | None:
    found: bool | None = await tab.page.evaluate(expression)
    return found


async def an_offender_comes(
    stage: Stage, server: Server, alice: Person, room: str, he_hears: Ears
) -> None:
    """Alice's page shows all; with Bob inside, its prepared offer has the candidates in it."""
    he_hears.frames.clear()
    tab = await stage.tab(server, alice)
    await tab.context.add_init_script(SHOWS_ALL)
    she_hears = Ears(tab)
    await tab.open(f"/r/{room}/")
    await expect(tab.page.get_by_text("Addresses are hidden in this room")).to_be_visible()
    await eventually(partial(fact, tab, PREPARED), 15, "the offer is prepared")
    await tab.press("Join")
    # The offer that is refused is made anew when nobody answers, and then its candidates follow.
    for kind in ("offer", "ice"):
        await she_hears.refused(kind)
    heard = he_hears.candidates
    assert all((kind, related in NO_ADDRESS) == ("relay", True) for kind, related in heard), heard


async def test_where_there_is_no_relay_the_page_says_so_before_and_in_the_call(
    stage: Stage, server: Server, alice: Person
):
    room = alice.make_room(hides_addresses=True)
    tab = await stage.tab(server, alice)
    await tab.open(f"/r/{room}/")
    said = tab.page.get_by_text("this server cannot do that yet")
    await expect(said).to_be_visible()
    await tab.press("Join")
    await expect(tab.button("Leave").first).to_be_visible()
    await expect(said).to_be_visible()
