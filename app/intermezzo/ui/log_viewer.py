"""The log viewer: what happened and when, by level and words; one click copies the report or opens the folder."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QRectF,
    Qt,
    QTimer,
    QUrl,
)  # fmt: skip
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication, QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QPlainTextEdit,
    QSplitter,
    QWidget,
)  # fmt: skip

from intermezzo.core.registry import Registry
from intermezzo.storage.log import last_lines, log_path, report
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.log_lines import LogRecord, matching, parsed
from intermezzo.ui.look import Look
from intermezzo.ui.room import Room
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.messages import EmptyPanel
from intermezzo.ui.widgets.row_painter import Index, RowPainter
from intermezzo.ui.widgets.switches import Segments
from intermezzo.ui.widgets.text_field import SearchField
from intermezzo.ui.wording import counted

__all__ = ["LogViewer"]

_MOST_LINES: Final = 5000
_EVERY_MS: Final = 1000
_ROW: Final = 24
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_MARKS: Final[dict[str, tuple[str, Role]]] = {
    "DEBUG": ("circle", "t3"), "INFO": ("info", "t2"), "WARNING": ("warning", "warn"), "ERROR": ("x-circle", "err"),
    "CRITICAL": ("x-circle", "err"),
}  # fmt: skip


class _Records(QAbstractListModel):
    """The records that pass the filter, newest last."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[LogRecord] = []

    def show_records(self, records: list[LogRecord]) -> None:
        # Mostly lines are added at the end: then the view keeps its place and its selection.
        if self.records == records[: len(self.records)] and records:
            if len(records) > len(self.records):
                self.beginInsertRows(QModelIndex(), len(self.records), len(records) - 1)
                self.records = records
                self.endInsertRows()
            return
        self.beginResetModel()
        self.records = records
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self.records)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # Any: Qt's variant
        record = self.records[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{record.time} {record.level.lower()} {record.origin}: {record.text}"
        return None


class _Rows(RowPainter):
    """Paints a record on one line: time, mark of the level, origin, text."""

    def paint_row(self, painter: QPainter, rect: QRectF, index: Index, is_selected: bool) -> None:
        model = index.model()
        if not isinstance(model, _Records):
            return
        record, color, font = model.records[index.row()], self._look.color, self._look.font
        quiet = color("t2" if is_selected else "t3")
        left = rect.left() + 10
        paint_text(painter, QRectF(left, rect.top(), 60, _ROW), record.time, font("value"), quiet, LEFT)
        icon, role = _MARKS[record.level]
        paint_icon(painter, icon, left + 62, rect.top() + 5, 14, color(role))
        paint_text(painter, QRectF(left + 86, rect.top(), 130, _ROW), record.origin, font("value"), quiet, LEFT)
        ink = color("t1" if record.level not in ("DEBUG", "INFO") or is_selected else "t2")
        lines = record.more.count("\n") + 1 if record.more else 0
        text = f"{record.text}   +{lines}" if lines else record.text
        paint_text(painter, QRectF(left + 226, rect.top(), rect.right() - left - 236, _ROW), text, font("body"), ink)


class LogViewer(Room):
    """Shows the log and follows it while it is open."""

    def __init__(
        self, look: Look, registry: Registry, parent: QWidget | None = None, *, folder: Path | None = None
    ) -> None:
        super().__init__(look, self.tr("Log"), "", parent, help_page="troubleshooting")
        self._registry, self._folder = registry, folder
        self._all: list[LogRecord] = []
        self.resize(960, 620)
        self.setMinimumSize(600, 320)
        levels = (self.tr("All"), self.tr("Notes"), self.tr("Warnings"), self.tr("Errors"))
        self.level = Segments(look, self.tr("Level"), levels)
        self.level.set_index(1)
        self.level.chosen.connect(lambda _: self._filter())
        self.search = SearchField(look, self.tr("Search the log"))
        self.search.edit.textChanged.connect(lambda _: self._filter())
        copy = Button(look, self.tr("Copy report"), icon="clipboard-text")
        copy.clicked.connect(self.copy_report)
        folder_button = Button(look, self.tr("Open folder"), icon="folder-open", kind="quiet")
        folder_button.clicked.connect(self._open_folder)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.level)
        row.addWidget(self.search, 1)
        row.addWidget(copy)
        row.addWidget(folder_button)
        self.content.addLayout(row)
        self.model = _Records()
        self.list = self._make_list()
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName(self.tr("The whole record"))
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPixelSize(11)
        self.detail.setFont(mono)
        self.detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.empty = EmptyPanel(
            look, "terminal-window", self.tr("Nothing to show"),
            self.tr("What the studio and its engines note is listed here, never what you work on."),
        )  # fmt: skip
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        for widget in (self.list, self.empty, self.detail):
            split.addWidget(widget)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 3)
        split.setStretchFactor(2, 1)
        self.content.addWidget(split, 1)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self._filter()

    def _make_list(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(_Rows(self.look, _ROW, view))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(self.tr("Records"))
        view.selectionModel().currentChanged.connect(lambda now, _: self._show_detail(now.row()))
        self.look.changed.connect(view.viewport().update)
        return view

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.list.scrollToBottom()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def refresh(self) -> None:
        """Read the log anew; the view stays at the end if it was there."""
        records = parsed(last_lines(_MOST_LINES, self._folder))
        if records != self._all:
            self._all = records
            self._filter()

    def _filter(self) -> None:
        bar = self.list.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 2
        shown = matching(self._all, _LEVELS[self.level.index()], self.search.edit.text())
        self.model.show_records(shown)
        self.list.setVisible(bool(shown))
        self.detail.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        count = counted(len(shown), self.tr("{0} record"), self.tr("{0} records"))
        self.line.set_text(
            count if len(shown) == len(self._all) else self.tr("{0} of {1}").format(count, len(self._all))
        )
        if at_end and shown:
            self.list.scrollToBottom()
        if shown and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(len(shown) - 1))

    def _show_detail(self, row: int) -> None:
        self.detail.setPlainText(self.model.records[row].whole if 0 <= row < len(self.model.records) else "")

    def copy_report(self) -> None:
        """Put the report into the clipboard."""
        QGuiApplication.clipboard().setText(report(self._registry, folder=self._folder))
        self.line.set_text(self.tr("The report is in the clipboard. Read it before you send it."))

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path(self._folder).parent)))
