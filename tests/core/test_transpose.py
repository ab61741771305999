"""Transposing: a tune keeps all that relates its notes to its key and chords; steps of the scale stay in it."""

import pytest
from drawn_tune import tune_sketch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.edits import notes
from intermezzo.core.edits.transpose import by_scale_steps, key_above, transposed
from intermezzo.core.errors import EditError
from intermezzo.core.music.chords import chord_of, roman
from intermezzo.core.music.fit import fit_of
from intermezzo.core.music.keys import MODES, Key, key_of
from intermezzo.core.sketch import Sketch

TUNE = tune_sketch(chords=("G", "Em/B", "N.C.", "D7"))


def numerals(sketch: Sketch) -> list[str]:
    key = key_of(sketch.key.labels[0])
    return [roman(chord_of(label), key) for label in sketch.chords.labels]


@given(up=st.integers(-30, 22))
def test_a_transposed_tune_fits_as_it_did_and_nothing_counts_as_edited(up: int) -> None:
    there = transposed(TUNE, up)
    before, after = fit_of(TUNE), fit_of(there)
    assert before is not None and after is not None
    assert {rule: fits.tolist() for rule, fits in before.fits.items()} == {
        rule: fits.tolist() for rule, fits in after.fits.items()
    }
    assert numerals(there) == numerals(TUNE) and not there.notes.by_hand().any()
    assert transposed(there, -up).notes.values.tolist() == TUNE.notes.values.tolist()
    assert transposed(there, -up).chords.labels == TUNE.chords.labels


def test_keys_are_written_with_few_signs() -> None:
    assert transposed(TUNE, 1).key.labels == ("Ab major",) and transposed(TUNE, 1).chords.labels[1] == "Fm/C"
    assert key_above(Key("D", "dorian"), 2).name == "E dorian"
    assert all(abs(key_above(Key("C", mode), by).fifths) <= 6 for mode in MODES for by in range(12))


def test_a_tune_with_a_locked_note_or_at_the_edge_stays() -> None:
    with pytest.raises(EditError, match="locked"):
        transposed(notes.lock(TUNE, [3]), 2)
    with pytest.raises(EditError, match="piano"):
        transposed(TUNE, 60)


@given(steps=st.integers(-9, 9))
def test_steps_of_the_scale_stay_in_it_and_seven_are_an_octave(steps: int) -> None:
    moved = by_scale_steps(TUNE, range(14), steps)
    fit = fit_of(moved)
    assert fit is not None and fit.share("key") == 1.0
    octave = by_scale_steps(moved, range(14), 7).notes.pitches
    assert (octave - moved.notes.pitches == 12).all()


def test_a_note_outside_of_the_scale_keeps_its_sign() -> None:
    sharp = notes.move(TUNE, [3], 0, 1)  # G sharp
    assert by_scale_steps(sharp, [3], 1).notes.pitches[3] == 70
