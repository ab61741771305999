"""Analyser: Y -> Y'. The template of a tune is found in its notes, and the notes stay as they are, to the tick.

A recording of one voice becomes a tune first (hum.py); a chord chart gets one (from_chords.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from intermezzo.core.engine import Job
from intermezzo.core.errors import EditError, SourceError
from intermezzo.core.layers import Mark
from intermezzo.core.media import Audio, Media, Melody, Video
from intermezzo.core.params import Value
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.melody.compose import Composer, load_composer
from intermezzo_engines.melody.from_chords import sketch_over_chords
from intermezzo_engines.melody.harmony_writer import load_harmony_writer
from intermezzo_engines.melody.hum import hummed
from intermezzo_engines.melody.template import template_of
from intermezzo_engines.melody.template_layers import sketch_of
from intermezzo_engines.melody.video_rhythm import sketch_of_video

__all__ = ["MelodyAnalyser", "one_voice"]

_ENGINE: Final = "builtin.melody"
_VERSION: Final = "1.0"
_FOUND: Final = "found"


class MelodyAnalyser:
    """Made without arguments; one instance serves all tunes."""

    def __init__(self) -> None:
        self._composer: Composer | None = None

    def load(self, device: str) -> None:
        """Get ready; weights are read when a chord chart needs a tune."""

    def analyse(self, medium: Media, params: Mapping[str, Value], *, job: Job) -> Sketch:
        """Return the sketch of a tune or of a recording of one, all of it marked as analysed.

        Chords, sections and keys that the tune says are kept; what it does not say is found in its notes. For chords
        without notes a tune is made, which is marked as predicted.

        Raises:
            SourceError: if it has no length, or notes beyond the keys of a piano, or no tune is heard in a recording.
        """
        if isinstance(medium, Audio):
            metre = str(params.get("heard_metre", _FOUND))
            job.progress(0.05, "Listening for notes")
            medium = hummed(medium, float(params.get("heard_bpm", 0.0)), "" if metre == _FOUND else metre)
            job.progress(0.8, "Finding the template")
        made = Made(_ENGINE, _VERSION, 0, dict(params))
        if isinstance(medium, Video):
            job.progress(0.05, "Looking for cuts and motion")
            bpm = float(params.get("heard_bpm", 0.0))
            return sketch_of_video(medium, self._maker(), load_harmony_writer(), made, bpm)
        if not isinstance(medium, Melody):
            raise SourceError("Melody starts from a tune: choose a score, a recording of a tune, or a video.")
        try:
            if not medium.count and medium.chords:
                return self._over_chords(medium, made)
            return sketch_of(medium, template_of(one_voice(medium)), made, Mark.ANALYSED)
        except EditError as problem:
            raise SourceError(str(problem)) from None

    def _over_chords(self, chart: Melody, made: Made) -> Sketch:
        return sketch_over_chords(chart, self._maker(), load_harmony_writer(), made)

    def _maker(self) -> Composer:
        if self._composer is None:
            self._composer = load_composer()
        return self._composer


def one_voice(tune: Melody) -> Melody:
    """Return the tune with one note at a time: of notes struck together the highest, each cut where the next begins."""
    rows = tune.notes.tolist()
    kept: list[int] = []
    for k, (start, _, pitch, _) in enumerate(rows):
        if kept and rows[kept[-1]][0] == start:
            if pitch > rows[kept[-1]][2]:
                kept[-1] = k
        else:
            kept.append(k)
    notes = tune.notes[kept].copy()
    notes[:-1, 1] = np.minimum(notes[:-1, 1], notes[1:, 0])
    lyrics = tuple(tune.lyrics[k] for k in kept)
    verses = tuple(tuple(verse[k] for k in kept) for verse in tune.verses)
    return replace(tune, notes=notes, lyrics=lyrics, verses=verses)
