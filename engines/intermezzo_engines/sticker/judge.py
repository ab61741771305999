"""The judge of `check`: tells from twelve frames how a thing moves; it has seen real moved pictures only, no token.

What it looks at is where the thing is in each frame, how large and how opaque, where its colours lie in it, and how
alike each two frames are. A small network says which of ten motions that is, or none.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.sticker.motions import MOTIONS
from intermezzo_engines.sticker.weights import LOOP
from intermezzo_engines.weights import read_shipped

__all__ = ["KINDS", "MotionJudge", "judged", "load_judge", "looks"]

KINDS: Final = (*MOTIONS, "none")
_SIDE_PX: Final = 32
_PER_FRAME: Final = 13
_LOOKS: Final = LOOP * _PER_FRAME + LOOP * LOOP


class MotionJudge(nn.Module):
    """`looks` float32 (n, 300) -> logits (n, kinds)."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(_LOOKS)
        self.layers = nn.Sequential(
            nn.Linear(_LOOKS, 192), nn.ReLU(), nn.Dropout(0.2), nn.Linear(192, 96), nn.ReLU(), nn.Dropout(0.2),
            nn.Linear(96, len(KINDS)),
        )  # fmt: skip

    def forward(self, seen: Tensor) -> Tensor:
        said: Tensor = self.layers(self.norm(seen))
        return said


def looks(frames: Tensor) -> Tensor:
    """Return what the judge looks at in clips (n, 12, 4, side, side), premultiplied, 0 to 1: float32 (n, 300)."""
    n = len(frames)
    small = functional.adaptive_avg_pool2d(frames.flatten(0, 1), _SIDE_PX)
    alpha = small[:, 3]
    mass = alpha.mean(dim=(1, 2))
    share = alpha / mass.clamp_min(1e-4)[:, None, None]
    at = (torch.arange(_SIDE_PX, device=frames.device) + 0.5) / _SIDE_PX - 0.5
    across, down = at[None, None, :], at[None, :, None]
    x, y = (share * across).mean(dim=(1, 2)), (share * down).mean(dim=(1, 2))
    off_x, off_y = across - x[:, None, None], down - y[:, None, None]
    wide = (share * off_x**2).mean(dim=(1, 2)).clamp_min(1e-5).log()
    high = (share * off_y**2).mean(dim=(1, 2)).clamp_min(1e-5).log()
    lean = (share * off_x * off_y).mean(dim=(1, 2)) * 20
    told = [4 * x, 4 * y, wide, high, lean, mass.clamp_min(1e-4).log(), alpha.flatten(1).amax(dim=1)]
    for colour in small[:, :3].unbind(dim=1):  # where its colours lie in it: what turns, turns them
        light = colour / mass.clamp_min(1e-4)[:, None, None]
        told += [10 * (light * off_x).mean(dim=(1, 2)), 10 * (light * off_y).mean(dim=(1, 2))]
    by_frame = torch.stack(told, dim=1).reshape(n, LOOP, _PER_FRAME)
    around = by_frame.mean(dim=1, keepdim=True)
    flat = small.reshape(n, LOOP, -1)
    usual = flat.pow(2).mean(dim=2).mean(dim=1).clamp_min(1e-5).sqrt()
    apart = torch.cdist(flat, flat) / flat.shape[2] ** 0.5 / usual[:, None, None]
    return torch.cat([(by_frame - around).flatten(1), apart.flatten(1)], dim=1)


def judged(judge: MotionJudge, films: list[NDArray[np.uint8]]) -> list[str]:
    """Return how each film, uint8 (12, height, width, 4), straight alpha, moves."""
    found: list[str] = []
    for film in films:
        shown = torch.from_numpy(film.astype(np.float32)).permute(0, 3, 1, 2) / 255
        shown = torch.cat([shown[:, :3] * shown[:, 3:], shown[:, 3:]], dim=1)
        with torch.inference_mode():
            found.append(KINDS[int(judge(looks(shown[None])).argmax())])
    return found


def load_judge() -> MotionJudge:
    """Return the judge; raises PluginError if its weights are missing or damaged."""
    return read_shipped(MotionJudge(), "sticker_judge", "weights of the judge of motions").eval()
