"""Pictures on their way into networks that know no transparency, and out of them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["opaque", "taken"]

_WHITE = 255.0


def taken(pixels: NDArray[np.uint8], longest_px: int, cell_px: int) -> Tensor:
    """Return straight RGBA (h, w, 4) on white as (1, 3, H, W) from 0 to 1, its sides whole cells.

    A picture that is larger is made smaller; the longest side is at most ``longest_px``, and at least a cell.
    """
    from PIL import Image as pil

    height, width = pixels.shape[:2]
    scale = min(longest_px / max(height, width), 1.0)
    size = tuple(max(round(side * scale / cell_px), 1) * cell_px for side in (width, height))
    alpha = pixels[..., 3:].astype(np.float32) / 255
    flat = np.rint(pixels[..., :3] * alpha + _WHITE * (1 - alpha)).astype(np.uint8)
    if size != (width, height):
        flat = np.asarray(pil.fromarray(flat).resize((size[0], size[1]), pil.Resampling.LANCZOS))
    return torch.from_numpy(flat.astype(np.float32) / 255).permute(2, 0, 1)[None].contiguous()


def opaque(pictures: Tensor) -> NDArray[np.uint8]:
    """Return pictures (n, 3, h, w) from 0 to 1 as RGBA without transparency, uint8 (n, h, w, 4)."""
    rgb = pictures.float().clamp(0, 1).mul(255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    whole = np.full((*rgb.shape[:3], 4), 255, np.uint8)
    whole[..., :3] = rgb
    return whole
