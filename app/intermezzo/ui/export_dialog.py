"""The sheet that asks how a sound is exported: where, in which format, with labels beside it, its sketch inside."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from intermezzo.storage.exchange.formats import FORMATS
from intermezzo.storage.sound_chunks import CARRIERS
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.rows import SettingRow
from intermezzo.ui.questions import SoundFile
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.switches import Switch
from intermezzo.ui.widgets.text_field import TextField

__all__ = ["SOUND_FORMATS", "ExportDialog"]

# Names of storage.audio_files.AudioEncoding with what people read, the most useful one first.
SOUND_FORMATS: Final = (
    ("WAV_24", "WAV, 24 bit", ".wav"), ("WAV_16", "WAV, 16 bit", ".wav"), ("WAV_FLOAT", "WAV, 32-bit float", ".wav"),
    ("FLAC", "FLAC", ".flac"), ("OGG", "OGG Vorbis", ".ogg"), ("MP3", "MP3", ".mp3"),
)  # fmt: skip
_LABELS: Final = tuple(f for f in FORMATS if f.holds != "sketch" and f.write is not None and f.is_default)
_SUFFIXES: Final = frozenset(suffix for _, _, suffix in SOUND_FORMATS)
_WIDTH: Final = 560


class ExportDialog(Room):
    """Shows a proposal and lets it be changed; `answer` is what stands there.

    Args:
        may_label: whether the sketch has labels to write.
    """

    def __init__(self, look: Look, proposal: SoundFile, parent: QWidget | None = None, *, may_label: bool) -> None:
        super().__init__(look, self.tr("Export sound"), "", parent, help_page="exchange")
        self.setModal(True)
        self.setFixedWidth(_WIDTH)
        self._may_label = may_label
        self.content.setSpacing(0)
        self.path = TextField(look, self.tr("File"))
        self.path.setText(str(proposal.path))
        self.path.textEdited.connect(self._on_path)
        self.browse = Button(look, self.tr("Choose…"), icon="folder-open")
        self.browse.clicked.connect(self._on_browse)
        self.format = Combo(look, self.tr("Format"), [title for _, title, _ in SOUND_FORMATS])
        names = [name for name, _, _ in SOUND_FORMATS]
        self.format.setCurrentIndex(names.index(proposal.encoding) if proposal.encoding in names else 0)
        self.format.currentIndexChanged.connect(self._on_format)
        self.labels_on = Switch(look, self.tr("Labels beside it"), on=bool(proposal.labels) and may_label)
        self.labels_on.setEnabled(may_label)
        self.labels = Combo(look, self.tr("Format of the labels"), [f.title for f in _LABELS])
        ids = [f.id for f in _LABELS]
        wanted = proposal.labels[0] if proposal.labels else ids[0]
        self.labels.setCurrentIndex(ids.index(wanted) if wanted in ids else 0)
        self.recipe = Switch(look, self.tr("The sketch inside it"), on=proposal.recipe)
        for switch in (self.labels_on, self.recipe):
            switch.toggled.connect(self._refresh)
        self.labels.currentIndexChanged.connect(self._refresh)
        self._label_row = SettingRow(
            look, self.tr("Labels beside it"), "", _pair(self.labels, self.labels_on), width=None
        )
        self._recipe_row = SettingRow(look, self.tr("The sketch inside it"), "", self.recipe)
        rows = (
            SettingRow(look, self.tr("File"), "", _pair(self.path, self.browse), width=None),
            SettingRow(look, self.tr("Format"), "", self.format), self._label_row, self._recipe_row,
        )  # fmt: skip
        for k, row in enumerate(rows):
            if k:
                self.content.addWidget(Divider(look))
            self.content.addWidget(row)
        self.path.setFixedWidth(300)
        self.labels.setFixedWidth(240)
        self.trouble = Label(look, "", "value", "t3")
        self.cancel = Button(look, self.tr("Cancel"), key="Esc")
        self.cancel.clicked.connect(self.reject)
        self.export = Button(look, self.tr("Export"), icon="export", kind="primary", key="Enter")
        self.export.clicked.connect(self._on_export)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 14, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self.trouble, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.export)
        self.content.addLayout(foot)
        self._refresh()

    @property
    def answer(self) -> SoundFile:
        """What the person wants."""
        name, _, suffix = SOUND_FORMATS[self.format.currentIndex()]
        path = Path(self.path.text().strip() or f"Untitled{suffix}").expanduser()
        if path.suffix.lower() not in _SUFFIXES:
            path = path.with_name(path.name + suffix)
        labels = (_LABELS[self.labels.currentIndex()].id,) if self.labels_on.isChecked() else ()
        return SoundFile(path, name, labels, self.recipe.isChecked() and self.recipe.isEnabled())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.path.setFocus(Qt.FocusReason.OtherFocusReason)
        text = self.path.text()
        start = len(text) - len(Path(text).name)
        self.path.setSelection(start, len(Path(text).stem))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.cancel.hasFocus():
            self._on_export()
            return
        super().keyPressEvent(event)

    def _on_path(self, text: str) -> None:
        """Follow the ending that was typed."""
        suffix = Path(text).suffix.lower()
        own = SOUND_FORMATS[self.format.currentIndex()][2]
        if suffix in _SUFFIXES and suffix != own:
            self.format.setCurrentIndex(next(k for k, (_, _, s) in enumerate(SOUND_FORMATS) if s == suffix))
        self._refresh()

    def _on_format(self) -> None:
        path, suffix = Path(self.path.text()), SOUND_FORMATS[self.format.currentIndex()][2]
        if path.suffix.lower() in _SUFFIXES and path.suffix.lower() != suffix:
            self.path.setText(str(path.with_suffix(suffix)))
        self._refresh()

    def _on_browse(self) -> None:
        pattern = ";;".join(f"{title} (*{suffix})" for _, title, suffix in SOUND_FORMATS)
        chosen = f"{SOUND_FORMATS[self.format.currentIndex()][1]} (*{SOUND_FORMATS[self.format.currentIndex()][2]})"
        option = QFileDialog.Option.DontConfirmOverwrite  # the sheet says it itself
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export sound"), self.path.text(), pattern, chosen, options=option
        )
        if name:
            self.path.setText(name)
            self._on_path(name)

    def _refresh(self, *_: object) -> None:
        answer = self.answer
        form = _LABELS[self.labels.currentIndex()]
        self.labels.setEnabled(self.labels_on.isChecked())
        if not self._may_label:
            line = self.tr("This sketch has no labels.")
        elif self.labels_on.isChecked():
            line = answer.path.with_name(answer.path.stem + form.suffix).name
        else:
            line = self.tr("Words and sounds with their times.")
        self._label_row.set_help(line)
        carries = answer.path.suffix.lower() in CARRIERS
        self.recipe.setEnabled(carries)
        self._recipe_row.set_help(
            self.tr("Opened here, it is this project again; other programs just play it.")
            if carries
            else self.tr("This format has no place for it; WAV, FLAC and MP3 have.")
        )
        exists = answer.path.exists()
        self.trouble.set_ink("t3")
        self.trouble.set_text(self.tr("It takes the place of the file there.") if exists else "")

    def _on_export(self) -> None:
        path = self.answer.path
        if path.parent.is_dir() and not path.is_dir():
            self.accept()
            return
        self.trouble.set_ink("err")
        self.trouble.set_text(
            self.tr("That is a folder; name a file in it.")
            if path.is_dir()
            else self.tr("There is no folder {0}.").format(path.parent.name)
        )


def _pair(left: QWidget, right: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(left)
    row.addWidget(right)
    return both
