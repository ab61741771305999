"""The source panel: the text that is typed, or the recording or tune that was imported, and what converts it."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from intermezzo.core.media import Audio, Image, Media, Melody, Text, Video
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.behind import behind
from intermezzo.ui.look import Look
from intermezzo.ui.panels.edited_words import EditedFrames, StandingWords, source_spans
from intermezzo.ui.panels.recorder_card import RecorderCard
from intermezzo.ui.panels.source_changes import SourceChanges
from intermezzo.ui.panels.source_text import SourceText
from intermezzo.ui.panels.spoken_text import SpokenText
from intermezzo.ui.panels.tune_card import TuneCard
from intermezzo.ui.rewording import text_of
from intermezzo.ui.staleness import Staleness
from intermezzo.ui.top_bar import bind_button
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.cards import Card
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["SourcePanel", "phrase_count"]

_REST_MS = 120
_MAX_MARKS = 2000  # words that are marked at once; more than a screen ever shows
_PHRASE_END, _LETTER = re.compile(r"[.!?…。！？\n]"), re.compile(r"\w")


def phrase_count(text: str) -> int:
    """Return how many phrases a text has: stretches between full stops, question marks and line ends."""
    return sum(_LETTER.search(phrase) is not None for phrase in _PHRASE_END.split(text))


def _characters(words: NDArray[np.int64]) -> list[tuple[int, int]]:
    return [(first, last) for first, last in words[:_MAX_MARKS, :2].tolist()]


class SourcePanel(Section):
    """What goes in.

    Attributes:
        word_wanted: index of the word that was clicked in the text, and the name of its layer.
    """

    word_wanted = Signal(str, int)

    def __init__(self, look: Look, workspace: Workspace, book: ActionBook, tips: Tips, parent: QWidget) -> None:
        super().__init__(look, QCoreApplication.translate("SourcePanel", "Source"), "", parent)
        self._workspace = workspace
        self.parts_of: Callable[[], tuple[tuple[str, ...], int]] = lambda: ((), 0)  # of the score a tune came from
        self._frames, self._words = EditedFrames(), StandingWords()
        self._staleness, self._changes = Staleness(), SourceChanges()
        self._shown: object = self  # the source that is shown; at first none that could be
        self.text = SourceText(look, self)
        self.fault = WrappedText(look, "", "value", "err")
        self.fault.setContentsMargins(0, 6, 0, 0)
        self.fault.setVisible(False)
        self.text.tint.told.connect(self._show_fault)
        self.recording = Card(look, self, surface="raise", spacing=2, padding=9)
        self._name = Label(look, "", "body_medium", "t1", icon="waves", icon_ink="ana")
        self._about = Label(look, "", "value", "t3")
        self.recording.content.addWidget(self._name)
        self.recording.content.addWidget(self._about)
        self.recording.setAccessibleName(self.tr("Recording"))
        self.tune = TuneCard(look, self)
        self.record = Button(look, self.tr("Record"), icon="microphone")
        self.recorder = RecorderCard(look, self)
        self.record.clicked.connect(lambda: self.recorder.open_microphone())
        tips.set_tip(self.record, self.tr("Record"), "", self.tr("From the microphone, with the second before"))
        self.import_ = Button(look, self.tr("Import"), icon="download-simple")
        bind_button(
            self.import_, book["import"], tips, book.keys_of("import")[0], self.tr("A text, a recording or a score")
        )
        self.more = Button(look, "", icon="dots-three", kind="quiet")
        self.more.setAccessibleName(self.tr("More about the source"))
        self.more.clicked.connect(self._show_more)
        self.convert = Button(look, self.tr("Convert"), icon="sparkle", key=book.keys_of("convert")[0])
        bind_button(self.convert, book["convert"], tips, book.keys_of("convert")[0])
        self.body_layout.addWidget(self.text)
        self.body_layout.addWidget(self.fault)
        self.spoken = SpokenText(look, workspace, self)
        self.body_layout.addWidget(self.recording)
        self.body_layout.addWidget(self.tune)
        self.body_layout.addWidget(self.spoken)
        self.body_layout.addSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.record)
        row.addWidget(self.import_)
        row.addStretch(1)
        row.addWidget(self.more)
        self._stale_row = QWidget(self)
        stale = QVBoxLayout(self._stale_row)
        stale.setContentsMargins(0, 0, 0, 8)
        stale.setSpacing(5)
        self._why = Label(look, "", "value", "t3")
        stale.addWidget(self._why)
        stale.addWidget(self.convert, 0, Qt.AlignmentFlag.AlignLeft)
        self._behind_row = QWidget(self)
        rows = QVBoxLayout(self._behind_row)
        rows.setContentsMargins(0, 0, 0, 8)
        rows.setSpacing(5)
        self.behind = WrappedText(look, "", "value", "t2")
        self.take = Button(look, "", icon="arrow-right")
        bind_button(self.take, book["take_new"], tips, book.keys_of("take_new")[0])
        rows.addWidget(self.behind)
        rows.addWidget(self.take, 0, Qt.AlignmentFlag.AlignLeft)
        self.body_layout.addWidget(self._behind_row)
        self.body_layout.addWidget(self._stale_row)
        self.body_layout.addLayout(row)
        self.body_layout.addWidget(self.recorder)
        self._book = book
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._mark_words)
        self.text.typed.connect(lambda text: workspace.set_source(Text(text)))
        self.text.pointed.connect(self._on_pointed)
        self.spoken.pointed.connect(self._on_pointed)
        workspace.changed.connect(self._on_changed)
        workspace.replaced.connect(self._show)
        workspace.stage_chosen.connect(self._show)
        workspace.selected.connect(self._rest.start)
        self._show()

    def _on_changed(self, old: object, new: object) -> None:
        self._show()

    def _show(self, *_: object) -> None:
        stage, manifest = self._workspace.stage, self._workspace.manifest
        source = stage.source if stage else None
        if source is not self._shown:
            self._shown = source
            self._show_source(source)
        self.spoken.refresh()
        self.text.tint.set_on(bool(manifest and manifest.marks and isinstance(source, Text)))
        has_source = bool(source.text.strip()) if isinstance(source, Text) else source is not None
        new = stage is not None and stage.sketch is None
        read = self._workspace.as_read(stage) if stage else None
        stale = bool(read and manifest and self._staleness.of(read, manifest))
        self._stale_row.setVisible(has_source and (new or stale))
        self._why.setVisible(stale and not new)
        self._why.set_text(self._changes.line(read, manifest) if read and manifest and stale and not new else "")
        news = behind(self._workspace, stage)
        self._behind_row.setVisible(news is not None)
        if news is not None:
            self.behind.setText(news.line)
            self.take.setText(news.take)
            self.take.setAccessibleName(news.take)
        finds = self.spoken.name and text_of(self._workspace)
        self.convert.setText(self.tr("Find the words") if finds else self.tr("Convert"))
        self.convert.setAccessibleName(self.convert.text())
        self._rest.start()

    def _show_source(self, source: Media | None) -> None:
        stage = self._workspace.stage
        self.text.setVisible(not isinstance(source, (Audio, Melody, Video, Image)))
        self.recording.setVisible(isinstance(source, (Audio, Video, Image)))
        self.tune.setVisible(isinstance(source, Melody))
        self.text.setReadOnly(stage is None)
        icon = "image" if isinstance(source, Image) else "film-strip" if isinstance(source, Video) else "waves"
        self._name.set_icon(icon, "ana")
        if isinstance(source, Audio):
            self._name.set_text(stage.source_name or self.tr("Recording") if stage else "")
            n = source.samples.shape[0]
            channels = {1: self.tr("mono"), 2: self.tr("stereo")}.get(n, self.tr("{0} channels").format(n))
            self._about.set_text(f"{source.duration_s:.2f}\u2009s · {source.sample_rate / 1000:g}\u2009kHz {channels}")
            self.set_caption(self.tr("recording"))
        elif isinstance(source, Video):
            self._name.set_text(stage.source_name or self.tr("Video") if stage else "")
            what = self.tr("{0} pictures a second are looked at").format(f"{source.frames_per_s:g}")
            self._about.set_text(f"{source.duration_s:.2f}\u2009s · {what}")
            self.set_caption(self.tr("video"))
        elif isinstance(source, Image):
            self._name.set_text(stage.source_name or self.tr("Picture") if stage else "")
            self._about.set_text(self.tr("{0} × {1} pixels").format(source.width, source.height))
            self.set_caption(self.tr("picture"))
        elif isinstance(source, Melody):
            self.tune.show_tune(source, stage.source_name if stage else "")
            self.tune.show_parts(*self.parts_of())
            self.set_caption(self.tr("tune"))
        else:
            text = source.text if isinstance(source, Text) else ""
            self.text.show_text(text)
            n = phrase_count(text)
            self.set_caption(counted(n, self.tr("1 phrase"), self.tr("{0} phrases")) if text.strip() else "")

    def _show_fault(self) -> None:
        faults = self.text.tint.faults
        self.fault.setVisible(bool(faults) and self.text.isVisibleTo(self))
        self.fault.setText(faults[0].reason if faults else "")

    def _mark_words(self) -> None:
        sketch, selection = self._workspace.sketch, self._workspace.selection
        field = self.spoken if self.spoken.name else self.text
        text = text_of(self._workspace)
        if sketch is None or text is None:
            field.show_words([], [])
            return
        edited = self._frames.of(sketch)
        words = self._words.of(sketch, text)
        lit = words[(words[:, 2] < selection.stop) & (words[:, 3] > selection.start)] if selection else words[:0]
        counted_edits = np.concatenate(([0], np.cumsum(edited)))
        touched = words[counted_edits[words[:, 3]] > counted_edits[words[:, 2]]]
        field.show_words(_characters(lit), _characters(touched))

    def _on_pointed(self, position: int) -> None:
        sketch, text = self._workspace.sketch, text_of(self._workspace)
        spans = source_spans(sketch) if sketch else None
        if text is None or spans is None or spans.source is None:
            return
        for k, (first, last) in enumerate(spans.source.tolist()):
            if first <= position <= last and text[first:last]:
                self.word_wanted.emit(spans.spec.name, k)
                return

    def _show_more(self) -> None:
        menu = QMenu(self)
        menu.addAction(self._book["convert"])
        menu.addAction(self._book["vary"])
        menu.addSeparator()
        write = menu.addAction(self.tr("Write a text instead"))
        write.setEnabled(self.recording.isVisibleTo(self) or self.tune.isVisibleTo(self))
        write.triggered.connect(lambda: self._workspace.set_source(Text("")))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
