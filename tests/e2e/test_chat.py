"""What people write to one another in a call."""

from __future__ import annotations

import asyncio
from collections import Counter

from playwright.async_api import Locator, expect

from tests.e2e.conftest import Gather
from tests.support.browser import Stage, Tab, eventually
from tests.support.cutting import Cutter
from tests.support.fixtures import Serve, SignIn
from tests.support.people import Person

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TURNED = "\u202egnp.exe"
NO_LINK = "javascript:alert(1)"
LINK = "http://example.org/notes?b=1"

MESSAGES, CUTS = 500, 20
# Each as a person writes: the text into the field, then Enter.
WRITE = """
(texts) => {
  const field = document.querySelector("#chat-field");
  for (const text of texts) {
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const enter = { key: "Enter", bubbles: true, cancelable: true };
    field.dispatchEvent(new KeyboardEvent("keydown", enter));
  }
}
"""


def field(tab: Tab) -> Locator:
    return tab.page.get_by_role("textbox", name="Message to everyone")


def opener(tab: Tab) -> Locator:
    return tab.page.locator("[data-opens=chat]")


def texts(tab: Tab) -> Locator:
    return tab.page.locator(".chat-text")


async def write(tab: Tab, *messages: str) -> None:
    for message in messages:
        await field(tab).fill(message)
        await tab.page.keyboard.press("Enter")


async def shows(tab: Tab, *messages: str) -> None:
    await expect(texts(tab)).to_have_text(list(messages), use_inner_text=True)


async def test_two_people_write_and_what_they_write_is_text_and_nothing_else(
    gather: Gather, alice: Person, room: str
):
    alices, bobs = await gather("Alice", "Bob")
    await alices.page.keyboard.press("c")
    await expect(field(alices)).to_be_focused()
    await write(alices, "Hello", "Are you there?")
    await expect(opener(bobs)).to_contain_text("2 unread")
    said = bobs.page.locator("#call > [role=status]")
    await expect(said).to_have_text("Alice writes: Are you there?")

    await opener(bobs).click()
    await expect(opener(bobs)).not_to_contain_text("unread")
    await shows(bobs, "Hello", "Are you there?")
    await expect(bobs.page.locator(".chat-head")).to_contain_text(["Alice"])
    # It is said in the reader's language, which need not be that of the page.
    speaks = await bobs.page.evaluate("navigator.language")
    await expect(bobs.page.locator(".chat-head time")).to_have_attribute("lang", speaks)

    await write(bobs, "  ", MARKUP, TURNED, NO_LINK, f"See {LINK}.")
    await field(bobs).press_sequentially("One line")
    await bobs.page.keyboard.press("Shift+Enter")
    await field(bobs).press_sequentially("and another")
    await bobs.page.keyboard.press("Enter")
    for tab in (alices, bobs):
        await expect(texts(tab)).to_have_count(7)
        await expect(tab.page.locator(".chat-log :is(img, script)")).to_have_count(0)
        await expect(texts(tab).nth(2)).to_have_text(MARKUP)
        await expect(texts(tab).nth(3)).to_have_css("unicode-bidi", "isolate")
        await expect(texts(tab).nth(6)).to_have_text("One line\nand another", use_inner_text=True)
        link = tab.page.locator(".chat-log a")
        await expect(link).to_have_count(1)
        await expect(link).to_have_text(LINK)
        await expect(link).to_have_attribute("href", LINK)
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        await expect(link).to_have_attribute("target", "_blank")
    await expect(bobs.page.locator(".chat-group[data-own] strong").first).to_have_text("You")

    await field(bobs).fill("x" * 4097)
    await bobs.page.keyboard.press("Enter")
    await expect(bobs.page.get_by_text("1 character too many.")).to_be_visible()
    await expect(texts(bobs)).to_have_count(7)
    await field(bobs).fill("A draft")

    await bobs.page.keyboard.press("Escape")
    await expect(texts(bobs)).to_have_count(0)
    await expect(opener(bobs)).to_be_focused()
    await bobs.page.reload()
    await bobs.sees("Alice")
    await opener(bobs).click()
    await expect(texts(bobs)).to_have_count(7)

    await write(alices, *(f"Line {number}" for number in range(20)))
    await expect(texts(bobs).last).to_be_in_viewport()
    await bobs.page.locator(".chat-log").evaluate("log => { log.scrollTop = 0; }")
    await write(alices, "Far below")
    await bobs.press("New messages")
    await expect(bobs.page.get_by_text("Far below", exact=True).last).to_be_in_viewport()
    await expect(bobs.button("New messages")).to_have_count(0)

    await asyncio.to_thread(alice.api, "PATCH", f"rooms/{room}/", {"has_chat": False})
    for tab in (alices, bobs):
        await expect(opener(tab)).to_have_count(0)
        await expect(texts(tab)).to_have_count(0)
    await expect(said).to_have_text("The chat is turned off.")
    await bobs.page.keyboard.press("c")
    await expect(bobs.page.locator(".panel")).to_have_count(0)
    await asyncio.to_thread(alice.api, "PATCH", f"rooms/{room}/", {"has_chat": True})
    await opener(bobs).click()
    await expect(texts(bobs)).to_have_count(28)


