"""Edits of speech sketches in the words of speech: phones, semitones, seconds, hertz and decibels."""

import numpy as np

from intermezzo.core.edits import curves, matrices, spans
from intermezzo.core.edits.intonation import copy_intonation
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Matrix
from intermezzo.core.sketch import Sketch

__all__ = ["add_vibrato", "copy_intonation", "draw_pitch", "mel", "paint_envelope", "shift_pitch", "stretch_phone"]


def _frames(sketch: Sketch, phones: slice | int | None) -> tuple[int, int]:
    if phones is None:
        return 0, sketch.n_frames
    layer = spans.spans_of(sketch, "phones")
    chosen = range(layer.count)[slice(phones, phones + 1) if isinstance(phones, int) else phones]
    if not len(chosen):
        raise EditError(f"This sketch has phones 0 to {layer.count - 1}; none of them was named.")
    return int(layer.starts[min(chosen)]), int(layer.stops[max(chosen)])


def _frame(sketch: Sketch, seconds: float) -> int:
    if not abs(seconds) < 1e6:
        raise EditError(f"A time of {seconds:g} s makes no sense.")
    return round(seconds / sketch.type.hop_s)


def shift_pitch(sketch: Sketch, semitones: float, phones: slice | int | None = None) -> Sketch:
    """Move the pitch of some phones (all where none are named) by semitones; unvoiced frames stay so."""
    start, stop = _frames(sketch, phones)
    return curves.shift(sketch, "pitch", start, stop, semitones)


def draw_pitch(sketch: Sketch, start_s: float, f0_hz: np.typing.ArrayLike) -> Sketch:
    """Set the pitch from a time on to drawn values in Hz, one per frame; 0 leaves a frame as it is."""
    curve = curves.curve_of(sketch, "pitch")
    shown = curve.spec.to_display(np.asarray(f0_hz, np.float64))
    return curves.put(sketch, "pitch", _frame(sketch, start_s), np.atleast_1d(shown))


def add_vibrato(
    sketch: Sketch, phones: slice | int | None = None, *, rate_hz: float = 5.5, depth_semitones: float = 0.5
) -> Sketch:
    """Add vibrato to some phones (all where none are named)."""
    start, stop = _frames(sketch, phones)
    return curves.vibrato(sketch, "pitch", start, stop, rate_hz=rate_hz, depth=depth_semitones)


def stretch_phone(sketch: Sketch, index: int, seconds: float) -> Sketch:
    """Make one phone ``seconds`` long (to the nearest frame); all that is later shifts.

    Raises:
        EditError: if the phone is locked or shorter than a frame.
    """
    return spans.set_lengths(sketch, {index: _frame(sketch, seconds)})


def paint_envelope(
    sketch: Sketch, start_s: float, stop_s: float, low_hz: float, high_hz: float, gain_db: float
) -> Sketch:
    """Add decibels to a rectangle of the envelope; band edges are the nearest of the mel scale."""
    matrix = matrices.matrix_of(sketch, "envelope")
    i0, i1 = _frame(sketch, start_s), _frame(sketch, stop_s)
    if not np.isfinite([low_hz, high_hz, gain_db]).all():
        raise EditError("Frequencies and gain are numbers.")
    j0, j1 = _band(matrix, low_hz), _band(matrix, high_hz)
    if i1 <= i0 or j1 <= j0:
        raise EditError("The painted rectangle is empty; give it a length and a height.")
    return matrices.add(sketch, "envelope", i0, j0, np.full((i1 - i0, j1 - j0), gain_db, np.float32))


def _band(matrix: Matrix, hz: float) -> int:
    top = mel(np.array(matrix.spec.edges[-1]))
    return int(np.clip(np.round(mel(np.array(hz)) / top * (matrix.spec.bands + 1) - 0.5), 0, matrix.spec.bands))


def mel(hz: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
    """Map Hz to the Slaney mel scale: linear to 1 kHz (200/3 Hz a mel), logarithmic above (27 mel an octave of 6.4)."""
    f = np.asarray(hz, np.float64)
    return np.where(f < 1000, f * 3 / 200, 15 + 27 * np.log(np.maximum(f, 1000) / 1000) / np.log(6.4))
