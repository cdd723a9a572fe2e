"""What we send: a test picture that moves and a tone, or a file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaPlayer, MediaRelay
from av import AudioFrame, VideoFrame

WIDTH, HEIGHT, RATE = 640, 360, 15
SAMPLE_RATE, SAMPLES = 48_000, 960  # 20 ms, as Opus likes it (RFC 7587)
PITCH, LOUDNESS = 440, 0.1

# Takes the frames that one of the others sends.
Sink = Callable[[AudioFrame | VideoFrame], None]


@dataclass(frozen=True)
class Tracks:
    """Ours, as one connection sends them."""

    audio: MediaStreamTrack
    video: MediaStreamTrack


class Studio:
    """One source for all connections; each gets tracks of its own, which end with it."""

    def __init__(self, file: Path | None = None) -> None:
        self._relay = MediaRelay()
        player = MediaPlayer(str(file), loop=True) if file else None
        # A file without sound or without a picture is filled up with ours.
        self._audio = (player and player.audio) or Tone()
        self._video = Converted((player and player.video) or MovingBars())

    def tracks(self) -> Tracks:
        # Not buffered: who sends slowly leaves frames out instead of falling behind.
        return Tracks(
            audio=self._relay.subscribe(self._audio),
            video=self._relay.subscribe(self._video, buffered=False),
        )

    def close(self) -> None:
        self._audio.stop()
        self._video.stop()


class Converted(MediaStreamTrack):
    """Another track's pictures, as the encoders want them.

    There is one encoder, in a thread of its own, for each connection, and all get the same frame.
    What converts a frame belongs to that frame, and two threads that use it at once crash.
    """

    kind = "video"

    def __init__(self, source: MediaStreamTrack) -> None:
        super().__init__()
        self._source = source

    async def recv(self) -> VideoFrame:
        frame = await self._source.recv()
        assert isinstance(frame, VideoFrame)
        return frame.reformat(format="yuv420p")

    def stop(self) -> None:
        super().stop()
        self._source.stop()


class Pace:
    """Wakes up on time, however long the work in between took."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next = time.monotonic()

    async def tick(self) -> None:
        self._next += self._interval
        await asyncio.sleep(max(0, self._next - time.monotonic()))


class MovingBars(MediaStreamTrack):
    """Colour bars, and before them a white bar that wanders from left to right."""

    kind = "video"
    COLOURS = (
        (192, 192, 192),
        (192, 192, 0),
        (0, 192, 192),
        (0, 192, 0),
        (192, 0, 192),
        (192, 0, 0),
    )

    def __init__(self) -> None:
        super().__init__()
        self._pace = Pace(1 / RATE)
        self._number = 0
        bars = np.repeat(np.array(self.COLOURS, np.uint8), -(-WIDTH // len(self.COLOURS)), axis=0)
        self._bars = np.tile(bars[:WIDTH], (HEIGHT, 1, 1))

    async def recv(self) -> VideoFrame:
        await self._pace.tick()
        picture = self._bars.copy()
        left = self._number * 8 % WIDTH
        picture[HEIGHT // 4 : HEIGHT * 3 // 4, left : left + 24] = 255
        frame = VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = self._number, Fraction(1, RATE)
        self._number += 1
        return frame


class Tone(MediaStreamTrack):
    """A quiet A."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._pace = Pace(SAMPLES / SAMPLE_RATE)
        self._position = 0

    async def recv(self) -> AudioFrame:
        await self._pace.tick()
        times = np.arange(self._position, self._position + SAMPLES) / SAMPLE_RATE
        wave = np.sin(2 * np.pi * PITCH * times) * LOUDNESS * 32767
        frame = AudioFrame.from_ndarray(wave.astype(np.int16)[np.newaxis], layout="mono")
        frame.sample_rate, frame.time_base = SAMPLE_RATE, Fraction(1, SAMPLE_RATE)
        frame.pts = self._position
        self._position += SAMPLES
        return frame
