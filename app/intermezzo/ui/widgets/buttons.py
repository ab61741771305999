"""Push buttons (primary, normal, quiet, danger) and the 28-px tool buttons with an active state."""

from typing import Final, Literal

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, paint_text, text_width
from intermezzo.ui.theme import Role, mix
from intermezzo.ui.widgets.keychip import chip_width, key_text, paint_chip
from intermezzo.ui.widgets.painted import PaintedButton

ButtonKind = Literal["primary", "normal", "quiet", "danger", "chip"]
_RADIUS: Final = 5.0
_ICON: Final = 14
_ICON_GAP: Final = 6
_TOOL_ICON: Final = 18


class Button(PaintedButton):
    """A push button: icon, text, key chip, icon after the text, each optional.

    Args:
        kind: "primary" is the one amber button of a view; "danger" destroys; "quiet" has no frame until hovered;
            "chip" is a round switch, amber while it is on.
        key: a shortcut shown as a chip, for example "Esc"; showing only, the action owns the shortcut.
        large: 32 px high instead of 24, for the welcome page.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        *,
        icon: str = "",
        kind: ButtonKind = "normal",
        key: str = "",
        after: str = "",
        large: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self.kind: ButtonKind = kind
        self._icon = icon
        self._key = key_text(key)
        self._after = after
        self._large = large
        self.setText(text)
        self.setAccessibleName(text)
        self.setProperty("ringRadius", _RADIUS)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def set_icon_name(self, name: str) -> None:
        """Show another icon, or none for an empty name."""
        self._icon = name
        self.updateGeometry()
        self.update()

    def _pad(self) -> float:
        return 12.0 if self._large else 10.0

    def _content_width(self) -> float:
        width = text_width(self.look.font("body_medium"), self.text())
        if self._icon:
            width += _ICON + (_ICON_GAP if self.text() else 0)
        if self._after:
            width += _ICON + _ICON_GAP
        if self._key:
            width += chip_width(self.look, self._key) + 6
        return width

    def sizeHint(self) -> QSize:
        return QSize(round(self._content_width() + 2 * self._pad()), 32 if self._large else 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Return fill, border and text colour of the present state."""
        color, down, hovered = self.look.color, self.isDown(), self.is_hovered()
        if self.kind == "primary":
            fill = color("handfill")
            if down or hovered:
                fill = mix(fill, color("canvas"), 0.14) if down else mix(fill, QColor("white"), 0.14)
            return fill, None, color("onhand")
        if self.kind == "quiet":
            fill_or_none = color("hover") if hovered or down else None
            text: Role = "hand" if self.isChecked() else ("t1" if hovered else "t2")
            return fill_or_none, None, color(text)
        if self.kind == "chip":
            on = self.isChecked()
            return color("handbg" if on else "hover" if hovered else "raise"), None, color("hand" if on else "t1")
        surface = color("panel") if down else color("hover") if hovered or self.isChecked() else color("raise")
        if not self.isEnabled():
            surface = color("panel")
        if self.kind == "danger":
            return surface, color("err"), color("err")
        return surface, color("line2"), color("hand" if self.isChecked() else "t1")

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            rect = self.bounds()
            fill, border, ink = self._colours()
            paint_frame(painter, rect, rect.height() / 2 if self.kind == "chip" else _RADIUS, fill, border)
            x = max((rect.width() - self._content_width()) / 2, 6.0)
            centre = rect.height() / 2
            if self._icon:
                paint_icon(painter, self._icon, round(x), round(centre - _ICON / 2), _ICON, ink)
                x += _ICON + _ICON_GAP
            reserve = (_ICON + _ICON_GAP if self._after else 0) + (
                chip_width(self.look, self._key) + 6 if self._key else 0
            )
            area = rect.adjusted(x, 0, -6 - reserve, 0)
            x += paint_text(painter, area, self.text(), self.look.font("body_medium"), ink, LEFT)
            if self._after:
                paint_icon(painter, self._after, round(x + _ICON_GAP), round(centre - _ICON / 2), _ICON, ink)
                x += _ICON + _ICON_GAP
            if self._key:
                paint_chip(painter, self.look, round(x + 6), centre, self._key)


class ToolButton(PaintedButton):
    """A square icon button; checked means the tool is the active one (amber on hover grey).

    Args:
        name: the accessible name, also the title of its tooltip.
        extent: side in logical pixels; 28 for tools, 24 in rows.
        framed: a raised frame of its own, as the play button has.
        ink: role of the icon at rest.
        lit: role of the icon when checked.
    """

    def __init__(
        self,
        look: Look,
        icon: str,
        name: str,
        *,
        checkable: bool = False,
        extent: int = 28,
        framed: bool = False,
        ink: Role = "t2",
        lit: Role = "hand",
        icon_size: int = _TOOL_ICON,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self._icon = icon
        self._extent = extent
        self._framed = framed
        self._ink: Role = ink
        self._lit: Role = lit
        self._icon_size = icon_size
        self.setCheckable(checkable)
        self.setAccessibleName(name)
        self.setProperty("ringRadius", _RADIUS)
        self.setFixedSize(extent, extent)

    def set_icon_name(self, name: str) -> None:
        """Show another icon, for example pause instead of play."""
        self._icon = name
        self.update()

    def set_ink(self, role: Role) -> None:
        """Change the colour of the icon at rest."""
        self._ink = role
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._extent, self._extent)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            color, hovered = self.look.color, self.is_hovered()
            fill: QColor | None = None
            border: QColor | None = None
            if self._framed:
                fill = color("panel") if self.isDown() else color("hover") if hovered else color("raise")
                border = color("line2")
            elif self.isChecked() and self._lit == "hand":
                fill, border = color("hover"), color("line2")
            elif hovered:
                fill = color("hover") if self.isDown() else color("raise")
            ink = (
                color(self._lit)
                if self.isChecked()
                else color("t1")
                if hovered and self._ink == "t2"
                else color(self._ink)
            )
            paint_frame(painter, self.bounds(), _RADIUS, fill, border)
            size = self._icon_size
            left, top = (self.width() - size) / 2, (self.height() - size) / 2
            paint_icon(painter, self._icon, left, top, size, ink)


class LinkButton(PaintedButton):
    """A button that looks like a word: "Open", "Discard", "Show"; at least 24 px high to hit."""

    def __init__(self, look: Look, text: str, *, ink: Role = "hand", parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._ink: Role = ink
        self.setText(text)
        self.setAccessibleName(text)
        self.setProperty("ringRadius", 3.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.look.font("value_medium"), self.text())) + 4, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            ink: Role = "t1" if self.is_hovered() and self._ink in ("t2", "t3") else self._ink
            font = QFont(self.look.font("value_medium" if self._ink == "hand" else "value"))
            if self.is_hovered() or self.isDown():
                font.setUnderline(True)
            paint_text(painter, self.bounds().adjusted(2, 0, -2, 0), self.text(), font, self.look.color(ink), LEFT)
