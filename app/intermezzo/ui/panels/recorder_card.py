"""The microphone in place, under the source: level, time, the growing wave; stop, retake, use.

PortAudio is asked and let go beside the window, for that can take half a second.
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from intermezzo.audio.microphones import microphones
from intermezzo.audio.recorder import Recorder, left_recordings, read_left
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.media import Audio
from intermezzo.storage.places import recovery_folder
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.buttons import Button, ToolButton
from intermezzo.ui.widgets.cards import Card
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.messages import WrappedText
from intermezzo.ui.widgets.meters import LevelMeter
from intermezzo.ui.widgets.painted import Painted

__all__ = ["RecorderCard", "Wave"]

_TICK_MS = 33
_WAVE_PX = 36
_FLOOR = 1e-5


class Wave(Painted):
    """What was recorded so far, as one column of peaks for every two pixels."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._peaks: NDArray[np.float32] = np.zeros(0, np.float32)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, _WAVE_PX)

    @property
    def n_columns(self) -> int:
        """How many peaks fit."""
        return max(self.width() // 2, 1)

    def show_peaks(self, peaks: NDArray[np.float32]) -> None:
        """Show peaks as shares of full scale, oldest first."""
        self._peaks = peaks
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        middle = self.height() / 2
        with QPainter(self) as painter:
            ink = self.look.color("ana")
            for k, peak in enumerate(self._peaks.tolist()):
                half = max(min(peak, 1.0) * middle, 0.5)
                painter.fillRect(QRectF(2 * k, middle - half, 1, 2 * half), ink)


class RecorderCard(Card):
    """Hidden until the microphone is wanted.

    Attributes:
        used: what was recorded and is wanted as the source, as Audio.
        chosen: name of the microphone that was picked, empty for that of the system.
    """

    used = Signal(object)
    chosen = Signal(str)
    _answered = Signal(str, object)
    _troubled = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, surface="raise", spacing=6, padding=9)
        self.setAccessibleName(self.tr("Microphone"))
        self.device = ""
        self._recorder: Recorder | None = None
        self._opening: threading.Thread | None = None
        self._left: tuple[Path, Audio] | None = None
        self.choice = Combo(look, self.tr("Input device"))
        self.choice.activated.connect(self._on_device)
        self._names = [""]
        self.time = Label(look, "", "value", "t1")
        self.clip = Label(look, self.tr("clipped"), "value", "err")
        self.dismiss = ToolButton(look, "x", self.tr("Close the microphone"), extent=24)
        self.dismiss.clicked.connect(lambda: self.close_microphone())
        self.meter = LevelMeter(look, self.tr("Input level"))
        self.wave = Wave(look, self.tr("What was recorded so far"))
        self.note = WrappedText(look, "")
        self.main = Button(look, self.tr("Record"), icon="record-fill")
        self.main.clicked.connect(self.toggle)
        self.use = Button(look, self.tr("Use"), icon="check", kind="primary")
        self.use.clicked.connect(self._use)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.time)
        head.addWidget(self.clip)
        head.addStretch(1)
        head.addWidget(self.dismiss)
        foot.addWidget(self.main)
        foot.addWidget(self.use)
        foot.addStretch(1)
        self.content.addLayout(head)
        for widget in (self.meter, self.wave, self.note, self.choice):
            self.content.addWidget(widget)
        self.content.addLayout(foot)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self.refresh)
        self._answered.connect(self._on_answer)
        self._troubled.connect(self._say)
        self.hide()

    @property
    def recorder(self) -> Recorder | None:
        """What records while the card is open."""
        return self._recorder

    def open_microphone(self, recorder: Recorder | None = None) -> None:
        """Show the card and listen; a recorder that is handed in hears what its owner lets it hear."""
        if self._recorder is not None:
            return
        self.show()
        try:
            folder = recovery_folder()
        except IntermezzoError as problem:
            self._say(str(problem))
            return
        self._recorder = recorder or Recorder(folder, self._troubled.emit)
        self._find_left(folder)
        self._say(
            self.tr("A recording was left when the studio ended. Use it, or record another.") if self._left else ""
        )
        if recorder is None:
            self._listen()
        self._tick.start()
        self.refresh()

    def _find_left(self, folder: Path) -> None:
        found = ((path, read_left(path)) for path in left_recordings(folder))
        self._left = next(((path, audio) for path, audio in found if audio is not None), None)

    def _listen(self) -> None:
        recorder, device = self._recorder, self.device or None
        before = self._opening

        def ask() -> None:
            if before is not None:
                before.join()
            try:
                if recorder is not None:
                    recorder.close()
                    recorder.open(device)
                answer = ("", microphones())
            except IntermezzoError as problem:
                answer = (str(problem), ())
            self._answered.emit(*answer)

        self._opening = threading.Thread(target=ask, name="microphone", daemon=True)
        self._opening.start()

    def _on_answer(self, reason: str, found: object) -> None:
        devices = found if isinstance(found, tuple) else ()
        self._names = ["", *(d.name for d in devices)]
        self.choice.clear()
        self.choice.addItems([self.tr("As the system"), *self._names[1:]])
        self.choice.setCurrentIndex(self._names.index(self.device) if self.device in self._names else 0)
        if reason:
            self._say(reason)
        self.refresh()

    def _on_device(self, index: int) -> None:
        self.device = self._names[index]
        self.chosen.emit(self.device)
        self._say("")
        self._listen()

    def _say(self, line: str) -> None:
        self.note.setText(line)
        self.note.setVisible(bool(line))

    def toggle(self) -> None:
        """Record, or stop; another recording takes the place of the last."""
        recorder = self._recorder
        if recorder is None:
            return
        if recorder.is_recording:
            recorder.stop()
        else:
            self._forget_left()
            recorder.record()
            self._say("")
        self.refresh()

    def _forget_left(self) -> None:
        if self._left is not None:
            self._left[0].unlink(missing_ok=True)
            self._left = None

    def refresh(self) -> None:
        """Show level, time and wave as they stand."""
        recorder = self._recorder
        if recorder is None:
            return
        left, right = (float(20 * np.log10(max(peak, _FLOOR))) for peak in recorder.level.peak)
        self.meter.set_levels(left, right)
        seconds = self._left[1].duration_s if self._left else recorder.duration_s
        self.time.set_text(f"{int(seconds // 60)}:{seconds % 60:04.1f}")
        self.clip.setVisible(recorder.has_clipped)
        self.wave.show_peaks(
            recorder.peaks(self.wave.n_columns) if seconds and not self._left else np.zeros(0, np.float32)
        )
        has_sound = seconds > 0 and not recorder.is_recording
        self.use.setVisible(has_sound)
        self.main.setEnabled(recorder.rate > 0)
        name = self.tr("Stop") if recorder.is_recording else self.tr("Retake") if has_sound else self.tr("Record")
        if name != self.main.text():
            self.main.setText(name)
            self.main.setAccessibleName(name)
            self.main.set_icon_name("stop" if recorder.is_recording else "record-fill")

    def recording(self) -> Audio | None:
        """Return what was recorded and is not used yet; None while it records, and where there is nothing."""
        recorder = self._recorder
        if self._left is not None:
            return self._left[1]
        if recorder is None or recorder.is_recording or not recorder.duration_s:
            return None
        return recorder.audio

    def _use(self) -> None:
        audio = self.recording()
        if audio is not None:
            self.used.emit(audio)
            self._forget_left()
            if self._recorder is not None:
                self._recorder.discard()
            self.close_microphone()

    def close_microphone(self, *, keep: bool = False) -> None:
        """Let the microphone go and hide; with ``keep``, what was not used is offered at the next start."""
        self._tick.stop()
        recorder, self._recorder, opening = self._recorder, None, self._opening
        self._opening = self._left = None
        self.hide()
        if recorder is None:
            return

        def end() -> None:
            if opening is not None:
                opening.join()
            recorder.close()
            if not keep:
                recorder.discard()

        threading.Thread(target=end, name="microphone ends", daemon=True).start()
