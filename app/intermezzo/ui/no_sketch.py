"""What stands in the middle of the window where there is no sketch yet: how one is made, or that it is being made."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.widgets.messages import EmptyPanel

__all__ = ["NoSketch"]

_CARD_PX = (420, 170)


class NoSketch(QWidget):
    """Shows one of two cards."""

    convert_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = EmptyPanel(
            look, "text-aa", self.tr("No sketch yet"),
            self.tr("Type a text at the left, or drop a recording here. Converted, it can be drawn on."),
            self.tr("Convert"), "sparkle",
        )  # fmt: skip
        self.card.pressed.connect(self.convert_wanted)
        self.making = EmptyPanel(
            look, "sparkle", self.tr("Making the sketch"),
            self.tr("The first time, the engine is loaded too; that takes some seconds."),
        )  # fmt: skip
        middle = QVBoxLayout(self)
        for card in (self.card, self.making):
            card.setFixedSize(*_CARD_PX)
            middle.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

    def show_making(self, on: bool) -> None:
        """Say that a sketch is being made, or that there is none yet."""
        self.card.setVisible(not on)
        self.making.setVisible(on)

    def set_convertible(self, on: bool) -> None:
        """Let Convert be pressed, or not."""
        if self.card.button is not None:
            self.card.button.setEnabled(on)
