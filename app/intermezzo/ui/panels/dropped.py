"""Edits that conversions could not keep: what each one was, and the ways to see its place, bring it back or let go."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from intermezzo.core.dropped import Dropped
from intermezzo.ui.dropped_commands import DroppedCommands
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.buttons import Button, ToolButton
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["DroppedPanel", "DroppedRow"]

_MOST_ROWS: Final = 6  # more would push the chain and the history out of the window; the buttons below act on all
_ROW_PX: Final = 36


class DroppedRow(QWidget):
    """One edit: what it was, where it was, and three buttons."""

    def __init__(self, look: Look, commands: DroppedCommands, tips: Tips, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._commands, self._tips = look, commands, tips
        self.drop = Dropped("")
        self.setMinimumHeight(_ROW_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        words = QVBoxLayout()
        words.setContentsMargins(0, 1, 6, 1)
        words.setSpacing(0)
        self.what = Label(look, "", "body", "hand")
        self.where = Label(look, "", "value", "t3")
        words.addWidget(self.what)
        words.addWidget(self.where)
        row.addLayout(words, 1)
        self.show_place = ToolButton(look, "crosshair", "", extent=24, icon_size=16)
        self.back = ToolButton(look, "arrow-counter-clockwise", "", extent=24, icon_size=16)
        self.dismiss = ToolButton(look, "x", "", extent=24, icon_size=16)
        for button, act in (
            (self.show_place, self._show_place), (self.back, self._bring_back), (self.dismiss, self._dismiss),
        ):  # fmt: skip
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            button.clicked.connect(act)

    def show_drop(self, drop: Dropped) -> None:
        """Show another edit."""
        if drop is self.drop:
            return
        self.drop = drop
        self.what.set_text(drop.what)
        place = self.tr("after “{0}”") if drop.pause else self.tr("on “{0}”")
        at = f"{drop.start_s:.2f}\u2009s"
        self.where.set_text(f"{place.format(drop.word)}, {at}" if drop.word else "")
        self.where.setVisible(bool(drop.word))
        for button, name, text in (
            (self.show_place, self.tr("Show"), self.tr("Selects the place where it would go now")),
            (self.back, self.tr("Bring back"), self.tr("On to the word that stands in its place")),
            (self.dismiss, self.tr("Dismiss"), self.tr("Takes it off the list")),
        ):
            button.setAccessibleName(f"{name}: {drop.line}")
            self._tips.set_tip(button, name, "", text)
        known = bool(drop.clips)
        self.back.setEnabled(known)
        self.show_place.setEnabled(known)
        self.setAccessibleName(drop.line)

    def _show_place(self) -> None:
        self._commands.show(self.drop)

    def _bring_back(self) -> None:
        self._commands.bring_back([self.drop])

    def _dismiss(self) -> None:
        self._commands.dismiss([self.drop])

    def menu(self) -> QMenu:
        """Return the context menu: what the buttons do, and the selection as another place to go to."""
        menu = QMenu(self)
        onto = partial(self._commands.bring_back, [self.drop], to_selection=True)
        for icon, text, act, can in (
            ("crosshair", self.tr("Show"), self._show_place, self.back.isEnabled()),
            ("arrow-counter-clockwise", self.tr("Bring back"), self._bring_back, self.back.isEnabled()),
            (
                "selection", self.tr("Bring back on the selection"), onto,
                self.back.isEnabled() and self._commands.has_selection(),
            ),
            ("x", self.tr("Dismiss"), self._dismiss, True),
        ):  # fmt: skip
            action = menu.addAction(self._look.icon(icon), text)
            action.setEnabled(can)
            action.triggered.connect(lambda _=False, act=act: act())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())


class DroppedPanel(Section):
    """Shown only while there is something on the list."""

    def __init__(
        self, look: Look, workspace: Workspace, commands: DroppedCommands, tips: Tips, parent: QWidget
    ) -> None:
        super().__init__(look, QCoreApplication.translate("DroppedPanel", "Not kept"), "", parent)
        self._commands, self._tips = commands, tips
        self.rows: list[DroppedRow] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        self.body_layout.addLayout(self._list)
        self.more = Label(look, "", "value", "t3")
        self.body_layout.addWidget(self.more)
        self.all_back = Button(look, self.tr("Bring back all"), icon="arrow-counter-clockwise")
        self.all_back.clicked.connect(commands.bring_all_back)
        tips.set_tip(
            self.all_back,
            self.tr("Bring back all"),
            "",
            self.tr("On to the words in their places, in one step"),
        )
        self.dismiss_all = Button(look, self.tr("Dismiss all"), kind="quiet")
        self.dismiss_all.clicked.connect(commands.dismiss_all)
        tips.set_tip(self.dismiss_all, self.tr("Dismiss all"), "", self.tr("Empties the list; the sketch stays"))
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 6, 0, 0)
        buttons.setSpacing(6)
        buttons.addWidget(self.all_back)
        buttons.addWidget(self.dismiss_all)
        buttons.addStretch(1)
        self.body_layout.addLayout(buttons)
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self.refresh)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(lambda *_: self._rest.start() if not self._rest.isActive() else None)
        self.refresh()

    def refresh(self) -> None:
        """Show the list as it stands."""
        drops = self._commands.drops
        shown = drops[:_MOST_ROWS]
        while len(self.rows) < len(shown):
            row = DroppedRow(self.look, self._commands, self._tips, self.body)
            self.rows.append(row)
            self._list.addWidget(row)
        for k, row in enumerate(self.rows):
            row.setVisible(k < len(shown))
            if k < len(shown):
                row.show_drop(shown[k])
        rest = len(drops) - len(shown)
        self.more.set_text(self.tr("and {0} more").format(rest))
        self.more.setVisible(rest > 0)
        self.all_back.setEnabled(any(drop.clips for drop in drops))
        self.set_caption(counted(len(drops), self.tr("1 edit"), self.tr("{0} edits")))
        self.setVisible(bool(drops))
