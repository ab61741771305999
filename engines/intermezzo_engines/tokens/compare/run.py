"""`intermezzo bench tokens --compare`: learn or load five kinds of Y' on the same emoji, measure them, tabulate."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from intermezzo.core.comparison import Budget, Candidate, Comparison, Measure
from intermezzo.core.errors import SourceError
from intermezzo_engines.tokens.compare import kept, learning
from intermezzo_engines.tokens.compare.bottlenecks import KINDS, Representation
from intermezzo_engines.tokens.compare.head import Head
from intermezzo_engines.tokens.compare.measures import Found, measured
from intermezzo_engines.tokens.compare.samples import Samples, read_samples

__all__ = ["MEASURES", "compare", "compared"]

_HEAD_SHARE: Final = 0.4  # of the budget
_SEED: Final = 5
_SHOWN: Final = 8

# RQ1: which analysis by synthesis; RQ2: or something else; RQ4: X -> Y' against Y' -> Y; RQ6: discrete or continuous.
MEASURES: Final = (
    Measure("bits_raw", "size of Y'", "bits", "less", 0, "RQ6"),
    Measure("bits_entropy", "size by entropy", "bits", "less", 0, "RQ6"),
    Measure("bits_float16", "size as float16", "bits", "", 0, "RQ6"),
    Measure("psnr_db", "Y' -> Y: kept of Y", "dB", "more", 2, "RQ1 RQ2 RQ4"),
    Measure("psnr_float16_db", "the same from float16", "dB", "", 2, "RQ6"),
    Measure("codes_used_percent", "symbols in use", "%", "", 0, "RQ1"),
    Measure("bits_left", "X -> Y': left to guess", "bits", "less", 0, "RQ4"),
    Measure("spared_percent", "guessed of the entropy", "%", "more", 1, "RQ4"),
    Measure("text_percent", "of it by the text", "%", "more", 1, "RQ4"),
    Measure("told_psnr_db", "X -> Y' -> Y", "dB", "more", 2, "RQ4"),
    Measure("blind_psnr_db", "the same without X", "dB", "", 2, "RQ4"),
    Measure("pixels_outside", "pixels changed outside 12 x 12", "", "less", 0, "locality"),
    Measure("pixels_an_edit", "pixels changed by one cell", "", "", 0, "locality"),
    Measure("parameters", "parameters", "", "", 0, "budget"),
    Measure("steps", "steps", "", "", 0, "budget"),
    Measure("seconds", "seconds", "s", "", 0, "budget"),
)
_QUESTIONS: Final = (
    "A star marks the best of a row. A picture is 64 x 64 RGBA, Y' 16 x 16 cells; PSNR on white, held-out emoji.",
    "Y' is counted as it would be written: one code a cell (VQ, FSQ) or four 8-bit numbers a cell (the others).",
    "Entropy is that of the frequencies of symbols on held-out pictures. Left to guess: what an equal small head needs",
    "from the name and keywords, cell by cell; guessed of the entropy: what it spares, by place and text together.",
    "X -> Y' -> Y draws the head's likeliest symbols: a rough picture, for no head sees what its other cells guessed.",
    "RQ: research questions of the regeneration paper (2301.08846, section 4). Down-sampling is of its explicit kind,",
    "AE, VAE and VQ of its implicit one (Table 1); FSQ is later than the paper (2309.15505).",
)


@dataclass(frozen=True, eq=False)
class _Learned:
    net: Representation
    head: Head
    card: kept.Card
    is_new: bool


def compare(budget: Budget) -> Comparison:
    """Compare on the emoji of the shared data.

    Raises:
        SourceError: if ``--data`` does not point at them, or another device than the processor is wanted.
        FileError: if what is kept is damaged.
    """
    if budget.data_dir is None:
        raise SourceError("The pictures to compare on are missing: point --data at the folder that holds images/.")
    if budget.device != "cpu":
        raise SourceError("This comparison runs on the processor. Leave --device out.")
    budget.tell("reading the emoji")
    return compared(*read_samples(budget.data_dir), budget)


def compared(learned: Samples, held_out: Samples, budget: Budget) -> Comparison:
    """Compare on any samples."""
    made = _made(learned, budget)
    found = []
    for one in made:
        budget.tell(f"{one.net.title}: measuring on {len(held_out.pictures)} held-out pictures")
        found.append(measured(one.net, one.head, held_out))
    shown = torch.linspace(0, len(held_out.pictures) - 1, min(_SHOWN, len(held_out.pictures))).long()
    cards = {(one.card.steps, one.card.head_steps) for one in made}
    notes = _QUESTIONS if len(cards) == 1 else (*_QUESTIONS, "NOT ONE BUDGET: kept results had other steps; see steps.")
    return Comparison(
        "Kinds of Y' for the same pictures, learned under one budget",
        MEASURES,
        tuple(_candidate(one, figures, shown) for one, figures in zip(made, found, strict=True)),
        across="bits_left", up="psnr_db", bars="bits_entropy", notes=notes,
        facts={
            "learned_pictures": len(learned.pictures), "held_out_pictures": len(held_out.pictures),
            "seed": _SEED, "batch": learning.BATCH, "budget_s": budget.seconds, "threads": torch.get_num_threads(),
        },
        originals=_on_white(held_out.pictures[shown].movedim(1, -1)),
        labels=tuple(held_out.names[k] for k in shown.tolist()),
    )  # fmt: skip


def _made(learned: Samples, budget: Budget) -> list[_Learned]:
    steps: tuple[int, int] | None = None
    made = []
    for kind in KINDS:
        torch.manual_seed(_SEED)
        net, head = kind(), Head(kind.channels, kind.symbols)
        card = None if budget.weights_dir is None else kept.load(budget.weights_dir, net, head)
        if card is not None:
            budget.tell(f"{net.title}: loaded")
            # What is trained beside what was kept is given the same.
            steps = steps or (card.steps, card.head_steps)
            made.append(_Learned(net, head, card, is_new=False))
            continue
        if steps is None:
            budget.tell("timing a few steps")
            steps = (
                learning.representation_steps(learned, budget.seconds * (1 - _HEAD_SHARE)),
                learning.head_steps(learned, budget.seconds * _HEAD_SHARE),
            )
        card = _learn(net, head, learned, steps, budget)
        if budget.weights_dir is not None:
            kept.keep(budget.weights_dir, net, head, card)
        made.append(_Learned(net, head, card, is_new=True))
    return made


def _learn(net: Representation, head: Head, learned: Samples, steps: tuple[int, int], budget: Budget) -> kept.Card:
    began_s = perf_counter()
    progress = _Lines(budget, f"{net.title}: {steps[0]:,} steps of Y -> Y' -> Y")
    learning.learn_representation(net, learned, steps[0], progress)
    with torch.inference_mode():
        written = torch.cat(
            [net.written(learned.floats(k)) for k in torch.split(torch.arange(len(learned.pictures)), 64)]
        )
    progress = _Lines(budget, f"{net.title}: {steps[1]:,} steps of X -> Y'")
    learning.learn_head(head, learned, written.clone(), steps[1], progress)
    return kept.Card(
        *steps, steps[0] * learning.BATCH, perf_counter() - began_s, _parameters(net), _parameters(head)
    )  # fmt: skip


class _Lines:
    """Tells a line for every fifth of the way."""

    def __init__(self, budget: Budget, what: str) -> None:
        self._budget, self._what, self._next = budget, what, 0.0

    def __call__(self, share: float) -> None:
        if share >= self._next:
            self._budget.tell(f"{self._what}, {100 * share:.0f} %")
            self._next += 0.2


def _candidate(one: _Learned, found: Found, shown: Tensor) -> Candidate:
    figures: dict[str, float | None] = {measure.name: found.figures.get(measure.name) for measure in MEASURES}
    figures |= {"parameters": one.card.parameters, "steps": one.card.steps, "seconds": one.card.seconds}
    return Candidate(
        one.net.name, one.net.title, one.net.method, figures,
        {"head_parameters": one.card.head_parameters, "head_steps": one.card.head_steps, "loaded": not one.is_new},
        {"through Y' and back": _on_white(found.kept[shown]), "from the text alone": _on_white(found.told[shown])},
    )  # fmt: skip


def _on_white(pictures: Tensor) -> NDArray[np.uint8]:
    """Lay premultiplied pictures uint8 (n, height, width, 4) on white, (n, height, width, 3)."""
    whole = pictures.short()
    laid = (whole[..., :3] + 255 - whole[..., 3:]).clamp(0, 255)
    return laid.numpy().astype(np.uint8)


def _parameters(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())
