"""What a person trained: listed when it is finished, renamed in place, deleted, sent as a zip and taken in again."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import FileError
from intermezzo.storage.trained import (
    delete,
    export_zip,
    forget_unfinished,
    fresh_folder,
    import_zip,
    read_trained,
    rename,
    trained_in,
)

DOCUMENT = "voice.json"


def make(root: Path, folder: str, name: str, **figures: float) -> Path:
    (root / folder).mkdir(parents=True)
    (root / folder / "weights.bin").write_bytes(b"0123456789" * 100)
    (root / folder / DOCUMENT).write_text(json.dumps({"format": 1, "name": name, "figures": figures, "language": "de"}))
    return root / folder


def test_what_is_finished_is_listed_by_name(tmp_path: Path) -> None:
    make(tmp_path, "b", "anna", error_db=4.5)
    make(tmp_path, "a", "Zoe")
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "stray.txt").write_text("x")
    broken = make(tmp_path, "broken", "x")
    (broken / DOCUMENT).write_text('{"name": ')
    found = trained_in(tmp_path, DOCUMENT)
    assert [(t.name, t.folder.name) for t in found] == [("anna", "b"), ("Zoe", "a")]
    assert found[0].figures == {"error_db": 4.5}
    assert trained_in(tmp_path / "nowhere", DOCUMENT) == []


@pytest.mark.parametrize("document", ["[]", "3", '{"name": 5, "figures": [1]}', '{"figures": {"a": "b", "c": true}}'])
def test_odd_documents_are_no_trouble(tmp_path: Path, document: str) -> None:
    (make(tmp_path, "odd", "x") / DOCUMENT).write_text(document)
    found = read_trained(tmp_path / "odd", DOCUMENT)
    assert found is None or (found.name, found.figures) == ("odd", {})


def test_a_new_name_stays_in_the_same_folder_and_the_rest_of_the_document_stands(tmp_path: Path) -> None:
    folder = make(tmp_path, "anna", "Anna")
    found = trained_in(tmp_path, DOCUMENT)[0]
    rename(found, DOCUMENT, "  Änne   Müller ")
    assert [(t.name, t.folder) for t in trained_in(tmp_path, DOCUMENT)] == [("Änne Müller", folder)]
    assert json.loads((folder / DOCUMENT).read_text("utf-8"))["language"] == "de"
    with pytest.raises(FileError, match="needs a name"):
        rename(found, DOCUMENT, " \n ")


def test_delete_and_forget(tmp_path: Path) -> None:
    folder = make(tmp_path, "anna", "Anna")
    forget_unfinished(folder, DOCUMENT)
    assert folder.exists()
    delete(trained_in(tmp_path, DOCUMENT)[0], DOCUMENT)
    assert not folder.exists()
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "part").write_text("x")
    forget_unfinished(tmp_path / "half", DOCUMENT)
    assert not (tmp_path / "half").exists()


def test_a_zip_brings_it_to_another_machine(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    there.mkdir()
    folder = make(here, "anna", "Anna", error_db=4.5)
    export_zip(trained_in(here, DOCUMENT)[0], tmp_path / "anna.zip")
    for expected in ("anna", "anna-2"):
        found = import_zip(tmp_path / "anna.zip", there, DOCUMENT)
        assert (found.name, found.folder, found.figures) == ("Anna", there / expected, {"error_db": 4.5})
        assert (found.folder / "weights.bin").read_bytes() == (folder / "weights.bin").read_bytes()
    assert sorted(p.name for p in there.iterdir()) == ["anna", "anna-2"]


def test_a_folder_zipped_by_hand_is_taken_too_and_nothing_else_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("my voice/voice.json", '{"name": "By hand"}')
        archive.writestr("my voice/../../evil.txt", "x")
        archive.writestr("/evil.txt", "x")
        archive.writestr("my voice/deep/more.txt", "x")
        archive.writestr("my voice/renderer.bin", "x")
    root = tmp_path / "root"
    root.mkdir()
    found = import_zip(tmp_path / "x.zip", root, DOCUMENT)
    assert sorted(p.name for p in found.folder.iterdir()) == ["renderer.bin", "voice.json"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["root", "x.zip"]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_what_is_no_zip_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    (tmp_path / "root").mkdir()
    with pytest.raises(FileError, match=r"x\.zip cannot be read"):
        import_zip(tmp_path / "x.zip", tmp_path / "root", DOCUMENT)
    assert list((tmp_path / "root").iterdir()) == []


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("holiday.txt", "x")
    with pytest.raises(FileError, match=r"no voice\.json in x\.zip"):
        import_zip(tmp_path / "x.zip", tmp_path, DOCUMENT)


@given(st.text(max_size=60))
def test_any_name_makes_a_plain_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    root = tmp_path_factory.mktemp("names")
    first = fresh_folder(root, name)
    first.mkdir()
    second = fresh_folder(root, name)
    assert first.parent == second.parent == root and first != second
    assert first.name.isascii() and first.name[0] not in ".-"
