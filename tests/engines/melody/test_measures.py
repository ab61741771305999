from dataclasses import replace

import numpy as np
import pytest
from engines.melody.tunes import OLD_TUNE, tune

from intermezzo.core.media import Melody
from intermezzo_engines.melody.measures import (
    cadence_right,
    chord_right,
    duration_likeness,
    melody_distance,
    pitch_likeness,
    rhythm_right,
    tonality_right,
)
from intermezzo_engines.melody.template import template_of


def test_a_true_tune_follows_its_own_template() -> None:
    template = template_of(OLD_TUNE)
    assert tonality_right(OLD_TUNE, template)
    assert rhythm_right(OLD_TUNE, template).all() and cadence_right(OLD_TUNE, template).all()
    assert chord_right(OLD_TUNE, template).mean() > 0.8


def test_a_wrong_note_is_the_only_one_that_is_wrong() -> None:
    template = replace(template_of(OLD_TUNE), chords=((0, OLD_TUNE.n_frames, "N.C."),))
    assert chord_right(OLD_TUNE, template).all()
    template = replace(template, chords=((0, 480, "F#"), (480, OLD_TUNE.n_frames, "N.C.")))
    assert np.flatnonzero(~chord_right(OLD_TUNE, template)).tolist() == [0]


def test_a_syllable_on_another_beat_is_wrong_and_one_a_little_late_is_right() -> None:
    template = template_of(OLD_TUNE)
    notes = OLD_TUNE.notes.copy()
    notes[3, 0] += 100
    assert rhythm_right(replace(OLD_TUNE, notes=notes), template).all()
    notes[2, 1], notes[3, 0] = 1900, 1915
    notes[4, 0] = 1920
    assert rhythm_right(replace(OLD_TUNE, notes=notes), template).sum() == OLD_TUNE.count
    notes[2, 0] = 480 + 400
    assert np.flatnonzero(~rhythm_right(replace(OLD_TUNE, notes=notes), template)).tolist() == [2]


def test_a_phrase_whose_last_note_is_cut_short_is_wrong() -> None:
    template = template_of(OLD_TUNE)
    notes = OLD_TUNE.notes.copy()
    notes[6, 1] -= 700
    assert not cadence_right(replace(OLD_TUNE, notes=notes), template).all()


def test_likeness_is_whole_to_itself_and_distance_is_none() -> None:
    assert pitch_likeness(OLD_TUNE, OLD_TUNE) == pytest.approx(1)
    assert duration_likeness(OLD_TUNE, OLD_TUNE) == pytest.approx(1)
    assert melody_distance(OLD_TUNE, OLD_TUNE) == 0


def test_distance_is_that_of_plain_dynamic_time_warping() -> None:
    rng = np.random.default_rng(2)
    one = tune(rng.integers(60, 80, 9).tolist(), [0.5, 1, 1, 0.5, 0.5, 1.5, 1, 1, 2])
    other = tune(rng.integers(60, 80, 7).tolist(), [1, 1, 0.5, 0.5, 2, 1, 1])
    a, b = (np.array(held(t), float) for t in (one, other))
    a, b = a - a.mean(), b - b.mean()
    table = np.full((len(a) + 1, len(b) + 1), np.inf)
    table[0, 0] = 0
    for i in range(len(a)):
        for j in range(len(b)):
            table[i + 1, j + 1] = abs(a[i] - b[j]) + min(table[i, j], table[i, j + 1], table[i + 1, j])
    assert melody_distance(one, other) == pytest.approx(table[-1, -1] / len(a))


def held(melody: Melody) -> list[int]:
    """Return the pitch at each eighth."""
    return [int(pitch) for start, stop, pitch, _ in melody.notes.tolist() for _ in range(start, stop, 240)]
