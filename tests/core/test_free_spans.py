"""Spans that govern nothing: edges, new ones, splits; time and every other layer stay."""

import pytest
from drawn_tune import tune_sketch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.edits import free_spans, regions
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Region
from intermezzo.core.sketch import Sketch

TUNE = tune_sketch()
BAR = 1920


def chords(sketch: Sketch) -> list[tuple[int, int, str]]:
    spans = sketch.chords
    return list(zip(spans.starts.tolist(), spans.stops.tolist(), spans.labels, strict=True))


def test_an_edge_takes_from_the_neighbour_that_touches_it() -> None:
    after = free_spans.move_edge(TUNE, "chords", 0, 1440)
    assert chords(after)[:2] == [(0, 1440, "G"), (1440, 2 * BAR, "Em")]
    assert free_spans.move_edge(TUNE, "chords", 1, 1440, at_start=True).chords.starts[1] == 1440
    assert all(after.layers[n] is layer for n, layer in TUNE.layers.items() if n != "chords")


def test_an_edge_stops_at_a_neighbour_that_it_does_not_touch() -> None:
    rhythm = TUNE.rhythm
    k = rhythm.labels.index("low")
    after = free_spans.move_edge(TUNE, "rhythm", k, 9999)
    assert after.rhythm.stops[k] == rhythm.starts[k + 1]
    assert free_spans.move_edge(TUNE, "rhythm", k, 0).rhythm.stops[k] == rhythm.starts[k] + 1


@given(index=st.integers(0, 3), frame=st.integers(-100, 9000), at_start=st.booleans())
def test_edges_never_cross(index: int, frame: int, at_start: bool) -> None:
    spans = free_spans.move_edge(TUNE, "chords", index, frame, at_start=at_start).chords
    assert (spans.stops > spans.starts).all() and (spans.starts[1:] >= spans.stops[:-1]).all()


@given(start=st.integers(0, 7600), length=st.integers(1, 4000))
def test_what_is_put_in_stands_there_and_the_rest_makes_room(start: int, length: int) -> None:
    stop = min(start + length, TUNE.n_frames)
    spans = free_spans.put(TUNE, "chords", start, stop, "Am").chords
    k = spans.labels.index("Am")
    assert (spans.starts[k], spans.stops[k]) == (start, stop)
    assert (spans.stops - spans.starts).sum() == TUNE.n_frames, "no gap, no overlap"
    assert len(set(spans.ids.tolist())) == spans.count


def test_a_chord_around_a_new_one_goes_on_behind_it() -> None:
    after = free_spans.put(TUNE, "chords", 480, 960, "Am")
    assert chords(after)[:3] == [(0, 480, "G"), (480, 960, "Am"), (960, BAR, "G")]


def test_split_and_taken_out() -> None:
    cut = free_spans.split(TUNE, "chords", 1, 2880)
    assert chords(cut)[1:3] == [(BAR, 2880, "Em"), (2880, 2 * BAR, "Em")]
    assert chords(free_spans.take_out(cut, "chords", 2))[1:3] == [(BAR, 2880, "Em"), (2 * BAR, 3 * BAR, "C")]
    with pytest.raises(EditError):
        free_spans.split(TUNE, "chords", 1, BAR)


def test_locked_spans_stay() -> None:
    locked = regions.lock(TUNE, ["chords"], Region(BAR, BAR + 1))
    for edit in (
        lambda: free_spans.move_edge(locked, "chords", 0, 1440),
        lambda: free_spans.put(locked, "chords", 0, BAR + 5, "Am"),
        lambda: free_spans.take_out(locked, "chords", 1),
        lambda: free_spans.split(locked, "chords", 1, 2880),
    ):
        with pytest.raises(EditError):
            edit()
