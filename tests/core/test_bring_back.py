"""Edits that could not be kept come back to the word in their place, in one step, or are let go of."""

from dataclasses import replace

import numpy as np
import pytest
from trial import predicted

from intermezzo.core.bring_back import brought_back, dismissed
from intermezzo.core.dropped import Dropped
from intermezzo.core.edits import curves, regions, spans
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Mark, Region
from intermezzo.core.project import Stage
from intermezzo.core.sketch import Sketch


def stage_after(old: Sketch, new: Sketch) -> Stage:
    sketch, lost = carry_over(old, new)
    return Stage("s1", "trial", sketch=sketch, dropped=lost)


def by_hand(sketch: Sketch, layer: str) -> np.ndarray:
    return np.flatnonzero(sketch.layers[layer].by_hand())


def test_an_edit_comes_back_to_the_word_that_is_in_its_place() -> None:
    stage = stage_after(curves.shift(predicted("abc"), "level", 40, 80, 6), predicted("aec", level=-30))
    assert by_hand(stage.sketch, "level").size == 0
    back = brought_back(stage, stage.dropped)
    assert back.dropped == ()
    assert (back.sketch.level.values[40:80] == -24).all(), "its distance to the prediction"
    assert by_hand(back.sketch, "level").tolist() == list(range(40, 80))


def test_frames_may_be_given_and_lengths_move_what_waits_behind_them() -> None:
    old = spans.set_lengths(curves.shift(predicted("abcd"), "level", 80, 120, 6), {1: 70})
    stage = stage_after(old, predicted("aeed", level=-30))
    assert len(stage.dropped) == 2
    first, second = sorted(stage.dropped, key=lambda drop: "Level" in drop.what)
    back = brought_back(stage, [first], (40, 80))
    assert back.sketch.n_frames == stage.sketch.n_frames + 30
    assert back.dropped[0].near_s >= second.near_s
    both = brought_back(stage, stage.dropped)
    assert both.dropped == () and both.sketch.sounds.stops.tolist() == back.sketch.sounds.stops.tolist()


def test_what_has_no_place_stays_on_the_list_and_alone_it_is_refused_with_the_reason() -> None:
    stage = stage_after(curves.shift(predicted("abc"), "level", 40, 80, 6), predicted("aec"))
    named = Dropped("Melody")
    both = replace(stage, dropped=(*stage.dropped, named))
    assert brought_back(both, both.dropped).dropped == (named,)
    with pytest.raises(EditError, match="only the name"):
        brought_back(both, [named])
    locked = replace(stage, sketch=regions.lock(stage.sketch, ["level"], Region(0, 120)))
    with pytest.raises(EditError, match="unlock"):
        brought_back(locked, locked.dropped)
    with pytest.raises(EditError, match="not on the list"):
        brought_back(stage, [named])


def test_dismissed_edits_leave_the_list_and_the_sketch_stays() -> None:
    old = curves.shift(curves.shift(predicted("abc"), "level", 40, 80, 6), "melody", 40, 80, 2)
    stage = stage_after(old, predicted("aec"))
    assert len(stage.dropped) == 2
    rest = dismissed(stage, stage.dropped[:1])
    assert rest.dropped == stage.dropped[1:] and rest.sketch is stage.sketch
    assert dismissed(rest, stage.dropped[:1]) is rest


def test_what_came_back_is_by_hand_and_outlives_the_next_conversion() -> None:
    stage = stage_after(curves.shift(predicted("abc"), "level", 40, 80, 6), predicted("aec"))
    again, lost = carry_over(brought_back(stage, stage.dropped).sketch, predicted("aecd", frames=50))
    assert lost == () and (again.level.origin[50:100] & Mark.EDITED).all()
