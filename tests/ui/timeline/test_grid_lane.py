"""Tokens in time as a lane of the timeline, on the mock of tones: painting, picking, boxes, locks and clips."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from tests.ui.window.conftest import Rig, rig  # noqa: F401  # the whole studio
from warm_host import fixtures_of

from intermezzo.core.layers import Grid
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline.grid_lane import GridLane
from intermezzo.ui.window import Window

MOCK = "builtin.mock_tones"
LEFT, ALT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


registry, host = fixtures_of(MOCK)


@pytest.fixture
def window(rig: Rig) -> Window:  # noqa: F811  # pytest hands the fixture in by its name
    found = rig.studio.window
    found.workspace.open(Project("Tones", (Stage("1", MOCK, Text("la la la")),)), saved=True)
    found.workspace.conversions.convert()
    rig.until(lambda: found.workspace.sketch is not None and not found.workspace.output.stale.any())
    found.refresh()
    rig.settle()
    return found


def lane_of(window: Window) -> GridLane:
    lane = next(lane for lane in window.timeline.lanes if isinstance(lane, GridLane))
    assert lane.grid is not None
    return lane


def codes(window: Window) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    sketch = window.workspace.sketch
    assert sketch is not None
    grid = next(layer for layer in sketch.layers.values() if isinstance(layer, Grid))
    return grid.codes.reshape(len(grid), -1)


def at(lane: GridLane, frame: float, level: int) -> QPoint:
    return QPoint(round(lane.board.x_of(frame)), round((level + 0.5) * lane.row_px()))


def test_a_stroke_paints_the_cells_it_runs_over_as_one_step(window: Window) -> None:
    lane, before = lane_of(window), codes(window)
    window.workspace.token_code = other = (int(before[2, 0]) + 1) % lane.grid_spec.codes
    window.workspace.set_tool("paint")
    QTest.mousePress(lane, LEFT, NONE, at(lane, 2.5, 0))
    QTest.mouseMove(lane, at(lane, 5.5, 0))
    QTest.mouseRelease(lane, LEFT, NONE, at(lane, 5.5, 0))
    assert (codes(window)[2:6, 0] == other).all()
    assert np.array_equal(codes(window)[:, 1:], before[:, 1:])
    window.workspace.undo()
    assert np.array_equal(codes(window), before)


def test_alt_picks_the_code_under_the_pointer(window: Window) -> None:
    lane = lane_of(window)
    window.workspace.set_tool("paint")
    wanted = int(codes(window)[3, 0])
    window.workspace.token_code = (wanted + 1) % lane.grid_spec.codes
    QTest.mouseClick(lane, LEFT, ALT, at(lane, 3.5, 0))
    assert window.workspace.token_code == wanted
    assert float(window.strip.tokens.code.number() or 0) == wanted


def test_a_box_of_tokens_is_locked_copied_and_pasted(window: Window) -> None:
    lane, workspace = lane_of(window), window.workspace
    workspace.select(Selection(lane.name, 1, 3, 0, 1))
    window.commands.copy()
    taken = codes(window)[1:3, 0].copy()
    workspace.select(Selection(lane.name, 6, 8, 0, 1))
    window.commands.paste()
    assert np.array_equal(codes(window)[6:8, 0], taken)
    window.commands.toggle_lock()
    assert lane.grid is not None
    locked = lane.grid.locked.reshape(len(lane.grid), -1)
    assert locked[6:8, 0].all()
    assert locked.sum() == 2


def test_tools_of_pictures_say_why_they_do_nothing_here(window: Window) -> None:
    lane = lane_of(window)
    for tool in ("fill", "mask", "lasso", "move", "draw"):
        assert lane.title in lane.refusal(tool)
    assert not lane.refusal("pick")
