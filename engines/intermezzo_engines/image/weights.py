"""The weights of the image engine as they ship: the tokeniser and the prior."""

from __future__ import annotations

from importlib import resources

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from intermezzo.core.errors import PluginError
from intermezzo_engines.image.judge import Judge
from intermezzo_engines.image.model import LEVELS, SIDE_CELLS, Tokeniser
from intermezzo_engines.tokens.fsq import n_codes
from intermezzo_engines.tokens.prior import Prior, PriorShape

__all__ = ["PRIOR_SHAPE", "STYLES", "load_judge", "load_prior", "load_tokeniser"]

STYLES = ("emoji", "icon", "tile")
PRIOR_SHAPE = PriorShape((SIDE_CELLS, SIDE_CELLS), (2, 2), n_codes(LEVELS), len(STYLES), width=256, cell_width=64)


def load_tokeniser(device: str = "cpu") -> Tokeniser:
    """Return the tokeniser; raises PluginError if its weights are missing or damaged."""
    net = Tokeniser()
    _load(net, "image_tokeniser")
    if device == "cpu":
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch forgets this form in its types
    return net.to(device).eval()


def load_prior(device: str = "cpu") -> Prior:
    """Return the prior; raises PluginError if its weights are missing or damaged."""
    net = Prior(PRIOR_SHAPE)
    _load(net, "image_prior")
    return net.to(device).eval()


def load_judge() -> Judge:
    """Return the judge of `check`; raises PluginError if its weights are missing or damaged."""
    net = Judge()
    _load(net, "image_judge")
    return net.eval()


def _load(net: nn.Module, name: str) -> None:
    try:
        with resources.as_file(resources.files("intermezzo_assets") / "weights" / f"{name}.safetensors") as path:
            stored = load_file(path)
            net.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in stored.items()})
    except (OSError, SafetensorError, RuntimeError) as problem:
        raise PluginError(f"The weights {name} are missing or damaged. Install Intermezzo again.") from problem
