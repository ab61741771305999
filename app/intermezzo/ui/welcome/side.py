"""The side panel of the welcome page: new, open, record; recovered work; recent files; tour, promises, shortcuts."""

from datetime import datetime
from typing import Any, Final, TypeVar

from PySide6.QtCore import QLineF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from intermezzo.ui.art import paint_hairline, paint_logo
from intermezzo.ui.layouts import clear, widgets_in
from intermezzo.ui.look import Look
from intermezzo.ui.welcome.content import Recent, Recovered, when_text
from intermezzo.ui.welcome.links import FootLink
from intermezzo.ui.welcome.recent_row import RecentRow
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.messages import Banner, EmptyPanel
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.wording import counted

WIDTH: Final = 328
_PAD: Final = 24
_REACH: Final = 8
_BANNERS: Final = 3

_Layout = TypeVar("_Layout", bound=QBoxLayout)


class _Mark(Painted):
    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setFixedSize(36, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_logo(painter, QRectF(0.5, 0.5, 35, 35), self.look.theme)


class SidePanel(Painted):
    """The left column, 328 px.

    Attributes:
        new_wanted, open_wanted: the buttons.
        opened: path of a recent file.
        forgotten: path of a recent file that the person wants off the list.
        recovered, discarded: token of recovered work.
        followed: 'tour', 'promises' or 'shortcuts'.
    """

    new_wanted = Signal()
    open_wanted = Signal()
    opened = Signal(str)
    forgotten = Signal(str)
    recovered = Signal(object)
    discarded = Signal(object)
    followed = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        # The rows of the recent list reach 8 px further out than all else, so that their frames may light up.
        column.setContentsMargins(_PAD - _REACH, 24, _PAD - _REACH + 1, 16)
        column.setSpacing(0)
        column.addLayout(_inset(self._head()))
        column.addSpacing(24)
        column.addLayout(_inset(self._buttons()))
        self._banners = QVBoxLayout()
        self._banners.setSpacing(8)
        _inset(self._banners)
        column.addLayout(self._banners)
        column.addSpacing(24)
        column.addLayout(_inset(self._recent_head()))
        column.addSpacing(4)
        column.addWidget(self._recent_area(), 1)
        column.addSpacing(8)
        column.addLayout(_inset(self._foot()))
        self.set_recent([], datetime.now())

    def _foot(self) -> QVBoxLayout:
        foot = QVBoxLayout()
        foot.setSpacing(0)
        foot.addWidget(Divider(self.look))
        foot.addSpacing(12)
        self.links: dict[str, FootLink] = {}
        for name, icon, text, key in (
            ("tour", "graduation-cap", self.tr("Five-minute tour"), "F1"),
            ("promises", "target", self.tr("The five promises, measured"), ""),
            ("shortcuts", "keyboard", self.tr("All shortcuts"), "?"),
        ):
            link = FootLink(self.look, icon, text, key)
            link.clicked.connect(lambda _=False, name=name: self.followed.emit(name))
            foot.addWidget(link)
            self.links[name] = link
        return foot

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(_Mark(self.look))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(self.look, "Intermezzo", "title", "t1"))
        words.addWidget(Label(self.look, self.tr("Draw what you want to hear."), "body", "t2"))
        head.addLayout(words, 1)
        return head

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.new = Button(self.look, self.tr("New project"), icon="plus", kind="primary", large=True)
        self.open = Button(self.look, self.tr("Open"), icon="folder-open", large=True)
        self.record = Button(self.look, self.tr("Record"), icon="microphone", large=True)
        self.record.setEnabled(False)
        reason = self.tr("Recording comes with a later version. Record with any program and drop the file here.")
        self.record.setToolTip(reason)
        self.record.setAccessibleDescription(reason)
        self.new.clicked.connect(self.new_wanted)
        self.open.clicked.connect(self.open_wanted)
        row.addWidget(self.new, 3)
        row.addWidget(self.open, 2)
        row.addWidget(self.record, 2)
        return row

    def _recent_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Label(self.look, self.tr("Recent"), "section", "t3"))
        row.addStretch(1)
        self.count = Label(self.look, "", "value", "t3")
        row.addWidget(self.count)
        return row

    def _recent_area(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Recent files"))
        area.viewport().setAutoFillBackground(False)
        body = QWidget()
        body.setProperty("bare", True)
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(0, 4, 0, 4)
        self._rows.setSpacing(0)
        area.setWidget(body)
        return area

    def rows(self) -> list[RecentRow]:
        """Return the rows of the recent list, top to bottom."""
        return [row for row in widgets_in(self._rows) if isinstance(row, RecentRow)]

    def banners(self) -> list[Banner]:
        """Return the cards of recovered work."""
        return [card for card in widgets_in(self._banners) if isinstance(card, Banner)]

    def set_recent(self, recents: list[Recent], now: datetime) -> None:
        """Show the recent files, newest first; an empty list says what will be here."""
        clear(self._rows)
        self.count.set_text(str(len(recents)) if recents else "")
        for recent in recents:
            row = RecentRow(self.look, recent, now)
            if recent.exists:
                row.clicked.connect(lambda _=False, path=str(recent.path): self.opened.emit(path))
            row.forgotten.connect(lambda path=str(recent.path): self.forgotten.emit(path))
            self._rows.addWidget(row)
        if not recents:
            nothing = EmptyPanel(
                self.look, "clock-counter-clockwise", self.tr("Nothing yet"),
                self.tr("What you save or open comes back here with its picture. Start with an example."),
            )  # fmt: skip
            holder = QWidget()
            _inset(QVBoxLayout(holder)).addWidget(nothing)
            self._rows.addWidget(holder)
        self._rows.addStretch(1)

    def set_recovered(self, works: list[Recovered], now: datetime) -> None:
        """Offer work that a crash left behind, newest first."""
        clear(self._banners)
        self._banners.setContentsMargins(_REACH, 24 if works else 0, _REACH, 0)
        for work in works[:_BANNERS]:
            self._banners.addWidget(self._banner(work, now))

    def _banner(self, work: Recovered, now: datetime) -> Banner:
        n_edits = work.n_edits
        edits = "" if n_edits is None else ", " + counted(n_edits, self.tr("{0} edit"), self.tr("{0} edits"))
        title = self.tr("Recovered work from {0}").format(when_text(work.saved_at, now))
        banner = Banner(
            self.look, "clock-counter-clockwise", title, f"{work.title}{edits}", self.tr("Open"), self.tr("Discard")
        )
        token: Any = work.token
        banner.accepted.connect(lambda: self.recovered.emit(token))
        banner.dismissed.connect(lambda: self.discarded.emit(token))
        return banner

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("panel"))
            edge = self.width() - 1
            paint_hairline(painter, QLineF(edge, 0, edge, self.height()), self.look.color("line"))


def _inset(layout: _Layout) -> _Layout:
    layout.setContentsMargins(_REACH, 0, _REACH, 0)
    return layout
