"""Paint bench of the token editor: strokes over 64 x 64 tokens, driven by real mouse events, every frame timed.

`python -m intermezzo.ui.grid.bench` prints the figures as JSON. The engine is the mock's renderer on a larger grid, so
that what is timed is the editor: edit, history, masks and painting of both squares.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter, thread_time
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from intermezzo.core.layers import Grid, GridSpec
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.sketch import Made, Sketch, SketchType

__all__ = ["main", "measured"]

_SIDE, _CODES = 64, 1200
_FRAMES = 120
_FILM_FRAMES = 12
_SOUND = 500, 8
_BUDGET_MS = 16.0
_SETTLED_S = 3.0


def sketch_of(side: int, n_frames: int = 0) -> Sketch:
    """Return a sketch of side x side tokens, or of a film with so many frames of them."""
    axes, shape = (("frames", "rows", "columns"), (0, side, side)) if n_frames else (("rows", "columns"), (side, side))
    spec = GridSpec("tokens", "Tokens", axes=axes, shape=shape, codes=_CODES, codebook="bench/1")
    random = np.random.default_rng(1)
    size = (n_frames, side, side) if n_frames else (side, side)
    hop_s = 1 / 12 if n_frames else 0.0
    grid = Grid.machine(spec, hop_s, random.integers(0, _CODES, size), random.random(size))
    return Sketch(SketchType("bench/1", "Bench", (spec,), hop_s=hop_s), {"tokens": grid}, Made("bench.none", "1"))


def sound_of(columns: int, levels: int) -> Sketch:
    """Return a sketch of tokens in time, a hundred columns a second."""
    spec = GridSpec("tokens", "Tokens", axes=("time", "levels"), shape=(0, levels), codes=_CODES, codebook="bench/2")
    codes = np.random.default_rng(1).integers(0, _CODES, (columns, levels))
    made = Made("bench.none", "1")
    return Sketch(
        SketchType("bench/2", "Bench", (spec,), hop_s=0.01), {"tokens": Grid.machine(spec, 0.01, codes)}, made
    )


def measured() -> dict[str, Any]:
    """Return the p95 of a frame for painting, masking, erasing and hovering, of a picture and of a film.

    Beside what the wall clock says (ms) stands the time of the GUI thread alone, which other work does not lengthen.
    """
    from intermezzo.storage.settings import Preferences
    from intermezzo.ui.app import assemble

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    studio = assemble(app, preferences=Preferences(theme="dark", reduce_motion=True))
    window = studio.window
    window.resize(1440, 900)
    window.show()
    stage = Stage("1", "bench.none", Text("bench"), sketch=sketch_of(_SIDE))
    studio.workspace.open(Project("Bench", (stage,)), saved=True)
    window.show_work_page()
    begun_s = perf_counter()
    while perf_counter() - begun_s < _SETTLED_S:  # icons of menus are made one by one after the start
        app.processEvents()
    surface = window.centre.grid_editor.tokens
    found: dict[str, Any] = {"grid": f"{_SIDE} x {_SIDE}", "budget_ms": _BUDGET_MS}

    def drag(tool: str, name: str, on: QWidget, area: QRectF, *, press: bool = True) -> None:
        studio.workspace.set_tool(tool)
        window.desk.hold(7)
        wall, thread = np.percentile(_dragged(app, on, area, press=press), 95, axis=0)
        found[f"{name}_ms_p95"], found[f"{name}_thread_ms_p95"] = round(float(wall), 2), round(float(thread), 2)

    for tool, press in (("paint", True), ("erase", True), ("mask", True), ("paint", False)):
        drag(tool, tool if press else "hover", surface, surface.area(), press=press)
    film = Stage("1", "bench.none", Text("bench"), sketch=sketch_of(_SIDE, _FILM_FRAMES))
    studio.workspace.open(Project("Bench", (film,)), saved=True)
    window.show_work_page()
    app.processEvents()
    drag("paint", "film_paint", surface, surface.area())
    window.desk.set_all_frames(True)
    drag("paint", "film_paint_all_frames", surface, surface.area())
    sound = Stage("1", "bench.none", Text("bench"), sketch=sound_of(*_SOUND))
    studio.workspace.open(Project("Bench", (sound,)), saved=True)
    window.show_work_page()
    app.processEvents()
    lane = window.timeline.lane("tokens")
    assert lane is not None
    drag("paint", "sound_paint", lane, QRectF(lane.rect()))
    drag("erase", "sound_erase", lane, QRectF(lane.rect()))
    assert window.workspace.history.undo_label is not None  # the hand did paint
    window.close_now()
    return found


def _dragged(app: QApplication, surface: QWidget, area: QRectF, *, press: bool) -> list[tuple[float, float]]:
    """Move the mouse in growing circles; returns what each frame took in ms, by the wall clock and of this thread."""
    spent: list[tuple[float, float]] = []
    at = QPointF(area.left() + 5, area.top() + 5)
    if press:
        _send(surface, QMouseEvent.Type.MouseButtonPress, at, press=True)
    for k in range(_FRAMES):
        turn = 2 * np.pi * k / 40
        reach = area.width() * (0.1 + 0.35 * k / _FRAMES)
        at = area.center() + QPointF(reach * np.cos(turn), reach * np.sin(turn) * area.height() / area.width())
        began_s, worked_s = perf_counter(), thread_time()
        _send(surface, QMouseEvent.Type.MouseMove, at, press=press)
        app.processEvents()
        spent.append((1000 * (perf_counter() - began_s), 1000 * (thread_time() - worked_s)))
    if press:
        _send(surface, QMouseEvent.Type.MouseButtonRelease, at, press=False)
        app.processEvents()
    return spent


def _send(surface: QWidget, kind: QMouseEvent.Type, at: QPointF, *, press: bool) -> None:
    button = Qt.MouseButton.LeftButton if kind != QMouseEvent.Type.MouseMove else Qt.MouseButton.NoButton
    held = Qt.MouseButton.LeftButton if press else Qt.MouseButton.NoButton
    whole = QPointF(surface.mapToGlobal(QPoint(round(at.x()), round(at.y()))))
    QApplication.sendEvent(surface, QMouseEvent(kind, at, whole, button, held, Qt.KeyboardModifier.NoModifier))


def main() -> None:
    """Print the figures."""
    print(json.dumps(measured(), indent=2))


if __name__ == "__main__":
    main()
