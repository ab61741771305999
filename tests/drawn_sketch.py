"""A speech sketch for tests: four words of two phones each between pauses, with a melody, all known exactly."""

import numpy as np

from intermezzo.core.layers import Curve, Mark, Matrix, Spans
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches import SPEECH
from intermezzo_engines.speech.features import HOP_S

WORDS = ("one", "two", "three", "four")
LABELS = ("·", "s", "ˈa", "t", "ˈɛ", "s", "ˈa", "t", "ˈɛ", "·")
LENGTHS = (12, 10, 24, 8, 20, 10, 24, 8, 20, 12)


def drawn_sketch(words: tuple[str, ...] = WORDS, mark: Mark = Mark.PREDICTED) -> Sketch:
    """Return the sketch; each word has a consonant and a voiced vowel."""
    stops = np.cumsum(LENGTHS)
    starts, n = stops - LENGTHS, int(sum(LENGTHS))
    pitch = np.zeros(n, np.float32)
    for label, start, stop in zip(LABELS, starts, stops, strict=True):
        if label[0] == "ˈ":
            pitch[start:stop] = 180 + 40 * np.sin(np.arange(start, stop) / 9)
    envelope = np.linspace(-30, -60, 100)[None] + np.zeros((n, 1))
    voiced = pitch > 0
    breath = np.where(voiced[:, None], -25.0, 0.0) + np.zeros((1, 5))
    layers = (
        Spans.machine(SPEECH.spec("words"), HOP_S, n, starts[1:-1:2], stops[2::2], words, mark),  # type: ignore[arg-type]
        Spans.machine(SPEECH.spec("phones"), HOP_S, n, starts, stops, LABELS, mark),  # type: ignore[arg-type]
        Curve.machine(SPEECH.spec("pitch"), HOP_S, pitch, mark),  # type: ignore[arg-type]
        Curve.machine(SPEECH.spec("energy"), HOP_S, np.full(n, -30.0), mark),  # type: ignore[arg-type]
        Matrix.machine(SPEECH.spec("envelope"), HOP_S, envelope, mark),  # type: ignore[arg-type]
        Matrix.machine(SPEECH.spec("breath"), HOP_S, breath, mark),  # type: ignore[arg-type]
    )
    return Sketch(SPEECH, {layer.spec.name: layer for layer in layers}, Made("builtin.speech", "1.0"))
