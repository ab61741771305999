"""Takes of a project in files of their own on the command line: names, labels, refusals before anything is written."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intermezzo import cli
from intermezzo.core.registry import discover
from intermezzo.storage.audio_files import read_audio
from intermezzo.storage.recipe import load_recipe

Run = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Make a project of three takes in an empty folder and run command lines on it, in this process."""
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> tuple[int, str, str]:
        status = cli.run(shlex.split(line))
        return status, *capsys.readouterr()

    assert run("convert mock 'Hail, a hero.' -o line.intermezzo --takes 3 --set octave=1")[0] == 0
    return run


def test_all_takes_become_files_with_labels_beside_named_by_a_pattern(run: Run) -> None:
    line = "render line.intermezzo -o out --takes all --name '{title}-{octave}-{take}.flac' --labels textgrid,audacity"
    status, out, _ = run(f"{line} --json")
    assert status == 0
    found = json.loads(out)["takes"]
    assert [(f["take"], Path(f["path"]).name) for f in found] == [(k, f"line-1-{k}.flac") for k in (1, 2, 3)]
    assert {p.name for p in Path("out").iterdir()} == {
        f"line-1-{k}{end}" for k in (1, 2, 3) for end in (".flac", ".TextGrid", ".txt")
    }
    sounds = [read_audio(Path(f["path"])).samples for f in found]
    assert not np.array_equal(sounds[0], sounds[1])


def test_a_take_sounds_as_the_sketch_that_uses_it_and_opens_as_a_project_that_is_fresh(run: Run) -> None:
    assert run("render line.intermezzo -o whole.wav --bits 32")[0] == 0
    assert run("render line.intermezzo -o out --takes 1,2,sketch --bits 32")[0] == 0
    assert {p.name for p in Path("out").iterdir()} == {"line-1.wav", "line-2.wav", "line-sketch.wav"}
    whole = read_audio(Path("whole.wav")).samples
    assert np.array_equal(read_audio(Path("out/line-1.wav")).samples, whole)
    assert np.array_equal(read_audio(Path("out/line-sketch.wav")).samples, whole)
    registry = discover()
    project = load_recipe(Path("out/line-2.wav"), registry)
    assert project is not None
    stage = project.stages[0]
    assert stage.params["octave"] == 1 and not stage.is_stale(registry.engines[stage.engine])
    assert run("render out/line-2.wav -o again.wav --bits 32")[0] == 0
    assert np.array_equal(read_audio(Path("again.wav")).samples, read_audio(Path("out/line-2.wav")).samples)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--takes 7", "There is no take '7'; there are 1, 2, 3."),
        ("--takes one", "There is no take 'one'"),
        ("--takes all --name '{colour}'", "A name can hold {title}, {take}, {n}, {seed}, "),
        ("--takes all --name '{take'", "has a brace that is not closed"),
        ("--takes all --split sentences", "--takes and --split cannot go together"),
        ("--takes all --set octave=99", "Octave is"),
        ("--takes all --labels nonsense", "nonsense"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line_and_nothing_is_written(run: Run, options: str, told: str) -> None:
    status, _, err = run(f"render line.intermezzo -o out {options}")
    assert status == 2 and told in err and err.count("\n") == 1
    assert not Path("out").exists()


def test_a_bare_sketch_is_its_own_only_take(run: Run) -> None:
    assert run("convert mock 'Hail.' -o one.sketch")[0] == 0
    assert run("render one.sketch -o out --takes all")[0] == 0
    assert [p.name for p in Path("out").iterdir()] == ["one-sketch.wav"]
