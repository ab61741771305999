"""Speed of the melody engine: a song of 32 bars from lyrics to notes and to sound, a stretch anew, a score, a hum."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from intermezzo.core.edits.tune import to_melody
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Text
from intermezzo_engines.melody.hum_check import sing

__all__ = ["SONG", "bench"]

_VERSE = (
    "When the lamps are burning low\nand the river turns to gold,\n"
    "all the stories that we know\ntake a turn, and are retold.\n\n"
)
SONG = _VERSE * 4
"""Four verses of four lines: 32 bars in 4/4."""
_BARS, _LINES = 32, 10_000


def bench(context: Context) -> list[Figure]:
    """Return the figures, each the median of some runs after a first one."""
    song = {"style": "hymn", "metre": "4/4"}
    sketch = context.convert(Text(SONG), params=song)
    bars = sketch.bars.count if sketch.bars is not None else 0
    starts = sketch.notes.starts
    first, last = int(starts[len(starts) // 2]), int(starts[len(starts) // 2 + 4])
    tune = to_melody(sketch)
    hum = Audio(sing([(0.5 * k, 0.5 * k + 0.45, 60 + (0, 2, 4, 5, 7)[k % 5]) for k in range(1, 20)],
                     np.random.default_rng(1))[None], 44_100)  # fmt: skip
    figures = [
        _timed(context, "lyrics_to_notes_32_bars_s", lambda: context.convert(Text(SONG), seed=2, params=song),
               at_most=1.0, note=f"{bars} bars, {len(starts)} notes, whole conversion"),
        _timed(context, "render_32_bars_s", lambda: context.render(sketch), note=f"{sketch.duration_s:.0f} s of sound"),
        _timed(context, "four_notes_anew_s", lambda: context.resample(sketch, first, last, seed=3)),
        _timed(context, "template_of_32_bars_s", lambda: context.analyse(tune)),
        _timed(context, "hummed_10_s_s", lambda: context.analyse(hum), note=f"{hum.duration_s:.1f} s of sound"),
    ]  # fmt: skip
    if not context.quick:
        context.progress(f"{_LINES} lines")
        begin = time.perf_counter()
        context.convert(Text("and the river turns to gold,\n" * _LINES), params=song)
        spent = time.perf_counter() - begin
        share = spent / _LINES * 16 / (figures[0].value or 1)
        note = f"for each line {share:.2f} times as long as in the song"
        figures.append(Figure("lyrics_to_notes_10000_lines_s", spent, "speed", note=note))
    return figures


def _timed(
    context: Context, name: str, work: Callable[[], object], at_most: float | None = None, note: str = ""
) -> Figure:
    context.progress(name)
    work()
    runs = []
    for _ in range(2 if context.quick else 5):
        begin = time.perf_counter()
        work()
        runs.append(time.perf_counter() - begin)
    return Figure(name, float(np.median(runs)), "speed", at_most=at_most, note=note)
