"""The sheet that asks as what a score goes out: one file or several at once, where, and on which paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from intermezzo.storage.scores.papers import Paper
from intermezzo.ui.export_dialog import pair
from intermezzo.ui.look import Look
from intermezzo.ui.preferences.rows import SettingRow
from intermezzo.ui.questions import ScoreFiles
from intermezzo.ui.room import Room
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.export_foot import ExportFoot
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.take_tick import TakeTick
from intermezzo.ui.widgets.text_field import TextField
from intermezzo.ui.wording import counted

__all__ = ["KINDS", "ScoreExportDialog"]

# Ids of formats ("pdf" is drawn by the studio itself), names, what they are for, and their endings.
KINDS: Final = (
    ("pdf", "PDF", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "Pages to print")), ".pdf"),
    ("musicxml", "MusicXML", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "Notation programs")), ".musicxml"),
    ("mxl", "MusicXML, zipped", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "The same, smaller")), ".mxl"),
    ("midi", "MIDI", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "Studios, with lyrics")), ".mid"),
    ("abc", "ABC", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "Text, folk tunes")), ".abc"),
    ("ustx", "OpenUtau", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "A singer’s project")), ".ustx"),
    ("ust", "UTAU", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "A singer’s sequence")), ".ust"),
    ("chords", "Chord chart", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "Text, bars of chords")), ".chords"),
    ("svg", "SVG", str(QT_TRANSLATE_NOOP("ScoreExportDialog", "Pages as a drawing")), ".svg"),
)
_ENDINGS: Final = {suffix: name for name, _, _, suffix in KINDS}
_WIDTH: Final = 600


class ScoreExportDialog(Room):
    """Shows a proposal and lets it be changed; `answer` is what stands there.

    Args:
        lacking: formats by id that the sketch has nothing for, with the reason.
        papers: what pages are drawn on, the usual one first.
    """

    def __init__(
        self, look: Look, proposal: ScoreFiles, papers: Sequence[Paper], lacking: dict[str, str],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, self.tr("Export score"), "", parent, help_page="scores")
        self.setModal(True)
        self.setFixedWidth(_WIDTH)
        self.content.setSpacing(0)
        self._papers = papers
        self.count = Label(look, "", "value", "t2")
        self.content.addWidget(self.count)
        self.content.addSpacing(6)
        self.ticks: dict[str, TakeTick] = {}
        for name, title, use, _ending in KINDS:
            tick = TakeTick(look, 0, title, self.tr("Nothing to write yet") if name in lacking else self.tr(use))
            tick.setChecked(name in proposal.formats and name not in lacking)
            tick.setEnabled(name not in lacking)
            tick.toggled.connect(self._refresh)
            self.content.addWidget(tick)
            self.ticks[name] = tick
        self.content.addSpacing(8)
        self.path = TextField(look, self.tr("File"))
        self.path.setText(str(proposal.stem))
        self.path.setFixedWidth(300)
        self.path.textEdited.connect(self._on_path)
        self.browse = Button(look, self.tr("Choose…"), icon="folder-open")
        self.browse.clicked.connect(self._on_browse)
        self.paper = Combo(look, self.tr("Paper"), [paper.title for paper in papers])
        ids = [paper.id for paper in papers]
        self.paper.setCurrentIndex(ids.index(proposal.paper) if proposal.paper in ids else 0)
        path_row = SettingRow(
            look, self.tr("File"), self.tr("Endings are added."), pair(self.path, self.browse), width=None
        )
        for row in (path_row, SettingRow(look, self.tr("Paper"), "", self.paper)):
            self.content.addWidget(Divider(look))
            self.content.addWidget(row)
        self.foot = ExportFoot(look)
        self.foot.cancelled.connect(self.reject)
        self.foot.wanted.connect(self._on_export)
        self.content.addWidget(self.foot)
        self._refresh()

    @property
    def answer(self) -> ScoreFiles:
        """What the person wants."""
        stem = Path(self.path.text().strip() or self.tr("Untitled")).expanduser()
        if stem.suffix.lower() in _ENDINGS:
            stem = stem.with_suffix("")
        chosen = tuple(name for name, tick in self.ticks.items() if tick.isChecked() and tick.isEnabled())
        return ScoreFiles(stem, chosen, self._papers[self.paper.currentIndex()].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.foot.takes(event):
            super().keyPressEvent(event)

    def _on_path(self, text: str) -> None:
        """Tick the format whose ending was typed."""
        name = _ENDINGS.get(Path(text.strip()).suffix.lower(), "")
        if name and self.ticks[name].isEnabled():
            self.ticks[name].setChecked(True)
        self._refresh()

    def _on_browse(self) -> None:
        option = QFileDialog.Option.DontConfirmOverwrite  # the sheet says it itself
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export score"), self.path.text(), "", "", options=option)
        if name:
            self.path.setText(name)
            self._on_path(name)

    def _refresh(self, *_: object) -> None:
        answer = self.answer
        for suffix, name in _ENDINGS.items():
            self.ticks[name].show_file(answer.stem.name + suffix)
        n = len(answer.formats)
        self.count.set_text(counted(n, self.tr("1 file"), self.tr("{0} files")) if n else self.tr("No file yet"))
        self.paper.setEnabled(bool({"pdf", "svg"} & set(answer.formats)))
        there = [path.name for path in answer.paths() if path.exists()]
        replaced = self.tr("It takes the place of {0}.").format(there[0]) if there else ""
        self.foot.say(self.tr("They take the place of {0} files.").format(len(there)) if there[1:] else replaced)
        self.foot.export.setEnabled(n > 0)

    def _on_export(self) -> None:
        folder = self.answer.stem.parent
        if folder.is_dir():
            self.accept()
        else:
            self.foot.refuse(self.tr("There is no folder {0}.").format(folder.name))
