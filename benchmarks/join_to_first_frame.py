"""From the click on Join to the first picture of the other, beside what a browser needs at least.

The baseline is two RTCPeerConnections inside one page that already holds its camera, signaled by
function calls. Rounds are interleaved, so that whatever else the machine does hits both alike.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

# Settles the environment before Django's settings are read.
from tests.support import environment  # isort: skip  # noqa: F401

from tests.support.browser import Stage, Tab, chromium
from tests.support.people import Person
from tests.support.server import Installation, Server

ROUNDS = 5

BASELINE = """
async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const video = document.createElement("video");
  video.muted = true;
  const [caller, callee] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const began = performance.now();
  caller.onicecandidate = ({ candidate }) => callee.addIceCandidate(candidate);
  callee.onicecandidate = ({ candidate }) => caller.addIceCandidate(candidate);
  const shown = new Promise((resolve) => {
    video.requestVideoFrameCallback(() => resolve(performance.now() - began));
  });
  callee.ontrack = ({ track, streams }) => {
    if (track.kind === "video") { video.srcObject = streams[0]; video.play(); }
  };
  for (const track of stream.getTracks()) {
    caller.addTrack(track, stream);
    callee.addTrack(track, stream);
  }
  await caller.setLocalDescription();
  await callee.setRemoteDescription(caller.localDescription);
  await callee.setLocalDescription();
  await caller.setRemoteDescription(callee.localDescription);
  const took = await shown;
  for (const one of [caller, callee]) one.close();
  for (const track of stream.getTracks()) track.stop();
  return took;
}
"""

# Clicks, and waits for the first picture that a remote tile presents.
JOIN = """
() => new Promise((resolve) => {
  const join = [...document.querySelectorAll("button")].find(
    (button) => (button.getAttribute("aria-label") ?? button.textContent).trim() === "Join");
  const began = performance.now();
  const watch = () => {
    const video = document.querySelector("[data-peer] video");
    if (!video) return requestAnimationFrame(watch);
    video.requestVideoFrameCallback(() => resolve(performance.now() - began));
  };
  join.click();
  watch();
})
"""

# The preview is ready when it has the camera, and the offer for whoever is inside.
READY = "() => seen.offers > 0"


async def baseline(page: Tab) -> float:
    took: float = await page.page.evaluate(BASELINE)
    return took


async def join(stage: Stage, server: Server, person: Person, slug: str) -> float:
    tab = await stage.tab(server, person)
    await tab.open(f"/r/{slug}/")
    await tab.page.wait_for_function(READY)
    took: float = await tab.page.evaluate(JOIN)
    await tab.leave()
    await tab.context.close()
    return took


async def measure(server: Server) -> tuple[list[float], list[float]]:
    least, ours = [], []
    with Person(server, "alice") as alice, Person(server, "bob") as bob:
        alice.sign_in()
        bob.sign_in()
        slug = alice.make_room()
        alice.bring(bob, slug=slug)
        async with chromium() as browser:
            stage = Stage(browser)
            inside = await stage.tab(server, alice)
            await inside.join(slug)
            # Nothing of ours runs on this page, and its address may use a camera.
            plain = await stage.tab(server, bob)
            await plain.open("/r/nothing/")
            # The first use of a camera is slow, whoever makes it.
            await baseline(plain)
            await join(stage, server, bob, slug)
            for _ in range(ROUNDS):
                least.append(await baseline(plain))
                ours.append(await join(stage, server, bob, slug))
    return least, ours


def row(name: str, values: list[float]) -> str:
    median = statistics.median(values)
    return f"{name:<34}{median:>8.0f} ms   ({min(values):.0f} to {max(values):.0f})"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Installation(Path(folder)), Path(folder) / "server")
        server.start()
        try:
            least, ours = asyncio.run(measure(server))
        finally:
            server.stop()
    print(row("two connections inside one page", least))
    print(row("from the click on Join", ours))
    print(f"ratio {statistics.median(ours) / statistics.median(least):.2f}")


if __name__ == "__main__":
    main()
