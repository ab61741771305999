"""The rhythm of some lines of a song written anew between the lines that stand, on the same bars."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from intermezzo.core.music.metre import Metre, metre_of
from intermezzo_engines.melody.lyrics import Lyrics
from intermezzo_engines.melody.rhythm_features import TWELFTH
from intermezzo_engines.melody.rhythm_lines import Drawn, Placed, SoFar, last_length
from intermezzo_engines.melody.rhythm_writer import RhythmWriter
from intermezzo_engines.melody.template import Span

__all__ = ["again"]

_TRIES = 4


def again(
    writer: RhythmWriter, placed: Placed, lyrics: Lyrics, metre: str, lines: Collection[int], seed: int,
    tempo_bpm: float = 92.0, evenness: float = 0.0,
) -> Placed:  # fmt: skip
    """Return a rhythm in which some lines are sung otherwise; the others and all bars are as before.

    A line for which nothing fits between its neighbours stays as it is.

    Args:
        writer: the network.
        placed: the rhythm as it is, of one metre.
        lyrics: what is sung in it.
        metre: "3/4".
        lines: indices of the lines to write anew.
        seed: of the draw.
        tempo_bpm: see `RhythmWriter.write`.
        evenness: see `RhythmWriter.write`.
    """
    kind, rng = metre_of(metre), np.random.default_rng((seed, 13))
    so_far = SoFar.of(lyrics, metre)
    rhythm, phrases = list(placed.rhythm), list(placed.phrases)
    for k, line in enumerate(lyrics.lines):
        part = slice(so_far.firsts[k], so_far.firsts[k + 1])
        at = _bar_line(rhythm[part][0][0], placed.pickup, kind)
        stands = _drawn(rhythm[part], at)
        if k in lines:
            earliest = phrases[k - 1][1] if k else 0
            latest = phrases[k + 1][0] if k + 1 < len(phrases) else placed.n_frames
            for _ in range(_TRIES):
                made, worth = writer.candidates(so_far, lyrics.lines, kind, rng, tempo_bpm, evenness)
                fits = [at + one.onsets[0] * TWELFTH >= earliest and _ends(one, at, kind) <= latest for one in made]
                if any(fits):
                    stands = made[int(np.where(fits, worth, -np.inf).argmax())]
                    sung = [syllable.sung for syllable in line.syllables]
                    rhythm[part] = _spans(stands, sung, at, latest, kind)
                    phrases[k] = (rhythm[part][0][0], rhythm[part][-1][1], k)
                    break
        so_far.add(stands, kind)
    return Placed(placed.n_frames, tuple(rhythm), tuple(phrases), placed.pickup, placed.alike)


def _bar_line(start: int, pickup: int, kind: Metre) -> int:
    """Return the bar line with which a line begins, or before which it has its upbeat."""
    return pickup - (pickup - start) // kind.bar_frames * kind.bar_frames


def _drawn(rows: list[Span], at: int) -> Drawn:
    onsets = tuple((row[0] - at) // TWELFTH for row in rows)
    rests = (0, *((rows[k + 1][0] - rows[k][1]) // TWELFTH for k in range(len(rows) - 1)))
    return Drawn(onsets, rests, 1)


def _ends(one: Drawn, at: int, kind: Metre) -> int:
    """Return the frame before which nothing may follow a line: its last syllable has a beat and a half."""
    return at + one.onsets[-1] * TWELFTH + kind.beat_frames * 3 // 2


def _spans(one: Drawn, sung: list[str], at: int, latest: int, kind: Metre) -> list[Span]:
    starts = [at + onset * TWELFTH for onset in one.onsets]
    room = (latest - starts[-1]) // TWELFTH
    beat, bar = kind.beat_frames // TWELFTH, kind.bar_frames // TWELFTH
    stops = [start - rest * TWELFTH for start, rest in zip(starts[1:], one.rests[1:], strict=True)]
    stops.append(starts[-1] + last_length(room, beat, bar) * TWELFTH)
    return list(zip(starts, stops, sung, strict=True))
