"""What the studio says in place: empty panels, trouble cards, the recovery banner, passing notes."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from intermezzo.ui import fonts
from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.shadows import SHADOW_MARGINS, paint_shadow
from intermezzo.ui.text import CENTRE
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.buttons import Button, LinkButton
from intermezzo.ui.widgets.cards import BIG_RADIUS, DASH, Card
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.painted import Painted

_NOTE_MS: Final = 6000


class WrappedText(QLabel):
    """Text over several lines in a font role and a colour role, which QLabel alone cannot follow."""

    def __init__(self, look: Look, text: str, font: fonts.FontRole = "value", ink: Role = "t2") -> None:
        super().__init__(text)
        self._look = look
        self._ink: Role = ink
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(fonts.font(font))
        self.setWordWrap(True)
        self._recolour()
        look.changed.connect(self._recolour)

    def set_ink(self, role: Role) -> None:
        """Change the colour of the text."""
        self._ink = role
        self._recolour()

    def _recolour(self) -> None:
        palette = self.palette()
        palette.setColor(self.foregroundRole(), self._look.color(self._ink))
        self.setPalette(palette)


class _Glyph(Painted):
    """A centred icon of some size in a colour role."""

    def __init__(self, look: Look, icon: str, ink: Role, size: int) -> None:
        super().__init__(look)
        self._icon, self._ink, self._size = icon, ink, size
        self.setFixedHeight(size)

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        left = round((self.width() - self._size) / 2)
        with QPainter(self) as painter:
            paint_icon(painter, self._icon, left, 0, self._size, self.look.color(self._ink))


class EmptyPanel(Painted):
    """Says what would be here and why one would want it, and holds the button that makes it.

    Attributes:
        pressed: emitted by the button.
    """

    pressed = Signal()

    def __init__(
        self,
        look: Look,
        icon: str,
        title: str,
        text: str,
        button: str = "",
        button_icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self.setAccessibleName(f"{title}. {text}")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 20, 16, 20)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(_Glyph(look, icon, "t3", 24))
        column.addSpacing(6)
        column.addWidget(Label(look, title, "body_medium", "t1", align=CENTRE))
        words = WrappedText(look, text)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(2)
        column.addWidget(words)
        self.button: Button | None = None
        if button:
            self.button = Button(look, button, icon=button_icon)
            self.button.clicked.connect(self.pressed)
            column.addSpacing(10)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        with QPainter(self) as painter:
            paint_frame(painter, rect, CARD_DASH_RADIUS, None, self.look.color("line2"), 1.0, DASH)


CARD_DASH_RADIUS: Final = 6.0


class TroubleCard(Card):
    """What happened, what is safe, one remedy and a report to copy; no dialog.

    Attributes:
        remedied: emitted by the remedy button.
        report_wanted: emitted by "Copy report".
    """

    remedied = Signal()
    report_wanted = Signal()

    def __init__(
        self,
        look: Look,
        title: str,
        text: str,
        remedy: str = "",
        *,
        report: bool = True,
        second: str = "",
        serious: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent, border="err" if serious else "line2", padding=12, spacing=0)
        self.content.setContentsMargins(13, 11, 13, 12)
        self.setAccessibleName(f"{title}. {text}")
        head = Label(
            look, title, "body_medium", "t1",
            icon="x-circle" if serious else "warning", icon_ink="err" if serious else "warn",
        )  # fmt: skip
        self.content.addWidget(head)
        self.content.addSpacing(5)
        self.content.addWidget(WrappedText(look, text, "value", "t2"))
        row = QHBoxLayout()
        row.setSpacing(6)
        self.remedy = Button(look, remedy) if remedy else None
        if self.remedy is not None:
            self.remedy.clicked.connect(self.remedied)
            row.addWidget(self.remedy)
        self.second = Button(look, second) if second else None
        if self.second is not None:
            row.addWidget(self.second)
        self.copy = Button(look, self.tr("Copy report"), kind="quiet") if report else None
        if self.copy is not None:
            self.copy.clicked.connect(self.report_wanted)
            row.addWidget(self.copy)
        if row.count():
            row.addStretch(1)
            self.content.addSpacing(9)
            self.content.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)


class Banner(Card):
    """The amber card on top of the welcome page: work was recovered.

    Attributes:
        accepted, dismissed: emitted by its two words.
    """

    accepted = Signal()
    dismissed = Signal()

    def __init__(
        self, look: Look, icon: str, title: str, text: str, accept: str, dismiss: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, parent, surface="handbg", border="hand", radius=CARD_DASH_RADIUS)
        self.content.setContentsMargins(14, 10, 12, 6)
        self.content.setSpacing(0)
        self.setAccessibleName(f"{title}. {text}")
        self.content.addWidget(Label(look, title, "body_medium", "t1", icon=icon, icon_ink="hand"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(look, text, "value", "t2"), 1)
        self.accept = LinkButton(look, accept)
        self.dismiss = LinkButton(look, dismiss, ink="t2")
        row.addWidget(self.accept)
        row.addWidget(self.dismiss)
        self.content.addLayout(row)
        self.accept.clicked.connect(self.accepted)
        self.dismiss.clicked.connect(self.dismissed)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)


class Toast(Painted):
    """A note that floats at the bottom of its parent for 6 seconds, with at most one word to click.

    Attributes:
        acted: emitted by the word.
    """

    acted = Signal()

    def __init__(self, look: Look, text: str, parent: QWidget, *, icon: str = "info", action: str = "") -> None:
        super().__init__(look, parent)
        self._host = parent
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        margins = SHADOW_MARGINS.toMargins()
        row.setContentsMargins(margins.left() + 12, margins.top() + 6, margins.right() + 12, margins.bottom() + 6)
        row.setSpacing(12)
        ink: Role = {"warning": "warn", "x-circle": "err", "check-circle": "ok"}.get(icon, "t2")  # type: ignore[assignment]
        row.addWidget(Label(look, text, "body", "t1", icon=icon, icon_ink=ink))
        if action:
            word = LinkButton(look, action)
            word.clicked.connect(self.acted)
            word.clicked.connect(self.close)
            row.addWidget(word)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def popup(self, lift_px: int = 32) -> None:
        """Show the note centred, `lift_px` above the parent's lower edge."""
        self.adjustSize()
        room = self._host.size()
        self.move((room.width() - self.width()) // 2, room.height() - self.height() - lift_px)
        self.show()
        self.raise_()
        self._timer.start(_NOTE_MS)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            frame = QRectF(self.rect()).marginsRemoved(SHADOW_MARGINS)
            paint_shadow(painter, frame, self.look.theme)
            paint_frame(painter, frame, BIG_RADIUS, self.look.color("raise"), self.look.color("line2"))
