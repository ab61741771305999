"""The little framed key name, as in menus, buttons and tooltips: `Esc`, `Ctrl K`, an arrow."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, paint_text, text_width
from intermezzo.ui.widgets.painted import Painted

CHIP_HEIGHT = 16
_PAD = 5
_ARROWS = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "PgUp": "Page ↑", "PgDown": "Page ↓", "Return": "Enter"}


def key_text(shortcut: str) -> str:
    """Return a portable shortcut ("Ctrl+Shift+Left") as the chip shows it ("Ctrl Shift ←")."""
    if not shortcut or shortcut == "+":
        return shortcut
    parts = shortcut.replace("++", "+plus").split("+")
    return " ".join("+" if part == "plus" else _ARROWS.get(part, part) for part in parts)


def chip_width(look: Look, text: str) -> float:
    """Return the width of a chip in logical pixels; 0 for no text."""
    return 0.0 if not text else float(max(CHIP_HEIGHT, round(text_width(look.font("caption"), text) + 2 * _PAD)))


def paint_chip(
    painter: QPainter, look: Look, left: float, centre_y: float, text: str, height: int = CHIP_HEIGHT
) -> float:
    """Draw a key chip, vertically centred; return its width."""
    width = chip_width(look, text)
    rect = QRectF(left, round(centre_y - height / 2), width, height)
    paint_frame(painter, rect, 3.0, look.color("raise"), look.color("line2"))
    paint_text(painter, rect, text, look.font("caption"), look.color("t2"), CENTRE)
    return width


class KeyChip(Painted):
    """A key chip as a widget of its own."""

    def __init__(self, look: Look, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._text = key_text(shortcut)
        self.setAccessibleName(self._text)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(round(chip_width(self.look, self._text)), CHIP_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_chip(painter, self.look, 0.0, self.height() / 2, self._text)
