"""Train the chords and cadences of the harmony writer on the tunes of the corpus and write weights and card.

    python -m intermezzo_engines.melody.train_harmony --data DIR --work DIR --target FILE [--minutes 1.2]

Windows of 64 steps, batches of 32, AdamW 3e-3 falling linearly over the CPU time that is given; lead sheets (chords as
written) are seen twice as often for their length as hymns, songs half as often (chords heard by harmony.py). In one of
six windows pace and colour are not told, so that figures need not tell them. Can be interrupted: the same call goes on.
Expected of 1.2 minutes: perplexity a step 3.70, of lead sheets 4.55 (by the chord before alone 4.66 and 8.16). Held
out: the tunes that corpus.py marks.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from intermezzo.core.music.pulse import pulse_of
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.sketches.melody import AUTHENTIC
from intermezzo_engines.melody.cadence_model import TOLD, phrase_told
from intermezzo_engines.melody.corpus import FILES, Tune, tunes
from intermezzo_engines.melody.harmony_features import (
    CHORDS,
    FIELDS,
    HANDS,
    UNKNOWN,
    grid_of,
    manner_of,
    step_features,
    written_steps,
)
from intermezzo_engines.melody.harmony_model import START, HarmonyNet
from intermezzo_engines.melody.template import Template, template_of

__all__ = ["Lesson", "cadences_of", "chain_of", "lesson_of", "loss_of", "train"]

HAND_OF: Final = {"openhymnal": HANDS.index("hymn"), "lieder": HANDS.index("song"),
                  "openewld_to1930": HANDS.index("lead sheet")}  # fmt: skip
_SEEN: Final = {"openhymnal": 1.0, "lieder": 0.5, "openewld_to1930": 2.0}
_WINDOW, _BATCH, _RATE, _UNTOLD, _FEWEST = 64, 32, 3e-3, 1 / 6, 8
_PACE, _COLOUR = list(FIELDS).index("pace"), list(FIELDS).index("colour")
_RIDGE, _NEWTON = 1.0, 12
_KEPT = 100  # steps between checkpoints


@dataclass(frozen=True, eq=False)
class Lesson:
    """A tune: ``file``, ``told`` int64 (N, fields), ``chords`` int64 (N,), `CHORDS` for none."""

    file: str
    told: NDArray[np.int64]
    chords: NDArray[np.int64]

    def untold(self) -> Lesson:
        """Return it without its pace and colour."""
        told = self.told.copy()
        told[:, _PACE], told[:, _COLOUR] = UNKNOWN
        return replace(self, told=told)


def lesson_of(tune: Tune, template: Template) -> Lesson:
    """Return a tune's steps with their chords."""
    onsets = [start for start, _, _ in template.rhythm]
    grid = grid_of(template.bars, [(start, stop) for start, stop, _ in template.cadence], onsets)
    chords = written_steps(template, grid)
    manner = manner_of(chords, template.bars.count, HAND_OF[tune.file])
    cadences = [label for _, _, label in template.cadence]
    told = step_features(grid, template.bars, template.keys[0][1].is_minor, cadences, manner)
    return Lesson(tune.file, told, np.array(chords, np.int64))


def cadences_of(tune: Tune, template: Template) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (phrases, `TOLD`) and whether each is authentic, of the phrases of a tune that have time to rest."""
    onsets = tune.melody.notes[:, 0].tolist()
    sung = [k for k, text in enumerate(tune.melody.lyrics) if text != HOLD]
    pulse = pulse_of([start for start, _, _ in template.rhythm], template.bars)
    endings, rests, labels = [], [], []
    for start, stop, label in template.cadence:
        inside = [k for k in sung if start <= onsets[k] < stop]
        last = inside[-1] if inside else 0
        following = onsets[last + 1] if last + 1 < len(onsets) else None
        endings.append(tune.melody.lyrics[last])
        rests.append(following is None or following - onsets[last] >= 2 * pulse)
        labels.append(label == AUTHENTIC)
    n = len(labels)
    told = phrase_told(endings, list(range(n)), [k + 1 == n for k in range(n)])
    kept = np.array(rests, bool)
    return told[kept], np.array(labels, float)[kept]


def chain_of(lessons: Sequence[Lesson]) -> NDArray[np.float64]:
    """Return (modes, CHORDS + 2, CHORDS): how likely a chord is after another, and in the last row alone.

    What the network is measured beside: counts, smoothed by how usual a chord is (Witten and Bell 1991).
    """
    alone, after = np.full((2, CHORDS), 0.5), np.zeros((2, CHORDS + 1, CHORDS))
    for one in lessons:
        mode = int(one.told[0, 0])
        np.add.at(alone[mode], one.chords[one.chords < CHORDS], 1)
        kept = one.chords[1:] < CHORDS
        np.add.at(after[mode], (one.chords[:-1][kept], one.chords[1:][kept]), 1)
    usual = alone / alone.sum(-1, keepdims=True)
    kinds = (after > 0).sum(-1, keepdims=True) + 1.0
    chance = (after + kinds * usual[:, None]) / (after.sum(-1, keepdims=True) + kinds)
    return np.concatenate([chance, usual[:, None]], 1)


def train(
    data: Path, work: Path, target: Path, minutes: float = 1.2, seed: int = 0, report: Callable[[str], None] = print
) -> dict[str, float]:
    """Train for some CPU minutes (earlier runs count), write `target` and its card, return held-out figures."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    read = [(tune, template_of(tune.melody)) for tune in tunes(data, FILES)]
    taught = [(tune, template) for tune, template in read if not tune.held_out]
    lessons = [one for one in (lesson_of(*pair) for pair in taught) if len(one.chords) >= _FEWEST]
    held = [lesson_of(*pair) for pair in read if pair[0].held_out]
    report(f"{len(lessons)} tunes, {sum(len(one.chords) for one in lessons)} steps")
    net = HarmonyNet()
    used = _fit(net, lessons, held, minutes, work / "harmony.ckpt", seed, report)
    rows = [cadences_of(*pair) for pair in taught if any(pair[0].melody.lyrics)]
    weight = _logistic(np.concatenate([told for told, _ in rows]), np.concatenate([home for _, home in rows]))
    report("cadence " + ", ".join(f"{name} {value:+.2f}" for name, value in zip(TOLD, weight, strict=True)))
    tensors = {name: t.half().contiguous() for name, t in net.state_dict().items()}
    tensors["cadence.weight"] = torch.from_numpy(weight.astype(np.float32))
    tensors["chain.after"] = torch.from_numpy(chain_of(lessons).astype(np.float16))
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target)
    figures = {"perplexity": loss_of(net, [one.untold() for one in held]),
               "perplexity_pace_told": loss_of(net, held)}  # fmt: skip
    for file in FILES:
        figures[f"perplexity_{file}"] = loss_of(net, [one.untold() for one in held if one.file == file])
    figures = {name: float(np.exp(nats)) for name, nats in figures.items()}
    table = "\n".join(f"| {name} | {value:.2f} |" for name, value in figures.items())
    target.with_suffix(".card.md").write_text(
        "# melody_harmony: which chord comes next, and whether a phrase ends at home\n\n"
        f"Trained by `intermezzo_engines.melody.train_harmony` on {len(lessons)} tunes (OpenScore Lieder, CC0; Open\n"
        "Hymnal, public domain; OpenEWLD lead sheets dated 1930 or before, MIT, named in melody_tune.card.md), "
        f"{used / 60:.1f} CPU-minutes;\nlicence of the weights: MIT. A step is half a bar, or a bar.\n\n"
        f"Held out by tune, {len(held)} tunes:\n\n| figure | value |\n|---|---|\n{table}\n",
        encoding="utf-8",
    )
    return figures


