"""The Python face: what DESIGN.md promises to scripts."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import intermezzo
from intermezzo import Studio, edits
from intermezzo.core import codec
from intermezzo.core.errors import Cancelled, FileError, PluginError, SourceError
from intermezzo.core.media import Audio, Text
from intermezzo.jobs.protocol import Progress
from intermezzo.storage.audio_files import write_audio


@pytest.fixture(scope="module")
def studio() -> Studio:
    """A studio in this process."""
    return Studio()


def test_the_public_names() -> None:
    assert intermezzo.__all__ == ["Studio", "edits"]
    with pytest.raises(AttributeError, match="no attribute 'utils'"):
        _ = intermezzo.utils


def test_text_to_sketch_to_sound_and_back() -> None:
    with Studio(device="cpu") as studio:
        sketch = studio.convert("mock", "Oh, are you in Iowa?", seed=1)
        assert sketch.pitch.values.dtype == np.float32 and sketch.pitch.hop_s == 0.01
        sketch = edits.curves.shift(sketch, "pitch", 0, sketch.n_frames, 2)
        audio = studio.render(sketch)
        assert isinstance(audio, Audio) and audio.samples.shape == (1, sketch.n_frames * 160)
        again = studio.analyse("mock", audio)
        assert again.n_frames == sketch.n_frames


def test_both_ways_to_work_give_the_same() -> None:
    with Studio() as here, Studio(in_process=False) as elsewhere:
        sketches = [s.convert("mock", "aha", seed=2, params={"octave": 1}) for s in (here, elsewhere)]
        assert codec.fingerprint(sketches[0]) == codec.fingerprint(sketches[1])
        sounds = [s.render(sketch, window=(3, 20)) for s, sketch in zip((here, elsewhere), sketches, strict=True)]
        assert np.array_equal(sounds[0].samples, sounds[1].samples)
        again = [s.resample(sketches[0], 5, 25, seed=8) for s in (here, elsewhere)]
        assert codec.fingerprint(again[0]) == codec.fingerprint(again[1])
        for studio in (here, elsewhere):
            with pytest.raises(SourceError, match="no letter"):
                studio.convert("mock", "?")


def test_run_is_convert_and_render(studio: Studio) -> None:
    sound = studio.run("mock", "la la", seed=3, params={"gain_db": -3.0, "octave": 1})
    sketch = studio.convert("mock", "la la", seed=3, params={"octave": 1})
    assert np.array_equal(sound.samples, studio.render(sketch, params={"gain_db": -3.0}).samples)


def test_sources_come_as_text_path_or_value(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "song.txt"
    path.write_text("la la", encoding="utf-8-sig")
    wanted = codec.fingerprint(studio.convert("mock", "la la"))
    assert codec.fingerprint(studio.convert("mock", path)) == wanted
    assert codec.fingerprint(studio.convert("mock", Text("la la"))) == wanted
    path.write_text("la la", encoding="utf-16")
    assert codec.fingerprint(studio.convert("mock", path)) == wanted
    sound = studio.run("mock", "la la")
    write_audio(tmp_path / "song.flac", sound)
    for medium in (tmp_path / "song.flac", str(tmp_path / "song.flac"), sound):
        assert studio.analyse("mock", medium).n_frames == sound.n_samples // 160


@pytest.mark.parametrize("content", [b"\xff\xff\xff", b"a\0b", b"\xfe\xff\xd8"])
def test_a_file_that_is_no_text_is_refused(studio: Studio, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "song.txt"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"song\.txt is no text"):
        studio.convert("mock", path)


def test_a_folder_and_a_missing_file_are_refused(studio: Studio, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.txt"):
        with pytest.raises(FileError, match="cannot be read"):
            studio.convert("mock", path)


def test_sketch_files_come_back(studio: Studio, tmp_path: Path) -> None:
    sketch = studio.convert("mock", "la la")
    studio.save(sketch, tmp_path / "a.sketch")
    assert codec.fingerprint(studio.load(str(tmp_path / "a.sketch"))) == codec.fingerprint(sketch)


def test_a_sketch_is_rendered_with_the_seed_that_made_it(studio: Studio) -> None:
    sketch = studio.convert("mock", "sh", seed=77)
    assert np.array_equal(studio.render(sketch).samples, studio.render(sketch, seed=77).samples)
    assert not np.array_equal(studio.render(sketch).samples, studio.render(sketch, seed=1).samples)


def test_engines_are_listed_with_their_state(studio: Studio) -> None:
    everything = {status.id: status for status in studio.engines(hidden=True)}
    assert everything["builtin.mock"].state == "ready"
    assert "builtin.mock" not in {status.id for status in studio.engines()}
    cuda = {status.id: status for status in Studio(device="cuda").engines(hidden=True)}
    assert cuda["builtin.mock"].state == "lacks" and "cuda" in cuda["builtin.mock"].reason


def test_an_unknown_engine_is_told(studio: Studio) -> None:
    with pytest.raises(PluginError, match="no engine 'whistle'"):
        studio.convert("whistle", "la")


@pytest.mark.parametrize("in_process", [True, False])
def test_progress_can_stop_the_work(in_process: bool) -> None:
    def stop(progress: Progress) -> None:
        raise Cancelled("enough")

    with Studio(in_process=in_process) as studio, pytest.raises(Cancelled):
        studio.convert("mock", "la " * 2000, on_progress=stop)


def test_takes_are_samples_of_counted_seeds(studio: Studio) -> None:
    takes = studio.takes("mock", "la la", 3, seed=4)
    assert [take.made.seed for take in takes] == [4, 5, 6]
    assert codec.fingerprint(takes[1]) == codec.fingerprint(studio.convert("mock", "la la", seed=5))


def test_check_measures_the_promises(studio: Studio) -> None:
    report = studio.check("mock", quick=True)["builtin.mock"]
    assert report["promises"] == dict.fromkeys(report["promises"], True) and len(report["promises"]) == 5


def test_a_script_imports_neither_qt_nor_torch() -> None:
    code = (
        "import sys; from intermezzo import Studio, edits; s = Studio(); s.run('mock', 'la');"
        "print([m for m in ('PySide6', 'torch', 'scipy', 'sounddevice') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_snippet_of_the_design_runs_verbatim() -> None:
    from intermezzo import Studio, edits

    with Studio(device="cpu") as studio:
        sketch = studio.convert("speech", "The quick brown fox", seed=1)
        before = sketch.pitch.values, sketch.pitch.hop_s
        sketch = edits.speech.shift_pitch(sketch, semitones=2, phones=slice(3, 5))
        audio = studio.render(sketch)
        again = studio.analyse("speech", audio)
    assert before[0].dtype == np.float32 and before[1] == 256 / 24_000 and (before[0] != sketch.pitch.values).any()
    assert isinstance(audio, Audio) and audio.samples.dtype == np.float32 and audio.sample_rate == 24_000
    assert again.type.id == "speech/1" and abs(again.n_frames - sketch.n_frames) <= 1
