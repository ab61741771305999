"""Text and small marks: elided labels in a role, icon labels, pills and status dots."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.ui import fonts
from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import CENTRE, LEFT, paint_text, text_width
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.painted import DISABLED_OPACITY, Painted


class Label(Painted):
    """One line of text in a font role and a colour role; shortened with an ellipsis, full text in the tooltip.

    Args:
        icon: an icon before the text.
        icon_ink: colour role of the icon; the text's where none is given.
        icon_px: side of the icon.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        font: fonts.FontRole = "body",
        ink: Role = "t1",
        *,
        icon: str = "",
        icon_ink: Role | None = None,
        icon_px: int = 16,
        align: Qt.AlignmentFlag = LEFT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self._font_role: fonts.FontRole = font
        self._ink: Role = ink
        self._icon = icon
        self._icon_ink = icon_ink
        self._icon_px = icon_px
        self._align = align
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text or not self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def set_ink(self, role: Role) -> None:
        """Change the colour of the text."""
        self._ink = role
        self.update()

    def set_icon(self, name: str, ink: Role | None = None) -> None:
        """Show another icon before the text, or none for an empty name."""
        self._icon, self._icon_ink = name, ink
        self.updateGeometry()
        self.update()

    def _icon_room(self) -> int:
        return 0 if not self._icon else self._icon_px + ((7 if self._icon_px > 14 else 8) if self._text else 0)

    def sizeHint(self) -> QSize:
        width = text_width(fonts.font(self._font_role), self._text)
        height = max(fonts.LINE_HEIGHT_PX[self._font_role], self._icon_px if self._icon else 0)
        return QSize(int(width + 0.999) + self._icon_room(), height)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), 24 + self._icon_room()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if not self.isEnabled():
                painter.setOpacity(DISABLED_OPACITY)
            rect = QRectF(self.rect())
            if self._icon:
                ink = self.look.color(self._icon_ink or self._ink)
                paint_icon(painter, self._icon, 0, round((rect.height() - self._icon_px) / 2), self._icon_px, ink)
            area = rect.adjusted(self._icon_room(), 0, 0, 0)
            font = fonts.font(self._font_role)
            cut = text_width(font, self._text) > area.width() + 0.5
            if cut != bool(self.toolTip()):
                self.setToolTip(self._text if cut else "")
            paint_text(painter, area, self._text, font, self.look.color(self._ink), self._align)


class Pill(Painted):
    """A rounded word on a wash of its colour: "edited", "scale"; 16 px high."""

    def __init__(self, look: Look, text: str, role: Role = "hand", parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._role: Role = role
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str, role: Role | None = None) -> None:
        """Show another word, perhaps in another colour."""
        self._text = text
        self._role = role or self._role
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.look.font("caption_medium"), self._text)) + 13, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wash = self.look.color("handbg") if self._role == "hand" else self.look.color("hover")
            rect = QRectF(self.rect())
            paint_frame(painter, rect, 8.0, wash, None)
            paint_text(painter, rect, self._text, self.look.font("caption_medium"), self.look.color(self._role), CENTRE)


class StatusDot(Painted):
    """A coloured dot with a word: "● rendering", "● fresh"; the word says what the colour means."""

    def __init__(self, look: Look, text: str, role: Role = "ok", parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._role: Role = role
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_status(self, text: str, role: Role) -> None:
        """Show another status."""
        self._text, self._role = text, role
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.look.font("caption_medium"), self._text)) + 11, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.color(self._role))
            middle = self.height() / 2
            painter.drawEllipse(QRectF(0, middle - 3, 6, 6))
            area = QRectF(self.rect()).adjusted(10, 0, 1, 0)
            paint_text(painter, area, self._text, self.look.font("caption_medium"), self.look.color("t2"), LEFT)


class Divider(Painted):
    """A hairline between things, horizontal or vertical; `length` limits it, centred, for bars."""

    def __init__(
        self, look: Look, *, vertical: bool = False, length: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, parent)
        self._vertical = vertical
        if vertical:
            self.setFixedWidth(1)
            if length is not None:
                self.setFixedHeight(length)
        else:
            self.setFixedHeight(1)
            if length is not None:
                self.setFixedWidth(length)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("line"))
