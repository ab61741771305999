"""The transport under the lanes: play, loop, the clock, what is selected, the level, the meter."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from intermezzo.ui.ab_switch import AbSwitch
from intermezzo.ui.action_book import ActionBook
from intermezzo.ui.art import paint_hairline
from intermezzo.ui.look import Look
from intermezzo.ui.playback import Playback
from intermezzo.ui.text import LEFT, paint_text, text_width
from intermezzo.ui.time_axis import frame_of
from intermezzo.ui.timeline.beats import clock_place, stretch_text, tempo_text
from intermezzo.ui.top_bar import bind_button
from intermezzo.ui.transport_choices import TransportChoices
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.meters import LevelMeter
from intermezzo.ui.widgets.number import NumberSpec
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.widgets.slider import Slider
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.workspace import Workspace

__all__ = ["Clock", "Transport", "clock_text"]

HEIGHT = 50


def clock_text(seconds: float) -> str:
    """Write a time as 00:10.915, with hours where there are any."""
    ms = max(round(seconds * 1000), 0)
    minutes, rest = divmod(ms, 60_000)
    text = f"{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
    return f"{minutes // 60}:{text}" if minutes >= 60 else text


_WORDS_PX = 850  # where a tune has room for words and the level beside those who play
_ROOMY_PX = 1000  # where the selection has room beside those who play


class Clock(Painted):
    """The playhead's time in tabular figures, so that nothing dances."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._text = clock_text(0.0)
        self.setAccessibleName(self.tr("Playhead"))
        self.setAccessibleDescription(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the time as it is shown."""
        return self._text

    def set_seconds(self, seconds: float) -> None:
        """Show a time."""
        self.set_text(clock_text(seconds))

    def set_text(self, text: str) -> None:
        """Show a place."""
        if text != self._text:
            longer = len(text) != len(self._text)
            self._text = text
            self.setAccessibleDescription(text)
            if longer:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.look.font("clock"), self._text)) + 2, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            area = QRectF(self.rect())
            paint_text(painter, area, self._text, self.look.font("clock"), self.look.color("t1"), LEFT)


class Transport(Painted):
    """One row of 50 px."""

    def __init__(
        self, look: Look, workspace: Workspace, playback: Playback, book: ActionBook, tips: Tips, parent: QWidget
    ) -> None:
        super().__init__(look, parent)
        self._workspace, self._playback = workspace, playback
        self.setFixedHeight(HEIGHT)
        self.start = ToolButton(look, "skip-back", self.tr("To the start"))
        self.play = ToolButton(look, "play-fill", self.tr("Play"), framed=True, extent=32, ink="t1")
        self.play.setFixedSize(36, 32)
        self.end = ToolButton(look, "skip-forward", self.tr("To the end"))
        self.loop = ToolButton(look, "repeat", self.tr("Loop"), checkable=True, lit="sel")
        self.metronome = ToolButton(look, "timer", self.tr("Metronome"), checkable=True, lit="sel")
        self.record = ToolButton(look, "record", self.tr("Record from a MIDI keyboard"), checkable=True, lit="err")
        self.clock = Clock(look)
        self.range = Label(look, "", "value", "t2")
        self.mute = ToolButton(look, "speaker-high", self.tr("Mute"), checkable=True, lit="warn")
        self.level = Slider(look, NumberSpec(-48.0, 6.0, 1.0, 0, "dB", default=0.0), self.tr("Level"))
        self.level.setFixedWidth(76)
        self.meter = LevelMeter(look, self.tr("Output level"))
        pairs = (
            (self.start, "to_start"),
            (self.play, "play"),
            (self.end, "to_end"),
            (self.loop, "loop"),
            (self.metronome, "metronome"),
            (self.record, "record_midi"),
            (self.mute, "mute"),
        )
        for button, action_id in pairs:
            keys = book.keys_of(action_id)
            bind_button(button, book[action_id], tips, keys[0] if keys else "")
        tips.set_tip(self.level, self.tr("Level"), "", self.tr("Only what you hear; exports are not affected"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 0)
        row.setSpacing(4)
        for widget in (self.start, self.play, self.end, self.loop, self.metronome, self.record):
            row.addWidget(widget)
        row.addSpacing(14)
        row.addWidget(self.clock)
        row.addSpacing(10)
        row.addWidget(self.range)
        row.addStretch(1)
        self.choices = TransportChoices(look, workspace, tips, self)
        row.addWidget(self.choices)
        row.addSpacing(6)
        self.ab = AbSwitch(look, workspace, book, tips, self)
        row.addWidget(self.ab)
        row.addSpacing(6)
        self._rule = Divider(look, vertical=True)
        self._rule.setFixedHeight(20)
        row.addWidget(self._rule)
        row.addSpacing(6)
        row.addWidget(self.mute)
        row.addWidget(self.level)
        row.addSpacing(10)
        row.addWidget(self.meter)
        self.level.moved.connect(playback.set_level)
        playback.changed.connect(self._on_playback)
        playback.metered.connect(self.meter.set_levels)
        workspace.moved.connect(self._on_moved)
        workspace.selected.connect(self._on_selected)
        workspace.replaced.connect(self._on_selected)
        workspace.changed.connect(self._on_selected)
        workspace.stage_chosen.connect(self._on_selected)
        self._on_selected()

    def _on_playback(self) -> None:
        playing, muted = self._playback.is_playing, self._playback.is_muted
        self.play.set_icon_name("pause-fill" if playing else "play-fill")
        self.play.setAccessibleName(self.tr("Pause") if playing else self.tr("Play"))
        quiet = "speaker-low" if self._playback.level_db < -24 else "speaker-high"
        self.mute.set_icon_name("speaker-slash" if muted else quiet)
        self.level.set_number(self._playback.level_db)

    def _on_moved(self, seconds: float) -> None:
        sketch = self._workspace.sketch
        if sketch is not None and sketch.bars is not None:
            self.clock.set_text(clock_place(sketch, frame_of(sketch, seconds)))
        else:
            self.clock.set_seconds(seconds)

    def _on_selected(self, *_: object) -> None:
        self._on_moved(self._workspace.playhead_s)
        selection, sketch = self._workspace.selection, self._workspace.sketch
        self.metronome.setVisible(sketch is not None and sketch.bars is not None)
        self.record.setVisible(sketch is not None and sketch.bars is not None)
        self._make_room()
        if sketch is not None and sketch.bars is not None:
            roomy = self.width() >= _ROOMY_PX or not self.choices.has_any()
            where = stretch_text(sketch, selection.start, selection.stop) if selection and roomy else ""
            self.range.set_text(" · ".join(filter(None, (tempo_text(sketch, self._playhead()), where))))
            return
        region = self._playback.region_s()
        if region is not None:
            self.range.set_text(self.tr("selected {0:.3f} to {1:.3f}").format(*region))
            return
        self.range.set_text(self.tr("of {0}").format(clock_text(sketch.duration_s)) if sketch else "")

    def _playhead(self) -> int:
        return int(frame_of(self._workspace.sketch, self._workspace.playhead_s))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._on_selected()

    def _make_room(self) -> None:
        """Of a tune those who play count more than the meter, the switch and the selection."""
        choices = self.choices.has_any()
        self.choices.setVisible(choices and self.width() >= 620)
        self.choices.share_room(roomy=self.width() >= _WORDS_PX)
        self.level.setVisible(not choices or self.width() >= _WORDS_PX)
        self.meter.setVisible(not choices or self.width() >= 1060)
        self.ab.setVisible(self.width() >= (960 if choices else 520))
        self._rule.setVisible(self.ab.isVisible())
        self.range.setVisible(self.width() >= 720)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.look.color("panel"))
            paint_hairline(painter, QLineF(0, 0, self.width(), 0), self.look.color("line"))
