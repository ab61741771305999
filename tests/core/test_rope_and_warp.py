"""Ropes and warps do what plain numpy arrays would do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import EditError
from intermezzo.core.layers import Rope, Warp
from intermezzo.core.layers.rope import BLOCK_FRAMES


def rope_and_model(rows: int) -> tuple[Rope, np.ndarray]:
    model = np.random.default_rng(rows).normal(size=(rows, 3)).astype(np.float32)
    return Rope.cut(model), model


@given(rows=st.integers(0, 700), data=st.data())
def test_splices_windows_and_changes_are_those_of_an_array(rows: int, data: st.DataObject) -> None:
    rope, model = rope_and_model(rows)
    for _ in range(4):
        start = data.draw(st.integers(0, len(model)))
        stop = data.draw(st.integers(start, len(model)))
        n = data.draw(st.one_of(st.just(stop - start), st.integers(0, 400)))
        new = np.random.default_rng(n).normal(size=(n, 3)).astype(np.float32)
        before, rope_before = model, rope
        rope = rope.splice(start, stop, new)
        model = np.concatenate([model[:start], new, model[stop:]])
        assert np.array_equal(rope.array(), model)
        assert len(rope) == len(model)
        assert np.array_equal(rope.window(start - 5, stop + 9), model[max(start - 5, 0) : stop + 9])
        if len(before) == len(model):
            different = np.zeros(len(model), bool)
            for a, b in rope.changed(rope_before):
                different[a:b] = True
            assert np.array_equal(different, np.any(model != before, axis=1))
    assert all(not block.flags.writeable for block in rope.blocks)


def test_an_edit_shares_every_block_it_does_not_touch() -> None:
    rope, model = rope_and_model(1000)
    edited = rope.splice(300, 310, model[300:310] + 1)
    assert [a is b for a, b in zip(rope.blocks, edited.blocks, strict=True)].count(False) == 1


def test_many_splices_leave_no_crumbs() -> None:
    rope, _ = rope_and_model(5000)
    for k in range(100):
        rope = rope.splice(40 * k, 40 * k + 7, np.ones((8, 3), np.float32))
    assert len(rope.blocks) <= 2 * len(rope) / BLOCK_FRAMES


def test_writing_equal_values_keeps_the_blocks() -> None:
    rope, model = rope_and_model(500)
    assert rope.splice(100, 400, model[100:400]).blocks == rope.blocks


def test_equal_rows_are_one_block_in_memory() -> None:
    rope = Rope.full(10 * BLOCK_FRAMES + 7, 4, 2.5, np.float32)
    assert len(rope) == 10 * BLOCK_FRAMES + 7
    assert len({id(block) for block in rope.blocks}) == 2
    assert (rope.array() == 2.5).all()


def test_ropes_cut_otherwise_are_compared_by_their_rows() -> None:
    rope, model = rope_and_model(200)
    other = Rope.of([model[:60].copy(), model[60:].copy()], 3, model.dtype)
    assert other.starts != rope.starts
    assert rope.changed(other) == []


def test_ropes_cut_otherwise_in_the_middle_share_their_ends() -> None:
    rope, model = rope_and_model(1000)
    longer = rope.splice(400, 410, model[400:430])
    other = longer.splice(500, 520, model[410:420]).splice(405, 405, model[:10])
    assert other.starts != longer.starts
    changed = np.zeros(len(longer), bool)
    for a, b in other.changed(longer):
        changed[a:b] = True
    assert np.array_equal(changed, np.any(other.array() != longer.array(), axis=1))
    assert changed.any()
    assert other.blocks[0] is longer.blocks[0]
    assert other.blocks[-1] is longer.blocks[-1]


def test_a_cut_rope_does_not_follow_later_changes_of_its_source() -> None:
    source = np.ones((10, 2), np.float32)
    rope = Rope.cut(source)
    source[:] = 7
    assert (rope.array() == 1).all()


knots = st.lists(st.integers(0, 60), min_size=1, max_size=6).map(lambda steps: (0, *np.cumsum(steps).tolist()))


@given(old=knots, data=st.data())
def test_positions_stay_inside_their_piece_and_equal_pieces_are_untouched(old: tuple[int, ...], data) -> None:
    steps = data.draw(st.lists(st.integers(0, 60), min_size=len(old) - 1, max_size=len(old) - 1))
    new = (0, *np.cumsum(steps).tolist())
    warp = Warp(old, new)
    for a, b, c, d in warp.pieces():
        positions = warp.positions(a, b, d - c)
        assert len(positions) == d - c
        assert (positions >= max(a - 1, 0) if a == b else positions >= a).all()
        assert (positions <= max(b - 1, 0)).all()
        if b - a == d - c:
            assert np.array_equal(positions, np.arange(a, b))
    assert warp.at(np.array([old[-1]]))[0] == new[-1]


def test_a_knot_maps_to_its_new_place_and_between_knots_time_runs_evenly() -> None:
    warp = Warp((0, 10, 20), (0, 30, 40))
    assert warp.at(np.array([0, 5, 10, 15, 20])).tolist() == [0, 15, 30, 35, 40]


@pytest.mark.parametrize(
    ("old", "new"), [((0,), (0,)), ((0, 5), (0, 5, 6)), ((1, 5), (0, 5)), ((0, 5, 4), (0, 1, 2)), ((0, 5), (0, -1))]
)
def test_time_that_runs_backwards_is_refused(old: tuple[int, ...], new: tuple[int, ...]) -> None:
    with pytest.raises(EditError):
        Warp(old, new)


def test_frames_before_an_insertion_stay_and_those_at_it_follow() -> None:
    warp = Warp((0, 49, 49, 80), (0, 49, 61, 92))
    assert warp.at(np.array([0, 35, 42, 49, 60, 80], np.int32)).tolist() == [0, 35, 42, 61, 72, 92]
