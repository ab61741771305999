"""Lanes keep their pictures: whatever hands do, what is on the screen is what a whole repaint would show."""

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from intermezzo.core.edits import curves, matrices, regions
from intermezzo.core.layers import Region
from intermezzo.core.sketches.melody import MELODY
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.bench import Driver, idle_workspace, long_sketch
from intermezzo.ui.timeline.kept_picture import KeptPicture
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.notes_bench import long_tune
from intermezzo.ui.timeline.notes_lane import NotesLane
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]
SHIFT, PLAIN, CTRL = (
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
)  # fmt: skip


@pytest.fixture
def tune(qtbot: QtBot) -> Iterator[Workspace]:
    workspace = idle_workspace(long_tune(600))
    yield workspace
    workspace.close()
    workspace.player.close()


def shown(lane: Lane) -> QImage:
    return lane.grab().toImage()


def wrong(timeline: Timeline) -> list[str]:
    """Return the lanes that show something else than a whole repaint does."""
    found = []
    for lane in timeline.lanes:
        before = shown(lane)
        lane.renew()
        if isinstance(lane, NotesLane):
            lane.ground.renew()
        if shown(lane) != before:
            found.append(lane.objectName())
    return found


@pytest.mark.qt_log_ignore("does not support")  # a press on a mark opens its card
@pytest.mark.parametrize(("bars", "seed"), [(6, 1), (6, 2), (40, 3), (140, 4)])
def test_after_each_move_of_the_hand_every_lane_of_a_tune_shows_what_it_would_show_anew(
    tune: Workspace, show: Show, bars: int, seed: int
) -> None:
    timeline, chance = show(tune), random.Random(seed)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    driver, bar_s = Driver(app), 1920 * MELODY.hop_s
    roll = next(lane for lane in timeline.lanes if lane.name == "notes")
    tune.view.show_range(0 if bars > 100 else 20 * bar_s, (bars if bars > 100 else 20 + bars) * bar_s)
    for gesture in range(8):
        lane = chance.choice([roll, roll, *timeline.lanes])
        tool = chance.choice(["select", "draw", "erase", "lock", "split", "glue"])
        tune.set_tool(tool)
        at = QPointF(chance.uniform(0, lane.width()), chance.uniform(0, lane.height()))
        with driver.held(lane, at):
            for _ in range(4):
                at += QPointF(chance.uniform(-30, 40), chance.uniform(-15, 15))
                driver.move(lane, at)
                assert not wrong(timeline), (tool, lane.name)
        for act in (
            lambda: driver.wheel(roll, chance.choice((-120, 120, 55)), SHIFT),
            lambda: tune.moved.emit(timeline.board.second_at(chance.uniform(0, 700))),
            lambda: driver.wheel(roll, chance.choice((-120, 120)), chance.choice((PLAIN, CTRL))),
            lambda: tune.select(Selection(None, chance.randrange(40_000), chance.randrange(40_000, 80_000))),
            lambda: tune.history.undo(),
        ):
            act()
            assert not wrong(timeline), (tool, gesture)


def unlike(one: QImage, other: QImage, by: int) -> int:
    """Return how many pixels differ by more than some of 255 levels."""
    a, b = (
        np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        for image in (one, other)
    )
    return int((np.abs(a.astype(int) - b) > by).reshape(len(a), -1, 4).any(axis=2).sum())


@pytest.mark.parametrize("span_s", [0.7, 2.0, 9.0, 20.0])
@pytest.mark.parametrize("edited", [False, True])
def test_lanes_of_speech_that_are_scrolled_show_what_they_would_show_anew(
    qtbot: QtBot, show: Show, span_s: float, edited: bool
) -> None:
    workspace, chance = idle_workspace(long_sketch(3000, 320)), random.Random(span_s)
    timeline = show(workspace)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    driver = Driver(app)
    if edited:
        workspace.edit("shift", lambda s: curves.shift(s, "pitch", 1500, 1560, 2.0))
        workspace.edit("shift", lambda s: curves.shift(s, "energy", 1450, 1500, 2.0))
        brush = matrices.Brush(9.0, 5, 5)
        workspace.edit("paint", lambda s: matrices.stroke(s, "envelope", [(1500, 50), (1560, 60)], brush))
        workspace.edit("lock", lambda s: regions.lock(s, ["pitch", "phones", "envelope"], Region(1580, 1600), True))
    workspace.view.show_range(16 - span_s / 2, 16 + span_s / 2)
    rest(timeline)
    for _ in range(8):
        driver.wheel(timeline.lanes[0], chance.choice((-120, 120, -35, 60, -15)), SHIFT)
        rest(timeline)
        for widget in (*timeline.lanes, timeline.output, timeline.ruler):
            before = widget.grab().toImage()
            if isinstance(widget, Lane):
                widget.renew()
            else:
                widget._shown = ()
            # Qt antialiases a long thick line a little otherwise where less of it is in view.
            by, most = (12, 1) if edited else (0, 0)
            assert unlike(widget.grab().toImage(), before, by) <= most, widget.objectName()
    workspace.close()
    workspace.player.close()


