"""Takes and the comp come back from files and from recovery; projects from before there were takes open as they are."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trial import trial_project, trial_sketch

from intermezzo.core import codec, takes
from intermezzo.core.errors import FileError
from intermezzo.core.project import Project
from intermezzo.core.take import Part
from intermezzo.storage.container import MIMETYPES
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.storage.recovery import Autosave


def with_takes() -> Project:
    """Return a project whose first stage has three takes, one of them of a stretch, and a comp of two."""
    project = trial_project()
    stage = takes.with_takes_begun(project.stages[0])
    stage = takes.sampled(stage, trial_sketch(2), 2, converted_from="k")
    stage = takes.sampled(stage, trial_sketch(3), 3, frames=(70, 130))
    stage = takes.renamed(takes.use(stage, 2, 40, 130), 2, "warm")
    return project.with_stage(stage)


def rewritten(path: Path, change) -> None:
    """Change the document of a project file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    document = json.loads(parts["project.json"])
    change(document)
    parts["project.json"] = json.dumps(document).encode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", MIMETYPES["project"])
        for name in ("project.json", *(n for n in parts if n not in ("mimetype", "project.json"))):
            archive.writestr(name, parts[name])


def test_takes_come_back_as_they_were(tmp_path: Path) -> None:
    project = with_takes()
    save_project(project, tmp_path / "a.intermezzo")
    back, mine = load_project(tmp_path / "a.intermezzo").stages[0], project.stages[0]
    assert back.comp == mine.comp == (Part(0, 40, 1), Part(40, 130, 2), Part(130, 300, 1))
    facts = [(t.number, t.seed, t.frames, t.name, t.converted_from) for t in back.takes]
    assert facts == [(1, 7, None, "", "abc"), (2, 2, None, "warm", "k"), (3, 3, (70, 130), "", "")]
    for its, own in zip(back.takes, mine.takes, strict=True):
        assert codec.fingerprint(its.sketch) == codec.fingerprint(own.sketch)
    assert codec.fingerprint(back.sketch) == codec.fingerprint(mine.sketch)


def test_the_same_takes_give_the_same_bytes(tmp_path: Path) -> None:
    save_project(with_takes(), tmp_path / "a.intermezzo")
    save_project(load_project(tmp_path / "a.intermezzo"), tmp_path / "b.intermezzo")
    assert (tmp_path / "a.intermezzo").read_bytes() == (tmp_path / "b.intermezzo").read_bytes()


def test_what_takes_share_with_the_sketch_is_stored_once(tmp_path: Path) -> None:
    plain = trial_project()
    save_project(plain, tmp_path / "plain.intermezzo")
    begun = plain.with_stage(takes.with_takes_begun(replace(plain.stages[0], sketch=trial_sketch())))
    save_project(plain.with_stage(replace(plain.stages[0], sketch=trial_sketch())), tmp_path / "plain.intermezzo")
    save_project(begun, tmp_path / "begun.intermezzo")
    more = (tmp_path / "begun.intermezzo").stat().st_size - (tmp_path / "plain.intermezzo").stat().st_size
    assert 0 < more < 2500, "the document grows, the arrays are there already"


def test_projects_from_before_there_were_takes_open(tmp_path: Path) -> None:
    path = tmp_path / "old.intermezzo"
    save_project(with_takes(), path)

    def older(document: dict) -> None:
        for stage in document["stages"]:
            del stage["takes"], stage["comp"]

    rewritten(path, older)
    stage = load_project(path).stages[0]
    assert stage.takes == () and stage.comp == ()
    assert stage.sketch is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["takes"][1].update(number=1),
        lambda s: s["takes"][1].update(number=0),
        lambda s: s["takes"][1].update(frames=[5]),
        lambda s: s["takes"][1].update(frames=[5, 4000]),
        lambda s: s["takes"][1].pop("sketch"),
        lambda s: s["takes"][1].update(seed="1"),
        lambda s: s.update(takes={"1": 2}),
        lambda s: s.update(comp=[[0, 40, 9]]),
        lambda s: s.update(comp=[[0, 40, 1], [30, 50, 2]]),
        lambda s: s.update(comp=[[0, 4000, 1]]),
        lambda s: s.update(comp=[[0, 1.5, 1]]),
        lambda s: s.update(comp=[[0, 1]]),
        lambda s: s.update(comp=[True]),
    ],
)
def test_takes_that_cannot_be_are_refused_in_one_line(tmp_path: Path, change) -> None:
    path = tmp_path / "bad.intermezzo"
    save_project(with_takes(), path)
    rewritten(path, lambda document: change(document["stages"][0]))
    with pytest.raises(FileError) as refusal:
        load_project(path)
    assert "\n" not in str(refusal.value) and "bad.intermezzo" in str(refusal.value)


def test_takes_are_kept_for_recovery(tmp_path: Path) -> None:
    keeper = Autosave(tmp_path)
    keeper.start()
    try:
        keeper.note(with_takes(), None, 1)
        keeper.keep_now()
        found = load_project(keeper.path).stages[0]
    finally:
        keeper.close()
    assert [t.number for t in found.takes] == [1, 2, 3]
    assert np.array_equal(found.takes[2].sketch.level.values, trial_sketch(3).level.values)
