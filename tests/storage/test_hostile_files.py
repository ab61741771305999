"""Files that are broken, foreign, newer or out to do harm are refused in one line, and quickly."""

import io
import json
import random
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from trial import trial_project, trial_sketch

from intermezzo.core.errors import FileError, IntermezzoError
from intermezzo.storage import container
from intermezzo.storage.arrays import npy_pieces, parsed_npy
from intermezzo.storage.documents import Table, Unsound, read_json
from intermezzo.storage.migrations import migrated
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.storage.sketch_file import load_sketch, save_sketch
from intermezzo.storage.wave_float import parsed_wave

Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The entries of a sound project file."""
    path = tmp_path_factory.mktemp("sound") / "a.intermezzo"
    save_project(trial_project(), path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: Parts, compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return path


def refused(path: Path) -> str:
    began = time.perf_counter()
    with pytest.raises(FileError) as refusal:
        load_project(path)
    assert time.perf_counter() - began < 5
    said = str(refusal.value)
    assert said.startswith(path.name)
    assert "\n" not in said
    assert len(said) < 300
    return said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"hello", "no Intermezzo project"),
        (b"PK\x03\x04", "cut off"),
        (b"\x00" * 5000, "no Intermezzo"),
    ],
)
def test_what_is_no_container_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.intermezzo"
    path.write_bytes(content)
    assert said in refused(path)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    assert "not there" in refused(tmp_path / "none.intermezzo")
    assert "folder" in refused(tmp_path)


def test_a_sketch_is_no_project_and_says_so(tmp_path: Path) -> None:
    save_sketch(trial_sketch(), tmp_path / "a.sketch")
    assert "it is a sketch, no project" in refused(tmp_path / "a.sketch")
    save_project(trial_project(), tmp_path / "b.intermezzo")
    with pytest.raises(FileError, match="it is a project, no sketch"):
        load_sketch(tmp_path / "b.intermezzo")


def test_foreign_zip_files_are_refused(tmp_path: Path, parts: Parts) -> None:
    path = tmp_path / "a.intermezzo"
    assert "no Intermezzo project" in refused(packed(path, {"[Content_Types].xml": b"<xml/>"}))
    assert "no part of a project" in refused(packed(path, {"mimetype": b"application/epub+zip", "META-INF/c.xml": b""}))
    assert "no Intermezzo project" in refused(packed(path, {**parts, "mimetype": b"application/epub+zip"}))
    assert "no work of ours" in refused(packed(path, {**parts, "mimetype": b"x" * 1000}))
    assert "missing" in refused(packed(path, {"mimetype": parts["mimetype"]}))
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    path.write_bytes(empty.getvalue())
    refused(path)


def test_a_newer_file_asks_for_an_update(tmp_path: Path, parts: Parts) -> None:
    document = {**json.loads(parts["project.json"]), "format": 2, "stages": "in a new way"}
    path = packed(tmp_path / "a.intermezzo", {**parts, "project.json": json.dumps(document).encode()})
    assert refused(path).endswith("it was made by a newer Intermezzo (format 2); update Intermezzo to open it.")


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "data/../../x.npy", "C:\\x", "..\\x"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, parts: Parts, name: str) -> None:
    assert "write outside of itself" in refused(packed(tmp_path / "a.intermezzo", {**parts, name: b"x"}))


@pytest.mark.parametrize(
    "name", ["data/x.npy", "data/" + "0" * 32 + ".npy/", "sketch.json", "run.py", "data/" + "0" * 33]
)
def test_names_that_do_not_belong_are_refused(tmp_path: Path, parts: Parts, name: str) -> None:
    assert "it " in refused(packed(tmp_path / "a.intermezzo", {**parts, name: b"x"}))


def test_links_duplicates_and_encryption_are_refused(tmp_path: Path, parts: Parts) -> None:
    path = packed(tmp_path / "a.intermezzo", parts)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("data/" + "0" * 32 + ".npy")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "link" in refused(path)
    path = packed(tmp_path / "b.intermezzo", parts)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("project.json", parts["project.json"])
    assert "twice" in refused(path)
    content = bytearray(packed(tmp_path / "c.intermezzo", parts).read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "c.intermezzo").write_bytes(content)
    assert "encrypted" in refused(tmp_path / "c.intermezzo")
    assert "packed in a way" in refused(packed(tmp_path / "d.intermezzo", parts, zipfile.ZIP_BZIP2))


def test_zip_bombs_are_refused_before_they_unpack(tmp_path: Path, parts: Parts) -> None:
    path = tmp_path / "a.intermezzo"
    name = "data/" + "0" * 32 + ".npy"
    bomb = packed(path, {**parts, name: bytes(30_000_000)}, zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 1_000_000
    assert "far more" in refused(bomb)
    assert "document is far too large" in refused(
        packed(path, {**parts, "project.json": b" " * 33 * 2**20}, zipfile.ZIP_DEFLATED)
    )
    lying = bytearray(packed(path, {**parts, name: bytes(3_000_000)}, zipfile.ZIP_DEFLATED).read_bytes())
    at = lying.rindex(name.encode()) - 46
    struct.pack_into("<I", lying, at + 24, 100)  # says that it unpacks to 100 bytes
    path.write_bytes(lying)
    with container.opened(packed(tmp_path / "ok.intermezzo", parts), "project") as sound:
        assert sound.document.text("title") == "Trial work"
    with pytest.raises(FileError), container.opened(path, "project") as opened:
        opened.read(name)


def test_too_many_parts_and_huge_directories_are_refused(tmp_path: Path, parts: Parts) -> None:
    many = {**parts, **{f"data/{k:032x}.npy": b"" for k in range(20_001)}}
    assert "far more" in refused(packed(tmp_path / "a.intermezzo", many))
    content = bytearray(packed(tmp_path / "b.intermezzo", parts).read_bytes())
    struct.pack_into("<I", content, content.rindex(b"PK\x05\x06") + 12, 2**31)
    (tmp_path / "b.intermezzo").write_bytes(content)
    assert "far more" in refused(tmp_path / "b.intermezzo")
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<I", content, end + 12, 100)
    (tmp_path / "b.intermezzo").write_bytes(content[:end] + b"PK\x06\x07" + bytes(16) + content[end:])
    assert "far more" in refused(tmp_path / "b.intermezzo")


def array_name(parts: Parts, layer: str, part: str) -> str:
    entry = json.loads(parts["project.json"])["stages"][0]["sketch"]["layers"][layer]["arrays"][part]
    return entry if isinstance(entry, str) else entry["file"]


def saved(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        saved(np.array([{"a": 1}], object), allow_pickle=True), saved(np.full(300, np.nan, np.float32)),
        saved(np.full(300, np.inf)), saved(np.zeros(299, np.float32)), saved(np.zeros((300, 2), np.float32)),
        saved(np.zeros(300, ">f4")), saved(np.zeros(300, "U4")), saved(np.zeros(300, "f4,i4")),
        saved(np.zeros(300, complex)),
        saved(np.asfortranarray(np.zeros((300, 2)))), saved(np.zeros(())), saved(np.full(300, 1e300)),
        b"", b"\x93NUMPY", b"\x93NUMPY\x03\x00" + b"x" * 100, b"\x93NUMPY\x01\x00\xff\xff{}", saved(np.zeros(300))[:-1],
        saved(np.zeros(300)) + b"x",
        b"\x93NUMPY\x01\x00\x46\x00" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999,), } \n",
        b"\x93NUMPY\x01\x00\x20\x00" + b"(" * 31 + b"\n",
    ],
)  # fmt: skip
def test_arrays_that_are_none_or_do_not_fit_are_refused(tmp_path: Path, parts: Parts, content: bytes) -> None:
    refused(packed(tmp_path / "a.intermezzo", {**parts, array_name(parts, "level", "values"): content}))


def test_plain_arrays_of_every_kind_are_read() -> None:
    for dtype in ("<f4", "<f8", "|u1", "<u2", "<i4", "<i8", "|b1"):
        for shape in ((), (0,), (3,), (2, 3), (0, 4), (2, 1, 2, 3)):
            array = np.ones(shape, dtype)
            assert np.array_equal(parsed_npy(saved(array)), array)
            back = parsed_npy(b"".join(npy_pieces([array])))
            assert (back.shape, back.dtype) == (array.shape, array.dtype)
            assert not back.flags.writeable
    assert np.array_equal(parsed_npy(saved(np.asfortranarray(np.arange(5)))), np.arange(5))


def test_a_missing_array_is_named(tmp_path: Path, parts: Parts) -> None:
    name = array_name(parts, "colour", "base")
    assert name in refused(packed(tmp_path / "a.intermezzo", {k: v for k, v in parts.items() if k != name}))


@pytest.mark.parametrize(
    "blocks",
    [
        None, 5, [5], [[0, 128]], [[0, 128, 1, 0.5]], [[-1, 128, 1, 0]], [[0, 128, 10**9, 0]], [[0, 0, 1, 0]],
        [[0, 128, 3, 128]], [[300, 1, 1, 0]], [[0, 300, 2, 0]], [], [[0, True, 1, 0]], [[10**18, 1, 1, 0]],
    ],
)  # fmt: skip
def test_blocks_that_lie_are_refused(tmp_path: Path, parts: Parts, blocks: object) -> None:
    document = json.loads(parts["project.json"])
    document["stages"][0]["sketch"]["layers"]["colour"]["arrays"]["base"]["blocks"] = blocks
    refused(packed(tmp_path / "a.intermezzo", {**parts, "project.json": json.dumps(document).encode()}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "JSON"), (b"[]", "no table"), (b"{", "JSON"), (b'{"a": NaN}', "NaN"), (b'{"a": 1e999}', "1e999"),
        (b'{"a": 1, "a": 2}', "twice"), (b'{"a": ' + b"9" * 5000 + b"}", "too large"), (b"\xff", "JSON"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "nested"), (b"[" * 200_000, "nested"),
        (b'{"a": -Infinity}', "Inf"),
        (b'{"a":' * 100_000, "nested"), (b'{"format": true}', "format"), (b'{"format": -5}', "never"),
    ],
)  # fmt: skip
def test_documents_that_are_no_sound_json_are_refused(tmp_path: Path, parts: Parts, text: bytes, said: str) -> None:
    assert said in refused(packed(tmp_path / "a.intermezzo", {**parts, "project.json": text}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["stages"][1].update(id="s1"), "same name"),
        (lambda d: d["stages"][2].update(linked_to="x"), "linked"),
        (lambda d: d["stages"][2].update(linked_to="s3"), "linked"),
        (lambda d: d["stages"][0].update(seed=1.5), "whole"),
        (lambda d: d["stages"][0]["source"].update(kind="smell"), "smell"),
        (lambda d: d["stages"][0]["params"].update(warmth=[1]), "parameter"),
        (lambda d: d["stages"][0]["sketch"]["layers"].pop("level"), "malformed"),
        (lambda d: d["stages"][0]["sketch"]["layers"]["level"]["arrays"].update(values=5), "malformed"),
        (lambda d: d["stages"][1]["source"].update(sample_rate=0), "out of range"),
        (lambda d: d["stages"][0].pop("engine"), "lacks 'engine'"), (lambda d: d.pop("view"), "lacks 'view'"),
    ],
)  # fmt: skip
def test_projects_that_do_not_hold_together_are_refused(tmp_path: Path, parts: Parts, change, said: str) -> None:
    document = json.loads(parts["project.json"])
    change(document)
    text = json.dumps(document).encode()
    assert said in refused(packed(tmp_path / "a.intermezzo", {**parts, "project.json": text}))


ODD: list[object] = [None, True, -1, 0, 10**19, 2.5, 1e300, "", "x", "\0", [], [[]], [None], {}, {"a": {}}, ["x"] * 3]


def spots(value: object, path: tuple = ()) -> list[tuple]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [spot for key, entry in inside for spot in spots(entry, (*path, key))]


def test_wrong_types_anywhere_in_the_document_never_crash(tmp_path: Path, parts: Parts) -> None:
    chance = random.Random(1)
    places = spots(json.loads(parts["project.json"]))
    n_refused = 0
    for k in range(200):
        document = json.loads(parts["project.json"])
        for _ in range(chance.choice((1, 1, 1, 3))):
            *way, last = chance.choice(places)
            target: object = document
            try:
                for step in way:
                    target = target[step]  # type: ignore[index]
                if k % 5 == 0:
                    del target[last]  # type: ignore[attr-defined]
                else:
                    target[last] = chance.choice(ODD)  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                continue
        path = packed(tmp_path / "a.intermezzo", {**parts, "project.json": json.dumps(document).encode()})
        try:
            save_project(load_project(path), tmp_path / "b.intermezzo")
        except IntermezzoError as refusal:
            n_refused += 1
            assert "\n" not in str(refusal)
    assert n_refused > 80


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_flipped_bytes_and_cut_files_never_crash_or_hang(tmp_path: Path, parts: Parts, compression: int) -> None:
    whole = packed(tmp_path / "a.intermezzo", parts, compression).read_bytes()
    chance = random.Random(compression)
    path = tmp_path / "b.intermezzo"
    n_refused = 0
    for k in range(300):
        content = bytearray(whole)
        if k % 4 == 0:
            content = content[: chance.randrange(len(content))]
        if k % 4 == 1:
            at = chance.randrange(len(content))
            content[at : at + chance.randrange(1, 200)] = chance.randbytes(chance.randrange(200))
        for _ in range(chance.choice((1, 4, 30)) if k % 4 > 1 else 0):
            # Half of the flips hit the directory at the end, where they do most harm.
            at = chance.randrange(len(content)) if chance.random() < 0.5 else -1 - chance.randrange(2000)
            content[at] = chance.randrange(256)
        path.write_bytes(content)
        began = time.perf_counter()
        try:
            load_project(path)
        except IntermezzoError:
            n_refused += 1
        assert time.perf_counter() - began < 5
    assert n_refused > 200


# Recordings


def wave(form: bytes, data: bytes = bytes(8)) -> bytes:
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@pytest.mark.parametrize(
    "content",
    [
        b"", b"RIFFxxxxWAVE", b"OggS" * 20, wave(struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)),
        wave(struct.pack("<HHIIHH", 3, 0, 8000, 0, 0, 32)), wave(struct.pack("<HHIIHH", 3, 1, 0, 0, 4, 32)),
        wave(struct.pack("<HHIIHH", 3, 1, 8000, 32000, 4, 32), bytes(7)), wave(b"x"),
        wave(struct.pack("<HHIIHH", 3, 1, 8000, 32000, 4, 32), np.float32(np.nan).tobytes()),
        wave(struct.pack("<HHIIHH", 3, 1, 8000, 32000, 4, 32))[:-2],
    ],
)  # fmt: skip
def test_recordings_that_are_none_are_refused(tmp_path: Path, parts: Parts, content: bytes) -> None:
    with pytest.raises((Unsound, IntermezzoError)):
        parsed_wave(content)
    name = next(name for name in parts if name.endswith(".wav"))
    refused(packed(tmp_path / "a.intermezzo", {**parts, name: content}))


# Documents and migrations


@pytest.mark.parametrize(
    "take",
    [
        lambda t: t.text("n"), lambda t: t.whole("s"), lambda t: t.whole("n", 5), lambda t: t.whole("b"),
        lambda t: t.table("n"), lambda t: t.tables("s"), lambda t: t.tables("l"), lambda t: t.texts("l"),
        lambda t: t.text("none"), lambda t: t.texts("s"),
    ],
)  # fmt: skip
def test_entries_of_another_type_are_refused(take: Callable[[Table], object]) -> None:
    table = Table(read_json(b'{"n": 1, "s": "x", "b": true, "l": [1]}'))
    with pytest.raises(Unsound):
        take(table)


def test_older_documents_are_lifted_one_step_at_a_time() -> None:
    def named(document: dict, kind: str) -> dict:
        return {**document, "title": document["name"], "kind": kind}

    def counted(document: dict, kind: str) -> dict:
        return {**document, "stages": [document["stage"]]}

    old = {"format": 0, "name": "Work", "stage": "s"}
    lifted = migrated(old, "project", steps={0: named, 1: counted}, target=2)
    assert lifted == {"format": 2, "name": "Work", "stage": "s", "title": "Work", "kind": "project", "stages": ["s"]}
    assert old == {"format": 0, "name": "Work", "stage": "s"}
    assert migrated({"format": 2}, "project", steps={0: named, 1: counted}, target=2) == {"format": 2}
    with pytest.raises(Unsound, match="never in use"):
        migrated(old, "project", steps={1: counted}, target=2)
    with pytest.raises(Unsound, match="newer"):
        migrated({"format": 3}, "project", steps={}, target=2)
    with pytest.raises(Unsound, match="does not say"):
        migrated({}, "project")


def test_a_file_of_an_older_format_is_opened_through_its_migration(tmp_path: Path, parts: Parts, monkeypatch) -> None:
    document = json.loads(parts["project.json"])
    old = {**document, "format": 0, "name": document["title"]}
    del old["title"]
    path = packed(tmp_path / "a.intermezzo", {**parts, "project.json": json.dumps(old).encode()})
    assert "never in use" in refused(path)
    steps = {0: lambda d, kind: {**d, "title": d["name"]}}
    monkeypatch.setattr(container, "migrated", lambda d, kind: migrated(d, kind, steps=steps))
    assert load_project(path).title == "Trial work"
