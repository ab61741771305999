"""All pictures that may be learned from, in the memory of a device, and random views of them, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.pictures import SIDE, Picture

__all__ = ["Stock", "in_colour", "laid_on", "turned"]

MARGIN: Final = 8  # pixels that a crop may reach over the edge
_VIVID: Final = 0.8  # as in laying.py


class Stock:
    """``pixels`` uint8 (n, 128, 128, 4), premultiplied, and ``boxes`` (n, 4) around what is drawn.

    A box is its left, top, right and bottom in pixels.
    """

    def __init__(self, pictures: Sequence[Picture], device: str = "cpu") -> None:
        whole = np.stack([p.pixels for p in pictures])
        self.pixels = torch.from_numpy(whole).to(device)
        self.boxes = torch.tensor([_box(alpha) for alpha in whole[..., 3]], device=device)
        self.device = device

    def whole(self, chosen: Tensor) -> Tensor:
        """Return pictures, float32 (n, 4, 128, 128) from 0 to 1."""
        return self.pixels[chosen].permute(0, 3, 1, 2).float() / 255

    def crops(self, chosen: Tensor, side: int, margin: int = MARGIN) -> Tensor:
        """Return a part of each picture, wherever it may lie, half of them mirrored: float32 (n, 4, side, side)."""
        n, reach = len(chosen), SIDE + 2 * margin - side + 1
        start = torch.randint(reach, (2, n), device=self.device) - margin
        across = torch.arange(side, device=self.device)
        mirrored = torch.rand(n, 1, device=self.device) < 0.5
        rows = start[0, :, None] + across
        columns = start[1, :, None] + torch.where(mirrored, side - 1 - across, across)
        inside = ((rows >= 0) & (rows < SIDE))[:, :, None] & ((columns >= 0) & (columns < SIDE))[:, None, :]
        rows, columns = rows.clamp(0, SIDE - 1), columns.clamp(0, SIDE - 1)
        parts = self.pixels[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]
        return (parts * inside[..., None]).permute(0, 3, 1, 2).float() / 255


def turned(pictures: Tensor, degrees: float = 30.0, sizes: tuple[float, float] = (0.6, 1.3)) -> Tensor:
    """Return pictures (n, 4, h, w) turned by up to some degrees either way and of other sizes."""
    n, device = len(pictures), pictures.device
    angle = (torch.rand(n, device=device) * 2 - 1) * np.pi * degrees / 180
    scale = torch.empty(n, device=device).uniform_(*sizes)
    theta = torch.zeros(n, 2, 3, device=device)
    theta[:, 0, 0] = theta[:, 1, 1] = torch.cos(angle) / scale
    theta[:, 0, 1], theta[:, 1, 0] = torch.sin(angle) / scale, -torch.sin(angle) / scale
    grid = functional.affine_grid(theta, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, align_corners=False)


def in_colour(pictures: Tensor, ink: Tensor) -> Tensor:
    """Return pictures (n, 4, h, w) in other colours, float32 (n, 3) from 0 to 1: `laying.tinted` for many at once."""
    ink, alpha = ink[:, :, None, None], pictures[:, 3:]
    plain = pictures[:, :3] / alpha.clamp_min(1e-4)
    light = plain.amax(dim=1, keepdim=True)
    shade = torch.where(light < 0.75, ink * (light / 0.75), ink + (1 - ink) * ((light - 0.75) / 0.25) * 0.35)
    mixed = (1 - _VIVID) * plain * ink + _VIVID * shade
    return torch.cat([mixed.clamp(0, 1) * alpha, alpha], dim=1)


def laid_on(ground: Tensor, thing: Tensor, boxes: Tensor, places: Tensor) -> Tensor:
    """Return pictures with others laid over them: `laying.laid` for many at once.

    Args:
        ground: float32 (n, 4, 128, 128), premultiplied.
        thing: the same, what is laid on.
        boxes: around what is drawn of it, in pixels (n, 4).
        places: middle x, y and width (n, 3) that it is to have, as shares of the side.
    """
    side = ground.shape[-1]
    box = boxes.float() / side
    size = (box[:, 2] - box[:, 0]).clamp_min(1 / side)
    scale = places[:, 2] / size  # of the thing, in the result
    middle = torch.stack([(box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2], dim=1)
    theta = torch.zeros(len(ground), 2, 3, device=ground.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 / scale
    theta[:, :, 2] = (2 * middle - 1) - (2 * places[:, :2] - 1) / scale[:, None]
    grid = functional.affine_grid(theta, list(ground.shape), align_corners=False)
    over = functional.grid_sample(thing, grid, align_corners=False)
    return (over + ground * (1 - over[:, 3:])).clamp(0, 1)


def _box(alpha: np.ndarray) -> list[int]:
    seen = alpha > 10
    columns, rows = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
    if not len(rows):
        return [0, 0, SIDE, SIDE]
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]
