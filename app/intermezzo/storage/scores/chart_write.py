"""Chord charts out: four bars a line with headings, to be read by people and by `chart_read`; notes stay out."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence

from intermezzo.core.media import Melody
from intermezzo.core.music.chords import NO_CHORD
from intermezzo.core.music.metre import Bars, Metre, metre_of
from intermezzo.storage.documents import Unsound

__all__ = ["written_chart"]

_BARS_A_LINE = 4
_FINEST = 48


def written_chart(melody: Melody) -> bytes:
    """Return the chords of a tune as text; what has no chord is "N.C.", and what begins inside a bar moves to a grid.

    Raises:
        Unsound: if it has no chords.
    """
    if not melody.chords:
        raise Unsound("the tune has no chords. Write some first.")
    bars = Bars.of([(at, metre_of(name)) for at, name in melody.metres], melody.n_frames, melody.pickup)
    lines = [f"Title: {' '.join(melody.title.split())}"] if melody.title else []
    if melody.keys:
        lines.append(f"Key: {melody.keys[0][1]}")
    lines += [f"Metre: {bars.metres[0].name}", f"Tempo: {str(round(melody.tempi[0][1], 6)).removesuffix('.0')}"]
    if melody.pickup:
        lines.append(f"Pickup: {_fraction(melody.pickup)}")
    changes = [(at, f"Key: {name}") for at, name in melody.keys[1:]]
    changes += [(at, f"Tempo: {bpm:g}") for at, bpm in melody.tempi[1:]]
    changes += [(start, f"\n[{' '.join(label.split())}]") for start, _, label in melody.sections if label.strip()]
    changes.sort(key=lambda change: change[0])
    chords = _Chords(melody.chords)
    changes_left = deque(changes)
    row: list[str] = []
    metre = bars.metres[0]
    first = 1 if melody.pickup else 0
    for k in range(first, bars.count):
        start = int(bars.starts[k])
        now = []
        while changes_left and changes_left[0][0] <= start:
            now.append(changes_left.popleft()[1])
        if bars.metres[k] != metre:
            metre = bars.metres[k]
            now.append(f"Metre: {metre.name}")
        if row and (now or len(row) == _BARS_A_LINE):
            lines.append(f"| {' | '.join(row)} |")
            row = []
        lines += now
        row.append(" ".join(_bar(chords, start, metre)))
    lines.append(f"| {' | '.join(row)} |" if row else "")
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _fraction(frames: int) -> str:
    for unit in (4, 8, 16, 32):
        if frames % (1920 // unit) == 0:
            return f"{frames * unit // 1920}/{unit}"
    return f"{round(frames / 60)}/32"


class _Chords:
    """Which chord sounds when; spans are in order."""

    def __init__(self, spans: Sequence[tuple[int, int, str]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _, _ in self._spans]
        self._edges = sorted({edge for start, stop, _ in self._spans for edge in (start, stop)})

    def at(self, frame: int) -> str:
        """Return the chord at a frame."""
        k = bisect_right(self._starts, frame) - 1
        return (self._spans[k][2] or NO_CHORD) if k >= 0 and frame < self._spans[k][1] else NO_CHORD

    def edges(self, start: int, stop: int) -> list[int]:
        """Return the frames between two at which a chord begins or ends."""
        return self._edges[bisect_right(self._edges, start) : bisect_left(self._edges, stop)]


def _bar(chords: _Chords, start: int, metre: Metre) -> list[str]:
    """Return the tokens of a bar: the fewest equal parts of it on whose beginnings its chords change."""
    long = metre.bar_frames
    at = [(0, chords.at(start))]
    for frame in chords.edges(start, start + long):
        if (label := chords.at(frame)) != at[-1][1]:
            at.append((frame - start, label))
    beats = long // metre.beat_frames
    counts = [
        count for count in range(1, _FINEST + 1) if long % count == 0 and (beats % count == 0 or count % beats == 0)
    ]
    count = next((c for c in counts if all(frame % (long // c) == 0 for frame, _ in at)), counts[-1])
    tokens = ["."] * count
    for frame, label in at:
        tokens[min(round(frame * count / long), count - 1)] = label
    return tokens
