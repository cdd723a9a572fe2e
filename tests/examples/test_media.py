"""What the example sends, before it is encoded."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import av
import numpy as np
import pytest

from parley_client.media import Studio
from parley_client.options import slug


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A second of a film that no encoder of ours takes as it is."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv444p"
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 255, np.uint8))
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("from_file", [False, True])
async def test_pictures_leave_nothing_to_convert(from_file: bool, clip: Path):
    """Encoders that convert the same picture at once crash."""
    with closing(Studio(clip if from_file else None)) as studio:
        frame = await studio.tracks().video.recv()
    assert isinstance(frame, av.VideoFrame)
    assert (frame.format.name, frame.pts) == ("yuv420p", 0)


@pytest.mark.parametrize(
    "room", ["kitchen", "https://parley.example.org/r/kitchen/", "/r/kitchen", "x/r/kitchen/?a#b"]
)
def test_a_room_is_known_by_its_link_too(room: str):
    assert slug(room) == "kitchen"
