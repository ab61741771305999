"""`intermezzo bench --compare`: which comparisons there are, what it asks for, the table and the picture it leaves."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from intermezzo.cli import run
from intermezzo.core.comparison import Budget, Candidate, Comparison, Measure, comparison_lines
from intermezzo.core.errors import PluginError
from intermezzo.core.manifest import ComparisonManifest, read_manifest
from intermezzo.core.registry import Registry


def candidates(budget: Budget) -> Comparison:
    """Compare two made-up candidates; the seconds of the budget are told back."""
    picture = np.full((2, 8, 8, 3), 90, np.uint8)
    made = tuple(
        Candidate(name, name.title(), "made up", {"bits": bits, "db": db, "none": None}, {}, {"drawn": picture})
        for name, bits, db in (("small", 10.0, 20.0), ("large", 30.0, 25.0))
    )
    measures = (
        Measure("bits", "size", "bits", "less"),
        Measure("db", "kept", "dB", "more", 1, "Q1"),
        Measure("none", "no", ""),
    )  # fmt: skip
    notes = (f"{budget.seconds:g} s each",)
    return Comparison("Two", measures, made, "bits", "db", "bits", notes, {}, picture, ("one", "two"))


@pytest.fixture
def one_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = ComparisonManifest("pair", "Two", f"{__name__}:candidates")
    monkeypatch.setattr("intermezzo.bench_command.discover", lambda: Registry({}, {}, {}, {"pair": manifest}))
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])


@pytest.mark.usefixtures("one_comparison")
def test_a_comparison_is_a_table_and_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "pair", "--compare", "--budget", "7"]) == 0
    told = capsys.readouterr().out
    assert "10* " in told
    assert "25.0*" in told
    assert "7 s each" in told
    assert run(["bench", "--compare", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["pair"]["candidates"]["large"]["figures"] == {"bits": 30.0, "db": 25.0, "none": None}


@pytest.mark.usefixtures("one_comparison")
@pytest.mark.parametrize("dark", [[], ["--dark"]])
def test_it_is_drawn_where_that_is_asked(dark: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    out = tmp_path / "two.png"
    assert run(["bench", "pair", "--compare", "--out", str(out), *dark]) == 0
    assert f"Drawn in {out}" in capsys.readouterr().out
    pixels = np.asarray(Image.open(io.BytesIO(out.read_bytes())).convert("L"))
    assert (pixels[2, 2] < 60) == bool(dark)
    assert len(np.unique(pixels)) > 20


@pytest.mark.usefixtures("one_comparison")
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["whistle", "--compare"], "There is no comparison 'whistle'; there are pair."),
        (["pair"], "'pair' is no engine but a comparison: intermezzo bench pair --compare."),
        (["pair", "--compare", "--out", "two.txt"], "should end in .png"),
        (["pair", "--compare", "--budget", "none"], "a budget is 0.1 to 86400 seconds, not 'none'"),
        (["--out", "two.png"], "--out and --weights belong to --compare"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bench", *arguments]) == 2
    told = capsys.readouterr().err
    assert line in told
    assert told.count("\n") == 1


def test_a_long_bench_tells_its_steps_where_no_terminal_is(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "intermezzo", "bench", "tokens", "--compare", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "reading the emoji" in done.stderr
    assert "is missing: point --data at the folder that holds images/." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_star_marks_the_best_and_nothing_where_all_are_alike() -> None:
    found = candidates(Budget(1.0))
    alike = Comparison("", found.measures, (found.candidates[0], found.candidates[0]), "bits", "db", "bits")
    assert "*" not in "\n".join(comparison_lines(alike))


@pytest.mark.parametrize(
    "table",
    ['name = "a"\ntitle = "A"', 'name = "a"\ntitle = "A"\ncompare = 3', 'name = ""\ntitle = "A"\ncompare = "m:f"'],
)
def test_a_comparison_that_lacks_a_text_breaks_its_manifest(table: str) -> None:
    with pytest.raises(PluginError):
        read_manifest(f"api = 1\n[[comparison]]\n{table}\n")
