"""What the pages of the preferences are made of: a titled page, and rows with a name, a line of help and a control."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.switches import Switch

__all__ = ["Page", "SettingRow"]

_CONTROL_WIDTH: Final = 240


class SettingRow(QWidget):
    """A name and one line of help at the left, the control at the right.

    Attributes:
        help: the line under the name; `set_help` changes it.
    """

    def __init__(
        self, look: Look, name: str, help_line: str, control: QWidget, parent: QWidget | None = None,
        *, width: int | None = _CONTROL_WIDTH,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 9, 0, 9)
        row.setSpacing(24)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Label(look, name, "body_medium", "t1"))
        self.help = WrappedText(look, help_line, "value", "t2")
        self.help.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.help.setVisible(bool(help_line))
        words.addWidget(self.help)
        row.addLayout(words, 1)
        if (
            width is not None
            and not isinstance(control, Switch)
            and control.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Fixed
        ):
            control.setFixedWidth(width)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if not control.accessibleDescription():
            control.setAccessibleDescription(help_line)

    def set_help(self, text: str) -> None:
        """Show another line of help."""
        self.help.setText(text)
        self.help.setVisible(bool(text))


class Page(QScrollArea):
    """One page of rows with hairlines between them."""

    def __init__(self, look: Look, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)
        body = QWidget()
        body.setProperty("bare", True)
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(28, 14, 28, 20)
        self.column.setSpacing(0)
        self.setWidget(body)

    def add_row(self, row: QWidget) -> None:
        """Add a row, with a hairline above it unless it is the first."""
        if self.column.count():
            self.column.addWidget(Divider(self.look))
        self.column.addWidget(row)

    def finish(self) -> None:
        """Keep the rows at the top."""
        self.column.addStretch(1)
