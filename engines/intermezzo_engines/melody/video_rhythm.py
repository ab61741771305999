"""A film as a music template: its cuts are bar lines and sections, its motion is the rhythm; chords and tune are made.

Every scene is a whole number of bars, as many as suit the film's own beat or a usual tempo; the tempo of each scene is
what makes its last bar end on the cut. Where much moves notes are short, where little moves they are long.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from intermezzo.core.layers import Mark
from intermezzo.core.media import Video
from intermezzo.core.music.keys import key_of
from intermezzo.core.music.metre import metre_of
from intermezzo.core.sketch import Made, Sketch
from intermezzo_engines.melody.compose import Composer
from intermezzo_engines.melody.film import Film, watched
from intermezzo_engines.melody.harmony_writer import HarmonyWriter
from intermezzo_engines.melody.plan import Plan
from intermezzo_engines.melody.rhythm_lines import Placed
from intermezzo_engines.melody.styles import STYLES
from intermezzo_engines.melody.template import Span
from intermezzo_engines.melody.template_layers import sketch_of

__all__ = ["sketch_of_video"]

_METRE: Final = "4/4"
_USUAL_BPM: Final = 96.0
_SLOWEST_BPM, _FASTEST_BPM = 40.0, 220.0
_STYLE: Final = STYLES["ballad"]
_KEY: Final = "C major"
_PHRASE_BARS: Final = 4
_SAID: Final = ("tempo", "metre", "sections", "rhythm")
# Onsets in quarters by how much moves: hardly anything, some, much; the last bar of a phrase rests.
_CELLS: Final = (((0,), (0, 2)), ((0, 1, 2, 3), (0, 1, 2), (0, 2, 3)), ((0, 0.5, 1, 2, 2.5, 3), (0, 1, 1.5, 2, 3, 3.5)))
_LEVELS: Final = (0.15, 0.5)


def sketch_of_video(
    video: Video, composer: Composer, harmony: HarmonyWriter, made: Made, bpm: float = 0.0, seed: int = 1
) -> Sketch:
    """Return the sketch of a film: what the film says is marked as analysed, all else as predicted.

    Args:
        video: the film.
        composer: makes the notes.
        harmony: makes chords and cadences.
        made: what the sketch says of its making.
        bpm: about how fast it should be; 0 takes the film's own beat, or a usual tempo.
        seed: of rhythm and notes.
    """
    film = watched(video)
    wanted = bpm or _own_bpm(film)
    bar = metre_of(_METRE).bar_frames
    n_bars = [_bars(scene.stop_s - scene.start_s, wanted) for scene in film.scenes]
    firsts = np.concatenate([[0], np.cumsum(n_bars)]).tolist()
    tempi = tuple(
        (first * bar, _bpm(scene.stop_s - scene.start_s, count))
        for scene, first, count in zip(film.scenes, firsts, n_bars, strict=False)
    )
    rhythm, phrases, letters, stanzas = _rhythm(film, n_bars, seed)
    n_frames = firsts[-1] * bar
    placed = Placed(n_frames, tuple(rhythm), tuple(phrases), 0, tuple(range(len(phrases))))
    plan = Plan(tuple(letters), tuple(stanzas), tuple(k % 2 == 1 for k in range(len(phrases))))
    written = harmony.write(plan, placed, key_of(_KEY), _METRE, _STYLE, seed).template
    sections = tuple(
        (first * bar, last * bar, scene.letter)
        for scene, first, last in zip(film.scenes, firsts, firsts[1:], strict=False)
    )
    template = replace(written, sections=sections)
    tune = replace(composer.compose(template, seed), tempi=tempi)
    sketch, analysed = sketch_of(tune, template, made), sketch_of(tune, template, made, Mark.ANALYSED)
    for name in _SAID:
        sketch = sketch.with_layer(analysed.layers[name])
    return sketch


def _own_bpm(film: Film) -> float:
    """Return the tempo of the film's motion between 70 and 140; of one without, the one that suits its cuts."""
    if film.beat_s:
        bpm = 60 / film.beat_s
        while bpm < 70:
            bpm *= 2
        return bpm if bpm <= 140 else bpm / 2
    lengths = [scene.stop_s - scene.start_s for scene in film.scenes]
    tries = np.arange(76.0, 124.0, 1.0)
    strain = [sum(abs(np.log(_bpm(s, _bars(s, bpm)) / bpm)) for s in lengths) + abs(np.log(bpm / _USUAL_BPM))
              for bpm in tries]  # fmt: skip
    return float(tries[int(np.argmin(strain))])


def _bars(length_s: float, bpm: float) -> int:
    """Return how many bars of 4/4 a scene takes, so that its own tempo is one that can be played."""
    count = max(round(length_s * bpm / 240), 1)
    while count > 1 and 240 * count / length_s > _FASTEST_BPM:
        count -= 1
    while 240 * count / length_s < _SLOWEST_BPM:
        count += 1
    return count


def _bpm(length_s: float, n_bars: int) -> float:
    return round(float(np.clip(240 * n_bars / length_s, 4.0, 1000.0)), 3)


def _rhythm(
    film: Film, n_bars: list[int], seed: int
) -> tuple[list[Span], list[tuple[int, int, int]], list[str], list[int]]:
    """Return notes, phrases of up to four bars, their section letters and the scene of each."""
    rng = np.random.default_rng((seed, 29))
    bar, quarter = metre_of(_METRE).bar_frames, metre_of(_METRE).beat_frames
    cells: dict[tuple[str, int, int], tuple[float, ...]] = {}
    rhythm: list[Span] = []
    phrases: list[tuple[int, int, int]] = []
    letters: list[str] = []
    stanzas: list[int] = []
    at = 0
    for number, (scene, count) in enumerate(zip(film.scenes, n_bars, strict=True)):
        bar_s = (scene.stop_s - scene.start_s) / count
        for first in range(0, count, _PHRASE_BARS):
            length = min(_PHRASE_BARS, count - first)
            starts: list[int] = []
            for k in range(length):
                begin_s = scene.start_s + (first + k) * bar_s
                level = int(np.searchsorted(_LEVELS, film.motion_between(begin_s, begin_s + bar_s)))
                key = (scene.letter, k % 2, level)
                if key not in cells:
                    cells[key] = _CELLS[level][int(rng.integers(len(_CELLS[level])))]
                rests = k + 1 == length and length > 1
                onsets = (0, 1) if rests and level else (0,) if rests else cells[key]
                starts += [at + k * bar + round(onset * quarter) for onset in onsets]
            end = at + length * bar - quarter
            stops = [*starts[1:], max(end, starts[-1] + quarter // 2)]
            rhythm += [(start, stop, "") for start, stop in zip(starts, stops, strict=True)]
            phrases.append((starts[0], stops[-1], len(phrases)))
            letters.append(scene.letter)
            stanzas.append(number)
            at += length * bar
    return rhythm, phrases, letters, stanzas
