"""Make the weights of the image engine again from the shared pictures: tokeniser, judge, works, memory, prior.

A stage whose file is in ``out_dir`` is left alone, and the long ones go on from their checkpoints there, so training
that was interrupted is simply started again. On two cores it takes some three hours, on a data-centre GPU minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from intermezzo.core.params import Value
from intermezzo_engines.image.judge import train_judge
from intermezzo_engines.image.make_memory import make_memory
from intermezzo_engines.image.model import Tokeniser
from intermezzo_engines.image.pictures import emoji
from intermezzo_engines.image.train_prior import train_prior
from intermezzo_engines.image.train_tokeniser import train_tokeniser
from intermezzo_engines.image.works import made

__all__ = ["save_half", "train"]


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

    tokeniser = out_dir / "image_tokeniser.safetensors"
    if not tokeniser.exists():
        save_half(train_tokeniser(data_dir, out_dir / "tokeniser.pt", device, part(0.0, 0.35)), tokeniser)
    net = Tokeniser()
    net.load_state_dict({key: value.float() for key, value in load_file(tokeniser).items()})
    judge = out_dir / "image_judge.safetensors"
    if not judge.exists():
        found = [p for p in emoji(data_dir) if "en" in p.words]
        save_half(train_judge(found, part(0.35, 0.4)), judge)
    prior = out_dir / "image_prior.safetensors"
    if not prior.exists():
        works = made(data_dir, net.eval(), lambda share: progress(0.4 + 0.05 * share, "tokens of all pictures"))
        make_memory(works, out_dir / "image_memory.zip")
        save_half(train_prior(works, out_dir / "prior.pt", device, part(0.45, 1.0)), prior)
    return {}


def save_half(net: nn.Module, path: Path) -> None:
    """Write weights as float16."""
    state = {k: v.detach().cpu().contiguous() for k, v in net.state_dict().items()}
    halved = {k: v.to(torch.float16) if v.is_floating_point() else v for k, v in state.items()}
    partial = path.with_suffix(".partial")
    save_file(halved, partial)
    partial.replace(path)
