"""Edits of notes: what they do, that locks hold, and that they change nothing that they were not told to."""

from collections.abc import Callable

import numpy as np
import pytest
from drawn_tune import tune_sketch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.edits import lyrics, notes
from intermezzo.core.errors import EditError
from intermezzo.core.history import History
from intermezzo.core.layers import Mark
from intermezzo.core.music.harmony import chord_at, key_at
from intermezzo.core.project import Project, Stage
from intermezzo.core.sketch import Sketch

TUNE = tune_sketch()
N = TUNE.notes.count
chosen = st.sets(st.integers(0, N - 1), min_size=1)
Edit = Callable[[Sketch, set[int]], Sketch]

edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(lambda f, p: lambda s, ids: notes.move(s, ids, f, p), st.integers(-9000, 9000), st.integers(-99, 99)),
    st.builds(
        lambda a, b: lambda s, ids: notes.resize(s, ids, start_by=a, stop_by=b), st.integers(-5000, 5000),
        st.integers(-5000, 5000),
    ),
    st.builds(
        lambda step, x, ends: lambda s, ids: notes.quantise(s, ids, step, strength=x, ends=ends),
        st.sampled_from([480, 320, 240, 160, 120, 80, 60]), st.floats(0, 1), st.booleans(),
    ),
    st.builds(lambda a, b: lambda s, ids: notes.fit(s, ids, scale=a, chord=b), st.booleans(), st.booleans()),
    st.builds(lambda v: lambda s, ids: notes.set_velocities(s, dict.fromkeys(ids, v)), st.integers(-10, 200)),
    st.builds(lambda t: lambda s, ids: lyrics.write_verse(s, ids, t)[0], st.text(max_size=20)),
    st.just(lambda s, ids: lyrics.hold(s, ids)),
    st.just(lambda s, ids: notes.erase(s, ids)),
)  # fmt: skip


def row(sketch: Sketch, note: int) -> tuple[object, ...]:
    k = sketch.notes.index_of(note)
    return (*sketch.notes.values[k].tolist(), sketch.notes.lyrics[k], int(sketch.notes.origin[k]))


@given(edit=edits, ids=chosen)
def test_an_edit_keeps_order_ids_and_every_other_note(edit: Edit, ids: set[int]) -> None:
    after = edit(TUNE, ids)
    layer = after.notes
    assert sorted(layer.ids.tolist()) == list(range(N)) and (np.diff(layer.starts) >= 0).all()
    for note in set(range(N)) - ids:
        assert row(after, note) == row(TUNE, note)
    assert all(after.layers[name] is layer for name, layer in TUNE.layers.items() if name != "notes")


@given(edit=edits, ids=chosen, held=st.integers(0, N - 1))
def test_a_locked_note_is_never_changed(edit: Edit, ids: set[int], held: int) -> None:
    locked = notes.lock(TUNE, [held])
    try:
        after = edit(locked, ids)
    except EditError:
        return
    assert row(after, held) == row(locked, held)


@given(edit=edits, ids=chosen)
def test_undo_brings_back_the_very_same_layer(edit: Edit, ids: set[int]) -> None:
    history = History(Project("work", (Stage("s", "drawn", sketch=TUNE),)))
    history.apply("edit", lambda p: p.with_sketch("s", edit(TUNE, ids)))
    history.undo()
    sketch = history.project.stages[0].sketch
    assert sketch is TUNE


@given(ids=chosen, frames=st.integers(-9000, 9000), up=st.integers(-99, 99))
def test_moved_notes_move_as_one(ids: set[int], frames: int, up: int) -> None:
    after = notes.move(TUNE, ids, frames, up).notes
    by = {tuple((after.values[after.index_of(n)] - TUNE.notes.values[n]).tolist()) for n in ids}
    assert len(by) == 1


def test_nothing_changed_is_the_same_sketch() -> None:
    assert notes.move(TUNE, [3]) is TUNE
    assert notes.quantise(TUNE, range(N), 240) is TUNE
    assert notes.fit(TUNE, range(N), scale=True) is TUNE
    assert notes.erase(TUNE, range(N)) is TUNE and notes.delete(TUNE, [99]) is TUNE


def test_a_drawn_note_is_by_hand_and_erasing_takes_it_out() -> None:
    drawn = notes.draw(TUNE, 3360, 3600, 74, lyric="oh")
    new = int(drawn.notes.ids.max())
    assert drawn.notes.drawn.sum() == 1 and row(drawn, new) == (3360, 3600, 74, notes.VELOCITY, "oh", int(Mark.EDITED))
    moved = notes.move(drawn, [new, 0], 0, 2)
    back = notes.erase(moved, [new, 0])
    assert back.notes.values.tolist() == TUNE.notes.values.tolist() and back.notes.lyrics == TUNE.notes.lyrics


def test_a_split_note_holds_its_syllable() -> None:
    cut = notes.split(TUNE, [6], 2640)
    k = cut.notes.index_of(6)
    assert cut.notes.values[k : k + 2, :2].tolist() == [[2400, 2640], [2640, 3360]]
    assert cut.notes.lyrics[k : k + 2] == ("low", "_")
    with pytest.raises(EditError):
        notes.split(TUNE, [6], 2405)
    with pytest.raises(EditError):
        notes.split(TUNE, [6], 100)


