"""Converter: X -> Y'. Lyrics become a music template, and the template a tune.

Rhythm first (rhythm_writer.py), then sections, cadences and chords over its lines (harmony_writer.py), then the notes
(compose.py). Without lyrics, a style and a length make a tune without words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from intermezzo.core.engine import Job
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Mark, Notes
from intermezzo.core.layers.base import frozen
from intermezzo.core.media import Media, Melody, Text
from intermezzo.core.music.keys import key_of
from intermezzo.core.params import Value
from intermezzo.core.singability import VOICES
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.melody.compose import Composer, load_composer
from intermezzo_engines.melody.follow import follow
from intermezzo_engines.melody.harmony_writer import HarmonyWriter, load_harmony_writer
from intermezzo_engines.melody.lyrics import Lyrics, lyrics_of
from intermezzo_engines.melody.rhythm_writer import RhythmWriter, load_rhythm_writer
from intermezzo_engines.melody.song_form import plan_of
from intermezzo_engines.melody.styles import STYLES
from intermezzo_engines.melody.template_layers import sketch_of, template_in
from intermezzo_engines.melody.tune_sampling import Controls
from intermezzo_engines.melody.wordless import without_words

__all__ = ["MelodyConverter", "controls_of"]

_ENGINE: Final = "builtin.melody"
_VERSION: Final = "1.0"
_AUTO: Final = "auto"
_SLOWEST_BPM: Final = 20.0
_LONGEST_SYLLABLE: Final = 100
_HELD: Final = Mark.EDITED | Mark.LOCKED


class MelodyConverter:
    """Made without arguments; loads its weights once."""

    def __init__(self) -> None:
        self._composer: Composer | None = None
        self._rhythm: RhythmWriter | None = None
        self._harmony: HarmonyWriter | None = None

    def load(self, device: str) -> None:
        """Read the weights; they are small, and quickest on the CPU."""
        self._parts()

    def convert(self, source: Media, params: Mapping[str, Value], *, seed: int, job: Job) -> Sketch:
        """Return template and tune of lyrics; an empty text gives a tune without words.

        Raises:
            SourceError: if the text cannot be sung.
        """
        if not isinstance(source, Text):
            raise SourceError("Melody starts from lyrics: a text, or nothing for a tune without words.")
        composer, rhythm, harmony = self._parts()
        style = STYLES[str(params.get("style", "ballad"))]
        rng = np.random.default_rng((seed, 11))
        metre = style.metre(rng) if params.get("metre", _AUTO) == _AUTO else str(params["metre"])
        controls = controls_of(params)
        suits = style.key(rng, controls.lowest, controls.highest)
        key = key_of(suits if params.get("key", _AUTO) == _AUTO else str(params["key"]))
        tempo_bpm = max(float(params.get("tempo", 0.0)), _SLOWEST_BPM) if params.get("tempo") else style.tempo_bpm
        job.progress(0.05, "Reading the lyrics")
        if source.text.strip():
            lyrics = lyrics_of(source.text, str(params.get("language", _AUTO)))
            _must_be_short(lyrics)
            job.progress(0.1, "Writing the rhythm")
            placed = rhythm.write(
                lyrics, metre, seed, tempo_bpm, style.evenness, _within(job, 0.1, 0.4, "Writing the rhythm")
            )
            plan = plan_of(lyrics, placed.alike, seed)
        else:
            placed, plan = without_words(metre, int(params.get("bars", 16)), seed, style.manner.hand)
        job.progress(0.4, "Writing the chords")
        written = harmony.write(plan, placed, key, metre, style, seed, _within(job, 0.4, 0.5, "Writing the chords"))
        job.progress(0.5, "Writing the tune")
        tune = composer.compose(
            written.template, seed, controls, _melisma(params, style.melisma),
            _within(job, 0.5, 0.95, "Writing the tune"),
        )  # fmt: skip
        job.progress(0.95, "Writing the tune")
        tune = replace(tune, tempi=((0, tempo_bpm),))
        sketch = sketch_of(tune, written.template, Made(_ENGINE, _VERSION, seed, dict(params)))
        chords = replace(
            sketch.chords, score=frozen(np.array(written.sure), np.float32), alternatives=written.likely
        )  # fmt: skip
        return sketch.with_layer(chords)

    def resample(
        self, sketch: Sketch, start: int, stop: int, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:
        """Return the sketch with the notes that begin in frames ``start:stop`` made anew under the template as it is.

        Notes that a hand has changed or locked stand.
        """
        composer, _, _ = self._parts()
        notes = sketch.notes
        assert isinstance(notes, Notes)
        held = (notes.marks() & _HELD) != 0
        template = template_in(sketch)
        tune = Melody(notes.values, notes.lyrics, sketch.n_frames, metres=template.metres, pickup=template.pickup)
        style = STYLES[str(params.get("style", "ballad"))]
        job.progress(0.2, "Writing the tune")
        new = composer.again(
            tune, template, start, stop, seed, controls_of(params), _melisma(params, style.melisma), kept=held
        )
        return sketch.with_layer(remade(notes, new, start, stop))

    def follow(
        self, before: Sketch, after: Sketch, params: Mapping[str, Value], *, seed: int, job: Job
    ) -> Sketch:  # fmt: skip
        """Return ``after`` with template and notes in line with what a hand has changed since ``before``."""
        composer, _, _ = self._parts()
        job.progress(0.1, "Following the edit")
        return follow(composer, before, after, seed, controls_of(params))

    def _parts(self) -> tuple[Composer, RhythmWriter, HarmonyWriter]:
        if self._composer is None or self._rhythm is None or self._harmony is None:
            self._composer, self._rhythm = load_composer(), load_rhythm_writer()
            self._harmony = load_harmony_writer()
        return self._composer, self._rhythm, self._harmony


def controls_of(params: Mapping[str, Value]) -> Controls:
    """Return how pitches are chosen, as the parameters say."""
    lowest, highest = VOICES[str(params.get("voice", "soprano"))]
    return Controls(
        strictness=float(params.get("strictness", 0.1)), lowest=lowest, highest=highest,
        leap=int(params.get("largest_leap", 9)),
    )  # fmt: skip


def remade(notes: Notes, new: Melody, start: int, stop: int) -> Notes:
    """Return a layer in which free notes that begin in frames ``start:stop`` are those of a tune.

    Notes by hand and all others stand as they are; a new note where one was before keeps its id.
    """
    inside = (notes.starts >= start) & (notes.starts < stop) & ((notes.marks() & _HELD) == 0)
    kept = notes.subset(np.flatnonzero(~inside).tolist())
    standing = {(*row, text) for row, text in zip(map(tuple, kept.values.tolist()), kept.lyrics, strict=True)}
    fresh = [
        (row, text)
        for row, text in zip(new.notes.tolist(), new.lyrics, strict=True)
        if start <= row[0] < stop and (*row, text) not in standing
    ]
    ids_at = {int(notes.starts[k]): int(notes.ids[k]) for k in np.flatnonzero(inside)}
    next_id = int(notes.ids.max(initial=-1)) + 1
    ids = [ids_at.get(row[0], next_id + k) for k, (row, _) in enumerate(fresh)]
    return kept.with_predicted([row for row, _ in fresh], [text for _, text in fresh], ids)


def _must_be_short(lyrics: Lyrics) -> None:
    longest = max((syllable.sung for line in lyrics.lines for syllable in line.syllables), key=len)
    if len(longest) > _LONGEST_SYLLABLE:
        raise SourceError(f"“{longest[:20]}…” is too long to be one syllable. Part it by spaces or hyphens.")


def _within(job: Job, low: float, high: float, what: str) -> Callable[[float], None]:
    """Return what tells a job how far a part of its work is."""
    return lambda share: job.progress(low + (high - low) * share, what)


def _melisma(params: Mapping[str, Value], usual: int) -> int:
    names = ("none", "some", "much")
    chosen = str(params.get("melisma", _AUTO))
    return names.index(chosen) if chosen in names else usual
