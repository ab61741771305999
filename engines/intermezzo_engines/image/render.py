"""Renderer of pictures: tokens to 128 x 128 pixels with transparency, and what each code looks like by itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo.core.engine import Job
from intermezzo.core.media import Image
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.image.model import CELL_PX, LEVELS, Tokeniser
from intermezzo_engines.image.weights import load_tokeniser
from intermezzo_engines.tokens.fsq import n_codes

__all__ = ["ImageRenderer", "drawn", "straight"]


class ImageRenderer:
    """Tokens -> picture; also shows the codes."""

    def load(self, device: str) -> None:
        """Read the tokeniser."""
        self._device = device
        self._net = load_tokeniser(device)

    def render(
        self, sketch: Sketch, params: Mapping[str, Value], *, seed: int, window: tuple[int, int] | None, job: Job
    ) -> Image:
        """Return the picture of the tokens as they stand; there are no windows of it, for it takes 20 ms."""
        return Image(drawn(self._net, sketch.tokens.codes.astype(np.int64), self._device))

    def swatches(self, sketch: Sketch | None) -> NDArray[np.uint8]:
        """Return the middle of nine equal cells for each code, uint8 (1200, 8, 8, 4)."""
        shown = []
        for first in range(0, n_codes(LEVELS), 100):
            code = torch.arange(first, min(first + 100, n_codes(LEVELS)), device=self._device)
            with torch.inference_mode():
                around = self._net.decode(code[:, None, None].expand(-1, 3, 3))
            shown.append(straight(around[..., CELL_PX : 2 * CELL_PX, CELL_PX : 2 * CELL_PX]))
        return np.concatenate(shown)


def drawn(net: Tokeniser, codes: NDArray[np.int64], device: str = "cpu") -> NDArray[np.uint8]:
    """Return the picture of codes (rows, columns) as straight RGBA, uint8 (height, width, 4)."""
    with torch.inference_mode():
        picture: NDArray[np.uint8] = straight(net.decode(torch.from_numpy(codes)[None].to(device)))[0]
    return picture


def straight(pictures: Tensor) -> NDArray[np.uint8]:
    """Return premultiplied pictures (n, 4, h, w) from 0 to 1 as straight RGBA, uint8 (n, h, w, 4)."""
    alpha = pictures[:, 3:]
    colour = torch.where(alpha > 0.5 / 255, pictures[:, :3] / alpha.clamp_min(1e-6), torch.zeros_like(alpha))
    rgba = torch.cat([colour, alpha], dim=1).clamp(0, 1).mul(255).round().to(torch.uint8)
    found: NDArray[np.uint8] = rgba.permute(0, 2, 3, 1).cpu().numpy()
    return found
