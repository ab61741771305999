"""A word of a recording is said as another one; all around stays to the bit, and the text follows."""

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.core.edits import regions
from intermezzo.core.edits.splice import text_range
from intermezzo.core.errors import EditError, SourceError
from intermezzo.core.layers import Mark, Region
from intermezzo.core.sketch import Sketch

TEXT = "The harbour lights were already burning when we came around the point."


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(threads=1)


@pytest.fixture(scope="module")
def recording(studio: Studio) -> Sketch:
    spoken = studio.run("speech", TEXT, params={"voice": "cathy"})
    return studio.analyse("speech", spoken, params={"text": TEXT})


def frames_of(sketch: Sketch, word: str) -> tuple[int, int]:
    k = sketch.words.labels.index(word)
    return int(sketch.words.starts[k]), int(sketch.words.stops[k])


def reworded(studio: Studio, sketch: Sketch, word: str, text: str) -> Sketch:
    return studio.reword(sketch, *frames_of(sketch, word), text, params={"voice": "cathy"})


def test_only_the_word_is_new(studio: Studio, recording: Sketch) -> None:
    start, stop = frames_of(recording, "lights")
    new = reworded(studio, recording, "lights", "lanterns")
    by = new.n_frames - recording.n_frames
    for name in ("pitch", "energy"):
        before, after = recording.layers[name], new.layers[name]
        assert (after.values[:start] == before.values[:start]).all()
        assert (after.values[stop + by :] == before.values[stop:]).all()
        assert (after.origin[:start] == Mark.ANALYSED).all()
        assert (after.origin[start : stop + by] == Mark.PREDICTED).all()
    for name in ("envelope", "breath"):
        before, after = recording.layers[name], new.layers[name]
        assert (after.window(0, start) == before.window(0, start)).all()
        assert (after.window(stop + by, new.n_frames) == before.window(stop, recording.n_frames)).all()
    words = TEXT.replace("lights", "lanterns")
    assert new.words.labels == tuple(words.split())
    assert [words[a:b] for a, b in new.words.source.tolist()] == words.rstrip(".").split()
    assert new.words.origin[2] == Mark.EDITED
    a, b = frames_of(new, "lanterns")
    phones = [label for label, at in zip(new.phones.labels, new.phones.starts, strict=True) if a <= at < b]
    assert phones == ["l", "ˈæ", "n", "t", "ɚ", "n", "z"]
    assert (np.diff(new.phones.starts) > 0).all()
    assert new.pitch.values[a:b].max() > 0


def test_the_same_seed_says_the_same(studio: Studio, recording: Sketch) -> None:
    one, two = (reworded(studio, recording, "lights", "lanterns") for _ in range(2))
    assert one.changed(two) == {}


def test_a_word_is_taken_out_and_several_are_put_in(studio: Studio, recording: Sketch) -> None:
    gone = reworded(studio, recording, "already", "")
    assert "already" not in gone.words.labels
    assert gone.n_frames < recording.n_frames
    more = reworded(studio, recording, "point.", "old lighthouse, slowly.")
    assert more.words.labels[-3:] == ("old", "lighthouse,", "slowly.")
    assert more.n_frames > recording.n_frames
    at = text_range(recording.words, recording.words.count - 1, recording.words.count)
    assert at is not None
    assert TEXT[at[0] : at[1]] == "point."


def test_what_cannot_be_said_here_is_refused(studio: Studio, recording: Sketch) -> None:
    start, stop = frames_of(recording, "lights")
    with pytest.raises(SourceError):
        studio.reword(recording, start, stop, "маяк")
    with pytest.raises(SourceError):
        studio.reword(recording, start, stop, "word " * 200)
    with pytest.raises(SourceError, match="no word here"):
        studio.reword(recording, 0, 2, "word")
    with pytest.raises(EditError, match="locked"):
        studio.reword(regions.lock(recording, ["energy"], Region(start, start + 2)), start, stop, "word")
