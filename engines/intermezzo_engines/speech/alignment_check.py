"""How exactly phones are found: against pocketsphinx on recordings, and against what is known on synthetic speech."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

from intermezzo.core.layers import Spans
from intermezzo.core.measure import Figure
from intermezzo.core.media import Audio
from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.speech import UNKNOWN
from intermezzo_engines.speech import teacher
from intermezzo_engines.speech.aligner import AlignedWord, load_aligner
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.features import HOP_S, SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import ENGLISH_VOICES, HeldOut, not_measured, voice_by_voice
from intermezzo_engines.speech.parallel import shared_out
from intermezzo_engines.speech.phones import PAUSE, base_arpabet, label_to_arpabet
from intermezzo_engines.speech.text import transcript

__all__ = ["alignment_figures", "differences_ms", "known_differences_ms", "words_of"]

_CLIPS = 50
_CLIPS_TRIED = 120  # pocketsphinx aligns half of them
_SYNTHETIC = 10
_CHUNK = 10
_LEAST_SHARED = 0.9


class _Case(NamedTuple):
    names: tuple[str, ...]
    sounds: tuple[Floats, ...]
    words: tuple[tuple[str, ...], ...]


def alignment_figures(held: HeldOut) -> list[Figure]:
    """Return boundary differences of our aligner to a second method, and to known phone times of synthetic speech."""
    return [*_against_second_method(held), *voice_by_voice(held, VOICES, _against_the_known)]


def _against_second_method(held: HeldOut) -> list[Figure]:
    name = "alignment_difference_ms_median"
    if find_spec("pocketsphinx") is None:
        return not_measured(name, "pocketsphinx is not installed (extra “measure”)")
    by_voice = [held.clips(voice, _CLIPS_TRIED // len(ENGLISH_VOICES)) for voice in ENGLISH_VOICES]
    clips = [clip for pair in zip(*by_voice, strict=True) for clip in pair]
    held.context.progress(f"aligning up to {len(clips)} clips by a second method")
    cases = [
        _Case(tuple(c.id for c in part), tuple(held.human(c) for c in part), tuple(transcript(c.text) for c in part))
        for part in (clips[k : k + _CHUNK] for k in range(0, len(clips), _CHUNK))
    ]
    theirs = {name: found for part in shared_out(_by_teacher, cases) for name, found in part.items()}
    differences: list[list[float]] = []
    for clip in clips:
        if clip.id in theirs and len(differences) < _CLIPS:
            sketch = held.context.analyse(Audio(held.human(clip)[None], SAMPLE_RATE), params={"text": clip.text})
            found = differences_ms(sketch.phones, theirs[clip.id])
            differences += [found] if found else []
    if not differences:
        return not_measured(name, "pocketsphinx could align none of the clips")
    every = np.concatenate(differences)
    note = f"{len(differences)} held-out clips, {len(every)} phone starts, pocketsphinx forced alignment"
    return [
        Figure(name, float(np.median(every)), "quality", at_most=20.0, note=note),
        Figure("alignment_within_20_ms_percent", float(100 * np.mean(every <= 20.0)), "detail"),
    ]


def differences_ms(ours: Spans, theirs: Sequence[teacher.Segment]) -> list[float]:
    """Return |difference| in ms of the starts of all phones that both have, in order.

    None where the two chose so different pronunciations that a tenth of the phones has no partner. Our frames are
    centred: a phone that has frame k first starts half a frame before its centre.
    """
    mine = [
        (base_arpabet(label_to_arpabet(label)), 1000 * HOP_S * (int(start) - 0.5))
        for label, start in zip(ours.labels, ours.starts, strict=True)
        if label not in (PAUSE, UNKNOWN)
    ]
    other = [(segment.phone, 1000 * segment.start_s) for segment in theirs if segment.phone != "SIL"]
    both = SequenceMatcher(None, [phone for phone, _ in mine], [phone for phone, _ in other], autojunk=False)
    pairs = [(b.a + k, b.b + k) for b in both.get_matching_blocks() for k in range(b.size)]
    if len(pairs) < _LEAST_SHARED * max(len(mine), len(other)):
        return []
    return [abs(mine[a][1] - other[b][1]) for a, b in pairs]


def _by_teacher(case: _Case) -> dict[str, list[teacher.Segment]]:
    with tempfile.TemporaryDirectory(prefix="intermezzo-check-") as folder:
        return teacher.align_all(
            dict(zip(case.names, case.sounds, strict=True)), dict(zip(case.names, case.words, strict=True)),
            Path(folder),
        )  # fmt: skip


def _against_the_known(held: HeldOut, voice: str) -> list[Figure]:
    clips = held.clips(voice, _SYNTHETIC)
    held.context.progress(f"aligning {len(clips)} synthetic sentences of {voice}")
    every = []
    aligner = load_aligner()
    for clip in clips:
        sketch = held.sketch(clip)
        found, _ = aligner.align(held.spoken(clip), [[word] for word in words_of(sketch)])
        every += known_differences_ms(sketch, found)
    note = f"{len(clips)} synthetic held-out sentences, {len(every)} phone starts, known from their sketches"
    return [
        Figure(f"alignment_of_synthetic_difference_{voice}_ms_median", float(np.median(every)), "quality",
               at_most=20.0, note=note),
        Figure(f"alignment_of_synthetic_within_20_ms_{voice}_percent", float(100 * np.mean(np.array(every) <= 20)),
               "detail"),
    ]  # fmt: skip


def words_of(sketch: Sketch) -> list[tuple[str, ...]]:
    """Return the words of a sketch as ARPAbet; phones between two pauses that are in no word make a word too."""
    words: list[list[str]] = []
    last: tuple[str, int | None] = ("", None)
    for label, start in zip(sketch.phones.labels, sketch.phones.starts, strict=True):
        if label == PAUSE:
            last = ("pause", None)
            continue
        place = ("word", sketch.words.index_at(int(start)))
        if place != last:
            words.append([])
        words[-1].append(label_to_arpabet(label))
        last = place
    return [tuple(word) for word in words]


def known_differences_ms(sketch: Sketch, found: Sequence[AlignedWord]) -> list[float]:
    """Return |difference| in ms of all phone starts of a sketch and of what was found in its sound, in order."""
    known = [int(a) for a, label in zip(sketch.phones.starts, sketch.phones.labels, strict=True) if label != PAUSE]
    ours = [phone.start for word in found if word.word >= 0 for phone in word.phones]
    return [1000 * HOP_S * abs(a - b) for a, b in zip(known, ours, strict=True)]
