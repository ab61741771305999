"""Sections, cadences and chords over placed lyrics, in the manner of a style."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import numpy as np

from intermezzo.core.music.keys import Key
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.sketches.melody import AUTHENTIC, HALF
from intermezzo_engines.melody.harmony import root_name
from intermezzo_engines.melody.lyrics import Lyrics
from intermezzo_engines.melody.placing import Placed
from intermezzo_engines.melody.styles import Plan, Style
from intermezzo_engines.melody.template import Span, Template

__all__ = ["HarmonyWriter", "load_harmony_writer"]

# By rule for now: degree -> (following degree, weight), in semitones above the tonic.
_MOVES: Final = {
    "major": {0: ((5, 3), (7, 3), (9, 2), (4, 1), (2, 1)), 2: ((7, 4), (5, 1)), 4: ((9, 2), (5, 2)),
              5: ((7, 3), (0, 3), (2, 1)), 7: ((0, 4), (9, 1), (5, 1)), 9: ((5, 2), (2, 2), (7, 1))},
    "minor": {0: ((5, 3), (7, 3), (8, 2), (3, 1), (10, 1)), 3: ((8, 2), (5, 1), (10, 1)), 5: ((7, 3), (0, 2)),
              7: ((0, 4), (8, 1)), 8: ((5, 1), (7, 2), (3, 1)), 10: ((3, 3), (0, 1))},
}  # fmt: skip
_KINDS: Final = {
    "major": {0: "", 2: "m", 4: "m", 5: "", 7: "", 9: "m"},
    "minor": {0: "m", 3: "", 5: "m", 7: "", 8: "", 10: ""},
}


class HarmonyWriter:
    """The same seed writes the same chords."""

    def plan_of(self, lyrics: Lyrics, placed: Placed) -> Plan:
        """Return which lines are sung alike: stanzas of the same number of lines share their letters."""
        letters: list[str] = []
        stanzas: list[int] = []
        closes: list[bool] = []
        seen: dict[int, list[str]] = {}
        count = 0
        for k, stanza in enumerate(lyrics.stanzas):
            n = len(stanza.lines)
            own = seen.get(n)
            if own is None:
                own = []
                for j in range(n):
                    if n % 4 == 0 and j == 2:
                        own.append(own[0])
                    else:
                        own.append(chr(ord("A") + count % 26))
                        count += 1
                seen[n] = own
            letters += own
            stanzas += [k] * n
            closes += [line.syllables[-1].after[-1:] in (".", "!", "?") for line in stanza.lines]
        return Plan(placed, tuple(letters), tuple(stanzas), tuple(closes))

    def write(self, plan: Plan, key: Key, metre: str, style: Style, seed: int) -> Template:
        """Return the template: sections from the plan, a cadence for each phrase, chords by bar."""
        placed = plan.placed
        bars = Bars.of([(0, metre_of(metre))], placed.n_frames, placed.pickup)
        starts = [start for start, _, _ in placed.phrases]
        sections = tuple(
            (start if k else 0, starts[k + 1] if k + 1 < len(starts) else placed.n_frames, plan.letters[k])
            for k, start in enumerate(starts)
        )
        cadence = tuple(
            (start, stop, AUTHENTIC if self._ends_home(plan, k) else HALF)
            for k, (start, stop, _) in enumerate(placed.phrases)
        )
        chords = self._chords(plan, cadence, bars, key, np.random.default_rng((seed, 3)))
        return Template(
            placed.n_frames, ((0, key),), ((0, metre),), placed.pickup, chords, placed.rhythm, cadence, sections
        )

    def _ends_home(self, plan: Plan, k: int) -> bool:
        last = k + 1 == len(plan.letters) or plan.stanzas[k + 1] != plan.stanzas[k]
        return last or (plan.closes[k] and k % 2 == 1)

    def _chords(
        self, plan: Plan, cadence: Sequence[Span], bars: Bars, key: Key, rng: np.random.Generator
    ) -> tuple[Span, ...]:
        mode = "minor" if key.is_minor else "major"
        ends = [bars.index_at(stop - 1) for _, stop, _ in cadence]
        degree, rows = 0, []
        known: dict[tuple[str, int], int] = {}
        phrase_starts = [start for start, _, _ in plan.placed.phrases]
        for k in range(bars.count):
            phrase = max(bisect_right(phrase_starts, int(bars.starts[k]) + bars.metres[k].beat_frames) - 1, 0)
            place = (plan.letters[phrase], k - bars.index_at(phrase_starts[phrase]))
            if k in ends:
                degree = 0 if cadence[ends.index(k)][2] == AUTHENTIC else 7
            elif place in known:
                degree = known[place]
            elif k == 0 or k - 1 in ends:
                degree = 0
            elif k + 1 in ends and cadence[ends.index(k + 1)][2] == AUTHENTIC:
                degree = 7 if rng.random() < 0.7 else 5
            else:
                choices = _MOVES[mode][degree]
                shares = np.array([w for _, w in choices], float)
                degree = choices[int(rng.choice(len(choices), p=shares / shares.sum()))][0]
            known.setdefault(place, degree)
            stop = int(bars.starts[k + 1]) if k + 1 < bars.count else bars.n_frames
            label = root_name((key.pitch_class + degree) % 12, key) + _KINDS[mode][degree]
            rows.append((int(bars.starts[k]), stop, label))
        return tuple(rows)


def load_harmony_writer() -> HarmonyWriter:
    """Return a writer."""
    return HarmonyWriter()
