"""The status bar: what the tool does with which modifier, values under the pointer, and the job that runs."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from intermezzo.ui.actions import ACTIONS
from intermezzo.ui.art import paint_hairline
from intermezzo.ui.grid.grid_view import pictures_in
from intermezzo.ui.look import Look
from intermezzo.ui.theme import Role
from intermezzo.ui.timeline.tools import token_hint, tool_hint
from intermezzo.ui.widgets.buttons import LinkButton
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.meters import ProgressBar
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.work import Work
from intermezzo.ui.workspace import Workspace

__all__ = ["StatusBar", "time_left_text"]

HEIGHT = 24
_NOTE_MS = 6000
_ICONS: dict[str, tuple[str, Role]] = {
    "info": ("info", "t2"), "warn": ("warning", "warn"), "error": ("x-circle", "err"),
}  # fmt: skip
_TOOL_ICONS = {spec.tool: spec.icon for spec in ACTIONS if spec.tool}


def time_left_text(seconds: float) -> str:
    """Write how long something still takes: 0.2 s, 14 s, 3 min."""
    if seconds >= 90:
        return f"{seconds / 60:.0f}\u2009min"
    return f"{seconds:.0f}\u2009s" if seconds >= 10 else f"{max(seconds, 0.1):.1f}\u2009s"


class StatusBar(Painted):
    """One row of 24 px; a note takes the place of the hint for six seconds."""

    def __init__(self, look: Look, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._workspace = workspace
        self._is_tokens = False
        self._work: Work | None = None
        self._is_note = False
        self.setFixedHeight(HEIGHT)
        self.hint = Label(look, "", "value", "t2", icon="cursor", icon_ink="hand")
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.values = Label(look, "", "value", "t2")
        self._rule = Divider(look, vertical=True)
        self.work = Label(look, "", "value", "t2", icon="spinner", icon_ink="hand")
        self.progress = ProgressBar(look, self.tr("Progress"))
        self.progress.setFixedWidth(72)
        self.cancel = LinkButton(look, self.tr("Esc cancels"), ink="t3")
        self.cancel.clicked.connect(self.stop_work)
        self.queue = LinkButton(look, self.tr("Queue"), ink="t2")
        self.queue.setToolTip(self.tr("Open the render queue"))
        self.queue.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.hint, 1)
        row.addWidget(self.values)
        row.addSpacing(4)
        row.addWidget(self._rule)
        row.addSpacing(4)
        row.addWidget(self.work)
        row.addWidget(self.progress)
        row.addWidget(self.cancel)
        row.addWidget(self.queue)
        self._timer = QTimer(self, singleShot=True, interval=_NOTE_MS)
        self._timer.timeout.connect(self._show_hint)
        workspace.told.connect(self.show_note)
        workspace.worked.connect(self.show_work)
        workspace.tool_changed.connect(self._on_tool)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._on_sketch)
        self._show_hint()
        self.show_work(None)

    def show_note(self, level: str, line: str) -> None:
        """Say one line: 'info', 'warn' or 'error'."""
        icon, ink = _ICONS.get(level, _ICONS["info"])
        self.hint.set_icon(icon, ink)
        self.hint.set_ink("t1" if level != "info" else "t2")
        self.hint.set_text(line)
        self._is_note = True
        self._timer.start()

    def show_values(self, text: str) -> None:
        """Show what is under the pointer."""
        self.values.set_text(text)

    def show_work(self, work: Work | None) -> None:
        """Show a running job, or none."""
        self._work = work
        for widget in (self._rule, self.work, self.progress):
            widget.setVisible(work is not None)
        self.cancel.setVisible(work is not None and work.cancel is not None)
        if work is not None:
            left = "" if work.seconds_left is None else self.tr(" · {0} left").format(time_left_text(work.seconds_left))
            self.work.set_text(f"{work.what}{left}")
            self.progress.set_fraction(work.fraction)

    def show_queue(self, count: int) -> None:
        """Show how many orders of the render queue are not made yet; nothing for none."""
        self.queue.setVisible(count > 0)
        self.queue.setText(self.tr("Queue {0}").format(count))
        self.queue.setAccessibleName(self.tr("Render queue, {0} not made yet").format(count))

    def stop_work(self) -> bool:
        """Cancel the job that is shown; False where there is none, or none that can be stopped."""
        if self._work is None or self._work.cancel is None:
            return False
        what, cancel = self._work.what, self._work.cancel
        cancel()
        self.show_note("info", self.tr("{0}: stopped").format(what))
        return True

    def _on_sketch(self, *_: object) -> None:
        is_tokens = bool(pictures_in(self._workspace.sketch))
        if is_tokens != self._is_tokens:  # the same tool does something else to them
            self._is_tokens = is_tokens
            self._on_tool()

    def _on_tool(self) -> None:
        self._show_hint()

    def _show_hint(self) -> None:
        self._is_note = False
        self._timer.stop()
        tool = self._workspace.tool
        self.hint.set_icon(_TOOL_ICONS.get(tool, "arrows-clockwise"), "hand")
        self.hint.set_ink("t2")
        self.hint.set_text(token_hint(tool) if self._is_tokens else tool_hint(tool, self._workspace.brush))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.progress.setFixedWidth(72 if self.width() > 1000 else 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("panel"))
            paint_hairline(painter, QLineF(0, 0, self.width(), 0), self.look.color("line"))
