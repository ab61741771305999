"""Chord charts out: four bars a line with headings, to be read by people and by `chart_read`; notes stay out."""

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
    row: list[str] = []
    metre = bars.metres[0]
    first = 1 if melody.pickup else 0
    for k in range(first, bars.count):
        start = int(bars.starts[k])
        now = [text for at, text in changes if at <= start]
        del changes[: len(now)]
        if bars.metres[k] != metre:
            metre = bars.metres[k]
            now.append(f"Metre: {metre.name}")
        if row and (now or len(row) == _BARS_A_LINE):
            lines.append(f"| {' | '.join(row)} |")
            row = []
        lines += now
        row.append(" ".join(_bar(melody, start, metre)))
    lines.append(f"| {' | '.join(row)} |" if row else "")
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _fraction(frames: int) -> str:
    for unit in (4, 8, 16, 32):
        if frames % (1920 // unit) == 0:
            return f"{frames * unit // 1920}/{unit}"
    return f"{round(frames / 60)}/32"


def _bar(melody: Melody, start: int, metre: Metre) -> list[str]:
    """Return the tokens of a bar: the fewest equal parts of it on whose beginnings its chords change."""
    long = metre.bar_frames
    at = [(0, _chord_at(melody.chords, start))]
    for begin, stop, _ in melody.chords:
        at += [
            (frame - start, _chord_at(melody.chords, frame)) for frame in (begin, stop) if start < frame < start + long
        ]
    at = [change for k, change in enumerate(sorted(at)) if k == 0 or change[1] != sorted(at)[k - 1][1]]
    beats = long // metre.beat_frames
    counts = [
        count for count in range(1, _FINEST + 1) if long % count == 0 and (beats % count == 0 or count % beats == 0)
    ]
    count = next((c for c in counts if all(frame % (long // c) == 0 for frame, _ in at)), counts[-1])
    tokens = ["."] * count
    for frame, label in at:
        tokens[min(round(frame * count / long), count - 1)] = label
    return tokens


def _chord_at(chords: Sequence[tuple[int, int, str]], frame: int) -> str:
    return next((label or NO_CHORD for start, stop, label in chords if start <= frame < stop), NO_CHORD)
