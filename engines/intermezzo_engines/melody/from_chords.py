"""A tune over chords that somebody wrote: chords, key and metre stand; rhythm, cadences and notes are made."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Mark
from intermezzo.core.media import Melody
from intermezzo.core.music.chords import NO_CHORD, chord_of
from intermezzo.core.music.keys import Key, key_of
from intermezzo.core.music.metre import Bars, metre_of
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.melody.compose import Composer
from intermezzo_engines.melody.harmony_writer import HarmonyWriter
from intermezzo_engines.melody.key_finding import find_key
from intermezzo_engines.melody.styles import STYLES
from intermezzo_engines.melody.template import Span, Template, chords_written
from intermezzo_engines.melody.template_layers import sketch_of
from intermezzo_engines.melody.wordless import without_words

__all__ = ["sketch_over_chords"]

_STYLE: Final = STYLES["ballad"]
_SAID: Final = ("tempo", "metre", "key", "chords")


def sketch_over_chords(chart: Melody, composer: Composer, harmony: HarmonyWriter, made: Made, seed: int = 1) -> Sketch:
    """Return the sketch of a chart: what it says is marked as analysed, all else as predicted.

    Args:
        chart: a tune with chords and no notes.
        composer: makes the notes.
        harmony: makes cadences and sections where the chart has none.
        made: what the sketch says of its making.
        seed: of rhythm and notes.
    """
    template = _template(chart, harmony, seed)
    tune = replace(composer.compose(template, seed), tempi=chart.tempi)
    predicted = sketch_of(tune, template, made)
    analysed = sketch_of(tune, template, made, Mark.ANALYSED)
    for name in (*_SAID, *(("sections",) if chart.sections else ())):
        predicted = predicted.with_layer(analysed.layers[name])
    return predicted


def _template(chart: Melody, harmony: HarmonyWriter, seed: int) -> Template:
    first = chart.metres[0][1]
    keys = tuple((at, key_of(name)) for at, name in chart.keys) or ((0, _key_of_chords(chart)),)
    bars = Bars.of([(at, metre_of(name)) for at, name in chart.metres], chart.n_frames, chart.pickup)
    full = -(-(chart.n_frames - chart.pickup) // metre_of(first).bar_frames)
    placed, plan = without_words(first, max(full, 1), seed, _STYLE.manner.hand)
    made = harmony.write(plan, placed, keys[0][1], first, _STYLE, seed).template
    rhythm = _moved(made.rhythm, chart)
    return Template(
        bars.n_frames, keys, chart.metres, chart.pickup, chords_written(chart), rhythm, _moved(made.cadence, chart),
        chart.sections or _moved(made.sections, chart),
    )  # fmt: skip


def _moved(spans: tuple[Span, ...], chart: Melody) -> tuple[Span, ...]:
    """Return spans after the pick-up, cut where the chart ends."""
    moved = ((start + chart.pickup, min(stop + chart.pickup, chart.n_frames), label) for start, stop, label in spans)
    return tuple(span for span in moved if span[0] < span[1])


def _key_of_chords(chart: Melody) -> Key:
    """Return the key in which the tones of the chords lie best."""
    rows = []
    for start, stop, label in chart.chords:
        try:
            chord = chord_of(label)
        except SketchError:
            chord = None
        if chord is not None and label != NO_CHORD:
            rows += [(start, stop, 60 + tone, 80) for tone in sorted(chord.tones)]
    return find_key(np.array(rows, np.int32).reshape(-1, 4))
