"""Timeline: navigator, ruler, lanes by layer kind and the output, with the keys and signals that the window needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from intermezzo.core.sketch import Sketch
from intermezzo.core.sketches.melody import is_tune
from intermezzo.ui.background import Background
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.text import paint_text
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.comp_row import CompRow
from intermezzo.ui.timeline.header import HEADER_PX
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.lane_kinds import is_picture, lanes_of
from intermezzo.ui.timeline.navigator import HEIGHT_PX as NAVIGATOR_PX
from intermezzo.ui.timeline.navigator import Navigator
from intermezzo.ui.timeline.output_lane import OutputLane
from intermezzo.ui.timeline.rows import LaneRow, LaneScroll
from intermezzo.ui.timeline.ruler import HEIGHT_PX as RULER_PX
from intermezzo.ui.timeline.ruler import Ruler
from intermezzo.ui.timeline.score_lane import ScoreLane
from intermezzo.ui.timeline.spring_keys import SpringKeys
from intermezzo.ui.timeline.wave_peaks import WavePeaks
from intermezzo.ui.workspace import Workspace

if TYPE_CHECKING:
    from intermezzo.ui.timeline.notes_lane import NotesLane
    from intermezzo.ui.timeline.table_twin import TableTwin

__all__ = ["Timeline"]

_SCORE_SHARE = 0.235  # of the height, at most
_LOW_PX = 520  # below, the score is folded
_TUNE_OUTPUT_PX = 76
_FOLD_KEYS = [Qt.Key(Qt.Key.Key_1 + k) for k in range(9)]


class Timeline(QWidget):
    """The centre of the window."""

    hovered = Signal(str)  # values under the pointer, for the status line
    score_wanted = Signal()  # the score as a file
    drag_out_requested = Signal(object)  # (start, stop) frames or None for all: the window makes the file and drags it

    def __init__(
        self, workspace: Workspace, look: Look, parent: QWidget | None = None,
        *, engraving: tuple[Engraver, Background] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.workspace, self._look = workspace, look
        self.board = Board(workspace, look, self)
        self.board.hovered.connect(self.hovered)
        self._shows_score = True
        self._peaks = WavePeaks()
        self.keys = SpringKeys(workspace)
        self.fill_menu: Callable[[QMenu], None] = lambda menu: None  # what else the window puts into menus of lanes
        self.menu_actions: list[QAction] = []  # the window puts its actions on the selection here
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", -1)
        workspace.sound_changed.connect(self._on_sound)  # before the lanes hear of it
        self.navigator, self.ruler = Navigator(self.board, self._peaks), Ruler(self.board)
        self.area = LaneScroll(self.board)
        self.output = OutputLane(self.board, self._peaks)
        self.output.drag_out_requested.connect(self.drag_out_requested)
        self.output_row = LaneRow(self.board, self.output, pinned=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.navigator, self.ruler):
            line = QHBoxLayout()
            line.setContentsMargins(HEADER_PX + 1, 0, 0, 0)
            line.addWidget(widget)
            column.addLayout(line)
        self.comp = CompRow(self.board, self)
        column.addWidget(self.comp)
        column.addWidget(self.area, 1)
        self.score_row = self._score_row(engraving)
        if self.score_row is not None:
            column.addWidget(self.score_row)
        column.addSpacing(1)
        column.addWidget(self.output_row)
        self.board.shown.connect(self._on_shown)
        look.changed.connect(self.update)
        self._type: object = None
        self._build(self.board.sketch)
        self._on_sound(0, workspace.output.grid.n_frames)

    # Lanes

    @property
    def lanes(self) -> list[Lane]:
        """The lanes above the output, from top to bottom."""
        return [row.lane for row in self.area.rows]

    def lane(self, name: str) -> Lane | None:
        """Return a lane by the name of its layer."""
        return next((lane for lane in self.lanes if lane.name == name), None)

    def _build(self, sketch: Sketch | None) -> None:
        self._type = self._kind_of(sketch)
        manifest = self.workspace.manifest
        hidden = manifest.hides if manifest else ()
        specs = [x for x in sketch.type.layers if x.name not in hidden and not is_picture(x)] if sketch else []
        rows = [LaneRow(self.board, make(self.board, spec)) for spec in specs for make in lanes_of(spec.kind)]
        for row in rows:
            row.lane.installEventFilter(self)
        self.area.set_rows(rows)
        self.output.installEventFilter(self)
        self.output_row.setVisible(sketch is not None and sketch.type.sounds)
        if not self.output_row.is_set_by_hand:  # of a tune the notes and the score say more than the wave
            in_beats = sketch is not None and sketch.type.beats is not None
            self.output_row.take_room(_TUNE_OUTPUT_PX if in_beats else self.output_row.wished_height)
        self.show_score(self._shows_score)

    def _score_row(self, engraving: tuple[Engraver, Background] | None) -> LaneRow | None:
        if engraving is None:
            return None
        lane = ScoreLane(self.board, *engraving)
        row = LaneRow(self.board, lane, self, grip_on_top=True)
        lane.installEventFilter(self)
        lane.export_wanted.connect(self.score_wanted)
        lane.chosen.connect(self._reveal_chosen)
        lane.typing_wanted.connect(self._type_syllable)
        lane.roll = lambda: self.lane("notes")
        lane.view.changed.connect(row.header.update)
        return row

    def _roll_of_score(self) -> NotesLane | None:
        from intermezzo.ui.timeline.notes_lane import NotesLane

        roll = self.lane("notes")
        return roll if isinstance(roll, NotesLane) else None

    def _reveal_chosen(self) -> None:
        roll = self._roll_of_score()
        if roll is not None:
            roll.reveal_chosen()

    def _type_syllable(self) -> None:
        roll = self._roll_of_score()
        if roll is not None:
            roll.edit_syllable()

    def show_score(self, on: bool) -> None:
        """Show the score under the lanes, where the sketch has one, or hide it."""
        self._shows_score = on
        if self.score_row is not None:
            self.score_row.setVisible(on and is_tune(self.board.sketch))

    def _on_shown(self, old: Sketch | None, new: Sketch | None) -> None:
        if self._kind_of(new) != self._type:
            self._build(new)

    def _kind_of(self, sketch: Sketch | None) -> object:
        """Return what decides the lanes: the layers, and which of them the engine shows and lets hands change."""
        manifest = self.workspace.manifest
        return None if sketch is None else (sketch.type, manifest and (manifest.edits, manifest.hides))

    def _on_sound(self, start: int, stop: int) -> None:
        output = self.workspace.output
        before = self.output.gain if hasattr(self, "output") else 0.0
        first, last = output.grid.blocks(start, stop)
        if output.stale[first:last].all():
            first = last = 0  # what became stale is as it was
        self._peaks.update(output.samples, output.hop, first, last)
        if hasattr(self, "output") and (self.output.gain != before or len(output.samples) != len(self._peaks.samples)):
            self.output.update()
            self.output_row.header.update()

    # Geometry

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.workspace.view.resize(max(self.width() - HEADER_PX - 1, 1))
        row = self.score_row
        if row is not None and not row.is_set_by_hand:  # in a low window the roll comes first
            row.take_room(max(min(row.wished_height, round(_SCORE_SHARE * self.height())), row.lane.least_height))
            row.header.set_folded(False)
            row.give_way(self.height() < _LOW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            top = NAVIGATOR_PX + RULER_PX
            painter.fillRect(0, 0, self.width(), top, self._look.color("panel"))
            painter.fillRect(0, top, self.width(), self.height() - top, self._look.color("panel"))
            painter.fillRect(HEADER_PX, 0, 1, top, self._look.color("line"))
            painter.fillRect(0, top - 1, self.width(), 1, self._look.color("line"))
            painter.fillRect(0, self.output_row.y() - 1, self.width(), 1, self._look.color("line2"))
            label = self.rect().adjusted(8, NAVIGATOR_PX + 3, 0, 0)
            label.setSize(label.size().boundedTo(label.size()))
            label.setHeight(16)
            label.setWidth(HEADER_PX - 12)
            paint_text(painter, label.toRectF(), self.ruler.unit_text(), font("value"), self._look.color("t3"))

    # What the window calls

    def zoom(self, factor: float) -> None:
        """Zoom in (factor over 1) or out around the playhead if it is in view, else around the middle."""
        view = self.workspace.view
        x = self.board.playhead_x
        self.board.stir()
        view.zoom_at(x if 0 <= x <= view.width_px else view.width_px / 2, 1 / factor)

    def zoom_to_selection(self) -> None:
        """Show the selection with a little around it (Z)."""
        selection, hop_s = self.workspace.selection, self.board.hop_s
        if selection:
            air = (selection.stop - selection.start) * hop_s * 0.15
            self.workspace.view.show_range(selection.start * hop_s - air, selection.stop * hop_s + air)

    def fit(self) -> None:
        """Show the whole document (0)."""
        self.workspace.view.fit()

    def fold(self, index: int) -> None:
        """Fold or unfold a lane by its place from the top (Ctrl+1 to 9)."""
        rows = [*self.area.rows, *([self.score_row] if self.score_row is not None else [])]
        if 0 <= index < len(rows) and not rows[index].isHidden():
            rows[index].toggle_fold()

    def current_lane(self) -> Lane | None:
        """Return the lane with the focus, else the one of the selection, else the first."""
        for lane in self.lanes:
            if lane.hasFocus():
                return lane
        return self.lane(self.workspace.selection.layer or "") or next(iter(self.lanes), None)

    def roll(self) -> NotesLane | None:
        """Return the roll of the notes, the one with the focus where there are several."""
        current = self.current_lane()
        if current is None:
            return None
        from intermezzo.ui.timeline.notes_lane import NotesLane

        return next((lane for lane in (current, *self.lanes) if isinstance(lane, NotesLane)), None)

    def open_table(self) -> TableTwin | None:
        """Open the table of the current lane (F4)."""
        lane = self.current_lane()
        if lane is None:
            return None
        from intermezzo.ui.timeline.table_twin import TableTwin

        table = TableTwin(self.board, lane.name, lane.title, lane.spec.help, self)
        table.show()
        return table

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and self._own_key(watched, event):
            event.accept()
            return True
        if isinstance(event, QContextMenuEvent) and isinstance(watched, Lane):
            self._menu(watched, event.globalPos())
            return True
        if event.type() == QEvent.Type.MouseButtonPress:
            self.keys.used = True
        return super().eventFilter(watched, event)

    def _own_key(self, lane: QObject, event: QKeyEvent) -> bool:
        """Tell whether a key is ours while a lane has the focus, so that no shortcut of the window takes it."""
        if event.key() == Qt.Key.Key_Escape:
            return isinstance(lane, Lane) and lane.gesture is not None
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        return (
            self.keys.wants(event) or (plain and event.key() in (Qt.Key.Key_H, Qt.Key.Key_F4))
            or (event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() in _FOLD_KEYS)
            or (isinstance(lane, Lane) and lane.claims(event))
        )  # fmt: skip

    def focusInEvent(self, event: QFocusEvent) -> None:
        lane = self.current_lane()
        if lane is not None:
            lane.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if self.keys.press(event):
            return
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() in _FOLD_KEYS:
            self.fold(_FOLD_KEYS.index(Qt.Key(event.key())))
        elif event.key() == Qt.Key.Key_H and plain:
            self.window().setProperty("panning", True)
            for lane in (*self.lanes, self.output):
                lane.setCursor(Qt.CursorShape.OpenHandCursor)
        elif event.key() == Qt.Key.Key_Z and plain:
            self.zoom_to_selection()
        elif event.key() == Qt.Key.Key_0 and plain:
            self.fit()
        elif event.key() == Qt.Key.Key_F4:
            self.open_table()
        elif event.key() == Qt.Key.Key_Escape and self.workspace.selection:
            self.workspace.select(type(self.workspace.selection)())
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_H and not event.isAutoRepeat():
            self.window().setProperty("panning", False)
        elif not self.keys.release(event):
            super().keyReleaseEvent(event)

    def _menu(self, lane: Lane, at: QPoint) -> None:
        menu = QMenu(self)
        for entry in lane.menu_entries():
            text = f"{entry.title}\t{entry.key}" if entry.key else entry.title
            action = menu.addAction(self._look.icon(entry.icon), text)
            action.triggered.connect(lambda _=False, act=entry.act: act())
        menu.addSeparator()
        menu.addActions(self.menu_actions)
        self.fill_menu(menu)
        menu.addSeparator()
        menu.addAction(self.tr("Open as a table") + "\tF4").triggered.connect(lambda _=False: self._table_of(lane))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _table_of(self, lane: Lane) -> None:
        lane.setFocus(Qt.FocusReason.OtherFocusReason)
        self.open_table()
