"""Ten motions as poses: where a picture is, how it is turned, stretched and faded in each frame of a loop.

A pose is six numbers (`POSE`): shift to the right and down as shares of the side, turn in degrees clockwise, width and
height as factors, opacity. The first frame follows the last. What bounces, waves or is squashed stands on its lower
edge. Pictures are a little smaller in motions that would carry them out of sight.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

__all__ = ["MOTIONS", "POSE", "REST", "moved", "poses", "told"]

POSE: Final = ("x", "y", "turn", "width", "height", "fade")
REST: Final = (0.0, 0.0, 0.0, 1.0, 1.0, 1.0)
MOTIONS: Final = ("bounce", "spin", "wave", "shake", "pulse", "walk", "fly in", "squash", "fade", "orbit")

_FOOT: Final = 0.42  # how far below the middle a picture stands
_SMALL: Final = {
    "bounce": 0.74,
    "wave": 0.84,
    "shake": 0.88,
    "pulse": 0.84,
    "walk": 0.74,
    "squash": 0.8,
    "orbit": 0.62,
    "spin": 0.86,
}
_SIDES: Final = ((-1.0, 0.0), (1.0, 0.0), (0.0, -1.0))  # from where things fly in


def poses(
    motion: str, n_frames: int, random: np.random.Generator | None = None, strength: float = 1.0
) -> NDArray[np.float32]:
    """Return the poses of one loop, float32 (n_frames, 6).

    Args:
        motion: one of `MOTIONS`.
        n_frames: of the loop.
        random: chooses sides, directions and small differences; without it a motion is always the same.
        strength: how far it goes; 0 is no motion at all, 1 as usual, up to 2.
    """
    chance = random or np.random.default_rng(0)
    varied = 1.0 if random is None else float(random.uniform(0.85, 1.15))
    side = -1.0 if random is not None and random.random() < 0.5 else 1.0
    much = strength * varied
    t = np.arange(n_frames) / n_frames
    round_ = 2 * np.pi * t
    x, y, turn, fade = np.zeros(n_frames), np.zeros(n_frames), np.zeros(n_frames), np.ones(n_frames)
    width, height = np.ones(n_frames), np.ones(n_frames)
    if motion == "bounce":
        hop = np.sin(np.pi * t)
        landed = np.maximum(0.0, 1 - 3.5 * hop)
        y = -0.24 * much * hop
        width, height = 1 + 0.14 * much * landed, 1 - 0.2 * much * landed
    elif motion == "spin":
        turn = side * 360 * t if strength > 0 else turn
    elif motion == "wave":
        turn = 17 * much * side * np.sin(round_)
        x, y = _FOOT * np.sin(np.radians(turn)), _FOOT * (1 - np.cos(np.radians(turn)))
    elif motion == "shake":
        x = 0.07 * much * side * np.sin(3 * round_)
        turn = 3 * much * np.sin(3 * round_)
    elif motion == "pulse":
        width = height = 1 + 0.17 * much * (np.sin(round_) + 0.25 * np.sin(2 * round_))
    elif motion == "walk":
        x = 0.16 * much * side * np.sin(round_)
        y = -0.06 * much * np.abs(np.sin(2 * round_))
        turn = 7 * much * np.sin(2 * round_)
    elif motion == "fly in":
        from_x, from_y = _SIDES[int(chance.integers(len(_SIDES))) if random is not None else 0]
        way = np.clip(1 - t / 0.6, 0, 1) ** 2 * min(much, 1.2)
        x, y = 1.05 * from_x * way, 1.05 * from_y * way
    elif motion == "squash":
        press = np.sin(round_)
        width, height = 1 + 0.2 * much * press, 1 - 0.24 * much * press
    elif motion == "fade":
        fade = 1 - min(much, 1.0) * (0.5 - 0.5 * np.cos(round_))
    elif motion == "orbit":
        x, y = 0.17 * much * side * np.cos(round_), 0.17 * much * np.sin(round_)
    small = 1 - (1 - _SMALL.get(motion, 1.0)) * min(strength, 1.0)
    if motion in ("bounce", "squash"):
        y = y + _FOOT * (1 - small * height)  # feet stay where they are
    table: NDArray[np.float32] = np.stack([x, y, turn, small * width, small * height, fade], axis=1).astype(np.float32)
    return table


def moved(pictures: Tensor, table: Tensor) -> Tensor:
    """Return pictures in their poses, float32 (n, frames, 4, side, side).

    Args:
        pictures: premultiplied, 0 to 1, float32 (n, 4, side, side).
        table: poses float32 (n, frames, 6).
    """
    n, frames = table.shape[:2]
    x, y, turn, width, height, fade = table.flatten(0, 1).unbind(dim=1)
    width, height = width.clamp_min(0.02), height.clamp_min(0.02)
    angle = turn * (torch.pi / 180)
    cos, sin = torch.cos(angle), torch.sin(angle)
    # From a place of the frame back to the place of the picture that is seen there: shift, turn, then stretch undone.
    theta = torch.stack(
        [
            torch.stack([cos / width, sin / width, -2 * (cos * x + sin * y) / width], dim=1),
            torch.stack([-sin / height, cos / height, -2 * (cos * y - sin * x) / height], dim=1),
        ],
        dim=1,
    )
    shown = pictures[:, None].expand(-1, frames, -1, -1, -1).flatten(0, 1)
    grid = functional.affine_grid(theta, list(shown.shape), align_corners=False)
    there = functional.grid_sample(shown, grid, align_corners=False) * fade[:, None, None, None]
    return there.view(n, frames, *pictures.shape[1:])


def told(table: Tensor) -> Tensor:
    """Return what the prior is told of poses (n, places, 6), float32 (n, places, 8): the turn as sine and cosine."""
    x, y, turn, width, height, fade = table.unbind(dim=-1)
    angle, first = turn * (torch.pi / 180), torch.zeros_like(x)
    first[:, 0] = 1.0  # the content is no frame
    return torch.stack(
        [4 * x, 4 * y, torch.sin(angle), torch.cos(angle), 3 * (width - 1), 3 * (height - 1), fade, first], -1
    )