def loss_of(net: HarmonyNet, lessons: Sequence[Lesson]) -> float:
    """Return nats a step."""
    was = net.training
    net.eval()
    with torch.inference_mode():
        parts = [_loss(net, [one]) for one in lessons]
    net.train(was)
    return sum(loss.item() for loss, _ in parts) / sum(int(n) for _, n in parts)


def _fit(
    net: HarmonyNet, lessons: Sequence[Lesson], held: Sequence[Lesson], minutes: float, checkpoint: Path, seed: int,
    report: Callable[[str], None],
) -> float:  # fmt: skip
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=0.02)
    chance = np.array([_SEEN[one.file] * len(one.chords) for one in lessons])
    step, budget, before = 0, 60 * minutes, 0.0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        step, before = kept["step"], kept["used"]
    rng, began = np.random.default_rng((seed, step)), time.process_time()
    while (used := before + time.process_time() - began) < budget:
        for group in optimiser.param_groups:
            group["lr"] = _RATE * max(1 - used / budget, 0.02)
        windows = []
        for k in rng.choice(len(lessons), _BATCH, p=chance / chance.sum()):
            one = lessons[k].untold() if rng.uniform() < _UNTOLD else lessons[k]
            at = int(rng.integers(0, max(len(one.chords) - _WINDOW, 0) + 1))
            windows.append(Lesson(one.file, one.told[at : at + _WINDOW], one.chords[at : at + _WINDOW]))
        loss, n = _loss(net, windows)
        optimiser.zero_grad()
        (loss / n).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % _KEPT == 0:
            checkpoint.parent.mkdir(parents=True, exist_ok=True)
            part = checkpoint.with_suffix(".part")
            torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "used": used}, part)
            part.replace(checkpoint)
            report(f"step {step} cpu {used:.0f} s loss {loss.item() / int(n):.3f} held out {loss_of(net, held):.3f}")
    return used


def _loss(net: HarmonyNet, windows: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
    width = max(len(one.chords) for one in windows)
    told = torch.zeros(len(windows), width, len(FIELDS), dtype=torch.long)
    wanted, before = torch.full((len(windows), width), -1), torch.full((len(windows), width), START)
    for k, one in enumerate(windows):
        n = len(one.chords)
        told[k, :n] = torch.from_numpy(one.told)
        wanted[k, :n] = torch.from_numpy(np.where(one.chords < CHORDS, one.chords, -1))
        before[k, 1:n] = torch.from_numpy(one.chords[:-1])
    kept = wanted >= 0
    logits, _ = net.decode(net.encode(told), before)
    return nn.functional.cross_entropy(logits[kept], wanted[kept], reduction="sum"), kept.sum()


def _logistic(told: NDArray[np.float64], home: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression by Newton's steps, with a small ridge."""
    weight = np.zeros(told.shape[1])
    for _ in range(_NEWTON):
        chance = 1 / (1 + np.exp(-(told @ weight)))
        slope = told.T @ (home - chance) - _RIDGE * weight
        bend = (told * (chance * (1 - chance))[:, None]).T @ told + _RIDGE * np.eye(len(weight))
        weight = weight + np.linalg.solve(bend, slope)
    return weight


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the harmony writer.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=1.2)
    arguments = parser.parse_args()
    print(json.dumps(train(arguments.data, arguments.work, arguments.target, arguments.minutes)))
