"""An AutoencoderKL of diffusers: pictures to latents and back, the latents as a grid of fixed steps.

Latents are free numbers of about unit spread. A cell of the grid holds one of them in steps of 1/128 from -8 to 8, so a
code is a value, lighter is higher, and what is rounded away is at most 1/256. The channels stand beside each other as
tiles of one picture. Its layers look at the whole picture (GroupNorm, attention): no footprint is promised.
"""

from __future__ import annotations

from math import isqrt
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.false_colour import false_colour
from intermezzo_engines.pretrained.loading import Loaded, load_part, stamp_of
from intermezzo_engines.pretrained.pictures import opaque, taken
from intermezzo_engines.pretrained.token_judges import part_of
from intermezzo_engines.pretrained.weights_file import digest

__all__ = ["CODES", "HIGH", "LOW", "Kl", "code_of", "swatches", "tiles", "value_of"]

CODES: Final = 2049
LOW, HIGH = -8.0, 8.0
_STEPS_A_UNIT: Final = 128.0
_ZERO: Final = CODES // 2  # an odd number of codes, so that 0 is one of them
Floats = NDArray[np.float32]
Codes = NDArray[np.int64]


def code_of(values: Floats) -> Codes:
    """Return values as codes; what lies outside -8 to 8 is taken to its edge."""
    found: Codes = np.clip(np.rint(values * _STEPS_A_UNIT) + _ZERO, 0, CODES - 1).astype(np.int64)
    return found


def value_of(codes: Codes) -> Floats:
    """Return the value of each code."""
    return ((codes - _ZERO) / np.float32(_STEPS_A_UNIT)).astype(np.float32)


def tiles(channels: int) -> tuple[int, int]:
    """Return in how many rows and columns of tiles the channels stand: as near to a square as goes."""
    down = next(n for n in range(isqrt(channels), 0, -1) if channels % n == 0)
    return down, channels // down


class Kl:
    """A loaded AutoencoderKL of ``channels`` latents, each for ``cell_px`` pixels on either side."""

    def __init__(self, path: Path, device: str) -> None:
        part = part_of(path, "vae", "AutoencoderKL")
        self.path, self.stamp, self.device = path, stamp_of(path), device
        self.codebook = f"kl-{digest(part.path)}"
        self.model: Loaded = load_part(part, device)
        config = self.model.config
        self.channels = int(config.latent_channels)
        self.cell_px = 2 ** (len(config.block_out_channels) - 1)
        self._scale, self._shift = float(config.scaling_factor), float(config.shift_factor or 0.0)

    def encode(self, pixels: NDArray[np.uint8], longest_px: int) -> Codes:
        """Return the likeliest latents of straight RGBA (h, w, 4) as codes, channels in tiles: (rows, columns)."""
        picture = taken(pixels, longest_px, self.cell_px).to(self.device)
        with torch.inference_mode():
            found = self.model.encode(picture * 2 - 1).latent_dist.mode()
        latents: Floats = ((found[0] - self._shift) * self._scale).cpu().numpy()
        down, across = tiles(self.channels)
        rows, columns = latents.shape[1:]
        tiled = latents.reshape(down, across, rows, columns).transpose(0, 2, 1, 3)
        return code_of(tiled.reshape(down * rows, across * columns))

    def decode(self, codes: Codes) -> NDArray[np.uint8]:
        """Return the picture of codes as `encode` lays them, uint8 (height, width, 4)."""
        down, across = tiles(self.channels)
        rows, columns = codes.shape[0] // down, codes.shape[1] // across
        tiled = value_of(codes).reshape(down, rows, across, columns).transpose(0, 2, 1, 3)
        latents = torch.from_numpy(tiled.reshape(1, self.channels, rows, columns).copy()).to(self.device)
        with torch.inference_mode():
            picture = self.model.decode(latents / self._scale + self._shift).sample
        found: NDArray[np.uint8] = opaque(picture / 2 + 0.5)[0]
        return found


def swatches() -> NDArray[np.uint8]:
    """Return each code as its value, from black to white, uint8 (2049, 1, 1, 4).

    Neighbours share a grey; so that none is taken for another they differ by a hair in their alpha.
    """
    grey = np.rint(false_colour(np.arange(CODES), CODES) * 255).astype(np.int64)
    place = np.arange(CODES) - np.searchsorted(grey[:, 0], grey[:, 0])  # among those of the same grey
    return np.concatenate([grey, 255 - place[:, None]], axis=1).astype(np.uint8)[:, None, None]
