"""Chromium with a fake camera and microphone; one context, and so one cookie jar, per person."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from jwt.algorithms import ECAlgorithm
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    async_playwright,
    expect,
)

from tests.support.people import Person
from tests.support.server import Server

ARGUMENTS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Where a machine has no network but `lo`, candidates are gathered all the same.
    "--allow-loopback-in-peer-connection",
]
RECORDER = Path(__file__).with_name("recorder.js")

RECEIVED = Path(__file__).with_name("received.js").read_text()
KEEP_KEY = Path(__file__).with_name("keep_key.js").read_text()

# Two cores draw four people and all that comes to them: a page may need its time.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)

Received = dict[str, dict[str, Any]]
Fact = TypeVar("Fact")


class Tab:
    """One person's page. What goes wrong in it is kept, and the end of the test looks at it."""

    def __init__(self, server: Server, context: BrowserContext, page: Page) -> None:
        self.server = server
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        # What a test provokes on purpose (a server that is down is a failed fetch in the console).
        self.expected: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"{self.page.url}: {message.text} {message.location['url']}")

    def assert_quiet(self) -> None:
        wrong = [
            complaint
            for complaint in self.complaints
            if not any(re.search(pattern, complaint) for pattern in self.expected)
        ]
        assert not wrong, "\n".join(wrong)

    async def keep_key(self, person: Person) -> None:
        """Makes this browser the device that the person's session has."""
        # An address of ours without a script of ours.
        await self.open("/healthz")
        jwk = ECAlgorithm.to_jwk(person.key.private, as_dict=True)
        theirs = await asyncio.to_thread(person.http.get, "/rooms/new/")
        [user] = re.findall(r'name="user" content="(\d+)"', theirs.text)
        key = {"user": user, "jwk": jwk, "thumbprint": person.key.thumbprint}
        await self.page.evaluate(KEEP_KEY, key)

    # --- What a person does ---

    async def open(self, path: str) -> None:
        await self.page.goto(path if path.startswith("http") else self.server.url + path)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def press(self, name: str) -> None:
        await self.button(name).first.click()

    async def fill_in(self, **fields: str) -> None:
        for name, value in fields.items():
            await self.page.locator(f"[name={name}]").fill(value)

    async def join(self, slug: str) -> None:
        await self.open(f"/r/{slug}/")
        await self.press("Join")
        await expect(self.button("Leave").first).to_be_visible()

    async def leave(self) -> None:
        await self.press("Leave")
        await expect(self.button("Leave")).to_have_count(0)

    # --- What a person sees ---

    def tile(self, name: str) -> Locator:
        return self.page.locator(f"[data-peer][aria-label='{name}']")

    async def sees(self, *names: str) -> None:
        """Exactly these others are in the call."""
        await expect(self.page.locator("[data-peer]")).to_have_count(len(names))
        for name in names:
            await expect(self.tile(name)).to_be_visible()

    async def received(self) -> Received:
        result: Received = await self.page.evaluate(RECEIVED)
        return result

    async def peers(self) -> set[str]:
        """The ids of the others."""
        return set(await self.received())

    async def everyone_moves(self, within: float = 20) -> Received:
        """Of everyone here more frames and more sound come in, and no picture is black."""
        before = await self.received()
        assert before, "nobody else is here"

        now = before

        async def moved() -> Received | None:
            nonlocal now
            now = await self.received()
            rises = all(
                peer in now
                and now[peer]["frames"] > row["frames"] + 5
                and now[peer]["energy"] > row["energy"]
                and now[peer]["luma"] > 16
                for peer, row in before.items()
            )
            return now if rises else None

        try:
            return await eventually(moved, within, "frames and sound of everyone rise")
        except TimeoutError as error:
            raise AssertionError(f"{error}\nat first {before}\nat last {now}") from None

    async def offers(self) -> int:
        """How many descriptions this page has offered since it was loaded."""
        made: int = await self.page.evaluate("seen.offers")
        return made

    async def connections(self) -> int:
        made: int = await self.page.evaluate("seen.connections.length")
        return made


async def eventually(look: Callable[[], Awaitable[Fact | None]], within: float, what: str) -> Fact:
    """Looks four times a second until there is something to see."""
    deadline = time.monotonic() + within
    while (fact := await look()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within:g} s: {what}")
        await asyncio.sleep(0.25)
    return fact


class Stage:
    """Opens tabs at a server; at the end every one of them must have been quiet."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.tabs: list[Tab] = []

    async def tab(
        self,
        server: Server,
        person: Person | None = None,
        *,
        relay_only: bool = False,
        **options: Any,
    ) -> Tab:
        """A fresh browser profile; with a person, the one in which they are signed in."""
        context = await self.browser.new_context(
            **{
                "viewport": {"width": 640, "height": 400},
                "permissions": ["camera", "microphone", "clipboard-read", "clipboard-write"],
                **options,
            },
        )
        context.set_default_timeout(PATIENCE)
        await context.add_init_script(path=RECORDER)
        if relay_only:
            await context.add_init_script("window.forced = { iceTransportPolicy: 'relay' };")
        tab = Tab(server, context, await context.new_page())
        self.tabs.append(tab)
        if person is not None:
            await context.add_cookies(person.browser_cookies)  # type: ignore[arg-type]
            await tab.keep_key(person)
        return tab

    def assert_quiet(self) -> None:
        for tab in self.tabs:
            tab.assert_quiet()


@asynccontextmanager
async def chromium(*more: str) -> AsyncIterator[Browser]:
    arguments = [*ARGUMENTS, *more, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()
