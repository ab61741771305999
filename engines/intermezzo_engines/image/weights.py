"""The weights of the image engine as they ship: tokeniser, prior and reader, and the judge of `check`."""

from __future__ import annotations

import torch

from intermezzo_engines.image.judge import Judge
from intermezzo_engines.image.model import LEVELS, SIDE_CELLS, Tokeniser
from intermezzo_engines.image.reader import Reader
from intermezzo_engines.tokens.fsq import n_codes
from intermezzo_engines.tokens.prior import Prior, PriorShape
from intermezzo_engines.weights import read_shipped

__all__ = ["PRIOR_SHAPE", "STYLES", "load_judge", "load_prior", "load_reader", "load_tokeniser"]

STYLES = ("emoji", "icon", "tile")
PRIOR_SHAPE = PriorShape((SIDE_CELLS, SIDE_CELLS), (2, 2), n_codes(LEVELS), len(STYLES), width=256, cell_width=64)


def load_tokeniser(device: str = "cpu") -> Tokeniser:
    """Return the tokeniser; raises PluginError if its weights are missing or damaged."""
    net = read_shipped(Tokeniser(), "image_tokeniser", "weights of the picture tokeniser")
    if device == "cpu":
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch forgets this form in its types
    return net.to(device).eval()


def load_prior(device: str = "cpu") -> Prior:
    """Return the prior; raises PluginError if its weights are missing or damaged."""
    return read_shipped(Prior(PRIOR_SHAPE), "image_prior", "weights of the picture prior").to(device).eval()


def load_reader() -> Reader:
    """Return the reader; raises PluginError if its weights are missing or damaged."""
    return read_shipped(Reader(), "image_reader", "weights that read prompts").eval()


def load_judge() -> Judge:
    """Return the judge; raises PluginError if its weights are missing or damaged."""
    return read_shipped(Judge(), "image_judge", "weights of the judge of pictures").eval()
