"""What an engine makes anew: what changes is the engine's, all else is the same to the bit, hands are never touched."""

import numpy as np
import pytest
from drawn_tune import tune_sketch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.edits import notes as note_edits
from intermezzo.core.edits.remade import NEW, note_rows, remade_notes, remade_spans, span_rows
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark

TUNE = note_edits.lock(note_edits.move(tune_sketch(), [3], 0, 2), [5])
NOTES, RHYTHM = TUNE.notes, TUNE.rhythm


def test_the_same_rows_are_the_same_layer() -> None:
    assert remade_notes(NOTES, note_rows(NOTES)[::-1]) is NOTES
    assert remade_spans(RHYTHM, span_rows(RHYTHM)[::-1]) is RHYTHM


@given(
    gone=st.sets(st.sampled_from([0, 1, 2, 4, 6, 7, 8]), max_size=4), up=st.integers(-3, 3), new=st.integers(0, 7000)
)
def test_notes_that_do_not_change_keep_all_that_is_known_of_them(gone: set[int], up: int, new: int) -> None:
    rows = [row for row in note_rows(NOTES) if row[0] not in gone]
    rows = [(*row[:3], row[3] + up, *row[4:]) if row[0] in (9, 10) else row for row in rows]
    made = remade_notes(NOTES, [*rows, (NEW, new, new + 100, 60, 90, "la")])
    assert made.ids.max() == NOTES.ids.max() + 1 and made.count == NOTES.count - len(gone) + 1
    for note in set(range(14)) - gone - {9, 10}:
        k, j = NOTES.index_of(note), made.index_of(note)
        for column in ("values", "base", "origin"):
            assert np.array_equal(getattr(made, column)[j], getattr(NOTES, column)[k])
    for note in (9, 10, 14):
        k = made.index_of(note)
        assert np.array_equal(made.base[k], made.values[k]) and made.origin[k] == Mark.PREDICTED


def test_spans_are_moved_added_and_taken_out() -> None:
    rows = [row for row in span_rows(RHYTHM) if row[0] != 1]
    rows[0] = (0, 0, 700, "Now")
    made = remade_spans(RHYTHM, [*rows, (NEW, 700, 720, "and")])
    assert span_rows(made)[:3] == [(0, 0, 700, "Now"), (14, 700, 720, "and"), rows[1]]
    assert made.base_starts.tolist() == made.starts.tolist() and made.base_labels == made.labels
    with pytest.raises(EditError, match="overlap"):
        remade_spans(RHYTHM, [*rows, (NEW, 500, 720, "and")])


@pytest.mark.parametrize("note", [3, 5])
def test_what_is_by_hand_may_neither_change_nor_go(note: int) -> None:
    rows = note_rows(NOTES)
    k = next(k for k, row in enumerate(rows) if row[0] == note)
    for other in ([], [(*rows[k][:3], 40, *rows[k][4:])]):
        with pytest.raises(EditError, match="by hand"):
            remade_notes(NOTES, [*rows[:k], *other, *rows[k + 1 :]])
