"""Sections, cadences and chords over placed lyrics, in the manner of a style.

Lines that are sung alike share a section letter, and sections of one letter share their chords; stanzas of the same
form are the same song. Chords come from the Markov chain of harmony_model.py, phrase by phrase with their cadence
given, which also says how sure each chord is.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.music.keys import Key
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.sketches.melody import AUTHENTIC, HALF, WEAK
from intermezzo_engines.melody.harmony import steps
from intermezzo_engines.melody.harmony_model import (
    BEFORE_LAST,
    FIRST,
    INSIDE,
    KINDS,
    LAST,
    WEAK_INSIDE,
    Chain,
    chord_label,
    load_chain,
)
from intermezzo_engines.melody.lyrics import Lyrics
from intermezzo_engines.melody.phrases import pulse_of
from intermezzo_engines.melody.plan import Plan
from intermezzo_engines.melody.rhythm_writer import Placed
from intermezzo_engines.melody.styles import Style
from intermezzo_engines.melody.template import Span, Template

__all__ = ["HarmonyWriter", "Written", "load_harmony_writer", "plan_of"]

_PRIME: Final = "'"


@dataclass(frozen=True)
class Written:
    """A template, and of each of its chords how sure the chain is of it, 0 to 1."""

    template: Template
    sure: tuple[float, ...]


def plan_of(lyrics: Lyrics, alike: tuple[int, ...], seed: int) -> Plan:
    """Return which lines are sung alike.

    Args:
        lyrics: what is sung.
        alike: of each line, the index of the first line with its rhythm.
        seed: of the draw.
    """
    rng = np.random.default_rng((seed, 13))
    letters: list[str] = []
    stanzas: list[int] = []
    closes: list[bool] = []
    forms: dict[tuple[str, int], int] = {}
    refrains: dict[str, str] = {}
    fresh = 0
    for k, stanza in enumerate(lyrics.stanzas):
        first, n = len(letters), len(stanza.lines)
        model = forms.setdefault((stanza.kind, n), first)
        for j, line in enumerate(stanza.lines):
            if model < first and alike[first + j] == alike[model + j]:
                letter = letters[model + j]
            elif line.words in refrains:
                letter = refrains[line.words]
            else:
                letter = _like_an_earlier(letters, alike, first, j, n, rng)
                if not letter:
                    letter = _letter(fresh)
                    fresh += 1
            refrains.setdefault(line.words, letter)
            letters.append(letter)
            stanzas.append(k)
            closes.append(line.syllables[-1].after[-1:] in (".", "!", "?"))
    return Plan(tuple(letters), tuple(stanzas), tuple(closes))


class HarmonyWriter:
    """Writes templates; the same seed writes the same."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def write(self, plan: Plan, placed: Placed, key: Key, metre: str, style: Style, seed: int) -> Written:
        """Return the template of placed lines: sections and cadences as planned, chords of the style."""
        n_frames, rhythm, phrases = placed.n_frames, placed.rhythm, placed.phrases
        bars = Bars.of([(0, metre_of(metre))], n_frames, placed.pickup)
        starts = [start for start, _, _ in phrases]
        edges = [0, *starts[1:], n_frames]
        sections = tuple((edges[k], edges[k + 1], plan.letters[k]) for k in range(len(starts)))
        cadence = tuple(
            (start, stop, _cadence(plan, k, rhythm, starts, stop, pulse_of([r[0] for r in rhythm], bars)))
            for k, (start, stop, _) in enumerate(phrases)
        )
        chords, sure = self._chords(plan, cadence, rhythm, bars, key, style, np.random.default_rng((seed, 3)))
        template = Template(n_frames, ((0, key),), ((0, metre),), placed.pickup, chords, rhythm, cadence, sections)
        return Written(template, sure)

    def _chords(
        self, plan: Plan, cadence: tuple[Span, ...], rhythm: tuple[Span, ...], bars: Bars, key: Key, style: Style,
        rng: np.random.Generator,
    ) -> tuple[tuple[Span, ...], tuple[float, ...]]:  # fmt: skip
        edges = steps(bars) if style.chords_a_bar > 1.2 else [*bars.starts.tolist(), bars.n_frames]
        onsets = [start for start, _, _ in rhythm]
        tonic = KINDS.index("m") if key.is_minor else 0
        firsts = [_first_step(edges, bars, start) for start, _, _ in cadence]
        firsts[0] = 0
        names: list[int] = []
        sure: list[NDArray[np.float64]] = []
        known: dict[str, tuple[list[int], str]] = {}
        lines = set(bars.starts.tolist())
        for k, (_, stop, label) in enumerate(cadence):
            first, end = firsts[k], firsts[k + 1] if k + 1 < len(firsts) else len(edges) - 1
            if end <= first:
                continue
            onset = onsets[max(bisect_right(onsets, stop - 1) - 1, 0)]
            last = min(max(bisect_right(edges, onset) - 1, first), end - 1)
            places = [
                FIRST if j == first else INSIDE if edges[j] in lines else WEAK_INSIDE for j in range(first, last + 1)
            ]
            if last > first:
                places[-2] = BEFORE_LAST
            places[-1] = LAST.get(label, LAST[WEAK])
            fixed: list[int | None] = [None] * len(places)
            letter = plan.letters[k].rstrip(_PRIME)
            told, ending = known.get(letter, ([], ""))
            same = ending == label and plan.letters[k] == letter and len(told) == len(places)
            for j in range(min(len(told), len(places) if same else len(places) - 2)):
                fixed[j] = told[j]
            if k == 0 and fixed[0] is None and rng.uniform() < 0.85:
                fixed[0] = tonic
            if label == AUTHENTIC:
                fixed[-1] = tonic
            before = names[-1] if names else tonic
            drawn, own = self._chain.draw(style.name, key.is_minor, places, before, rng, fixed)
            known.setdefault(letter, (drawn, label))
            names += drawn + [drawn[-1]] * (end - 1 - last)
            sure += [*own, *[own[-1]] * (end - 1 - last)]
        return _spans(edges, names, sure, key)


