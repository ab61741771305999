"""Notes: what edits keep, how they move in time, and that re-conversion loses none by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Mark, Notes, NotesSpec, Region, Warp

SPEC = NotesSpec("notes", "Notes", low=21, high=108)
HOP_S = 0.5 / 480


def tune(*rows: tuple[int, int, int], n_frames: int = 4000, lyrics: tuple[str, ...] | None = None) -> Notes:
    texts = lyrics if lyrics is not None else tuple(f"la{k}" for k in range(len(rows)))
    return Notes.machine(SPEC, HOP_S, n_frames, [(a, b, p, 80) for a, b, p in rows], texts)


FOUR = tune((0, 480, 60), (480, 960, 62), (960, 1440, 64), (1920, 2880, 65))

rows = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(1, 900), st.integers(21, 108)), min_size=1, max_size=12
).map(lambda found: tune(*[(a, a + n, p) for a, n, p in found]))


def test_notes_are_put_in_order_with_their_syllables() -> None:
    found = tune((480, 960, 62), (0, 480, 60), lyrics=("b", "a"))
    assert found.lyrics == ("a", "b") and found.starts.tolist() == [0, 480]


@pytest.mark.parametrize("bad", [(0, 0, 60), (10, 5, 60), (0, 10, 5), (3990, 4001, 60), (-1, 5, 60)])
def test_impossible_notes_are_refused(bad: tuple[int, int, int]) -> None:
    with pytest.raises(SketchError):
        tune(bad)


def test_a_moved_note_keeps_its_id_and_what_the_engine_made() -> None:
    moved = FOUR.with_notes([0], [(1500, 1900, 70, 90)])
    k = moved.index_of(0)
    assert k == 2 and moved.values[k].tolist() == [1500, 1900, 70, 90]
    assert moved.origin[k] == Mark.EDITED and moved.by_hand().sum() == 1
    assert moved.erase(Region(1500, 1501)).values.tolist() == FOUR.values.tolist()


def test_a_note_is_held_inside_the_axis_and_the_range() -> None:
    row = FOUR.with_notes([3], [(3900, 4500, 200, 300)]).values[3].tolist()
    assert row == [3400, 4000, 108, 127]


def test_a_locked_note_stays() -> None:
    locked = FOUR.lock(Region(480, 481), True)
    with pytest.raises(EditError):
        locked.with_notes([1], [(0, 10, 60, 80)])
    with pytest.raises(EditError):
        locked.without([1])
    assert locked.erase(Region(0, 4000)).origin.tolist() == [0, int(Mark.LOCKED), 0, 0]


def test_a_new_note_has_an_id_of_its_own_and_is_by_hand() -> None:
    more = FOUR.with_new([(1440, 1900, 67, 64)], ["new"])
    k = more.lyrics.index("new")
    assert k == 3 and more.ids[k] == 4 and more.origin[k] == Mark.EDITED


def test_changed_tells_where_both_versions_of_a_note_sound() -> None:
    moved = FOUR.with_notes([1], [(600, 960, 62, 80)])
    assert moved.changed(FOUR) == [(480, 960), (600, 960)]
    assert FOUR.changed(FOUR) == []


@given(rows, rows, st.lists(st.sampled_from(("la", "li", "_")), min_size=24, max_size=24))
def test_changed_is_what_only_one_of_two_versions_has(one: Notes, other: Notes, syllables: list[str]) -> None:
    a, b = (notes.rebuilt(lyrics=tuple(syllables[: notes.count])) for notes in (one, other))
    mine, theirs = (
        {(*row, text) for row, text in zip(map(tuple, n.values.tolist()), n.lyrics, strict=True)} for n in (a, b)
    )
    assume(len(mine) == a.count and len(theirs) == b.count)  # one of two that are the same is a change too
    assert a.changed(b) == sorted({(row[0], row[1]) for row in mine ^ theirs})


@given(rows, st.data())
def test_parts_that_are_replaced_go_with_their_notes(notes: Notes, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, notes.count - 1))
    start, pitch = data.draw(st.integers(0, 3500)), data.draw(st.integers(21, 108))
    moved = notes.with_notes([k], [(start, start + 100, pitch, 80)])
    before = {int(i): (text, tuple(base)) for i, text, base in zip(notes.ids, notes.lyrics, notes.base, strict=True)}
    after = {int(i): (text, tuple(base)) for i, text, base in zip(moved.ids, moved.lyrics, moved.base, strict=True)}
    assert before == after
    assert np.array_equal(np.lexsort((moved.pitches, moved.starts)), np.arange(moved.count))


def test_replaced_parts_are_checked_as_new_ones_are() -> None:
    with pytest.raises(EditError, match="same id"):
        FOUR.rebuilt(ids=[0, 1, 1, 2])
    with pytest.raises(EditError, match="differ in length"):
        FOUR.rebuilt(lyrics=("a", "b"))
    with pytest.raises(EditError, match="longer than"):
        FOUR.with_notes([0], FOUR.values[:1], ["a" * 201])
    with pytest.raises(EditError):
        FOUR.rebuilt(values=[(0, 480, 5, 80), *FOUR.values[1:].tolist()])


def test_what_a_splice_does_not_touch_keeps_its_ids() -> None:
    other = tune((480, 700, 72), (700, 960, 74))
    found = FOUR.splice(480, 960, other, 480, 960)
    assert found.starts.tolist() == [0, 480, 700, 960, 1920]
    assert found.ids.tolist() == [0, 4, 5, 2, 3]


def test_a_longer_splice_moves_what_is_later() -> None:
    found = FOUR.splice(480, 960, tune((0, 960, 72)), 0, 960)
    assert found.n_frames == 4480 and found.starts.tolist() == [0, 480, 1440, 2400]


def test_an_edit_is_carried_to_its_like() -> None:
    old = FOUR.with_notes([1], [(480, 960, 71, 80)], ["by hand"])
    fresh = tune((0, 240, 55), (240, 960, 57), (960, 1440, 59), (1920, 2880, 60))
    kept = fresh.carry(old, [(0, 1920, 0, 1920)])
    assert kept.lyrics[1] == "by hand" and kept.values[1].tolist() == [480, 960, 71, 80]
    assert kept.base[1].tolist() == [240, 960, 57, 80]


def test_an_edit_without_a_like_is_put_in_and_makes_room() -> None:
    old = FOUR.with_notes([1], [(480, 960, 71, 80)], ["by hand"])
    fresh = tune((0, 240, 55), (240, 600, 57), (600, 700, 59), (700, 800, 60))
    kept = fresh.carry(old, [(0, 1920, 0, 1920)])
    assert kept.lyrics == ("la0", "by hand") and kept.starts.tolist() == [0, 480]


@given(rows, rows, st.integers(0, 2), st.booleans())
def test_no_note_by_hand_is_lost_in_a_matched_stretch(old: Notes, fresh: Notes, at: int, relative: bool) -> None:
    k = min(at, old.count - 1)
    edited = old.with_notes([k], [old.values[k] + np.array([0, 0, 1, 0])], ["mine"])
    if not edited.by_hand().any():
        return
    kept = fresh.carry(edited, [(0, 4000, 0, 4000)], relative=relative)
    assert kept.lyrics.count("mine") == 1


@given(rows)
def test_parts_make_the_same_notes_again(notes: Notes) -> None:
    again = Notes.from_parts(SPEC, *notes.parts())
    assert again.changed(notes) == [] and again.ids.tolist() == notes.ids.tolist()


@given(rows, st.integers(0, 4000), st.integers(1, 3))
def test_joined_halves_are_the_whole_where_no_note_is_cut(notes: Notes, at: int, times: int) -> None:
    longer = notes.joined(notes)
    assert longer.count == 2 * notes.count and len(set(longer.ids.tolist())) == longer.count
    assert longer.cut(0, 4000).changed(notes) == []


@given(rows, st.integers(100, 3000))
def test_a_warp_moves_notes_and_loses_only_those_without_length(notes: Notes, knot: int) -> None:
    moved = notes.retime(Warp((0, knot, 4000), (0, 2 * knot, 4000 + knot)))
    assert moved.count == notes.count and np.all(moved.stops > moved.starts)
    assert moved.retime(Warp((0, 4000 + knot), (0, 0))).count == 0
