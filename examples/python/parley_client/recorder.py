"""What one of the others sends: counted, and written to a file."""

from __future__ import annotations

import queue
import threading
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import AudioFrame, VideoFrame

# Pictures change their size with the network; in the file they are all fitted into this.
WIDTH, HEIGHT = 640, 360
SAMPLE_RATE = 48_000
CLOCK = Fraction(1, 1000)
# Sound that comes later than this had a gap, and is moved behind it.
GAP = 0.25

Frame = AudioFrame | VideoFrame


class Received:
    """The sink of all connections to one peer, one after the other."""

    def __init__(self, path: Path | None) -> None:
        self.pictures = 0
        self._recorder = Recorder(path) if path else None

    def take(self, frame: Frame) -> None:
        if isinstance(frame, VideoFrame):
            self.pictures += 1
        if self._recorder is not None:
            self._recorder.take(frame)

    def close(self) -> None:
        if self._recorder is not None:
            self._recorder.close()


class Recorder:
    """Encodes in a thread of its own, so that the call does not wait for it."""

    def __init__(self, path: Path) -> None:
        self._began = time.monotonic()
        self._frames: queue.SimpleQueue[tuple[float, Frame] | None] = queue.SimpleQueue()
        # Here, so that a file that cannot be written is the caller's news.
        container = av.open(str(path), "w")
        self._thread = threading.Thread(target=self._write, args=(container,), name=path.name)
        self._thread.start()

    def take(self, frame: Frame) -> None:
        # By the clock of arrival, which goes on when a connection is replaced by another.
        self._frames.put((time.monotonic() - self._began, frame))

    def close(self) -> None:
        """Returns when the file is whole."""
        self._frames.put(None)
        self._thread.join()

    def _write(self, container: av.container.OutputContainer) -> None:
        with container:
            film = Film(container)
            while (taken := self._frames.get()) is not None:
                film.add(*taken)
            film.finish()


class Film:
    """The two streams of one file."""

    def __init__(self, container: av.container.OutputContainer) -> None:
        self._container = container
        self._video = container.add_stream("libx264", options={"preset": "ultrafast"})
        self._video.width, self._video.height = WIDTH, HEIGHT
        self._video.pix_fmt = "yuv420p"
        self._video.codec_context.time_base = CLOCK
        self._audio = container.add_stream("aac", rate=SAMPLE_RATE)
        self._shown = -1
        self._heard = 0

    def add(self, at: float, frame: Frame) -> None:
        if isinstance(frame, VideoFrame):
            self._add_picture(at, frame)
        else:
            self._add_sound(at, frame)

    def finish(self) -> None:
        for stream in (self._video, self._audio):
            self._container.mux(stream.encode(None))

    def _add_picture(self, at: float, frame: VideoFrame) -> None:
        picture = VideoFrame.from_ndarray(fitted(frame), format="rgb24")
        self._shown = max(self._shown + 1, round(at / CLOCK))
        picture.pts, picture.time_base = self._shown, CLOCK
        self._container.mux(self._video.encode(picture))

    def _add_sound(self, at: float, frame: AudioFrame) -> None:
        due = round(at * SAMPLE_RATE)
        if due - self._heard > GAP * SAMPLE_RATE:
            self._heard = due
        frame.pts, frame.time_base = self._heard, Fraction(1, SAMPLE_RATE)
        self._heard += frame.samples
        self._container.mux(self._audio.encode(frame))


def fitted(frame: VideoFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The whole picture in the middle, with black where its shape is another one."""
    scale = min(WIDTH / frame.width, HEIGHT / frame.height)
    width, height = int(frame.width * scale), int(frame.height * scale)
    small = frame.reformat(width, height, "rgb24").to_ndarray()
    top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    canvas[top : top + height, left : left + width] = small
    return canvas
