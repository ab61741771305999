"""Takes of a tune in a stretch: its notes, chords and rhythm there, in the key of the tune, and nothing elsewhere."""

from contextlib import suppress

import pytest
from core.test_carry_bars import BAR, SONG, VERSE, Q, by_hand, song
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core import takes
from intermezzo.core.edits import free_spans, notes, regions
from intermezzo.core.edits.comp import comp
from intermezzo.core.edits.remade import note_rows, span_rows
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Region, Spans
from intermezzo.core.media import Text
from intermezzo.core.project import Stage

TAKE = song(VERSE, up=2, chords=("Am", "G"))


def test_a_take_is_used_in_a_stretch_and_nowhere_else() -> None:
    done = comp(SONG, TAKE, BAR, 3 * BAR).sketch
    pitches = [(row[1], row[3]) for row in note_rows(done.notes)]
    wanted = [(row[1], row[3]) for row in note_rows(SONG.notes) if not BAR <= row[1] < 3 * BAR]
    wanted += [(row[1], row[3]) for row in note_rows(TAKE.notes) if BAR <= row[1] < 3 * BAR]
    assert pitches == sorted(wanted)
    assert done.chords.labels == ("C", "G", "Am", "F") and done.rhythm.labels == SONG.rhythm.labels
    assert [row[1:3] for row in span_rows(done.rhythm)] == [row[1:3] for row in span_rows(SONG.rhythm)]
    assert done.tempo is SONG.tempo and done.made is SONG.made


def test_another_rhythm_comes_with_its_take_where_the_same_words_are_sung() -> None:
    other = song(["When _ the lamps", "are burn- ing low", "and all _ the", "riv- er turns to gold"])
    with pytest.raises(EditError, match="other words"):
        comp(SONG, other, BAR, 2 * BAR)
    slow = song([VERSE[0], "burn- ing _ low", *VERSE[2:]])  # a syllable less: "and" is not sung here
    with pytest.raises(EditError, match="other words"):
        comp(SONG, slow, BAR, 2 * BAR)
    late = song([*VERSE[:3], "turns _ to gold"])
    done = comp(SONG, late, 3 * BAR, 4 * BAR).sketch
    assert [row[1] for row in span_rows(done.rhythm)][-3:] == [3 * BAR, 3 * BAR + 2 * Q, 3 * BAR + 3 * Q]
    assert [row[1] for row in note_rows(done.notes)][-3:] == [3 * BAR, 3 * BAR + 2 * Q, 3 * BAR + 3 * Q]


def test_hands_stay_and_a_take_in_another_key_is_brought_into_that_of_the_tune() -> None:
    held = notes.lock(notes.move(SONG, [5], 0, 6), [6])
    take = song(VERSE, key="D major", up=4, chords=("D", "G"))
    done = comp(held, take, BAR, 2 * BAR).sketch
    assert by_hand(done, "notes") == by_hand(held, "notes")
    free = [row for row in note_rows(done.notes) if BAR <= row[1] < 2 * BAR and row[5] not in ("ing", "low")]
    assert {row[3] for row in free} < {row[3] - 2 for row in note_rows(take.notes)}
    assert done.chords.labels == ("C", "F", "C", "F") and done.key is SONG.key


def test_a_take_of_another_length_is_used_as_a_whole_and_refused_in_a_part_that_it_has_not() -> None:
    longer = song([*VERSE, "la la la la"])
    held = regions.lock(SONG, ["notes"], Region(0, BAR))
    done = comp(held, longer, 0, SONG.n_frames)
    assert done.new_stop == longer.n_frames == done.sketch.n_frames
    assert by_hand(done.sketch, "notes") == by_hand(held, "notes")
    with pytest.raises(EditError, match="another metre"):
        comp(SONG, song(VERSE, metre="3/4"), BAR, 2 * BAR)


