"""Spans that govern nothing: edges, new ones, splits; time and every other layer stay."""

from contextlib import suppress

import pytest
from drawn_tune import tune_sketch
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core import codec
from intermezzo.core.edits import free_spans, regions
from intermezzo.core.edits.spans import relabel, spans_of
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Region, Warp
from intermezzo.core.sketch import Sketch
from intermezzo.storage.exchange.sketch_json import read_sketch_json, written_sketch_json

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


def rows(sketch: Sketch, name: str) -> list[tuple[int, int, int, str, int]]:
    spans = spans_of(sketch, name)
    columns = (spans.ids.tolist(), spans.starts.tolist(), spans.stops.tolist())
    return list(zip(*columns, spans.labels, spans.origin.tolist(), strict=True))


_HANDS = st.lists(
    st.tuples(
        st.sampled_from(("edge", "put", "split", "relabel")), st.integers(0, 13), st.integers(0, 7600),
        st.integers(1, 3000), st.booleans(),
    ),
    max_size=6,
)  # fmt: skip


@given(name=st.sampled_from(("chords", "rhythm")), hands=_HANDS)
def test_all_that_is_left_goes_back_to_where_the_engine_had_it_when_all_is_erased(
    name: str, hands: list[tuple[str, int, int, int, bool]]
) -> None:
    sketch = TUNE
    for kind, index, frame, length, at_start in hands:
        with suppress(EditError):
            index %= spans_of(sketch, name).count
            if kind == "edge":
                sketch = free_spans.move_edge(sketch, name, index, frame, at_start=at_start)
            elif kind == "put":
                sketch = free_spans.put(sketch, name, frame, min(frame + length, 7680), "Am")
            elif kind == "split":
                sketch = free_spans.split(sketch, name, index, frame)
            else:
                sketch = relabel(sketch, name, index, "F")
    erased = regions.erase(sketch, [name], Region(0, TUNE.n_frames))
    left = {row[0] for row in rows(sketch, name)}
    assert rows(erased, name) == [row for row in rows(TUNE, name) if row[0] in left]


def test_an_erased_span_takes_the_edge_that_it_shares_with_its_neighbour_along() -> None:
    longer = free_spans.move_edge(TUNE, "chords", 1, 4800)
    assert longer.chords.origin.tolist() == [0, 2, 2, 0]
    for place in (Region(2000, 2001), Region(5000, 5001)):
        back = regions.erase(longer, ["chords"], place)
        assert rows(back, "chords") == rows(TUNE, "chords")


def test_erasing_moves_and_covers_nothing_else_that_is_by_hand() -> None:
    put = free_spans.put(TUNE, "chords", 960, 2880, "Am")
    locked = put.with_layer(put.chords.lock(Region(960, 961), True))
    back = regions.erase(locked, ["chords"], Region(0, TUNE.n_frames))
    assert chords(back) == chords(put) and back.chords.origin.tolist() == [2, 6, 2, 0, 0]
    alone = regions.erase(put, ["chords"], Region(1000, 1001))
    assert chords(alone)[:2] == [(0, 960, "G"), (2880, 3840, "Em")], "what was put in is gone, its neighbours stay"
    assert chords(regions.erase(alone, ["chords"], Region(0, 5000))) == chords(TUNE)


def test_the_engines_places_are_kept_in_files_and_move_with_time() -> None:
    moved = free_spans.move_edge(TUNE, "chords", 0, 1440)
    packed = codec.pack(moved)
    for written in (
        codec.unpack(packed[0], packed[1].__getitem__),
        read_sketch_json(written_sketch_json(moved)),
    ):
        assert rows(regions.erase(written, ["chords"], Region(0, 1)), "chords") == rows(TUNE, "chords")
    twice = moved.retime(Warp((0, TUNE.n_frames), (0, 2 * TUNE.n_frames)))
    back = regions.erase(twice, ["chords"], Region(0, 9999))
    assert chords(back)[:2] == [(0, 2 * BAR, "G"), (2 * BAR, 4 * BAR, "Em")] and not back.chords.origin.any()
    joined = moved.joined(moved).chords
    assert joined.base_starts.tolist() == [k * BAR for k in range(8)]
    assert moved.chords.cut(BAR, 3 * BAR).base_starts.tolist() == [BAR]  # the second begins earlier by hand
