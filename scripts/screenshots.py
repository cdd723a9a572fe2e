"""Pictures of every page, desktop and phone, light and dark; and of a real call for the README."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

# Settles the environment before Django's settings are read.
from tests.support import environment  # isort: skip

from scripts.portraits import PORTRAITS, film
from tests.support.browser import Stage, Tab, chromium
from tests.support.people import Person
from tests.support.server import Installation, Server

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
README = environment.REPOSITORY / "docs" / "screenshots"
ALL = environment.REPOSITORY / "var" / "screenshots"

SIGNED_OUT = {
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "invitation": "/invite/#nothing",
}


async def pages(stage: Stage, server: Server, people: dict[str, Person], slug: str) -> None:
    """Each page at each size in each theme."""
    settings = f"/rooms/{slug}/settings/"
    signed_in = {
        "rooms": "/",
        "room-new": "/rooms/new/",
        "room-settings": settings,
        "profile": "/accounts/profile/",
        "password-change": "/accounts/password/change/",
        "not-found": "/r/nothing/",
        "preview": f"/r/{slug}/",
        "admin": "/admin/",
    }
    for size, viewport in SIZES.items():
        for theme in ("light", "dark"):
            look: dict[str, Any] = {"viewport": viewport, "color_scheme": theme}
            out = await stage.tab(server, **look)
            inside = await stage.tab(server, people["alice"], **look)
            empty = await stage.tab(server, people["dave"], **look)
            for tab, wanted in ((out, SIGNED_OUT), (inside, signed_in), (empty, {"no-rooms": "/"})):
                for name, path in wanted.items():
                    await tab.open(path)
                    await take(tab, ALL / f"{name}-{size}-{theme}.png")
            await inside.open(settings)
            await inside.press("New link")
            await take(inside, ALL / f"room-link-{size}-{theme}.png")
            for tab in (out, inside, empty):
                await tab.context.close()


async def take(tab: Tab, path: Path) -> None:
    # Fonts are drawn and a first picture stands.
    await tab.page.evaluate("document.fonts.ready")
    await tab.page.wait_for_load_state("networkidle")
    await tab.page.screenshot(path=path, animations="disabled")


async def call(server: Server, people: dict[str, Person], slug: str, folder: Path) -> None:
    """Four painted people in a real call; every camera needs a browser of its own."""
    async with AsyncExitStack() as browsers:
        tabs = []
        for name in PORTRAITS:
            camera = folder / f"{name}.y4m"
            film(PORTRAITS[name], camera)
            browser = await browsers.enter_async_context(
                chromium(f"--use-file-for-fake-video-capture={camera}")
            )
            tabs.append(await Stage(browser).tab(server, people[name], viewport=SIZES["desktop"]))
        for tab in tabs[1:]:
            await tab.join(slug)
        first = tabs[0]
        await first.open(f"/r/{slug}/")
        await take(first, ALL / "preview-inside.png")
        await first.press("Join")
        await first.sees("Bob", "Charlie", "Dave")
        await first.everyone_moves(within=40)
        await take(first, README / "call.png")
        await first.page.set_viewport_size(SIZES["phone"])  # type: ignore[arg-type]
        await take(first, ALL / "call-phone.png")
        for tab in tabs:
            await tab.leave()


async def take_all(server: Server, folder: Path) -> None:
    people = {name: Person(server, name).sign_in() for name in PORTRAITS}
    slug = people["alice"].make_room("Sunday supper")
    people["alice"].bring(people["bob"], people["charlie"], slug=slug)
    for name in ("Choir practice", "Reading group"):
        people["alice"].make_room(name)
    async with chromium() as browser:
        await pages(Stage(browser), server, people, slug)
    people["alice"].bring(people["dave"], slug=slug)
    await call(server, people, slug, folder)
    for person in people.values():
        person.http.close()


def main() -> None:
    README.mkdir(parents=True, exist_ok=True)
    ALL.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(Installation(folder), folder / "server")
        server.start()
        try:
            asyncio.run(take_all(server, folder))
        finally:
            server.stop()
    sys.stdout.write(f"{README / 'call.png'}\n{ALL}\n")


if __name__ == "__main__":
    main()
