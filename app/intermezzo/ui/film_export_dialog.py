"""The sheet that asks how a film is exported: where, in which format, how large, in a loop or once, on which colour."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QColorDialog, QFileDialog, QWidget

from intermezzo.ui.art import paint_frame
from intermezzo.ui.export_dialog import pair
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.rows import SettingRow
from intermezzo.ui.questions import FilmFile
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.export_foot import ExportFoot
from intermezzo.ui.widgets.labels import Divider
from intermezzo.ui.widgets.painted import PaintedButton
from intermezzo.ui.widgets.switches import Switch
from intermezzo.ui.widgets.text_field import TextField

__all__ = ["FILM_FORMATS", "FilmExportDialog"]

FILM_FORMATS: Final = (
    ("GIF", (".gif",)), ("APNG", (".apng", ".png")), ("WebP", (".webp",)), ("MP4", (".mp4",)), ("WebM", (".webm",)),
)  # fmt: skip
_OPAQUE: Final = (".mp4", ".webm")  # no alpha in them, and players decide whether they go round
_MOST_TIMES: Final = 8
_WIDTH: Final = 560


class _Swatch(PaintedButton):
    """Shows a colour; a click asks for another one."""

    def __init__(self, look: Look, name: str, colour: tuple[int, int, int]) -> None:
        super().__init__(look)
        self.colour = colour
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setProperty("ringRadius", 4.0)
        self.setFixedSize(56, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            paint_frame(painter, self.bounds(), 4.0, QColor(*self.colour), self.look.color("line2"))


class FilmExportDialog(Room):
    """Shows a proposal and lets it be changed; `answer` is what stands there."""

    def __init__(self, look: Look, proposal: FilmFile, parent: QWidget | None = None) -> None:
        super().__init__(look, self.tr("Export film"), "", parent, help_page="stickers")
        self.setModal(True)
        self.setFixedWidth(_WIDTH)
        self.content.setSpacing(0)
        self.path = TextField(look, self.tr("File"))
        self.path.setText(str(proposal.path))
        self.path.textEdited.connect(self._on_path)
        self.path.setFixedWidth(300)
        self.browse = Button(look, self.tr("Choose…"), icon="folder-open")
        self.browse.clicked.connect(self._on_browse)
        self.format = Combo(look, self.tr("Format"), [title for title, _ in FILM_FORMATS])
        self.format.setCurrentIndex(_format_of(proposal.suffix) or 0)
        self.format.currentIndexChanged.connect(self._on_format)
        self.times = Combo(look, self.tr("Size"), [f"{k} ×" for k in range(1, _MOST_TIMES + 1)])
        self.times.setCurrentIndex(proposal.times - 1)
        self.pixels = Combo(look, self.tr("Pixels"), [self.tr("Smooth"), self.tr("Crisp")])
        self.pixels.setCurrentIndex(int(proposal.crisp))
        self.loops = Switch(look, self.tr("Plays in a loop"), on=proposal.loops)
        self.background = _Swatch(look, self.tr("Background"), proposal.background)
        self.background.clicked.connect(self._ask_colour)
        self.recipe = Switch(look, self.tr("The sketch inside it"), on=proposal.recipe)
        self.times.currentIndexChanged.connect(self._refresh)
        for control in (self.browse, self.format, self.times, self.pixels, self.loops, self.recipe):
            control.setToolTip(control.accessibleName())
        recipe_line = self.tr("Opened here, it is this project again; other programs just play it.")
        self._pixel_row = SettingRow(look, self.tr("Pixels"), "", self.pixels)
        self._loop_row = SettingRow(look, self.tr("Plays in a loop"), "", self.loops)
        self._back_row = SettingRow(look, self.tr("Background"), "", self.background)
        rows = (
            SettingRow(look, self.tr("File"), "", pair(self.path, self.browse), width=None),
            SettingRow(look, self.tr("Format"), "", self.format), SettingRow(look, self.tr("Size"), "", self.times),
            self._pixel_row, self._loop_row, self._back_row,
            SettingRow(look, self.tr("The sketch inside it"), recipe_line, self.recipe),
        )  # fmt: skip
        for k, row in enumerate(rows):
            if k:
                self.content.addWidget(Divider(look))
            self.content.addWidget(row)
        self.foot = ExportFoot(look)
        self.foot.cancelled.connect(self.reject)
        self.foot.wanted.connect(self._on_export)
        self.content.addWidget(self.foot)
        self._refresh()

    @property
    def answer(self) -> FilmFile:
        """What the person wants."""
        suffixes = FILM_FORMATS[self.format.currentIndex()][1]
        path = Path(self.path.text().strip() or "Untitled").expanduser()
        if path.suffix.lower() not in suffixes:
            path = path.with_name(path.name + suffixes[0])
        return FilmFile(
            path, suffixes[0], self.times.currentIndex() + 1, self.pixels.currentIndex() == 1, self.loops.isChecked(),
            self.background.colour, self.recipe.isChecked(),
        )  # fmt: skip

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.path.setFocus(Qt.FocusReason.OtherFocusReason)
        text, name = self.path.text(), Path(self.path.text())
        self.path.setSelection(len(text) - len(name.name), len(name.stem))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.foot.takes(event):
            super().keyPressEvent(event)

    def take_colour(self, colour: QColor) -> None:
        """Lay the film on another colour."""
        self.background.colour = colour.red(), colour.green(), colour.blue()
        self.background.update()

    def _ask_colour(self) -> None:
        colour = QColorDialog.getColor(QColor(*self.background.colour), self, self.tr("Background"))
        if colour.isValid():
            self.take_colour(colour)

    def _on_path(self, text: str) -> None:
        """Follow the ending that was typed."""
        wanted = _format_of(Path(text).suffix)
        if wanted is not None:
            self.format.setCurrentIndex(wanted)
        self._refresh()

    def _on_format(self) -> None:
        path, suffixes = Path(self.path.text()), FILM_FORMATS[self.format.currentIndex()][1]
        if _format_of(path.suffix) is not None and path.suffix.lower() not in suffixes:
            self.path.setText(str(path.with_suffix(suffixes[0])))
        self._refresh()

    def _on_browse(self) -> None:
        kinds = [f"{title} ({' '.join(f'*{s}' for s in suffixes)})" for title, suffixes in FILM_FORMATS]
        option = QFileDialog.Option.DontConfirmOverwrite  # the sheet says it itself
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export film"), self.path.text(), ";;".join(kinds), kinds[self.format.currentIndex()],
            options=option,
        )  # fmt: skip
        if name:
            self.path.setText(name)
            self._on_path(name)

    def _refresh(self, *_: object) -> None:
        answer = self.answer
        is_opaque = answer.suffix in _OPAQUE
        self.pixels.setEnabled(answer.times > 1)
        self._pixel_row.set_help("" if answer.times > 1 else self.tr("As they are; larger ones can be smoothed."))
        self.loops.setEnabled(not is_opaque)
        self._loop_row.set_help(self.tr("Whoever plays it decides.") if is_opaque else "")
        self.background.setEnabled(is_opaque)
        self._back_row.set_help(
            self.tr("What is clear lies on this colour.") if is_opaque else self.tr("What is clear stays clear.")
        )
        self.foot.say(self.tr("It takes the place of the file there.") if answer.path.exists() else "")

    def _on_export(self) -> None:
        path = self.answer.path
        if path.parent.is_dir() and not path.is_dir():
            self.accept()
        elif path.is_dir():
            self.foot.refuse(self.tr("That is a folder; name a file in it."))
        else:
            self.foot.refuse(self.tr("There is no folder {0}.").format(path.parent.name))


def _format_of(suffix: str) -> int | None:
    return next((k for k, (_, suffixes) in enumerate(FILM_FORMATS) if suffix.lower() in suffixes), None)
