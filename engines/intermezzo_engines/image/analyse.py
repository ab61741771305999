"""Analyser of pictures: any picture to 16 x 16 tokens, fitted into the square, refined until it is drawn best."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, Mark
from intermezzo.core.media import Image, Media
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.image.convert import ENGINE, IMAGE, VERSION
from intermezzo_engines.image.pictures import SIDE
from intermezzo_engines.image.refine import refined
from intermezzo_engines.image.weights import load_tokeniser

__all__ = ["ImageAnalyser", "fitted"]


class ImageAnalyser:
    """Picture -> tokens."""

    def load(self, device: str) -> None:
        """Read the tokeniser."""
        self._device = device
        self._net = load_tokeniser(device)

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the tokens that draw this picture best; raises SourceError for what is no picture."""
        if not isinstance(medium, Image):
            raise SourceError("The image engine analyses pictures only.")
        picture = fitted(medium.pixels).to(self._device)
        with torch.inference_mode():
            codes = self._net.encode(picture)
        sweeps = int(params["sweeps"])
        if sweeps:
            codes = refined(self._net, picture, codes, sweeps, lambda share: job.progress(share, "refining"))
        layer = Grid.machine(IMAGE.layers[0], 0.0, codes[0].cpu().numpy(), mark=Mark.ANALYSED)  # type: ignore[arg-type]
        return Sketch(IMAGE, {"tokens": layer}, Made(ENGINE, VERSION, 0, dict(params)))


def fitted(pixels: NDArray[np.uint8]) -> Tensor:
    """Return straight RGBA (h, w, 4) in the middle of the square that engines see: (1, 4, 128, 128), premultiplied.

    A picture that has this size is taken as it is; others keep their proportions.
    """
    from PIL import Image as pil

    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    seen = pixels.astype(np.float32)
    if (width, height) != size:
        # Pillow weighs colours with their alpha in the mode "RGBa", so that nothing bleeds out of what is transparent.
        way = pil.Resampling.BOX if max(height, width) * 4 <= SIDE else pil.Resampling.LANCZOS
        small = pil.fromarray(pixels).convert("RGBa").resize(size, way)
        premultiplied = np.asarray(small, np.float32) / 255
    else:
        premultiplied = seen / 255
        premultiplied[..., :3] *= premultiplied[..., 3:]
    square = np.zeros((SIDE, SIDE, 4), np.float32)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = premultiplied
    return torch.from_numpy(square).permute(2, 0, 1)[None].contiguous()
