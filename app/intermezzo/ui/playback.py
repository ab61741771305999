"""Playback: the transport between the workspace and the player; the playhead follows what is heard, not a timer.

It lives in the GUI thread and asks the player where it is about 60 times a second while something plays.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from intermezzo.core.layers import Layer
from intermezzo.core.music.grid import whole_stretch
from intermezzo.ui.time_axis import axis_of, frame_of, heard_at
from intermezzo.ui.workspace import Workspace

__all__ = ["Playback", "SoundEvents"]

_POLL_MS = 16
_SILENT_DB = -90.0
_STEP_S = 1.0
_END_S = 0.1


class SoundEvents(QObject):
    """Takes the player's calls, which come on the audio thread, over into the GUI thread."""

    ended = Signal()
    failed = Signal(str)


class Playback(QObject):
    """Play, pause, loop and search."""

    changed = Signal()  # playing, looping, muted or the level of the slider
    metered = Signal(float, float)  # peak of both channels, dB re full scale
    silent = Signal(str)  # there is no sound device: why

    def __init__(self, workspace: Workspace, events: SoundEvents, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._player = workspace, workspace.deck
        self.is_looping = False
        self.is_muted = False
        self.has_metronome = self.counts_in = False
        self._beaten: tuple[Layer, Layer, int] | None = None  # tempo, metre and frames of the beats the player has
        self.level_db = 0.0
        self._was_playing = self._was_silent = False
        self._until_s: float | None = None
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._poll)
        events.ended.connect(self._poll, Qt.ConnectionType.QueuedConnection)
        events.failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)
        workspace.selected.connect(self._on_selected)
        workspace.replaced.connect(self._poll)
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._set_beats)
            signal.connect(self._set_silence)

    def _set_silence(self, *_: object) -> None:
        """A film without sound plays as time passes, and goes round as it is made to."""
        sketch, manifest = self._workspace.sketch, self._workspace.manifest
        is_silent = sketch is not None and manifest is not None and manifest.output == "video"
        self._player.set_silence(sketch.duration_s if sketch is not None and is_silent else None)
        if is_silent and not self._was_silent:
            self.set_looping(True)
        self._was_silent = is_silent

    @property
    def is_playing(self) -> bool:
        """Whether the transport runs."""
        return self._player.playing

    def region_s(self) -> tuple[float, float] | None:
        """Return the selected time in seconds, or None."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        if sketch is None or not selection:
            return None
        start_s, stop_s = sketch.clock.seconds_at((selection.start, selection.stop)).tolist()
        return start_s, stop_s

    def toggle(self) -> None:
        """Play from the playhead, or pause."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Play from the playhead on; from the start of the loop where it lies outside."""
        workspace = self._workspace
        start_s = workspace.playhead_s
        duration_s = workspace.sketch.duration_s if workspace.sketch else 0.0
        if start_s >= duration_s - 0.02:
            start_s = 0.0
        region = self._loop_region()
        if region is not None and not region[0] <= start_s < region[1]:
            start_s = region[0]
        self._begin(start_s, None)
        if region is not None and self.is_playing:
            self._player.set_loop(region)

    def play_selection(self) -> None:
        """Play the selection, over and over where the loop is on; all from the playhead where nothing is selected."""
        region, loop = self.region_s(), self._loop_region()
        if region is None:
            self.play()
        elif loop is not None:
            self._begin(loop[0], None)
            self._player.set_loop(loop)
        else:
            self._begin(*region)

    def play_range(self, start_s: float, stop_s: float) -> None:
        """Play a stretch once."""
        self._begin(start_s, stop_s)

    def _begin(self, start_s: float, stop_s: float | None) -> None:
        if self._player.play(start_s, stop_s, self._count_in(start_s)):
            self._timer.start()
        else:
            self.silent.emit(self._player.reason or "")
        self._poll()

    def pause(self) -> None:
        """Stop where it is heard now."""
        self._player.pause()
        self._poll()

    def stop(self) -> None:
        """Stop, and go back to where playing began."""
        self._player.stop()
        self._poll()
        self._workspace.set_playhead(self._player.position_s)

    def back(self) -> None:
        """Go one second back; playing goes on."""
        self._workspace.set_playhead(self._workspace.playhead_s - _STEP_S)

    def forward(self) -> None:
        """Play, or go one second on where it plays."""
        if self.is_playing:
            self._workspace.set_playhead(self._workspace.playhead_s + _STEP_S)
        else:
            self.play()

    def go_to(self, seconds: float) -> None:
        """Put the playhead somewhere and bring it into view."""
        self._workspace.set_playhead(seconds)
        view = self._workspace.view
        at_s = axis_of(self._workspace.sketch, self._workspace.playhead_s)
        if not view.start_s <= at_s <= view.stop_s:
            view.follow(at_s)

    def step(self, frames: int) -> None:
        """Move the playhead by frames of the sketch."""
        sketch = self._workspace.sketch
        if sketch is not None:
            frame = round(frame_of(sketch, self._workspace.playhead_s)) + frames
            self.go_to(heard_at(sketch, frame * sketch.type.hop_s))

    def set_looping(self, on: bool) -> None:
        """Loop the selection, of a tune its whole bars (beats where it is shorter); all where none is."""
        self.is_looping = on
        if self.is_playing:
            self._player.set_loop(self._loop_region())
        self.changed.emit()

    def set_metronome(self, on: bool, counts_in: bool) -> None:
        """Click on the beats of a tune while it plays, and count a bar before it, or not."""
        self.has_metronome, self.counts_in = on, counts_in
        self._set_beats()
        self.changed.emit()

    def _set_beats(self, *_: object) -> None:
        sketch = self._workspace.sketch
        beats = sketch.type.beats if self.has_metronome and sketch is not None else None
        if sketch is None or beats is None or sketch.bars is None:
            if self._beaten is not None:
                self._beaten = None
                self._player.set_beats(None)
            return
        tempo, metre = sketch.layers[beats.tempo], sketch.layers[beats.metre]
        before = self._beaten
        if before is not None and before[0] is tempo and before[1] is metre and before[2] == sketch.n_frames:
            return
        self._beaten = tempo, metre, sketch.n_frames
        frames = sketch.bars.beats(0, sketch.n_frames)
        begins = np.isin(frames, sketch.bars.starts[1 if sketch.bars.pickup else 0 :])
        self._player.set_beats(list(zip(sketch.clock.seconds_at(frames).tolist(), begins.tolist(), strict=True)))

    def _count_in(self, start_s: float) -> tuple[float, int] | None:
        """Return seconds a beat and beats of a bar at a place, where a tune is counted in."""
        sketch = self._workspace.sketch
        if not self.counts_in or sketch is None or sketch.bars is None:
            return None
        frame = frame_of(sketch, start_s)
        metre = sketch.bars.metres[sketch.bars.index_at(frame)]
        beat_s = float(np.diff(sketch.clock.seconds_at((frame, frame + metre.beat_frames)))[0])
        return beat_s, metre.bar_frames // metre.beat_frames

    def set_muted(self, on: bool) -> None:
        """Mute, or not."""
        self.is_muted = on
        self._apply_level()

    def set_level(self, level_db: float) -> None:
        """Set the level of everything that is played, dB."""
        self.level_db, self.is_muted = level_db, False
        self._apply_level()

    def _apply_level(self) -> None:
        self._player.gain = 0.0 if self.is_muted else 10 ** (self.level_db / 20)
        self.changed.emit()

    def _loop_region(self) -> tuple[float, float] | None:
        if not self.is_looping:
            return None
        sketch, selection = self._workspace.sketch, self._workspace.selection
        if sketch is not None and sketch.bars is not None and selection:  # a loop that is out of time is of no use
            edges = whole_stretch(selection.start, selection.stop, sketch.bars)
            start_s, stop_s = sketch.clock.seconds_at(edges).tolist()
            return start_s, stop_s
        return self.region_s() or (0.0, sketch.duration_s if sketch else 0.0)

    def _on_selected(self, _: object) -> None:
        if self.is_looping and self.is_playing:
            self._player.set_loop(self._loop_region())

    def _on_failed(self, line: str) -> None:
        self.silent.emit(line)
        self._poll()

    def _poll(self) -> None:
        playing = self._player.playing
        if playing or self._was_playing:
            position_s = self._player.position_s
            duration_s = self._workspace.sketch.duration_s if self._workspace.sketch else 0.0
            if not playing and position_s > duration_s - _END_S:
                position_s = duration_s  # the clock stops a buffer early; Space plays all again
            self._workspace.playhead_s = position_s
            self._workspace.moved.emit(position_s)
            if playing:
                self._workspace.view.follow(axis_of(self._workspace.sketch, position_s))
        left, right = (20 * math.log10(max(peak, 1e-9)) for peak in self._player.level.peak)
        self.metered.emit(left, right)
        if playing != self._was_playing:
            self._was_playing = playing
            self.changed.emit()
        if playing and not self._timer.isActive():
            self._timer.start()
        elif not playing and max(left, right) < _SILENT_DB:
            self._timer.stop()

    def close(self) -> None:
        """Ask the player no more."""
        self._timer.stop()
