"""The dashed frame at the foot of the welcome page: drop a file, or choose one."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.cards import DropZone
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.painted import Painted

HEIGHT: Final = 144
_LEAST: Final = 84


class _Tray(Painted):
    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setFixedSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_icon(painter, "download-simple", 0, 0, 28, self.look.color("t2"))


class DropArea(DropZone):
    """Takes whatever the studio can open.

    Attributes:
        choosing: the person wants to choose a file.
    """

    choosing = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, self.tr("Drop a file here"), parent)
        self.setMinimumHeight(_LEAST)
        self.content.setContentsMargins(29, 12, 28, 12)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(_Tray(look))
        row.addSpacing(20)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Label(look, self.tr("Drop anything here"), "card", "t1"))
        formats = self.tr("Text, sound, MIDI, MusicXML, a sketch or a project. Sounds and tunes become sketches.")
        words.addWidget(Label(look, formats, "body", "t2"))
        row.addLayout(words, 1)
        row.addSpacing(16)
        self.choose = Button(look, self.tr("Choose a file"), icon="folder-open", large=True)
        self.choose.clicked.connect(self.choosing)
        row.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignVCenter)
        self.content.addStretch(1)
        self.content.addLayout(row)
        self.content.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(600, HEIGHT)
