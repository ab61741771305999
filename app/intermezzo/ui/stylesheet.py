"""The style sheet for what Qt paints itself: menus, scroll bars, text fields, lists, tables and dialogs.

Buttons, sliders, fields with values, cards and meters are painted by `ui.widgets`; they need no rule here. Sizes are
logical pixels, colours come from the theme's roles only, fonts never (see `ui.fonts`).
"""

from typing import Final

from PySide6.QtGui import QColor

from intermezzo.ui.theme import SELECTED_TEXT_SHARE, Role, Theme, mix

_RULES: Final = """
QMainWindow, QDialog, QMessageBox { background: $panel; }
QToolTip { background: $raise; color: $t1; border: 1px solid $line2; padding: 4px 6px; }

QMenuBar { background: $panel; color: $t2; border: 0; spacing: 0; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 5px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; color: $t1; }

QMenu { background: $raise; color: $t1; border: 1px solid $line2; border-radius: 6px; padding: 4px 0; }
QMenu::item { padding: 5px 20px 5px 10px; border: 0; min-height: 16px; }
QMenu::item:selected { background: $hover; color: $t1; }
QMenu::item:disabled { color: $faint; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }
QMenu::indicator { width: 16px; height: 16px; left: 6px; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox {
    background: $canvas; color: $t1; border: 1px solid $line; border-radius: 4px; padding: 1px 6px;
    selection-background-color: $selected; selection-color: $t1;
}
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover { border-color: $line2; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled { color: $faint; background: $panel; }
QLineEdit[bare="true"], QPlainTextEdit[bare="true"], QTextEdit[bare="true"] {
    background: transparent; border: 0; padding: 0;
}

QAbstractItemView {
    background: $canvas; alternate-background-color: $alt; color: $t1; border: 1px solid $line; border-radius: 4px;
    selection-background-color: $hover; selection-color: $t1; outline: 0; gridline-color: $line;
}
QAbstractItemView[bare="true"] { background: transparent; border: 0; border-radius: 0; }
QAbstractItemView::item { padding: 3px 6px; border: 0; }
QAbstractItemView::item:hover { background: $raise; }
QAbstractItemView::item:selected { background: $hover; color: $t1; }
QAbstractItemView::item:selected:active { background: $hover; color: $t1; border-left: 2px solid $sel; }
QHeaderView { background: $panel; border: 0; border-radius: 0; }
QHeaderView::section {
    background: $panel; color: $t2; border: 0; border-bottom: 1px solid $line; border-right: 1px solid $line;
    padding: 4px 8px;
}
QTableCornerButton::section { background: $panel; border: 0; }

QScrollArea, QScrollArea > QWidget > QWidget[bare="true"] { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line2; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $t3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }

QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $line2; }
QSplitter::handle:pressed { background: $sel; }

QTabBar { background: transparent; }
QTabBar::tab {
    background: transparent; color: $t2; padding: 6px 12px; border: 0; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $t1; }
QTabBar::tab:selected { color: $t1; border-bottom-color: $t2; }
QTabWidget::pane { border: 0; border-top: 1px solid $line; }

QMessageBox QPushButton, QDialogButtonBox QPushButton, QFileDialog QPushButton, QPushButton {
    background: $raise; color: $t1; border: 1px solid $line2; border-radius: 5px; padding: 3px 12px; min-height: 16px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $panel; }
QPushButton:disabled { color: $faint; border-color: $line; background: $panel; }
QCheckBox, QRadioButton { color: $t1; spacing: 8px; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
"""


_ROLES: Final[tuple[Role, ...]] = (
    "raise", "hover", "panel", "canvas", "alt", "line", "line2", "t1", "t2", "t3", "sel",
)  # fmt: skip


def stylesheet(theme: Theme) -> str:
    """Return the application style sheet of a theme."""
    values: dict[str, str] = {role: _css(theme.color(role)) for role in _ROLES}
    values["selected"] = _css(mix(theme.color("canvas"), theme.color("sel"), SELECTED_TEXT_SHARE))
    values["faint"] = _css(theme.color("t3", 0.55))
    text = _RULES
    # Longest names first, so that $line2 is not read as $line and a 2.
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(f"${name}", values[name])
    return text


def _css(colour: QColor) -> str:
    if colour.alpha() == 255:
        return colour.name()
    return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alpha()})"
