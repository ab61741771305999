"""Make the memory that ships: the tokens of plain emoji, of icons in one colour each, and of tiles, refined once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import torch

from intermezzo_engines.image.groups import GROUPS
from intermezzo_engines.image.laying import COLOURS
from intermezzo_engines.image.memory import write_memory
from intermezzo_engines.image.model import Tokeniser
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.image.refine import refined
from intermezzo_engines.image.stock import Stock
from intermezzo_engines.image.weights import STYLES

__all__ = ["make_memory"]

_BATCH: Final = 64


def make_memory(
    learned: Sequence[Picture], net: Tokeniser, path: Path, device: str = "cpu",
    tell: Callable[[float, str], None] = lambda share, what: None,
) -> int:  # fmt: skip
    """Write the memory; returns how many works it holds. What is put together is made when it is asked for."""
    kept = [p for p in learned if p.words and p.plain]
    stock, colours = Stock(kept, device), list(COLOURS.items())
    codes, said = [], []
    for number, picture in enumerate(kept):
        texts = {language: list(text) for language, text in picture.words.items()}
        if picture.kind == "icon":
            texts = {"en": [f"{colours[number % len(colours)][0]} {texts['en'][0]}"]}
        said.append(texts)
    inks = torch.tensor([colours[k % len(colours)][1] if p.kind == "icon" else (255,) * 3 for k, p in enumerate(kept)])
    inks = torch.cat([inks, torch.full((len(inks), 1), 255)], dim=1).to(device) / 255
    for first in range(0, len(kept), _BATCH):
        tell(first / len(kept), "memory")
        chosen = torch.arange(first, min(first + _BATCH, len(kept)), device=device)
        shown = stock.whole(chosen) * inks[chosen][:, :, None, None]
        shown = shown.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            codes.append(refined(net, shown, net.encode(shown)).cpu())
    style = torch.tensor([STYLES.index(p.kind) for p in kept])
    group = torch.tensor([GROUPS.index(p.group) if p.group else -1 for p in kept])
    write_memory(path, torch.cat(codes).numpy(), style.numpy(), group.numpy(), said)
    return len(kept)