def rest(timeline: Timeline) -> None:
    """Let what moves come to rest at once, and be painted."""
    timeline.board._on_rest()
    QApplication.processEvents()


def test_at_rest_only_what_was_painted_coarsely_is_painted_again(speech: Workspace, show: Show) -> None:
    timeline = show(speech)
    speech.view.show_range(2.0, 4.0)
    rest(timeline)
    painted: list[str] = []
    for lane in timeline.lanes:
        paint = lane._kept._paint
        lane._kept._paint = lambda painter, rect, lane=lane, paint=paint: (
            painted.append(lane.name),
            paint(painter, rect),
        )[1]  # type: ignore[misc]
    timeline.board.stir()
    speech.view.zoom_at(400, 0.9)
    QApplication.processEvents()
    assert set(painted) == {lane.name for lane in timeline.lanes}
    painted.clear()
    rest(timeline)
    assert "pitch" in painted and not {"words", "phones"} & set(painted)
    painted.clear()
    timeline.board.stir()
    rest(timeline)
    assert not painted


def test_only_what_is_spoilt_is_painted_again(qtbot: QtBot) -> None:
    painted: list[QRectF] = []

    def paint(painter: QPainter, rect: QRectF) -> None:
        painted.append(rect)
        painter.fillRect(rect, QColor("red"))

    kept, size = KeptPicture(paint), QSize(40, 20)
    screen = QImage(size, QImage.Format.Format_RGB32)
    screen.fill(0)

    def show_all() -> list[QRectF]:
        painted.clear()
        painter = QPainter(screen)
        kept.show(painter, QRect(QPoint(), size), size)
        painter.end()
        return list(painted)

    assert show_all() == [QRectF(0, 0, 40, 20)]
    assert screen.pixelColor(39, 19) == QColor("red")
    assert show_all() == []
    kept.spoil(QRect(2, 0, 5, 20))
    kept.spoil(QRect(4, 0, 6, 20))
    kept.spoil(QRect(30, 0, 90, 20))
    assert show_all() == [QRectF(2, 0, 8, 20), QRectF(30, 0, 10, 20)]
    size = QSize(50, 20)
    screen = QImage(size, QImage.Format.Format_RGB32)
    assert show_all() == [QRectF(0, 0, 50, 20)]


def test_a_picture_is_scrolled_by_whole_pixels_and_only_the_strip_that_comes_into_view_is_painted(qtbot: QtBot) -> None:
    painted: list[QRectF] = []
    colours = iter(("red", "blue", "green", "white"))

    def paint(painter: QPainter, rect: QRectF) -> None:
        painted.append(rect)
        painter.fillRect(rect, QColor(next(colours)))

    kept, size = KeptPicture(paint), QSize(40, 20)
    assert not kept.scroll(-3)  # nothing is there yet
    screen = QImage(size, QImage.Format.Format_RGB32)

    def show_all() -> list[str]:
        painter = QPainter(screen)
        kept.show(painter, QRect(QPoint(), size), size)
        painter.end()
        return [screen.pixelColor(x, 7).name() for x in (0, 2, 3, 36, 37, 39)]

    red, blue, green = (QColor(name).name() for name in ("red", "blue", "green"))
    assert show_all() == [red] * 6
    assert kept.scroll(-3.0)
    assert show_all() == [red] * 4 + [blue] * 2
    assert kept.scroll(3.0)
    assert show_all() == [green] * 2 + [red] * 4
    assert painted == [QRectF(0, 0, 40, 20), QRectF(37, 0, 3, 20), QRectF(0, 0, 3, 20)]
    assert not kept.scroll(0.5)
    assert not kept.scroll(40)
    kept.spoil(QRect(10, 0, 5, 20))
    kept.scroll(-10.0)
    painted.clear()
    colours = iter(("red", "blue", "green"))
    show_all()
    assert painted == [QRectF(0, 0, 5, 20), QRectF(30, 0, 10, 20)]
