"""Which notes fit their lanes, on a tune whose misses a musician can count."""

import pytest
from drawn_sketch import drawn_sketch
from drawn_tune import tune_sketch

from intermezzo.core.edits import lyrics, notes
from intermezzo.core.music.fit import Rule, fit_of
from intermezzo.core.sketch import Sketch

TUNE = tune_sketch()


def words(sketch: Sketch, rule: Rule) -> list[str]:
    fit = fit_of(sketch)
    assert fit is not None
    return [fit.notes.lyrics[fit.notes.index_of(note) or 0] for note in fit.missing(rule)]


def test_chord_tones_fit_and_others_are_named() -> None:
    assert words(TUNE, "chord") == ["lamps", "riv-", "er"]  # A over G, B and A over C
    fit = fit_of(TUNE)
    assert fit is not None and fit.share("chord") == pytest.approx(11 / 14)


def test_an_edit_changes_what_fits_at_once() -> None:
    assert words(notes.fit(TUNE, [2, 9, 10], chord=True), "chord") == []
    assert words(notes.move(TUNE, [0], 0, -1), "key") == ["When"]


def test_the_raised_seventh_is_at_home_in_minor() -> None:
    minor = tune_sketch(key="E minor")
    assert words(notes.move(minor, [11], 0, -1), "key") == []  # D sharp
    assert words(notes.move(minor, [11], 0, 1), "key") == ["turns"]  # F


def test_a_syllable_fits_on_its_beat_and_one_without_a_note_is_missed() -> None:
    assert words(TUNE, "rhythm") == []
    late = notes.move(TUNE, [6], 480)
    assert words(late, "rhythm") == ["low"]
    gone = fit_of(notes.delete(TUNE, [6]))
    assert gone is not None and gone.unsung == (6,) and gone.share("rhythm") == pytest.approx(13 / 14)
    assert words(lyrics.set_syllable(TUNE, 6, "high"), "rhythm") == ["high"]


def test_a_held_note_fits_inside_its_syllable() -> None:
    split = notes.split(TUNE, [6], 3000)
    assert split.notes.lyrics[7] == "_" and words(split, "rhythm") == []
    assert words(notes.move(split, [14], 480), "rhythm") == ["_"]


def test_a_phrase_that_does_not_end_as_its_lane_says_is_missed() -> None:
    closing = fit_of(TUNE)
    assert closing is not None and closing.phrases.tolist() == [False, True]  # two beats of "low" close what is weak
    shorter = fit_of(notes.resize(TUNE, [6], stop_by=-720))
    assert shorter is not None and shorter.phrases.tolist() == [True, True]


def test_a_sketch_without_beats_has_no_fit() -> None:
    assert fit_of(drawn_sketch()) is None
