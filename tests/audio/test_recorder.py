"""The recorder: the second before the button, the file that outlives a crash, and a real stream with a known sound."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from intermezzo.audio import microphones
from intermezzo.audio.devices import NoAudio
from intermezzo.audio.recorder import Recorder, left_recordings, read_left
from intermezzo.audio.virtual import virtual_card

RATE, BLOCK = 8000, 160


def heard(recorder: Recorder, samples: np.ndarray) -> None:
    """Let the recorder hear something, block by block, as a device would."""
    for k in range(0, len(samples), BLOCK):
        recorder.take(samples[k : k + BLOCK, None].astype(np.float32), BLOCK, None, None)


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    made = Recorder(tmp_path)
    made.start_at(RATE)
    return made


def test_the_second_before_the_button_is_in_the_recording(recorder: Recorder) -> None:
    sound = np.linspace(-0.5, 0.5, 5 * RATE, dtype=np.float32)
    heard(recorder, sound[: 3 * RATE])
    recorder.record()
    heard(recorder, sound[3 * RATE :])
    audio = recorder.stop()
    assert audio is not None and np.array_equal(audio.samples[0], sound[2 * RATE :])
    assert recorder.duration_s == 3.0 and not recorder.has_clipped


def test_after_a_count_in_nothing_before_the_button_is_kept(recorder: Recorder) -> None:
    heard(recorder, np.full(2 * RATE, 0.3))
    recorder.record(pre_roll=False)
    heard(recorder, np.full(RATE, 0.1))
    audio = recorder.stop()
    assert audio is not None and audio.duration_s == 1.0 and audio.samples.max() == np.float32(0.1)


def test_the_level_shows_before_recording_and_clipping_is_told(recorder: Recorder) -> None:
    heard(recorder, np.full(RATE, 0.25))
    assert recorder.level.peak[0] == 0.25 and recorder.level.rms[0] == pytest.approx(0.25, abs=0.02)
    recorder.record()
    heard(recorder, np.concatenate([np.full(RATE, 0.25), np.ones(BLOCK)]))
    recorder.stop()
    assert recorder.has_clipped
    peaks = recorder.peaks(4)
    assert peaks[-1] == 1.0 and (peaks[:-1] == 0.25).all()


def test_what_a_dead_program_recorded_is_found_and_read(recorder: Recorder, tmp_path: Path) -> None:
    recorder.record()
    heard(recorder, np.full(RATE, 0.2))
    recorder.stop()
    path = recorder.path
    assert path is not None and left_recordings(tmp_path) == [], "this program runs"
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    left = tmp_path / f"recording-{int(gone.stdout)}-1.au"
    left.write_bytes(path.read_bytes()[:-3])  # the crash came in the middle of a sample
    assert left_recordings(tmp_path) == [left]
    audio = read_left(left)
    assert audio is not None and audio.sample_rate == RATE and audio.n_samples == RATE - 1
    assert (audio.samples == np.float32(0.2)).all()
    left.write_bytes(b"something else")
    assert read_left(left) is None
    recorder.discard()
    assert not path.exists() and recorder.audio is None


def test_a_disk_that_is_full_does_not_stop_the_recording(tmp_path: Path) -> None:
    told: list[str] = []
    recorder = Recorder(tmp_path / "gone", on_trouble=told.append)
    recorder.start_at(RATE)
    recorder.record()
    heard(recorder, np.full(RATE, 0.2))
    audio = recorder.stop()
    assert audio is not None and audio.duration_s == 1.0
    assert len(told) == 1 and "memory" in told[0]


def test_without_a_microphone_it_is_said_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    monkeypatch.setattr(microphones, "microphones", lambda: ())
    with pytest.raises(NoAudio, match=r"no microphone\. Plug one in"):
        Recorder(tmp_path).open()


@pytest.mark.skipif(sys.platform != "linux", reason="ALSA's file plug-in exists on Linux only")
def test_a_real_stream_records_what_the_microphone_hears(tmp_path: Path) -> None:
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, 48000).astype(np.float32)
    (tmp_path / "heard.raw").write_bytes(sound.tobytes())
    script = """
import json, os, threading
from pathlib import Path
import numpy as np
from intermezzo.audio.recorder import Recorder
folder = Path(os.environ["CARD"])
recorder = Recorder(folder)
take, began = recorder.take, []
def first(*block):  # the card is not paced: the file would have passed before anybody pressed the button
    if not began:
        began.append(recorder.record())
    take(*block)
recorder.take = first
recorder.open()
while recorder.duration_s < 1.0:
    threading.Event().wait(0.01)
audio = recorder.stop()
recorder.close()
np.save(folder / "recorded.npy", audio.samples[0])
print(json.dumps({"rate": audio.sample_rate, "kept": recorder.path.exists()}))
"""
    environment = os.environ | virtual_card(tmp_path, heard=tmp_path / "heard.raw") | {"CARD": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"rate": 48000, "kept": True}
    recorded = np.load(tmp_path / "recorded.npy")
    n = len(sound) // 2
    assert np.array_equal(recorded[:n], sound[:n])
