"""The pictures of the comparison at 64 px, what they are called, and how they are drawn for a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from intermezzo_engines.image.pictures import Picture, emoji, is_held_out
from intermezzo_engines.tokens.compare.backbone import SIDE_PX
from intermezzo_engines.tokens.words import featured

__all__ = ["Samples", "read_samples", "samples_of"]

_TONED_WEIGHT: Final = 0.3  # five tones of one picture are not five pictures


@dataclass(frozen=True, eq=False)
class Samples:
    """``pictures`` uint8 (n, 4, 64, 64), premultiplied; ``names``; their features; how often each is drawn."""

    pictures: Tensor
    names: tuple[str, ...]
    buckets: Tensor
    weights: Tensor
    chances: Tensor

    def floats(self, some: Tensor) -> Tensor:
        """Return some pictures, float32, 0 to 1."""
        return self.pictures[some].float() / 255

    def drawn_indices(self, count: int) -> Tensor:
        """Return indices of a batch, drawn from torch's own random numbers."""
        return torch.multinomial(self.chances, count, replacement=True)


def read_samples(folder: Path) -> tuple[Samples, Samples]:
    """Return the emoji to learn from and the untoned ones that are held out by base glyph.

    Raises:
        SourceError: if the folder has no emoji.
    """
    found = [picture for picture in emoji(folder) if "en" in picture.words]
    held_out = [picture for picture in found if is_held_out(picture.glyph)]
    return (
        samples_of([picture for picture in found if not is_held_out(picture.glyph)]),
        samples_of([picture for picture in held_out if picture.plain]),
    )


def samples_of(found: Sequence[Picture]) -> Samples:
    """Make pictures of 128 px and their English names and keywords ready."""
    whole = torch.from_numpy(np.stack([picture.pixels for picture in found])).permute(0, 3, 1, 2)
    small = torch.cat(
        [
            functional.avg_pool2d(part.float(), whole.shape[-1] // SIDE_PX).round().to(torch.uint8)
            for part in torch.split(whole, 256)
        ]
    )
    buckets, weights = featured([" ".join(picture.words["en"]) for picture in found])
    chances = torch.tensor([1.0 if picture.plain else _TONED_WEIGHT for picture in found])
    names = tuple(picture.words["en"][0] for picture in found)
    return Samples(small, names, torch.from_numpy(buckets), torch.from_numpy(weights), chances)