async def enter(tab: Tab, slug: str) -> None:
    """Without a picture: what is looked at here is not how it moves."""
    await tab.open(f"/r/{slug}/")
    await tab.press("Stop video")
    await tab.press("Join")
    await expect(opener(tab)).to_be_visible()
    await opener(tab).click()
    await expect(field(tab)).to_be_visible()


async def all_texts(tab: Tab) -> list[str]:
    found: list[str] = await texts(tab).all_inner_texts()
    return found


async def test_over_lines_that_are_cut_every_message_stands_once_and_in_order_on_every_page(
    stage: Stage, serve: Serve, sign_in: SignIn
):
    names = ("alice", "bob", "charlie")
    with Cutter(seed=500, after=range(1500, 9000)) as cutter:
        server = serve(PARLEY_URL=cutter.url)
        cutter.server_port = server.port
        alice, *others = people = [sign_in(server, name) for name in names]
        slug = alice.make_room()
        alice.bring(*others, slug=slug)
        tabs = [await stage.tab(server, person) for person in people]
        for tab in tabs:
            tab.expected = ["WebSocket connection to", "net::ERR_"]
            await enter(tab, slug)

        cutter.left = CUTS
        written = {
            name: [f"{name} {number}" for number in range(index, MESSAGES, len(names))]
            for index, name in enumerate(names)
        }
        writing = zip(tabs, written.values(), strict=True)
        await asyncio.gather(*(tab.page.evaluate(WRITE, texts) for tab, texts in writing))
        # A closed panel need not be drawn, and all goes on.
        for tab in tabs:
            await tab.page.keyboard.press("Escape")

        async def arrived() -> bool | None:
            kept = await asyncio.to_thread(everything, alice, slug)
            return True if len(kept) >= MESSAGES else None

        await eventually(arrived, 60, "everything written is kept")
        assert cutter.left == 0, "the lines were cut as often as they should be"
        for tab in tabs:
            await opener(tab).click()
            await expect(texts(tab)).to_have_count(MESSAGES)
            await expect(tab.page.locator("[data-unsent]")).to_have_count(0)

        kept = await asyncio.to_thread(everything, alice, slug)
        assert Counter(kept) == Counter(text for texts in written.values() for text in texts)
        for name, texts_of_one in written.items():
            assert [text for text in kept if text.startswith(name)] == texts_of_one
        for tab in tabs:
            assert await all_texts(tab) == kept
            # Or it would come back to where nobody is any more.
            await tab.page.close()


def everything(person: Person, slug: str) -> list[str]:
    """All that the server keeps of the room's chat, in its order."""
    found: list[str] = []
    after, more = 0, True
    while more:
        page = person.api("GET", f"rooms/{slug}/messages/?after={after}")
        numbers = [message["id"] for message in page["messages"]]
        assert numbers == list(range(after + 1, after + 1 + len(numbers)))
        found += [message["text"] for message in page["messages"]]
        after, more = after + len(numbers), page["more"]
    return found
