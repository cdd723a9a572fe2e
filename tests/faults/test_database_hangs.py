"""A database that hangs stalls nobody who is in a call, and costs nobody a seat."""

from __future__ import annotations

import asyncio
import time

from tests.support import postgres
from tests.support.client import Client
from tests.support.fixtures import Serve, SignIn

ROUNDS = 200


async def relay_once(sender: Client, receiver: Client, number: int) -> float:
    """Seconds for one description from one socket to the other."""
    began = time.monotonic()
    await sender.send("offer", to=receiver.peer, connection=str(number))
    await receiver.receive("offer", connection=str(number))
    return time.monotonic() - began


async def test_relay_goes_on_and_joins_are_refused_while_postgresql_hangs(
    serve: Serve, sign_in: SignIn
):
    server = serve(database="postgres")
    alice, bob, charlie = (sign_in(server, name) for name in ("alice", "bob", "charlie"))
    room = alice.make_room()
    alice.bring(bob, charlie, slug=room)
    first, second = await Client.open(alice, room), await Client.open(bob, room)
    late = await Client.open(charlie, room)
    await first.join()
    await second.join()
    await first.receive("peer-joined")

    with postgres.cluster().stopped():
        began = time.monotonic()
        ticket = asyncio.create_task(
            asyncio.to_thread(charlie.call_api, "POST", f"rooms/{room}/tickets/", {})
        )
        await late.send("join")
        took = sorted([await relay_once(first, second, number) for number in range(ROUNDS)])
        assert await late.closed(within=5) == 4503
        assert time.monotonic() - began < 4.5
        answer = await ticket
        assert answer.status_code == 503 and answer.json()["code"] == "unavailable"
        assert time.monotonic() - began < 4.5
        # Longer than a seat is held without a sign of life.
        while time.monotonic() - began < 35:
            took.append(await relay_once(first, second, len(took)))
            await asyncio.sleep(0.1)

    took.sort()
    print(f"relay while the database hung: p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms")
    assert took[int(len(took) * 0.99)] < 0.25
    left = [one for one in await first.settle() if one["type"] in {"peer-left", "peer-away"}]
    assert left == []

    again = await Client.open(charlie, room)
    joined = await again.join()
    assert {one["peer"] for one in joined["peers"]} == {first.peer, second.peer}
    for client in (first, second, again):
        await client.close()
