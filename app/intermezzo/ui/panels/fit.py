"""How far the notes fit their template, and what a singer would stumble over, each kind with one button to mend it."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from intermezzo.core.layers import Spans
from intermezzo.core.music.fit import RULES, Fit, Rule
from intermezzo.core.singability import Finding
from intermezzo.ui.art import paint_frame
from intermezzo.ui.fonts import font
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.selection import Selection
from intermezzo.ui.singing_words import kind_title, sentence_of
from intermezzo.ui.text import LEFT, RIGHT, paint_text, text_width
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.painted import PaintedButton
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["FindingRow", "FitPanel", "FitTile"]

_MOST_TOLD: Final = 4


class FitTile(PaintedButton):
    """Icon, what is asked for, and the share that fits; a click selects what does not."""

    def __init__(self, look: Look, name: str, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._name = name
        self.share: float | None = None
        self.is_met = False
        self.setProperty("ringRadius", 4.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None, *, is_met: bool) -> None:
        """Show another share; None where nothing is asked."""
        self.share, self.is_met = share, is_met
        self.setText(percent_text(share))
        said = self.tr("fits") if is_met else self.tr("does not fit everywhere")
        self.setAccessibleName(f"{self._name}: {self.text()}" + ("" if share is None else f", {said}"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        color = self.look.color
        with self.begin() as painter:
            paint_frame(painter, self.bounds(), 4.0, color("hover" if self.is_hovered() else "panel"), color("line2"))
            icon, ink = ("minus", color("t3")) if self.share is None else (
                ("check-circle", color("ok")) if self.is_met else ("warning", color("warn"))
            )  # fmt: skip
            paint_icon(painter, icon, 6, (self.height() - 14) / 2, 14, ink)
            area = QRectF(25, 0, self.width() - 32, self.height())
            needed = text_width(font("body_semibold"), self.text()) + 4
            paint_text(painter, area.adjusted(0, 0, -needed, 0), self._name, font("body"), color("t1"), LEFT)
            paint_text(painter, area, self.text(), font("body_semibold"), color("t1"), RIGHT)


def percent_text(share: float | None) -> str:
    """Return a share in percent, never rounded up to all of it; a dash for none."""
    if share is None:
        return "–"
    percent = round(100 * share)
    return f"{min(percent, 99) if share < 1 else 100}\u2009%"


class FindingRow(QWidget):
    """One kind of finding: how many there are, on to the next, mend them all."""

    def __init__(self, look: Look, workspace: Workspace, tips: Tips, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._tips, self._review = look, tips, workspace.review
        self.kind = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.label = Label(look, "", "body", "t1", icon="warning", icon_ink="warn", icon_px=14)
        self.count = Label(look, "", "value", "t2")
        self.go = ToolButton(look, "arrow-right", "", extent=24, icon_size=16)
        self.mend = ToolButton(look, "first-aid-kit", "", extent=24, icon_size=16)
        row.addWidget(self.label, 1)
        row.addWidget(self.count)
        row.addSpacing(4)
        row.addWidget(self.go)
        row.addWidget(self.mend)
        self.go.clicked.connect(self._next)
        self.mend.clicked.connect(lambda: self._review.mend_all(self.kind))

    def show_findings(self, kind: str, findings: list[Finding]) -> None:
        """Show a kind and its findings."""
        self.kind = kind
        title = kind_title(kind)
        self.label.set_text(title)
        self.count.set_text(f"{len(findings)}")
        told = [sentence_of(finding) for finding in findings[:_MOST_TOLD]]
        rest = len(findings) - len(told)
        told += [self.tr("and {0} more").format(rest)] if rest else []
        self._tips.set_tip(self.label, title, "", "\n".join(told))
        self.label.setAccessibleName(f"{title}: {len(findings)}")
        for button, name, text in (
            (self.go, self.tr("Go to the next"), self.tr("Selects its notes and opens its card")),
            (self.mend, self.tr("Mend all"), self.tr("The first way of each; what is locked stays")),
        ):
            self._tips.set_tip(button, name, "", text)
            button.setAccessibleName(f"{name}: {title}")

    def _next(self) -> None:
        mine = [finding for finding in self._review.findings if finding.kind == self.kind]
        here = self._review.current()
        if mine:
            self._review.show(mine[(mine.index(here) + 1) % len(mine) if here in mine else 0])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        for icon, text, act in (
            ("arrow-right", self.tr("Go to the next"), self._next),
            ("first-aid-kit", self.tr("Mend all"), partial(self._review.mend_all, self.kind)),
            ("check", self.tr("Allow all"), partial(self._review.mend_all, self.kind, allow=True)),
        ):
            menu.addAction(self._look.icon(icon), text).triggered.connect(lambda _=False, act=act: act())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


class FitPanel(Section):
    """Shown for tunes only."""

    def __init__(self, look: Look, workspace: Workspace, tips: Tips, parent: QWidget) -> None:
        super().__init__(look, QCoreApplication.translate("FitPanel", "Fit"), "", parent)
        self._workspace, self._tips, self._review = workspace, tips, workspace.review
        names: dict[Rule, str] = {
            "key": self.tr("Key"), "chord": self.tr("Chord"), "rhythm": self.tr("Rhythm"),
            "cadence": self.tr("Cadence"),
        }  # fmt: skip
        self._names = names
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        self.tiles: dict[Rule, FitTile] = {}
        for k, rule in enumerate(RULES):
            tile = FitTile(look, names[rule], self.body)
            tile.clicked.connect(lambda _=False, rule=rule: self._choose(rule))
            grid.addWidget(tile, k // 2, k % 2)
            self.tiles[rule] = tile
        self.body_layout.addLayout(grid)
        self.rows: list[FindingRow] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 6, 0, 0)
        self._list.setSpacing(0)
        self.body_layout.addLayout(self._list)
        self.clean = Label(look, self.tr("Nothing to mend: it sings well"), "body", "t2", icon="check-circle",
                           icon_ink="ok", icon_px=14)  # fmt: skip
        self._list.addWidget(self.clean)
        self._review.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what was found last."""
        fit = self._review.fit
        self.setVisible(fit is not None)
        if fit is None:
            return
        self.set_caption(counted(fit.notes.count, self.tr("1 note"), self.tr("{0} notes")))
        for rule, tile in self.tiles.items():
            share = fit.share(rule)
            tile.show_share(share, is_met=share == 1.0)
            self._tips.set_tip(tile, self._names[rule], "", self._told(rule, fit))
        kinds = self._review.kinds()
        while len(self.rows) < len(kinds):
            row = FindingRow(self.look, self._workspace, self._tips, self.body)
            self.rows.append(row)
            self._list.addWidget(row)
        for row in self.rows[len(kinds) :]:
            row.hide()
        for row, (kind, findings) in zip(self.rows, kinds.items(), strict=False):
            row.show_findings(kind, findings)
            row.show()
        self.clean.setVisible(not kinds and fit.notes.count > 0)

    def _told(self, rule: Rule, fit: Fit) -> str:
        """Say what a tile measures, and what misses."""
        told = {
            "key": self.tr("Notes of the scale"), "chord": self.tr("Notes of the chord under them"),
            "rhythm": self.tr("Syllables on the beat where the rhythm has them"),
            "cadence": self.tr("Notes that leave the time that the cadences ask for"),
        }[rule]  # fmt: skip
        if fit.share(rule) is None:
            return self.tr("The template says nothing of it")
        lines = [told]
        n = len(fit.missing(rule))
        if n:
            lines.append(counted(n, self.tr("1 note does not: click to select it"),
                                 self.tr("{0} notes do not: click to select them")))  # fmt: skip
        if rule == "key" and fit.tonality is not None:
            lines.append(self.tr("The tonic sounds longer than that of the relative key") if fit.tonality
                         else self.tr("The tonic of the relative key sounds longer"))  # fmt: skip
        if rule == "rhythm" and fit.unsung:
            lines.append(counted(len(fit.unsung), self.tr("1 syllable has no note"),
                                 self.tr("{0} syllables have no note")))  # fmt: skip
        if rule == "cadence":
            right = int(fit.phrases.sum())
            lines.append(self.tr("{0} of {1} phrases end as their lane says").format(right, len(fit.phrases)))
        return "\n".join(lines)

    def _choose(self, rule: Rule) -> None:
        """Select what misses: the notes, else the syllables without one."""
        fit, sketch = self._review.fit, self._workspace.sketch
        if fit is None or sketch is None:
            return
        missing = fit.missing(rule)
        if missing:
            self._review.choose(missing)
            self._workspace.tell("info", self._told(rule, fit).split("\n")[1].split(":")[0])
        elif rule == "rhythm" and fit.unsung and isinstance(sketch.rhythm, Spans):
            k = fit.unsung[0]
            start, stop = int(sketch.rhythm.starts[k]), int(sketch.rhythm.stops[k])
            self._workspace.select(Selection("rhythm", start, stop, element=k))
        else:
            self._workspace.tell("info", self.tr("{0}: all of it fits.").format(self._names[rule]))
