"""Links between stages in project files: what was sent, and the tokens that a picture brought along."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from intermezzo.core.errors import FileError
from intermezzo.core.media import Image, Text, Tokens
from intermezzo.core.project import Project, Stage
from intermezzo.storage.project_file import load_project, save_project

CODES = np.arange(6, dtype=np.uint16).reshape(2, 3)
PICTURE = Image(np.full((4, 6, 4), 9, np.uint8), Tokens(CODES, "colours/1"))
PROJECT = Project("x", (Stage("1", "e", Text("red")), Stage("2", "f", PICTURE, linked_to="1", sent="ab")))


def changed(path: Path, change: object) -> Path:
    """Write a file of which the document was changed by somebody."""
    save_project(PROJECT, path)
    with zipfile.ZipFile(path) as container:
        parts = {name: container.read(name) for name in container.namelist()}
    document = json.loads(parts["project.json"])
    change(document["stages"][1])  # type: ignore[operator]
    parts["project.json"] = json.dumps(document).encode()
    with zipfile.ZipFile(path, "w") as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return path


def test_what_was_sent_and_its_tokens_come_back(tmp_path: Path) -> None:
    save_project(PROJECT, tmp_path / "a.intermezzo")
    stage = load_project(tmp_path / "a.intermezzo").stages[1]
    assert (stage.linked_to, stage.sent) == ("1", "ab")
    assert isinstance(stage.source, Image)
    assert stage.source.tokens is not None
    assert stage.source.tokens.codebook == "colours/1"
    assert np.array_equal(stage.source.tokens.codes, CODES)
    assert np.array_equal(stage.source.pixels, PICTURE.pixels)


def test_projects_from_before_anything_was_remembered_open(tmp_path: Path) -> None:
    def older(stage: dict) -> None:
        del stage["sent"], stage["source"]["tokens"]

    stage = load_project(changed(tmp_path / "a.intermezzo", older)).stages[1]
    assert (stage.linked_to, stage.sent) == ("1", "")
    assert isinstance(stage.source, Image)
    assert stage.source.tokens is None


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(sent=5),
        lambda s: s["source"].update(tokens="x"),
        lambda s: s["source"]["tokens"].pop("codebook"),
        lambda s: s["source"]["tokens"].update(codebook=""),
        lambda s: s["source"]["tokens"].update(file="data/none.npy"),
        lambda s: s["source"]["tokens"].update(file=s["source"]["file"]),
    ],
)
def test_links_that_do_not_hold_together_are_refused_in_one_line(tmp_path: Path, change: object) -> None:
    with pytest.raises(FileError) as refusal:
        load_project(changed(tmp_path / "a.intermezzo", change))
    assert "\n" not in str(refusal.value)
