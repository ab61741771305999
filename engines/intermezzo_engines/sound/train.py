"""Make the weights of the sound engine again from the shared sounds: codec, judge, plan, prior.

A stage whose file is in ``out_dir`` is left alone, and the long ones go on from their checkpoints there, so training
that was interrupted is simply started again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from safetensors.torch import load_file

from intermezzo.core.params import Value
from intermezzo_engines.sound.train_codec import learned
from intermezzo_engines.sound.train_judge import train_judge
from intermezzo_engines.sound.train_plan import planned
from intermezzo_engines.sound.train_prior import train_prior, works
from intermezzo_engines.sound.weights import codec_of, codec_parts, plan_parts
from intermezzo_engines.tokens.training import halved, write_weights

__all__ = ["train"]


def train(
    data_dir: Path,
    out_dir: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    params: Mapping[str, Value] = MappingProxyType({}),
) -> dict[str, float]:
    """Train every stage that has no weights in ``out_dir`` yet; returns no figures: `check` measures them."""
    out_dir.mkdir(parents=True, exist_ok=True)

    def part(first: float, last: float) -> Callable[[float, str], None]:
        return lambda fraction, what: progress(first + (last - first) * fraction, what)

    codec = out_dir / "sound_codec.safetensors"
    if not codec.exists():
        write_weights(codec_parts(learned(data_dir, part(0.0, 0.05))), codec)
    judge = out_dir / "sound_judge.safetensors"
    if not judge.exists():
        write_weights(halved(train_judge(data_dir, out_dir / "judge.pt", part(0.05, 0.3))), judge)
    plan = out_dir / "sound_plan.safetensors"
    if not plan.exists():
        write_weights(plan_parts(planned(data_dir, codec_of(load_file(codec)))), plan)
    prior = out_dir / "sound_prior.safetensors"
    if not prior.exists():
        known = works(data_dir, codec_of(load_file(codec)))
        write_weights(halved(train_prior(known, out_dir / "prior.pt", device, part(0.3, 1.0))), prior)
    return {}
