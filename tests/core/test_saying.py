"""A word said with other sounds: only what differs changes, words reach round all their sounds, conversions keep it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo import Studio
from intermezzo.core.edits import regions
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.edits.saying import said_as, sounds_between
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Region, Spans
from intermezzo.core.sketch import Sketch


@pytest.fixture(scope="module")
def tune() -> Sketch:
    with Studio(device="cpu") as studio:
        return studio.convert("mock", "la lu li", seed=1)


def words_of(sketch: Sketch) -> Spans:
    words = sketch.layers["words"]
    assert isinstance(words, Spans)
    return words


def labels_in(sketch: Sketch, start: int, stop: int) -> list[str]:
    return [sketch.governing.labels[k] for k in sounds_between(sketch, start, stop)]


def middle(sketch: Sketch, labels: list[str]) -> tuple[Sketch, int, int]:
    words = words_of(sketch)
    return said_as(sketch, int(words.starts[1]), int(words.stops[1]), [(label, 9) for label in labels])


@given(st.lists(st.sampled_from("aeioux"), min_size=1, max_size=6))
def test_the_word_holds_the_sounds_wanted_and_its_neighbours_stay(tune: Sketch, labels: list[str]) -> None:
    said, start, stop = middle(tune, labels)
    words = words_of(said)
    assert words.labels == ("la", "lu", "li")
    assert (int(words.starts[1]), int(words.stops[1])) == (start, stop)
    assert labels_in(said, start, stop) == labels
    assert labels_in(said, int(words.starts[0]), int(words.stops[0])) == ["x", "a"]
    assert labels_in(said, int(words.starts[2]), int(words.stops[2])) == ["x", "i"]
    assert said.n_frames == sum(said.governing.stops - said.governing.starts)


def test_sounds_that_stay_keep_their_lengths_and_are_not_marked(tune: Sketch) -> None:
    said, start, _ = middle(tune, ["x", "a", "u"])
    spans = said.governing
    place = sounds_between(said, *(int(x) for x in (words_of(said).starts[1], words_of(said).stops[1])))
    marked = [bool(spans.origin[k] & Mark.EDITED) for k in place]
    assert marked == [False, True, False] and int(spans.starts[place[0]]) == start
    before = tune.governing
    lengths = [int(spans.stops[k] - spans.starts[k]) for k in (place[0], place[2])]
    assert lengths == [int(before.stops[k] - before.starts[k]) for k in (3, 4)]


@pytest.mark.parametrize("labels", (["o", "x", "e"], ["e", "o", "x", "u"], ["x", "u", "e", "o"], ["x"]))
def test_a_later_conversion_keeps_it(tune: Sketch, labels: list[str]) -> None:
    said, _, _ = middle(tune, labels)
    with Studio(device="cpu") as studio:
        again = studio.convert("mock", "la lu li", seed=5)
    kept, dropped = carry_over(said, again)
    words = words_of(kept)
    assert labels_in(kept, int(words.starts[1]), int(words.stops[1])) == labels and not dropped


def test_what_is_locked_and_what_is_no_sound_refuses(tune: Sketch) -> None:
    words = words_of(tune)
    start, stop = int(words.starts[1]), int(words.stops[1])
    with pytest.raises(EditError):
        said_as(tune, start, stop, [("ʘ", 9)])
    with pytest.raises(EditError, match="no sound here"):
        said_as(tune, start, stop, [])
    locked = regions.lock(tune, list(tune.layers), Region(start, stop), True)
    with pytest.raises(EditError, match="locked"):
        said_as(locked, start, stop, [("o", 9)])
