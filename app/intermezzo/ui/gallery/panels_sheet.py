"""The second page of the gallery: panels, transport and welcome, to hold beside speech.png and welcome.png."""

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.ui.gallery.states_sheet import sample_matrix, wave
from intermezzo.ui.look import Look
from intermezzo.ui.widgets import (
    Banner,
    Button,
    ComboRow,
    Divider,
    DropZone,
    FieldRow,
    FormRow,
    Label,
    LevelMeter,
    NumberSpec,
    Painted,
    PickCard,
    Pill,
    SearchField,
    Section,
    Segments,
    ShareBar,
    SketchPicture,
    Slider,
    SliderRow,
    StatusDot,
    SurenessBar,
    SwitchRow,
    TakePicture,
    Thumbnail,
    ToolButton,
    TwoWaySwitch,
    ValueField,
)
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.thumbnails import Floats


def sample_curve() -> Floats:
    """Return a pitch curve of 200 frames in 0..1 with two unvoiced gaps."""
    curve = np.array([1.0 - wave(position / 199.0) for position in range(200)], dtype=np.float32)
    curve[44:52] = np.nan
    curve[120:131] = np.nan
    return curve


class _Panel(Painted):
    """A plain panel surface with a column."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("panel"))


def inspector(look: Look, parent: QWidget) -> QWidget:
    """Return selection, parameters, takes and promises in 288 px."""
    panel = _Panel(look, parent)
    selection = Section(look, "Selection", "0.19 s · 2 phones")
    head = QHBoxLayout()
    head.setContentsMargins(0, 2, 0, 4)
    head.setSpacing(8)
    head.addWidget(Label(look, "ɛ ɹ", "selection"))
    head.addWidget(Label(look, "in comparatively", "body", "t2"), 1)
    head.addWidget(Pill(look, "edited"))
    selection.body_layout.addLayout(head)
    duration = FieldRow(look, "Duration", NumberSpec(10, 900, 1, 0, "ms", 172))
    duration.field.set_number(190)
    duration.set_caption("predicted 172")
    energy = FieldRow(look, "Energy", NumberSpec(-60, 0, 0.1, 1, "dB"))
    energy.field.set_number(-21.4)
    energy.set_caption("predicted")
    sureness = FormRow(look, "Sureness")
    bar = SurenessBar(look, "Sureness")
    bar.set_value(0.68)
    number = ValueField(look, NumberSpec(0, 1), "Sureness, number")
    number.set_number(0.68)
    number.set_edited(False)
    sureness.row.addSpacing(10)
    sureness.row.addWidget(bar)
    sureness.row.addStretch(1)
    sureness.row.addWidget(number)
    for row in (duration, energy, sureness):
        selection.body_layout.addWidget(row)
    parameters = Section(look, "Parameters", "Speech")
    parameters.body_layout.addWidget(ComboRow(look, "Voice", ("ljs", "cathy")))
    for text, spec, value in (
        ("Speed", NumberSpec(0.5, 1.5, 0.05, 2, "×", 1.0), 1.0),
        ("Expression", NumberSpec(0, 1, 0.01, 2, "", 0.5), 0.62),
        ("Breath", NumberSpec(0, 1, 0.01, 2, "", 0.1), 0.1),
        ("Formant shift", NumberSpec(-6, 6, 0.1, 1, "st", 0.0), 0.0),
    ):
        slider = SliderRow(look, text, spec)
        slider.set_number(value)
        parameters.body_layout.addWidget(slider)
    parameters.body_layout.addWidget(SwitchRow(look, "Mirror", on=True))
    takes = Section(look, "Takes", "comp of 3")
    curve = sample_curve()
    for index, used in enumerate((((0.0, 0.25),), (), ((0.25, 0.7),), (), ((0.7, 1.0),))):
        line = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Label(look, f"Take {index + 1}", "body_medium"))
        names.addWidget(Label(look, f"seed {3 * index + 1}", "caption", "t3"))
        line.setSpacing(10)
        line.addLayout(names)
        line.addWidget(TakePicture(look, curve, used, index), 1)
        line.addWidget(Label(look, "0.39 s" if used else "—", "value", "t2"))
        line.addWidget(ToolButton(look, "play", f"Hear take {index + 1}", extent=24, icon_size=16))
        takes.body_layout.addLayout(line)
    promises = Section(look, "Promises", "checked 0.4 s ago")
    for icon, name, figure in (("target", "Obedience", "4.1 cents · 0 hops"), ("lock", "Permanence", "14 edits kept")):
        line = QHBoxLayout()
        name_label = Label(look, name, "body_medium", "t1", icon=icon, icon_ink="t3")
        name_label.setFixedWidth(115)
        line.addWidget(name_label)
        line.addWidget(Label(look, figure, "value", "t2"), 1)
        line.addWidget(Label(look, icon="check-circle", icon_ink="ok"))
        promises.body_layout.addLayout(line)
        promises.body_layout.addSpacing(8)
    alternative = ShareBar(look, "Share of Em")
    alternative.set_share(0.41, chosen=True)
    promises.body_layout.addWidget(alternative)
    for section in (selection, parameters, takes, promises):
        panel.column.addWidget(section)
    panel.column.addStretch(1)
    return panel


def transport(look: Look, parent: QWidget) -> QWidget:
    """Return the transport bar, 50 px high."""
    panel = _Panel(look, parent)
    row = QHBoxLayout()
    row.setContentsMargins(12, 0, 12, 0)
    row.setSpacing(8)
    play = ToolButton(look, "play-fill", "Play", framed=True, ink="t1")
    play.setFixedSize(36, 32)
    loop = ToolButton(look, "repeat", "Loop", checkable=True, lit="sel")
    loop.setChecked(True)
    for tool in (ToolButton(look, "skip-back", "Start"), play, ToolButton(look, "skip-forward", "End"), loop):
        row.addWidget(tool)
    row.addWidget(ToolButton(look, "record", "Record", ink="err"))
    row.addWidget(Label(look, "00:10.915", "clock"))
    row.addWidget(Label(look, "selected 10.330 to 10.520", "value", "t3"))
    row.addStretch(1)
    row.addWidget(Label(look, "A", "value", "t2"))
    row.addWidget(TwoWaySwitch(look, "Hear A or B"))
    row.addWidget(Label(look, "B take 3", "value", "t2"))
    row.addWidget(Divider(look, vertical=True, length=20))
    row.addWidget(ToolButton(look, "speaker-high", "Mute"))
    level = Slider(look, NumberSpec(0, 1, 0.01), "Level")
    level.set_number(0.7)
    level.setFixedWidth(92)
    row.addWidget(level)
    meter = LevelMeter(look, "Level of the output")
    meter.set_levels(-11.0, -14.0)
    row.addWidget(meter)
    panel.column.addLayout(row)
    return panel


def welcome(look: Look, parent: QWidget) -> QWidget:
    """Return pieces of the welcome page: buttons, banner, recents, an example card, the drop zone."""
    panel = _Panel(look, parent)
    column = panel.column
    column.setContentsMargins(24, 16, 24, 16)
    column.setSpacing(16)
    buttons = QHBoxLayout()
    buttons.setSpacing(6)
    buttons.addWidget(Button(look, "New project", icon="plus", kind="primary", large=True))
    buttons.addWidget(Button(look, "Open", icon="folder-open", large=True))
    buttons.addWidget(Button(look, "Record", icon="microphone", large=True))
    buttons.addStretch(1)
    column.addLayout(buttons)
    banner = Banner(
        look, "clock-counter-clockwise", "Recovered work from today, 09:41", "River song, 6 edits", "Open", "Discard"
    )
    column.addWidget(banner)
    picture = SketchPicture(matrix=sample_matrix(), curve=sample_curve(), edited=np.arange(200) % 200 > 150)
    for name, small in (("Printing, chapter 1", picture), ("Station announcements", SketchPicture(wave=_wave()))):
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Thumbnail(look, small, name, amber_curve=True))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Label(look, name, "body_medium"))
        texts.addWidget(Label(look, "speech", "value", "t3"))
        row.addLayout(texts, 1)
        row.addWidget(Label(look, "2 h ago", "value", "t3"))
        column.addLayout(row)
    example = PickCard(look, "Speech example", radius=8)
    example.content.setContentsMargins(1, 1, 1, 12)
    example.content.addWidget(
        Thumbnail(look, picture, "Its sketch", size=QSize(248, 156), radius=7, flat_bottom=True), 1
    )
    words = QVBoxLayout()
    words.setContentsMargins(15, 4, 15, 0)
    words.setSpacing(6)
    words.addWidget(Label(look, "Speech", "card", icon="microphone", icon_ink="t2"))
    words.addWidget(Label(look, "Say a line, then draw its melody", "body", "t2"))
    words.addWidget(Label(look, "“in being comparatively modern.”"))
    words.addWidget(Button(look, "Open", after="arrow-right"), 0, Qt.AlignmentFlag.AlignRight)
    example.content.addLayout(words)
    example.setFixedHeight(276)
    column.addWidget(example)
    zone = DropZone(look, "Drop anything here")
    zone.content.addWidget(Label(look, "Drop anything here", "card", icon="download-simple", icon_ink="t2"))
    zone.content.addWidget(WrappedText(look, "Text, WAV, FLAC, OGG, MP3, or a project.", "body"))
    column.addWidget(zone)
    stage = PickCard(look, "Speech stage")
    stage.set_rest_surface("raise")
    stage.set_current(True)
    line = QHBoxLayout()
    line.addWidget(Label(look, "Speech", "body_semibold", icon="microphone", icon_ink="hand"), 1)
    line.addWidget(StatusDot(look, "rendering", "hand"))
    stage.content.addLayout(line)
    stage.content.addWidget(Label(look, "Text to voice ljs · neural renderer 1.2", "value", "t2"))
    column.addWidget(stage)
    column.addWidget(Segments(look, "View", ("False colour", "Decoded", "Sureness")))
    column.addWidget(SearchField(look, "Search actions, words, takes", "Ctrl+K"))
    column.addStretch(1)
    return panel


def _wave() -> Floats:
    position = np.arange(400)
    peaks: Floats = (0.15 + 0.8 * np.abs(np.sin(position / 23.0) * np.sin(position / 7.0))).astype(np.float32)
    return peaks


class PanelsSheet(Painted):
    """Inspector at the right, transport at the bottom, welcome pieces at the left."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        inspector(look, self).setGeometry(1152, 36, 288, 820)
        transport(look, self).setGeometry(248, 826, 904, 50)
        welcome(look, self).setGeometry(0, 36, 328, 790)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("canvas"))