def test_a_line_that_takes_more_bars_in_a_take_moves_all_that_is_later() -> None:
    take = song([VERSE[0], "burn- _ ing _", "low _ and _", *VERSE[2:]], up=2, chords=("Am", "G"))
    done = comp(SONG, take, BAR, 2 * BAR)
    tune = done.sketch
    assert (done.start, done.stop, done.new_stop, tune.n_frames) == (BAR, 2 * BAR, 3 * BAR, 5 * BAR)
    assert tune.rhythm.labels == SONG.rhythm.labels and tune.chords.labels == ("C", "G", "Am", "C", "F")
    later = [row[1:] for row in note_rows(SONG.notes) if row[1] >= 2 * BAR]
    moved = [row[1:] for row in note_rows(tune.notes) if row[1] >= 3 * BAR]
    assert moved == [(a + BAR, b + BAR, *rest) for a, b, *rest in later]


def test_what_was_chosen_from_a_take_is_chosen_again_after_a_new_conversion() -> None:
    stage = takes.sampled(Stage("1", "nobody", Text("x"), sketch=SONG), TAKE, 2)
    used = takes.use(stage, 2, BAR, 2 * BAR)
    assert used.sketch is not None and used.sketch.chords.labels == ("C", "G", "C", "F")
    fresh = song([*VERSE[:3], "turns to stone _"])
    after = takes.after_conversion(used, Stage("1", "nobody", Text("y"), sketch=fresh, takes=used.takes), fresh)
    assert after.sketch is not None and after.sketch.chords.labels == ("C", "G", "C", "F")
    assert [(part.start, part.stop, part.take) for part in after.comp] == [
        (0, BAR, 1),
        (BAR, 2 * BAR, 2),
        (2 * BAR, 4 * BAR, 1),
    ]


def test_a_chord_that_reaches_out_of_the_stretch_stays_behind_it_and_one_by_hand_stays_whole() -> None:
    two = Spans.machine(SONG.chords.spec, SONG.chords.hop_s, SONG.n_frames, [0, BAR], [BAR, 4 * BAR], ("C", "F"))
    whole = SONG.with_layer(two)
    done = comp(whole, TAKE, BAR, 2 * BAR).sketch
    assert [row[1:] for row in span_rows(done.chords)] == [
        (0, BAR, "C"), (BAR, 2 * BAR, "G"), (2 * BAR, 4 * BAR, "F"),
    ]  # fmt: skip
    held = whole.with_layer(whole.chords.lock(Region(BAR, BAR + 1), True))
    assert by_hand(comp(held, TAKE, BAR, 2 * BAR).sketch, "chords") == [(BAR, 4 * BAR, "F")]
    early = whole.with_layer(whole.chords.lock(Region(0, 1), True))
    mid = comp(early, TAKE, Q, BAR)
    assert by_hand(mid.sketch, "chords") == [(0, BAR, "C")]


@settings(max_examples=60, deadline=None)
@given(
    hands=st.lists(
        st.tuples(st.sampled_from(("put", "edge", "lock")), st.integers(0, 7600), st.integers(60, 3000)), max_size=4
    ),
    a=st.integers(0, 15), n=st.integers(1, 8),
)  # fmt: skip
def test_no_hand_is_cut_or_lost_by_a_take(hands: list[tuple[str, int, int]], a: int, n: int) -> None:
    tune = SONG
    for kind, frame, length in hands:
        with suppress(EditError):
            stop = min(frame + length, tune.n_frames)
            if kind == "put":
                tune = free_spans.put(tune, "chords", frame, stop, "E7")
            elif kind == "edge":
                tune = free_spans.move_edge(tune, "chords", frame % tune.chords.count, frame)
            else:
                tune = regions.lock(tune, ["chords", "notes"], Region(frame, stop))
    done = comp(tune, TAKE, a * Q, min((a + n) * Q, tune.n_frames)).sketch
    assert by_hand(done, "notes") == by_hand(tune, "notes")
    old, new = by_hand(tune, "chords"), by_hand(done, "chords")
    assert [row[:2] for row in new] == [row[:2] for row in old]
    assert [row for row in new if row[2] == "E7"] == [row for row in old if row[2] == "E7"]
