"""The sheet that asks how a sound is exported: where, in which format, with labels beside it, its sketch inside."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from intermezzo.core.errors import FileError
from intermezzo.core.project import Stage
from intermezzo.core.sentences import Stretch
from intermezzo.storage.exchange.formats import FORMATS, Format
from intermezzo.storage.exchange.splitting import PATTERN, Split, names_of, stretches_of
from intermezzo.storage.sound_chunks import CARRIERS
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.rows import SettingRow
from intermezzo.ui.questions import SoundFile
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.export_foot import ExportFoot
from intermezzo.ui.widgets.labels import Divider
from intermezzo.ui.widgets.switches import Switch
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.wording import counted

__all__ = ["LABEL_FORMATS", "SOUND_FORMATS", "ExportDialog", "formats_beside", "pair"]

# Names of storage.audio_files.AudioEncoding with what people read, the most useful one first.
SOUND_FORMATS: Final = (
    ("WAV_24", "WAV, 24 bit", ".wav"), ("WAV_16", "WAV, 16 bit", ".wav"), ("WAV_FLOAT", "WAV, 32-bit float", ".wav"),
    ("FLAC", "FLAC", ".flac"), ("OGG", "OGG Vorbis", ".ogg"), ("MP3", "MP3", ".mp3"),
)  # fmt: skip
_SPLITS: Final[tuple[tuple[Split, str], ...]] = (
    ("whole", str(QT_TRANSLATE_NOOP("ExportDialog", "One file"))),
    ("sentences", str(QT_TRANSLATE_NOOP("ExportDialog", "One for each sentence"))),
    ("chapters", str(QT_TRANSLATE_NOOP("ExportDialog", "One for each chapter"))),
)
LABEL_FORMATS: Final = tuple(
    f for f in FORMATS if f.holds not in ("sketch", "pages") and f.write is not None and f.is_default
)
_SUFFIXES: Final = frozenset(suffix for _, _, suffix in SOUND_FORMATS)
_WIDTH: Final = 560


class ExportDialog(Room):
    """Shows a proposal and lets it be changed; `answer` is what stands there.

    Args:
        may_label: whether the sketch has labels to write.
        stage: what is exported, for the names of its sentences and chapters; None offers one file only.
        title: what ``{title}`` stands for in names.
    """

    def __init__(
        self, look: Look, proposal: SoundFile, parent: QWidget | None = None, *, may_label: bool,
        stage: Stage | None = None, title: str = "",
    ) -> None:  # fmt: skip
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
        self._forms = formats_beside(stage)
        has_tune = any(f.holds == "score" for f in self._forms)
        self.labels = Combo(look, self.tr("Format of the labels"), [f.title for f in self._forms])
        ids = [f.id for f in self._forms]
        wanted = proposal.labels[0] if proposal.labels else ids[0]
        self.labels.setCurrentIndex(ids.index(wanted) if wanted in ids else 0)
        self.recipe = Switch(look, self.tr("The sketch inside it"), on=proposal.recipe)
        for switch in (self.labels_on, self.recipe):
            switch.toggled.connect(self._refresh)
        self.labels.currentIndexChanged.connect(self._refresh)
        self.split = Combo(look, self.tr("Files"), [self.tr(name) for _, name in _SPLITS])
        self.split.currentIndexChanged.connect(self._on_split)
        self.pattern = TextField(look, self.tr("Names"))
        self.pattern.setText(proposal.pattern or PATTERN)
        self.pattern.textEdited.connect(self._refresh)
        self._stage, self._title, self._stretches = stage, title, dict[Split, tuple[Stretch, ...]]()
        self._split_row = SettingRow(look, self.tr("Files"), "", self.split)
        self._name_row = SettingRow(look, self.tr("Names"), "", self.pattern)
        may_split = stage is not None and not has_tune  # a tune has no sentences that end in silence
        self._split_row.setVisible(may_split)
        beside = self.tr("Score beside it") if has_tune else self.tr("Labels beside it")
        self._label_row = SettingRow(look, beside, "", pair(self.labels, self.labels_on), width=None)
        self._recipe_row = SettingRow(look, self.tr("The sketch inside it"), "", self.recipe)
        self._path_row = SettingRow(look, self.tr("File"), "", pair(self.path, self.browse), width=None)
        rows = (
            *((self._split_row, self._name_row) if may_split else ()), self._path_row,
            SettingRow(look, self.tr("Format"), "", self.format), self._label_row, self._recipe_row,
        )  # fmt: skip
        for k, row in enumerate(rows):
            if k:
                self.content.addWidget(Divider(look))
            self.content.addWidget(row)
        self.path.setFixedWidth(300)
        self.labels.setFixedWidth(240)
        self.foot = ExportFoot(look)
        self.foot.cancelled.connect(self.reject)
        self.foot.wanted.connect(self._on_export)
        self.content.addWidget(self.foot)
        self._refresh()

    @property
    def answer(self) -> SoundFile:
        """What the person wants."""
        name, _, suffix = SOUND_FORMATS[self.format.currentIndex()]
        split = _SPLITS[self.split.currentIndex()][0]
        path = Path(self.path.text().strip() or f"Untitled{suffix}").expanduser()
        if split == "whole" and path.suffix.lower() not in _SUFFIXES:
            path = path.with_name(path.name + suffix)
        labels = (self._forms[self.labels.currentIndex()].id,) if self.labels_on.isChecked() else ()
        recipe = self.recipe.isChecked() and self.recipe.isEnabled()
        return SoundFile(path, name, labels, recipe, split, self.pattern.text() if split != "whole" else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.path.setFocus(Qt.FocusReason.OtherFocusReason)
        text = self.path.text()
        start = len(text) - len(Path(text).name)
        self.path.setSelection(start, len(Path(text).stem))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.foot.takes(event):
            super().keyPressEvent(event)

    def _on_path(self, text: str) -> None:
        """Follow the ending that was typed."""
        suffix = Path(text).suffix.lower()
        own = SOUND_FORMATS[self.format.currentIndex()][2]
        if suffix in _SUFFIXES and suffix != own:
            self.format.setCurrentIndex(next(k for k, (_, _, s) in enumerate(SOUND_FORMATS) if s == suffix))
        self._refresh()

    def _on_split(self) -> None:
        """Go from a file to a folder of the same name, or back."""
        split, suffix = self.answer.split, SOUND_FORMATS[self.format.currentIndex()][2]
        path = Path(self.path.text())
        if split != "whole" and path.suffix.lower() in _SUFFIXES:
            self.path.setText(str(path.with_suffix("")))
        elif split == "whole" and path.suffix.lower() not in _SUFFIXES:
            self.path.setText(str(path.with_name(path.name + suffix)))
        self._refresh()

    def _names(self) -> list[str]:
        """Return what the files would be called; raises FileError where the pattern makes no sense."""
        answer = self.answer
        if self._stage is None or answer.split == "whole":
            return []
        if answer.split not in self._stretches:
            self._stretches[answer.split] = stretches_of(self._stage, answer.split)
        return names_of(self._stretches[answer.split], answer.pattern, self._title)

    def _on_format(self) -> None:
        path, suffix = Path(self.path.text()), SOUND_FORMATS[self.format.currentIndex()][2]
        if path.suffix.lower() in _SUFFIXES and path.suffix.lower() != suffix:
            self.path.setText(str(path.with_suffix(suffix)))
        self._refresh()

    def _on_browse(self) -> None:
        if self.answer.split != "whole":
            folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for the files"), self.path.text())
            if folder:
                self.path.setText(folder)
                self._refresh()
            return
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
        form = self._forms[self.labels.currentIndex()]
        self.labels.setEnabled(self.labels_on.isChecked())
        is_split, suffix = answer.split != "whole", SOUND_FORMATS[self.format.currentIndex()][2]
        self._name_row.setVisible(is_split)
        self.path.setAccessibleName(self.tr("Folder") if is_split else self.tr("File"))
        self._path_row.set_help(self.tr("A folder; it is made where there is none.") if is_split else "")
        try:
            names, wrong = self._names(), ""
        except FileError as problem:
            names, wrong = [], str(problem)
        self._split_row.set_help(counted(len(names), self.tr("1 file"), self.tr("{0} files")) if names else "")
        self._name_row.set_help(wrong or (f"{names[0]}{suffix}" if names else ""))
        if not self._may_label:
            line = self.tr("This sketch has no labels.")
        elif self.labels_on.isChecked():
            line = f"{names[0]}{form.suffix}" if names else answer.path.with_name(answer.path.stem + form.suffix).name
        else:
            has_tune = any(f.holds == "score" for f in self._forms)
            line = self.tr("The tune, or its labels.") if has_tune else self.tr("Words and sounds with their times.")
        self._label_row.set_help(line)
        carries = suffix in CARRIERS if is_split else answer.path.suffix.lower() in CARRIERS
        self.recipe.setEnabled(carries)
        self._recipe_row.set_help(
            self.tr("Opened here, it is this project again; other programs just play it.")
            if carries
            else self.tr("This format has no place for it; WAV, FLAC and MP3 have.")
        )
        exists = answer.path.exists() and not is_split
        self.foot.say(self.tr("It takes the place of the file there.") if exists else "")

    def _on_export(self) -> None:
        path, is_split = self.answer.path, self.answer.split != "whole"
        if is_split:
            self._on_export_files(path)
            return
        if path.parent.is_dir() and not path.is_dir():
            self.accept()
            return
        self.foot.refuse(
            self.tr("That is a folder; name a file in it.")
            if path.is_dir()
            else self.tr("There is no folder {0}.").format(path.parent.name)
        )

    def _on_export_files(self, folder: Path) -> None:
        try:
            self._names()
            problem = "" if folder.is_dir() or not folder.exists() else self.tr("That is a file; name a folder.")
        except FileError as wrong:
            problem = str(wrong)
        if not problem and not folder.is_dir() and not folder.parent.is_dir():
            problem = self.tr("There is no folder {0}.").format(folder.parent.name)
        if problem:
            self.foot.refuse(problem)
        else:
            self.accept()


def formats_beside(stage: Stage | None) -> tuple[Format, ...]:
    """Return the formats of labels that the sketch of a stage can be written in; of a tune, scores come first."""
    if stage is None or stage.sketch is None:
        return tuple(f for f in LABEL_FORMATS if f.holds != "score")
    sketch = stage.sketch
    able = [f for f in LABEL_FORMATS if not f.lacks(sketch)] or [f for f in LABEL_FORMATS if f.holds == "labels"]
    return tuple(sorted(able, key=lambda f: f.holds != "score"))


def pair(left: QWidget, right: QWidget) -> QWidget:
    """Return two controls side by side."""
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(left)
    row.addWidget(right)
    return both
