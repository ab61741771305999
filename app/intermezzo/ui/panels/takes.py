"""The takes of the stage in view: hear them, see what the sketch uses of each, sample more, choose the best of each."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from intermezzo.core.alignment import aligned
from intermezzo.core.layers import Curve, Notes
from intermezzo.core.project import Stage
from intermezzo.core.take import Take
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.panels.sample_button import SampleButton
from intermezzo.ui.panels.take_note import note_of_take
from intermezzo.ui.panels.take_row import TakeFacts, TakeRow, no_curve
from intermezzo.ui.panels.take_use import use_of_take
from intermezzo.ui.playback import Playback
from intermezzo.ui.take_commands import TakeCommands, title_of_take
from intermezzo.ui.text import text_width
from intermezzo.ui.widgets.buttons import Button, ToolButton
from intermezzo.ui.widgets.messages import EmptyPanel
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.thumbnails import Floats
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["TakesPanel", "curve_of_take"]

_REST_MS: Final = 40
_POINTS: Final = 240  # more than two points a pixel cannot be seen


def curve_of_take(take: Take) -> Floats:
    """Return the first curve of a take, or the line of its notes; NaN where it has no value or was not sampled.

    float32 (points,), on the display axis of the curve or in semitones.
    """
    curve = next((x for x in take.sketch.layers.values() if isinstance(x, Curve)), None)
    tune = next((x for x in take.sketch.layers.values() if isinstance(x, Notes)), None)
    if curve is None and tune is not None and tune.count:
        first, last = take.frames or (0, len(tune))
        frames = np.linspace(0, len(tune), min(_POINTS, len(tune)), endpoint=False)
        return np.where((frames >= first) & (frames < last), tune.pitches_at(frames), np.nan).astype(np.float32)
    if curve is None or not len(curve):
        return no_curve()
    shown = curve.spec.to_display(curve.values)
    if take.frames is not None:
        outside = np.ones(len(shown), bool)
        outside[slice(*take.frames)] = False
        shown = np.where(outside, np.nan, shown)
    at = np.linspace(0, len(shown) - 1, min(_POINTS, len(shown))).astype(np.int64)
    return shown[at].astype(np.float32)


class TakesPanel(Section):
    """A row for each take, and the buttons that sample more.

    Attributes:
        export_wanted: number of a take whose sketch is to be written into a file.
        sound_wanted: number of a take whose sound is.
    """

    export_wanted = Signal(int)
    sound_wanted = Signal(int)

    def __init__(
        self, look: Look, workspace: Workspace, commands: TakeCommands, playback: Playback, book: ActionBook,
        tips: Tips, parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(look, QCoreApplication.translate("TakesPanel", "Takes"), "", parent)
        self._workspace, self._commands, self._book = workspace, commands, book
        self.rows: dict[int, TakeRow] = {}
        self._curves: dict[int, tuple[Take, Floats]] = {}
        self._scale: tuple[float, float] = (0.0, 1.0)
        self.empty = EmptyPanel(
            look, "stack-simple", self.tr("No other takes yet"),
            self.tr("A take is one more way to say it. Hear some, and use the best, word by word."),
            self.tr("Sample takes"), "sparkle",
        )  # fmt: skip
        self.empty.setFixedHeight(160)
        self.empty.pressed.connect(self._on_sample)
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self.sample = SampleButton(look, commands.n, self)
        self.sample.clicked.connect(self._on_sample)
        self.sample.counted_on.connect(self._on_count)
        self.selection_only = Button(look, self.tr("Selection only"), icon="arrows-clockwise")
        self.selection_only.clicked.connect(book["sample_selection"].trigger)
        self._buttons = QWidget(self)
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 8, 0, 0)
        buttons.setSpacing(6)
        self.export = ToolButton(look, "export", self.tr("Export takes"), extent=24, icon_size=16)
        self.export.clicked.connect(book["export_takes"].trigger)
        for widget in (self.sample, self.selection_only):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        self.add_head_widget(self.export)
        self.body_layout.addWidget(self.empty)
        self.body_layout.addWidget(self._list)
        self.body_layout.addWidget(self._buttons)
        keys = book.keys_of("sample_selection")
        tips.set_tip(
            self.sample, self.tr("Sample takes"), "",
            self.tr("More ways to say all of it; the sketch stays. Arrow keys or a right click: how many"),
        )  # fmt: skip
        tips.set_tip(
            self.selection_only, self.tr("Sample the selection only"), keys[0] if keys else "",
            self.tr("More ways to say the selected stretch; the sketch stays"),
        )  # fmt: skip
        tips.set_tip(
            self.export, self.tr("Export takes"), "", self.tr("A file for each, with labels, called after a pattern")
        )
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.refresh)
        for signal in (
            workspace.changed, workspace.replaced, workspace.stage_chosen, workspace.selected,
            workspace.comparison.changed, workspace.sampling.changed, playback.changed,
        ):  # fmt: skip
            signal.connect(self._later)
        look.changed.connect(self._later)
        self.refresh()

    def _later(self, *_: object) -> None:
        if not self._rest.isActive():
            self._rest.start()

    def _on_sample(self) -> None:
        if self._workspace.sampling.is_running:
            self._workspace.sampling.stop()
        else:
            self._commands.sample()

    def _on_count(self, n: int) -> None:
        self._commands.n = n

    # What is shown

    def refresh(self) -> None:
        """Show the takes as they stand."""
        self._rest.stop()
        stage = self._workspace.stage
        found = stage.takes if stage is not None else ()
        self._show_rows(found)
        if stage is not None:
            self._show_facts(stage)
        is_empty = len(found) < 2 and not self._workspace.sampling.is_running
        self.empty.setVisible(is_empty)
        self._list.setVisible(not is_empty)
        self._buttons.setVisible(not is_empty)
        self.export.setVisible(not is_empty)
        self._show_buttons()
        self._show_caption(stage)

    def _show_buttons(self) -> None:
        sampling = self._workspace.sampling
        running = sampling.is_running
        self.sample.set_running(running)
        self.sample.setEnabled(running or not sampling.why_not())
        whole = not sampling.why_not(of_selection=True)
        if self.empty.button is not None:
            self.empty.button.setEnabled(not sampling.why_not())
        self.selection_only.setEnabled(whole and bool(self._workspace.selection) and not running)

    def _show_caption(self, stage: Stage | None) -> None:
        done, wished = self._workspace.sampling.progress
        if wished:
            self.set_caption(self.tr("sampling {0} of {1}").format(done + 1, wished))
            return
        used = len({part.take for part in stage.comp}) if stage is not None else 0
        n = len(stage.takes) if stage is not None else 0
        text = self.tr("comp of {0}").format(used) if used > 1 else counted(n, self.tr("1 take"), self.tr("{0} takes"))
        self.set_caption(text if n else "")

    def _show_rows(self, found: tuple[Take, ...]) -> None:
        wanted = [take.number for take in found]
        for number in [n for n in self.rows if n not in wanted]:
            row = self.rows.pop(number)
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        for at, take in enumerate(found):
            if take.number not in self.rows:
                row = TakeRow(self.look, TakeFacts(take.number, "", "", "", ""), no_curve(), self._list)
                row.clicked.connect(partial(self._on_clicked, take.number))
                row.pointed.connect(self._on_pointed)
                row.heard.connect(self._commands.hear)
                row.used.connect(self._commands.use)
                row.renamed.connect(self._commands.rename)
                row.menu_wanted.connect(self._show_menu)
                self.rows[take.number] = row
                self._rows.insertWidget(at, row)

    def _show_facts(self, stage: Stage) -> None:
        chosen, manifest = self._workspace.comparison.chosen, self._workspace.manifest
        read = self._workspace.as_read(stage)
        curves = {take.number: self._curve(take) for take in stage.takes}
        known = [c for c in curves.values() if np.isfinite(c).any()]
        low = min((float(np.nanmin(c)) for c in known), default=0.0)
        high = max((float(np.nanmax(c)) for c in known), default=1.0)
        if (low, high) != self._scale:
            self._scale = low, high
        used = {take.number: use_of_take(stage, take.number) for take in stage.takes}
        widest = max((text_width(font("value"), short) for short, _ in used.values()), default=0.0)
        for take in stage.takes:
            row = self.rows[take.number]
            row.show_facts(
                TakeFacts(
                    take.number, title_of_take(take), note_of_take(read, take, manifest), *used[take.number],
                    chosen == take.number, self._commands.is_heard(take.number), widest,
                )
            )  # fmt: skip
            scaled = (curves[take.number] - low) / max(high - low, 1e-6)
            row.show_curve(scaled.astype(np.float32), _used(stage, take))

    def _curve(self, take: Take) -> Floats:
        known = self._curves.get(take.number)
        if known is None or known[0].sketch is not take.sketch:
            known = take, curve_of_take(take)
            self._curves[take.number] = known
        return known[1]

    # What is done

    def _on_clicked(self, number: int) -> None:
        comparison = self._workspace.comparison
        comparison.choose(None if comparison.chosen == number else number)
        self.refresh()

    def _on_pointed(self, number: int, on: bool) -> None:
        self._workspace.comparison.point_at(number if on else None)

    def _show_menu(self, number: int, at: QPoint) -> None:
        row, commands = self.rows[number], self._commands
        menu = QMenu(self)
        key = str(number) if number <= 9 else ""
        shift = f"Shift+{number}" if number <= 9 else ""
        where = self.tr("Use for the selection") if self._workspace.selection else self.tr("Use for everything")
        entries = (
            ("play", self.tr("Hear"), key, partial(commands.hear, number)),
            ("stack-simple", where, shift, partial(commands.use, number)),
            ("pencil-simple", self.tr("Rename"), "", row.start_renaming),
            ("export", self.tr("Export sound…"), "", partial(self.sound_wanted.emit, number)),
            ("file", self.tr("Export sketch…"), "", partial(self.export_wanted.emit, number)),
            ("trash", self.tr("Delete"), "", partial(commands.remove, number)),
        )
        for icon, text, keys, act in entries:
            action = menu.addAction(self.look.icon(icon), f"{text}\t{keys}" if keys else text)
            action.triggered.connect(lambda _=False, act=act: act())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)


def _used(stage: Stage, take: Take) -> tuple[tuple[float, float], ...]:
    """Return the stretches of a take that the sketch uses, as fractions of the take."""
    parts = [part for part in stage.comp if part.take == take.number]
    if not parts or stage.sketch is None or not take.sketch.n_frames:
        return ()
    edges = aligned(stage.sketch, take.sketch).to_theirs([[p.start, p.stop] for p in parts]) / take.sketch.n_frames
    return tuple((float(a), float(b)) for a, b in edges)
