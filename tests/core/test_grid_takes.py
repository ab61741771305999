"""Takes, comp and permanence of grids: by cell, in pictures and in sounds of tokens; nothing by hand goes silently."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core import takes
from intermezzo.core.bring_back import brought_back
from intermezzo.core.codec import fingerprint
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.edits.comp import bared, comp
from intermezzo.core.edits.comp_cells import comp_cells
from intermezzo.core.errors import EditError, SketchError
from intermezzo.core.layers import Curve, CurveSpec, Grid, GridSpec, Mark, Region
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo.core.take import Part, places_of
from intermezzo.storage.documents import Unsound
from intermezzo.storage.exchange.sketch_json import read_sketch_json, written_sketch_json
from intermezzo.storage.project_file import project_bytes, project_of_bytes

SHAPE = (6, 5)
PICTURE = SketchType("picture/1", "Picture", (GridSpec("tokens", "Tokens", shape=SHAPE, codes=40, codebook="t/1"),))
TIMED = GridSpec("tokens", "Tokens", axes=("time", "levels"), shape=(0, 3), codes=40, codebook="t/1")
SOUND = SketchType("sound/1", "Sound", (TIMED,), hop_s=0.01)
seeds = st.integers(0, 9999)


def said(seed: int, kind: SketchType = PICTURE, n: int = 12) -> Sketch:
    """Return what an engine says with a seed."""
    rng = np.random.default_rng(seed)
    (spec,) = kind.layers
    assert isinstance(spec, GridSpec)
    shape = (spec.shape[0] or n, *spec.shape[1:])
    layer = Grid.machine(spec, kind.hop_s, rng.integers(0, 40, shape), rng.random(shape))
    return Sketch(kind, {"tokens": layer}, Made("e", "1", seed))


def some(seed: int, shape: tuple[int, ...], share: float = 0.4) -> Any:
    mask = np.random.default_rng(seed).random(shape) < share
    mask.reshape(-1)[seed % mask.size] = True
    return mask


def by_hand(sketch: Sketch, seed: int) -> Sketch:
    """Return the sketch with codes by hand and locks in random cells."""
    grid = sketch.tokens.with_codes(some(seed + 1, sketch.tokens.shape), some(seed, sketch.tokens.shape) * 7)
    return sketch.with_layer(grid.lock_mask(some(seed + 2, sketch.tokens.shape, 0.2), True))


def staged(*numbers: int) -> Stage:
    """Return a stage converted with the first seed, with a take of each."""
    made = replace(Stage("s", "e", seed=numbers[0], converted_from="k"), sketch=said(numbers[0]))
    made = takes.after_conversion(Stage("s", "e"), made, said(numbers[0]))
    for seed in numbers[1:]:
        made = takes.sampled(made, said(seed), seed)
    return made


def owners(stage: Stage) -> Any:
    found = np.zeros(SHAPE[0] * SHAPE[1], int)
    for part in stage.comp:
        found[part.start : part.stop] = part.take
    return found.reshape(SHAPE)


@given(seeds, st.sampled_from((PICTURE, SOUND)))
def test_cells_of_a_take_come_in_and_all_else_stays(seed: int, kind: SketchType) -> None:
    start, take = by_hand(said(seed, kind), seed), said(seed + 1, kind)
    mask = some(seed + 3, start.tokens.shape)
    after = comp_cells(start, take, {"tokens": mask})
    machine = ~(start.tokens.edited | start.tokens.locked)
    assert np.array_equal(after.tokens.codes[mask & machine], take.tokens.codes[mask & machine])
    kept = ~mask | ~machine
    assert np.array_equal(after.tokens.codes[kept], start.tokens.codes[kept])
    assert np.array_equal(after.tokens.origin & 6, start.tokens.origin & 6)
    # Under an edit lies what the take says there; under a lock what was there.
    under = bared(after).tokens.codes
    locked = start.tokens.locked
    assert np.array_equal(under[mask & ~locked], take.tokens.codes[mask & ~locked])
    assert np.array_equal(under[locked], bared(start).tokens.codes[locked])


def test_a_take_of_another_kind_or_size_is_refused() -> None:
    mask = {"tokens": np.ones(SHAPE, bool)}
    with pytest.raises(EditError, match="no picture"):
        comp_cells(said(1), said(1, SOUND), mask)
    with pytest.raises(EditError, match="another size"):
        comp_cells(said(1, SOUND, 5), said(1, SOUND, 6), {"tokens": np.ones((5, 3), bool)})
    with pytest.raises(EditError, match="does not fit"):
        comp_cells(said(1), said(2), {"tokens": np.ones((2, 2), bool)})
    with pytest.raises(EditError, match="No token"):
        comp_cells(said(1), said(2), {"tokens": np.zeros(SHAPE, bool)})


@given(seeds)
def test_a_stage_knows_of_each_cell_whose_it_is(seed: int) -> None:
    stage = staged(1, 2, 3)
    assert stage.comp == (Part(0, 30, 1),)
    first, second = some(seed, SHAPE), some(seed + 1, SHAPE)
    mixed = takes.use_cells(takes.use_cells(stage, 2, {"tokens": first}), 3, {"tokens": second})
    wanted = np.where(second, 3, np.where(first, 2, 1))
    assert np.array_equal(owners(mixed), wanted)
    assert mixed.sketch is not None
    for number in (1, 2, 3):
        here = wanted == number
        assert np.array_equal(mixed.sketch.tokens.codes[here], said(number).tokens.codes[here])
        assert takes.share_used(mixed, number) == pytest.approx(here.mean())
        assert takes.seconds_used(mixed, number) == 0
    again = project_of_bytes(project_bytes(Project("p", (mixed,))), "p", Registry({}, {"picture/1": PICTURE}, {}))
    assert again.stages[0].comp == mixed.comp
    assert takes.use(mixed, 2, 0, SHAPE[0]).comp == (Part(0, 30, 2),)


def test_rows_of_a_picture_can_be_taken_as_a_stretch_can() -> None:
    stage = takes.use(staged(1, 2), 2, 1, 3)
    assert np.array_equal(owners(stage)[:, 0], [1, 2, 2, 1, 1, 1])
    assert stage.sketch is not None
    assert np.array_equal(stage.sketch.tokens.codes[1:3], said(2).tokens.codes[1:3])
    assert np.array_equal(stage.sketch.tokens.codes[3:], said(1).tokens.codes[3:])
    done = comp(said(1), said(2), 1, 3)
    assert np.array_equal(done.sketch.tokens.codes, stage.sketch.tokens.codes)


def test_what_was_made_anew_under_a_mask_is_a_take_of_its_own() -> None:
    stage, mask = staged(1), some(4, SHAPE)
    assert stage.sketch is not None
    fresh = stage.sketch.with_layer(stage.sketch.tokens.predicted(mask, np.zeros(SHAPE, int), np.ones(SHAPE)))
    after = takes.put_cells(stage, fresh, 9, {"tokens": mask})
    assert [take.number for take in after.takes] == [1, 2]
    assert np.array_equal(owners(after), np.where(mask, 2, 1))
    assert after.sketch is fresh
    back = takes.use_cells(after, 1, {"tokens": mask})
    assert back.sketch is not None
    assert np.array_equal(back.sketch.tokens.codes, said(1).tokens.codes)


def test_frames_of_a_sound_in_which_some_levels_are_anothers_are_nobodys() -> None:
    stage = replace(Stage("s", "e", converted_from="k"), sketch=said(1, SOUND))
    stage = takes.sampled(takes.with_takes_begun(stage), said(2, SOUND), 2)
    mask = np.zeros((12, 3), bool)
    mask[2:4] = True
    mask[6, 1] = True
    after = takes.use_cells(stage, 2, {"tokens": mask})
    assert after.comp == (Part(0, 2, 1), Part(2, 4, 2), Part(4, 6, 1), Part(7, 12, 1))
    assert places_of(said(1, SOUND)) == 12


@given(seeds)
def test_another_prompt_keeps_what_hands_did_at_its_place(seed: int) -> None:
    old, fresh = by_hand(said(seed), seed), said(seed + 1)
    after, dropped = carry_over(old, fresh)
    held = old.tokens.edited | old.tokens.locked
    assert not dropped
    assert np.array_equal(after.tokens.codes[held], old.tokens.codes[held])
    assert np.array_equal(after.tokens.codes[~held], fresh.tokens.codes[~held])


@given(seeds, st.integers(1, 11))
def test_a_shorter_sound_lists_what_it_cannot_keep_and_a_longer_one_has_it_again(seed: int, n: int) -> None:
    old = by_hand(said(seed, SOUND), seed)
    shorter, dropped = carry_over(old, said(seed + 1, SOUND, n))
    held = old.tokens.edited | old.tokens.locked
    assert np.array_equal(shorter.tokens.codes[held[:n]], old.tokens.codes[:n][held[:n]])
    assert bool(dropped) == bool(held[n:].any())
    if dropped:
        assert dropped[0].line.startswith(f"Tokens: {int(held[n:].sum())} cell")
    longer, still = carry_over(shorter, said(seed + 2, SOUND, 15), waiting=dropped)
    assert not still
    assert np.array_equal(longer.tokens.codes[:12][held], old.tokens.codes[held])
    assert np.array_equal((longer.tokens.edited | longer.tokens.locked)[:12], held)


def test_cells_that_were_dropped_are_brought_back_where_there_is_room() -> None:
    old = said(1, SOUND)
    mask = np.zeros((12, 3), bool)
    mask[9:11, 1] = True
    old = old.with_layer(old.tokens.with_codes(mask, 33))
    shorter, dropped = carry_over(old, said(2, SOUND, 6))
    stage = replace(Stage("s", "e"), sketch=shorter, dropped=dropped)
    back = brought_back(stage, dropped)
    assert back.sketch is not None and not back.dropped
    assert np.argwhere(back.sketch.tokens.edited).tolist() == [[4, 1], [5, 1]]
    locked = replace(stage, sketch=shorter.with_layer(shorter.tokens.lock(Region(0, 6), True)))
    with pytest.raises(EditError, match="locked"):
        brought_back(locked, dropped)


@given(st.integers(8, 24), st.integers(0, 9))
def test_curves_beside_cells_are_stretched_to_another_length(n: int, first: int) -> None:
    kind = SketchType("both/1", "Both", (*SOUND.layers, CurveSpec("level", "Level", unit="dB", low=-90)), hop_s=0.01)

    def both(n: int) -> Sketch:
        level = Curve.machine(kind.spec("level"), 0.01, np.full(n, -20.0))  # type: ignore[arg-type]
        return Sketch(kind, {"tokens": said(1, SOUND, n).tokens, "level": level}, Made("e", "1"))

    old = both(12).with_layer(both(12).level.lock(Region(first, first + 2), True))
    painted = np.zeros((12, 3), bool)
    painted[:8] = some(3, (8, 3))
    after, dropped = carry_over(old.with_layer(old.tokens.with_codes(painted, 1)), both(n))
    assert not dropped
    assert after.tokens.edited.sum() == painted.sum()
    locked = np.flatnonzero(after.level.marks() & np.uint8(Mark.LOCKED))
    assert abs(locked[0] - first * n / 12) <= 1
    assert abs(locked[-1] + 1 - (first + 2) * n / 12) <= 1


def test_a_picture_beside_layers_in_time_has_its_own_size() -> None:
    layers = (*PICTURE.layers, CurveSpec("turn", "Turn", unit="", low=-1.0, high=1.0))
    kind = SketchType("sticker/1", "Sticker", layers, hop_s=0.05)
    turn = Curve.machine(kind.spec("turn"), 0.05, np.zeros(40))  # type: ignore[arg-type]
    made = Sketch(kind, {"tokens": said(1).tokens, "turn": turn}, Made("e", "1"))
    assert made.n_frames == 40
    assert made.duration_s == pytest.approx(2.0)
    assert not made.tokens.timed
    assert made.tokens.splice(0, 3, said(2).tokens, 0, 3) is made.tokens
    assert int(Mark.PREDICTED) == 0 and said(1).n_frames == SHAPE[0] and not said(1).timed


@given(seeds, st.sampled_from((PICTURE, SOUND)))
def test_json_brings_every_cell_back(seed: int, kind: SketchType) -> None:
    sketch = by_hand(said(seed, kind), seed)
    shape = sketch.tokens.shape
    unknown = sketch.tokens.predicted(some(seed, shape), sketch.tokens.codes, np.full(shape, np.nan))
    for one in (sketch, sketch.with_layer(unknown)):
        assert fingerprint(read_sketch_json(written_sketch_json(one))) == fingerprint(one)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"codes"', '"code"'), ('"codes": [[', '"codes": [[-1, '), ('"base": null', '"base": [[1, 2], [3]]'),
        ('"base": null', '"base": [[1, 2], [3, 4]]'), ('"marks": [[0', '"marks": [[1'),
    ],
)  # fmt: skip
def test_json_with_a_damaged_grid_is_refused(old: str, new: str) -> None:
    text = written_sketch_json(said(1)).replace("\n", " ")
    text = " ".join(text.split()).replace("[ ", "[")
    assert old in text
    with pytest.raises((Unsound, SketchError)):
        read_sketch_json(text.replace(old, new, 1))


@given(seeds)
def test_what_was_tried_and_erased_leaves_no_trace(seed: int) -> None:
    start = said(seed).tokens
    tried = start.with_codes(some(seed, SHAPE), 3).erase_mask(np.ones(SHAPE, bool))
    assert fingerprint(said(seed).with_layer(tried)) == fingerprint(said(seed))
