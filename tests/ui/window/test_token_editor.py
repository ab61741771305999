"""The token editor in the real window, on the mock picture engine: tools by mouse and keys, and undo of everything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.ui.window.conftest import Rig
from warm_host import fixtures_of

from intermezzo.core.edits import grids
from intermezzo.core.media import Image, Text
from intermezzo.core.project import Project, Stage
from intermezzo.storage.image_files import read_image, write_image
from intermezzo.ui.grid.surface import CellSurface
from intermezzo.ui.window import Window

LEFT, SHIFT, ALT, NONE = (
    Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)  # fmt: skip
MOCK = "builtin.mock_picture"


registry, host = fixtures_of(MOCK)


@pytest.fixture
def window(rig: Rig) -> Window:
    found = rig.studio.window
    found.workspace.open(Project("A beetle", (Stage("1", MOCK, Text("a beetle")),)), saved=True)
    found.workspace.conversions.convert()
    rig.until(lambda: found.desk.is_on and not found.centre.grid_editor.pictures.is_stale)
    found.workspace.mark_saved(found.workspace.project)
    found.refresh()
    rig.settle()
    return found


def at(surface: CellSurface, cell: tuple[int, int]) -> QPoint:
    return surface.rect_of(cell).center().toPoint()


def drag(surface: CellSurface, *cells: tuple[int, int], keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(surface, LEFT, keys, at(surface, cells[0]))
    for cell in cells[1:]:
        QTest.mouseMove(surface, at(surface, cell))
    QTest.mouseRelease(surface, LEFT, keys, at(surface, cells[-1]))


def press(window: Window, action: str) -> None:
    window.refresh()  # what an action can do is looked up when the window has rest
    assert window.book[action].isEnabled()
    window.book[action].trigger()


def codes(window: Window) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    grid = window.desk.grid
    assert grid is not None
    return grid.codes


def test_a_stroke_paints_tokens_and_the_picture_follows(window: Window, qtbot: QtBot) -> None:
    before, tokens = codes(window), window.centre.grid_editor.tokens
    picture = window.centre.grid_editor.pictures.image
    assert window.centre.grid_editor.pictures.latency_ms == 0.0  # no stroke yet
    window.workspace.set_tool("paint")
    window.desk.hold(48)
    drag(tokens, (8, 2), (8, 12))
    assert (codes(window)[8, 2:13] == 48).all()
    assert window.centre.grid_editor.pictures.is_stale
    qtbot.waitUntil(lambda: not window.centre.grid_editor.pictures.is_stale, timeout=30_000)
    assert window.centre.grid_editor.pictures.image is not picture
    assert window.centre.grid_editor.pictures.latency_ms > 0.0
    assert window.workspace.history.undo_label == "Paint with code 48"
    window.workspace.undo()
    assert np.array_equal(codes(window), before)


def test_painting_on_the_picture_is_painting_on_its_tokens_and_mirrors(window: Window) -> None:
    window.workspace.set_tool("paint")
    window.desk.hold(48)
    window.desk.set_mirror(True)
    drag(window.centre.grid_editor.output, (3, 1))
    assert codes(window)[3, 1] == codes(window)[3, 14] == 48


def test_alt_picks_a_code_and_fill_pours_it(window: Window) -> None:
    tokens = window.centre.grid_editor.tokens
    window.workspace.set_tool("paint")
    window.desk.hold(48)
    drag(tokens, (2, 2))
    window.desk.hold(3)
    QTest.mouseClick(tokens, LEFT, ALT, at(tokens, (2, 2)))
    assert window.desk.code == 48
    grid = window.desk.grid
    assert grid is not None
    around = grids.spread(grid, (0, 0))
    window.workspace.set_tool("fill")
    QTest.mouseClick(tokens, LEFT, NONE, at(tokens, (0, 0)))
    assert (codes(window)[around] == 48).all()


def test_masks_are_drawn_added_and_taken_away(window: Window) -> None:
    tokens, desk = window.centre.grid_editor.tokens, window.desk
    window.workspace.set_tool("mask")
    drag(tokens, (2, 2), (4, 5))
    assert desk.n_masked == 12
    drag(tokens, (6, 6), (7, 7), keys=SHIFT)
    assert desk.n_masked == 16
    drag(tokens, (2, 2), (4, 2), keys=ALT)
    assert desk.n_masked == 13
    window.workspace.set_tool("lasso")
    drag(tokens, (1, 1), (1, 8), (8, 8), (8, 1))
    assert desk.mask[4, 4]
    assert not desk.mask[12, 12]


def test_the_mask_is_made_anew_and_nothing_else(window: Window, qtbot: QtBot) -> None:
    before, desk = codes(window), window.desk
    desk.set_mask(grids.box((16, 16), (4, 4), (9, 9)))
    desk.lock(grids.box((16, 16), (4, 4), (4, 9)), True)
    press(window, "resample")
    qtbot.waitUntil(lambda: window.workspace.history.undo_label == "Re-sample 36 tokens", timeout=30_000)
    changed = codes(window) != before
    assert changed.any()
    assert not changed[~desk.mask].any()
    assert not changed[4].any()
    window.workspace.undo()
    assert np.array_equal(codes(window), before)


def test_copied_tokens_are_pasted_at_the_pointer_and_moved_by_keys(window: Window) -> None:
    desk, tokens = window.desk, window.centre.grid_editor.tokens
    desk.set_mask(grids.box((16, 16), (1, 1), (2, 3)))
    taken = codes(window)[1:3, 1:4].copy()
    press(window, "copy")
    QTest.mouseMove(tokens, at(tokens, (10, 10)))
    desk.point_at((10, 10))
    press(window, "paste")
    assert np.array_equal(codes(window)[10:12, 10:13], taken)
    tokens.setFocus()
    QTest.keyClick(tokens, Qt.Key.Key_Down, ALT)
    assert np.array_equal(codes(window)[11:13, 10:13], taken)
    assert desk.mask[12, 12]


def test_edits_are_erased_and_locks_hold(window: Window) -> None:
    desk, before = window.desk, codes(window)
    mask = grids.box((16, 16), (5, 5), (6, 6))
    desk.hold((int(before[5, 5]) + 1) % 64)
    desk.set_mask(mask)
    desk.paint(mask)
    press(window, "lock_selection")
    press(window, "erase_selection")
    assert (codes(window)[mask] == desk.code).all()
    press(window, "lock_selection")
    press(window, "erase_selection")
    assert np.array_equal(codes(window), before)


def test_alternatives_are_drawn_and_one_is_taken(window: Window, qtbot: QtBot) -> None:
    choices, desk = window.centre.grid_editor.choices, window.desk
    desk.set_mask(grids.box((16, 16), (7, 7), (7, 7)))
    qtbot.waitUntil(
        lambda: bool(choices.choices) and all(c.pixels is not None for c in choices.choices), timeout=30_000
    )
    wanted = next(k for k, c in enumerate(choices.choices) if c.code != codes(window)[7, 7])
    code = choices.choices[wanted].code
    window.centre.grid_editor.sheet.take(wanted)
    assert codes(window)[7, 7] == code


def test_a_colour_becomes_the_nearest_code(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.centre.grid_editor.pictures.swatches is not None, timeout=30_000)
    window.centre.grid_editor.take_colour(QColor(250, 5, 5))
    assert window.desk.code == 48
    assert window.workspace.tool == "paint"


def test_escape_during_a_stroke_restores_what_was_there(window: Window) -> None:
    before, tokens = codes(window), window.centre.grid_editor.tokens
    window.workspace.set_tool("paint")
    window.desk.hold(48)
    QTest.mousePress(tokens, LEFT, NONE, at(tokens, (8, 2)))
    QTest.mouseMove(tokens, at(tokens, (8, 9)))
    assert not np.array_equal(codes(window), before)
    QTest.keyClick(tokens, Qt.Key.Key_Escape)
    assert np.array_equal(codes(window), before)


def test_a_take_is_used_in_the_mask_alone(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    press(window, "sample_takes")
    stage = window.workspace.stage
    assert stage is not None

    def others() -> list[int]:
        now = window.workspace.stage
        return [t.number for t in now.takes if t.number != 1] if now is not None else []

    qtbot.waitUntil(lambda: len(others()) > 0 and not window.workspace.sampling.is_running, timeout=30_000)
    before = codes(window)
    desk.set_mask(grids.box((16, 16), (0, 0), (7, 15)))
    desk.use_take(others()[0])
    assert (codes(window)[:8] != before[:8]).any()
    assert np.array_equal(codes(window)[8:], before[8:])


def test_the_tools_of_time_give_way_to_those_of_tokens(window: Window) -> None:
    window.workspace.set_tool("mask")
    assert window.strip.tools["tool_mask"].isVisibleTo(window)
    assert not window.strip.tools["tool_stretch"].isVisibleTo(window)
    window.workspace.open(Project(), saved=True)
    assert window.workspace.tool == "select"


def test_takes_are_shown_as_pictures_and_a_click_uses_one(window: Window, qtbot: QtBot) -> None:
    panel = window.picture_takes
    press(window, "sample_takes")
    qtbot.waitUntil(lambda: len(panel.thumbs) > 1, timeout=30_000)
    qtbot.waitUntil(lambda: all(thumb.pixels is not None for thumb in panel.thumbs.values()), timeout=30_000)
    before = codes(window)
    number = max(panel.thumbs)
    panel.thumbs[number].click()
    assert not np.array_equal(codes(window), before)
    qtbot.waitUntil(lambda: panel.thumbs[number].share == 1.0)


def test_a_picture_is_exported_larger_and_opens_as_its_document(window: Window, rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "beetle.png"
    rig.answers.saves = [(path, "PNG, 4 × (*.png)")]
    press(window, "export")
    rig.until(path.is_file)
    assert read_image(path).pixels.shape == (512, 512, 4)
    before = codes(window)
    window.document.open(path)
    rig.until(lambda: window.document.title == "A beetle" and not window.workspace.history.undo_label)
    assert np.array_equal(codes(window), before)


def test_a_picture_without_a_recipe_is_analysed(window: Window, rig: Rig, tmp_path: Path) -> None:
    picture = window.centre.grid_editor.pictures.image
    assert picture is not None
    write_image(tmp_path / "drawn.webp", picture)
    before = codes(window)
    window.workspace.open(Project(), saved=True)
    window.document.open(tmp_path / "drawn.webp")
    rig.until(lambda: window.desk.is_on)
    assert np.array_equal(codes(window), before)
    assert window.workspace.stage is not None
    assert isinstance(window.workspace.stage.source, Image)
    assert window.workspace.history.undo_label == "Analyse picture"


def test_keys_of_sounds_and_chapters_do_nothing_to_a_picture(window: Window, rig: Rig) -> None:
    window.takes.n = 2
    press(window, "sample_takes")
    rig.until(lambda: not window.workspace.sampling.is_running)
    before, stage = codes(window), window.workspace.stage
    assert stage is not None
    for action in (f"hear_take_{stage.takes[-1].number}", "compare", "next_chapter", "next_sentence"):
        window.book[action].trigger()
    assert not window.workspace.comparison.is_on_b
    assert np.array_equal(codes(window), before)


def test_the_tokens_have_the_keys_when_the_editor_comes_into_view(window: Window) -> None:
    window.centre.grid_editor.setFocus()
    assert window.focusWidget() is window.centre.grid_editor.tokens


def test_undo_shows_the_picture_that_was_there_at_once(window: Window, rig: Rig) -> None:
    pictures = window.centre.pictures
    first = pictures.image
    window.workspace.set_tool("paint")
    window.desk.hold(48)
    drag(window.centre.grid_editor.tokens, (8, 2), (8, 12))
    rig.until(lambda: not pictures.is_stale)
    assert pictures.image is not first
    window.workspace.undo()
    assert not pictures.is_stale
    assert pictures.image is not None and first is not None
    assert np.array_equal(pictures.image.pixels, first.pixels)


def test_a_playhead_behind_the_end_of_a_stage_without_length_moves(window: Window) -> None:
    window.workspace.change("Add", lambda p: p.with_stage(Stage("2", MOCK, Text("a fly"))), icon="plus")
    window.workspace.choose_stage("2")
    window.workspace.moved.emit(3600.0)
    assert window.timeline.board.view.duration_s == 0.0
