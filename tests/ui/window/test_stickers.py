"""The window on stickers with the engine that is shipped: takes, what follows content and motion, and alternatives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from tests.ui.window.conftest import Rig
from tests.ui.window.test_token_editor import LEFT, NONE, at, drag
from warm_host import only, warm_host

from intermezzo.core.edits import grids
from intermezzo.core.layers import Grid
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.client import EngineHost
from intermezzo.jobs.protocol import Request
from intermezzo.ui.timeline.curve_lane import CurveLane
from intermezzo.ui.window import Window

STICKER = "builtin.sticker"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return only(STICKER)


@pytest.fixture(scope="module")
def host(registry: Registry) -> Iterator[EngineHost]:
    yield from warm_host(registry, STICKER, threads=1)  # more are slower where others work, too


def opened(rig: Rig, text: str) -> Window:
    """Convert a text and wait for its film."""
    window = rig.studio.window
    window.workspace.open(Project("A film", (Stage("1", STICKER, Text(text)),)), saved=True)
    window.workspace.conversions.convert()
    pictures = window.centre.grid_editor.pictures
    rig.until(lambda: window.desk.is_on and bool(pictures.frames) and not pictures.is_stale)
    window.refresh()
    rig.settle()
    return window


@pytest.mark.parametrize(("text", "empty"), [("robot flying in", 0), ("ghost fading", 6)])
def test_a_take_of_a_film_shows_a_frame_that_is_not_empty(rig: Rig, text: str, empty: int) -> None:
    window = opened(rig, text)
    frames = window.centre.grid_editor.pictures.frames
    assert frames[empty].pixels[..., 3].mean() < 1.0
    rig.until(lambda: 1 in window.picture_takes.thumbs and window.picture_takes.thumbs[1].pixels is not None)
    thumb = window.picture_takes.thumbs[1]
    assert thumb.pixels is not None
    assert thumb.pixels[..., 3].sum() >= max(int(f.pixels[..., 3].sum()) for f in frames) / 2


def drawn(lane: CurveLane, first: int, last: int, value: float) -> None:
    """Draw a level stretch over some frames of a curve with the mouse."""
    y = lane.axis.y(value)
    at = [QPoint(round(lane.board.x_of(k + 0.5)), round(y)) for k in range(first, last + 1)]
    QTest.mousePress(lane, LEFT, NONE, at[0])
    for place in at:
        QTest.mouseMove(lane, place)
    QTest.mouseRelease(lane, LEFT, NONE, at[-1])


def sketch_of(window: Window) -> Sketch:
    assert window.workspace.sketch is not None
    return window.workspace.sketch


def marked_by_hand(window: Window) -> Sketch:
    """Paint in one frame and lock a row of another; returns what then stands there."""
    desk, tokens = window.desk, window.centre.grid_editor.tokens
    desk.choose_layer("frames")
    desk.hold(50)
    desk.go_to_frame(5)
    window.workspace.set_tool("paint")
    drag(tokens, (7, 4), (7, 11))
    desk.go_to_frame(3)
    window.workspace.set_tool("lock")
    drag(tokens, (7, 4), (7, 11))
    assert window.workspace.history.undo_label == "Lock tokens"
    return sketch_of(window)


def frames_of(sketch: Sketch) -> Grid:
    found = sketch.layers["frames"]
    assert isinstance(found, Grid)
    return found


def followed(rig: Rig, window: Window, before: Sketch) -> NDArray[np.bool_]:
    """Wait until what was edited governs the frames and is drawn; returns which of their cells are others."""
    pictures = window.centre.grid_editor.pictures
    rig.until(lambda: frames_of(sketch_of(window)) is not frames_of(before) and not pictures.is_stale)
    return frames_of(sketch_of(window)).codes != frames_of(before).codes


def test_a_stroke_over_the_content_remakes_all_frames_but_for_hands_and_locks(rig: Rig) -> None:
    window = opened(rig, "robot bouncing")
    workspace, editor = window.workspace, window.centre.grid_editor
    before = marked_by_hand(window)
    seen = [frame.pixels for frame in editor.pictures.frames]
    editor.layers.setCurrentIndex(editor.layers.findData("content"))
    editor.layers.activated.emit(editor.layers.currentIndex())
    workspace.set_tool("paint")
    n_steps = len(workspace.history.steps)
    QTest.mousePress(editor.tokens, LEFT, NONE, at(editor.tokens, (8, 2)))
    QTest.mouseMove(editor.tokens, at(editor.tokens, (8, 7)))
    apart = followed(rig, window, before)  # live: the button is still held
    assert apart.any(axis=(1, 2)).all()
    held = sketch_of(window)
    QTest.mouseMove(editor.tokens, at(editor.tokens, (8, 13)))
    QTest.mouseRelease(editor.tokens, LEFT, NONE, at(editor.tokens, (8, 13)))
    assert followed(rig, window, held).any(axis=(1, 2)).all()
    apart = frames_of(sketch_of(window)).codes != frames_of(before).codes
    grid = frames_of(before)
    assert grid.locked.sum() == 8
    assert grid.edited.sum() == 8
    assert not (apart & (grid.locked | grid.edited)).any()
    assert all((new.pixels != old).any() for new, old in zip(editor.pictures.frames, seen, strict=True))
    assert len(workspace.history.steps) == n_steps + 1
    workspace.undo()
    assert sketch_of(window).layers == before.layers
    workspace.redo()
    assert np.array_equal(frames_of(sketch_of(window)).codes != grid.codes, apart)


def test_a_drawn_curve_remakes_the_frames_under_it_but_for_hands_and_locks(rig: Rig) -> None:
    window = opened(rig, "robot bouncing")
    workspace, editor = window.workspace, window.centre.grid_editor
    before = marked_by_hand(window)
    editor.lower_.set_index(1)
    editor.lower_.chosen.emit(1)
    rig.settle()
    lane = window.timeline.lane("y")
    assert isinstance(lane, CurveLane)
    workspace.set_tool("draw")
    n_steps = len(workspace.history.steps)
    drawn(lane, 2, 6, -12.0)
    apart = followed(rig, window, before)
    assert np.flatnonzero(apart.any(axis=(1, 2))).tolist() == [2, 3, 4, 5, 6]
    grid = frames_of(before)
    assert not (apart & (grid.locked | grid.edited)).any()
    assert len(workspace.history.steps) == n_steps + 1
    workspace.undo()
    assert sketch_of(window).layers == before.layers


def test_pointing_at_the_content_outlines_where_it_lands_and_how_far_it_reaches(rig: Rig) -> None:
    window = opened(rig, "robot spinning")
    desk, editor = window.desk, window.centre.grid_editor
    desk.choose_layer("content")
    desk.go_to_frame(3)  # a quarter turn, clockwise
    plain = editor.output.grab().toImage()
    desk.point_at((4, 8))  # above the middle: it lands at the right of it
    landed = desk.landing((4, 8))
    assert landed is not None
    row, column = landed.corners.mean(axis=0)
    assert 7 < row < 10
    assert column > 10
    assert editor.output.grab().toImage() != plain
    desk.set_mask(grids.box((16, 16), (4, 8), (4, 8)))
    told = window.tokens._footprint_text.text()
    rows, columns = (int(landed.cells.any(axis=axis).sum()) for axis in (1, 0))
    assert told == f"{columns} × {rows} in this frame"


@pytest.mark.parametrize("layer", ["content", "frames"])
def test_alternatives_are_drawn_in_one_frame_each_and_one_is_taken(
    rig: Rig, layer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(rig, "ghost fading")
    desk, editor, host = window.desk, window.centre.grid_editor, window.workspace.host
    asked: list[Request] = []
    submit = host.submit
    monkeypatch.setattr(host, "submit", lambda request, heard: (asked.append(request), submit(request, heard))[1])
    desk.choose_layer(layer)
    desk.go_to_frame(6 if layer == "content" else 0)  # faded out: the content is shown all the same
    desk.set_mask(grids.box((16, 16), (8, 8), (8, 8)))
    rig.until(lambda: bool(editor.choices.choices) and all(c.pixels is not None for c in editor.choices.choices))
    drawn = [request for request in asked if (request.coalesce or "").startswith("choice ")]
    assert len(drawn) == len(editor.choices.choices)
    assert {request.window for request in drawn} == {(desk.frame, desk.frame + 1)}
    pictures = [choice.pixels for choice in editor.choices.choices]
    assert all(pixels is not None and pixels[..., 3].mean() > 100 for pixels in pictures)
    assert desk.grid is not None
    now = int(desk.grid.codes[8, 8])
    other = next(k for k, choice in enumerate(editor.choices.choices) if choice.code != now)
    wanted = editor.choices.choices[other].code
    editor.sheet.take(other)
    assert desk.grid.codes[8, 8] == wanted
