"""Train the rhythm network on the songs of the corpus and write weights and card.

    python -m intermezzo_engines.melody.train_rhythm --data DIR --work DIR --target FILE [--minutes 10] [--blank]

Each step draws 32 windows of 64 syllables from songs in English, German and French, each with one of its verses; lines
are guessed from the text (line_ends.py). AdamW 2e-3 with warm-up and linear decay over the CPU time that is given,
weight decay 0.1, dropout 0.35, a third of the syllables unheard, average .998. ``--blank`` keeps the lyrics back: the
comparison, same budget. Held out: the tunes that corpus.py marks. An interrupted training is simply started again.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from intermezzo.core.media import Melody
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo_engines.melody.corpus import tunes
from intermezzo_engines.melody.kern_songs import kern_songs, unseen
from intermezzo_engines.melody.line_ends import lines_guessed
from intermezzo_engines.melody.rhythm_features import (
    NONE,
    PLACES,
    STEPS,
    TWELFTH,
    rest_class,
    step_class,
    told_of,
)
from intermezzo_engines.melody.rhythm_model import RhythmNet
from intermezzo_engines.melody.syllabify import LANGUAGES
from intermezzo_engines.melody.template import rhythm_of

__all__ = ["Song", "beat_accuracy", "song_of", "songs", "train"]

_WINDOW, _BATCH, _RATE = 64, 32, 2e-3
_FEWEST = 12


@dataclass(frozen=True, eq=False)
class Song:
    """One verse of a tune: what is told (N, fields), and of each syllable (N,) its place, the bar's and beat's length,
    the step and rest that led to it (NONE and -1 for the first), and of the earlier syllables that may return (N, 6)
    their steps and places (NONE and -1 where there is none)."""

    whole: NDArray[np.int64]
    place: NDArray[np.int64]
    bar: NDArray[np.int64]
    beat: NDArray[np.int64]
    step: NDArray[np.int64]
    rest: NDArray[np.int64]
    model: NDArray[np.int64]
    place_of: NDArray[np.int64]


def song_of(melody: Melody, blank: bool = False) -> Song | None:
    """Return a melody's first verse as the network sees it; None where too little of it is sung."""
    rows = [row for row in rhythm_of(melody) if row[2]]
    if len(rows) < _FEWEST:
        return None
    bars = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
    starts, stops = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    which = np.clip(np.searchsorted(bars.starts, starts, side="right") - 1, 0, bars.count - 1)
    lengths = np.array([metre.bar_frames for metre in bars.metres])
    beats = np.array([metre.beat_frames for metre in bars.metres])
    inside = starts - bars.starts[which]
    if bars.pickup:
        inside = np.where(which == 0, inside + -bars.pickup % lengths[0], inside)
    texts = [row[2] for row in rows]
    told = told_of(texts, lines_guessed(texts, melody.language), melody.language, melody.metres[0][1], blank)
    steps = np.concatenate([[NONE], step_class(np.diff(starts) // TWELFTH)])
    rests = np.concatenate([[-1], rest_class((starts[1:] - stops[:-1]) // TWELFTH)])
    bar = np.minimum(lengths[which] // TWELFTH, PLACES)
    place = inside // TWELFTH % bar
    model = np.where(told.models >= 0, steps[told.models], NONE)
    place_of = np.where(told.models >= 0, place[told.models], -1)
    return Song(told.whole, place, bar, beats[which] // TWELFTH, steps, rests, model, place_of)


def songs(data: Path, blank: bool) -> tuple[list[list[Song]], list[Song]]:
    """Return the verses of each training song, and the first verses of the held-out ones.

    Songs in Humdrum are added to those that train, where they share nothing with any other.
    """
    known = tunes(data)
    more = [(melody, False) for melody in unseen(kern_songs(data), [tune.melody for tune in known])]
    training: list[list[Song]] = []
    held: list[Song] = []
    for melody, out in [*((tune.melody, tune.held_out) for tune in known), *more]:
        if melody.language not in LANGUAGES:
            continue
        verses = (melody.lyrics,) if out else (melody.lyrics, *melody.verses)
        made = [song_of(_with(melody, verse), blank) for verse in verses]
        kept = [song for song in made if song is not None]
        if kept and out:
            held.append(kept[0])
        elif kept:
            training.append(kept)
    return training, held


def _with(melody: Melody, verse: tuple[str, ...]) -> Melody:
    return Melody(
        melody.notes, verse, melody.n_frames, metres=melody.metres, pickup=melody.pickup, language=melody.language
    )


def _logits(net: RhythmNet, group: Sequence[Song]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Return logits of steps and rests, wanted steps and rests (-1 where there is none), and of first places."""
    width = max(len(song.step) for song in group)

    def padded(name: str, fill: int) -> Tensor:
        first = getattr(group[0], name)
        table = np.full((len(group), width, *first.shape[1:]), fill, np.int64)
        for k, song in enumerate(group):
            table[k, : len(song.step)] = getattr(song, name)
        return torch.from_numpy(table)

    whole, place, bar = padded("whole", 0), padded("place", 0), padded("bar", 48)
    step, rest, model, there = padded("step", NONE), padded("rest", -1), padded("model", NONE), padded("place_of", -1)
    encoded = net.encode(whole)
    before = torch.stack([step[:, :-1], nn.functional.pad(step[:, :-2], (1, 0), value=NONE)], -1)
    logits, y, _ = net.decode(
        encoded[:, :-1], encoded[:, 1:], place[:, :-1], before, model[:, 1:], there[:, 1:], bar[:, :-1]
    )
    wanted = torch.where(step[:, 1:] == NONE, -1, step[:, 1:])
    return logits, net.rests(y, step[:, 1:]), wanted, rest[:, 1:], net.first(encoded[:, 0])


def _loss(net: RhythmNet, group: Sequence[Song]) -> tuple[Tensor, int]:
    """Return nats summed over the steps, rests and first places, and how many steps there are."""
    logits, rests, wanted, resting, first = _logits(net, group)
    there = wanted >= 0
    total = nn.functional.cross_entropy(logits[there], wanted[there], reduction="sum")
    total = total + nn.functional.cross_entropy(rests[there], resting[there], reduction="sum")
    begins = torch.tensor([int(song.place[0]) for song in group])
    return total + nn.functional.cross_entropy(first, begins, reduction="sum"), int(there.sum())


def beat_accuracy(net: RhythmNet, held: Sequence[Song]) -> float:
    """Return the share of syllables whose beat is the likeliest, told where the syllable before was."""
    right = total = 0
    net.eval()
    steps = torch.from_numpy(STEPS)
    with torch.inference_mode():
        for song in held:
            logits, _, wanted, _, _ = _logits(net, [song])
            chance = logits[0].softmax(-1)
            place, bar, beat = (torch.from_numpy(getattr(song, name))[:-1] for name in ("place", "bar", "beat"))
            leads = (place[:, None] + steps) % bar[:, None] // beat[:, None]
            mass = torch.zeros(len(chance), PLACES).scatter_add(1, leads, chance)
            true = torch.from_numpy(song.place[1:] // song.beat[1:])
            right += int((mass.argmax(1) == true).sum())
            total += int((wanted >= 0).sum())
    net.train()
    return right / max(total, 1)


def held_out_loss(net: RhythmNet, held: Sequence[Song]) -> float:
    """Return nats a syllable."""
    net.eval()
    with torch.inference_mode():
        parts = [_loss(net, [song]) for song in held]
    net.train()
    return sum(loss.item() for loss, _ in parts) / sum(n for _, n in parts)


def _crop(song: Song, rng: np.random.Generator) -> Song:
    start = int(rng.integers(0, max(len(song.step) - _WINDOW, 0) + 1))
    part = slice(start, start + _WINDOW)
    columns = {name: getattr(song, name)[part] for name in Song.__annotations__}
    columns["step"] = np.concatenate([[NONE], columns["step"][1:]])
    columns["rest"] = np.concatenate([[-1], columns["rest"][1:]])
    return Song(**columns)


def train(
    data: Path, work: Path, target: Path, minutes: float = 10.0, blank: bool = False, seed: int = 0,
    report: Callable[[str], None] = print,
) -> dict[str, float]:  # fmt: skip
    """Train for some CPU minutes (earlier runs count), write `target` and its card, and return held-out figures."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    training, held = songs(data, blank)
    report(f"{len(training)} songs, {sum(map(len, training))} verses; {len(held)} held out")
    share = np.array([max(len(verses[0].step), _WINDOW) for verses in training], float)
    share /= share.sum()
    net = RhythmNet()
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, betas=(0.9, 0.98), weight_decay=0.1)
    step, spent, checkpoint = 0, 0.0, work / ("rhythm_blank.ckpt" if blank else "rhythm.ckpt")
    work.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, spent = saved["step"], saved["spent"]
    rng = np.random.default_rng(seed + step)
    began, budget = time.process_time() - spent, 60 * minutes
    while (used := time.process_time() - began) < budget:
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / 100) * max(1 - used / budget, 0.02)
        chosen = [training[k] for k in rng.choice(len(training), _BATCH, p=share)]
        windows = [_crop(verses[int(rng.integers(len(verses)))], rng) for verses in chosen]
        loss, n = _loss(net, windows)
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
                f"step {step} cpu {used:.0f} s loss {loss.item() / n:.3f} held out {held_out_loss(average, held):.3f} "
                f"beats {beat_accuracy(average, held):.4f}"
            )
            state = {"net": net.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save(state | {"step": step, "spent": used}, checkpoint)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.half() for name, tensor in average.state_dict().items()}, target)
    figures = {"beat_accuracy": beat_accuracy(average, held), "nats_a_syllable": held_out_loss(average, held)}
    rows = "\n".join(f"| {name} | {value:.3f} |" for name, value in figures.items())
    target.with_suffix(".card.md").write_text(
        f"# {target.stem}: when syllables are sung\n\n"
        f"Trained by `intermezzo_engines.melody.train_rhythm`{' with the lyrics kept back' if blank else ''} on "
        f"{len(training)} songs with\n{sum(map(len, training))} verses (OpenScore Lieder, CC0; Open Hymnal, public "
        "domain; OpenEWLD lead sheets dated 1930 or before,\nMIT; art songs of the LvH archive in Humdrum, CC0), "
        f"{step} steps, {used / 60:.1f} CPU-minutes; licence of the weights: MIT. The lead sheets are named in "
        "melody_tune.card.md.\n\n"
        f"Held out by tune, {len(held)} songs, each syllable told where the one before was:\n\n"
        f"| figure | value |\n|---|---|\n{rows}\n",
        encoding="utf-8",
    )
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the rhythm network.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--blank", action="store_true")
    arguments = parser.parse_args()
    made = train(arguments.data, arguments.work, arguments.target, arguments.minutes, arguments.blank)
    print(json.dumps(made))
