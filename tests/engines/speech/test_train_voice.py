"""A voice from recordings, end to end on constructed ones; giving up and errors leave nothing behind."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from drawn_voice import drawn_voice

from intermezzo.core.errors import Cancelled, FileError
from intermezzo_engines.speech import train_voice as module
from intermezzo_engines.speech.analyse import analyse_samples
from intermezzo_engines.speech.features import SAMPLE_RATE
from intermezzo_engines.speech.model import ConverterNet
from intermezzo_engines.speech.own_voice import load_own_voice
from intermezzo_engines.speech.render import ShapeNetwork, render_frames
from intermezzo_engines.speech.train import train
from intermezzo_engines.speech.train_voice import train_voice


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four clips of some ten seconds of a drawn voice, and one file that is no sound."""
    folder = tmp_path_factory.mktemp("recordings")
    for k in range(4):
        env_ln, ap_ln, f0_hz = drawn_voice(950, 110.0 + 5 * k, 160.0)
        soundfile.write(folder / f"{k}.wav", render_frames(env_ln, ap_ln, f0_hz, seed=k, network=None), SAMPLE_RATE)
    (folder / "broken.wav").write_bytes(b"no sound at all")
    return folder


@pytest.fixture(autouse=True)
def converter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A converter that knows nothing, so that these tests need no trained one."""
    torch.manual_seed(0)
    net = ConverterNet()
    monkeypatch.setattr(module, "load_converter", lambda _: net)
    yield


def test_a_voice_is_made_without_texts(recordings: Path, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    figures = train_voice(
        recordings, tmp_path / "voice", name="Drawn", language="de", minutes=0.02,
        progress=lambda share, what: told.append((share, what)),
    )  # fmt: skip
    own = load_own_voice(tmp_path / "voice")
    assert (own.name, own.language, own.converter) == ("Drawn", "de", {})
    assert figures["recordings"] == 4 and figures["left_out_unreadable"] == 1 and figures["with_text_s"] == 0
    assert 38 < figures["recorded_s"] < 42
    assert figures["renderer_mel_error_after_db"] > 0
    assert json.loads((tmp_path / "voice" / "voice.json").read_text())["figures"] == figures
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert [what for k, (_, what) in enumerate(told) if k == 0 or told[k - 1][1] != what] == [
        "Listening", "Learning the sound", "Done"
    ]  # fmt: skip
    # What is known of the speaker is what the recordings are like.
    voiced = np.concatenate(
        [(f0 := analyse_samples(soundfile.read(recordings / f"{k}.wav", dtype="float32")[0]).f0_hz)[f0 > 0]
         for k in range(4)]
    )  # fmt: skip
    assert own.stats.pitch[0] == pytest.approx(float(np.log(voiced).mean()), abs=1e-4)
    ShapeNetwork.load(own.renderer)  # fits the renderer's network


def test_giving_up_writes_nothing(recordings: Path, tmp_path: Path) -> None:
    def progress(share: float, what: str) -> None:
        if what == "Learning the sound":
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        train_voice(recordings, tmp_path / "voice", minutes=0.02, progress=progress)
    assert not (tmp_path / "voice").exists()


def test_too_little_and_a_folder_in_use_are_refused(recordings: Path, tmp_path: Path) -> None:
    (tmp_path / "little").mkdir()
    shutil.copy(recordings / "0.wav", tmp_path / "little")
    with pytest.raises(FileError, match=r"There are 10 s of speech in .*; a voice needs 30 s or more[.]$"):
        train_voice(tmp_path / "little", tmp_path / "voice")
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "voice.json").write_text("{}")
    with pytest.raises(FileError, match="holds a voice already"):
        train_voice(recordings, tmp_path / "voice")


@pytest.mark.parametrize("level", [0.0, 0.003])
def test_silence_and_hiss_are_no_recordings_of_a_voice(recordings: Path, tmp_path: Path, level: float) -> None:
    noise = np.random.default_rng(0).standard_normal(20 * SAMPLE_RATE) * level
    (tmp_path / "silent").mkdir()
    for k in range(2):
        soundfile.write(tmp_path / "silent" / f"{k}.wav", noise.astype(np.float32), SAMPLE_RATE)
    with pytest.raises(FileError, match=r"There are 0 s of speech .* In 2 of 2 nobody is heard to speak\."):
        train_voice(tmp_path / "silent", tmp_path / "voice")
    for k in range(4):
        shutil.copy(recordings / f"{k}.wav", tmp_path / "silent" / f"voice {k}.wav")
    figures = train_voice(tmp_path / "silent", tmp_path / "voice", minutes=0.01)
    assert (figures["recordings"], figures["left_out_without_speech"]) == (4, 2) and 38 < figures["recorded_s"] < 42


def test_one_tone_is_no_speech() -> None:
    tone = 0.2 * np.sin(2 * np.pi * 440 * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE)
    assert not module.speaks(analyse_samples(tone.astype(np.float32)))


def test_texts_of_other_recordings_are_told_before_any_training(recordings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    shutil.copytree(recordings, folder)
    for k in range(4):
        (folder / f"{k}.txt").write_text("The quick brown fox jumps over the lazy dog and asks for more.")
    with pytest.raises(FileError, match="4 of 4 texts are not what is said in their recordings"):
        train_voice(folder, tmp_path / "voice", minutes=0.01)
    assert not (tmp_path / "voice").exists()


def test_the_door_hands_the_parameters_on(recordings: Path, tmp_path: Path) -> None:
    figures = train(recordings, tmp_path, params={"name": "", "language": "en", "minutes": 0.01})
    assert figures["recordings"] == 4
    assert load_own_voice(tmp_path).name == recordings.name
