"""All shortcuts at a glance: a sheet over the window that Esc, a click beside it or `?` takes away."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.actions import MENUS
from intermezzo.ui.art import paint_frame
from intermezzo.ui.layouts import clear
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.shortcuts import title_of
from intermezzo.ui.shadows import paint_shadow
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.widgets.buttons import LinkButton, ToolButton
from intermezzo.ui.widgets.keychip import chip_width, key_text, paint_chip
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.painted import Painted

__all__ = ["ShortcutsOverlay"]

_MARGIN: Final = 40
_WIDEST: Final = 1080
_ROW: Final = 24
_COLUMN_WIDTH: Final = 320
# What no action stands for: gestures of mouse and wheel.
_GESTURES: Final = (
    ("Zoom at the pointer", "Ctrl+Wheel"), ("Move sideways", "Shift+Wheel"), ("Move by hand", "Middle drag"),
    ("Take a drag back", "Esc"), ("Give a tool back", "Hold its key"),
)  # fmt: skip


class _Row(Painted):
    """One action and its keys."""

    def __init__(self, look: Look, title: str, keys: tuple[str, ...]) -> None:
        super().__init__(look)
        self._title, self._keys = title, keys
        self.setFixedHeight(_ROW)
        self.setAccessibleName(f"{title}: {', '.join(keys)}")

    def sizeHint(self) -> QSize:
        return QSize(_COLUMN_WIDTH, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            right = float(self.width())
            for key in reversed(self._keys):
                text = key_text(key)
                right -= chip_width(self.look, text)
                paint_chip(painter, self.look, right, _ROW / 2, text)
                right -= 4
            area = QRectF(0, 0, right - 8, _ROW)
            paint_text(painter, area, self._title, self.look.font("body"), self.look.color("t2"), LEFT)


def _distinct(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out keys that read like another one, as Return and Enter do."""
    return tuple({key_text(key): key for key in reversed(keys)}.values())[::-1]


class ShortcutsOverlay(Painted):
    """Lies over a window and follows its size.

    Attributes:
        change_wanted: the person wants other keys.
        help_wanted: id of a help page.
    """

    change_wanted = Signal()
    help_wanted = Signal(str)

    def __init__(self, look: Look, book: ActionBook, host: QWidget) -> None:
        super().__init__(look, host)
        self._book, self._host = book, host
        self._before: QWidget | None = None
        self.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.setProperty("ringRadius", -1)
        self.setProperty("help", "tools")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(36)
        self._sheet = QWidget(self)
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(28, 20, 20, 22)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Label(look, self.tr("Keyboard shortcuts"), "title", "t1"))
        head.addStretch(1)
        change = LinkButton(look, self.tr("Change keys"))
        change.clicked.connect(self._on_change)
        more = LinkButton(look, self.tr("Tools and keys"), ink="t2")
        more.clicked.connect(self._on_help)
        close = ToolButton(look, "x", self.tr("Close"), extent=24)
        close.clicked.connect(self.hide)
        for widget in (change, more, close):
            head.addWidget(widget)
        column.addLayout(head)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Shortcuts"))
        body = QWidget()
        body.setProperty("bare", True)
        body.setLayout(self._columns)
        self._columns.setContentsMargins(0, 0, 12, 0)
        area.setWidget(body)
        column.addWidget(area, 1)
        self._area = area
        self._n_columns = 0
        host.installEventFilter(self)
        book.keys_changed.connect(self._on_keys)
        self.hide()

    def open(self) -> None:
        """Show the sheet over the window; a second call takes it away."""
        if self.isVisible():
            self.hide()
            return
        self.setGeometry(self._host.rect())
        self._place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def groups(self) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
        """Return the menus with their actions that have keys, as they are now."""
        found: list[tuple[str, list[tuple[str, tuple[str, ...]]]]] = []
        for menu in MENUS:
            rows = [
                (title_of(spec), _distinct(self._book.keys_of(spec.id))[:2])
                for spec in self._book.specs()
                if spec.menu == menu and self._book.keys_of(spec.id)
            ]
            if rows:
                found.append((menu, rows))
        found.append((self.tr("By hand"), [(self.tr(title), (keys,)) for title, keys in _GESTURES]))
        return found

    def _fill(self, n_columns: int) -> None:
        self._n_columns = n_columns
        clear(self._columns)
        groups = self.groups()
        heights = [len(rows) + 2 for _, rows in groups]
        # Each group goes to the column that is shortest so far, so none of them towers over the others.
        columns = [QVBoxLayout() for _ in range(n_columns)]
        used = [0] * n_columns
        for (title, rows), height in sorted(zip(groups, heights, strict=True), key=lambda pair: -pair[1]):
            at = used.index(min(used))
            used[at] += height
            head = Label(self.look, title, "section", "t3")
            head.setFixedHeight(28)
            columns[at].addWidget(head)
            for name, keys in rows:
                columns[at].addWidget(_Row(self.look, name, keys))
            columns[at].addSpacing(10)
        for layout in columns:
            layout.setSpacing(0)
            layout.addStretch(1)
            holder = QWidget()
            holder.setLayout(layout)
            layout.setContentsMargins(0, 0, 0, 0)
            self._columns.addWidget(holder, 1)

    def _place(self) -> None:
        width = min(self.width() - 2 * _MARGIN, _WIDEST)
        n_columns = max(1, min(3, (width - 60) // (_COLUMN_WIDTH - 20)))
        if n_columns != self._n_columns:
            self._fill(n_columns)
        height = self.height() - 2 * _MARGIN
        self._sheet.setGeometry((self.width() - width) // 2, _MARGIN, width, height)

    def _on_keys(self) -> None:
        self._n_columns = 0
        if self.isVisible():
            self._place()

    def _on_change(self) -> None:
        self.hide()
        self.change_wanted.emit()

    def _on_help(self) -> None:
        self.hide()
        self.help_wanted.emit("tools")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.rect())
            self._place()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        self._before = self.window().focusWidget()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        before, self._before = self._before, None
        if before is not None and before is not self and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        # While the sheet is up, its keys are its own: no tool changes under it.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._area.verticalScrollBar()
        if event.key() == Qt.Key.Key_Escape or event.text() == "?":
            self.hide()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            bar.setValue(bar.value() + (_ROW if event.key() == Qt.Key.Key_Down else bar.pageStep()))
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            bar.setValue(bar.value() - (_ROW if event.key() == Qt.Key.Key_Up else bar.pageStep()))
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._sheet.geometry().contains(event.position().toPoint()):
            self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            veil = QColor(self.look.color("win"))
            veil.setAlphaF(0.6)
            painter.fillRect(self.rect(), veil)
            frame = QRectF(self._sheet.geometry())
            paint_shadow(painter, frame, self.look.theme)
            paint_frame(painter, frame, 8.0, self.look.color("panel"), self.look.color("line2"))
