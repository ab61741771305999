"""The command that trains: parameters, a look, progress with the time left, and tidiness when it is given up."""

import json
from pathlib import Path

import pytest

from intermezzo import cli, train_command
from intermezzo.studio import Studio
from intermezzo.train_command import Pace


@pytest.fixture
def hums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two hummed recordings, an octave above what the mock hums by itself."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hums").mkdir()
    for k in (1, 2):
        assert cli.run(["run", "mock", "la la la", "-o", f"hums/{k}.wav", "--seed", str(k), "--set", "octave=1"]) == 0
    return tmp_path / "hums"


def test_what_training_wrote_is_what_the_parameter_takes(hums: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    line = ["train", "mock", "--data", "hums", "--out", "my/tune", "--set", "name=High", "--set", "rounds=2", "--json"]
    assert cli.run(line) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["params"] == {"name": "High", "rounds": 2} and told["out"] == str(Path("my/tune"))
    assert 250 < told["figures"]["tonic_after_hz"] < 900
    assert [p.name for p in Path("my/tune").iterdir()] == ["hum.json"]
    with Studio() as studio:
        plain, tuned = (
            studio.convert("mock", "la la la", seed=1, params=params) for params in ({}, {"tune": "my/tune"})
        )
    ratio = told["figures"]["tonic_after_hz"] / 196.0
    middle = tuned.pitch.values[tuned.pitch.values > 0].mean() / plain.pitch.values[plain.pitch.values > 0].mean()
    assert middle == pytest.approx(ratio, rel=0.02)


def test_a_look_tells_what_is_there_and_writes_nothing(hums: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.run(["train", "mock", "--data", "hums", "--look", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "line": "2 recordings", "advice": "", "enough": True, "figures": {"recordings": 2.0}
    }  # fmt: skip
    assert sorted(p.name for p in hums.parent.iterdir()) == ["hums"]


def test_progress_comes_in_lines_for_programs(
    hums: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_command.os, "nice", lambda _: 0)
    capsys.readouterr()
    assert cli.run(["train", "mock", "--data", "hums", "--out", "tune", "--progress-lines"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert lines[-1]["fraction"] == 1.0 and lines[0]["what"] == "Listening"
    assert all(set(line) == {"fraction", "what", "seconds_left"} for line in lines)


def test_giving_up_leaves_nothing(
    hums: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("intermezzo_engines.mock.train.soundfile.read", stopped)
    capsys.readouterr()
    assert cli.run(["train", "mock", "--data", "hums", "--out", "deep/er/tune"]) == 1
    assert capsys.readouterr().err == "intermezzo: Stopped.\n"
    assert sorted(p.name for p in hums.parent.iterdir()) == ["hums"]


def test_a_folder_that_was_there_stays(hums: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("tune").mkdir()
    assert cli.run(["train", "mock", "--data", "tune", "--out", "tune"]) == 2
    assert Path("tune").is_dir()


def test_the_time_left_follows_the_pace_of_late() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.left_s(0.0) is None
    for second in range(1, 11):  # a quick first part
        now[0] = float(second)
        pace.left_s(0.02 * second)
    for second in range(11, 111):  # then a slow one: 0.2 to 0.4 in 100 s
        now[0] = float(second)
        left_s = pace.left_s(0.2 + 0.002 * (second - 10))
    assert left_s == pytest.approx(300.0, rel=0.03)
