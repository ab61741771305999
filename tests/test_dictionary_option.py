"""`--dictionary`: words are said as a file says, the sketch remembers it, and a wrong file is one line and status 2."""

import json
from pathlib import Path

import pytest

from intermezzo.cli import run


def facts(sketch: Path, capsys: pytest.CaptureFixture[str]) -> dict:  # type: ignore[type-arg]
    capsys.readouterr()
    assert run(["show", str(sketch), "--json"]) == 0
    found: dict = json.loads(capsys.readouterr().out)  # type: ignore[type-arg]
    return found


def test_words_are_said_as_the_file_says_and_the_sketch_remembers_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d.txt").write_text("Nguyen\ten\twin\nZebra\ten\tzee\n", encoding="utf-8")
    output = tmp_path / "a.sketch"
    command = ["convert", "mock", "Nguyen la", "-o", str(output)]
    assert run(command) == 0
    plain = facts(output, capsys)
    assert run([*command, "--dictionary", str(tmp_path / "d.txt")]) == 0
    own = facts(output, capsys)
    assert own["frames"] < plain["frames"]
    assert own["params"]["dictionary"] == "Nguyen\ten\twin\n"  # and not the word that the text does not hold
    assert run(["run", "mock", "la", "--dictionary", str(tmp_path / "d.txt"), "-o", str(tmp_path / "a.wav")]) == 0


@pytest.mark.parametrize(
    ("lines", "why"), [("Nguyen win\n", "d.txt, line 1"), ("la\ten\tl8\n", "“8” is no sound that can be hummed")]
)
def test_a_wrong_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, why: str) -> None:
    (tmp_path / "d.txt").write_text(lines, encoding="utf-8")
    output = tmp_path / "a.sketch"
    assert run(["convert", "mock", "la la", "--dictionary", str(tmp_path / "d.txt"), "-o", str(output)]) == 2
    told = capsys.readouterr().err.strip()
    assert told.count("\n") == 0 and why in told
    assert not output.exists()
