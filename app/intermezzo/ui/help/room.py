"""The help window: pages at the left, a search over all of them, and the page itself in a column that reads well."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from intermezzo.core.registry import Registry
from intermezzo.ui.help import inserts
from intermezzo.ui.help.dress import dressed, is_outside
from intermezzo.ui.help.pages import available, page_named, search, text_of
from intermezzo.ui.look import Look
from intermezzo.ui.nav_list import NAV_WIDTH, NavRow
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.labels import Divider
from intermezzo.ui.widgets.text_field import SearchField

_COLUMN: Final = 680


class _Reader(QTextBrowser):
    """The page, never wider than what reads well."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = max((event.size().width() + self._margins() - _COLUMN) // 2, 28)
        if self.viewportMargins().left() != side:
            self.setViewportMargins(side, 0, max(side - 10, 12), 0)
        super().resizeEvent(event)

    def _margins(self) -> int:
        margins = self.viewportMargins()
        return margins.left() + margins.right()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load nothing: pages are text, and what they link to is opened elsewhere."""
        return None


class HelpRoom(Room):
    """Shows the help pages.

    Args:
        state_folder: where measured promises are kept.
        keys_of: the keys of an action as they are set now.
    """

    def __init__(
        self, look: Look, registry: Registry, state_folder: Path, keys_of: Callable[[str], Iterable[str]],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, self.tr("Help"), "", parent)
        self._registry, self._state_folder, self._keys_of = registry, state_folder, keys_of
        self._trail: list[str] = []
        self._at = -1
        self.resize(1000, 720)
        self.setMinimumSize(640, 400)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(0)
        self.back = ToolButton(look, "arrow-left", self.tr("Back"))
        self.forward = ToolButton(look, "arrow-right", self.tr("Forward"))
        self.back.clicked.connect(lambda: self._go(-1))
        self.forward.clicked.connect(lambda: self._go(1))
        self.head.addWidget(self.back)
        self.head.addWidget(self.forward)
        QShortcut(QKeySequence("Alt+Left"), self, lambda: self._go(-1))
        QShortcut(QKeySequence("Alt+Right"), self, lambda: self._go(1))
        QShortcut(QKeySequence("Ctrl+F"), self, lambda: self.search.edit.setFocus())
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._nav())
        row.addWidget(Divider(look, vertical=True))
        self.reader = _Reader()
        self.reader.setProperty("bare", True)
        self.reader.setProperty("ringRadius", -1)
        self.reader.setOpenLinks(False)
        self.reader.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.reader.setAccessibleName(self.tr("Page"))
        self.reader.anchorClicked.connect(self._follow)
        row.addWidget(self.reader, 1)
        self.content.addLayout(row, 1)
        look.changed.connect(self._redress)
        self.open_page("tour")

    def _nav(self) -> QWidget:
        nav = QWidget()
        nav.setFixedWidth(NAV_WIDTH)
        column = QVBoxLayout(nav)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(2)
        self.search = SearchField(self.look, self.tr("Search all pages"), "Ctrl+F")
        self.search.edit.textChanged.connect(self._on_search)
        column.addWidget(self.search)
        column.addSpacing(8)
        self.rows = [NavRow(self.look, page.id, self.tr(page.title), page.icon) for page in available()]
        for nav_row in self.rows:
            nav_row.clicked.connect(lambda _=False, page=nav_row.name: self.open_page(page))
            column.addWidget(nav_row)
        column.addStretch(1)
        return nav

    @property
    def page(self) -> str:
        """The page that is open, with ``#heading`` where one was named."""
        return self._trail[self._at]

    def open_page(self, name: str) -> None:
        """Open a page by its id, ``id#heading`` for a part of it."""
        if self._at < 0 or self._trail[self._at] != name:
            self._trail = [*self._trail[: self._at + 1], name]
            self._at += 1
        self._render()

    def _go(self, step: int) -> None:
        if 0 <= self._at + step < len(self._trail):
            self._at += step
            self._render()

    def _render(self) -> None:
        page_id, _, anchor = self.page.partition("#")
        page = page_named(page_id)
        for nav_row in self.rows:
            nav_row.setChecked(nav_row.name == page.id)
        document = dressed(self._text(page.id), self.look)
        document.setParent(self.reader)
        self.reader.setDocument(document)
        self.setWindowTitle(self.tr("{0} – Intermezzo help").format(self.tr(page.title)))
        self.back.setEnabled(self._at > 0)
        self.forward.setEnabled(self._at < len(self._trail) - 1)
        if anchor:
            self.reader.scrollToAnchor(anchor)
        else:
            self.reader.verticalScrollBar().setValue(0)
        words = self.search.edit.text().strip()
        if words:
            self.reader.find(words)

    def _text(self, page_id: str) -> str:
        text = text_of(page_id)
        if "{{figures}}" in text:
            text = text.replace("{{figures}}", inserts.figures_text(self._registry, self._state_folder))
        if "{{keys}}" in text:
            text = text.replace("{{keys}}", inserts.keys_text(self._keys_of))
        if "{{places}}" in text:
            text = text.replace("{{places}}", inserts.places_text())
        return text

    def _redress(self) -> None:
        place = self.reader.verticalScrollBar().value()
        self._render()
        self.reader.verticalScrollBar().setValue(place)

    def _on_search(self, words: str) -> None:
        found = search(words)
        for nav_row in self.rows:
            nav_row.setVisible(nav_row.name in {page.id for page in found})
        self.line.set_text("" if found else self.tr("No page has all of these words."))
        if words.strip() and found:
            if all(page.id != self.page.partition("#")[0] for page in found):
                self.open_page(found[0].id)
            self.reader.moveCursor(self.reader.textCursor().MoveOperation.Start)
            self.reader.find(words.strip(), QTextDocument.FindFlag(0))

    def _follow(self, url: QUrl) -> None:
        if is_outside(url):
            QDesktopServices.openUrl(url)
            return
        page_id = url.path().removesuffix(".md") or self.page.partition("#")[0]
        self.open_page(f"{page_id}#{url.fragment()}" if url.fragment() else page_id)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.reader.setFocus(Qt.FocusReason.OtherFocusReason)
