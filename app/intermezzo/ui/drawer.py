"""The drawer: the inspector stands beside the timeline, and in a narrow window slides over it."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QSplitter, QStackedWidget

from intermezzo.ui.panels.column import Side
from intermezzo.ui.tool_strip import ToolStrip

__all__ = ["INSPECTOR_WIDTH", "RAIL_WIDTH", "Drawer"]

RAIL_WIDTH: Final = 248
INSPECTOR_WIDTH: Final = 288
_OVER_BELOW: Final = 1180
_LEAST_BESIDE: Final = 40


class Drawer:
    """Where the inspector is.

    Args:
        side: the inspector.
        splitter: in which it stands beside the timeline, as the third.
        body: over which it slides, below the strip.
        strip: has the button that opens it.
    """

    def __init__(self, side: Side, splitter: QSplitter, body: QStackedWidget, strip: ToolStrip) -> None:
        self._side, self._splitter, self._body, self._strip = side, splitter, body, strip
        self.is_over = False

    @property
    def is_open(self) -> bool:
        """Whether it lies over the timeline now."""
        return self.is_over and self._side.isVisible()

    def shut(self) -> None:
        """Take it away where it lies over the timeline."""
        if self.is_over:
            self._side.hide()

    def place(self, width: int) -> None:
        """Put it beside or over the timeline of a window so many pixels wide."""
        side, splitter = self._side, self._splitter
        wanted = width < _OVER_BELOW
        if wanted != self.is_over:
            self.is_over = wanted
            side.set_drawer(wanted)
            if wanted:
                side.setParent(splitter.parentWidget())
                side.hide()
            else:
                splitter.addWidget(side)
                splitter.setStretchFactor(2, 0)
                side.show()
                splitter.setSizes([RAIL_WIDTH, width - RAIL_WIDTH - INSPECTOR_WIDTH, INSPECTOR_WIDTH])
            self._strip.drawer.setVisible(wanted)
        if wanted:
            own, top = min(INSPECTOR_WIDTH, self._body.width() - _LEAST_BESIDE), self._strip.height()
            side.setGeometry(self._body.width() - own, top, own, self._body.height() - top)
            side.raise_()
