"""The token editor on films, on the mock film engine: strip, frames, all frames, onion skin, clone, playing, undo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.ui.window.conftest import Rig
from tests.ui.window.test_token_editor import ALT, LEFT, NONE, at, drag
from warm_host import fixtures_of

from intermezzo.core.edits import grids
from intermezzo.core.false_colour import false_colour
from intermezzo.core.layers import Grid
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.ui.grid.token_view import cell_colours
from intermezzo.ui.window import Window

MOCK = "builtin.mock_film"


registry, host = fixtures_of(MOCK)


@pytest.fixture
def window(rig: Rig) -> Window:
    found = rig.studio.window
    found.workspace.open(Project("A beetle", (Stage("1", MOCK, Text("a beetle")),)), saved=True)
    found.workspace.conversions.convert()
    rig.until(lambda: found.desk.is_on and not found.centre.grid_editor.pictures.is_stale)
    found.refresh()
    rig.settle()
    return found


def film(window: Window) -> Grid:
    found = window.desk.film
    assert found is not None
    return found


def changed_frames(window: Window, before: Grid) -> list[int]:
    apart = film(window).differs(before)
    return [k for k in range(len(before)) if apart[k].any()]


def test_a_stroke_changes_the_frame_in_view_alone_and_its_thumb_is_stale(window: Window, rig: Rig) -> None:
    before, pictures = film(window), window.centre.grid_editor.pictures
    assert len(pictures.frames) == len(before) > 3
    window.desk.go_to_frame(2)
    window.workspace.set_tool("paint")
    window.desk.hold(48)
    drag(window.centre.grid_editor.tokens, (8, 2), (8, 12))
    assert changed_frames(window, before) == [2]
    assert pictures.is_stale_at(2)
    assert not pictures.is_stale_at(1)
    rig.until(lambda: not pictures.is_stale)
    window.workspace.undo()
    assert np.array_equal(film(window).codes, before.codes)


def test_all_frames_take_a_stroke_a_fill_a_lock_and_a_paste_as_one_step_each(window: Window) -> None:
    desk, before = window.desk, film(window)
    n = len(window.workspace.history.steps)
    desk.set_all_frames(True)
    window.workspace.set_tool("paint")
    desk.hold(48)
    drag(window.centre.grid_editor.tokens, (3, 3), (3, 6))
    assert (film(window).codes[:, 3, 3:7] == 48).all()
    desk.hold(5)
    desk.fill((3, 4))
    assert (film(window).codes[:, 3, 3:7] == 5).all()
    desk.set_mask(film(window).codes[desk.frame] == 5)
    desk.copy()
    desk.point_at((9, 9))
    desk.paste()
    assert (film(window).codes[:, 9, 9:13] == 5).all()
    desk.lock()
    assert film(window).locked.reshape(len(before), -1).any(axis=1).all()
    assert len(window.workspace.history.steps) == n + 4
    for _ in range(4):
        window.workspace.undo()
    assert np.array_equal(film(window).codes, before.codes)


def test_the_strip_scrubs_by_mouse_and_steps_by_keys(window: Window) -> None:
    strip, desk = window.centre.grid_editor.film.strip, window.desk
    QTest.mouseClick(strip, LEFT, NONE, strip.rect_of(3).center().toPoint())
    assert desk.frame == 3
    assert strip.accessibleDescription().startswith("Frame 4 of")
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Period)
    assert desk.frame == 5
    QTest.keyClick(strip, Qt.Key.Key_Comma)
    assert desk.frame == 4
    QTest.keyClick(strip, Qt.Key.Key_End)
    assert desk.frame == desk.n_frames - 1
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert desk.frame == 0
    window.book["frame_on"].trigger()
    assert desk.frame == 1
    image = window.centre.grid_editor.pictures.image
    assert image is window.centre.grid_editor.pictures.frames[1]


def test_a_film_without_sound_plays_in_a_loop(window: Window, rig: Rig) -> None:
    playback, desk = window.playback, window.desk
    assert playback.is_looping
    window.book.refresh()
    assert window.book["play"].isEnabled()
    playback.play()
    assert playback.is_playing
    rig.until(lambda: desk.frame >= 2)
    playback.pause()
    assert not playback.is_playing
    assert not rig.player.calls  # nothing is heard


def test_a_frame_is_copied_on_and_comes_into_view(window: Window) -> None:
    desk, before = window.desk, film(window)
    desk.go_to_frame(1)
    desk.set_mask(np.pad(np.ones((2, 2), bool), ((4, 10), (4, 10))))
    window.book.refresh()
    window.book["copy_frame_on"].trigger()
    assert desk.frame == 2
    assert np.array_equal(film(window).codes[2, 4:6, 4:6], before.codes[1, 4:6, 4:6])
    assert set(changed_frames(window, before)) <= {2}


def test_masks_are_made_anew_in_the_frame_in_view_or_in_all(window: Window, rig: Rig) -> None:
    desk, before = window.desk, film(window)
    mask = np.pad(np.ones((3, 3), bool), ((4, 9), (4, 9)))
    for everywhere in (False, True):
        desk.set_all_frames(everywhere)
        desk.set_mask(mask)
        desk.resample()
        rig.until(lambda b=before: film(window) is not b and not window.workspace.conversions.is_running)
        apart = film(window).differs(before)
        assert not apart[:, ~mask].any()
        if not everywhere:
            assert set(changed_frames(window, before)) <= {desk.frame}
        before = film(window)


def test_clone_copies_from_where_alt_click_set_the_source(window: Window) -> None:
    desk, tokens = window.desk, window.centre.grid_editor.tokens
    window.workspace.set_tool("clone")
    before = film(window).codes[desk.frame]
    drag(tokens, (1, 1), (1, 2))  # there is no source yet
    assert np.array_equal(film(window).codes[desk.frame], before)
    QTest.mouseClick(tokens, LEFT, ALT, at(tokens, (2, 3)))
    drag(tokens, (10, 3), (10, 8))
    assert np.array_equal(film(window).codes[desk.frame][10, 3:9], before[2, 3:9])
    drag(tokens, (11, 5), (11, 6))  # aligned: the distance stays
    assert np.array_equal(film(window).codes[desk.frame][11, 5:7], before[3, 5:7])
    window.workspace.undo()
    window.workspace.undo()
    assert np.array_equal(film(window).codes[desk.frame], before)


def test_onion_skin_shows_neighbours_under_the_frame(window: Window) -> None:
    editor = window.centre.grid_editor
    plain = editor.output.grab().toImage()
    editor.film.onion.chosen.emit(2)
    assert window.desk.onion == 2
    assert editor.output.grab().toImage() != plain


def test_a_tool_of_curves_stays_in_hand_where_films_move_by_curves(window: Window) -> None:
    window.workspace.set_tool("draw")
    window.desk.hold(3)
    window.desk.paint(window.desk.brushed((2.5, 2.5), (2.5, 3.5)))
    assert window.workspace.tool == "draw"


def test_a_mirrored_stroke_in_all_frames_passes_over_locked_tokens_of_one(window: Window) -> None:
    desk, before = window.desk, film(window)
    desk.go_to_frame(2)
    desk.set_mask(grids.box((16, 16), (3, 3), (3, 6)))
    desk.lock()
    desk.set_mask(None)
    desk.set_all_frames(True)
    desk.set_mirror(True)
    window.workspace.set_tool("paint")
    desk.hold(48)
    drag(window.centre.grid_editor.tokens, (3, 3), (3, 6))
    painted = film(window).codes == 48
    assert np.delete(painted, 2, axis=0)[:, 3, 3:7].all()
    assert film(window).edited[:, 3, 9:13].all()
    assert np.array_equal(film(window).codes[2, 3, 3:7], before.codes[2, 3, 3:7])


def test_colours_of_a_film_and_of_parts_of_pictures_are_those_of_their_codes(window: Window) -> None:
    whole = cell_colours(film(window))
    for k, codes in enumerate(film(window).codes):
        assert np.array_equal(whole[k, ..., :3], np.rint(false_colour(codes) * 255))
    assert (whole[..., 3] == 255).all()
    grid = window.desk.grid
    assert grid is not None
    part = slice(2, 5), slice(7, 16)
    assert np.array_equal(cell_colours(grid, part), cell_colours(grid)[part])
