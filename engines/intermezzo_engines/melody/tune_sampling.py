"""Pitches for the notes of templates, from the tune network: seeds, a singer's range, chord strictness, what stands.

Notes are sampled from left to right; those that stand are never touched and are heard on both sides. Besides the
temperature these rules weigh on the choice: chord tones (all of them where strictness is 1, on strong and long notes
first), the largest leap, the ends of phrases (an authentic cadence ends on the tonic or in its chord, a half cadence
not on the tonic), and the key: its tonic is kept longer in sum than that of the relative key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo_engines.melody.tune_features import BELOW, CLASSES, FIELDS, Features, with_register
from intermezzo_engines.melody.tune_model import NONE, TuneNet

__all__ = ["Controls", "Job", "sample_pitches"]

_ROOT: Final = list(FIELDS).index("root")
_REPEAT: Final = list(FIELDS).index("repeat")
_FORBIDDEN: Final = -1e4
_CHORD_ALL, _CHORD_STRONG = 4.5, 9.0  # what strictness 1 takes from tones outside the chord
_KEY: Final = 5.0
_CADENCE: Final = 12.0
_LAST: Final = 6.0  # what the tonic gains at the very end: nine in ten songs end on it
_SAME: Final = 4.0  # what a note gains that repeats its section's model
_REPORTED: Final = 64


@dataclass(frozen=True)
class Controls:
    """How pitches are chosen.

    Attributes:
        strictness: 0 leaves chord tones to the network, 1 asks for them.
        lowest: lowest MIDI pitch.
        highest: highest MIDI pitch.
        leap: largest step from note to note in semitones.
        temperature: 0.1 sober to 1.5 wild.
        choices: how many likeliest pitches are drawn from.
    """

    strictness: float = 0.1
    lowest: int = 57
    highest: int = 77
    leap: int = 12
    temperature: float = 0.7
    choices: int = 16


@dataclass(frozen=True, eq=False)
class Job:
    """One tune to sample: its features, int64 (N,) MIDI pitches that stand (-1 where one is wanted), and a seed."""

    features: Features
    standing: NDArray[np.int64]
    seed: int
    controls: Controls = Controls()


def sample_pitches(
    net: TuneNet, jobs: Sequence[Job], report: Callable[[float], None] = lambda share: None
) -> list[NDArray[np.int64]]:
    """Return MIDI pitches (N,) of each job; what stands stays, whatever the controls say of it.

    ``report`` is called now and then with the share that is done.
    """
    if not jobs or not max(len(job.features) for job in jobs):
        return [job.standing.copy() for job in jobs]
    rows = [_Row(job) for job in jobs]
    width = max(row.n for row in rows)
    whole = torch.zeros(len(rows), width, len(FIELDS), dtype=torch.long)
    tones = torch.zeros(len(rows), width, 24)
    known = torch.full((len(rows), width), NONE)
    for k, row in enumerate(rows):
        whole[k, : row.n] = torch.from_numpy(row.told.whole)
        tones[k, : row.n] = torch.from_numpy(row.told.tones)
        known[k, : row.n] = torch.from_numpy(row.known_classes())
    with torch.inference_mode():
        # Of rows of unequal length each is read alone, so that no padding is heard from the right.
        encoded = torch.zeros(len(rows), width, net.head.in_features - net.decoder.hidden_size)
        for k, row in enumerate(rows):
            part = slice(k, k + 1), slice(0, row.n)
            encoded[k, : row.n] = net.encode(whole[part], tones[part], known[part])[0]
        wanted = [np.flatnonzero(~row.stands) for row in rows]
        first = min((int(at[0]) for at in wanted if len(at)), default=width)
        last = max((int(at[-1]) + 1 for at in wanted if len(at)), default=0)
        state = None
        if 0 < first < last:  # what stands before the first wanted note is heard in one go
            heard = torch.tensor([[row.heard(i) for i in range(first)] for row in rows])
            root = whole[:, :first, _ROOT]
            _, state = net.decode(encoded[:, :first], root, heard[..., 0], heard[..., 1], heard[..., 2])
        for i in range(first, last):
            if i % _REPORTED == 0:
                report((i - first) / (last - first))
            heard = torch.tensor([row.heard(i) for row in rows])
            logits, state = net.decode(
                encoded[:, i : i + 1], whole[:, i : i + 1, _ROOT], heard[:, 0:1], heard[:, 1:2], heard[:, 2:3], state
            )
            for row, scores in zip(rows, logits[:, 0].double().numpy(), strict=True):
                row.choose(i, scores)
    return [row.pitches for row in rows]


class _Row:
    """A tune that is being sampled."""

    def __init__(self, job: Job) -> None:
        self.controls, self.n = job.controls, len(job.features)
        self.pitches = job.standing.astype(np.int64).copy()
        self.stands = self.pitches >= 0
        middle = (job.controls.lowest + job.controls.highest) / 2
        if self.stands.sum() >= 4:
            middle = float(self.pitches[self.stands].mean())
        self.told = with_register(job.features, middle)
        self.draws = np.random.default_rng(job.seed).uniform(size=self.n)
        self.mass = np.zeros(2)  # frames on the tonic, on the rival
        for k in np.flatnonzero(self.stands):
            self._weigh(int(k))

    def known_classes(self) -> NDArray[np.int64]:
        classes = self.pitches - self.told.base + BELOW
        return np.where(self.stands & (classes >= 0) & (classes < CLASSES), classes, NONE)

    def heard(self, i: int) -> tuple[int, int, int]:
        """Return the classes of the note before, of the model, and where the model's contour leads."""
        if i >= self.n:
            return NONE, NONE, NONE
        base, model = int(self.told.base[i]), int(self.told.model[i])
        before = _class(int(self.pitches[i - 1]), base) if i else NONE
        if model < 0 or self.pitches[model] < 0:
            return before, NONE, NONE
        there, follow = _class(int(self.pitches[model]), base), NONE
        if i and model and self.told.model[i - 1] == model - 1:
            led = int(self.pitches[i - 1] + self.pitches[model] - self.pitches[model - 1])
            follow = _class(led, base)
        return before, there, follow

    def choose(self, i: int, scores: NDArray[np.float64]) -> None:
        if i >= self.n or self.stands[i]:
            return
        pitches = np.arange(CLASSES) + int(self.told.base[i]) - BELOW
        scores = scores / self.controls.temperature + self._rules(i, pitches)
        likeliest = np.argsort(-scores, kind="stable")[: self.controls.choices]
        shares = np.exp(scores[likeliest] - scores[likeliest[0]])
        at = int(np.searchsorted(np.cumsum(shares) / shares.sum(), self.draws[i]))
        self.pitches[i] = pitches[likeliest[min(at, len(likeliest) - 1)]]
        self._weigh(i)

    def _rules(self, i: int, pitches: NDArray[np.int64]) -> NDArray[np.float64]:
        told, controls = self.told, self.controls
        of_class = pitches % 12
        rules = np.zeros(CLASSES)
        away = np.maximum(controls.lowest - pitches, pitches - controls.highest).clip(0)
        rules += np.where(away > 0, _FORBIDDEN * (1 + away), 0)
        for other in (i - 1, i + 1):
            if 0 <= other < self.n and self.pitches[other] >= 0:
                over = (np.abs(pitches - self.pitches[other]) - controls.leap).clip(0)
                rules += np.where(over > 0, 0.1 * _FORBIDDEN * (1 + over), 0)
        if controls.strictness > 0:
            weight = _CHORD_STRONG if told.strong[i] else _CHORD_ALL
            rules -= controls.strictness * weight * ~told.chord[i][of_class]
        is_tonic, is_rival = of_class == told.tonic[i], of_class == told.rival[i]
        total = float(self.mass.sum()) + 2 * float(told.lengths[i])
        lead = float(self.mass[0] - self.mass[1]) / total
        tonic_fits = bool(told.chord[i][told.tonic[i]])
        rules += _KEY * max(0.3 - lead, 0.0) * (is_tonic * tonic_fits - is_rival.astype(float))
        model = int(told.model[i])
        if model >= 0 and told.whole[i, _REPEAT] == 1 and self.pitches[model] >= 0:
            rules += _SAME * (pitches == self.pitches[model])
        if told.ends[i] == 3 and not told.home[i]:
            rules += _CADENCE * is_tonic
        elif told.ends[i] == 3:
            rules += _CADENCE * told.chord[i][of_class] + _LAST * (i == self.n - 1) * is_tonic
        elif told.ends[i] == 2 and told.rests[i]:
            rules -= _CADENCE * is_tonic
        return rules

    def _weigh(self, i: int) -> None:
        of_class, length = self.pitches[i] % 12, float(self.told.lengths[i])
        self.mass += length * np.array([of_class == self.told.tonic[i], of_class == self.told.rival[i]], float)


def _class(pitch: int, base: int) -> int:
    found = pitch - base + BELOW
    return found if 0 <= found < CLASSES else NONE
