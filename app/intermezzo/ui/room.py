"""Room: what preferences, plugins, log and help share: a window beside the editor, with a title and a line."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.ui.look import Look
from intermezzo.ui.widgets.labels import Divider, Label

__all__ = ["Room"]


class Room(QDialog):
    """A window of its own that stays open while one works; Esc closes it, contents go into `content`.

    Args:
        help_page: the help page that F1 opens from here.
    """

    def __init__(
        self, look: Look, title: str, line: str = "", parent: QWidget | None = None, *, help_page: str = ""
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.setWindowTitle(title)
        self.setModal(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setProperty("help", help_page)
        look.changed.connect(self.update)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(24, 18, 24, 16)
        self.head.setSpacing(12)
        self.head.addWidget(Label(look, title, "title", "t1"))
        self.line = Label(look, line, "body", "t2")
        self.head.addWidget(self.line, 1)
        outer.addLayout(self.head)
        outer.addWidget(Divider(look))
        self.content = QVBoxLayout()
        self.content.setContentsMargins(24, 16, 24, 20)
        self.content.setSpacing(12)
        outer.addLayout(self.content, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Else Qt would give the focus to the first button, with a ring that nobody asked for; Tab goes there.
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the room, not to an action of the window behind it.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # QDialog would press some default button on Enter; here every control answers for itself.
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("panel"))
