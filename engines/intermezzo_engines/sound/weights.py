"""The weights of the sound engine as they ship: the codec, the prior, and the judge that `check` listens with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor

from intermezzo_engines.sound.codec import CODES, LEVELS, RANGES, Codec
from intermezzo_engines.sound.judge import Judge
from intermezzo_engines.sound.plan import Plan
from intermezzo_engines.sound.recordings import KINDS
from intermezzo_engines.tokens.prior import Prior, PriorShape
from intermezzo_engines.weights import read_shipped, refused, shipped

__all__ = [
    "CELLS",
    "PRIOR_SHAPE",
    "codec_of",
    "codec_parts",
    "load_codec",
    "load_judge",
    "load_plan",
    "load_prior",
    "plan_parts",
]

CELLS: Final = 500  # of the grid that the prior sees, five seconds
PRIOR_SHAPE: Final = PriorShape((CELLS, LEVELS), (4, LEVELS), CODES, len(KINDS), width=256, depth=4, near=5)
_CODEC: Final = "tables of the codec"


def codec_parts(codec: Codec) -> dict[str, Tensor]:
    """Return what a weights file of a codec holds, by name."""
    parts = {
        "mean": torch.from_numpy(codec.mean).float(), "directions": torch.from_numpy(codec.directions).float(),
        "scale": torch.from_numpy(codec.scale).float(), "least": torch.tensor(codec.least),
    }  # fmt: skip
    return {**parts, **{f"shapes.{k}": torch.from_numpy(s).half() for k, s in enumerate(codec.shapes)}}


def load_codec() -> Codec:
    """Return the codec; raises PluginError if its weights are missing or damaged."""
    with shipped("sound_codec") as path, refused(_CODEC):
        parts = load_file(path)
    return codec_of(parts)


def codec_of(parts: Mapping[str, Tensor]) -> Codec:
    """Return the codec of the parts of a file; raises PluginError if one is missing."""
    with refused(_CODEC):
        mean, directions, scale = (parts[name].double().numpy() for name in ("mean", "directions", "scale"))
        shapes = tuple(parts[f"shapes.{k}"].double().numpy() for k in range(len(RANGES)))
        return Codec(mean, directions, scale, shapes, tuple(parts["least"].tolist()))


def plan_parts(plan: Plan) -> dict[str, Tensor]:
    """Return what a weights file of a plan holds, by name."""
    wide = {"starts": plan.starts, "units": plan.units, "unit_recordings": plan.unit_recordings}
    small = {"states": plan.states, "kinds": plan.kinds, "unit_states": plan.unit_states}
    kinds = {"starts": torch.int32, "units": torch.int16, "unit_recordings": torch.int16}
    parts = {name: torch.from_numpy(array.copy()).to(kinds[name]) for name, array in wide.items()}
    return {**parts, **{name: torch.from_numpy(array.copy()) for name, array in small.items()}}


def load_plan() -> Plan:
    """Return the plan; raises PluginError if its weights are missing or damaged."""
    with shipped("sound_plan") as path, refused("tables of the courses of sounds"):
        parts = load_file(path)
        starts, units, recordings = (parts[n].long().numpy() for n in ("starts", "units", "unit_recordings"))
        states, kinds, unit_states = (parts[n].numpy() for n in ("states", "kinds", "unit_states"))
        return Plan(states, starts, kinds, units, unit_states, recordings)


def load_prior(device: str = "cpu") -> Prior:
    """Return the prior; raises PluginError if its weights are missing or damaged."""
    return read_shipped(Prior(PRIOR_SHAPE), "sound_prior", "weights of the prior of sounds").to(device).eval()


def load_judge() -> Judge:
    """Return the judge; raises PluginError if its weights are missing or damaged."""
    return read_shipped(Judge(), "sound_judge", "weights of the judge of sounds").eval()
