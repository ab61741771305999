"""Make the weights of the image engine again from the shared pictures: tokeniser, judge, memory, prior.

A stage whose file is in ``out_dir`` is left alone, and the long ones go on from their checkpoints there, so training
that was interrupted is simply started again. On two cores it takes some hours, on a data-centre GPU minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from safetensors.torch import load_file

from intermezzo.core.params import Value
from intermezzo_engines.image.judge import train_judge
from intermezzo_engines.image.make_memory import make_memory
from intermezzo_engines.image.model import Tokeniser
from intermezzo_engines.image.pictures import is_held_out, pictures
from intermezzo_engines.image.reader import train_reader
from intermezzo_engines.image.train_prior import train_prior
from intermezzo_engines.image.train_refined import train_refined
from intermezzo_engines.image.train_tokeniser import train_tokeniser
from intermezzo_engines.image.works import Works
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

    learned = [p for p in pictures(data_dir) if not is_held_out(p.glyph)]
    tokeniser = out_dir / "image_tokeniser.safetensors"
    if not tokeniser.exists():
        first = train_tokeniser(learned, out_dir / "tokeniser.pt", device, part(0.0, 0.25))
        last = train_refined(learned, first, out_dir / "refined.pt", device, part(0.25, 0.35))
        write_weights(halved(last), tokeniser)
    net = Tokeniser()
    net.load_state_dict({key: value.float() for key, value in load_file(tokeniser).items()})
    net.to(device).eval()
    judge = out_dir / "image_judge.safetensors"
    if not judge.exists():
        named = [p for p in learned if p.kind == "emoji" and "en" in p.words]
        write_weights(halved(train_judge(named, out_dir / "judge.pt", device, part(0.35, 0.4))), judge)
    reader = out_dir / "image_reader.safetensors"
    if not reader.exists():
        named = [p for p in learned if p.kind == "emoji"]
        write_weights(halved(train_reader(named, out_dir / "reader.pt", device, part(0.4, 0.41))), reader)
    memory = out_dir / "image_memory.zip"
    if not memory.exists():
        make_memory(learned, net, memory, device, part(0.41, 0.45))
    prior = out_dir / "image_prior.safetensors"
    if not prior.exists():
        works = Works(learned, net, device)
        write_weights(halved(train_prior(works, out_dir / "prior.pt", device, part(0.45, 1.0))), prior)
    return {}
