"""Painted people for the pictures of a call: short films that Chromium takes for a camera's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, RATE, FRAMES = 640, 360, 10, 20

Picture = NDArray[np.float64]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Portrait:
    """The colours of one person and of the room behind them."""

    wall: Colour
    light: Colour
    skin: Colour
    hair: Colour
    clothes: Colour
    hair_length: int


PORTRAITS = {
    "alice": Portrait(
        wall=(58, 84, 92),
        light=(240, 205, 150),
        skin=(232, 188, 160),
        hair=(92, 52, 38),
        clothes=(196, 92, 74),
        hair_length=132,
    ),
    "bob": Portrait(
        wall=(72, 66, 96),
        light=(170, 190, 240),
        skin=(146, 98, 70),
        hair=(34, 28, 30),
        clothes=(226, 196, 120),
        hair_length=84,
    ),
    "charlie": Portrait(
        wall=(70, 92, 68),
        light=(246, 226, 170),
        skin=(240, 204, 178),
        hair=(198, 150, 84),
        clothes=(60, 92, 140),
        hair_length=150,
    ),
    "dave": Portrait(
        wall=(104, 74, 62),
        light=(250, 200, 170),
        skin=(206, 156, 116),
        hair=(58, 44, 40),
        clothes=(86, 130, 116),
        hair_length=90,
    ),
}


def film(portrait: Portrait, path: Path) -> None:
    """A loop of two seconds in which somebody breathes and nods, as YUV4MPEG2."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(FRAMES):
            file.write(b"FRAME\n")
            file.write(planes(paint(portrait, 2 * np.pi * number / FRAMES)))


def paint(portrait: Portrait, phase: float) -> Picture:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    glow = np.exp(-(((x - 520) / 260) ** 2 + ((y - 60) / 200) ** 2))
    picture = blend(np.zeros((HEIGHT, WIDTH, 3)) + portrait.wall, portrait.light, 0.75 * glow)
    nod, breath = 3 * np.sin(phase), 2 * np.sin(phase + 1)

    def disc(cx: float, cy: float, rx: float, ry: float) -> Picture:
        distance = np.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2)
        mask: Picture = np.clip((1 - distance) * min(rx, ry) / 2 + 0.5, 0, 1)
        return mask

    def layer(colour: Colour, cx: float, cy: float, rx: float, ry: float) -> None:
        nonlocal picture
        shade = 0.86 + 0.2 * np.clip((x - cx) / rx, -1, 1)
        shaded = np.clip(np.multiply.outer(shade, colour), 0, 255)
        picture = blend(picture, shaded, disc(cx, cy, rx, ry))

    layer(portrait.hair, 320, 56 + portrait.hair_length + nod, 80, portrait.hair_length)
    layer(portrait.skin, 320, 250 + breath, 32, 56)
    layer(portrait.clothes, 320, 396 + breath, 176, 112)
    layer(portrait.skin, 320, 160 + nod, 66, 82)
    layer(portrait.hair, 320, 90 + nod, 70, 36)
    for side in (-1, 1):
        layer((40, 34, 34), 320 + side * 25, 160 + nod, 5, 6)
    smile = disc(320, 194 + nod, 25, 13) * (1 - disc(320, 187 + nod, 29, 13))
    picture = blend(picture, (140, 62, 58), smile)
    return picture


def blend(below: Picture, above: Picture | Colour, mask: Picture) -> Picture:
    return below + (np.asarray(above) - below) * mask[..., None]


def planes(picture: Picture) -> bytes:
    """Full-range YCbCr with halved colour, as the file's header says."""
    r, g, b = picture[..., 0], picture[..., 1], picture[..., 2]
    luma = 0.299 * r + 0.587 * g + 0.114 * b
    colours = [128 + 0.564 * (b - luma), 128 + 0.713 * (r - luma)]
    halves = [c.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean(axis=(1, 3)) for c in colours]
    return b"".join(np.clip(plane, 0, 255).astype(np.uint8).tobytes() for plane in (luma, *halves))
