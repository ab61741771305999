"""WelcomePage: where one starts, comes back, or drops a file; it shows values it is given and says what was chosen."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from intermezzo.core.registry import Registry
from intermezzo.ui.look import Look
from intermezzo.ui.plugin_states import EngineState
from intermezzo.ui.welcome.content import Recent, Recovered, examples_of
from intermezzo.ui.welcome.drop_area import DropArea
from intermezzo.ui.welcome.examples import ExampleGrid
from intermezzo.ui.welcome.pictures import PictureShelf
from intermezzo.ui.welcome.side import SidePanel
from intermezzo.ui.welcome.status_line import StatusLine
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.messages import EmptyPanel
from intermezzo.ui.widgets.painted import Painted

_SIDE_PAD: Final = 31


class WelcomePage(Painted):
    """The page that shows while no project is open.

    Attributes:
        opened: path of a recent file. forgotten: path to take off the list.
        example_chosen: engine id and `Example`.
        recovered, discarded: token of recovered work.
        dropped: list of local paths.
        new_wanted, open_wanted, plugins_wanted: as their names say.
        followed: 'tour', 'promises' or 'shortcuts'.
    """

    opened = Signal(str)
    forgotten = Signal(str)
    example_chosen = Signal(str, object)
    recovered = Signal(object)
    discarded = Signal(object)
    dropped = Signal(list)
    new_wanted = Signal()
    open_wanted = Signal()
    plugins_wanted = Signal()
    followed = Signal(str)

    def __init__(
        self, look: Look, registry: Registry, shelf: PictureShelf, parent: QWidget | None = None,
        *, clock: Callable[[], datetime] = datetime.now,
    ) -> None:  # fmt: skip
        super().__init__(look, parent)
        self._clock = clock
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Welcome"))
        self.setProperty("help", "tour")
        self.side = SidePanel(look)
        self.grid = ExampleGrid(look, registry, shelf.get)
        self.drop = DropArea(look)
        self.status = StatusLine(look)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addWidget(self._main(registry), 1)
        outer.addLayout(row, 1)
        outer.addWidget(self.status)
        for mine, theirs in (
            (self.new_wanted, self.side.new_wanted), (self.open_wanted, self.side.open_wanted),
            (self.open_wanted, self.drop.choosing), (self.opened, self.side.opened),
            (self.forgotten, self.side.forgotten), (self.recovered, self.side.recovered),
            (self.discarded, self.side.discarded), (self.followed, self.side.followed),
            (self.example_chosen, self.grid.chosen), (self.dropped, self.drop.dropped),
            (self.plugins_wanted, self.status.plugins_wanted),
        ):  # fmt: skip
            theirs.connect(mine)

    def _main(self, registry: Registry) -> QWidget:
        body = QWidget()
        body.setProperty("bare", True)
        column = QVBoxLayout(body)
        column.setContentsMargins(_SIDE_PAD, 28, _SIDE_PAD + 1, 28)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Label(self.look, self.tr("Start from an example"), "title", "t1"))
        about = self.tr("One click makes its sketch, ready to draw on and to hear.")
        head.addWidget(Label(self.look, about, "body", "t2"), 1)
        engines = list({m.id: m for m, _ in examples_of(registry)}.values())
        self.engine_choice = Combo(self.look, self.tr("Engines"), [self.tr("All engines"), *(m.title for m in engines)])
        self.engine_choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.engine_choice.activated.connect(lambda i: self.grid.show_engine("" if i == 0 else engines[i - 1].id))
        self.engine_choice.setVisible(len(engines) > 1)
        head.addWidget(self.engine_choice)
        column.addLayout(head)
        column.addSpacing(24)
        column.addWidget(self.grid)
        if not self.grid.cards:
            column.addWidget(
                EmptyPanel(
                    self.look, "puzzle-piece", self.tr("No engine is ready"),
                    self.tr("Examples come with engines. See in Engines and plugins what is missing."),
                )
            )  # fmt: skip
        column.addSpacing(24)
        column.addWidget(self.drop, 1)
        area = QScrollArea(self)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Examples"))
        area.setWidget(body)
        self._area = area
        return area

    def show_recent(self, recents: list[Recent]) -> None:
        """Show the recent files, newest first."""
        self.side.set_recent(recents, self._clock())

    def show_recovered(self, works: list[Recovered]) -> None:
        """Offer work that a crash left behind, newest first."""
        self.side.set_recovered(works, self._clock())

    def show_engines(self, states: list[EngineState]) -> None:
        """Show in the status line how the engines fare."""
        self.status.show_states(states)

    def show_note(self, level: str, line: str) -> None:
        """Say one line in the status line: 'info', 'warn' or 'error'."""
        self.status.show_note(level, line)

    def take_focus(self) -> None:
        """Put the keyboard where one would start: on the first example."""
        cards = self.grid.shown()
        first = cards[0] if cards else self.side.new
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.take_focus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        background: QColor = self.look.color("canvas")
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), background)
