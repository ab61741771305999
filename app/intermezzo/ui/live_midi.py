"""LiveMidi: a keyboard is heard and recorded into the tune, and the tune is sent to an instrument while it plays.

A key is heard at once, with the instrument that plays the tune. Armed, what is played while the tune runs becomes notes
when it stops, as one step. What is sent out follows the tune as it is edited.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from intermezzo.audio.midi_ports import Key, MidiPorts
from intermezzo.core.edits.played import Played, with_played
from intermezzo.core.edits.tune import to_sketch
from intermezzo.core.layers import Notes
from intermezzo.core.media import Audio, Melody
from intermezzo.core.sketch import Made
from intermezzo.core.sketches.melody import MELODY
from intermezzo.jobs.protocol import Done, Event, Request
from intermezzo.ui.playback import Playback
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["LiveMidi"]

_POLL_MS: Final = 8
_AHEAD_S: Final = 0.012
_HEARD: Final = (0, 960)  # frames at 120 quarters a minute: one second
_PRIORITY: Final = 20
_KEPT: Final = 128
_USUAL: Final = 100


class LiveMidi(QObject):
    """Lives in the GUI thread; keys arrive as queued signals from the library's thread."""

    changed = Signal()  # armed or not, or another port
    _key = Signal(object)
    _came = Signal(object, object)

    def __init__(self, workspace: Workspace, playback: Playback, ports: MidiPorts, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._playback, self.ports = workspace, playback, ports
        self.is_armed = False
        self._names = ("", "")
        self._down: dict[int, tuple[float, int]] = {}  # pitch: when it went down in seconds of the tune, velocity
        self._played: list[Played] = []
        self._sounds: dict[tuple[object, ...], tuple[NDArray[np.float32], int]] = {}
        self._sent_s: float | None = None
        self._off_at: dict[int, float] = {}
        self._key.connect(self._on_key, Qt.ConnectionType.QueuedConnection)
        self._came.connect(self._on_sound)
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._send)
        playback.changed.connect(self._on_playback)

    def choose(self, keyboard: str, instrument: str) -> None:
        """Listen at a keyboard and send to an instrument, '' for none; what is not plugged in is told once."""
        before, self._names = self._names, (keyboard, instrument)
        if keyboard != before[0] and not self.ports.listen(keyboard, self._key.emit):
            self._workspace.tell("warn", self.ports.reason)
        if instrument != before[1] and not self.ports.send_to(instrument):
            self._workspace.tell("warn", self.ports.reason)
        self.changed.emit()

    def arm(self, on: bool) -> None:
        """Record what is played from now on, or keep what was recorded and stop."""
        if on and not self._names[0]:
            self._workspace.tell("warn", self.tr("Choose a MIDI keyboard in Preferences > Sound first."))
        else:
            self.is_armed = on
            if not on:
                self._keep()
        self.changed.emit()

    def close(self) -> None:
        """Let the ports go."""
        self._timer.stop()
        self.ports.close()

    # In

    def _on_key(self, key: Key) -> None:
        at_s = self._workspace.deck.position_s
        if key.velocity:
            self._hear(key)
        if not (self.is_armed and self._playback.is_playing):
            return
        if key.pitch in self._down:
            self._lift(key.pitch, at_s)
        if key.velocity:
            self._down[key.pitch] = at_s, key.velocity

    def _lift(self, pitch: int, at_s: float) -> None:
        sketch = self._workspace.sketch
        began_s, velocity = self._down.pop(pitch)
        if sketch is None or sketch.bars is None:
            return
        if at_s < began_s:  # the loop began anew while it was held
            at_s = sketch.duration_s
        start, stop = sketch.clock.frames_at((began_s, at_s)).tolist()
        self._played.append((start, stop, pitch, velocity))

    def _keep(self) -> None:
        """Put what was recorded into the tune."""
        for pitch in tuple(self._down):
            self._lift(pitch, self._workspace.deck.position_s)
        played, self._played = self._played, []
        sketch = self._workspace.sketch
        if not played or sketch is None or sketch.type.beats is None:
            return
        step = self._workspace.note_settings.step(sketch.type.beats.frames_per_quarter)
        label = self.tr("Record {0}").format(counted(len(played), self.tr("1 note"), self.tr("{0} notes")))
        self._workspace.edit(label, lambda s: with_played(s, played, step), icon="record")

    # What a key sounds like

    def _hear(self, key: Key) -> None:
        manifest, stage = self._workspace.manifest, self._workspace.stage
        if manifest is None or stage is None or manifest.sketch != MELODY.id or not manifest.renderer:
            return
        names = [p.name for p in manifest.params_of("render")]
        params = {name: stage.params[name] for name in names if name in stage.params}
        spec = MELODY.spec("notes")
        low, high = getattr(spec, "low", 0), getattr(spec, "high", 127)
        pitch = min(max(key.pitch, low), high)
        kept = (manifest.key, pitch, *sorted(params.items()))
        if kept in self._sounds:
            self._play(kept, key.velocity)
            return
        row = np.array([(*_HEARD, pitch, _USUAL)], np.int32)
        sketch = to_sketch(Melody(row, ("",), 2 * _HEARD[1]), Made(manifest.id, manifest.version))
        request = Request("render", manifest.id, params, sketch=sketch, priority=_PRIORITY)
        self._workspace.host.submit(request, lambda event: self._came.emit((kept, key.velocity), event))

    def _on_sound(self, wanted: tuple[tuple[object, ...], int], event: Event) -> None:
        if isinstance(event, Done) and isinstance(event.result, Audio):
            kept, velocity = wanted
            while len(self._sounds) >= _KEPT:
                del self._sounds[next(iter(self._sounds))]
            self._sounds[kept] = np.array(event.result.samples), event.result.sample_rate
            self._play(kept, velocity)

    def _play(self, kept: tuple[object, ...], velocity: int) -> None:
        samples, rate = self._sounds[kept]
        self._workspace.deck.audition(samples * np.float32(velocity / _USUAL), rate)

    # Out

    def _on_playback(self) -> None:
        if self._playback.is_playing:
            if self.ports.sends and not self._timer.isActive():
                self._sent_s = None
                self._timer.start()
            return
        self._timer.stop()
        self._off_at.clear()
        self.ports.silence()
        if self.is_armed:
            self._keep()

    def _send(self) -> None:
        """Send what begins and ends until a moment from now."""
        sketch, now_s = self._workspace.sketch, self._workspace.deck.position_s
        notes = next((n for n in sketch.layers.values() if isinstance(n, Notes)), None) if sketch is not None else None
        if sketch is None or notes is None or not self._playback.is_playing:
            return
        until_s = now_s + _AHEAD_S
        if self._sent_s is None or not -_AHEAD_S <= until_s - self._sent_s <= 1.0:  # begun, sought or looped
            self.ports.silence()
            self._off_at.clear()
            self._sent_s = now_s
        for pitch, at_s in tuple(self._off_at.items()):
            if at_s <= until_s:
                self.ports.release(pitch)
                del self._off_at[pitch]
        first, last = (int(np.ceil(f)) for f in sketch.clock.frames_at((self._sent_s, max(until_s, self._sent_s))))
        for k in range(*notes.begun(first, last).indices(notes.count)):
            _, stop, pitch, velocity = notes.values[k].tolist()
            if pitch in self._off_at:
                self.ports.release(pitch)
            self.ports.press(pitch, velocity)
            self._off_at[pitch] = float(sketch.clock.seconds_at(stop))
        self._sent_s = max(until_s, self._sent_s)
