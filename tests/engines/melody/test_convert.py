"""Lyrics become templates and tunes: every syllable sung, words together, bars whole, seeds and stretches."""

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.core import codec
from intermezzo.core.edits.notes import move
from intermezzo.core.errors import SourceError
from intermezzo.core.music.syllables import HOLD, goes_on
from intermezzo.core.sketch import Sketch

_TEXT = """The morning comes over the mountain
and the valley is silver with dew.

La lune, in another language,
is a word for the window and you."""


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


def _made(studio: Studio, text: str = _TEXT, seed: int = 1, **params: str | float) -> Sketch:
    return studio.convert("melody", text, seed=seed, params=params)


@pytest.mark.parametrize("style", ["ballad", "folk", "hymn", "waltz", "show tune"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_syllable_is_sung_words_hold_together_and_bars_are_whole(studio: Studio, style: str, seed: int) -> None:
    sketch = _made(studio, seed=seed, style=style, voice="easy")
    notes = sketch.notes
    sung = [text for text in notes.lyrics if text != HOLD]
    assert sung == list(sketch.rhythm.labels)
    assert "".join(text.removesuffix("-") for text in sung) == "".join(_TEXT.split())
    assert np.all(notes.starts[1:] >= notes.stops[:-1])
    for k, text in enumerate(sketch.rhythm.labels[:-1]):
        if goes_on(text):
            assert sketch.rhythm.stops[k] == sketch.rhythm.starts[k + 1]
    assert notes.pitches.min() >= 60 and notes.pitches.max() <= 72
    bars = sketch.bars
    assert (sketch.n_frames - bars.pickup) % bars.metres[-1].bar_frames == 0
    assert sketch.chords.starts[0] == 0 and sketch.chords.stops[-1] == sketch.n_frames


def test_seeds_differ_and_the_same_seed_is_the_same(studio: Studio) -> None:
    one, again, other = _made(studio, seed=4), _made(studio, seed=4), _made(studio, seed=5)
    assert codec.fingerprint(one) == codec.fingerprint(again)
    assert one.rhythm.starts.tolist() != other.rhythm.starts.tolist()
    assert one.notes.pitches.tolist() != other.notes.pitches.tolist()


def test_styles_and_settings_say_what_a_song_is_in(studio: Studio) -> None:
    waltz = _made(studio, style="waltz", key="D minor", tempo=99.0)
    assert (waltz.metre.labels[-1], waltz.key.labels, waltz.tempo.labels) == ("3/4", ("D minor",), ("99",))


def test_a_stretch_made_anew_leaves_all_else_and_what_hands_did(studio: Studio) -> None:
    sketch = _made(studio)
    k = 10
    edited = move(sketch, [int(sketch.notes.ids[k])], semitones=1)
    start, stop = int(edited.notes.starts[8]), int(edited.notes.starts[14])
    again = studio.resample(edited, start, stop, seed=99)
    outside = (edited.notes.starts < start) | (edited.notes.starts >= stop)
    kept = (again.notes.starts < start) | (again.notes.starts >= stop)
    assert np.array_equal(edited.notes.values[outside], again.notes.values[kept])
    assert edited.notes.ids[outside].tolist() == again.notes.ids[kept].tolist()
    at = again.notes.index_of(int(edited.notes.ids[k]))
    assert at is not None and np.array_equal(again.notes.values[at], edited.notes.values[k])
    assert again.chords is edited.chords


def test_without_words_a_style_and_a_length_are_enough(studio: Studio) -> None:
    sketch = _made(studio, " ", style="folk", bars=12, metre="4/4")
    assert sketch.bars.count == 12 and set(sketch.notes.lyrics) <= {"", HOLD}
    assert sketch.sections.labels[:2] == ("A", "A'")


@pytest.mark.parametrize("text", ["?!", "Привет, мир"])
def test_what_cannot_be_sung_is_one_clear_line(studio: Studio, text: str) -> None:
    with pytest.raises(SourceError):
        _made(studio, text)
