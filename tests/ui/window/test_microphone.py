"""The Record button: level, time and wave in place; stop, retake and use; no microphone is said in plain words."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.ui.window.conftest import Rig

from intermezzo.audio import recorder as recording
from intermezzo.audio.devices import NoAudio
from intermezzo.audio.recorder import Recorder
from intermezzo.core.media import Audio

RATE = 16_000


def hears(recorder: Recorder, samples: np.ndarray) -> None:
    for k in range(0, len(samples), 320):
        recorder.take(samples[k : k + 320, None].astype(np.float32), 320, None, None)


def test_what_is_recorded_becomes_the_source_and_is_analysed(rig: Rig, tmp_path: Path) -> None:
    card, workspace = rig.studio.window.source.recorder, rig.studio.workspace
    recorder = Recorder(tmp_path)
    recorder.start_at(RATE)
    tone = 0.2 * np.sin(2 * np.pi * 220 * np.arange(RATE) / RATE)
    card.open_microphone(recorder)
    hears(recorder, tone)
    card.refresh()
    assert card.isVisible() and not card.use.isVisible() and max(card.meter.peaks_db()) > -20
    QTest.mouseClick(card.main, Qt.MouseButton.LeftButton)
    assert card.main.text() == "Stop"
    hears(recorder, np.ones(320))
    card.refresh()
    assert card.clip.isVisible()
    QTest.mouseClick(card.main, Qt.MouseButton.LeftButton)
    assert card.main.text() == "Retake" and card.use.isVisible()
    QTest.mouseClick(card.main, Qt.MouseButton.LeftButton)
    hears(recorder, tone)
    card.refresh()
    assert not card.clip.isVisible() and card.time.text() == "0:01.0"
    QTest.mouseClick(card.main, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.use, Qt.MouseButton.LeftButton)
    rig.until(lambda: workspace.sketch is not None)
    assert isinstance(workspace.stage.source, Audio) and workspace.stage.source.duration_s == 1.0
    assert not card.isVisible() and rig.studio.window.source.spoken.isVisible()
    rig.until(lambda: not list(tmp_path.glob("recording-*")))


def test_without_a_microphone_the_card_says_so(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str | None) -> None:
        raise NoAudio("There is no microphone. Plug one in.")

    monkeypatch.setattr(recording, "find_microphone", nothing)
    source = rig.studio.window.source
    assert source.record.isEnabled()
    QTest.mouseClick(source.record, Qt.MouseButton.LeftButton)
    rig.until(lambda: "Plug one in" in source.recorder.note.text())
    assert not source.recorder.main.isEnabled()
    QTest.mouseClick(source.recorder.dismiss, Qt.MouseButton.LeftButton)
    assert not source.recorder.isVisible()
