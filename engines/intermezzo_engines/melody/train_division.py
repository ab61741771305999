"""Train the division of syllables into notes on the songs of the corpus and write weights and card.

    python -m intermezzo_engines.melody.train_division --data DIR --target FILE [--minutes 3]

Patterns: the 80 commonest of the training songs. Windows of 64 syllables, batches of 32, AdamW 3e-3 falling linearly
over the CPU time that is given. Held out: the tunes that corpus.py marks.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from intermezzo.core.media import Melody
from intermezzo.core.music.syllables import HOLD
from intermezzo_engines.melody.corpus import tunes
from intermezzo_engines.melody.division import DivisionNet, Pattern, melisma_of, syllable_features
from intermezzo_engines.melody.template import rhythm_of, template_of

__all__ = ["patterns_of", "train"]

_PATTERNS, _WINDOW, _BATCH, _RATE = 80, 64, 32, 3e-3
_Lesson = tuple[NDArray[np.int64], NDArray[np.int64]]


def patterns_of(melody: Melody) -> list[Pattern]:
    """Return how each syllable of a tune is divided."""
    spans = rhythm_of(melody)
    found: list[list[Fraction]] = [[] for _ in spans]
    at = -1
    for start, text in zip(melody.notes[:, 0].tolist(), melody.lyrics, strict=True):
        if text == HOLD and at >= 0:
            first, stop, _ = spans[at]
            found[at].append(Fraction(start - first, stop - first))
        else:
            at += 1
    return [tuple(row) for row in found]


def train(
    data: Path, target: Path, minutes: float = 3.0, seed: int = 0, report: Callable[[str], None] = print
) -> dict[str, float]:
    """Train, write `target` and its card, and return figures on held-out songs."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    sung = [tune for tune in tunes(data) if sum(bool(text) for text in tune.melody.lyrics) > tune.melody.count / 2]
    divided = [patterns_of(tune.melody) for tune in sung]
    counts = Counter(p for tune, rows in zip(sung, divided, strict=True) if not tune.held_out for p in rows)
    patterns = [pattern for pattern, _ in counts.most_common(_PATTERNS)]
    sides: tuple[list[_Lesson], list[_Lesson]] = ([], [])
    for tune, rows in zip(sung, divided, strict=True):
        melisma = melisma_of(float(np.mean([bool(row) for row in rows])))
        target_of = np.array([patterns.index(row) if row in counts and row in patterns else -1 for row in rows])
        sides[tune.held_out].append((syllable_features(template_of(tune.melody), melisma), target_of))
    training, held = sides
    report(f"{len(training)} songs, {len(patterns)} patterns")
    net = DivisionNet(len(patterns))
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=0.02)
    began, step, budget = time.process_time(), 0, 60 * minutes
    while (used := time.process_time() - began) < budget:
        for group in optimiser.param_groups:
            group["lr"] = _RATE * max(1 - used / budget, 0.02)
        windows = []
        for k in rng.integers(len(training), size=_BATCH):
            start = int(rng.integers(0, max(len(training[k][1]) - _WINDOW, 0) + 1))
            windows.append((training[k][0][start : start + _WINDOW], training[k][1][start : start + _WINDOW]))
        loss, n = _loss(net, windows)
        optimiser.zero_grad()
        (loss / n).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        step += 1
        if step % 300 == 0:
            report(f"step {step} cpu {used:.0f} s loss {loss.item() / int(n):.3f} held out {_held(net, held):.3f}")
    figures = {
        "nats_a_syllable": _held(net, held),
        "nats_a_syllable_by_frequency": _by_frequency(training, held, len(patterns)),
        "patterns_cover_percent": 100 * float(np.mean(np.concatenate([rows for _, rows in held]) >= 0)),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    listed = json.dumps([[str(share) for share in pattern] for pattern in patterns])
    save_file({name: t.half() for name, t in net.state_dict().items()}, target, {"patterns": listed})
    rows_text = "\n".join(f"| {name} | {value:.3f} |" for name, value in figures.items())
    target.with_suffix(".card.md").write_text(
        "# melody_division: how syllables are divided into notes\n\n"
        f"Trained by `intermezzo_engines.melody.train_division` on {len(training)} songs (OpenScore Lieder, CC0; Open\n"
        "Hymnal, public domain; OpenEWLD lead sheets dated 1930 or before, MIT), "
        f"{used / 60:.1f} CPU-minutes; licence of the weights: MIT.\n\n"
        f"Held out by tune, {len(held)} songs:\n\n| figure | value |\n|---|---|\n{rows_text}\n",
        encoding="utf-8",
    )
    return figures


def _loss(net: DivisionNet, windows: Sequence[_Lesson]) -> tuple[Tensor, Tensor]:
    width = max(len(rows) for _, rows in windows)
    told = torch.zeros(len(windows), width, windows[0][0].shape[1], dtype=torch.long)
    wanted = torch.full((len(windows), width), -1)
    for k, (features, rows) in enumerate(windows):
        told[k, : len(rows)] = torch.from_numpy(features)
        wanted[k, : len(rows)] = torch.from_numpy(rows)
    kept = wanted >= 0
    return nn.functional.cross_entropy(net(told)[kept], wanted[kept], reduction="sum"), kept.sum()


def _held(net: DivisionNet, held: Sequence[_Lesson]) -> float:
    net.eval()
    with torch.inference_mode():
        parts = [_loss(net, [one]) for one in held]
    net.train()
    return sum(loss.item() for loss, _ in parts) / sum(int(n) for _, n in parts)


def _by_frequency(training: Sequence[_Lesson], held: Sequence[_Lesson], n: int) -> float:
    seen = np.concatenate([rows for _, rows in training])
    share = (np.bincount(seen[seen >= 0], minlength=n) + 1) / (np.count_nonzero(seen >= 0) + n)
    wanted = np.concatenate([rows for _, rows in held])
    return float(-np.log(share[wanted[wanted >= 0]]).mean())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the division of syllables into notes.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=3.0)
    arguments = parser.parse_args()
    print(json.dumps(train(arguments.data, arguments.target, arguments.minutes)))
