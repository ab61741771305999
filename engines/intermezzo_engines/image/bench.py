"""How fast the image engine is: text to picture, eight takes, a stroke to its pixels, and a picture to tokens."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, process_time

import numpy as np

from intermezzo.core.layers import Grid
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Media, Text

__all__ = ["bench"]

_PROMPT = "angry cat with sunglasses"


def bench(context: Context) -> list[Figure]:
    """Measure on warm engines, by the clock and, for a busy machine, in processor time beside it."""
    context.progress("Image: warming up")
    sketch = context.convert(Text(_PROMPT), seed=99)
    context.render(sketch)
    context.progress("Image: text to picture")
    one_s, one_cpu_s = _middle(lambda k: _take(context, k), 1 if context.quick else 3)
    context.progress("Image: text to eight pictures")
    eight_s, eight_cpu_s = _middle(lambda k: [_take(context, seed) for seed in range(10, 18)], 1)
    context.progress("Image: strokes")
    strokes, stroke_cpu_s = [], process_time()
    random = np.random.default_rng(0)
    for _ in range(10 if context.quick else 60):
        grid = sketch.tokens
        assert isinstance(grid, Grid)
        mask = np.zeros(grid.shape, bool)
        row, column = random.integers(0, 14, 2)
        mask[row : row + 2, column : column + 2] = True
        began_s = perf_counter()
        sketch = sketch.with_layer(grid.with_codes(mask, int(random.integers(0, grid.spec.codes))))
        picture = context.render(sketch)
        strokes.append(perf_counter() - began_s)
    stroke_cpu_s = (process_time() - stroke_cpu_s) / len(strokes)
    context.progress("Image: picture to tokens")
    analysed_s, analysed_cpu_s = _middle(lambda k: context.analyse(picture), 1)
    return [
        Figure("text_to_image_s", one_s, "speed", at_most=1.5, note=f"one take, median; {_cpu(one_cpu_s)}"),
        Figure("text_to_eight_images_s", eight_s, "speed", at_most=4.0, note=_cpu(eight_cpu_s)),
        Figure("stroke_to_pixels_ms_p95", 1000 * float(np.percentile(strokes, 95)), "speed", at_most=50.0,
               note=f"edit and render, without the window; {_cpu(stroke_cpu_s)} on average"),
        Figure("stroke_to_pixels_ms_median", 1000 * float(np.median(strokes)), "speed"),
        Figure("picture_to_tokens_s", analysed_s, "speed", note=f"as the analyser does; {_cpu(analysed_cpu_s)}"),
    ]  # fmt: skip


def _take(context: Context, seed: int) -> Media:
    return context.render(context.convert(Text(_PROMPT), seed=seed))


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
