"""Train the tune network on the corpus and write weights and card.

    python -m intermezzo_engines.melody.train_tune --data DIR --work DIR --target FILE [--minutes 15]

Self-supervised: the template of each tune is found by `template_of`, and the pitches are predicted from it. In 45 % of
the windows no pitch stands; else a random share of the notes, or all but some stretches; the loss is on the others.
Windows of 64 notes, batches of 32, AdamW 2e-3 with warm-up and linear decay over the CPU time that is given, EMA .998.
Held out: the tunes that corpus.py marks. Features and checkpoint are kept in the work folder: an interrupted training
is simply started again. Expected: about 1.3 nats a note on held-out tunes with no pitch known.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from intermezzo_engines.melody.corpus import Tune, tunes
from intermezzo_engines.melody.template import template_of
from intermezzo_engines.melody.tune_features import BELOW, CLASSES, FIELDS, features_of
from intermezzo_engines.melody.tune_model import NONE, TuneNet

__all__ = ["Lesson", "lesson_of", "train"]

_WINDOW, _BATCH, _RATE = 64, 32, 2e-3
_ROOT = list(FIELDS).index("root")


@dataclass(frozen=True, eq=False)
class Lesson:
    """A tune as the network sees it: features, and classes (N,) int64, NONE where a pitch is out of reach."""

    whole: NDArray[np.int64]
    tones: NDArray[np.float32]
    model: NDArray[np.int64]
    follow: NDArray[np.int64]
    classes: NDArray[np.int64]


def lesson_of(tune: Tune) -> Lesson:
    """Return what is learned from a tune."""
    melody = tune.melody
    pitches = melody.notes[:, 2].astype(np.int64)
    starts, stops = melody.notes[:, 0].tolist(), melody.notes[:, 1].tolist()
    told = features_of(template_of(melody), starts, stops, melody.lyrics, float(pitches.mean()))
    relative = pitches - told.base + BELOW
    classes = np.where((relative >= 0) & (relative < CLASSES), relative, NONE)
    return Lesson(told.whole, told.tones, *models_of(classes, told.model), classes)


def models_of(classes: NDArray[np.int64], model: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the classes at the models of the notes, and where the models' contour leads from the note before."""
    there = np.where(model >= 0, classes[model], NONE)
    follow = np.full(len(classes), NONE)
    for k in range(1, len(classes)):
        if model[k] > 0 and model[k - 1] == model[k] - 1:
            heard = (classes[k - 1], classes[model[k]], classes[model[k] - 1])
            led = heard[0] + heard[1] - heard[2]
            if NONE not in heard and 0 <= led < CLASSES:
                follow[k] = led
    return there, follow


def lessons(data: Path, work: Path, report: Callable[[str], None]) -> tuple[list[Lesson], list[Lesson]]:
    """Return (training, held-out) lessons; made once and kept in the work folder."""
    kept = work / "lessons.npz"
    corpus = tunes(data)
    if not kept.exists():
        report("reading the corpus")
        made = [lesson_of(tune) for tune in corpus]
        work.mkdir(parents=True, exist_ok=True)
        parts = {name: np.concatenate([getattr(one, name) for one in made]) for name in Lesson.__annotations__}
        sizes = np.array([len(one.classes) for one in made])
        np.savez(kept, sizes=sizes, **parts)  # type: ignore[arg-type]  # the stub takes names for its own options
    with np.load(kept) as file:
        edges = np.cumsum(file["sizes"])[:-1]
        columns = [np.split(file[name], edges) for name in Lesson.__annotations__]
    every = [Lesson(*rows) for rows in zip(*columns, strict=True)]
    sides: tuple[list[Lesson], list[Lesson]] = ([], [])
    for tune, lesson in zip(corpus, every, strict=True):
        sides[tune.held_out].append(lesson)
    return sides


