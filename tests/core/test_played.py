"""Notes that were played take their place in a tune."""

import numpy as np
from drawn_tune import tune_sketch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.edits import notes as note_edits
from intermezzo.core.edits.played import with_played


def test_played_notes_go_to_the_grid_and_take_the_syllable_of_what_they_replace() -> None:
    sketch = tune_sketch()
    played = with_played(sketch, [(13, 450, 74, 90)], 240)
    first = played.notes.values[0].tolist()
    assert first == [0, 480, 74, 90] and played.notes.lyrics[0] == "When"
    assert played.notes.count == sketch.notes.count


def test_a_note_that_sounds_on_is_cut_and_a_locked_one_stands() -> None:
    sketch = tune_sketch()
    ids = [int(sketch.notes.ids[1])]
    locked = note_edits.lock(sketch, ids, True)
    assert with_played(locked, [(480, 720, 60, 80)], 240) is locked
    cut = with_played(sketch, [(240, 480, 60, 80)], 240)
    assert cut.notes.values[0].tolist()[:3] == [0, 240, 71] and cut.notes.pitches[1] == 60


def test_keys_nearer_than_the_shortest_note_are_one() -> None:
    made = with_played(tune_sketch(), [(0.0, 10.0, 60, 80), (1.0, 200.0, 64, 80)])
    assert made.notes.values[0].tolist()[:3] == [1, 200, 64]
    assert np.all(made.notes.starts[1:] >= made.notes.stops[:-1])


@given(
    st.lists(
        st.tuples(st.floats(0, 7700), st.floats(0, 2000), st.integers(0, 127), st.integers(1, 127)),
        min_size=1, max_size=12,
    ),
    st.sampled_from([0, 120, 240, 320]),
)  # fmt: skip
def test_no_played_note_lies_over_another(keys: list[tuple[float, float, int, int]], step: int) -> None:
    sketch = tune_sketch()
    made = with_played(sketch, [(at, at + length, pitch, loud) for at, length, pitch, loud in keys], step)
    assert np.all(made.notes.starts[1:] >= made.notes.stops[:-1])
    assert made.notes.stops.max() <= sketch.n_frames
