"""What is measured of a representation on held-out pictures: size, what is kept, what a text tells, an edit's reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from intermezzo_engines.image.tokeniser_check import psnr_db
from intermezzo_engines.tokens.compare.backbone import CELL_PX, CELLS, REACH_CELLS
from intermezzo_engines.tokens.compare.bottlenecks import Representation
from intermezzo_engines.tokens.compare.head import Head
from intermezzo_engines.tokens.compare.samples import Samples

__all__ = ["Found", "measured"]

_BATCH: Final = 16
_EDITS: Final = 32


@dataclass(frozen=True, eq=False)
class Found:
    """Figures by name, and pictures uint8 (n, 64, 64, 4), premultiplied: through Y' and back, and from the text."""

    figures: dict[str, float]
    kept: Tensor
    told: Tensor


@torch.inference_mode()
def measured(net: Representation, head: Head, held_out: Samples) -> Found:
    """Measure a learned representation and its learned head."""
    shown = held_out.floats(torch.arange(len(held_out.pictures)))
    written = torch.cat([net.written(part) for part in torch.split(shown, _BATCH)])
    kept = torch.cat([net.drawn(net.read(part)) for part in torch.split(written, _BATCH)])
    entropy, used = _entropy_bits(written, net.symbols)
    guessed_bits, told = _guessed(head, net, held_out, written, with_text=True)
    blind_bits, blind = _guessed(head, net, held_out, written, with_text=False)
    outside, changed = _locality(net, written)
    figures = {
        "bits_raw": CELLS**2 * net.channels * float(np.log2(net.symbols)),
        "bits_entropy": entropy,
        "codes_used_percent": 100 * used,
        "psnr_db": psnr_db(shown, kept, 1),
        "bits_left": guessed_bits,
        "spared_percent": 100 * (1 - guessed_bits / entropy),
        "text_percent": 100 * (blind_bits - guessed_bits) / entropy,
        "told_psnr_db": psnr_db(shown, told, 1),
        "blind_psnr_db": psnr_db(shown, blind, 1),
        "pixels_outside": outside,
        "pixels_an_edit": changed,
    }
    if net.float_bits:
        exact = torch.cat([net.drawn(net.floats(part).half().float()) for part in torch.split(shown, _BATCH)])
        figures |= {"bits_float16": float(CELLS**2 * net.float_bits), "psnr_float16_db": psnr_db(shown, exact, 1)}
    return Found(figures, _bytes(kept), _bytes(told))


def _bytes(pictures: Tensor) -> Tensor:
    return (pictures * 255).round().to(torch.uint8).movedim(1, -1)


def _entropy_bits(written: Tensor, symbols: int) -> tuple[float, float]:
    """Return the bits a picture by the frequencies of symbols over all cells, and the share of symbols in use."""
    bits, used = 0.0, 0.0
    for channel in written.flatten(0, 2).unbind(dim=1):
        counts = torch.bincount(channel, minlength=symbols).double()
        chance = counts[counts > 0] / counts.sum()
        bits += float(-(chance * chance.log2()).sum()) * CELLS**2
        used += len(chance) / symbols / written.shape[-1]
    return bits, used


def _guessed(
    head: Head, net: Representation, held_out: Samples, written: Tensor, *, with_text: bool
) -> tuple[float, Tensor]:  # fmt: skip
    """Return the bits a picture that the head needs for Y', and the pictures of its likeliest symbols."""
    nats, drawn = 0.0, []
    for some in torch.split(torch.arange(len(written)), _BATCH):
        weights = held_out.weights[some] * float(with_text)
        nats += float(head.nats(held_out.buckets[some], weights, written[some]).sum())
        likeliest = head(held_out.buckets[some], weights).argmax(dim=-1)
        drawn.append(net.drawn(net.read(likeliest.unflatten(1, (CELLS, CELLS)))))
    return nats / len(written) / float(np.log(2)), torch.cat(drawn)


def _locality(net: Representation, written: Tensor) -> tuple[float, float]:
    """Put cells of other pictures into pictures; count pixels that change outside the reach, and within, on average."""
    random = np.random.default_rng(5)
    outside, inside = 0, []
    for k in range(_EDITS):
        one = written[k % len(written)][None]
        row, column, from_row, from_column = random.integers(0, CELLS, 4).tolist()
        other = one.clone()
        other[0, row, column] = written[(k + 7) % len(written), from_row, from_column]
        if torch.equal(one, other):
            continue
        differs = (net.drawn(net.read(one)) != net.drawn(net.read(other))).any(dim=1)[0]
        changed = int(differs.sum())
        top, left = (max(at - REACH_CELLS, 0) * CELL_PX for at in (row, column))
        differs[top : (row + REACH_CELLS + 1) * CELL_PX, left : (column + REACH_CELLS + 1) * CELL_PX] = False
        outside += int(differs.sum())
        inside.append(changed - int(differs.sum()))
    return float(outside), float(np.mean(inside)) if inside else 0.0
