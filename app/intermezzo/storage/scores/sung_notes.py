"""Notes as singing programs take them: one at a time, from a full bar on, with words in OpenUtau's signs.

A word stands whole on its first note; "+" is its next syllable, and "+~" draws the syllable before it out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intermezzo.core.media import Melody
from intermezzo.core.music.metre import Bars, Metre, metre_of
from intermezzo.core.music.syllables import HOLD, goes_on, is_sung, shown
from intermezzo.storage.documents import Unsound

__all__ = ["NEXT", "SLUR", "SungNote", "SungTune", "sung_tune"]

NEXT = "+"
SLUR = "+~"
_WITHOUT_WORDS = "la"
_NOT_SUNG = re.compile(r"[^\w'’‑\-\u3000-\u9fff]+")


@dataclass(frozen=True)
class SungNote:
    """``start`` and ``stop`` in ticks, 480 a quarter."""

    start: int
    stop: int
    pitch: int
    velocity: int
    lyric: str


@dataclass(frozen=True)
class SungTune:
    """Notes that do not overlap; ``tempi`` (tick, quarters a minute); ``metres`` (number of a bar from 0, metre)."""

    notes: tuple[SungNote, ...]
    tempi: tuple[tuple[int, float], ...]
    metres: tuple[tuple[int, Metre], ...]
    n_ticks: int


def sung_tune(melody: Melody) -> SungTune:
    """Return a tune for a singer; a pick-up is filled up to a bar, because singing programs have none.

    Raises:
        Unsound: if there is no note.
    """
    if not melody.count:
        raise Unsound("the tune has no notes. Put one into it first.")
    first = metre_of(melody.metres[0][1])
    shift = -melody.pickup % first.bar_frames
    kept = _on_top(melody)
    words = _words([melody.lyrics[k] for k in kept])
    rows = [melody.notes[k].tolist() for k in kept]
    notes = []
    for k, ((start, stop, pitch, velocity), lyric) in enumerate(zip(rows, words, strict=True)):
        stop = min(stop, rows[k + 1][0]) if k + 1 < len(rows) else stop
        notes.append(SungNote(start + shift, stop + shift, pitch, velocity, lyric))
    tempi = tuple((at + shift if at else 0, bpm) for at, bpm in melody.tempi)
    return SungTune(tuple(notes), tempi, _metres(melody), melody.n_frames + shift)


def _on_top(melody: Melody) -> list[int]:
    kept: list[int] = []
    for k, (start, _, pitch, _) in enumerate(melody.notes.tolist()):
        if kept and melody.notes[kept[-1], 0] == start:
            kept[-1] = k if pitch > melody.notes[kept[-1], 2] else kept[-1]
        else:
            kept.append(k)
    return kept


def _words(syllables: Sequence[str]) -> list[str]:
    """Return what stands on each note: a word on its first, signs on the others."""
    found: list[str] = []
    first = -1  # the note of the word that goes on
    sounds = False
    for text in syllables:
        if text == HOLD and sounds:
            found.append(SLUR)
        elif not is_sung(text):
            found.append(_WITHOUT_WORDS)
            sounds, first = True, -1
        else:
            if first >= 0:
                found[first] += shown(text)
                found.append(NEXT)
            else:
                found.append(shown(text))
                first = len(found) - 1
            sounds = True
            first = first if goes_on(text) else -1
    return [_plain(text) for text in found]


def _plain(text: str) -> str:
    if text in (NEXT, SLUR):
        return text
    return _NOT_SUNG.sub("", text).strip("-'’‑") or _WITHOUT_WORDS


def _metres(melody: Melody) -> tuple[tuple[int, Metre], ...]:
    """Return the metre of each bar where it changes; a bar that is cut short has one of its own length."""
    bars = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
    stops = [*bars.starts.tolist(), melody.n_frames][1:]
    found: list[tuple[int, Metre]] = []
    for k, (start, stop, metre) in enumerate(zip(bars.starts.tolist(), stops, bars.metres, strict=True)):
        unit = metre.bar_frames // metre.beats
        is_cut = 0 < k < bars.count - 1 and stop - start != metre.bar_frames and (stop - start) % unit == 0
        own = Metre((stop - start) // unit, metre.unit) if is_cut else metre
        if not found or found[-1][1] != own:
            found.append((k, own))
    return tuple(found)
