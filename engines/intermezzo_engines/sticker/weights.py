"""The weights of the sticker engine as they ship: the temporal prior."""

from __future__ import annotations

from typing import Final

from intermezzo_engines.image.model import LEVELS, SIDE_CELLS
from intermezzo_engines.sticker.motions import MOTIONS, POSE
from intermezzo_engines.tokens.fsq import n_codes
from intermezzo_engines.tokens.prior import Prior, PriorShape
from intermezzo_engines.weights import read_shipped

__all__ = ["LOOP", "PRIOR_SHAPE", "load_prior"]

LOOP: Final = 12  # frames that the prior sees at once, after the content
PRIOR_SHAPE: Final = PriorShape(
    (1 + LOOP, SIDE_CELLS, SIDE_CELLS), (1, 2, 2), n_codes(LEVELS), len(MOTIONS), cell_width=64, beside=len(POSE) + 2,
    buckets=0,
)  # fmt: skip


def load_prior(device: str = "cpu") -> Prior:
    """Return the temporal prior; raises PluginError if its weights are missing or damaged."""
    return read_shipped(Prior(PRIOR_SHAPE), "sticker_prior", "weights of the temporal prior").to(device).eval()
