"""The history: every step by name and age; a click goes there, undone steps stay dimmed until something new is done."""

from __future__ import annotations

from time import time

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
)  # fmt: skip
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from intermezzo.core.history import Step
from intermezzo.ui.icons import ICON_NAMES, paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, RIGHT, paint_text, text_width
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.sections import PANEL_PADDING, Section
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["HistoryModel", "HistoryPanel", "age_text"]

ROW_PX = 22
_AGES_MS = 10_000


def age_text(seconds: float) -> str:
    """Write how long ago something was: now, 12 s, 3 min, 2 h, 5 d."""
    if seconds < 5:
        return "now"
    for unit, size, below in (("s", 1, 60), ("min", 60, 3600), ("h", 3600, 86_400), ("d", 86_400, float("inf"))):
        if seconds < below:
            return f"{seconds / size:.0f}\u2009{unit}"
    return ""


class HistoryModel(QAbstractListModel):
    """Newest step first, as a list is read; ``position`` counts from the oldest, as the history does."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.steps: tuple[Step, ...] = ()
        self.position = 0

    def show_steps(self, steps: tuple[Step, ...], position: int) -> None:
        """Show another row of steps."""
        if steps == self.steps and position == self.position:
            return
        self.beginResetModel()
        self.steps, self.position = steps, position
        self.endResetModel()

    def step_at(self, row: int) -> int:
        """Return the position of the step in a row."""
        return len(self.steps) - 1 - row

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.steps)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if not index.isValid() or index.row() >= len(self.steps):
            return None
        at = self.step_at(index.row())
        step = self.steps[at]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return step.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = self.tr("now") if at == self.position else self.tr("undone") if at > self.position else ""
            return f"{step.label}, {age_text(time() - step.at_s)}{', ' + state if state else ''}"
        return None


class _StepPainter(QStyledItemDelegate):
    """Icon, name, age; the current step is bright with an amber icon, undone ones are dim."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        if not isinstance(model, HistoryModel):
            return
        at = model.step_at(index.row())
        step = model.steps[at]
        color, rect = self._look.color, QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_MouseOver or (
            state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected
        ):
            painter.fillRect(rect, color("raise"))
        now, undone = at == model.position, at > model.position
        if undone:
            painter.setOpacity(0.55)
        icon = step.icon if step.icon in ICON_NAMES else "circle" if at else "folder-open"
        paint_icon(painter, icon, PANEL_PADDING, rect.top() + 3, 16, color("hand" if now else "t2"))
        age = age_text(time() - step.at_s)
        font = self._look.font("value")
        width = text_width(font, age)
        right = rect.adjusted(0, 0, -PANEL_PADDING, 0)
        paint_text(painter, right, age, font, color("t3"), RIGHT)
        ink: Role = "t1" if now else "t2"
        area = rect.adjusted(PANEL_PADDING + 22, 0, -PANEL_PADDING - width - 8, 0)
        paint_text(painter, area, step.label, self._look.font("body"), color(ink), LEFT)
        painter.setOpacity(1.0)


class HistoryPanel(Section):
    """The list under its head."""

    def __init__(self, look: Look, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(look, QCoreApplication.translate("HistoryPanel", "History"), "", parent)
        self._workspace = workspace
        self.body_layout.setContentsMargins(0, 4, 0, 4)
        self.model = HistoryModel(self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(_StepPainter(look, self.list))
        self.list.setProperty("bare", True)
        self.list.setProperty("ringRadius", 4.0)
        self.list.setAccessibleName(self.tr("History"))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setMinimumHeight(4 * ROW_PX)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.list.clicked.connect(self._go)
        self.list.activated.connect(self._go)
        self.body_layout.addWidget(self.list)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._ages = QTimer(self, interval=_AGES_MS)
        self._ages.timeout.connect(self.list.viewport().update)
        self._ages.start()
        workspace.changed.connect(self._show)
        workspace.replaced.connect(self._show)
        look.changed.connect(self.list.viewport().update)
        self._show()

    def _show(self, *_: object) -> None:
        history = self._workspace.history
        self.model.show_steps(history.steps, history.position)
        n = len(history.steps) - 1
        self.set_caption(counted(n, self.tr("1 step"), self.tr("{0} steps")))
        row = len(history.steps) - 1 - history.position
        self.list.setCurrentIndex(self.model.index(row, 0))

    def _go(self, index: QModelIndex) -> None:
        self._workspace.history.go_to(self.model.step_at(index.row()))
