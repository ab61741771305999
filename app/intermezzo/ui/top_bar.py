"""The top bar: menus, the project's name, the door to the palette, undo and redo, the device, and Export."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QMenuBar, QSizePolicy, QWidget

from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.actions import MENUS
from intermezzo.ui.art import paint_hairline, paint_logo
from intermezzo.ui.icons import paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, paint_text, text_width
from intermezzo.ui.widgets.buttons import Button, ToolButton
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.painted import Painted, PaintedButton
from intermezzo.ui.widgets.text_field import SearchField, TextField
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted

__all__ = ["HEIGHT", "TopBar", "bind_button"]

HEIGHT = 36
_PALETTE_WIDTH = 316
_MENU_KEYS = {"File": "Alt+F", "Edit": "Alt+E", "View": "Alt+V", "Sketch": "Alt+S", "Stage": "Alt+T", "Help": "Alt+H"}


def bind_button(button: ToolButton | Button, action: QAction, tips: Tips, key: str, text: str = "") -> None:
    """Let a button stand for an action: its enabled and checked state, its callback, its tooltip with the key."""

    def take_over() -> None:
        button.setEnabled(action.isEnabled())
        if action.isCheckable():
            button.setChecked(action.isChecked())

    button.setCheckable(action.isCheckable())
    button.clicked.connect(action.trigger)
    button.clicked.connect(take_over)
    action.changed.connect(take_over)
    tips.set_tip(button, action.text().replace("…", ""), key, text or action.statusTip())
    take_over()


class _Logo(Painted):
    """The mark of the studio."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setFixedSize(20, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_logo(painter, QRectF(0.5, 0.5, 18, 18), self.look.theme)


class DevicePill(PaintedButton):
    """What computes: "CPU · 2 threads"; a click opens the preferences."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setProperty("ringRadius", 5.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_device("CPU", 0)

    def set_device(self, name: str, threads: int) -> None:
        """Say what computes."""
        work = counted(threads, self.tr("1 thread"), self.tr("{0} threads"))
        self.setText(f"{name} · {work}" if threads else name)
        self.setAccessibleName(self.tr("Computes on {0}").format(self.text()))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.look.font("body"), self.text())) + 34, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            ink = self.look.color("t1" if self.is_hovered() else "t2")
            paint_icon(painter, "cpu", 5, 4, 16, ink)
            paint_text(painter, self.bounds().adjusted(26, 0, 0, 0), self.text(), self.look.font("body"), ink, LEFT)


class TitleField(QWidget):
    """The project's name; a double click, or F2, edits it in place.

    Attributes:
        renamed: the new name.
    """

    renamed = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.label = Label(look, "", "body_semibold", "t1")
        self.state = Label(look, "", "body", "t3")
        self.edit = TextField(look, self.tr("Name of the project"))
        self.edit.setMaxLength(120)
        self.edit.hide()
        self.edit.editingFinished.connect(self._finish)
        row.addWidget(self.label)
        row.addWidget(self.edit, 1)
        row.addWidget(self.state)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def show_title(self, title: str, state: str) -> None:
        """Show a name and whether it is saved."""
        self.label.set_text(title)
        self.state.set_text(state)
        self.state.setVisible(bool(state))

    def start(self) -> None:
        """Edit the name."""
        self.edit.setText(self.label.text())
        self.label.hide()
        self.edit.show()
        self.edit.selectAll()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        if self.edit.isHidden():
            return
        self.edit.hide()
        self.label.show()
        name = self.edit.text().strip()
        if name and name != self.label.text():
            self.renamed.emit(name)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.start()


class TopBar(Painted):
    """One row of 36 px over the whole window.

    Attributes:
        palette_wanted: the palette field was clicked.
    """

    palette_wanted = Signal()

    def __init__(self, look: Look, book: ActionBook, tips: Tips, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setFixedHeight(HEIGHT)
        self.menu_bar = QMenuBar(self)
        self.menu_bar.setNativeMenuBar(False)
        self.menu_bar.setAccessibleName(self.tr("Menus"))
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        titles = {
            "File": self.tr("File"), "Edit": self.tr("Edit"), "View": self.tr("View"),
            "Sketch": self.tr("Sketch"), "Stage": self.tr("Stage"), "Help": self.tr("Help"),
        }  # fmt: skip
        self.menus: dict[str, QMenu] = {}
        for name in MENUS:
            menu = self.menu_bar.addMenu(titles[name])
            menu.setAccessibleName(name)
            book.fill_menu(menu, name)
            self.menus[name] = menu
            # The letters that Alt opens are not underlined, as everywhere in this look; they work all the same.
            key = QShortcut(QKeySequence(_MENU_KEYS[name]), self)
            key.activated.connect(lambda m=menu: self.menu_bar.setActiveAction(m.menuAction()))
        self.title = TitleField(look, self)
        self.field = SearchField(look, self.tr("Search actions, words, files"), book.keys_of("palette")[0], parent=self)
        self.field.set_opens_palette(True)
        self.field.pressed.connect(self.palette_wanted)
        self.undo = ToolButton(look, "arrow-u-up-left", self.tr("Undo"))
        self.redo = ToolButton(look, "arrow-u-up-right", self.tr("Redo"))
        self.device = DevicePill(look)
        self.export = Button(look, self.tr("Export"), icon="export", kind="primary")
        self.settings = ToolButton(look, "gear-six", self.tr("Preferences"))
        bind_button(self.settings, book["preferences"], tips, "".join(book.keys_of("preferences")[:1]))
        self.settings.hide()
        for button, action_id in ((self.undo, "undo"), (self.redo, "redo"), (self.export, "export")):
            keys = book.keys_of(action_id)
            tip = self.tr("Drag it away to drop the sound elsewhere, with Alt a tune as MIDI") * (action_id == "export")
            bind_button(button, book[action_id], tips, keys[0] if keys else "", tip)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 1)
        row.setSpacing(0)
        row.addWidget(_Logo(look))
        row.addSpacing(5)
        row.addWidget(self.menu_bar)
        row.addSpacing(8)
        rule = Divider(look, vertical=True)
        rule.setFixedHeight(20)
        row.addWidget(rule)
        row.addSpacing(9)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.undo)
        row.addSpacing(2)
        row.addWidget(self.redo)
        row.addSpacing(12)
        second = Divider(look, vertical=True)
        second.setFixedHeight(20)
        row.addWidget(second)
        row.addSpacing(8)
        row.addWidget(self.device)
        row.addSpacing(10)
        row.addWidget(self.export)
        row.addWidget(self.settings)

    def show_start(self, on: bool) -> None:
        """Leave out what belongs to a document while the welcome page is open."""
        self.export.setVisible(not on)
        self.settings.setVisible(on)
        self.title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_field()

    def place_field(self) -> None:
        """Centre the palette field in the window, or in what room is left beside the name."""
        self._row.activate()
        left = self.title.x() + self.title.sizeHint().width() + 16
        right = self.undo.x() - 16
        width = max(min(_PALETTE_WIDTH, right - left), 0)
        x = min(max((self.width() - width) // 2, left), right - width)
        self.field.setVisible(width >= 90)
        self.field.setGeometry(x, (HEIGHT - 24) // 2, width, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("panel"))
            paint_hairline(painter, QLineF(0, HEIGHT - 1, self.width(), HEIGHT - 1), self.look.color("line"))

    def line_edit(self) -> QLineEdit:
        """Return the field that F6 brings the focus to."""
        return self.field.edit
