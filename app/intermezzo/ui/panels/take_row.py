"""One take in the inspector: colour, name, seed, its curve with what the sketch uses of it and how much, and play."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)  # fmt: skip
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, RIGHT, paint_text
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.painted import PaintedButton
from intermezzo.ui.widgets.take_picture import TakePicture
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.widgets.thumbnails import Floats

__all__ = ["TAKE_MIME", "TakeFacts", "TakeRow"]

TAKE_MIME: Final = "application/x-intermezzo-take"
_HEIGHT: Final = 34
_NAME_LEFT: Final = 13.0
_NAME_WIDTH: Final = 92
_LEAST_USED_PX: Final = 46
_PLAY: Final = 24
_COLOURS: Final = 5


@dataclass(frozen=True)
class TakeFacts:
    """What a row says in words: ``used`` ("1.60 s", "" for nothing), ``used_told`` to be read out, ``note`` under the
    name; ``used_px`` is how wide the longest ``used`` of all rows is.
    """

    number: int
    title: str
    note: str
    used: str
    used_told: str
    is_chosen: bool = False
    is_playing: bool = False
    used_px: float = 0.0


class TakeRow(PaintedButton):
    """Clicked, it is what the sketch is compared with; Return or a double click uses it."""

    pointed = Signal(int, bool)  # number, whether the pointer (or the focus) is on it
    heard = Signal(int)
    used = Signal(int)
    removed = Signal(int)
    renamed = Signal(int, str)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, look: Look, facts: TakeFacts, curve: Floats, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.facts = facts
        self._press: QPoint | None = None
        self._editor: TextField | None = None
        self.picture = TakePicture(look, curve, (), facts.number - 1, self)
        self.picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.play = ToolButton(look, "play", "", extent=_PLAY, icon_size=16, parent=self)
        self.play.clicked.connect(lambda: self.heard.emit(self.facts.number))
        self.setCheckable(True)
        self.setProperty("ringRadius", 4.0)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_facts(facts)

    def show_facts(self, facts: TakeFacts) -> None:
        """Show other words and states."""
        self.facts = facts
        self.setChecked(facts.is_chosen)
        self.setAccessibleName(facts.title)
        self.setToolTip(f"{facts.title}\n{facts.note}")
        self.setAccessibleDescription(f"{facts.note}, {facts.used_told}")
        pause = self.tr("Pause {0}") if facts.is_playing else self.tr("Hear {0}")
        self.play.setAccessibleName(pause.format(facts.title))
        self.play.setToolTip(pause.format(facts.title))
        self.play.set_icon_name("pause" if facts.is_playing else "play")
        self._lay_out()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _used_width(self) -> int:
        return max(_LEAST_USED_PX, math.ceil(self.facts.used_px) + 10)

    def _lay_out(self) -> None:
        left = round(_NAME_LEFT) + _NAME_WIDTH
        right = self.width() - _PLAY - self._used_width()
        self.picture.setGeometry(left, (_HEIGHT - 24) // 2, max(right - left, 0), 24)
        self.play.move(self.width() - _PLAY, (_HEIGHT - _PLAY) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            look, rect, facts = self.look, self.bounds(), self.facts
            colour = look.theme.take(facts.number - 1)
            if facts.is_chosen or self.is_hovered():
                paint_frame(painter, rect.adjusted(-2, 1, 0, -1), 4.0, look.color("raise"), None)
            if not facts.used and not facts.is_chosen:
                painter.setOpacity(0.6 * painter.opacity())
            paint_frame(painter, QRectF(2, 5, 3, _HEIGHT - 10), 1.5, colour, None)
            if facts.number > _COLOURS:  # the colours begin anew: a dot tells F from A
                painter.setBrush(colour)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawEllipse(QRectF(7, 8, 3, 3))
            painter.setOpacity(1.0)
            names = QRectF(_NAME_LEFT, 3, _NAME_WIDTH - 6, 16)
            paint_text(painter, names, facts.title, look.font("body_medium"), look.color("t1"), LEFT)
            note: Role = "t3"
            paint_text(painter, names.translated(0, 14), facts.note, look.font("caption"), look.color(note), LEFT)
            text, wide = facts.used or "—", self._used_width()
            place = QRectF(rect.width() - _PLAY - wide, 0, wide - 6, _HEIGHT)
            paint_text(painter, place, text, look.font("value"), colour if facts.used else look.color("t3"), RIGHT)

    def show_curve(self, curve: Floats, used: tuple[tuple[float, float], ...]) -> None:
        """Show another curve, and which stretches of it (fractions) are used."""
        self.picture.set_curve(curve)
        self.picture.set_used(used)

    # Pointer and keys

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed.emit(self.facts.number, True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(self.facts.number, False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = QApplication.startDragDistance()
        if self._press is not None and (event.position().toPoint() - self._press).manhattanLength() >= far:
            self._press = None
            self.setDown(False)
            self._drag()
            return
        super().mouseMoveEvent(event)

    def _drag(self) -> None:
        mime = QMimeData()
        mime.setData(TAKE_MIME, QByteArray(str(self.facts.number).encode()))
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.CopyAction)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.used.emit(self.facts.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.used.emit(self.facts.number)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.facts.number, event.globalPos())

    # Its name

    def start_renaming(self) -> None:
        """Let the name be typed in place; Return takes it, Esc does not."""
        if self._editor is not None:
            return
        editor = TextField(self.look, self.tr("Name of the take"), "", self)
        editor.setText(self.facts.title)
        editor.setGeometry(round(_NAME_LEFT) - 4, 5, self.width() - round(_NAME_LEFT) - _PLAY - 4, 24)
        editor.selectAll()
        editor.returnPressed.connect(lambda: self._end_renaming(editor.text()))
        editor.editingFinished.connect(lambda: self._end_renaming(None))
        self._editor = editor
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end_renaming(self, name: str | None) -> None:
        editor, self._editor = self._editor, None
        if editor is None:
            return
        editor.deleteLater()
        if name is not None and name != self.facts.title:
            self.renamed.emit(self.facts.number, name)


def no_curve() -> Floats:
    """Return the curve of a sketch that has none."""
    return np.full(2, np.nan, np.float32)
