"""What the mock promises beyond the promises of every engine: functions that engines.toml names in `check` and `bench`.

They get a context (intermezzo/core/measure.py) that converts, renders and analyses with this engine, and return
figures. Measure against something that you did not build where you can; here the drawn values themselves are known.
"""

from time import perf_counter

import numpy as np

from intermezzo.core.edits import curves
from intermezzo.core.layers import Curve
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Text

__all__ = ["bench", "check"]

_SENTENCE = "We see a boa in a zoo."  # not among the examples


def check(context: Context) -> list[Figure]:
    """Draw the tune of a sentence five semitones higher with vibrato, and measure it in the sound."""
    context.progress("drawing a tune and listening to it")
    sketch = context.convert(Text(_SENTENCE))
    drawn = curves.shift(sketch, "pitch", 0, sketch.n_frames, 5.0)
    drawn = curves.vibrato(drawn, "pitch", 0, sketch.n_frames, depth=0.4)
    heard = context.analyse(context.render(drawn))
    wanted, found = drawn.layers["pitch"], heard.layers["pitch"]
    if not (isinstance(wanted, Curve) and isinstance(found, Curve)):
        raise TypeError("pitch is a curve")
    both = (wanted.values > 0) & (found.values > 0)
    cents = 100 * np.abs(
        wanted.spec.to_display(wanted.values[both]) - found.spec.to_display(found.values[both])
    )  # fmt: skip
    return [
        Figure("drawn_pitch_error_cents_median", float(np.median(cents)), "obedience", at_most=5.0),
        Figure("drawn_pitch_within_50_cents_percent", 100 * float(np.mean(cents < 50)), "obedience", at_least=90.0),
    ]


def bench(context: Context) -> list[Figure]:
    """Measure how long a second of humming takes from text to sound."""
    began_s = perf_counter()
    sketch = context.convert(Text(_SENTENCE * (2 if context.quick else 10)))
    context.render(sketch)
    spent_s = perf_counter() - began_s
    return [Figure("seconds_per_second_of_sound", spent_s / sketch.duration_s, "speed", at_most=0.2)]
