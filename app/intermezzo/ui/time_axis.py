"""Where a second of the output lies on the time axis of the lanes, and back.

The axis counts frames of the sketch's own `hop_s`. In most sketches that is the time of the output; in a sketch in
beats equal bars look equal, and its clock says when each is heard.
"""

from __future__ import annotations

from intermezzo.core.sketch import Sketch

__all__ = ["axis_length", "axis_of", "frame_of", "heard_at"]


def axis_length(sketch: Sketch | None) -> float:
    """Return how long the axis of a sketch is, in its own seconds."""
    return sketch.n_frames * sketch.type.hop_s if sketch is not None else 0.0


def axis_of(sketch: Sketch | None, seconds: float) -> float:
    """Return the place on the axis that is heard at a second of the output."""
    if sketch is None or sketch.type.beats is None:
        return seconds
    return float(sketch.clock.frames_at(seconds)) * sketch.type.hop_s


def heard_at(sketch: Sketch | None, axis_s: float) -> float:
    """Return the second of the output at which a place on the axis is heard."""
    if sketch is None or sketch.type.beats is None:
        return axis_s
    return float(sketch.clock.seconds_at(axis_s / sketch.type.hop_s))


def frame_of(sketch: Sketch | None, seconds: float) -> float:
    """Return the (fractional) frame that is heard at a second of the output; 0 where there is no time axis."""
    if sketch is None or not sketch.type.hop_s:
        return 0.0
    return float(sketch.clock.frames_at(seconds)) if sketch.type.beats else seconds / sketch.type.hop_s
