"""How fast the sticker engine is: text to film, a stroke to its pixels, a curve to its frames, and a film to tokens."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, process_time
from typing import Final

import numpy as np

from intermezzo.core.layers import Curve, Grid
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.sticker.convert import StickerConverter
from intermezzo_engines.sticker.parts import Unwatched

__all__ = ["bench"]

_PROMPT: Final = "dog bouncing"


def bench(context: Context) -> list[Figure]:
    """Measure on warm engines, by the clock and, for a busy machine, in processor time beside it."""
    context.progress("Sticker: warming up")
    sketch = context.convert(Text(_PROMPT), seed=99)
    context.render(sketch)
    times = 1 if context.quick else 3
    context.progress("Sticker: text to film")
    one_s, one_cpu_s = _middle(lambda k: context.render(context.convert(Text(_PROMPT), seed=k)), times)
    context.progress("Sticker: strokes")
    stroke_ms, stroke_cpu_s = _strokes(context, sketch)
    context.progress("Sticker: a drawn curve")
    converter = StickerConverter()
    converter.load(context.device)
    drawn_s, drawn_cpu_s = _middle(lambda k: _followed(converter, sketch, k), times)
    context.progress("Sticker: film to tokens")
    film = context.render(sketch)
    analysed_s, analysed_cpu_s = _middle(lambda k: context.analyse(film), 1)
    return [
        Figure("text_to_film_s", one_s, "speed", at_most=1.5, note=f"one take of 12 frames, median; {_cpu(one_cpu_s)}"),
        Figure("stroke_to_pixels_ms_p95", float(np.percentile(stroke_ms, 95)), "speed", at_most=50.0,
               note=f"edit and render of its frame, without the window; {_cpu(stroke_cpu_s)} on average"),
        Figure("stroke_to_pixels_ms_median", float(np.median(stroke_ms)), "speed"),
        Figure("curve_to_tokens_s", drawn_s, "speed", note=f"three frames of a curve, followed; {_cpu(drawn_cpu_s)}"),
        Figure("film_to_tokens_s", analysed_s, "speed", note=f"12 frames and their motion; {_cpu(analysed_cpu_s)}"),
    ]  # fmt: skip


def _strokes(context: Context, sketch: Sketch) -> tuple[list[float], float]:
    """Return milliseconds of each stroke, by the clock, and seconds of the processor on average."""
    random = np.random.default_rng(0)
    took, began_cpu_s = [], process_time()
    for _ in range(10 if context.quick else 60):
        grid = sketch.frames
        assert isinstance(grid, Grid)
        mask = np.zeros(grid.shape, bool)
        frame, row, column = (int(random.integers(0, size)) for size in (len(grid), 14, 14))
        mask[frame, row : row + 2, column : column + 2] = True
        began_s = perf_counter()
        sketch = sketch.with_layer(grid.with_codes(mask, int(random.integers(0, grid.spec.codes))))
        context.render(sketch, window=(frame, frame + 1))
        took.append(1000 * (perf_counter() - began_s))
    return took, (process_time() - began_cpu_s) / len(took)


def _followed(converter: StickerConverter, sketch: Sketch, number: int) -> Sketch:
    curve = sketch.x
    assert isinstance(curve, Curve)
    after = sketch.with_layer(curve.with_values(3, curve.values[3:6] + 5 * number))
    return converter.follow(sketch, after, {**sketch.made.params}, seed=1, job=Unwatched())


def _middle(work: Callable[[int], object], times: int) -> tuple[float, float]:
    """Return the median seconds of some runs, by the clock and of the processor."""
    took, took_cpu = [], []
    for k in range(times):
        began_s, began_cpu_s = perf_counter(), process_time()
        work(k + 1)
        took.append(perf_counter() - began_s)
        took_cpu.append(process_time() - began_cpu_s)
    return sorted(took)[times // 2], sorted(took_cpu)[times // 2]


def _cpu(seconds: float) -> str:
    return f"{seconds:.3f} s of processor time, all threads"
