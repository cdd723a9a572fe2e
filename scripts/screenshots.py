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
from tests.support.passkeys import PAGES, add_factors
from tests.support.people import Person
from tests.support.server import PASSWORD, Installation, Server

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
README = environment.REPOSITORY / "docs" / "screenshots"
ALL = environment.REPOSITORY / "var" / "screenshots"

SIGNED_OUT = {
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "invitation": "/invite/#nothing",
}
BEFORE_FACTORS = {
    "passkeys-and-codes-none": PAGES,
    "passkey-add": f"{PAGES}webauthn/add/",
    "app-set-up": f"{PAGES}totp/activate/",
}
WITH_FACTORS = {
    "passkeys-and-codes": PAGES,
    "passkeys": f"{PAGES}webauthn/",
    "app-turn-off": f"{PAGES}totp/deactivate/",
    "recovery-codes": f"{PAGES}recovery-codes/",
    "recovery-codes-new": f"{PAGES}recovery-codes/generate/",
    "fresh-sign-in": "/accounts/reauthenticate/",
    "fresh-sign-in-code": f"{PAGES}reauthenticate/",
    "fresh-sign-in-passkey": f"{PAGES}webauthn/reauthenticate/",
    "devices": "/accounts/devices/",
    "sessions": "/accounts/sessions/",
    "account-delete": "/accounts/delete/",
}
SECOND_STEP = {"second-step": f"{PAGES}authenticate/"}


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


async def account(stage: Stage, server: Server, bob: Person) -> None:
    """How somebody signs in, and where they are signed in; without a second factor, and with."""
    bob.post_form("/accounts/reauthenticate/", {"password": PASSWORD})
    inside, out = await stage.tab(server, bob), await stage.tab(server)
    await looks(inside, BEFORE_FACTORS)
    await add_factors(inside)
    await looks(inside, WITH_FACTORS)
    await out.open("/accounts/login/")
    await out.fill_in(login=bob.username, password=PASSWORD)
    await out.press("Sign in")
    await out.page.wait_for_url(f"**{PAGES}authenticate/")
    await looks(out, SECOND_STEP)
    for tab in (inside, out):
        await tab.context.close()


async def looks(tab: Tab, wanted: dict[str, str]) -> None:
    """These pages at each size in each theme, in the one profile that has what they show."""
    for size, viewport in SIZES.items():
        await tab.page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for theme in ("light", "dark"):
            await tab.page.emulate_media(color_scheme=theme)
            for name, path in wanted.items():
                await tab.open(path)
                await take(tab, ALL / f"{name}-{size}-{theme}.png")


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
        await account(Stage(browser), server, people["bob"])
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
