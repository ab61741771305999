"""What is sent on: the tokens that draw a picture go with it, and a later stage knows when it has become another."""

from dataclasses import replace

import numpy as np
import pytest
from trial import trial_sketch

from intermezzo.core.chain import without_stage
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Grid, GridSpec, Region
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Image, Text, Tokens
from intermezzo.core.params import Param
from intermezzo.core.project import Project, Stage, source_key
from intermezzo.core.sent import has_moved_on, output_key, text_key, tokens_for, with_tokens
from intermezzo.core.sketch import Made, Sketch, SketchType

SPEC = GridSpec("tokens", "Tokens", shape=(2, 3), codes=9, codebook="colours/1")
CODES = np.array([[0, 1, 2], [3, 4, 8]])
PIXELS = np.zeros((4, 6, 4), np.uint8)
GRADE = Param("grade", "Grade", "float", 1.0, low=0.0, high=2.0, step=0.1, stage="render")
SPEED = Param("speed", "Speed", "float", 1.0, low=0.0, high=2.0, step=0.1)
MANIFEST = EngineManifest("e", "1", "E", "e", "picture/1", output="image", params=(GRADE, SPEED))


def drawn(spec: GridSpec = SPEC, codes: np.ndarray = CODES) -> Sketch:
    layers = {spec.name: Grid.machine(spec, 0.0, codes)}
    return Sketch(SketchType("picture/1", "Picture", (spec,)), layers, Made("e", "1"))


def test_a_picture_is_sent_with_the_tokens_that_draw_it_as_a_hand_left_them() -> None:
    sketch = drawn()
    at = np.zeros((2, 3), bool)
    at[0, 1] = True
    sketch = sketch.with_layer(sketch.tokens.with_codes(at, 7))
    sent = with_tokens(Image(PIXELS), sketch)
    assert isinstance(sent, Image)
    codes = tokens_for(sent, replace(SPEC, name="content"))
    assert codes is not None
    assert codes.tolist() == [[0, 7, 2], [3, 4, 8]]
    assert sent.pixels is not PIXELS
    assert np.array_equal(sent.pixels, PIXELS)


def test_tokens_mean_nothing_to_another_codebook_size_or_number_of_codes() -> None:
    sent = with_tokens(Image(PIXELS), drawn())
    assert isinstance(sent, Image)
    assert tokens_for(sent, replace(SPEC, codebook="colours/2")) is None
    assert tokens_for(sent, replace(SPEC, shape=(3, 2))) is None
    assert tokens_for(sent, replace(SPEC, codes=8)) is None
    assert tokens_for(Image(PIXELS), SPEC) is None


def test_only_a_picture_of_one_grid_of_a_named_codebook_has_tokens() -> None:
    assert with_tokens(Text("x"), drawn()) == Text("x")
    for sketch in (drawn(replace(SPEC, codebook="")), trial_sketch()):
        sent = with_tokens(Image(PIXELS), sketch)
        assert isinstance(sent, Image)
        assert sent.tokens is None
    two = SketchType("two/1", "Two", (SPEC, replace(SPEC, name="more")))
    grids = {spec.name: Grid.machine(spec, 0.0, CODES) for spec in two.layers}  # type: ignore[arg-type]
    sent = with_tokens(Image(PIXELS), Sketch(two, grids, Made("e", "1")))
    assert isinstance(sent, Image)
    assert sent.tokens is None


def test_tokens_are_rows_and_columns_of_codes() -> None:
    for codes in (np.zeros((2, 2)), np.zeros(4, np.uint16), np.zeros((0, 2), np.uint16)):
        with pytest.raises(SourceError, match="rows and columns"):
            Tokens(codes, "colours/1")  # type: ignore[arg-type]


