"""The sheet that asks which takes are exported, what their files are called, where, and with which labels."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from intermezzo.core.errors import FileError
from intermezzo.core.layers import Spans
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.project import Stage
from intermezzo.storage.exchange.take_files import SKETCH, pattern_for, take_names
from intermezzo.storage.sound_chunks import CARRIERS
from intermezzo.ui.export_dialog import SOUND_FORMATS, formats_beside, pair
from intermezzo.ui.look import Look
from intermezzo.ui.panels.take_note import note_of_take
from intermezzo.ui.preferences.rows import SettingRow
from intermezzo.ui.questions import TakeFiles
from intermezzo.ui.room import Room
from intermezzo.ui.take_commands import title_of_take
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.export_foot import ExportFoot
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.switches import Switch
from intermezzo.ui.widgets.take_tick import TakeTick
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.wording import counted

__all__ = ["TakeExportDialog"]

_WIDTH: Final = 600
_ROWS_SHOWN: Final = 7
_ROW_PX: Final = 28


class TakeExportDialog(Room):
    """Shows a proposal and lets it be changed; `answer` is what stands there.

    Args:
        title: what ``{title}`` stands for in names.
    """

    def __init__(
        self, look: Look, proposal: TakeFiles, stage: Stage, manifest: EngineManifest, title: str,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, self.tr("Export takes"), "", parent, help_page="takes")
        self.setModal(True)
        self.setFixedWidth(_WIDTH)
        self._stage, self._manifest, self._title = stage, manifest, title
        self.content.setSpacing(0)
        self.ticks = self._make_ticks(proposal.takes)
        self.content.addLayout(self._make_head())
        self.content.addWidget(self._make_list())
        self.content.addSpacing(8)
        sketch = stage.sketch
        self._may_label = sketch is not None and any(isinstance(x, Spans) for x in sketch.layers.values())
        self._make_controls(proposal)
        self._name_row = SettingRow(look, self.tr("Names"), "", self.pattern, width=300)
        self._folder_row = SettingRow(look, self.tr("Folder"), "", pair(self.folder, self.browse), width=None)
        self._label_row = SettingRow(
            look, self.tr("Labels beside them"), "", pair(self.labels, self.labels_on), width=None
        )
        self._recipe_row = SettingRow(look, self.tr("The sketch inside them"), "", self.recipe)
        for row in (
            self._name_row, self._folder_row, SettingRow(look, self.tr("Format"), "", self.format), self._label_row,
            self._recipe_row,
        ):  # fmt: skip
            self.content.addWidget(Divider(look))
            self.content.addWidget(row)
        self.foot = ExportFoot(look)
        self.foot.cancelled.connect(self.reject)
        self.foot.wanted.connect(self._on_export)
        self.content.addWidget(self.foot)
        self._refresh()

    # What there is

    def _make_ticks(self, chosen: tuple[int, ...]) -> list[TakeTick]:
        stage = self._stage
        made_of = len({part.take for part in stage.comp})
        note = self.tr("comp of {0}").format(made_of) if made_of > 1 else ""
        ticks = [TakeTick(self.look, SKETCH, self.tr("The sketch"), note)]
        for take in stage.takes:
            ticks.append(
                TakeTick(self.look, take.number, title_of_take(take), note_of_take(stage, take, self._manifest))
            )
        for tick in ticks:
            tick.setChecked(tick.number in chosen)
            tick.toggled.connect(self._refresh)
        return ticks

    def _make_head(self) -> QHBoxLayout:
        self.count = Label(self.look, "", "value", "t2")
        self.all = Button(self.look, self.tr("All"), kind="quiet")
        self.none = Button(self.look, self.tr("None"), kind="quiet")
        self.all.clicked.connect(lambda: self._tick(on=True))
        self.none.clicked.connect(lambda: self._tick(on=False))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 6)
        head.addWidget(self.count, 1)
        head.addWidget(self.all)
        head.addWidget(self.none)
        return head

    def _make_list(self) -> QScrollArea:
        body = QWidget()
        body.setProperty("bare", True)
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for tick in self.ticks:
            rows.addWidget(tick)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Takes"))
        area.setWidget(body)
        area.setFixedHeight(
            min(len(self.ticks), _ROWS_SHOWN) * _ROW_PX + (_ROW_PX // 2) * (len(self.ticks) > _ROWS_SHOWN)
        )
        return area

    def _make_controls(self, proposal: TakeFiles) -> None:
        look = self.look
        self.pattern = TextField(look, self.tr("Names"))
        self.pattern.setText(proposal.pattern or pattern_for(self._stage, self._manifest))
        self.folder = TextField(look, self.tr("Folder"))
        self.folder.setText(str(proposal.folder))
        self.folder.setFixedWidth(300)
        self.browse = Button(look, self.tr("Choose…"), icon="folder-open")
        self.browse.clicked.connect(self._on_browse)
        self.format = Combo(look, self.tr("Format"), [title for _, title, _ in SOUND_FORMATS])
        names = [name for name, _, _ in SOUND_FORMATS]
        self.format.setCurrentIndex(names.index(proposal.encoding) if proposal.encoding in names else 0)
        self.labels_on = Switch(look, self.tr("Labels beside them"), on=bool(proposal.labels) and self._may_label)
        self.labels_on.setEnabled(self._may_label)
        self._forms = formats_beside(self._stage)
        self.labels = Combo(look, self.tr("Format of the labels"), [f.title for f in self._forms])
        ids = [f.id for f in self._forms]
        wanted = proposal.labels[0] if proposal.labels else ids[0]
        self.labels.setCurrentIndex(ids.index(wanted) if wanted in ids else 0)
        self.labels.setFixedWidth(240)
        self.recipe = Switch(look, self.tr("The sketch inside them"), on=proposal.recipe)
        for field in (self.pattern, self.folder):
            field.textEdited.connect(self._refresh)
        for combo in (self.format, self.labels):
            combo.currentIndexChanged.connect(self._refresh)
        for switch in (self.labels_on, self.recipe):
            switch.toggled.connect(self._refresh)

    # What the person wants

    @property
    def answer(self) -> TakeFiles:
        """What stands there."""
        name, _, _ = SOUND_FORMATS[self.format.currentIndex()]
        labels = (self._forms[self.labels.currentIndex()].id,) if self.labels_on.isChecked() else ()
        return TakeFiles(
            Path(self.folder.text().strip()).expanduser(), tuple(t.number for t in self.ticks if t.isChecked()),
            self.pattern.text(), name, labels, self.recipe.isChecked() and self.recipe.isEnabled(),
        )  # fmt: skip

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.foot.takes(event):
            super().keyPressEvent(event)

    def _tick(self, *, on: bool) -> None:
        for tick in self.ticks:
            tick.setChecked(on)

    def _on_browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for the files"), self.folder.text())
        if folder:
            self.folder.setText(folder)
            self._refresh()

    def _names(self) -> dict[int, str]:
        """Return what the file of each chosen take would be called, without its ending."""
        answer = self.answer
        names = take_names(self._stage, answer.takes, answer.pattern, self._title, self._manifest)
        return dict(zip(answer.takes, names, strict=True))

    def _refresh(self, *_: object) -> None:
        answer, suffix = self.answer, SOUND_FORMATS[self.format.currentIndex()][2]
        try:
            names, wrong = self._names(), ""
        except FileError as problem:
            names, wrong = {}, str(problem)
        for tick in self.ticks:
            tick.show_file(names[tick.number] + suffix if tick.number in names else "")
        n = len(answer.takes)
        self.count.set_text(counted(n, self.tr("1 file"), self.tr("{0} files")))
        self.foot.export.setEnabled(bool(n) and not wrong)
        self._name_row.set_help(wrong or self.tr("{title} {take} {n} {seed}, and settings as {voice}").replace(
            "{voice}", self._example()))  # fmt: skip
        self.labels.setEnabled(self.labels_on.isChecked())
        self._label_row.set_help(
            self.tr("Words and sounds with their times.") if self._may_label else self.tr("This sketch has no labels.")
        )
        carries = suffix in CARRIERS
        self.recipe.setEnabled(carries)
        self._recipe_row.set_help(
            self.tr("Opened here, each is a project again.")
            if carries
            else self.tr("This format has no place for it; WAV, FLAC and MP3 have.")
        )
        there = sum((answer.folder / (name + suffix)).exists() for name in names.values())
        replaced = counted(
            there, self.tr("It takes the place of 1 file."), self.tr("They take the place of {0} files.")
        )
        if wrong:
            self.foot.refuse(self.tr("Mend the names first."))
        else:
            self.foot.say(replaced if there else "")

    def _example(self) -> str:
        found = [p.name for p in self._manifest.params_of("convert") if p.kind == "choice"]
        return "{" + found[0] + "}" if found else "{seed}"

    def _on_export(self) -> None:
        folder = self.answer.folder
        problem = ""
        if not self.folder.text().strip() or (folder.exists() and not folder.is_dir()):
            problem = self.tr("That is a file; name a folder.") if folder.is_file() else self.tr("Name a folder.")
        elif not folder.is_dir() and not folder.parent.is_dir():
            problem = self.tr("There is no folder {0}.").format(folder.parent.name)
        if problem:
            self.foot.refuse(problem)
        else:
            self.accept()
