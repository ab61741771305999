"""Tunes become melody/1 sketches and come back with all that a sketch holds of them."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_melody import melodies, same
from hypothesis import given

from intermezzo.core.edits.tune import to_melody, to_sketch
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark
from intermezzo.core.media import Melody
from intermezzo.core.sketch import Made


def tune(*notes: tuple[int, int, int], lyrics: str = "", **parts: object) -> Melody:
    rows = np.array([(start, stop, pitch, 80) for start, stop, pitch in notes], np.int32)
    end = max(stop for _, stop, _ in notes)
    said = tuple(lyrics.split()) if lyrics else ("",) * len(notes)
    return replace(Melody(rows, said, -(-end // 1920) * 1920), **parts)  # type: ignore[arg-type]


@given(melodies())
def test_a_tune_comes_back_from_its_sketch(melody: Melody) -> None:
    sketch = to_sketch(melody)
    same(to_melody(sketch, title=melody.title, language=melody.language), melody)
    again = to_sketch(to_melody(sketch))
    assert not sketch.changed(again)


@given(melodies())
def test_every_element_is_marked_as_analysed_and_every_syllable_has_its_span(melody: Melody) -> None:
    sketch = to_sketch(melody)
    for layer in sketch.layers.values():
        assert np.all(layer.marks() == Mark.ANALYSED)
    onsets = {int(row[0]) for row, text in zip(melody.notes, melody.lyrics, strict=True) if text not in ("", "_")}
    assert onsets <= set(sketch.rhythm.starts.tolist())


def test_held_notes_lengthen_the_span_of_their_syllable_and_rests_are_gaps() -> None:
    rhythm = to_sketch(tune((0, 240, 60), (240, 480, 62), (960, 1440, 64), lyrics="riv- _ er")).rhythm
    assert list(zip(rhythm.starts.tolist(), rhythm.stops.tolist(), rhythm.labels, strict=True)) == [
        (0, 480, "riv-"), (960, 1440, "er"),
    ]  # fmt: skip


def test_phrases_end_on_long_notes_and_say_how() -> None:
    quarters = [(480 * k, 480 * k + 480, 60 + k) for k in range(3)]
    later = [(2880 + start, 2880 + stop, pitch) for start, stop, pitch in quarters]
    melody = tune(*quarters, (1440, 2400, 67), *later, (4320, 5760, 60), keys=((0, "C major"),))
    cadence = to_sketch(melody).cadence
    assert list(zip(cadence.starts.tolist(), cadence.stops.tolist(), cadence.labels, strict=True)) == [
        (0, 2400, "half"), (2880, 5760, "authentic"),
    ]  # fmt: skip


def test_a_pickup_and_changes_of_metre_lay_the_bars() -> None:
    melody = tune((0, 480, 60), (480, 5280, 62), pickup=480, metres=((0, "4/4"), (2400, "3/4")), n_frames=5280)
    sketch = to_sketch(melody, Made("a", "1"))
    assert sketch.bars is not None and sketch.bars.starts.tolist() == [0, 480, 2400, 3840]
    assert sketch.made == Made("a", "1")
    same(to_melody(sketch), melody)


def test_a_tune_that_a_sketch_cannot_hold_is_refused() -> None:
    with pytest.raises(EditError, match="no length"):
        to_sketch(Melody(np.zeros((0, 4)), (), 0))
    with pytest.raises(EditError, match="keys of a piano"):
        to_sketch(tune((0, 480, 120)))
