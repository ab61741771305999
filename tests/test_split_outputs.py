"""One file per sentence or chapter on the command line: names, sounds, labels, refusals before anything is written."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intermezzo import cli
from intermezzo.storage.audio_files import read_audio

Run = Callable[[str], tuple[int, str, str]]
PAGE = "# One\n\nHail, a hero. Is he near?\n\n# Two\n\nNo: he is not.\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Convert a page in an empty folder and run command lines on it, in this process."""
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(PAGE)

    def run(line: str) -> tuple[int, str, str]:
        status = cli.run(shlex.split(line))
        return status, *capsys.readouterr()

    assert run("convert mock page.txt -o page.intermezzo")[0] == 0
    return run


def test_sentences_are_files_that_together_are_the_whole_with_labels_beside(run: Run) -> None:
    assert run("render page.intermezzo -o whole.wav --bits 32")[0] == 0
    status, out, _ = run("render page.intermezzo -o out --split sentences --bits 32 --labels srt,textgrid --json")
    assert status == 0
    files = [Path(f["path"]) for f in json.loads(out)["files"]]
    assert [f.name for f in files] == [f"page-{k}.wav" for k in range(1, 6)]
    joined = np.concatenate([read_audio(f).samples for f in files], axis=1)
    assert np.array_equal(joined, read_audio(Path("whole.wav")).samples)
    assert [f.with_suffix(".srt").read_text().split("\n")[2] for f in files] == [
        "One", "Hail, a hero.", "Is he near?", "Two", "No: he is not."
    ]  # fmt: skip
    assert all(f.with_suffix(".TextGrid").is_file() for f in files)


def test_chapters_are_named_by_a_pattern_whose_ending_is_the_format(run: Run) -> None:
    status, _, _ = run("render page.intermezzo -o book --split chapters --name '{n} {chapter}.flac'")
    assert status == 0
    assert sorted(f.name for f in Path("book").iterdir()) == ["1 One.flac", "2 Two.flac"]


def test_names_are_different_and_such_that_every_system_takes_them(run: Run) -> None:
    assert run("render page.intermezzo -o a --split sentences --name 'same'")[0] == 0
    names = {f.name for f in Path("a").iterdir()}
    assert names == {"same.wav", "same-2.wav", "same-3.wav", "same-4.wav", "same-5.wav"}
    assert run("render page.intermezzo -o b --split sentences --name '../{n}: {text}'")[0] == 0
    assert {f.name for f in Path("b").iterdir()} >= {"1 One.wav", "3 Is he near.wav"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("-o out --split sentences --name '{nr}'", "not {nr}"),
        ("-o out --split sentences --name '{n'", "brace"),
        ("-o out.wav --name x", "--split"),
        ("-o page.txt --split chapters", "The folder page.txt cannot be made"),
        ("-o out --split chapters --labels runes", "runes"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(run: Run, options: str, told: str) -> None:
    before = sorted(Path().rglob("*"))
    status, out, err = run(f"render page.intermezzo {options}")
    assert (status, out, err.count("\n")) == (2, "", 1) and told in err
    assert sorted(Path().rglob("*")) == before