def test_glued_notes_say_all_that_they_said() -> None:
    glued = notes.glue(TUNE, [9, 10])
    assert row(glued, 9)[:5] == (4560, 5280, 71, TUNE.notes.velocities[9], "river")
    assert glued.notes.count == N - 1
    cut = notes.split(TUNE, [6], 2640)
    assert row(notes.glue(cut, [6, int(cut.notes.ids.max())]), 6)[:5] == row(TUNE, 6)[:5]
    with pytest.raises(EditError):
        notes.glue(TUNE, [9])
    with pytest.raises(EditError):
        notes.glue(notes.lock(TUNE, [10]), [9, 10])


def test_copies_keep_their_distances_and_are_new() -> None:
    twice = notes.duplicate(TUNE, [0, 1], 3360)
    new = twice.notes.ids[twice.notes.ids >= N].tolist()
    assert [row(twice, n)[:5] for n in sorted(new)] == [
        (3360, 3840, 71, 80, "When"), (3840, 4080, 71, 86, "the"),
    ]  # fmt: skip


def test_quantising_halfway_goes_half_the_way() -> None:
    late = notes.move(TUNE, [6], 60)
    half = notes.quantise(late, [6], 240, strength=0.5)
    assert row(half, 6)[:2] == (2430, 3390)
    assert row(notes.quantise(late, [6], 240), 6)[:2] == (2400, 3360)
    longer = notes.resize(TUNE, [6], stop_by=50)
    assert row(notes.quantise(longer, [6], 240, ends=True), 6)[:2] == (2400, 3360)


def test_pitches_go_to_the_scale_and_to_the_chord_below_them() -> None:
    sharp = notes.move(TUNE, [0], 0, -1)  # B flat over G
    assert row(notes.fit(sharp, [0], scale=True), 0)[2] == 69
    assert row(notes.fit(sharp, [0], chord=True), 0)[2] == 71
    everything = notes.fit(notes.move(TUNE, range(N), 0, 1), range(N), chord=True)
    for start, pitch in everything.notes.values[:, [0, 2]].tolist():
        chord = chord_at(TUNE, start)
        assert chord is not None and pitch % 12 in chord.tones


def test_the_key_holds_on_until_another_is_named() -> None:
    key = key_at(TUNE, 10**6)
    assert key is not None and key.name == "G major"


def test_a_verse_is_written_over_notes_and_what_is_too_much_comes_back() -> None:
    written, left = lyrics.write_verse(TUNE, range(4), "a-live in _ the morn-ing")
    assert written.notes.lyrics[:4] == ("a-", "live", "in", "_")
    assert left == ["the", "morn-", "ing"]
    assert written.notes.lyrics[4:] == TUNE.notes.lyrics[4:]


def test_a_melisma_holds_the_first_syllable() -> None:
    assert lyrics.hold(TUNE, [4, 5, 6]).notes.lyrics[4:7] == ("burn-", "_", "_")


def test_one_syllable_is_set_by_hand() -> None:
    assert lyrics.set_syllable(TUNE, 2, " lights ").notes.lyrics[2] == "lights"
    assert lyrics.set_syllable(TUNE, 2, "-").notes.lyrics[2] == "_"
    assert lyrics.set_syllable(TUNE, 2, "lamps") is TUNE


def test_a_note_sings_the_next_syllable_of_the_word_before_it() -> None:
    river = lyrics.write_verse(TUNE, range(14), "a river _ runs and morn-ing comes again now o-ver all the")[0]
    assert lyrics.next_part(river, 3).notes.lyrics[:5] == ("a", "ri-", "_", "ver", "and")
    within = lyrics.write_verse(TUNE, range(4), "mor-row- oh ing")[0]
    assert lyrics.next_part(within, 2).notes.lyrics[:4] == ("mor-", "row-", "_", "ing")  # the word goes on behind it
    assert lyrics.next_part(TUNE, 0) is TUNE
    assert lyrics.next_part(TUNE, 2).notes.lyrics[1:3] == ("the", "_")  # it has no more


def test_a_syllable_is_stretched_over_notes_and_the_phrase_moves_along() -> None:
    longer, left = lyrics.stretch(TUNE, 4, 1)
    assert longer.notes.lyrics[4:8] == ("burn-", "_", "ing", "and") and left == ["low"]
    shorter, left = lyrics.stretch(longer, 4, 0)
    assert shorter.notes.lyrics[4:8] == ("burn-", "ing", "_", "and") and left == []
    assert lyrics.stretch(shorter, 4, 1)[0].notes.lyrics == longer.notes.lyrics  # a hold at the end has nothing to lose
    assert lyrics.stretch(TUNE, 13, 5) == (TUNE, [])


@given(note=st.integers(0, 13), held=st.integers(0, 20), again=st.integers(0, 20))
def test_stretching_and_back_loses_only_what_is_told(note: int, held: int, again: int) -> None:
    longer, left = lyrics.stretch(TUNE, note, held)
    sung = [text for text in longer.notes.lyrics if text != "_"]
    assert sorted(sung + left) == sorted(TUNE.notes.lyrics)
    assert lyrics.held_after(longer, note) >= min(held, 6 - note % 7)
    back = lyrics.stretch(lyrics.stretch(longer, note, min(again, held))[0], note, held)[0]
    assert back.notes.lyrics == longer.notes.lyrics
