"""Sections, cadences and chords over placed lyrics, in the manner of a style.

A line ends at home or open as its words and its place ask (cadence_model.py) and its rhythm leaves time. Chords are
drawn by the network of harmony_model.py with all these cadences given; lines that share a letter share their chords up
to the cadence, and with it where they end alike. Where a rhythm without words halts, the chord there says how.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Alternatives
from intermezzo.core.music.keys import Key
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.music.pulse import pulse_of
from intermezzo.core.sketches.melody import AUTHENTIC, HALF, WEAK
from intermezzo_engines.melody.cadence_model import CadenceModel, load_cadence_model, phrase_told
from intermezzo_engines.melody.harmony import KINDS_HEARD
from intermezzo_engines.melody.harmony_features import CHORDS, Grid, chord_label, grid_of, step_features
from intermezzo_engines.melody.harmony_model import HarmonyNet, draw_chords, load_harmony_net
from intermezzo_engines.melody.phrases import phrases_in_lines
from intermezzo_engines.melody.plan import Plan
from intermezzo_engines.melody.rhythm_writer import Placed
from intermezzo_engines.melody.song_form import PRIME, sections_in
from intermezzo_engines.melody.styles import Style
from intermezzo_engines.melody.template import Span, Template, at_frames
from intermezzo_engines.weights import shipped

__all__ = ["HarmonyWriter", "Written", "load_harmony_writer"]

_WARMTH: Final = 0.85
_RAREST: Final = ("+", "dim", "m7b5")
_DECIDED: Final = 3.0  # by how much likely cadences become likelier, as a power


@dataclass(frozen=True)
class Written:
    """A template; of each of its chords how sure the network is of it, 0 to 1, and the chords that it thought of.

    Of a chord over several steps this is said of the first, in which it comes in.
    """

    template: Template
    sure: tuple[float, ...]
    likely: tuple[Alternatives, ...]


class HarmonyWriter:
    """Writes templates; the same seed writes the same."""

    def __init__(self, net: HarmonyNet, cadences: CadenceModel) -> None:
        self._net, self._cadences = net, cadences

    def write(
        self, plan: Plan, placed: Placed, key: Key, metre: str, style: Style, seed: int,
        report: Callable[[float], None] = lambda share: None,
    ) -> Written:  # fmt: skip
        """Return the template of placed lines: sections as planned, cadences by words and place, chords of the style.

        Args:
            plan: which lines are sung alike.
            placed: the rhythm.
            key: tonic and mode.
            metre: "3/4".
            style: the manner of the chords.
            seed: of cadences and chords.
            report: called with the share that is done.
        """
        n_frames = placed.n_frames
        bars = Bars.of([(0, metre_of(metre))], n_frames, placed.pickup)
        starts = [start for start, _, _ in placed.phrases]
        edges = [0, *starts[1:], n_frames]
        sections = tuple((edges[first], edges[last], letter) for first, last, letter in sections_in(plan))
        rng = np.random.default_rng((seed, 3))
        labels = self._endings(plan, placed, bars, rng)
        chords, sure, likely = self._chords(plan, placed, labels, bars, key, style, rng, report)
        cadence = _cadence(placed, labels, chords, key, bars)
        template = Template(
            n_frames, ((0, key),), ((0, metre),), placed.pickup, chords, placed.rhythm, cadence, sections
        )
        return Written(template, sure, likely)

    def _endings(self, plan: Plan, placed: Placed, bars: Bars, rng: np.random.Generator) -> list[str]:
        """Return the cadence of each phrase; of a letter without a prime the one it had before, where there is time."""
        last = _last_syllables(placed)
        pulse = pulse_of([start for start, _, _ in placed.rhythm], bars)
        n = len(last)
        ends = [k + 1 == n or plan.stanzas[k + 1] != plan.stanzas[k] for k in range(n)]
        first = {stanza: k for k, stanza in reversed(list(enumerate(plan.stanzas)))}
        indices = [k - first[stanza] for k, stanza in enumerate(plan.stanzas)]
        # What closes where there are no words stands in the plan alone.
        words = [placed.rhythm[at][2] or ("." if closes else "") for at, closes in zip(last, plan.closes, strict=True)]
        chances = np.clip(self._cadences.homeward(phrase_told(words, indices, ends)), 1e-6, 1 - 1e-6)
        known: dict[tuple[str, bool], str] = {}
        found: list[str] = []
        for k, at in enumerate(last):
            start, stop, _ = placed.rhythm[at]
            gap = placed.rhythm[at + 1][0] - start if at + 1 < len(placed.rhythm) else 1 << 30
            odds = (chances[k] / (1 - chances[k])) ** _DECIDED
            drawn = AUTHENTIC if rng.uniform() < odds / (1 + odds) or k + 1 == n else HALF
            wanted = known.setdefault((plan.letters[k], ends[k]), drawn) if k + 1 < n else AUTHENTIC
            if k + 1 < n and (stop - start < pulse or 2 * gap < 3 * pulse):
                wanted = WEAK
            elif gap < 2 * pulse:
                wanted = HALF
            found.append(wanted)
        return found

    def _chords(
        self, plan: Plan, placed: Placed, labels: Sequence[str], bars: Bars, key: Key, style: Style,
        rng: np.random.Generator, report: Callable[[float], None],
    ) -> tuple[tuple[Span, ...], tuple[float, ...], tuple[Alternatives, ...]]:  # fmt: skip
        grid = grid_of(
            bars, [(start, stop) for start, stop, _ in placed.phrases], [start for start, _, _ in placed.rhythm]
        )
        told = step_features(grid, bars, key.is_minor, labels, style.manner)
        model = _models(grid, plan, labels)
        allowed = _allowed(grid, labels, key.is_minor, style)
        chords, sure, likely, shares = draw_chords(
            self._net, told, grid.phrase, allowed, model, rng, _WARMTH, report
        )  # fmt: skip
        spans: list[Span] = []
        chances: list[float] = []
        thought: list[Alternatives] = []
        for k, (start, stop) in enumerate(pairwise(grid.edges)):
            label = chord_label(int(chords[k]), key)
            if spans and spans[-1][2] == label:
                spans[-1] = (spans[-1][0], stop, label)
            else:
                spans.append((start, stop, label))
                chances.append(float(sure[k]))
                row = zip(likely[k].tolist(), shares[k].tolist(), strict=True)
                thought.append(tuple((chord_label(number, key), share) for number, share in row))
        return tuple(spans), tuple(chances), tuple(thought)


def load_harmony_writer() -> HarmonyWriter:
    """Read the shipped weights.

    Raises:
        PluginError: if they are missing or damaged.
    """
    with shipped("melody_harmony") as path:
        return HarmonyWriter(load_harmony_net(path), load_cadence_model(path))


def _cadence(placed: Placed, labels: Sequence[str], chords: Sequence[Span], key: Key, bars: Bars) -> tuple[Span, ...]:
    """Return the cadence lane: lines end as labels say, and without words a halt parts them in phrases."""
    rhythm = placed.rhythm
    lasts = [at + 1 for at in _last_syllables(placed)]
    lines = list(zip([0, *lasts], lasts, labels, strict=False))
    under = at_frames(chords, [start for start, _, _ in rhythm])
    phrases = phrases_in_lines(lines, rhythm, under, key, bars)
    return tuple((rhythm[first][0], rhythm[last - 1][1], label) for first, last, label in phrases)


def _last_syllables(placed: Placed) -> list[int]:
    """Return the index of the last syllable of each phrase."""
    starts = np.array([start for start, _, _ in placed.rhythm], np.int64)
    stops = [stop for _, stop, _ in placed.phrases]
    found: list[int] = (np.searchsorted(starts, stops, side="left") - 1).tolist()
    return found


def _models(grid: Grid, plan: Plan, labels: Sequence[str]) -> NDArray[np.int64]:
    """Return of each step the step of an earlier phrase of its letter whose chord it takes over, or -1."""
    model = np.full(grid.count, -1, np.int64)
    stops = np.searchsorted(grid.phrase, np.arange(len(labels)), side="right")
    known: dict[str, int] = {}
    for p, letter in enumerate(plan.letters):
        plain = letter.rstrip(PRIME)
        other = known.setdefault(plain, p)
        if other == p:
            continue
        first, there = int(grid.first[p]), int(grid.first[other])
        length = min(int(stops[p]) - first, int(stops[other]) - there)
        to_goal, goal_there = int(grid.goal[p]) - first, int(grid.goal[other]) - there
        # What differs in its end goes its own way from the chord before the last on.
        same = labels[p] == labels[other] and letter == plan.letters[other] and to_goal == goal_there
        shared = length if same else min(length, to_goal - 1, goal_there - 1)
        for k in range(max(shared, 0)):
            model[first + k] = there + k
    return model


def _allowed(grid: Grid, labels: Sequence[str], minor: bool, style: Style) -> NDArray[np.bool_]:
    """Return (N, CHORDS): which chords may stand, above all at the goals of phrases."""
    kinds = np.arange(CHORDS) % len(KINDS_HEARD)
    tonic = np.arange(CHORDS) < len(KINDS_HEARD)
    triad = kinds == KINDS_HEARD.index("m" if minor else "")
    home = tonic & triad
    plain = ~np.isin(kinds, [KINDS_HEARD.index(kind) for kind in _RAREST])
    allowed = np.ones((grid.count, CHORDS), bool)
    if style.manner.colour == 0:
        allowed &= np.isin(kinds, [KINDS_HEARD.index(kind) for kind in ("", "m", "7", "dim")])
    for p, label in enumerate(labels):
        goal = int(grid.goal[p])
        if int(grid.phrase[goal]) != p:
            continue
        if label == AUTHENTIC:
            allowed[goal : int(np.searchsorted(grid.phrase, p, side="right"))] = home
        elif label == HALF:
            allowed[goal] = ~tonic & plain
    return allowed
