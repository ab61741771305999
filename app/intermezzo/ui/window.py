"""The window: top bar, rail, timeline, inspector and status bar, and where everything that an action calls is bound."""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from intermezzo.storage.recovery import Orphan
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.actions import LANE_MENU
from intermezzo.ui.background import Background
from intermezzo.ui.bindings import callbacks_of, conditions_of
from intermezzo.ui.centre import Centre
from intermezzo.ui.choices import Choices, keys_of, shortcuts_of
from intermezzo.ui.command_palette import CommandPalette
from intermezzo.ui.dictionary.words import Words
from intermezzo.ui.document import Document
from intermezzo.ui.drag_out import DragOut
from intermezzo.ui.drawer import INSPECTOR_WIDTH, RAIL_WIDTH, Drawer
from intermezzo.ui.dropped_commands import DroppedCommands
from intermezzo.ui.drops import is_droppable, take_drop
from intermezzo.ui.edit_commands import EditCommands
from intermezzo.ui.export import Export
from intermezzo.ui.film_export import FilmExport
from intermezzo.ui.focus_order import order_focus
from intermezzo.ui.following import Following
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.label_files import LabelFiles
from intermezzo.ui.live_midi import LiveMidi
from intermezzo.ui.look import Look
from intermezzo.ui.notices import Notices
from intermezzo.ui.palette_entries import gather
from intermezzo.ui.panels.chain import ChainPanel
from intermezzo.ui.panels.column import Column, Side
from intermezzo.ui.panels.dropped import DroppedPanel
from intermezzo.ui.panels.fit import FitPanel
from intermezzo.ui.panels.history import HistoryPanel
from intermezzo.ui.panels.parameters import ParametersPanel
from intermezzo.ui.panels.picture_takes import PictureTakes
from intermezzo.ui.panels.promises import PromisesPanel
from intermezzo.ui.panels.selection import SelectionPanel
from intermezzo.ui.panels.source import SourcePanel
from intermezzo.ui.panels.takes import TakesPanel
from intermezzo.ui.panels.tokens import SurenessSection, TokenSection
from intermezzo.ui.picture_export import PictureExport
from intermezzo.ui.playback import Playback
from intermezzo.ui.plugin_states import EngineHostView
from intermezzo.ui.promise_check import PromiseCheck
from intermezzo.ui.queue.late import LateQueue
from intermezzo.ui.rooms import Rooms
from intermezzo.ui.safekeeping import Safekeeping
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.score.score_export import ScoreExport
from intermezzo.ui.send_to import SendTo
from intermezzo.ui.sentences import Sentences
from intermezzo.ui.shortcuts import KeyRouter
from intermezzo.ui.status_bar import StatusBar
from intermezzo.ui.take_commands import TakeCommands
from intermezzo.ui.take_drop import TakeDrop
from intermezzo.ui.text_marks import TextMarks
from intermezzo.ui.toggles import Toggles
from intermezzo.ui.top_bar import TopBar
from intermezzo.ui.training.shelf import Shelf
from intermezzo.ui.training.training import Training
from intermezzo.ui.whole_output import WholeOutput
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["Window"]

_MIN_SIZE: Final = (960, 600)
_ORDER_MS: Final = 80


