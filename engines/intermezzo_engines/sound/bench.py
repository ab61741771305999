"""How fast the sound engine is: text to sound, a stroke to its sound, and five seconds of sound to tokens."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from intermezzo.core.layers import Grid
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Text

__all__ = ["bench"]

_PROMPT = "a dog barks"


def bench(context: Context) -> list[Figure]:
    """Measure on warm engines."""
    sketch = context.convert(Text(_PROMPT), seed=9, params={"seconds": 0.5})
    context.render(sketch)
    began_s = perf_counter()
    sketch = context.convert(Text(_PROMPT), seed=1)
    sound = context.render(sketch)
    made_s = perf_counter() - began_s
    strokes = []
    random = np.random.default_rng(0)
    for _ in range(10 if context.quick else 60):
        grid = sketch.tokens
        assert isinstance(grid, Grid)
        mask = np.zeros(grid.shape, bool)
        start = int(random.integers(1, len(grid) - 6))
        mask[start : start + 5, random.integers(0, 8)] = True
        began_s = perf_counter()
        sketch = sketch.with_layer(grid.with_codes(mask, int(random.integers(1, grid.spec.codes))))
        context.render(sketch, window=(start - 1, start + 6))
        strokes.append(perf_counter() - began_s)
    began_s = perf_counter()
    context.analyse(sound)
    analysed_s = perf_counter() - began_s
    return [
        Figure("text_to_five_seconds_of_sound_s", made_s, "speed"),
        Figure("stroke_to_sound_ms_p95", 1000 * float(np.percentile(strokes, 95)), "speed", at_most=50.0,
               note="edit and render of its footprint, without the window"),
        Figure("five_seconds_to_tokens_s", analysed_s, "speed"),
    ]  # fmt: skip
