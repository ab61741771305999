"""The status line of the welcome page: engines that are ready, plugins that are not and why, version; or a note."""

from typing import Final

from PySide6.QtCore import QLineF, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from intermezzo import __version__
from intermezzo.ui.art import paint_hairline
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.plugin_states import EngineState, status_words
from intermezzo.ui.text import LEFT, paint_text, text_width
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.painted import Painted, PaintedButton

HEIGHT: Final = 24
_NOTE_MS: Final = 8000
_MARKS: Final[dict[str, tuple[str, Role]]] = {
    "info": ("info", "t2"), "warn": ("warning", "warn"), "error": ("x-circle", "err"),
}  # fmt: skip


class _Note(PaintedButton):
    """An icon in its colour and a line; a click leads to the plugins panel."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._icon, self._role = "check-circle", "ok"
        self.setProperty("ringRadius", 3.0)
        self.setFixedHeight(HEIGHT - 1)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_text(self, icon: str, role: Role, text: str) -> None:
        self._icon, self._role = icon, role
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.look.font("value"), self.text())) + 22, HEIGHT - 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 120), HEIGHT - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            paint_icon(painter, self._icon, 0, 5, 14, self.look.color(self._role))  # type: ignore[arg-type]
            ink = self.look.color("t1" if self.is_hovered() else "t2")
            paint_text(painter, self.bounds().adjusted(20, 0, 0, 0), self.text(), self.look.font("value"), ink, LEFT)


class StatusLine(Painted):
    """One row of 24 px.

    Attributes:
        plugins_wanted: somebody wants to know more about the engines.
    """

    plugins_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setFixedHeight(HEIGHT)
        self.ready, self.trouble = _Note(look), _Note(look)
        self.note = Label(look, "", "value", "t1", icon="info", icon_ink="t2", icon_px=14)
        self.memory = Label(look, "", "value", "t2")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 0)
        row.setSpacing(16)
        row.addWidget(self.ready)
        row.addWidget(self.trouble)
        row.addWidget(self.note)
        row.addStretch(1)
        row.addWidget(self.memory)
        self._rule = Divider(look, vertical=True)
        row.addWidget(self._rule)
        row.addWidget(Label(look, self.tr("Version {0}").format(__version__), "value", "t2"))
        self.ready.clicked.connect(self.plugins_wanted)
        self.trouble.clicked.connect(self.plugins_wanted)
        self._states: list[EngineState] = []
        self._timer = QTimer(self, singleShot=True, interval=_NOTE_MS)
        self._timer.timeout.connect(self._show_states)
        self.show_states([])

    def show_states(self, states: list[EngineState]) -> None:
        """Show how the engines fare."""
        self._states = states
        memory_mb = sum(s.manifest.memory_mb for s in states if s.manifest and s.is_shown and s.state == "ready")
        self.memory.set_text(self.tr("Models in memory at most: {0}\u2009MB").format(memory_mb) if memory_mb else "")
        self._rule.setVisible(bool(memory_mb))
        if not self._timer.isActive():
            self._show_states()

    def show_note(self, level: str, line: str) -> None:
        """Say one line for a while: 'info', 'warn' or 'error'."""
        self.note.set_icon(*_MARKS.get(level, _MARKS["info"]))
        self.note.set_text(line)
        self.ready.hide()
        self.trouble.hide()
        self.note.show()
        self._timer.start()

    def _show_states(self) -> None:
        ready, trouble = status_words(self._states)
        is_any = any(s.state == "ready" and s.is_shown for s in self._states)
        self.ready.show_text("check-circle" if is_any else "warning", "ok" if is_any else "warn", ready)
        self.trouble.show_text("warning", "warn", trouble)
        self.note.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("panel"))
            paint_hairline(painter, QLineF(0, 0, self.width(), 0), self.look.color("line"))
