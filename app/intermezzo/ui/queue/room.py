"""The room of the render queue: every order with its state, and the buttons that add, move, stop, retry and clear."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from intermezzo.jobs.protocol import Progress
from intermezzo.ui.look import Look
from intermezzo.ui.queue.desk import QueueDesk
from intermezzo.ui.queue.order_list import OrderList
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.messages import EmptyPanel
from intermezzo.ui.widgets.tips import Tips

__all__ = ["QueueRoom"]


class QueueRoom(Room):
    """Shows the line of the desk; ``open_document`` opens a result, which carries its recipe, as a document."""

    def __init__(
        self, look: Look, desk: QueueDesk, tips: Tips, open_document: Callable[[Path], object],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, self.tr("Render queue"), "", parent, help_page="queue")
        self._desk, self._tips, self._open = desk, tips, open_document
        self.resize(820, 520)
        self.setMinimumSize(640, 320)
        worker = desk.worker
        self.add_stage = self._button(self.tr("Export of this stage…"), "plus", desk.add_stage)
        self.add_table = self._button(
            self.tr("Table…"), "file-text", desk.add_table,
            self.tr("CSV with the columns source or text, seed, takes, file, and parameters by name"),
        )  # fmt: skip
        self.add_folder = self._button(
            self.tr("Folder…"), "folder-open", desk.add_folder, self.tr("One file for each source in a folder")
        )
        self.pause = self._button(self.tr("Pause"), "pause", self._toggle_pause, self.tr("What runs is finished"))
        self.clear = self._button(
            self.tr("Clear finished"), "check", worker.clear_finished, self.tr("Takes out what is done or cancelled")
        )
        self.list = OrderList(look)
        self.list.moved.connect(worker.move)
        self.list.removal_wanted.connect(self._remove)
        self.list.opening_wanted.connect(self._open_document)
        self.list.current_changed.connect(self._enable)
        self.empty = EmptyPanel(
            look, "stack-simple", self.tr("Nothing is queued"),
            self.tr("Exports and whole batches wait here and are made while you go on working."),
            self.tr("Queue the export of this stage"), "plus",
        )  # fmt: skip
        self.empty.pressed.connect(desk.add_stage)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.empty)
        self.stop = self._button(self.tr("Cancel"), "x", self._cancel)
        self.retry = self._button(self.tr("Retry"), "arrows-clockwise", self._retry)
        self.remove = self._button(self.tr("Remove"), "trash", self._remove, self.tr("Its file stays"), "Del")
        self.folder = self._button(self.tr("Show in folder"), "folder-open", self._open_folder)
        self.document = self._button(
            self.tr("Open as document"), "file", self._open_document, self.tr("The file carries its sketch"), "Enter"
        )
        self.content.addLayout(_row((self.add_stage, self.add_table, self.add_folder), (self.pause, self.clear)))
        self.content.addWidget(self.pages, 1)
        self.content.addLayout(_row((self.stop, self.retry, self.remove), (self.folder, self.document)))
        desk.changed.connect(self.refresh)
        self.refresh()

    def _button(
        self, text: str, icon: str, pressed: Callable[[], object], tip: str = "", key: str = ""
    ) -> Button:  # fmt: skip
        button = Button(self.look, text, icon=icon)
        button.clicked.connect(lambda *_: pressed())
        self._tips.set_tip(button, text, key, tip)
        return button

    def refresh(self) -> None:
        """Show the line as it stands."""
        line = self._desk.line
        running = next((order.number for order in line.orders if order.state == "running"), 0)
        self.list.show_orders(line.orders, self._desk.worker.progress_of(running) if running else Progress(0.0))
        self.pages.setCurrentWidget(self.list if line.orders else self.empty)
        parts = (
            (line.count("running"), self.tr("{0} running")), (line.count("waiting"), self.tr("{0} waiting")),
            (line.count("done"), self.tr("{0} done")), (line.count("failed"), self.tr("{0} failed")),
        )  # fmt: skip
        told = [words.format(n) for n, words in parts if n]
        self.line.set_text(" · ".join([self.tr("Paused"), *told] if line.is_paused else told))
        self.pause.setText(self.tr("Go on") if line.is_paused else self.tr("Pause"))
        self.pause.set_icon_name("play" if line.is_paused else "pause")
        self.pause.setAccessibleName(self.pause.text())
        self.clear.setEnabled(bool(line.count("done", "cancelled")))
        if self._desk.worker.trouble:
            self.line.set_text(self._desk.worker.trouble)
        self._enable()

    def _enable(self) -> None:
        order = self.list.current
        state = order.state if order is not None else ""
        self.stop.setEnabled(state in ("waiting", "running"))
        self.retry.setEnabled(state in ("failed", "cancelled"))
        self.remove.setEnabled(bool(state))
        self.folder.setEnabled(bool(state))
        self.document.setEnabled(state == "done" and order is not None and order.recipe)

    def _toggle_pause(self) -> None:
        self._desk.worker.pause(not self._desk.line.is_paused)

    def _cancel(self) -> None:
        if (order := self.list.current) is not None:
            self._desk.worker.cancel(order.number)

    def _retry(self) -> None:
        if (order := self.list.current) is not None:
            self._desk.worker.retry(order.number)

    def _remove(self) -> None:
        if (order := self.list.current) is not None:
            self._desk.worker.remove(order.number)

    def _open_folder(self) -> None:
        if (order := self.list.current) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(order.path).parent)))

    def _open_document(self) -> None:
        order = self.list.current
        if order is not None and order.state == "done":
            self._open(Path(order.path))


def _row(left: tuple[QWidget, ...], right: tuple[QWidget, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in left:
        row.addWidget(widget)
    row.addStretch(1)
    for widget in right:
        row.addWidget(widget)
    return row
