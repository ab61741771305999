"""Sketch types as a checkpoint fills them in, and the checkpoint that a sketch was made with, found again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from intermezzo.core.errors import ParamError
from intermezzo.core.layers import GridSpec
from intermezzo.core.models import model_folder, name_of
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo_engines.pretrained.sketch_types import param_of, sketch_type, spec_of

__all__ = ["CHECKPOINT", "VERSION", "folder_of", "made_with", "settled", "spec_in", "the_same"]

VERSION: Final = "1.0"
CHECKPOINT: Final = "checkpoint"


def settled(
    kind: str, shape: tuple[int, ...], codes: int, codebook: str, hop: int = 0, rate_hz: int = 0
) -> SketchType:  # fmt: skip
    """Return the open type of an engine, by its id, as a checkpoint fills it in."""
    declared = sketch_type(kind)
    spec = replace(spec_of(declared, "tokens", GridSpec), shape=shape, codes=codes, codebook=codebook)
    hop_s = hop / rate_hz if rate_hz else 0.0
    return replace(declared, layers=(spec,), hop_s=hop_s, hop_samples=hop, sample_rate=rate_hz)


def spec_in(kind: SketchType) -> GridSpec:
    """Return the spec of the tokens of a settled type."""
    return spec_of(kind, "tokens", GridSpec)


def folder_of(engine: str, value: Value) -> Path:
    """Return the checkpoint that a parameter names; raises ParamError if there is none or it does not fit."""
    return model_folder(param_of(engine, CHECKPOINT), str(value))


def made_with(engine: str, path: Path, seed: int, params: dict[str, Value]) -> Made:
    """Return how a sketch was made, the checkpoint named in the way that travels."""
    return Made(engine, VERSION, seed, {**params, CHECKPOINT: name_of(path)})


def the_same(sketch: Sketch, codebook: str, path: Path) -> None:
    """Raise ParamError unless a sketch has the codebook of a checkpoint: its codes would mean something else."""
    if spec_in(sketch.type).codebook != codebook:
        raise ParamError(
            f"This sketch was made with another checkpoint than the {path.name} that is there; put the old one back."
        )
