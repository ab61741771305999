"""Make the weights of the sound engine again from the shared sounds: codec, judge, plan, prior.

A stage whose file is in ``out_dir`` is left alone, and the long ones go on from their checkpoints there, so training
that was interrupted is simply started again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from intermezzo.core.params import Value
from intermezzo_engines.sound.train_codec import learned
from intermezzo_engines.sound.train_judge import train_judge
from intermezzo_engines.sound.train_plan import planned
from intermezzo_engines.sound.train_prior import train_prior, works
from intermezzo_engines.sound.weights import codec_of, codec_parts, plan_parts

__all__ = ["halved", "train"]


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
        _write(codec_parts(learned(data_dir, part(0.0, 0.05))), codec)
    judge = out_dir / "sound_judge.safetensors"
    if not judge.exists():
        _write(halved(train_judge(data_dir, out_dir / "judge.pt", part(0.05, 0.3))), judge)
    plan = out_dir / "sound_plan.safetensors"
    if not plan.exists():
        _write(plan_parts(planned(data_dir, codec_of(load_file(codec)))), plan)
    prior = out_dir / "sound_prior.safetensors"
    if not prior.exists():
        known = works(data_dir, codec_of(load_file(codec)))
        _write(halved(train_prior(known, out_dir / "prior.pt", part(0.3, 1.0))), prior)
    return {}


def halved(net: nn.Module) -> dict[str, Tensor]:
    """Return weights as float16."""
    state = {k: v.detach().cpu().contiguous() for k, v in net.state_dict().items()}
    return {k: v.to(torch.float16) if v.is_floating_point() else v for k, v in state.items()}


def _write(parts: dict[str, Tensor], path: Path) -> None:
    partial = path.with_suffix(".partial")
    save_file(parts, partial)
    partial.replace(path)
