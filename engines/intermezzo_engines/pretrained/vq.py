"""A VQModel of diffusers: pictures to codes and back.

Its layers take the mean over the whole picture (GroupNorm, in some attention, too), so a code can change every pixel a
little: no footprint is promised. Checkpoints that look codes up (aMUSEd) mean colours from 0 to 1, all others from -1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo_engines.pretrained.loading import Loaded, load_part, stamp_of
from intermezzo_engines.pretrained.pictures import opaque, taken
from intermezzo_engines.pretrained.token_judges import part_of
from intermezzo_engines.pretrained.weights_file import digest

__all__ = ["Vq"]

_SHOWN_CODES: Final = 256  # so many are decoded for the palette; the others take the look of their nearest neighbour
_SWATCH_PX: Final = 8
Codes = NDArray[np.int64]


class Vq:
    """A loaded VQModel: ``codes`` codes, each of which stands for ``cell_px`` pixels on either side."""

    def __init__(self, path: Path, device: str) -> None:
        part = part_of(path, "vqvae", "VQModel")
        self.path, self.stamp, self.device = path, stamp_of(path), device
        self.codebook = f"vq-{digest(part.path)}"
        self.model: Loaded = load_part(part, device)
        config = self.model.config
        self.codes = int(config.num_vq_embeddings)
        self.cell_px = 2 ** (len(config.block_out_channels) - 1)
        self._from_zero = bool(config.lookup_from_codebook)

    def encode(self, pixels: NDArray[np.uint8], longest_px: int) -> Codes:
        """Return the codes of straight RGBA (h, w, 4), (rows, columns)."""
        picture = taken(pixels, longest_px, self.cell_px).to(self.device)
        with torch.inference_mode():
            latents = self.model.encode(picture if self._from_zero else picture * 2 - 1).latents
            flat = self.model.quantize(latents)[2][2]
        found: Codes = flat.reshape(latents.shape[-2:]).cpu().numpy().astype(np.int64)
        return found

    def decode(self, codes: Codes) -> NDArray[np.uint8]:
        """Return the picture of codes (rows, columns), uint8 (height, width, 4)."""
        with torch.inference_mode():
            picture: NDArray[np.uint8] = opaque(self._drawn(torch.from_numpy(codes)[None].to(self.device)))[0]
        return picture

    def swatches(self) -> NDArray[np.uint8]:
        """Return what codes look like alone, uint8 (codes, 8, 8, 4).

        Of a large codebook only some are decoded; each other one looks like that one whose vector is nearest.
        """
        vectors = self.model.quantize.embedding.weight
        chosen = torch.linspace(0, self.codes - 1, min(self.codes, _SHOWN_CODES), device=vectors.device).round().long()
        with torch.inference_mode():
            near = torch.cdist(vectors.float(), vectors[chosen].float()).argmin(dim=1).cpu()
            drawn = [self._drawn(part[:, None, None]) for part in torch.split(chosen, 64)]
        small = torch.nn.functional.interpolate(torch.cat(drawn), (_SWATCH_PX, _SWATCH_PX), mode="area")
        found: NDArray[np.uint8] = opaque(small)[near.numpy()]
        return found

    def _drawn(self, codes: Tensor) -> Tensor:
        rows, columns = codes.shape[1:]
        channels = self.model.quantize.embedding.weight.shape[1]
        found = self.model.quantize.get_codebook_entry(codes.reshape(-1), (len(codes), rows, columns, channels))
        by_place = found if self.model.config.norm_type == "spatial" else None
        picture: Tensor = self.model.decoder(self.model.post_quant_conv(found), by_place)
        return picture if self._from_zero else picture / 2 + 0.5
