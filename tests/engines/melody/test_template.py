from dataclasses import replace

import numpy as np
from engines.melody.tunes import OLD_TUNE, tune
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.media import Melody
from intermezzo.core.music.keys import Key
from intermezzo_engines.melody.template import at_frames, template_of


def moved(melody: Melody, semitones: int) -> Melody:
    notes = melody.notes.copy()
    notes[:, 2] += semitones
    return replace(melody, notes=notes)


def test_an_old_tune_is_read_as_a_musician_reads_it() -> None:
    template = template_of(OLD_TUNE)
    assert template.keys == ((0, Key("C")),)
    assert [label for *_, label in template.cadence] == [
        "authentic",
        "authentic",
        "half",
        "half",
        "authentic",
        "authentic",
    ]
    assert [label for *_, label in template.sections] == ["A", "B", "B", "A"]
    assert at_frames(template.chords, [0, 4 * 480, 8 * 480]) == ["C", "F", "F"]


def test_the_template_moves_with_the_key() -> None:
    here, there = template_of(OLD_TUNE), template_of(moved(OLD_TUNE, 2))
    assert there.keys[0][1].pitch_class == 2
    assert (here.cadence, here.sections, here.rhythm) == (there.cadence, there.sections, there.rhythm)
    assert [c[:2] for c in here.chords] == [c[:2] for c in there.chords]


def test_the_signature_decides_between_keys_that_the_notes_leave_open() -> None:
    open_tune = tune([69, 71, 74, 71, 69, 74, 71, 71], [1] * 8)
    assert template_of(replace(open_tune, keys=((0, "D major"),))).keys[0][1].fifths == 2
    assert template_of(replace(open_tune, keys=((0, "G major"),))).keys[0][1].fifths == 1


def test_written_chords_stand_and_gaps_are_no_chord() -> None:
    written = replace(OLD_TUNE, chords=((960, 1920, "Am"), (1920, 3840, "what?")))
    assert at_frames(template_of(written).chords, [0, 960, 2000, 5000]) == ["N.C.", "Am", "what?", "N.C."]


def test_held_notes_belong_to_their_syllable() -> None:
    template = template_of(tune([60, 62, 64, 65], [1, 1, 1, 1], ("riv-", "_", "er", "")))
    assert template.rhythm == ((0, 960, "riv-"), (960, 1440, "er"), (1440, 1920, ""))


def test_a_repeat_with_other_notes_is_a_variation() -> None:
    first = [60, 62, 64, 65, 67, 69, 67]
    varied = [60, 62, 64, 65, 67, 72, 67]
    other = [72, 71, 69, 67]
    template = template_of(
        tune(first + other + varied + other, [0.5] * 6 + [2, 1, 1, 1, 2] + [0.5] * 6 + [2, 1, 1, 1, 2])
    )
    assert [label for *_, label in template.sections] == ["A", "A'"]


@given(st.lists(st.tuples(st.integers(0, 127), st.sampled_from([0.25, 0.5, 1, 1.5, 3])), min_size=1, max_size=40))
def test_spans_are_in_order_and_inside_whatever_the_notes(notes: list[tuple[int, float]]) -> None:
    melody = tune([p for p, _ in notes] + [60], [q for _, q in notes] + [1], metres=((0, "3/4"),))
    template = template_of(melody)
    for spans in (template.chords, template.rhythm, template.cadence, template.sections):
        edges = np.array([edge for start, stop, _ in spans for edge in (start, stop)])
        assert np.all(np.diff(edges) >= 0) and edges[0] >= 0 and edges[-1] <= melody.n_frames
    assert template == template_of(melody)
    assert template.chords[0][0] == 0 and template.chords[-1][1] == melody.n_frames


def test_a_clause_ends_after_the_last_note_of_its_syllable() -> None:
    words = ("o", "so", "far", "a-", "way", "sky,", "_", "_", "*", "*", "*", "*", "*", "*", "*", "*")
    template = template_of(tune([60, 62, 64, 65] * 4, [1.0] * 16, words))
    assert [stop for _, stop, _ in template.cadence] == [8 * 480, 16 * 480]
