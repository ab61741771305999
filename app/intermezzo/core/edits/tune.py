"""A tune as files hold it onto the layers of melody/1, and back: what import puts on screen and export writes.

Nothing is inferred but phrase ends, and these simply: no chords, sections or keys are found that the tune does not say.
That is the work of an engine's analyser.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from intermezzo.core.clock import FASTEST_BPM, SLOWEST_BPM, tempo_of
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Layer, Mark, Notes, NotesSpec, Spans, SpansSpec
from intermezzo.core.media import Melody
from intermezzo.core.music.chords import chord_of
from intermezzo.core.music.keys import Key, key_of, letter_pitch_class
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.music.syllables import HOLD
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches.melody import AUTHENTIC, HALF, MELODY, WEAK, is_tune

__all__ = ["FROM_FILE", "to_melody", "to_sketch"]

FROM_FILE = Made("file", "1")
_Span = tuple[int, int, str]
_T = TypeVar("_T")


def to_sketch(melody: Melody, made: Made = FROM_FILE) -> Sketch:
    """Return a tune as a sketch whose elements all bear the mark of what was analysed.

    Further verses, the title and the language have no place in it.

    Raises:
        EditError: if the tune has no length, or a note beyond the keys of a piano.
    """
    n = melody.n_frames
    spec = MELODY.spec("notes")
    assert isinstance(spec, NotesSpec)
    if n <= 0:
        raise EditError("This tune has no length. Put a note or a rest into it first.")
    pitches = melody.notes[:, 2]
    if melody.count and not spec.low <= pitches.min() <= pitches.max() <= spec.high:
        raise EditError("This tune has notes beyond the keys of a piano. Move them by octaves in its own program.")
    tempi = [(frame, _shortest(min(max(bpm, SLOWEST_BPM), FASTEST_BPM))) for frame, bpm in melody.tempi]
    metres = list(melody.metres)
    if melody.pickup and all(frame != melody.pickup for frame, _ in metres):
        metres.insert(1, (melody.pickup, metres[0][1]))
    spans = {
        "tempo": _between([(0, tempi[0][1]), *tempi[1:]], n), "metre": _between([(0, metres[0][1]), *metres[1:]], n),
        "key": _between(melody.keys, n), "sections": melody.sections, "chords": melody.chords,
        "rhythm": _rhythm(melody), "cadence": _cadences(melody),
    }  # fmt: skip
    layers: dict[str, Layer] = {name: _spans(name, rows, n) for name, rows in spans.items()}
    layers["notes"] = Notes.machine(spec, MELODY.hop_s, n, melody.notes, melody.lyrics, Mark.ANALYSED)
    return Sketch(MELODY, layers, made)


def to_melody(sketch: Sketch, *, title: str = "", language: str = "") -> Melody:
    """Return the tune that a melody/1 sketch holds; labels that say no tempo, metre or key are passed over.

    Raises:
        EditError: if the sketch is of another type.
    """
    if not is_tune(sketch):
        raise EditError(f"A {sketch.type.title.lower()} sketch holds no tune.")
    notes, bars = sketch.notes, sketch.bars
    assert isinstance(notes, Notes) and bars is not None
    metres = [(start, metre_of(label).name) for start, _, label in _said(sketch.metre) if _is_metre(label)]
    metres = metres or [(0, "4/4")]
    if bars.pickup and len(metres) > 1 and metres[1] == (bars.pickup, metres[0][1]):
        del metres[1]
    tempi = [(start, bpm) for start, _, label in _said(sketch.tempo) if (bpm := tempo_of(label)) is not None]
    keys = [(start, key.name) for start, _, label in _said(sketch.key) if (key := _key(label)) is not None]
    return Melody(
        notes.values, notes.lyrics, sketch.n_frames, tuple(_from_start(tempi or [(0, 120.0)])),
        tuple(_from_start(metres)), tuple(keys), tuple(_said(sketch.chords)), tuple(_said(sketch.sections)),
        pickup=bars.pickup, title=title, language=language,
    )  # fmt: skip


def _from_start(changes: list[tuple[int, _T]]) -> list[tuple[int, _T]]:
    return [(0, changes[0][1]), *changes[1:]]


def _shortest(bpm: float) -> str:
    return str(int(bpm)) if bpm == int(bpm) else str(bpm)


def _between(changes: Sequence[tuple[int, str]], n_frames: int) -> list[_Span]:
    """Return changes as spans, each until the next; of several on one frame the last."""
    latest = sorted({frame: label for frame, label in changes if frame < n_frames}.items())
    stops = [*(frame for frame, _ in latest), n_frames][1:]
    return [(start, stop, label) for (start, label), stop in zip(latest, stops, strict=True)]


def _spans(name: str, rows: Sequence[_Span], n_frames: int) -> Spans:
    """Return a layer; spans that run into the next are cut, those without length left out."""
    spec = MELODY.spec(name)
    assert isinstance(spec, SpansSpec)
    kept: list[_Span] = []
    ordered = sorted(rows, key=lambda row: row[0])
    nexts = [*(start for start, _, _ in ordered), n_frames][1:]
    for (start, stop, label), following in zip(ordered, nexts, strict=True):
        stop = min(stop, following)
        if 0 <= start < stop:
            kept.append((start, stop, label))
    starts, stops, labels = zip(*kept, strict=True) if kept else ((), (), ())
    return Spans.machine(spec, MELODY.hop_s, n_frames, starts, stops, tuple(labels), Mark.ANALYSED)


def _rhythm(melody: Melody) -> list[_Span]:
    """Return a span for each syllable to the end of its last hold; notes struck together have one."""
    found: list[_Span] = []
    for (start, stop, _, _), text in zip(melody.notes.tolist(), melody.lyrics, strict=True):
        if text == HOLD and found:
            found[-1] = (found[-1][0], max(stop, found[-1][1]), found[-1][2])
        elif found and found[-1][0] == start:
            found[-1] = (start, max(stop, found[-1][1]), found[-1][2] or text)
        else:
            found.append((start, stop, "" if text == HOLD else text))
    return found


def _cadences(melody: Melody) -> list[_Span]:
    """Return a span for each phrase: it ends with a note that is long for this tune, or before a long rest.

    Its label is authentic on the tonic or over its chord, half on a tone of the dominant, weak on others.
    """
    rows = melody.notes.tolist()
    if not rows:
        return []
    bars = Bars.of([(frame, metre_of(name)) for frame, name in melody.metres], melody.n_frames, melody.pickup)
    starts = melody.notes[:, 0]
    usual = float(np.median(np.diff(starts))) if len(rows) > 1 else 0.0
    found: list[_Span] = []
    first = 0
    for k, (start, stop, pitch, _) in enumerate(rows):
        is_last = k + 1 == len(rows)
        pulse = max(bars.metres[bars.index_at(start)].beat_frames, usual)
        if is_last or (rows[k + 1][0] - start >= 1.5 * pulse and stop - start >= pulse):
            found.append((rows[first][0], stop, _cadence(melody, start, pitch)))
            first = k + 1
    return found


def _cadence(melody: Melody, frame: int, pitch: int) -> str:
    k = bisect_right(melody.keys, frame, key=lambda change: change[0]) - 1
    key = (_key(melody.keys[k][1]) if k >= 0 else None) or Key("C")
    above = (pitch - key.pitch_class) % 12
    k = bisect_right(melody.chords, frame, key=lambda span: span[0]) - 1
    under = melody.chords[k][2] if k >= 0 and frame < melody.chords[k][1] else ""
    try:
        chord = chord_of(under)
    except SketchError:
        chord = None
    if above == 0 or (chord is not None and letter_pitch_class(chord.root) == key.pitch_class):
        return AUTHENTIC
    return HALF if above in (2, 7, 11) else WEAK


def _said(layer: Spans) -> list[_Span]:
    return list(zip(layer.starts.tolist(), layer.stops.tolist(), layer.labels, strict=True))


def _is_metre(label: str) -> bool:
    try:
        metre_of(label)
    except SketchError:
        return False
    return True


def _key(label: str) -> Key | None:
    try:
        return key_of(label)
    except SketchError:
        return None
