"""Garbage: cycles that Python finds are taken apart in the GUI thread alone.

Python collects them in whichever thread happens to allocate next. Where a closed window or a menu is among them, a
worker would destroy widgets while the GUI thread paints, and the program dies; seen with the engraver's thread.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

__all__ = ["Garbage", "collect_due"]

_LOOK_MS: Final = 500


class Garbage(QObject):
    """Stands in for Python's own collection from its making to `close`; make it in the GUI thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def settle(self) -> None:
        """Look no more through what is there now: it lasts as long as the window, and a full look would take long."""
        gc.freeze()

    def look(self) -> None:
        """Collect what is due."""
        collect_due()

    def close(self) -> None:
        """Leave it to Python again, if it was."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()


def collect_due() -> None:
    """Collect the generations that are due by Python's own thresholds, in this thread."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [generation for generation, (count, most) in enumerate(counts) if count > most]
    if due:
        gc.collect(max(due))
