"""`--guide`: what a recording cannot lead is refused in one line, with exit status 2 and nothing written."""

from pathlib import Path

import pytest

from intermezzo.cli import run


def test_an_engine_that_cannot_follow_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output, guide = tmp_path / "a.sketch", tmp_path / "guide.wav"
    assert run(["run", "mock", "la la", "-o", str(guide)]) == 0
    assert run(["convert", "mock", "la la", "--guide", str(guide), "-o", str(output)]) == 2
    told = capsys.readouterr().err.strip()
    assert told.count("\n") == 0 and "leave --guide out" in told
    assert not output.exists()
