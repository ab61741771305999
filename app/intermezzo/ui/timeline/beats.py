"""Musical time in words: bar and beat of a place, the bars of a stretch, a length as a share of a whole note."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QCoreApplication

from intermezzo.core.sketch import Sketch
from intermezzo.ui.timeline.words import time_text

__all__ = ["clock_place", "length_text", "place_text", "stretch_text", "tempo_text"]

_DENOMINATORS = (1, 2, 4, 8, 16, 32, 64)


def _tr(text: str) -> str:
    return QCoreApplication.translate("beats", text)


def _seconds(sketch: Sketch | None, frame: float) -> str:
    hop_s = sketch.type.hop_s if sketch is not None else 0.0
    return time_text(frame * hop_s)


def place_text(sketch: Sketch | None, frame: float) -> str:
    """Say where a frame lies: "Bar 6 · beat 1", in a pick-up "Pick-up · beat 4", or a time."""
    bars = sketch.bars if sketch is not None else None
    if bars is None:
        return _seconds(sketch, frame)
    place = bars.place(frame)
    bar = _tr("Bar {0}").format(place.bar) if place.bar else _tr("Pick-up")
    return f"{bar} · {_tr('beat {0}').format(place.beat)}"


def clock_place(sketch: Sketch, frame: float) -> str:
    """Write a frame as bar.beat.tick, the tick in 1/480 of a quarter: "5 · 3 · 000"; a pick-up is bar 0."""
    bars = sketch.bars
    if bars is None:
        return ""
    place = bars.place(frame)
    return f"{place.bar}\u2009·\u2009{place.beat}\u2009·\u2009{place.frame:03d}"


def tempo_text(sketch: Sketch, frame: int) -> str:
    """Say tempo and metre at a frame: "92 bpm · 4/4"."""
    beats, bars = sketch.type.beats, sketch.bars
    if beats is None or bars is None:
        return ""
    clock = sketch.clock
    frame_s = float(clock.seconds_at(frame + 1) - clock.seconds_at(frame))
    bpm = f"{60 / (frame_s * beats.frames_per_quarter):.1f}".removesuffix(".0")
    return f"{bpm}\u2009bpm · {bars.metres[bars.index_at(frame)].name}"


def stretch_text(sketch: Sketch | None, start: int, stop: int) -> str:
    """Say which bars frames ``start:stop`` touch: "bar 3", "bars 3 to 5"; or times."""
    bars = sketch.bars if sketch is not None else None
    if bars is None:
        return f"{_seconds(sketch, start)} {_tr('to')} {_seconds(sketch, stop)}"
    first, last = bars.place(start).bar, bars.place(max(stop - 1, start)).bar
    if first == last:
        return _tr("bar {0}").format(first) if first else _tr("the pick-up")
    return _tr("bars {0} to {1}").format(first, last) if first else _tr("pick-up to bar {0}").format(last)


def length_text(sketch: Sketch | None, frames: int) -> str:
    """Say a length as a share of a whole note ("3/8", "1/8 T"), in quarters where it is none, or in milliseconds."""
    beats = sketch.type.beats if sketch is not None else None
    if beats is None:
        hop_s = sketch.type.hop_s if sketch is not None else 0.0
        return f"{frames * hop_s * 1000:.0f}\u2009ms"
    share = Fraction(frames, 4 * beats.frames_per_quarter)
    if share.denominator in _DENOMINATORS:
        return f"{share.numerator}/{share.denominator}" if share.denominator > 1 else f"{share.numerator}/1"
    triplet = share * Fraction(3, 2)
    if triplet.denominator in _DENOMINATORS:
        return f"{triplet.numerator}/{triplet.denominator} T"
    return f"{frames / beats.frames_per_quarter:.2f}\u2009{_tr('beats')}"
