"""A socket's way out: straight through as a rule, bounded when its reader does not read."""

from __future__ import annotations

import asyncio

import pytest

from signaling import outbox
from signaling.outbox import Message, Outbox


class Transport:
    """A server's side of a socket: takes what it is sent, unless its reader does not read."""

    def __init__(self) -> None:
        self.taken: list[str | int] = []
        self.fault: Exception | None = None
        self.cuts = 0
        self._only_one = False
        self._reading = asyncio.Event()
        self._reading.set()

    async def send(self, message: Message) -> None:
        await self._reading.wait()
        if self.fault is not None:
            raise self.fault
        self.taken.append(message.get("text") or message["code"])
        if self._only_one:
            self.stop_reading()

    def cut(self) -> None:
        self.cuts += 1

    def stop_reading(self) -> None:
        self._reading.clear()

    def read(self, *, only_one: bool = False) -> None:
        self._only_one = only_one
        self._reading.set()


class Clock:
    """The event loop's: it stands still until the test lets time pass."""

    def __init__(self) -> None:
        self.now = 0.0

    async def wait(self, seconds: float = 0) -> None:
        self.now += seconds
        # Whoever has something to do has done it after a few rounds of the loop.
        for _ in range(500):
            await asyncio.sleep(0)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: clock.now)
    return clock


@pytest.fixture
def transport() -> Transport:
    return Transport()


@pytest.fixture
def box(transport: Transport) -> Outbox:
    return Outbox(transport.send, cut=transport.cut)


async def test_a_reader_that_reads_has_the_frame_before_put_returns(transport, box):
    tasks = len(asyncio.all_tasks())
    box.put("a")
    box.put("b")
    assert transport.taken == ["a", "b"]
    assert len(asyncio.all_tasks()) == tasks


async def test_a_sender_does_not_wait_for_a_slow_reader_and_nothing_is_out_of_order(
    transport, box, clock
):
    transport.stop_reading()
    frames = [str(number) for number in range(100)]
    for frame in frames[:50]:
        box.put(frame)
    assert transport.taken == []
    transport.read()
    for frame in frames[50:]:
        box.put(frame)
    await clock.wait()
    assert transport.taken == frames
    box.put("at once again")
    assert transport.taken[-1] == "at once again"


async def test_a_reader_may_pause_again_and_again(transport, box, clock):
    for number in range(5):
        transport.stop_reading()
        box.put(f"{number} a")
        box.put(f"{number} b")
        await clock.wait(outbox.BLOCKED_AT_MOST - 0.1)
        transport.read()
        await clock.wait()
        await clock.wait(60)
    assert len(transport.taken) == 10
    assert not box.closed and transport.cuts == 0


async def test_closing_comes_behind_what_was_put_and_nothing_comes_after(transport, box, clock):
    transport.stop_reading()
    box.put("a")
    box.put("b")
    box.close(4403)
    box.put("c")
    box.close(1000)
    assert box.closed
    transport.read()
    await clock.wait()
    await clock.wait(60)
    assert transport.taken == ["a", "b", 4403]
    assert transport.cuts == 0


def test_closing_needs_no_task_either(transport, box):
    box.close(1000)
    box.put("late")
    assert transport.taken == [1000]


@pytest.mark.parametrize("frame, most", [("x", outbox.QUEUE_FRAMES), ("x" * 65_536, 16)])
async def test_a_queue_has_bounds(transport, box, clock, frame, most):
    transport.stop_reading()
    # The first is with the transport; it is in no queue.
    for _ in range(1 + most):
        box.put(frame)
    assert not box.closed
    box.put(frame)
    assert box.closed
    transport.read()
    await clock.wait()
    assert transport.taken == [frame, outbox.TOO_SLOW]


async def test_what_has_gone_out_makes_room_in_the_queue(transport, box, clock):
    for _ in range(3):
        transport.stop_reading()
        for _ in range(17):
            box.put("x" * 65_536)
        transport.read()
        await clock.wait()
    assert len(transport.taken) == 51 and not box.closed


async def test_a_reader_that_never_reads_is_cut(transport, box, clock):
    transport.stop_reading()
    box.put("a")
    await clock.wait(outbox.BLOCKED_AT_MOST - 0.1)
    assert not box.closed
    await clock.wait(0.2)
    assert box.closed and transport.cuts == 0
    await clock.wait(outbox.LAST_WORD)
    assert box.was_cut and transport.cuts == 1
    transport.read()
    await clock.wait(60)
    assert (transport.cuts, transport.taken) == (1, [])


async def test_each_frame_may_take_its_time(transport, box, clock):
    transport.stop_reading()
    for number in range(5):
        box.put(str(number))
    for _ in range(5):
        await clock.wait(outbox.BLOCKED_AT_MOST - 0.1)
        transport.read(only_one=True)
    await clock.wait()
    assert transport.taken == list("01234")
    assert not box.closed


async def test_the_last_word_is_not_waited_for_long(transport, box, clock):
    transport.stop_reading()
    for number in range(100):
        box.put(str(number))
    box.close(4404)
    # A reader that takes one frame after the other does not draw it out either.
    for _ in range(3):
        transport.read(only_one=True)
        await clock.wait(outbox.LAST_WORD / 2)
    assert box.was_cut and transport.cuts == 1
    assert 4404 not in transport.taken


@pytest.mark.parametrize("fault", [OSError("gone"), RuntimeError("closed")])
@pytest.mark.parametrize("blocked", [False, True])
async def test_a_socket_that_is_gone_harms_nobody(transport, box, clock, fault, blocked):
    if blocked:
        transport.stop_reading()
        box.put("a")
        box.put("b")
    transport.fault = fault
    transport.read()
    box.put("c")
    await clock.wait(60)
    assert box.closed
    box.put("d")
    box.close(1000)
    assert (transport.taken, transport.cuts) == ([], 0)


async def test_a_fault_of_our_own_is_not_swallowed(transport, box):
    transport.fault = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug"):
        box.put("a")


@pytest.mark.parametrize("blocked", [False, True])
async def test_a_stopped_outbox_lets_go_of_everything(transport, box, clock, blocked):
    tasks = len(asyncio.all_tasks())
    if blocked:
        transport.stop_reading()
    box.put("a")
    box.put("b")
    box.stop()
    box.stop()
    await clock.wait(60)
    assert len(asyncio.all_tasks()) == tasks
    transport.read()
    box.put("c")
    await clock.wait(60)
    assert transport.taken == ([] if blocked else ["a", "b"])
    assert transport.cuts == 0


async def test_a_step_that_was_begun_is_ended(clock):
    ended = []

    async def send(message: Message) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append(message["text"])

    box = Outbox(send, cut=lambda: None)
    box.put("a")
    await clock.wait()
    box.stop()
    await clock.wait()
    assert ended == ["a"]
