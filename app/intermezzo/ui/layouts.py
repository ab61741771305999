"""Two things that Qt's layouts lack: list the widgets in one, and empty it."""

from PySide6.QtWidgets import QLayout, QWidget

__all__ = ["clear", "widgets_in"]


def widgets_in(layout: QLayout) -> list[QWidget]:
    """Return the widgets of a layout in their order, not those of layouts inside it."""
    items = (layout.itemAt(i) for i in range(layout.count()))
    widgets = (item.widget() for item in items if item is not None)
    return [widget for widget in widgets if widget is not None]


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
