"""What the context menu of a lane offers on a word: another word, the same one anew, or with other sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from intermezzo.ui.rewording import Rewording
from intermezzo.ui.timeline.lane import MenuEntry

if TYPE_CHECKING:
    from intermezzo.ui.timeline.spans_lane import SpansLane

__all__ = ["word_entries"]


def word_entries(rewording: Rewording, lane: SpansLane, k: int) -> list[MenuEntry]:
    """Return what can be done with word ``k`` of a lane."""
    found: list[MenuEntry] = []
    if rewording.can(lane.name):
        found = [
            MenuEntry(_tr("Say another word"), "text-aa", lambda: lane.edit_label(k), "F2"),
            MenuEntry(_tr("Say it anew"), "arrows-clockwise", lambda: rewording.say_anew(lane.name, k), "R"),
        ]
    if rewording.can_choose(lane.name):
        title = _tr("Say this word differently…")
        found.append(MenuEntry(title, "book-open", lambda: rewording.differently.emit(lane.name, k), "Shift+F2"))
    return found


def _tr(text: str) -> str:
    return QCoreApplication.translate("SpansLane", text)
