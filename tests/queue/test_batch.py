"""Batches on the command line and from tables: every bad row has its line, and nothing is made unless all are right."""

import json
import shlex
from pathlib import Path

import pytest

from intermezzo import cli
from intermezzo.core.registry import discover
from intermezzo.queue.batch import BadRows, orders_of_table
from intermezzo.storage.recipe import load_recipe

MOCK = "builtin.mock"


def test_rows_become_orders_with_seeds_takes_parameters_and_names(tmp_path: Path) -> None:
    table = tmp_path / "batch.csv"
    table.write_text('text,seed,takes,octave,file\n"Oh, you",7,2,1,hail\nAy,,,,\n\n', encoding="utf-8-sig")
    orders = orders_of_table(table, MOCK, tmp_path / "out", discover(), ".flac")
    assert [(Path(o.path).name, o.text, o.seed, dict(o.params)) for o in orders] == [
        ("hail-1.flac", "Oh, you", 7, {"octave": 1}), ("hail-2.flac", "Oh, you", 8, {"octave": 1}),
        ("002.flac", "Ay", 1, {}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",,1,1,,a", "needs either a source or a text"),
        ("gone.txt,,1,1,,a", "no file gone.txt"),
        ("both.txt,hum,1,1,,a", "not both"),
        (",hum,minus,1,,a", "seed is a whole number"),
        (",hum,1,0,,a", "takes is a whole number from 1 to 100"),
        (",hum,1,1,99,a", "Octave"),
        (",hum,1,1,,../a", "no plain file name"),
        (",hum,1,1,,good", "same file as row 2"),
        (",hum,1,1,,a,more", "more cells"),
    ],
)
def test_a_bad_row_is_told_by_its_number(tmp_path: Path, row: str, told: str) -> None:
    table = tmp_path / "batch.csv"
    table.write_text(f"source,text,seed,takes,octave,file\n,fine,1,1,,good\n{row}\n")
    with pytest.raises(BadRows) as problem:
        orders_of_table(table, MOCK, tmp_path, discover())
    assert len(problem.value.lines) == 1
    assert problem.value.lines[0].startswith("row 3: ") and told in problem.value.lines[0]


@pytest.mark.parametrize(
    "content", [b"", b"prompt\nhum\n", b"text,text\na,b\n", b"text\n", b"\xff\xfe\x00", b'text\n"a']
)
def test_a_table_that_is_none_gives_one_line_and_status_2(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "batch.csv"
    table.write_bytes(content)
    assert cli.run(["queue", str(table), "-o", str(tmp_path / "out"), "--engine", "mock"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_sounds_and_pictures_of_one_table_are_made_and_carry_their_recipes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = tmp_path / "batch.csv", tmp_path / "out"
    table.write_text("engine;text;seed;file\nbuiltin.mock;Ay;3;ay.wav\nbuiltin.mock_picture;a beetle;4;beetle\n")
    assert cli.run([*shlex.split("queue --json -o"), str(out), str(table)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [Path(f["path"]).name for f in found["files"]] == ["ay.wav", "beetle.png"]
    assert {p.name for p in out.iterdir()} == {"ay.wav", "beetle.png"}
    for name, seed in (("ay.wav", 3), ("beetle.png", 4)):
        project = load_recipe(out / name, discover())
        assert project is not None and project.stages[0].seed == seed


def test_a_folder_of_texts_becomes_sounds_and_a_bad_one_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts, out = tmp_path / "texts", tmp_path / "out"
    texts.mkdir()
    (texts / "a.txt").write_text("Ay")
    (texts / "b.txt").write_text("")
    (texts / "c.txt").write_text("Oh")
    assert cli.run(["queue", str(texts), "-o", str(out), "--engine", "mock"]) == 2
    assert {p.name for p in out.iterdir()} == {"a.wav", "c.wav"}
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "2 of 3 files made" and "b.wav: " in told[1]
