"""Template and notes follow each other: what an edit governs, nothing else, and never what a hand has made."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import pytest
import torch
from drawn_tune import tune_sketch
from hypothesis import given, settings
from hypothesis import strategies as st

from intermezzo.core import codec
from intermezzo.core.edits import free_spans, lyrics, notes, spans
from intermezzo.core.edits.hands import touched_by_hand
from intermezzo.core.edits.remade import NEW, note_rows, remade_notes, span_rows
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Region
from intermezzo.core.sketch import Sketch
from intermezzo.studio import Studio
from intermezzo_engines.melody.compose import Composer
from intermezzo_engines.melody.division import Divider, DivisionNet
from intermezzo_engines.melody.follow import follow
from intermezzo_engines.melody.hand import span_edits
from intermezzo_engines.melody.tune_model import TuneNet

BAR = 1920
TUNE = tune_sketch(bars=4, repeat=2)
Follow = Callable[[Sketch, Sketch], Sketch]


@pytest.fixture(scope="module")
def followed() -> Follow:
    torch.manual_seed(1)
    patterns = [(), (Fraction(1, 2),)]
    composer = Composer(TuneNet().eval(), Divider(DivisionNet(len(patterns)), patterns))
    return lambda before, after: follow(composer, before, after, 1)


def rows(sketch: Sketch) -> dict[int, tuple[object, ...]]:
    return {row[0]: row[1:] for row in note_rows(sketch.notes)}


def lane(sketch: Sketch, name: str) -> list[tuple[int, int, str]]:
    return [row[1:] for row in span_rows(spans.spans_of(sketch, name))]


def same_lanes(a: Sketch, b: Sketch, *but: str) -> bool:
    return all(b.layers[name] is layer for name, layer in a.layers.items() if name not in but)


# The template governs


def test_the_notes_under_a_changed_chord_and_no_others_get_new_pitches(followed: Follow) -> None:
    after = spans.relabel(TUNE, "chords", 1, "F#m")
    made = followed(TUNE, after)
    old, new = rows(TUNE), rows(made)
    under = {note for note, row in old.items() if BAR <= row[0] < 2 * BAR}  # type: ignore[operator]
    assert {note for note in old if old[note] != new[note]} <= under
    assert any(old[note] != new[note] for note in under)
    assert all(old[note][:2] == new[note][:2] and old[note][3:] == new[note][3:] for note in old)
    assert same_lanes(after, made, "notes") and made.chords.origin[1] == Mark.EDITED
    assert not made.notes.origin.any() and (made.notes.base == made.notes.values).all()


def test_only_the_notes_that_a_chord_gains_are_made_anew_when_its_edge_moves(followed: Follow) -> None:
    made = followed(TUNE, free_spans.move_edge(TUNE, "chords", 0, BAR + 960))
    changed = [row for note, row in rows(TUNE).items() if rows(made)[note] != row]
    assert changed and all(BAR <= row[0] < BAR + 960 for row in changed)  # type: ignore[operator]


def test_another_bass_or_another_spelling_changes_no_note(followed: Follow) -> None:
    for label in ("G/B", "Gmaj"):
        after = spans.relabel(TUNE, "chords", 0, label)
        assert same_lanes(after, followed(TUNE, after))


def test_notes_by_hand_stand_under_a_changed_chord(followed: Follow) -> None:
    held = notes.lock(notes.move(TUNE, [5], 0, 1), [6])
    made = followed(held, spans.relabel(held, "chords", 1, "F#m"))
    assert [rows(made)[note] for note in (5, 6)] == [rows(held)[note] for note in (5, 6)]
    assert touched_by_hand(held, made) == ""


def test_a_moved_syllable_takes_its_notes_along_and_they_keep_their_pitch(followed: Follow) -> None:
    later = free_spans.move_edge(TUNE, "rhythm", 6, 3840)
    later = free_spans.move_edge(later, "rhythm", 6, 2880, at_start=True)  # from 2400:3360
    made = followed(TUNE, later)
    assert rows(made)[6] == (2880, 3840, *rows(TUNE)[6][2:])
    assert [n for n in rows(TUNE) if rows(TUNE)[n] != rows(made)[n]] == [5, 6] and made.rhythm is later.rhythm
    assert rows(made)[5][:2] == (1920, 2880), "the syllable before it touches it"


def test_a_syllable_that_takes_from_its_neighbour_changes_both_notes(followed: Follow) -> None:
    made = followed(TUNE, free_spans.move_edge(TUNE, "rhythm", 0, 600))
    assert (rows(made)[0][:3], rows(made)[1][:3]) == ((0, 600, 71), (600, 720, 71))


def test_a_new_syllable_gets_a_note_and_one_taken_out_loses_it(followed: Follow) -> None:
    cut = free_spans.split(TUNE, "rhythm", 0, 240)
    made = followed(TUNE, cut)
    first, second = (row for row in note_rows(made.notes) if row[1] < 480)
    assert first[1:3] == (0, 240) and second[1:3] == (240, 480) and second[5] == "When"
    assert first[0] == 0 and second[0] > TUNE.notes.ids.max()
    gone = followed(made, free_spans.take_out(made, "rhythm", 1))
    assert [row[1:3] for row in note_rows(gone.notes)][:2] == [(0, 240), (480, 720)]
    filled = followed(gone, free_spans.put(gone, "rhythm", 240, 360, "oh"))
    assert [(*row[1:3], row[5]) for row in note_rows(filled.notes)][1] == (240, 360, "oh")


def test_a_melisma_is_stretched_with_its_syllable_and_shared_where_that_is_cut(followed: Follow) -> None:
    rest = [row for row in note_rows(TUNE.notes) if row[0] != 6]
    low = (6, 2400, 2880, 71, 80, "low"), (NEW, 2880, 3360, 69, 80, "_")
    tune = TUNE.with_layer(remade_notes(TUNE.notes, [*rest, *low]))

    def sung(sketch: Sketch) -> list[tuple[object, ...]]:
        own = (row for row in note_rows(sketch.notes) if 2400 <= row[1] < 3840)
        return [(*row[1:4], row[5]) for row in own]

    longer = followed(tune, free_spans.move_edge(tune, "rhythm", 6, 3600))
    assert sung(longer) == [(2400, 2880, 71, "low"), (2880, 3600, 69, "_")]
    later = followed(tune, free_spans.move_edge(tune, "rhythm", 6, 2880, at_start=True))
    assert sung(later) == [(2880, 3120, 71, "low"), (3120, 3360, 69, "_")]
    cut = followed(tune, free_spans.split(tune, "rhythm", 6, 2760))
    assert sung(cut) == [(2400, 2760, 71, "low"), (2760, 3360, 69, "low")]


def test_a_word_typed_in_the_rhythm_lane_is_sung(followed: Follow) -> None:
    made = followed(TUNE, spans.relabel(TUNE, "rhythm", 2, "stars"))
    assert made.notes.lyrics[2] == "stars" and rows(made)[2][:4] == rows(TUNE)[2][:4]


def test_a_cadence_makes_the_end_of_its_phrase_anew(followed: Follow) -> None:
    made = followed(TUNE, spans.relabel(TUNE, "cadence", 0, "authentic"))
    end = max(note for note, row in rows(TUNE).items() if row[0] < 2 * BAR)  # type: ignore[operator]
    assert {note for note in rows(TUNE) if rows(TUNE)[note] != rows(made)[note]} <= {end}


def test_a_section_that_repeats_another_now_is_made_anew_and_a_new_name_changes_nothing(followed: Follow) -> None:
    renamed = spans.relabel(TUNE, "sections", 3, "Coda")  # it was the only one of its letter
    assert same_lanes(renamed, followed(TUNE, renamed))
    made = followed(TUNE, spans.relabel(TUNE, "sections", 3, "A"))
    changed = [row for note, row in rows(TUNE).items() if rows(made)[note] != row]
    assert changed and all(row[0] >= 6 * BAR for row in changed)  # type: ignore[operator]


def test_another_key_transposes_chords_and_notes_but_none_by_hand(followed: Follow) -> None:
    held = notes.lock(spans.relabel(TUNE, "chords", 2, "Cmaj7"), [4])
    made = followed(held, spans.relabel(held, "key", 0, "A major"))
    assert made.chords.labels[:4] == ("A", "F#m", "Cmaj7", "E7")
    old, new = rows(held), rows(made)
    under = {n for n in old if 2 * BAR <= old[n][0] < 3 * BAR}  # type: ignore[operator]
    assert all(new[n][2] - old[n][2] == 2 for n in set(old) - under - {4})  # type: ignore[operator]
    assert new[4] == old[4]
    tones = {n for n in under if old[n][2] % 12 in (0, 4, 7, 11)}  # type: ignore[operator]
    assert tones and all(new[n] == old[n] for n in tones), "tones of the chord that a hand chose stay its tones"
    minor = followed(TUNE, spans.relabel(TUNE, "key", 0, "G minor"))
    assert minor.chords.labels[:4] == ("Gm", "Eb", "Cm", "D7")
    assert [minor.notes.pitches[k] for k in (0, 1, 2, 11)] == [70, 70, 69, 63]


def test_tempo_and_metre_change_no_note(followed: Follow) -> None:
    for name, label in (("tempo", "132"), ("metre", "3/4")):
        after = spans.relabel(TUNE, name, 0, label)
        assert same_lanes(after, followed(TUNE, after))


# Notes govern


def test_a_note_that_is_moved_or_renamed_takes_its_syllable_along(followed: Follow) -> None:
    later = followed(TUNE, notes.resize(TUNE, [6], start_by=120))
    assert lane(later, "rhythm")[6] == (2520, 3360, "low")
    assert [k for k, row in enumerate(lane(later, "rhythm")) if row != lane(TUNE, "rhythm")[k]] == [6]
    assert not later.rhythm.origin.any() and same_lanes(TUNE, later, "notes", "rhythm", "cadence")
    said = followed(TUNE, lyrics.set_syllable(TUNE, 0, "Where"))
    assert said.rhythm.labels[0] == "Where" and not said.rhythm.origin.any()


def test_a_note_taken_out_takes_its_syllable_out_and_a_drawn_one_puts_one_in(followed: Follow) -> None:
    less = followed(TUNE, notes.delete(TUNE, [1]))
    assert lane(less, "rhythm") == [row for row in lane(TUNE, "rhythm") if row[0] != 480]
    more = followed(less, notes.draw(less, 480, 600, 67, lyric="her"))
    assert lane(more, "rhythm")[1] == (480, 600, "her")


def test_a_held_syllable_joins_the_one_before(followed: Follow) -> None:
    made = followed(TUNE, lyrics.hold(TUNE, [0, 1]))
    assert lane(made, "rhythm")[:2] == [(0, 720, "When"), (720, 960, "lamps")]
    again = followed(made, lyrics.set_syllable(made, 1, "the"))
    assert lane(again, "rhythm") == lane(TUNE, "rhythm")


def test_the_end_of_a_phrase_is_named_by_what_its_last_note_does(followed: Follow) -> None:
    tune = followed(TUNE, TUNE)
    last = max(note for note, row in rows(tune).items() if row[0] < 2 * BAR)  # type: ignore[operator]
    home = followed(tune, notes.move(tune, [last], 0, 67 - int(tune.notes.pitches[last])))
    assert home.cadence.labels[0] == "authentic" and home.cadence.labels[1:] == tune.cadence.labels[1:]
    locked = tune.with_layer(tune.cadence.lock(Region(0, 1), True))
    assert followed(locked, notes.move(locked, [last], 0, 1)).cadence is locked.cadence


# Whatever the hand does

_NAMES = st.sampled_from(("chords", "rhythm", "cadence", "sections", "key"))
_LABELS = {"chords": ("Am", "D7", "N.C.", "huh?"), "rhythm": ("oh", "riv-", ""), "cadence": ("half", "authentic"),
           "sections": ("A", "A'", "B"), "key": ("D major", "E minor")}  # fmt: skip
_EDITS = st.tuples(
    st.sampled_from(("relabel", "edge", "put", "split", "out", "move", "resize", "delete", "draw", "say", "lock")),
    _NAMES, st.integers(0, 60), st.integers(0, 15300), st.integers(30, 2000), st.booleans(),
)  # fmt: skip


def edited(sketch: Sketch, edit: tuple[str, str, int, int, int, bool]) -> Sketch:
    kind, name, k, frame, length, flag = edit
    spans_, stop = spans.spans_of(sketch, name), min(frame + length, TUNE.n_frames)
    index, label = k % max(spans_.count, 1), _LABELS[name][k % len(_LABELS[name])]
    note = [int(sketch.notes.ids[k % max(sketch.notes.count, 1)])] if sketch.notes.count else []
    with suppress(EditError, IndexError):
        match kind:
            case "relabel":
                return spans.relabel(sketch, name, index, label)
            case "edge":
                return free_spans.move_edge(sketch, name, index, frame, at_start=flag)
            case "put":
                return free_spans.put(sketch, name, frame, stop, label)
            case "split":
                middle = (int(spans_.starts[index]) + int(spans_.stops[index])) // 2
                return free_spans.split(sketch, name, index, middle)
            case "out":
                return free_spans.take_out(sketch, name, index)
            case "move":
                return notes.move(sketch, note, length if flag else -length, k % 5 - 2)
            case "resize":
                return notes.resize(sketch, note, start_by=length // 4 if flag else 0, stop_by=-(length // 4))
            case "delete":
                return notes.delete(sketch, note)
            case "draw":
                return notes.draw(sketch, frame, stop, 60 + k % 12, lyric="la" if flag else "_")
            case "say":
                return lyrics.set_syllable(sketch, note[0], "_" if flag else "so")
            case "lock":
                return notes.lock(sketch, note) if flag else sketch.with_layer(spans_.lock(Region(frame, stop), True))
    return sketch


@settings(max_examples=40, deadline=None)
@given(first=st.lists(_EDITS, max_size=4), then=st.lists(_EDITS, min_size=1, max_size=3))
def test_hands_are_never_touched_and_following_is_repeatable(
    followed: Follow,
    first: list[tuple[str, str, int, int, int, bool]],
    then: list[tuple[str, str, int, int, int, bool]],
) -> None:
    before = TUNE
    for edit in first:
        before = edited(before, edit)
    after = before
    for edit in then:
        after = edited(after, edit)
    made = followed(before, after)
    assert touched_by_hand(after, made) == ""
    assert codec.fingerprint(followed(before, after)) == codec.fingerprint(made)
    assert same_lanes(made, followed(made, made))
    assert same_lanes(after, made, "chords", "notes", "rhythm", "cadence")


@settings(max_examples=40, deadline=None)
@given(edit=_EDITS.filter(lambda edit: edit[0] != "draw"))
def test_what_an_engine_has_done_is_no_edit_that_is_to_be_followed(
    followed: Follow, edit: tuple[str, str, int, int, int, bool]
) -> None:
    after = edited(TUNE, edit)
    made = followed(TUNE, after)
    assert same_lanes(made, followed(after, made))


@settings(max_examples=40, deadline=None)
@given(then=st.lists(_EDITS.filter(lambda edit: edit[0] in ("relabel", "edge", "put", "split", "out")), max_size=2))
def test_notes_that_nothing_changed_governs_are_the_same_to_the_bit(
    followed: Follow, then: list[tuple[str, str, int, int, int, bool]]
) -> None:
    after = TUNE
    for edit in then:
        after = edited(after, edit)
    if span_edits(TUNE.key, after.key):
        return  # it governs everything
    made = followed(TUNE, after)
    near = []
    for name in ("chords", "rhythm", "cadence", "sections"):
        for change in span_edits(spans.spans_of(TUNE, name), spans.spans_of(after, name)):
            near += [row[1:3] for row in (change.before, change.after) if row is not None]
    for k, (start, note) in enumerate(zip(TUNE.notes.starts.tolist(), TUNE.notes.ids.tolist(), strict=True)):
        if not any(a <= start < b for a, b in near):
            j = made.notes.index_of(note)
            assert j is not None
            assert (made.notes.values[j] == TUNE.notes.values[k]).all() and made.notes.origin[j] == 0
            assert made.notes.lyrics[j] == TUNE.notes.lyrics[k]


def test_the_shipped_engine_follows_through_the_studio() -> None:
    with Studio() as studio:
        tune = studio.convert("melody", "When the lamps are burning low\nand the river turns to gold,", seed=3)
        k = next(k for k, label in enumerate(tune.chords.labels) if label != "F#m")
        made = studio.follow(tune, spans.relabel(tune, "chords", k, "F#m"))
        bars = range(*tune.notes.begun(int(tune.chords.starts[k]), int(tune.chords.stops[k])).indices(tune.notes.count))
        changed = [j for j in range(tune.notes.count) if (made.notes.values[j] != tune.notes.values[j]).any()]
        assert changed and set(changed) <= set(bars)
        assert made.chords.origin[k] == Mark.EDITED and same_lanes(tune, made, "chords", "notes")


def test_in_another_key_chords_have_its_alternatives_and_followed_twice_the_same(followed: Follow) -> None:
    thought = tuple((("C", 0.5), ("D7", 0.25)) for _ in range(TUNE.chords.count))
    before = TUNE.with_layer(replace(TUNE.chords, alternatives=thought))
    after = spans.relabel(spans.relabel(before, "chords", 1, "A7"), "key", 0, "A major")
    made = followed(before, after)
    assert made.chords.alternatives == tuple((("D", 0.5), ("E7", 0.25)) for _ in range(TUNE.chords.count))
    assert made.chords.labels[:2] == ("A", "A7")
    assert followed(before, made).chords.alternatives == made.chords.alternatives
