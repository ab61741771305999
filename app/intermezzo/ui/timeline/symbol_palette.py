"""The palette that opens on a span: its symbols in groups with their prefixes, or a text; insert, delete, split."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from intermezzo.core.layers import SpansSpec
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look

__all__ = ["SymbolPalette"]

_COLUMNS = 12
_CELL_PX = 28


class SymbolPalette(QFrame):
    """A popup over a span; closes when something was chosen."""

    chosen = Signal(str)
    inserted = Signal(str, bool)  # label, after (else before)
    deleted = Signal()
    split = Signal()

    def __init__(self, look: Look, spec: SpansSpec, label: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("symbol-palette")
        self.setAccessibleName(self.tr("Symbols of {0}").format(spec.title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._look, self._spec = look, spec
        self._prefix = next((p for p in spec.prefixes if label.startswith(p)), "")
        self._symbol = label[len(self._prefix) :]
        self._text: QLineEdit | None = None
        self._mode = "change"
        self._symbols: dict[str, QPushButton] = {}
        self._prefixes: dict[str, QPushButton] = {}
        self._dress()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        if spec.symbols:
            if spec.prefixes:
                column.addLayout(self._prefix_row())
            for title, group in spec.symbols:
                column.addWidget(self._caption(title))
                column.addLayout(self._grid(group))
        else:
            self._text = QLineEdit(label)
            self._text.setAccessibleName(self.tr("Label"))
            self._text.selectAll()
            self._text.returnPressed.connect(lambda: self._take(self._text.text() if self._text else ""))
            column.addWidget(self._text)
        if spec.governs:
            column.addLayout(self._actions())
        self._show_state()

    def _dress(self) -> None:
        c = self._look.color
        self.setStyleSheet(
            f"#symbol-palette {{ background: {c('raise').name()}; border: 1px solid {c('line2').name()}; }}"
            f"#symbol-palette QPushButton[cell=true] {{ background: {c('canvas').name()}; color: {c('t1').name()};"
            f" border: 1px solid {c('line').name()}; border-radius: 4px; padding: 0;"
            f" min-height: {_CELL_PX - 2}px; min-width: {_CELL_PX}px; }}"
            f"#symbol-palette QPushButton[cell=true]:hover {{ background: {c('hover').name()}; }}"
            f"#symbol-palette QPushButton[cell=true]:focus {{ border: 2px solid {c('sel').name()}; }}"
            f"#symbol-palette QPushButton[cell=true]:checked {{ color: {c('hand').name()};"
            f" border-color: {c('hand').name()}; }}"
            f"#symbol-palette QLabel {{ color: {c('t3').name()}; }}"
        )

    def _caption(self, title: str) -> QLabel:
        label = QLabel(title)
        label.setFont(font("caption"))
        return label

    def _cell(self, text: str, shown: str, name: str) -> QPushButton:
        button = QPushButton(shown)
        button.setProperty("cell", True)
        button.setCheckable(True)
        button.setFont(font("phone"))
        button.setFixedHeight(_CELL_PX)
        button.setMinimumWidth(_CELL_PX + (8 if len(shown) > 1 else 0))
        button.setAccessibleName(name)
        button.setObjectName(f"symbol-{text}")
        return button

    def _prefix_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._caption(self.tr("Mark")))
        for prefix in ("", *self._spec.prefixes):
            shown = prefix or self.tr("none")
            button = self._cell(f"prefix{prefix}", shown, self.tr("Mark {0}").format(shown))
            button.setMinimumWidth(40)
            button.clicked.connect(lambda _=False, p=prefix: self._set_prefix(p))
            self._prefixes[prefix] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _grid(self, group: tuple[str, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for k, symbol in enumerate(group):
            button = self._cell(symbol, symbol, symbol)
            button.clicked.connect(lambda _=False, s=symbol: self._take(self._prefix + s))
            self._symbols[symbol] = button
            grid.addWidget(button, k // _COLUMNS, k % _COLUMNS)
        grid.setColumnStretch(_COLUMNS, 1)
        return grid

    def _actions(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for text, name, action in (
            (self.tr("Insert before"), "insert-before", lambda: self._set_mode("before")),
            (self.tr("Insert after"), "insert-after", lambda: self._set_mode("after")),
            (self.tr("Split"), "split", lambda: self._leave(self.split.emit)),
            (self.tr("Delete"), "delete", lambda: self._leave(self.deleted.emit)),
        ):
            button = QPushButton(text)
            button.setObjectName(name)
            button.setCheckable(name.startswith("insert"))
            button.clicked.connect(lambda _=False, a=action: a())
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _set_mode(self, mode: str) -> None:
        self._mode = "change" if self._mode == mode else mode
        self._show_state()

    def _set_prefix(self, prefix: str) -> None:
        self._prefix = prefix
        if self._mode == "change" and self._spec.allows(prefix + self._symbol):
            self._take(prefix + self._symbol)
        else:
            self._show_state()

    def _show_state(self) -> None:
        for symbol, button in self._symbols.items():
            button.setChecked(symbol == self._symbol and self._mode == "change")
        for prefix, button in self._prefixes.items():
            button.setChecked(prefix == self._prefix)
        for mode, name in (("before", "insert-before"), ("after", "insert-after")):
            found = self.findChild(QPushButton, name)
            if found is not None:
                found.setChecked(self._mode == mode)

    def _take(self, label: str) -> None:
        mode = self._mode
        if mode == "change":
            self._leave(lambda: self.chosen.emit(label))
        else:
            self._leave(lambda: self.inserted.emit(label, mode == "after"))

    def _leave(self, act: object) -> None:
        self.hide()
        if callable(act):
            act()
        self.close()

    def open_at(self, corner: QPoint) -> None:
        """Show the palette with its upper left corner at a global point, moved so that it stays on the screen."""
        self.adjustSize()
        area = self.screen().availableGeometry()
        x = min(max(corner.x(), area.left()), max(area.right() - self.width(), area.left()))
        y = min(corner.y(), max(area.bottom() - self.height(), area.top()))
        self.move(x, y)
        self.show()
        focus = self._text or self._symbols.get(self._symbol) or next(iter(self._symbols.values()), None)
        if focus is not None:
            focus.setFocus(Qt.FocusReason.PopupFocusReason)
        for button in self._symbols.values():
            button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, QPushButton):
                watched.click()
                return True
            step = {
                Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -_COLUMNS, Qt.Key.Key_Down: _COLUMNS,
            }.get(Qt.Key(event.key()))  # fmt: skip
            buttons = list(self._symbols.values())
            if step is not None and watched in buttons:
                place = buttons.index(watched) + step
                buttons[min(max(place, 0), len(buttons) - 1)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)
