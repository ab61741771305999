"""The order of the Tab key: panel after panel, inside each as one reads, whenever and wherever widgets were made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

__all__ = ["order_focus", "reading_order"]

_LINE_PX = 14


def reading_order(panel: QWidget) -> list[QWidget]:
    """Return what takes the focus in a panel, line by line, each from left to right; an open list is another window."""
    window, found = panel.window(), []
    for widget in (panel, *panel.findChildren(QWidget)):
        is_in_reach = widget.isVisibleTo(panel) and widget.window() is window
        if is_in_reach and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            at = widget.mapTo(panel, QPoint(0, 0))
            middle = at.y() + min(widget.height(), 24) / 2
            found.append((round(middle / _LINE_PX), at.x(), widget))
    return [widget for _, _, widget in sorted(found, key=lambda place: place[:2])]


def order_focus(panels: Sequence[QWidget]) -> list[QWidget]:
    """Chain the panels in their order; returns the whole row."""
    row = [widget for panel in panels for widget in reading_order(panel)]
    for before, after in pairwise(row):
        QWidget.setTabOrder(before, after)
    return row
