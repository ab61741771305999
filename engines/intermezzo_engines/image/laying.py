"""Laying one picture on another and giving it a colour: what works for training and drafts for people are made with."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["COLOURS", "WORN", "laid", "place_of", "tinted"]

Pixels = NDArray[np.float32]  # (height, width, 4), premultiplied, 0 to 1

COLOURS: Final = {
    "red": (214, 40, 40), "orange": (245, 130, 32), "yellow": (252, 200, 40), "green": (50, 160, 80),
    "blue": (40, 100, 215), "purple": (130, 70, 190), "pink": (240, 120, 170), "brown": (120, 75, 40),
    "black": (25, 25, 28), "grey": (130, 135, 140), "white": (250, 250, 250), "golden": (225, 170, 50),
}  # fmt: skip
# What can be worn, and where it lies on a face: centre (x, y) and width as shares of the picture.
WORN: Final = {
    "sunglasses": (0.5, 0.42, 0.72), "glasses": (0.5, 0.42, 0.72), "crown": (0.5, 0.12, 0.5),
    "top hat": (0.5, 0.12, 0.52), "woman’s hat": (0.5, 0.14, 0.66), "ribbon": (0.5, 0.86, 0.36),
    "graduation cap": (0.5, 0.13, 0.62), "billed cap": (0.5, 0.13, 0.6), "headphone": (0.5, 0.35, 0.9),
}  # fmt: skip
_HELD: Final = ((0.74, 0.76, 0.48), (0.24, 0.76, 0.44))
_VIVID: Final = 0.8


def place_of(name: str, number: int) -> tuple[float, float, float]:
    """Return where a thing lies (centre and width, shares of the side): where it is worn, else in a lower corner."""
    return WORN.get(name, _HELD[number % len(_HELD)])


def tinted(pixels: Pixels, colour: tuple[int, int, int]) -> Pixels:
    """Return a picture in another colour; light stays light, dark dark, and clear clear."""
    alpha = pixels[..., 3:]
    plain = pixels[..., :3] / np.maximum(alpha, 1e-4)
    light = plain.max(axis=-1, keepdims=True)
    ink = np.array(colour, np.float32) / 255
    # Up to three quarters of full light a colour is itself, above it goes over to white.
    shade = np.where(light < 0.75, ink * (light / 0.75), ink + (1 - ink) * ((light - 0.75) / 0.25) * 0.35)
    mixed = (1 - _VIVID) * plain * ink + _VIVID * shade
    found: Pixels = np.concatenate([mixed.clip(0, 1) * alpha, alpha], axis=-1).astype(np.float32)
    return found


def laid(ground: Pixels, thing: Pixels, x: float, y: float, width: float) -> Pixels:
    """Return a picture with the drawn part of another laid over it, its middle at (x, y), all shares of the side."""
    from PIL import Image as pil

    side = ground.shape[0]
    seen = np.argwhere(thing[..., 3] > 0.04)
    if not len(seen):
        return ground
    (top, left), (bottom, right) = seen.min(axis=0), seen.max(axis=0) + 1
    scale = width * side / (right - left)
    size = (max(round((right - left) * scale), 1), max(round((bottom - top) * scale), 1))
    # Premultiplied pixels are what may be resized channel by channel.
    channels = [
        np.asarray(pil.fromarray(np.ascontiguousarray(thing[top:bottom, left:right, c])).resize(size)) for c in range(4)
    ]
    small = np.stack(channels, axis=-1).clip(0, 1)
    layer = np.zeros((3 * side, 3 * side, 4), np.float32)
    row, column = (round(side + at * side - length / 2) for at, length in ((y, size[1]), (x, size[0])))
    row, column = max(row, 0), max(column, 0)
    part = layer[row : row + size[1], column : column + size[0]]
    part[...] = small[: part.shape[0], : part.shape[1]]
    over = layer[side : 2 * side, side : 2 * side]
    mixed: Pixels = (over + ground * (1 - over[..., 3:])).clip(0, 1).astype(np.float32)
    return mixed
