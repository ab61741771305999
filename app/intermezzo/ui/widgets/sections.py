"""Sections of a panel: a head in small caps that folds what lies under it, with a caption or buttons at the right."""

from typing import Final

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import FOLD_MS, Look
from intermezzo.ui.text import LEFT, RIGHT, paint_text, text_width
from intermezzo.ui.widgets.labels import Divider
from intermezzo.ui.widgets.painted import PaintedButton

PANEL_PADDING: Final = 12
_MAX_HEIGHT: Final = 16_777_215


class SectionHeader(PaintedButton):
    """The head of a section, 24 px: chevron, caps, caption; checked means unfolded."""

    def __init__(
        self, look: Look, title: str, caption: str = "", *, folds: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, parent)
        self._caption = caption
        self._folds = folds
        self.setText(title)
        self.setCheckable(folds)
        self.setChecked(folds)
        self.setAccessibleName(title)
        self.setProperty("ringRadius", 4.0)
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_caption(self, caption: str) -> None:
        """Show another text at the right edge."""
        self._caption = caption
        self.setAccessibleDescription(caption)
        self.update()

    def sizeHint(self) -> QSize:
        title = text_width(self.look.font("section"), self.text().upper())
        caption = text_width(self.look.font("value"), self._caption)
        return QSize(round(title + caption) + 40, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            color, rect = self.look.color, self.bounds()
            lit = self.is_hovered() and self._folds
            left = 0.0
            if self._folds:
                chevron = "caret-down" if self.isChecked() else "caret-right"
                paint_icon(painter, chevron, -1, 6, 12, color("t2" if lit else "t3"))
                left = 15.5
            title = color("t1" if lit else "t3")
            left += paint_text(
                painter, rect.adjusted(left, 1.5, 0, 0), self.text(), self.look.font("section"), title, LEFT
            )
            area = rect.adjusted(left + 8, 0, 0, 0)
            paint_text(painter, area, self._caption, self.look.font("value"), color("t3"), RIGHT)


class Section(QWidget):
    """A head and a body that folds in 120 ms; 8 px above the head, 12 below the body, a hairline at the end.

    Attributes:
        body: put the contents into `body_layout`.
        folded: emitted with True after folding and False after unfolding.
    """

    folded = Signal(bool)

    def __init__(
        self, look: Look, title: str, caption: str = "", parent: QWidget | None = None, *, spacing: int = 0
    ) -> None:
        super().__init__(parent)
        self.look = look
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(PANEL_PADDING, 8, PANEL_PADDING, 0)
        head.setSpacing(4)
        self.header = SectionHeader(look, title, caption)
        self._head_row = head
        head.addWidget(self.header)
        self.body = QWidget(self)
        self.body_layout = QVBoxLayout(self.body)
        self.body_layout.setContentsMargins(PANEL_PADDING, 4, PANEL_PADDING, PANEL_PADDING)
        self.body_layout.setSpacing(spacing)
        outer.addLayout(head)
        outer.addWidget(self.body)
        outer.addSpacing(0)
        self._divider = Divider(look)
        outer.addWidget(self._divider)
        self._animation = QPropertyAnimation(self.body, b"maximumHeight", self)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.finished.connect(self._on_folded)
        self.header.toggled.connect(self._on_toggled)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def add_head_widget(self, widget: QWidget) -> None:
        """Put a small button at the right end of the head, for example a plus."""
        self._head_row.addWidget(widget)

    def set_caption(self, caption: str) -> None:
        """Show another text at the right edge of the head."""
        self.header.set_caption(caption)

    def is_folded(self) -> bool:
        """Return True where only the head shows."""
        return not self.header.isChecked()

    def set_folded(self, folded: bool) -> None:
        """Fold or unfold."""
        self.header.setChecked(not folded)

    def _on_toggled(self, unfolded: bool) -> None:
        self._animation.stop()
        full = self.body.sizeHint().height()
        duration = self.look.duration_ms(FOLD_MS) if self.isVisible() else 0
        if unfolded:
            self.body.setVisible(True)
        self._animation.setStartValue(self.body.height() if self.body.isVisible() and not unfolded else 0)
        self._animation.setEndValue(full if unfolded else 0)
        self._animation.setDuration(duration)
        if duration:
            self._animation.start()
        else:
            self._on_folded()

    def _on_folded(self) -> None:
        unfolded = self.header.isChecked()
        self.body.setVisible(unfolded)
        self.body.setMaximumHeight(_MAX_HEIGHT)
        self.folded.emit(not unfolded)
