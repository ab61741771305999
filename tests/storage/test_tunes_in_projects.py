"""Tunes as sources: projects hold them whole, changes of them make a sketch stale, damage is refused."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn_melody import PARTS, melodies, same
from hypothesis import HealthCheck, given, settings

from intermezzo.core.edits.tune import to_sketch
from intermezzo.core.edits.verses import with_verses
from intermezzo.core.errors import FileError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Melody
from intermezzo.core.project import Project, Stage, source_key
from intermezzo.storage.exchange.formats import Options, format_named, written
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.storage.scores.formats import read_score
from intermezzo.storage.stage_files import load_stage

MANIFEST = EngineManifest("x", "1", "X", "x", "melody/1")
NOTES = np.array([[0, 480, 60, 80], [480, 960, 62, 80], [960, 1920, 64, 80]], np.int32)
TUNE = Melody(NOTES, ("riv-", "er", "runs"), 1920, verses=(("moun-", "tain", "stands"),), title="Lied", language="en")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(melodies(with_verses=True))
def test_a_project_holds_its_tunes_whole(tmp_path: Path, melody: Melody) -> None:
    path = tmp_path / "a.intermezzo"
    stage = Stage("1", "x", melody, source_name="lied.mid")
    save_project(Project("P", (stage,)), path)
    back = load_project(path).stages[0]
    assert isinstance(back.source, Melody)
    same(melody, back.source, *PARTS, "verses")
    assert source_key(back, MANIFEST) == source_key(stage, MANIFEST)


def test_every_part_of_a_tune_counts_for_staleness() -> None:
    others = (
        replace(TUNE, lyrics=("a", "b", "c")), replace(TUNE, notes=np.add(NOTES, [[0, 0, 1, 0]])),
        replace(TUNE, verses=()),
        replace(TUNE, keys=((0, "G major"),)), replace(TUNE, chords=((0, 960, "C"),)),
        replace(TUNE, tempi=((0, 90.0),)),
    )  # fmt: skip
    keys = {source_key(Stage("1", "x", tune), MANIFEST) for tune in (TUNE, *others)}
    assert len(keys) == 7


@pytest.mark.parametrize(
    ("name", "value"),
    [("lyrics", ["only one"]), ("notes", "data/x.npy"), ("verses", [1]), ("tempi", [{"frame": 0, "bpm": "fast"}]),
     ("frames", -1), ("chords", [{"start": 0}]), ("metres", [])],
)  # fmt: skip
def test_a_damaged_tune_is_refused_in_one_line(tmp_path: Path, name: str, value: object) -> None:
    whole, broken = tmp_path / "a.intermezzo", tmp_path / "b.intermezzo"
    save_project(Project("P", (Stage("1", "x", TUNE),)), whole)
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(broken, "w") as other:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename.endswith(".json"):
                document = json.loads(content)
                document["stages"][0]["source"][name] = value
                content = json.dumps(document).encode()
            other.writestr(entry, content)
    with pytest.raises(FileError) as refusal:
        load_project(broken)
    assert "\n" not in str(refusal.value)


def test_a_score_written_from_a_sketch_has_the_further_verses_of_its_source(tmp_path: Path) -> None:
    path = tmp_path / "a.musicxml"
    stage = Stage("1", "x", TUNE, sketch=to_sketch(TUNE))
    assert stage.sketch is not None
    path.write_bytes(written(stage.sketch, format_named("musicxml"), Options.of(stage, "River")))
    back = read_score(path)
    assert (back.verses, back.title, back.language) == (TUNE.verses, "River", "en")
    loaded = load_stage(path)
    assert loaded.sketch is not None and np.array_equal(loaded.sketch.notes.values, NOTES)


def test_verses_follow_syllables_that_move_and_leave_those_that_are_gone() -> None:
    moved = Melody(np.add(NOTES, [[240, 240, 0, 0]]), ("riv-", "er", "runs"), 2400)
    assert with_verses(moved, TUNE).verses == TUNE.verses
    split = np.array([[0, 240, 60, 80], [240, 480, 61, 80], [480, 960, 62, 80], [960, 1920, 64, 80]], np.int32)
    drawn = Melody(split, ("riv-", "_", "er", "runs"), 1920)
    assert with_verses(drawn, TUNE).verses == (("moun-", "_", "tain", "stands"),)
    shorter = Melody(NOTES[1:], ("er", "runs"), 1920)
    assert with_verses(shorter, TUNE).verses == (("tain", "stands"),)
    assert with_verses(drawn, replace(TUNE, verses=())).verses == ()