def test_a_sketch_of_other_tokens_is_of_another_source_although_the_pixels_are_equal() -> None:
    plain = Image(PIXELS)
    keys = {
        source_key(Stage("1", "e", picture), MANIFEST)
        for picture in (plain, with_tokens(plain, drawn()), with_tokens(plain, drawn(codes=CODES[::-1])))
    }
    assert len(keys) == 3
    assert source_key(Stage("1", "e", Image(PIXELS.copy())), MANIFEST) in keys


def linked(before: Stage, **fields: object) -> Project:
    after = Stage("2", "f", Image(PIXELS), linked_to="1", sent=output_key(before, MANIFEST))
    return Project("x", (before, replace(after, **fields)))  # type: ignore[arg-type]


def test_a_stage_is_behind_as_soon_as_the_stage_before_is_drawn_otherwise_and_no_more_when_that_is_undone() -> None:
    before = Stage("1", "e", Text("red"), sketch=drawn())
    project = linked(before)
    assert not has_moved_on(project, project.stages[1], MANIFEST)
    at = np.ones((2, 3), bool)
    sketch = drawn()
    for other in (
        replace(before, sketch=sketch.with_layer(sketch.tokens.with_codes(at, 7))),
        replace(before, params={"grade": 1.5}),
        replace(before, seed=2),
    ):
        moved = project.with_stage(other)
        assert has_moved_on(moved, moved.stages[1], MANIFEST)
        assert not has_moved_on(moved.with_stage(before), moved.stages[1], MANIFEST)


def test_what_changes_nothing_of_the_output_leaves_a_later_stage_alone() -> None:
    sketch = drawn()
    before = Stage("1", "e", Text("red"), sketch=sketch)
    project = linked(before)
    for other in (
        replace(before, sketch=sketch.with_layer(sketch.tokens.lock(Region(0, 2), on=True))),
        replace(before, sketch=sketch.with_layer(sketch.tokens.with_codes(np.ones((2, 3), bool), CODES))),
        replace(before, sketch=drawn()),
        replace(before, source=Text("blue"), params={"grade": 1.0, "speed": 2.0}),
    ):
        assert not has_moved_on(project.with_stage(other), project.stages[1], MANIFEST)


def test_locks_of_every_kind_of_layer_are_no_change_and_values_are() -> None:
    sketch = trial_sketch()
    before = Stage("1", "e", Text("red"), sketch=sketch)
    key = output_key(before, MANIFEST)
    for name, layer in sketch.layers.items():
        locked = sketch.with_layer(layer.lock(Region(0, len(layer)), True))
        assert output_key(replace(before, sketch=locked), MANIFEST) == key, name
    other = sketch.with_layer(sketch.melody.with_values(10, np.linspace(200, 300, 20)))
    assert output_key(replace(before, sketch=other), MANIFEST) != key


def test_a_text_that_was_sent_is_compared_as_a_text() -> None:
    before = Stage("1", "e", Text("red"), sketch=drawn())
    project = linked(before, source=Text("red"), sent=text_key(Text("red")))
    other = project.with_stage(replace(before, sketch=drawn(codes=CODES[::-1]), seed=9))
    assert not has_moved_on(other, other.stages[1], None), "another picture of the same words"
    other = project.with_stage(replace(before, source=Text("blue")))
    assert has_moved_on(other, other.stages[1], None)


def test_nothing_is_said_where_it_is_not_known_or_nothing_is_there() -> None:
    before = Stage("1", "e", Text("red"), sketch=drawn())
    project = linked(before, sent="")
    moved = project.with_stage(replace(before, seed=2))
    assert not has_moved_on(moved, moved.stages[1], MANIFEST), "a project of an earlier version"
    moved = linked(before).with_stage(replace(before, sketch=None))
    assert not has_moved_on(moved, moved.stages[1], MANIFEST), "there is nothing to take"
    moved = linked(before).with_stage(replace(before, seed=2))
    assert not has_moved_on(moved, moved.stages[1], None), "its engine is gone"
    alone = without_stage(moved, "1").stages[0]
    assert (alone.linked_to, alone.sent) == (None, "")
