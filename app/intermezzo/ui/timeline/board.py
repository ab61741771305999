"""Board: what all lanes of one timeline share: the workspace, the look, the running gesture and its preview.

While a hand drags, lanes paint from the previewed sketch at once and the workspace is told at most every 40 ms, always
under one merge key, so that a drag is one step of the history however long it lasts. It is told with a move of the
hand, before that is painted: told between two moves it would have the lanes painted twice.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent

from intermezzo.core.alignment import Alignment, aligned
from intermezzo.core.errors import EditError
from intermezzo.core.footprint import of_range
from intermezzo.core.project import Project
from intermezzo.core.sketch import Sketch
from intermezzo.ui.look import Look
from intermezzo.ui.time_axis import axis_of, frame_of, heard_at

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["EDIT_EVERY_MS", "Board", "Drag"]

EDIT_EVERY_MS = 40
_PAUSE_MS = 20  # so much later a hand that moved on would have moved
_REST_MS = 140
_TIE_PX = 2.0**-20  # what lies half-way between two pixels falls on the same one of them however the view is scrolled


class Board(QObject):
    """Shared by lanes, ruler and navigator of one timeline."""

    shown = Signal(object, object)  # old, new Sketch | None: what lanes paint has changed
    hovered = Signal(str)  # values under the pointer
    rested = Signal()  # scrolling or dragging has come to rest: paint finely again
    footprint_changed = Signal(object, object)  # old, new (start, stop) | None
    ghost_changed = Signal()  # another version is drawn over the sketch, or none

    def __init__(self, workspace: Workspace, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.look, self.view = workspace, look, workspace.view
        self.sketch: Sketch | None = workspace.sketch
        self.drag: Drag | None = None
        self.footprint: tuple[int, int] | None = None
        self.busy = False
        self._keys = count()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self._stale: list[tuple[int, int]] | None = None
        self._played: tuple[Sketch | None, float] | None = None
        self._played_axis_s = 0.0
        workspace.sound_changed.connect(self._on_sound)
        workspace.changed.connect(self._on_changed)
        workspace.replaced.connect(self._on_replaced)
        workspace.stage_chosen.connect(self._on_replaced)
        workspace.footprint_shown.connect(self._on_footprint)
        self.ghost = workspace.comparison.ghost()
        self._aligned: tuple[object, object, Alignment] | None = None
        workspace.comparison.ghost_changed.connect(self._on_ghost)

    @property
    def hop_s(self) -> float:
        """Seconds a frame; 1 where there is no time axis, so that nothing divides by zero."""
        return (self.sketch.type.hop_s if self.sketch else 0.0) or 1.0

    @property
    def n_frames(self) -> int:
        """Frames of the sketch in view."""
        return self.sketch.n_frames if self.sketch else 0

    @property
    def playhead_x(self) -> float:
        """The pixel of the playhead."""
        of = self.sketch, self.workspace.playhead_s
        if self._played is None or of[0] is not self._played[0] or of[1] != self._played[1]:
            self._played, self._played_axis_s = of, axis_of(*of)  # found once for all lanes
        return self.view.x_of(self._played_axis_s)

    @property
    def playhead_frame(self) -> float:
        """The (fractional) frame under the playhead."""
        return frame_of(self.sketch, self.workspace.playhead_s)

    def x_of_second(self, seconds: float) -> float:
        """Return the pixel at which a second of the output is heard."""
        return self.view.x_of(axis_of(self.sketch, seconds))

    def second_at(self, x: float) -> float:
        """Return the second of the output that is heard at a pixel of the lanes."""
        return heard_at(self.sketch, self.view.s_of(x))

    def frame_at(self, x: float) -> float:
        """Return the (fractional) frame at a pixel of the lanes."""
        return self.view.s_of(x) / self.hop_s

    def frames_at(self, xs: NDArray[Any]) -> NDArray[np.float64]:
        """Return the (fractional) frames at many pixels of the lanes."""
        return (xs + self.along_px) / self._px_per_frame

    def x_of(self, frame: float) -> float:
        """Return the pixel of a frame's left edge."""
        return frame * self._px_per_frame - self.along_px

    def xs_of(self, frames: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the pixels of many frame edges."""
        return np.asarray(frames, np.float64) * self._px_per_frame - self.along_px

    @property
    def _px_per_frame(self) -> float:
        return self.hop_s / self.view.seconds_per_px

    @property
    def along_px(self) -> float:
        """How many pixels of the document lie left of the view; what is anchored to them scrolls with it.

        In steps of which sums are exact: scrolled by whole pixels, every frame falls on the same part of a pixel.
        """
        return (round(self.view.start_s / self.view.seconds_per_px / _TIE_PX) - 0.5) * _TIE_PX

    @property
    def along_whole_px(self) -> int:
        """The same in whole pixels."""
        return round(self.along_px)

    def frames_in(self, left: float, right: float) -> tuple[int, int]:
        """Return the frames (start, stop) that pixels ``left`` to ``right`` touch."""
        last = self.n_frames
        start, stop = floor(self.frame_at(left)), ceil(self.frame_at(right)) + 1
        return min(max(start, 0), last), min(max(stop, 0), last)

    def stale_ranges(self) -> list[tuple[int, int]]:
        """Return the frames whose sound is stale; found once after each change of the sound."""
        if self._stale is None:
            self._stale = self.workspace.output.stale_frames()
        return self._stale

    def _on_sound(self, *_: object) -> None:
        self._stale = None

    def ghost_times(self) -> Alignment | None:
        """Return which frames of the ghost belong to which of the sketch; found once for each time axis."""
        if self.ghost is None or self.sketch is None:
            return None
        key = self.sketch.governing or self.sketch, self.ghost.sketch
        if self._aligned is None or self._aligned[0] is not key[0] or self._aligned[1] is not key[1]:
            self._aligned = *key, aligned(self.sketch, self.ghost.sketch)
        return self._aligned[2]

    def _on_ghost(self) -> None:
        ghost, before = self.workspace.comparison.ghost(), self.ghost
        same = ghost is not None and before is not None and ghost.sketch is before.sketch and ghost.take == before.take
        if not same and ghost is not before:
            self.ghost = ghost
            self.ghost_changed.emit()

    def stir(self) -> None:
        """Something moves: lanes paint coarsely until it rests."""
        self.busy = True
        self._rest.start()

    def on_wheel(self, event: QWheelEvent, x: float) -> bool:
        """Zoom at the pointer with Ctrl, move sideways with Shift or a sideways wheel; False for anything else."""
        delta, modifiers = event.angleDelta(), event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.stir()
            self.view.zoom_at(x, 1.0018 ** -(delta.y() or delta.x()))
        elif modifiers & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            self.stir()
            self.view.scroll_by(-(delta.x() or delta.y()) * 0.6)
        else:
            return False
        return True

    def start_drag(self, icon: str) -> Drag | None:
        """Begin a gesture on the sketch as it stands; None where there is nothing to edit."""
        if self.sketch is None:
            return None
        self.drag = Drag(self, self.sketch, f"drag {next(self._keys)}", icon)
        self.workspace.follow_up.hold(self.drag)
        return self.drag

    def show(self, sketch: Sketch | None) -> None:
        """Let lanes paint another sketch."""
        if sketch is not self.sketch:
            old, self.sketch = self.sketch, sketch
            self.shown.emit(old, sketch)

    def edit(
        self, label: str, edit: Callable[[Sketch], Sketch], *, merge_key: str | None = None, icon: str = ""
    ) -> bool:
        """Edit outside a drag: by key, menu or table."""
        return self.workspace.edit(label, edit, merge_key=merge_key, icon=icon)

    def hint_footprint(self, layer: str, start: int, stop: int) -> None:
        """Show where a brush at these frames would be heard."""
        sketch, manifest = self.sketch, self.workspace.manifest
        if sketch is None or manifest is None or layer not in manifest.reach:
            return
        self.workspace.show_footprint(of_range(sketch, layer, max(start, 0), min(stop, self.n_frames), manifest.reach))

    def _on_changed(self, old: Project, new: Project) -> None:
        sketch = self.workspace.sketch
        if self.drag is not None:
            if sketch is self.drag.told:
                return
            # Something else changed the sketch under the hand: what it holds is gone.
            self.drag.drop()
        self.show(sketch)

    def _on_replaced(self, *_: object) -> None:
        if self.drag is not None:
            self.drag.drop()
        self.show(self.workspace.sketch)

    def _on_footprint(self, frames: tuple[int, int] | None) -> None:
        if frames != self.footprint:
            old, self.footprint = self.footprint, frames
            self.footprint_changed.emit(old, frames)

    def _on_rest(self) -> None:
        if self.drag is not None:
            self._rest.start()
            return
        self.busy = False
        self.rested.emit()


class Drag:
    """One gesture: every state is computed from ``start``, previewed at once and told in time."""

    def __init__(self, board: Board, start: Sketch, key: str, icon: str) -> None:
        self._board = board
        self.start = start
        self.told = start
        self.key = key
        self._icon = icon
        self._pending: tuple[str, Sketch] | None = None
        self._timer = QTimer(board, singleShot=True, interval=EDIT_EVERY_MS + _PAUSE_MS)
        self._timer.timeout.connect(self._tell)
        self._since_told = QElapsedTimer()
        self._refused = ""

    @property
    def now(self) -> Sketch:
        """What the gesture has made of the sketch so far."""
        return self._board.sketch or self.start

    def update(self, label: str, edit: Callable[[Sketch], Sketch], *, onto: Sketch | None = None) -> bool:
        """Preview ``edit`` of the sketch at the start (or of ``onto``); a refusal is told once and changes nothing."""
        try:
            sketch = edit(self.start if onto is None else onto)
        except EditError as refusal:
            if str(refusal) != self._refused:
                self._refused = str(refusal)
                self._board.workspace.told.emit("warn", str(refusal))
            return False
        self._board.stir()
        self._board.show(sketch)
        self._pending = (label, sketch)
        if not self._since_told.isValid() or self._since_told.hasExpired(EDIT_EVERY_MS):
            self._tell()
        if not self._timer.isActive():
            self._timer.start()
        return True

    def _tell(self) -> None:
        if self._pending is None or self._board.drag is not self:
            return
        (label, sketch), self._pending = self._pending, None
        self._since_told.start()
        if sketch is self.told:
            return
        self.told = sketch
        self._board.workspace.edit(label, lambda _: sketch, merge_key=self.key, icon=self._icon)
        if self._board.drag is self:
            self._timer.start()

    def finish(self) -> None:
        """Let go: what is previewed becomes the step, or none if all is as it was."""
        if self._board.drag is not self:
            return
        self._timer.stop()
        if self.now is self.start and self.told is not self.start:
            self.cancel()
            return
        self._board.workspace.follow_up.release(self)  # before it is told: what is rendered is what follows from it
        self._tell()
        self._close()

    def cancel(self) -> None:
        """Put everything back (Esc)."""
        if self._board.drag is not self:
            return
        self._timer.stop()
        self._pending = None
        if self.told is not self.start:
            self.told = self.start
            self._board.workspace.abandon(self.key)
        self._close()

    def drop(self) -> None:
        """Forget the gesture without touching the sketch."""
        self._timer.stop()
        self._pending = None
        self._let_go()

    def _close(self) -> None:
        self._let_go()
        self._board.show(self._board.workspace.sketch)
        self._board.stir()

    def _let_go(self) -> None:
        self._board.drag = None
        self._board.workspace.follow_up.release(self)