def load_harmony_writer() -> HarmonyWriter:
    """Read the shipped table.

    Raises:
        PluginError: if it is missing or damaged.
    """
    with as_file(files("intermezzo_assets").joinpath("weights", "melody_harmony.safetensors")) as path:
        return HarmonyWriter(load_chain(path))


def _like_an_earlier(
    letters: list[str], alike: tuple[int, ...], first: int, j: int, n: int, rng: np.random.Generator
) -> str:
    """Return the letter of an earlier line of the stanza that a line repeats or varies; "" for a line of its own."""
    here = first + j
    for back, chance in ((2, 0.6), (3, 0.5), (1, 0.25)):
        model = here - back
        if model < first or alike[model] != alike[here] or rng.uniform() >= chance:
            continue
        plain = letters[model].rstrip(_PRIME)
        return plain + _PRIME if j + 1 == n or back == 1 or rng.uniform() < 0.5 else plain
    return ""


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else _letter(index // 26 - 1) + _letter(index % 26)


def _cadence(plan: Plan, k: int, rhythm: tuple[Span, ...], starts: list[int], stop: int, pulse: int) -> str:
    """Return the cadence of a phrase: at rest where its words or its stanza end, if there is time for one."""
    last = next(row for row in reversed(rhythm) if row[0] < stop)
    is_end = k + 1 == len(starts)
    gap = 1 << 30 if is_end else starts[k + 1] - last[0]
    length = last[1] - last[0]
    ends = is_end or plan.stanzas[k + 1] != plan.stanzas[k] or plan.closes[k]
    if length >= pulse and gap >= 2 * pulse and ends:
        return AUTHENTIC
    return HALF if (length >= pulse and 2 * gap >= 3 * pulse) or is_end else WEAK


def _first_step(edges: list[int], bars: Bars, start: int) -> int:
    """Return the first step of a phrase: that on the bar line after a pick-up."""
    k = bars.index_at(start)
    late = start - int(bars.starts[k]) >= bars.metres[k].bar_frames // 2 or (k == 0 and bars.pickup > 0)
    bar = int(bars.starts[min(k + 1, bars.count - 1)]) if late else int(bars.starts[k])
    return max(bisect_right(edges, bar) - 1, 0)


def _spans(
    edges: list[int], names: list[int], sure: list[NDArray[np.float64]], key: Key
) -> tuple[tuple[Span, ...], tuple[float, ...]]:
    """Return chords as spans, equal neighbours joined, and how sure the least sure part of each is."""
    spans: list[Span] = []
    least: list[float] = []
    for start, stop, name, chances in zip(edges, edges[1:], names, sure, strict=False):
        label, chance = chord_label(name, key), float(chances[name])
        if spans and spans[-1][2] == label:
            spans[-1] = (spans[-1][0], stop, label)
            least[-1] = min(least[-1], chance)
        else:
            spans.append((start, stop, label))
            least.append(chance)
    return tuple(spans), tuple(least)