def standing(n: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which notes of a window stand (N,): none, a scatter, or all but some stretches."""
    kind = rng.uniform()
    if kind < 0.45:
        return np.zeros(n, bool)
    if kind < 0.7:
        known: NDArray[np.bool_] = rng.uniform(size=n) < rng.uniform(0.05, 0.95)
        return known
    known = np.ones(n, bool)
    for _ in range(int(rng.integers(1, 4))):
        length = int(rng.integers(1, max(n // 2, 2)))
        start = int(rng.integers(0, max(n - length, 1)))
        known[start : start + length] = False
    return known


def losses(
    net: TuneNet, windows: Sequence[Lesson], known: Sequence[NDArray[np.bool_]], use_models: bool = True
) -> tuple[Tensor, Tensor]:
    """Return the cross-entropy summed over the notes that do not stand, and how many these are."""
    width = max(len(one.classes) for one in windows)

    def padded(rows: Sequence[NDArray[Any]], fill: int) -> Tensor:
        table = np.full((len(rows), width, *rows[0].shape[1:]), fill, rows[0].dtype)
        for k, row in enumerate(rows):
            table[k, : len(row)] = row
        return torch.from_numpy(table)

    classes = padded([one.classes for one in windows], NONE)
    stands = padded([row.astype(np.int64) for row in known], 1).bool()
    whole = padded([one.whole for one in windows], 0)
    tones = padded([one.tones for one in windows], 0)
    model, follow = (padded([getattr(one, name) for one in windows], NONE) for name in ("model", "follow"))
    if not use_models:
        model, follow = torch.full_like(model, NONE), torch.full_like(follow, NONE)
    encoded = net.encode(whole, tones, torch.where(stands, classes, NONE))
    before = nn.functional.pad(classes[:, :-1], (1, 0), value=NONE)
    logits, _ = net.decode(encoded, whole[..., _ROOT], before, model, follow)
    wanted = ~stands & (classes != NONE)
    return nn.functional.cross_entropy(logits[wanted], classes[wanted], reduction="sum"), wanted.sum()


def _crop(lesson: Lesson, rng: np.random.Generator) -> Lesson:
    n = len(lesson.classes)
    start = int(rng.integers(0, max(n - _WINDOW, 0) + 1))
    part = slice(start, start + _WINDOW)
    return Lesson(*(getattr(lesson, name)[part] for name in Lesson.__annotations__))


def held_out_loss(net: TuneNet, held: Sequence[Lesson], hidden: bool = True) -> float:
    """Return nats a note on whole held-out tunes, with no pitch known, or with half of the stretches known."""
    rng = np.random.default_rng(3)
    net.eval()
    total, count = 0.0, 0
    with torch.inference_mode():
        for at in range(0, len(held), 16):
            group = held[at : at + 16]
            known = [
                np.zeros(len(one.classes), bool)
                if hidden
                else np.arange(len(one.classes)) // 4 % 2 == int(rng.integers(2))
                for one in group
            ]
            loss, n = losses(net, group, known)
            total, count = total + loss.item(), count + int(n)
    net.train()
    return total / count


def train(
    data: Path, work: Path, target: Path, minutes: float = 15.0, seed: int = 0, report: Callable[[str], None] = print
) -> dict[str, float]:
    """Train for some CPU minutes (earlier runs count), write `target` and its card, return losses in nats a note."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    training, held = lessons(data, work, report)
    share = np.array([max(len(one.classes), _WINDOW) for one in training], float)
    share /= share.sum()
    net = TuneNet()
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, betas=(0.9, 0.98), weight_decay=0.1)
    step, spent, checkpoint = 0, 0.0, work / "tune.ckpt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, spent = saved["step"], saved["spent"]
        rng = np.random.default_rng(seed + step)
    began, budget = time.process_time() - spent, 60 * minutes
    while (used := time.process_time() - began) < budget:
        rate = _RATE * min(1.0, (step + 1) / 200) * max(1 - used / budget, 0.02)
        for group in optimiser.param_groups:
            group["lr"] = rate
        windows = [_crop(training[k], rng) for k in rng.choice(len(training), _BATCH, p=share)]
        loss, n = losses(net, windows, [standing(len(one.classes), rng) for one in windows], rng.uniform() > 0.1)
        optimiser.zero_grad()
        (loss / n).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
                slow.lerp_(fast, 1 - min(0.998, (1 + step) / (10 + step)))
        if step % 200 == 0:
            report(
                f"step {step} cpu {used:.0f} s loss {loss.item() / int(n):.3f} "
                f"held out {held_out_loss(average, held):.3f}"
            )
            state = {"net": net.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save(state | {"step": step, "spent": used}, checkpoint)
            _save(average, target)
    _save(average, target)
    figures = {
        "nats_a_note": held_out_loss(average, held), "nats_a_note_between_known": held_out_loss(average, held, False),
    }  # fmt: skip
    _write_card(target.with_suffix(".card.md"), figures, training, held, step, used)
    _name_lead_sheets(target.with_suffix(".card.md"), data)
    return figures


def _save(net: TuneNet, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.half() for name, tensor in net.state_dict().items()}, target)


def _write_card(
    path: Path, figures: dict[str, float], training: Sequence[Lesson], held: Sequence[Lesson], steps: int, cpu_s: float
) -> None:
    rows = "\n".join(f"| {name} | {value:.3f} |" for name, value in figures.items())
    path.write_text(
        "# melody_tune: pitches for the notes of a music template\n\n"
        f"Trained by `intermezzo_engines.melody.train_tune` on {len(training)} tunes with "
        f"{sum(len(one.classes) for one in training)} notes:\nOpenScore Lieder (CC0), Open Hymnal (public domain), "
        "OpenEWLD lead sheets dated 1930 or before (MIT).\n"
        f"{steps} steps of {_BATCH} windows of {_WINDOW} notes, {cpu_s / 60:.1f} CPU-minutes; "
        "licence of the weights: MIT.\n\n"
        f"Held out by tune, {len(held)} tunes with {sum(len(one.classes) for one in held)} notes:\n\n"
        f"| figure | value |\n|---|---|\n{rows}\n\nThe control figures are those of `intermezzo check melody`.\n",
        encoding="utf-8",
    )


def _name_lead_sheets(card: Path, data: Path) -> None:
    """Add the works whose copyright may depend on the country: "Composer-Author/Title" as the data set has them."""
    names = ["/".join(tune.id.split("/")[2:4]).replace("_", " ") for tune in tunes(data, ("openewld_to1930",))]
    text = "\n## Lead sheets of 1930 or before that were in the corpus\n\n" + "; ".join(sorted(set(names))) + ".\n"
    card.write_text(card.read_text(encoding="utf-8") + text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the tune network.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=15.0)
    arguments = parser.parse_args()
    print(json.dumps(train(arguments.data, arguments.work, arguments.target, arguments.minutes)))
