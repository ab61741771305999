"""The five promises with what was measured; a dash where nothing was, never a figure that nobody measured."""

from __future__ import annotations

from pathlib import Path
from time import time

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from intermezzo.core.layers import Grid, Mark, Matrix, Notes, Spans
from intermezzo.core.layers.base import runs
from intermezzo.core.sketch import Sketch
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.look import Look
from intermezzo.ui.panels.history import age_text
from intermezzo.ui.promise_figures import PROMISES, PromiseLine, kept_report, lines_of
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["PromisesPanel", "edit_count"]

_ICONS = {
    "obedience": "target", "locality": "frame-corners", "permanence": "lock-simple", "repeatability": "fingerprint",
    "plurality": "stack-simple",
}  # fmt: skip
_BADGES: dict[bool | None, tuple[str, Role]] = {
    True: ("check-circle", "ok"), False: ("warning", "warn"), None: ("minus", "t3"),
}  # fmt: skip


def edit_count(sketch: Sketch) -> int:
    """Return how many stretches of a sketch were edited by hand, over all layers but big matrices' cells."""
    total = 0
    for layer in sketch.layers.values():
        if isinstance(layer, Matrix):
            total += len(runs((layer.paint.array() != 0).any(axis=1)))
        elif isinstance(layer, (Spans, Notes, Grid)) or not layer.timed:
            total += int(((layer.marks() & Mark.EDITED) != 0).sum())
        else:
            total += len(runs((layer.marks() & Mark.EDITED) != 0))
    return total


class _Row(QWidget):
    """Icon, promise, figure, badge."""

    def __init__(self, look: Look, icon: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumHeight(28)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._name = name
        label = Label(look, name, "body", "t1", icon=icon, icon_ink="t2")
        label.setFixedWidth(107)
        self.figure = Label(look, "", "value", "t2")
        self.badge = Label(look, "", "value", "t2", icon="minus", icon_ink="t3")
        self.badge.setFixedWidth(16)
        row.addWidget(label)
        row.addWidget(self.figure, 1)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignRight)

    def show_line(self, line: PromiseLine, words: str) -> None:
        """Show a figure and its badge."""
        self.figure.set_text(line.text)
        self.figure.set_ink("t3" if line.met is None else "t2")
        icon, ink = _BADGES[line.met]
        self.badge.set_icon(icon, ink)
        self.badge.setAccessibleName(words)
        self.setAccessibleName(f"{self._name}: {line.text}, {words}")


class PromisesPanel(Section):
    """Figures of the last check of this engine; permanence is counted live after each conversion."""

    def __init__(
        self, look: Look, workspace: Workspace, folder: Path, book: ActionBook, tips: Tips, parent: QWidget
    ) -> None:
        super().__init__(look, QCoreApplication.translate("PromisesPanel", "Promises"), "", parent)
        self._workspace, self._folder, self._tips = workspace, folder, tips
        names = {
            "obedience": self.tr("Obedience"), "locality": self.tr("Locality"), "permanence": self.tr("Permanence"),
            "repeatability": self.tr("Repeatability"), "plurality": self.tr("Plurality"),
        }  # fmt: skip
        self._help = {
            "obedience": self.tr("What you draw is what you get"),
            "locality": self.tr("An edit changes nothing outside its footprint"),
            "permanence": self.tr("Nothing that you edited is lost silently"),
            "repeatability": self.tr("The same project gives the same sound, bit for bit"),
            "plurality": self.tr("Other seeds give other, equally good versions"),
        }
        self.rows: dict[str, _Row] = {}
        for promise in PROMISES:
            row = _Row(look, _ICONS[promise], names[promise], self)
            self.rows[promise] = row
            self.body_layout.addWidget(row)
        self.measure = Button(look, self.tr("Measure"), icon="shield-check")
        self.measure.clicked.connect(book["check"].trigger)
        tips.set_tip(self.measure, self.tr("Measure"), "", self.tr("Renders and analyses test cases beside your work"))
        line = QHBoxLayout()
        line.addWidget(self.measure)
        line.addStretch(1)
        self.body_layout.addSpacing(8)
        self.body_layout.addLayout(line)
        for signal in (workspace.replaced, workspace.stage_chosen, workspace.conversions.converted):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show what is known of the engine in view."""
        manifest, stage = self._workspace.manifest, self._workspace.stage
        report = kept_report(self._folder, manifest.id, manifest.version) if manifest else None
        lines = lines_of(report)
        self.set_caption(self.tr("measured {0} ago").format(age_text(time() - report["at_s"])) if report else "")
        if stage is not None and stage.sketch is not None and (stage.dropped or edit_count(stage.sketch)):
            n, lost = edit_count(stage.sketch), len(stage.dropped)
            kept = counted(n, self.tr("1 edit kept"), self.tr("{0} edits kept"))
            lines["permanence"] = PromiseLine(
                f"{kept}, {lost} lost", lost == 0, "\n".join(drop.line for drop in stage.dropped)
            )
        words = {True: self.tr("kept"), False: self.tr("missed"), None: self.tr("not measured")}
        for promise, row in self.rows.items():
            row.show_line(lines[promise], words[lines[promise].met])
            detail = f"{self._help[promise]}\n{lines[promise].detail}".strip()
            self._tips.set_tip(row, row.accessibleName().split(":")[0], "", detail)
        self.measure.setVisible(report is None)
