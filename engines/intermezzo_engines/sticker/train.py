"""Make the weights of the sticker engine again from the shared pictures: the temporal prior, the judge of motions.

The tokeniser is the image engine's, as it ships. A stage whose file is in ``out_dir`` is left alone, and both go on
from their checkpoints there. The prior wants a GPU (minutes); on two cores it takes a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from intermezzo.core.params import Value
from intermezzo_engines.image.pictures import emoji, is_held_out
from intermezzo_engines.image.weights import load_tokeniser
from intermezzo_engines.sticker.train_judge import train_judge
from intermezzo_engines.sticker.train_prior import train_prior
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
    learned = [p for p in emoji(data_dir) if not is_held_out(p.glyph)]

    def part(first: float, last: float) -> Callable[[float, str], None]:
        return lambda fraction, what: progress(first + (last - first) * fraction, what)

    judge = out_dir / "sticker_judge.safetensors"
    if not judge.exists():
        write_weights(halved(train_judge(learned, out_dir / "judge.pt", part(0.0, 0.1))), judge)
    prior = out_dir / "sticker_prior.safetensors"
    if not prior.exists():
        net = load_tokeniser(device)
        write_weights(halved(train_prior(learned, net, out_dir / "prior.pt", device, part(0.1, 1.0))), prior)
    return {}