class Window(QMainWindow):
    """One window on one workspace; everything it needs is handed in.

    Args:
        state_folder: where measured promises are kept.
        engraving: what engraves the score, and the threads on which it is waited for.
        device: what computes, and its threads, for the pill in the top bar.
    """

    def __init__(
        self, look: Look, workspace: Workspace, document: Document, playback: Playback, midi: LiveMidi, export: Export,
        labels: LabelFiles, following: Following, keep: Safekeeping, choices: Choices, state_folder: Path,
        score: ScoreExport, engraving: tuple[Engraver, Background], *, device: tuple[str, int] = ("CPU", 0),
    ) -> None:  # fmt: skip
        super().__init__()
        self.look, self.workspace, self.document = look, workspace, document
        self.playback, self.export, self.labels, self.keep, self.choices = playback, export, labels, keep, choices
        self.following, self.state_folder = following, state_folder
        self.score, self._engraving, self.midi = score, engraving, midi
        self.tips = Tips(look, self)
        self.commands = EditCommands(workspace, self)
        self.desk = GridDesk(workspace)
        self.takes = TakeCommands(workspace, playback, self.commands, self)
        self.dropped = DroppedCommands(workspace, self.commands, self)
        self.sentences = Sentences(workspace, playback, self)
        self.check = PromiseCheck(workspace, state_folder, self)
        self.shelf = Shelf(parent=self)
        self.marks = TextMarks(self)
        self.training = Training(workspace, self.shelf, self)
        self.whole = WholeOutput(workspace)
        self.film_export = FilmExport(workspace, document, export, engraving[1], choices, self.whole)
        self.send_to = SendTo(workspace, document, self.whole, self)
        self.book = ActionBook(self, look, callbacks_of(self), conditions_of(self), keys_of(choices.now))
        self.router = KeyRouter(self, workspace, self.commands.resample)
        self.rooms = Rooms(self)
        self.queue = LateQueue(workspace, document, export, state_folder)
        self._may_close = False
        self._shape: object = None  # what decides which widgets there are
        self.setMinimumSize(*_MIN_SIZE)
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self.words = Words(self)
        self.top_bar.device.set_device(*device)
        self.refresh()

    # Layout

    def _build(self) -> None:
        look, workspace, book, tips = self.look, self.workspace, self.book, self.tips
        root = QWidget(self)
        column = QVBoxLayout(root)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.top_bar = TopBar(look, book, tips, root)
        self.body = QStackedWidget(root)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self.body)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.rail = Column(look, self.tr("Source, chain and history"), RAIL_WIDTH, self.splitter)
        self.source = SourcePanel(look, workspace, book, tips, self.rail)
        self.chain = ChainPanel(look, workspace, self.rail)
        self.history = HistoryPanel(look, workspace, self.rail)
        self.dropped_panel = DroppedPanel(look, workspace, self.dropped, tips, self.rail)
        for part in (self.source, self.dropped_panel, self.chain):
            self.rail.add(part)
        self.rail.add(self.history, 1)
        self.splitter.addWidget(self.rail)
        self.centre = Centre(look, workspace, self.desk, self.playback, book, tips, self._engraving, self.splitter)
        self.strip, self.timeline, self.transport = self.centre.strip, self.centre.timeline, self.centre.transport
        self.timeline.show_score(self.choices.now.score)
        self.picture_export = PictureExport(
            workspace, self.document, self.export.questions, self._engraving[1], self.centre.pictures
        )
        self.picture_export.puts_recipe = lambda: self.export.puts_recipe
        self.splitter.addWidget(self.centre)
        self.inspector = Column(look, self.tr("Inspector"), INSPECTOR_WIDTH)
        self.side = Side(look, self.inspector, self.splitter)
        self.selection_panel = SelectionPanel(look, workspace, self.commands, book, tips, self.inspector)
        self.parameters = ParametersPanel(look, workspace, self.shelf, tips, self.inspector)
        self.promises = PromisesPanel(look, workspace, self.state_folder, book, tips, self.inspector)
        self.takes_panel = TakesPanel(look, workspace, self.takes, self.playback, book, tips, self.inspector)
        self.picture_takes = PictureTakes(look, self.desk, self.centre.pictures.album, self.takes, tips, self.inspector)
        self.fit = FitPanel(look, workspace, tips, self.inspector)
        self.tokens = TokenSection(look, self.desk, tips, self.inspector)
        self.sureness = SurenessSection(look, self.desk, tips, self.inspector)
        for section in (
            self.selection_panel,
            self.tokens,
            self.sureness,
            self.parameters,
            self.takes_panel,
            self.picture_takes,
            self.fit,
            self.promises,
        ):
            self.inspector.add(section)
        self.inspector.finish()
        self.splitter.addWidget(self.side)
        for k, stretch in enumerate((0, 1, 0)):
            self.splitter.setStretchFactor(k, stretch)
        self.splitter.setSizes([RAIL_WIDTH, 904, INSPECTOR_WIDTH])
        for k in (1, 2):
            self.splitter.handle(k).setAccessibleName(self.tr("Divider"))
        self.body.addWidget(self.splitter)
        self.status = StatusBar(look, workspace, root)
        column.addWidget(self.top_bar)
        column.addWidget(self.body, 1)
        column.addWidget(self.status)
        self.setCentralWidget(root)
        self.notices = Notices(look, self.centre.stage_area)
        self.palette_ = CommandPalette(look, lambda: gather(self), root)
        self.drawer = Drawer(self.side, self.splitter, self.body, self.strip)

    def _connect(self) -> None:
        workspace = self.workspace
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen, workspace.selected):
            signal.connect(lambda *_: self._later.start() if not self._later.isActive() else None)
        self._order = QTimer(self, singleShot=True, interval=_ORDER_MS)
        self._order.timeout.connect(self.order_focus)
        self.document.changed.connect(self._later.start)
        self.document.opened.connect(lambda _: self.show_work_page())
        self.book.keys_changed.connect(lambda: self.choices.change(shortcuts=shortcuts_of(self.book.changed_keys())))
        self.keep.orphaned.connect(self._on_orphaned)
        workspace.review.changed.connect(self._later.start)
        self.playback.silent.connect(self._on_silent)
        workspace.troubled.connect(self.notices.show_trouble)
        workspace.worked.connect(self._show_cards)
        workspace.conversions.converted.connect(self._on_converted)
        workspace.conversions.dropped.connect(
            lambda fresh: self.notices.show_trouble(self.dropped.notice(fresh), serious=False)
        )
        self.top_bar.palette_wanted.connect(lambda: self.palette_.open())
        self.top_bar.title.renamed.connect(self.document.rename)
        self.top_bar.title.renamed.connect(lambda _: self.timeline.setFocus(Qt.FocusReason.OtherFocusReason))
        self.status.queue.clicked.connect(self.rooms.queue)
        self.queue.counted.connect(self.status.show_queue)
        QTimer.singleShot(0, self, self.queue.wake)
        self.top_bar.device.clicked.connect(self.rooms.preferences)
        self.source.recorder.device = self.choices.now.input_device
        self.source.recorder.chosen.connect(lambda name: self.choices.change(input_device=name))
        self.following.recorded = self.source.recorder.recording
        self.source.recorder.used.connect(self.document.take_recording)
        self.source.word_wanted.connect(self.commands.select_span)
        self.source.parts_of = self.document.parts
        self.source.tune.part_wanted.connect(self.document.take_part)
        self.document.parts_changed.connect(lambda: self.source.tune.show_parts(*self.document.parts()))
        self.chain.engine_wanted.connect(self.document.add_stage)
        self.chain.removal_wanted.connect(self.document.remove_stage)
        self.send_menu = QMenu(self)
        self.send_menu.aboutToShow.connect(lambda: self.send_to.fill(self.send_menu, self.look))
        self.book["send_to"].setMenu(self.send_menu)
        self.chain.fill_menu = lambda menu: self.send_to.fill(menu, self.look)
        self.check.measured.connect(self.promises.refresh)
        self.centre.hovered.connect(self.status.show_values)
        self.desk.masked.connect(self._later.start)
        self.timeline.menu_actions = [self.book[name] for name in LANE_MENU]
        self.timeline.fill_menu = lambda menu: self.takes.fill_menu(menu, self.look)
        self.parameters.making_wanted.connect(self.book["train"].trigger)
        self.takes_panel.export_wanted.connect(self.export.ask_sketch)
        self.picture_takes.export_wanted.connect(self.export.ask_sketch)
        self.centre.pictures.drawn.connect(lambda: self._later.start() if not self._later.isActive() else None)
        self.takes_panel.sound_wanted.connect(self.export.ask_takes)
        self.timeline.score_wanted.connect(self.book["export_score"].trigger)
        TakeDrop(self.timeline, self.takes)
        self.timeline.drag_out_requested.connect(lambda frames: self.export.drag(self.timeline, frames))
        DragOut(self.top_bar.export, self.export, self)
        self.toggles = Toggles(self.look, workspace, self.desk, self.playback, self.midi, self.choices, self.book)

    # State

    def _show_cards(self, *_: object) -> None:
        self.centre.empty.show_making(self.workspace.conversions.is_running)

    def refresh(self) -> None:
        """Bring title, menus and the centre up to date."""
        self._later.stop()
        sketch = self.workspace.sketch
        took_focus = self.centre.show_sketch()
        if took_focus is not None:  # Qt would give it to the field above
            (self.source.text if sketch is None else took_focus).setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_cards()
        for panel in (self.selection_panel, self.takes_panel):
            panel.setVisible(not self.desk.is_on)
        what = {"image": self.tr("Export picture…"), "video": self.tr("Export film…")}
        manifest = self.workspace.manifest
        self.book["export"].setText(what.get(manifest.output if manifest else "", self.tr("Export sound…")))
        self.book.refresh()
        history = self.workspace.history
        undo, redo = history.undo_label, history.redo_label
        self.book["undo"].setText(self.tr("Undo {0}").format(undo) if undo else self.tr("Undo"))
        self.book["redo"].setText(self.tr("Redo {0}").format(redo) if redo else self.tr("Redo"))
        for button, action in ((self.top_bar.undo, "undo"), (self.top_bar.redo, "redo")):
            keys = self.book.keys_of(action)
            self.tips.set_tip(button, self.book[action].text(), keys[0] if keys else "")
        made = self.training.engine
        if made is not None and made.makes is not None:
            self.book["train"].setText(f"{made.makes.title}…")
        self.centre.empty.set_convertible(self.book["convert"].isEnabled())
        shape = (sketch.type.id if sketch else "", bool(self.workspace.selection), self.workspace.manifest)
        if shape != self._shape:
            self._shape = shape
            self._order.start()
        edited = self.document.is_edited
        at_start = self.body.currentWidget() is not self.splitter
        title = "Intermezzo" if at_start else self.document.title
        self.top_bar.title.show_title(title, self.tr("edited") if edited and not at_start else "")
        self.top_bar.place_field()
        self.setWindowTitle("Intermezzo[*]" if at_start else f"{self.document.title}[*] – Intermezzo")
        self.setWindowModified(edited)
        if self.document.path is not None:
            self.setWindowFilePath(str(self.document.path))

    def _on_silent(self, reason: str) -> None:
        self.notices.show_trouble(
            Trouble(
                self.tr("No sound device"), self.tr("Everything else works. Exports are not affected.") + f"\n{reason}"
            ),
            serious=False,
        )

    def _on_orphaned(self, orphans: list[Orphan]) -> None:
        """Offer what a crash left; on the welcome page it stands at the top anyway."""
        if self.body.currentWidget() is not self.splitter:
            return
        newest = orphans[0]
        n = counted(newest.n_edits, self.tr("1 edit"), self.tr("{0} edits"))
        self.notices.show_trouble(
            Trouble(
                self.tr("Work was recovered"),
                self.tr("{0}: {1} that were not saved when the studio ended.").format(newest.title, n),
                remedy=(self.tr("Open"), lambda: self.keep.adopt(newest)),
            ),
            serious=False,
        )

    def _on_converted(self, stage_id: str) -> None:
        stage = next((s for s in self.workspace.project.stages if s.id == stage_id), None)
        manifest = self.workspace.manifest
        focus = self.focusWidget()
        if (
            focus
            and self.source.isAncestorOf(focus)
            and stage
            and manifest
            and not self.workspace.as_read(stage).is_stale(manifest)
        ):
            self.refresh()
            self.timeline.setFocus(Qt.FocusReason.OtherFocusReason)  # now Space plays

    # Panels

    def set_panels_shown(self, shown: bool) -> None:
        """Show or hide rail and inspector."""
        self.rail.setVisible(shown)
        if not self.drawer.is_over:
            self.side.setVisible(shown)

    def toggle_panels(self) -> None:
        """Hide both panels, or show them where one is hidden."""
        self.set_panels_shown(not self.rail.isVisibleTo(self.splitter))

    def toggle_inspector(self) -> None:
        """Hide or show the inspector; in a narrow window it slides over the timeline."""
        self.show_inspector(self.side.isHidden())

    def show_inspector(self, shown: bool = True) -> None:
        """Show or hide the inspector."""
        self.side.setVisible(shown)
        self.drawer.place(self.width())
        self._order.start()

    def move_focus(self, step: int) -> None:
        """Bring the focus to the next (1) or previous (-1) panel."""
        places: list[QWidget | None] = [
            next((p for p in (self.source.text, self.source.spoken) if p.isVisible()), self.source.import_),
            self.history.list,
            self.timeline, self.transport.play, self.parameters.reset.nextInFocusChain(), self.top_bar.field.edit,
        ]  # fmt: skip
        open_ = [p for p in places if p is not None and p.isVisible() and p.isEnabled()]
        focus = QApplication.focusWidget()
        inside = (k for k, p in enumerate(open_) if focus is not None and (p is focus or p.isAncestorOf(focus)))
        open_[(next(inside, -step) + step) % len(open_)].setFocus(Qt.FocusReason.TabFocusReason)

    def order_focus(self) -> list[QWidget]:
        """Let Tab go from panel to panel as one reads the window; returns the row."""
        return order_focus(
            (self.top_bar, self.rail, self.strip, self.timeline, self.centre.empty, self.transport, self.inspector)
        )

    # Pages

    def show_page(self, page: QWidget) -> None:
        """Show a page in place of the timeline and its panels."""
        self.drawer.shut()
        if self.body.indexOf(page) < 0:
            self.body.addWidget(page)
        self.body.setCurrentWidget(page)
        # The page has a status line of its own.
        self.status.hide()
        self.top_bar.show_start(True)
        self.refresh()

    def show_welcome(self) -> None:
        """Show the welcome page."""
        self.rooms.welcome()

    def show_work_page(self) -> None:
        """Leave the welcome page for the timeline."""
        self.body.setCurrentWidget(self.splitter)
        self.status.show()
        self.top_bar.show_start(False)
        self.refresh()
        first = self.source.text if self.workspace.sketch is None else self.timeline
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def host(self) -> EngineHostView:
        """Return the engine host as it is now; another one takes its place when the device is changed."""
        return cast(EngineHostView, self.workspace.host)

    # What people do to the window itself

    def cancel(self) -> None:
        """Esc: close the palette, stop the job, take a card or the drawer away, select nothing: what comes first."""
        if not self.palette_.isHidden():
            self.palette_.dismiss()
        elif self.status.stop_work() or self.notices.dismiss_newest():
            return
        elif self.drawer.is_open:
            self.drawer.shut()
        elif self.workspace.selection:
            self.commands.select_none()
        else:
            self.timeline.setFocus(Qt.FocusReason.OtherFocusReason)

    def picture(self) -> QPixmap:
        """Return the lanes as they stand, at twice their size."""
        size = self.timeline.size()
        picture = QPixmap(size * 2)
        picture.setDevicePixelRatio(2.0)
        picture.fill(self.look.color("canvas"))
        self.timeline.render(picture)
        return picture

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None or self.focusWidget() is self.top_bar.field.edit:
            self.source.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.drawer.place(self.width())
        if not self.palette_.isHidden():
            self.palette_.place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.tips.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and is_droppable(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if take_drop(event.mimeData(), self.document, self.labels):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and self.training.may_close(self.export.questions):
            self.document.close(self._allow_close)
        if self._may_close:
            self.tips.hide()
            event.accept()
        else:
            event.ignore()

    def _allow_close(self) -> None:
        """Nothing would be lost any more: close, at once or when what was asked for is saved."""
        self._may_close = True
        QTimer.singleShot(0, self.close)

    def close_now(self) -> None:
        """Close without a question."""
        self._may_close = True
        self.close()
