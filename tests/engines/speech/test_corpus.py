"""The held-out clips stay out."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from intermezzo_engines.speech import corpus


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Two voices and a stranger, each with a few clips of a tone."""
    folder = tmp_path / "speech"
    folder.mkdir()
    (folder / "ljs.csv").write_text("LJ001-0009|Printing, then.\nLJ001-0010|Another one.\n", encoding="utf-8")
    rows = ["arctic_a0025_1|Say it!", "arctic_a0999_2|say it"]
    rows += [f"arctic_b{1000 + k}_3|Something else, number {k}." for k in range(60)]
    (folder / "cathy.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for voice, name, rate in (("ljs", "LJ001-0009", 24_000), ("libri", "12-34-0001", 16_000)):
        stream = io.BytesIO()
        tone = 0.1 * np.sin(2 * np.pi * 200 * np.arange(rate) / rate)
        soundfile.write(stream, tone, rate, format="OGG", subtype="OPUS")
        with tarfile.open(folder / f"{voice}.opus.tar", "w") as archive:
            entry = tarfile.TarInfo(f"./{name}.opus")
            entry.size = stream.tell()
            stream.seek(0)
            archive.addfile(entry, stream)
    return tmp_path


def test_clips_are_held_out_by_sentence_not_by_recording(data_dir: Path) -> None:
    clips = {clip.id: clip for clip in corpus.clips(data_dir, "cathy")}
    for name in ("arctic_a0025_1", "arctic_a0999_2"):
        assert clips[name].held_out
        assert clips[name].first
    others = [clip for name, clip in clips.items() if name.startswith("arctic_b")]
    assert sum(clip.held_out for clip in others) == corpus.N_LATER
    assert not any(clip.first for clip in others)


def test_one_clip_of_each_held_out_sentence_is_measured_the_first_ones_in_front(data_dir: Path) -> None:
    found = [clip.id for clip in corpus.held_out_pairs(data_dir, "cathy")]
    assert found[0] == "arctic_a0025_1"
    assert len(found) == 1 + corpus.N_LATER
    assert [clip.id for clip in corpus.held_out_pairs(data_dir, "ljs")] == ["LJ001-0009", "LJ001-0010"]


@pytest.mark.parametrize("voice", ["ljs", "libri"])
def test_sounds_come_at_24_khz(data_dir: Path, voice: str) -> None:
    ((_, samples),) = corpus.sounds(data_dir, voice)
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(24_000, abs=400)


def test_a_missing_voice_is_an_error(data_dir: Path) -> None:
    with pytest.raises(FileNotFoundError):
        corpus.clips(data_dir, "nobody")


def test_there_are_twenty_of_each() -> None:
    assert len(corpus.HELD_OUT_LJS) == len(corpus.HELD_OUT_CATHY) == 20
