"""Tooltips as the design has them: title, key chip, one line of description, on a raised card with a shadow."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.look import Look
from intermezzo.ui.shadows import SHADOW_MARGINS, paint_shadow
from intermezzo.ui.text import LEFT, paint_text, text_width
from intermezzo.ui.widgets.keychip import chip_width, key_text, paint_chip

_PAD: Final = 11
_OFFSET: Final = QPoint(4, 20)
_HIDING = (
    QEvent.Type.Leave, QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel, QEvent.Type.Hide,
)  # fmt: skip


@dataclass(frozen=True)
class Tip:
    """What a tooltip says: a title, a portable shortcut ("Ctrl+K") or "", and one line of description or ""."""

    title: str
    key: str = ""
    text: str = ""


class TipCard(QWidget):
    """The card itself; also painted in place by the gallery."""

    def __init__(self, look: Look, tip: Tip, parent: QWidget | None = None, *, floating: bool = True) -> None:
        if floating:
            super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
            self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        else:
            super().__init__(parent)
        self.look = look
        self._tip = tip
        self._lines = [line for line in tip.text.split("\n") if line]
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        title = text_width(self.look.font("body_medium"), self._tip.title)
        chip = chip_width(self.look, key_text(self._tip.key))
        widths = [text_width(self.look.font("value"), line) for line in self._lines]
        width = max([title + (chip + 4 if chip else 0), *widths]) + 2 * _PAD
        height = 31 + (16 * len(self._lines) - 1 if self._lines else 0)
        margins = SHADOW_MARGINS
        return QSize(round(width + margins.left() + margins.right()), round(height + margins.top() + margins.bottom()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            color = self.look.color
            frame = QRectF(self.rect()).marginsRemoved(SHADOW_MARGINS)
            paint_shadow(painter, frame, self.look.theme)
            paint_frame(painter, frame, 5.0, color("raise"), color("line2"))
            line = QRectF(frame.left() + _PAD, frame.top() + 7, frame.width() - 2 * _PAD + 1, 16)
            used = paint_text(painter, line, self._tip.title, self.look.font("body_medium"), color("t1"), LEFT)
            if self._tip.key:
                paint_chip(
                    painter, self.look, round(line.left() + used + 3), line.center().y(), key_text(self._tip.key), 14
                )
            for index, text in enumerate(self._lines):
                below = line.translated(0, 16 * (index + 1))
                paint_text(painter, below, text, self.look.font("value"), color("t2"), LEFT)


class Tips(QObject):
    """Gives widgets such tooltips; one object for a window is enough, `set_tip` keeps it alive with the widget."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._tips: dict[int, Tip] = {}
        self._card: TipCard | None = None

    def set_tip(self, widget: QWidget, title: str, key: str = "", text: str = "") -> None:
        """Give a widget a tooltip; also its accessible description."""
        if id(widget) not in self._tips:
            widget.installEventFilter(self)
            key_of_widget = id(widget)
            widget.destroyed.connect(lambda: self._tips.pop(key_of_widget, None))
        self._tips[id(widget)] = Tip(title, key, text)
        if not widget.accessibleName():
            widget.setAccessibleName(title)
        widget.setAccessibleDescription(text or title)

    def tip_of(self, widget: QWidget) -> Tip | None:
        """Return the tooltip of a widget."""
        return self._tips.get(id(widget))

    def hide(self) -> None:
        """Take the tooltip away."""
        if self._card is not None:
            self._card.close()
            self._card.deleteLater()
            self._card = None

    def show_at(self, tip: Tip, where: QPoint) -> None:
        """Show a tooltip below a global position, inside the screen."""
        self.hide()
        card = TipCard(self._look, tip)
        margins = SHADOW_MARGINS.toMargins()
        corner = where + _OFFSET - QPoint(margins.left(), margins.top())
        screen = QGuiApplication.screenAt(where) or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        x = max(area.left(), min(corner.x(), area.right() - card.width()))
        y = corner.y()
        if y + card.height() > area.bottom() + margins.bottom():
            y = where.y() - card.height() + margins.bottom() - 8
        card.move(x, y)
        card.show()
        self._card = card

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self._tips.get(id(watched))
            if tip is not None:
                self.show_at(tip, event.globalPos())
                return True
        elif self._card is not None and event.type() in _HIDING:
            self.hide()
        return False
