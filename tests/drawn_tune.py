"""A tune for tests: a short melody/1 sketch, drawn by nobody's engine."""

from collections.abc import Sequence

from intermezzo.core.layers import Layer, Notes, NotesSpec, Spans, SpansSpec
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches.melody import MELODY

__all__ = ["LYRICS", "tune_sketch"]

Q = 480
LYRICS = ("When", "the", "lamps", "are", "burn-", "ing", "low", "and", "the", "riv-", "er", "turns", "to", "gold")
# start and length in eighths, pitch; G major
_EIGHTHS = [
    (0, 2, 71), (2, 1, 71), (3, 1, 69), (4, 2, 67), (6, 2, 62), (8, 2, 64), (10, 4, 71), (16, 2, 72), (18, 1, 72),
    (19, 1, 71), (20, 2, 69), (22, 2, 64), (24, 2, 66), (26, 4, 69),
]  # fmt: skip


def _spans(spec: SpansSpec, n_frames: int, *rows: tuple[int, int, str]) -> Spans:
    found = [(a, min(b, n_frames), label) for a, b, label in rows if a < n_frames]
    starts, stops, labels = zip(*found, strict=True)
    return Spans.machine(spec, MELODY.hop_s, n_frames, starts, stops, labels)


def tune_sketch(
    *, bars: int = 4, repeat: int = 1, key: str = "G major", tempo: str = "92", metre: str = "4/4",
    chords: Sequence[str] = ("G", "Em", "C", "D7"),
) -> Sketch:  # fmt: skip
    """Return ``repeat`` times four bars of a tune with syllables, chords, sections and cadences."""
    whole, bar = bars * 4 * Q * repeat, 4 * Q
    values, lyrics = [], []
    for k in range(repeat):
        for (start, length, pitch), text in zip(_EIGHTHS, LYRICS, strict=True):
            at = k * bars * bar + start * Q // 2
            values.append((at, at + length * Q // 2, pitch, 80 + 3 * (start % 4)))
            lyrics.append(text)
    n_bars = bars * repeat
    names = [chords[k % len(chords)] for k in range(n_bars)]
    rows: dict[str, list[tuple[int, int, str]]] = {
        "tempo": [(0, whole, tempo)], "metre": [(0, whole, metre)], "key": [(0, whole, key)],
        "sections": [(k * 2 * bar, (k + 1) * 2 * bar, "ABAC"[k % 4]) for k in range(max(n_bars // 2, 1))],
        "chords": [(k * bar, (k + 1) * bar, name) for k, name in enumerate(names)],
        "rhythm": [(a, b, text) for (a, b, _, _), text in zip(values, lyrics, strict=True)],
        "cadence": [(2 * k * bar, 2 * (k + 1) * bar, "half" if k % 2 else "weak") for k in range(max(n_bars // 2, 1))],
    }  # fmt: skip
    layers: dict[str, Layer] = {}
    for spec in MELODY.layers:
        if isinstance(spec, NotesSpec):
            layers[spec.name] = Notes.machine(spec, MELODY.hop_s, whole, values, lyrics)
        elif isinstance(spec, SpansSpec):
            layers[spec.name] = _spans(spec, whole, *rows[spec.name])
    return Sketch(MELODY, layers, Made("drawn", "1"))
