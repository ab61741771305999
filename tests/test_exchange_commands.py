"""Trading with other programs on the command line: labels beside sounds, sounds that are projects, imports."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intermezzo import Studio, cli
from intermezzo.core import codec, edits
from intermezzo.core.layers import Mark, Region
from intermezzo.core.media import Text
from intermezzo.storage.audio_files import read_audio

Run = Callable[[str], tuple[int, str, str]]
LINE = "Hail, a hero is near."


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> tuple[int, str, str]:
        status = cli.run(shlex.split(line))
        return status, *capsys.readouterr()

    return run


def test_a_game_designer_makes_three_takes_in_two_voices_with_labels(run: Run) -> None:
    for voice in ("round", "reedy"):
        command = f"run mock '{LINE}' -o hail-{voice}.wav --takes 3 --set voice={voice} --labels textgrid,srt"
        assert run(command)[0] == 0
    names = sorted(path.name for path in Path().iterdir())
    assert names == sorted(
        f"hail-{voice}-{take}.{suffix}"
        for voice in ("round", "reedy")
        for take in (1, 2, 3)
        for suffix in ("wav", "TextGrid", "srt")
    )
    sounds = {path.name: read_audio(path).samples for path in Path().glob("*.wav")}
    assert len({samples.tobytes() for samples in sounds.values()}) == 6
    with Studio() as studio:
        for take in (1, 2, 3):
            stage = studio.load_stage(f"hail-reedy-{take}.wav")
            assert (stage.seed, stage.params["voice"], stage.source) == (take, "reedy", Text(LINE))
    assert Path("hail-round-2.srt").read_text().endswith(f"\n{LINE}\n")
    assert 'name = "words"' in Path("hail-round-2.TextGrid").read_text()
    # Boundaries that an animator moved come back, and the sound follows.
    assert run("import hail-round-2.wav hail-round-2.TextGrid -o same.sketch")[0] == 0
    with Studio() as studio:
        same, before = studio.load("same.sketch"), studio.load("hail-round-2.wav")
        assert codec.fingerprint(same) == codec.fingerprint(before)


def test_a_sound_is_rendered_again_from_itself_bit_for_bit(run: Run) -> None:
    run(f"run mock '{LINE}' -o a.wav --seed 7 --set gain_db=-9 --set octave=1")
    for again in ("b.wav", "c.flac", "d.wav"):
        assert run(f"render {'c.flac' if again == 'd.wav' else 'a.wav'} -o {again}")[0] == 0
        assert np.array_equal(read_audio(Path(again)).samples, read_audio(Path("a.wav")).samples)
    louder = json.loads(run("render a.wav -o e.wav --set gain_db=0 --json")[1])
    assert louder["recipe"] and louder["peak_dbfs"] == pytest.approx(9 + json.loads(
        run("render a.wav -o f.wav --no-recipe --json")[1]
    )["peak_dbfs"], abs=0.02)  # fmt: skip
    status, _, err = run("render f.wav -o g.wav")
    assert status == 2 and "f.wav holds no sketch" in err and "analyse" in err


def test_edits_origins_and_locks_travel_in_the_sound(run: Run) -> None:
    run(f"convert mock '{LINE}' -o a.sketch")
    with Studio() as studio:
        sketch = edits.curves.shift(studio.load("a.sketch"), "pitch", 10, 40, 3.0)
        sketch = edits.regions.lock(sketch, ["pitch"], Region(15, 20), True)
        studio.save(sketch, "b.sketch")
        assert run("render b.sketch -o b.wav")[0] == 0
        back = studio.load("b.wav")
    assert codec.fingerprint(back) == codec.fingerprint(sketch)
    assert "edited" in run("show b.wav")[1] and "locked" in run("show b.wav")[1]


def test_every_format_is_written_and_what_is_read_is_drawn(run: Run) -> None:
    run(f"convert mock '{LINE}' -o a.sketch")
    for suffix in ("TextGrid", "lab", "txt", "srt", "vtt", "labels.json", "PitchTier", "IntensityTier", "csv", "json"):
        assert run(f"export a.sketch -o a.{suffix}")[0] == 0
    run("export a.sketch -o short.TextGrid --format textgrid-short --layer words")
    assert '"words"' in Path("short.TextGrid").read_text() and '"letters"' not in Path("short.TextGrid").read_text()
    run("export a.sketch -o two.vtt --words 2 --word-times")
    assert Path("two.vtt").read_text().count("-->") == 3
    assert run("import a.json -o b.sketch")[0] == 0
    with Studio() as studio:
        assert codec.fingerprint(studio.load("b.sketch")) == codec.fingerprint(studio.load("a.sketch"))
    assert run("show a.json")[0] == 0
    Path("up.PitchTier").write_text('"ooTextFile"\n"PitchTier"\n0 9 2\n0\t200\n9\t200\n')
    status, out, _ = run("import a.sketch up.PitchTier a.TextGrid a.lab -o c.sketch")
    assert status == 0 and "9.00 s long" in out
    with Studio() as studio:
        pitch = studio.load("c.sketch").layers["pitch"]
    assert set(np.unique(pitch.values)) == {0.0, 200.0} and (pitch.marks() & Mark.EDITED).any()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("export a.sketch -o a.doc", "should end in"), ("export a.sketch -o a.lab --layer tune", "no labels 'tune'"),
        ("export a.sketch -o no/a.lab", "no folder"), ("export a.sketch -o a.DurationTier", "not written"),
        ("import a.sketch bad.TextGrid -o b.sketch", "bad.TextGrid cannot be read: line 3"),
        ("import a.sketch none.lab -o b.sketch", "Check the name"), ("import a.sketch -o b.wav", "should end in"),
        ("import a.sketch other.lab -o b.sketch", "another text"), ("render bad.TextGrid -o a.wav", "bad.TextGrid"),
        ("run mock hi -o a.wav --labels whistle", "no format 'whistle'"),
        ("export a.sketch -o a.srt --words x", "words"),
        ("import a.sketch odd.lab -o b.sketch", "Line 2: 'q' is no symbol"), ("render none.wav -o a.wav", "not there"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_leaves_no_file(run: Run, command: str, said: str) -> None:
    run("convert mock 'ai' -o a.sketch")
    Path("bad.TextGrid").write_text('"ooTextFile"\n"TextGrid"\n<no>')
    Path("other.lab").write_text("0 1 u\n1 2 u\n2 3 u\n3 4 o\n")
    Path("odd.lab").write_text("0 2000000 a\n2000000 3000000 q\n")
    before = sorted(Path().iterdir())
    status, out, err = run(command)
    assert (status, out) == (2, "") and err.count("\n") == 1 and said in err
    assert sorted(Path().iterdir()) == before
