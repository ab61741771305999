"""How fast the image engine is: text to picture, eight takes, a stroke to its pixels, and a picture to tokens."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from intermezzo.core.layers import Grid
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Text

__all__ = ["bench"]

_PROMPT = "angry cat with sunglasses"


def bench(context: Context) -> list[Figure]:
    """Measure on warm engines."""
    sketch = context.convert(Text(_PROMPT), seed=99)
    context.render(sketch)
    began_s = perf_counter()
    first = context.convert(Text(_PROMPT), seed=1)
    context.render(first)
    one_s = perf_counter() - began_s
    began_s = perf_counter()
    for seed in range(2, 10):
        context.render(context.convert(Text(_PROMPT), seed=seed))
    eight_s = perf_counter() - began_s
    strokes = []
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
    began_s = perf_counter()
    context.analyse(picture)
    analysed_s = perf_counter() - began_s
    return [
        Figure("text_to_image_s", one_s, "speed", at_most=1.5, note="one take"),
        Figure("text_to_eight_images_s", eight_s, "speed", at_most=4.0),
        Figure("stroke_to_pixels_ms_p95", 1000 * float(np.percentile(strokes, 95)), "speed", at_most=50.0,
               note="edit and render, without the window"),
        Figure("picture_to_tokens_s", analysed_s, "speed", note="with one sweep of refining"),
    ]  # fmt: skip
