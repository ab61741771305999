"""The accompaniment of a sketch: its chords cut at the bar lines and handed to a style, stretch by stretch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from intermezzo.core.layers import Notes
from intermezzo.core.music.harmony import chord_layer, chords_in
from intermezzo.core.sketch import Sketch
from intermezzo_engines.melody.sound.event import Event
from intermezzo_engines.melody.sound.styles import STYLES, Stretch

__all__ = ["accompaniment", "stretches"]

_LEAST_FRAMES = 30
_SWAY = 3


def accompaniment(sketch: Sketch, style: str, start: int, stop: int, seed: int) -> Iterator[Event]:
    """Yield what accompanies the tune around frames ``start:stop``; a seed touches the keys a little otherwise."""
    for stretch in stretches(sketch, start, stop):
        for event in STYLES[style](stretch):
            by = blake2b(f"{seed} {event.start} {event.pitch}".encode(), digest_size=1).digest()[0]
            yield replace(event, velocity=min(max(event.velocity + by % (2 * _SWAY + 1) - _SWAY, 1), 127))


def stretches(sketch: Sketch, start: int, stop: int) -> Iterator[Stretch]:
    """Yield each chord in each bar that sounds in frames ``start:stop``; where nothing or no chord stands, nothing."""
    spans, bars, tune = chord_layer(sketch), sketch.bars, sketch.layers["notes"]
    assert spans is not None and bars is not None and isinstance(tune, Notes)
    chords = chords_in(spans)
    for k in range(*spans.inside(start, stop).indices(spans.count)):
        chord = chords[k]
        if chord is None:
            continue
        first, last = int(spans.starts[k]), int(spans.stops[k])
        for bar in range(bars.index_at(max(first, start)), bars.index_at(max(min(last, stop) - 1, first)) + 1):
            begins = int(bars.starts[bar])
            ends = int(bars.starts[bar + 1]) if bar + 1 < bars.count else sketch.n_frames
            a, b = max(first, begins), min(last, ends)
            if b - a < _LEAST_FRAMES:
                continue
            is_pickup = bar == 0 and bars.pickup > 0
            zero = ends - bars.metres[0].bar_frames if is_pickup else begins
            yield Stretch(a, b, zero, bars.metres[bar], chord, tune)
