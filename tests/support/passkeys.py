"""Second factors in Chromium: its virtual authenticator needs no finger."""

from __future__ import annotations

from playwright.async_api import CDPSession, expect

from tests.support.browser import Tab
from tests.support.codes import app_code

PAGES = "/accounts/passkeys-and-codes/"


class Authenticator:
    """The fingerprint reader of a tab's machine."""

    def __init__(self, cdp: CDPSession, key: str) -> None:
        self._cdp = cdp
        self._key = key

    @classmethod
    async def of(cls, tab: Tab) -> Authenticator:
        cdp = await tab.context.new_cdp_session(tab.page)
        await cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return cls(cdp, made["authenticatorId"])

    async def recognises(self, finger: bool) -> None:
        change = {"authenticatorId": self._key, "isUserVerified": finger}
        await self._cdp.send("WebAuthn.setUserVerified", change)

    async def count(self) -> int:
        held = await self._cdp.send("WebAuthn.getCredentials", {"authenticatorId": self._key})
        return len(held["credentials"])


async def add_factors(tab: Tab) -> None:
    """A passkey and an app, for somebody who has just shown who they are."""
    await Authenticator.of(tab)
    await tab.open(f"{PAGES}webauthn/add/")
    await tab.press("Add passkey")
    await expect(tab.page).to_have_url(f"{tab.server.url}{PAGES}recovery-codes/")
    await tab.open(f"{PAGES}totp/activate/")
    await tab.fill_in(code=app_code(await tab.page.locator(".secret").inner_text()))
    await tab.press("Turn on")
    await expect(tab.page).to_have_url(tab.server.url + PAGES)
