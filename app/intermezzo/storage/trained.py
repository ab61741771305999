"""What a person trained an engine to, voices say: one folder each, listed, renamed, deleted, and sent as one zip file.

The folder keeps its own name for good, because projects name it; what a person calls it stands in its document, the
JSON file that `Making.document` names and that is written last. A folder without one is not finished and not listed.
"""

import json
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

from intermezzo.core.errors import FileError
from intermezzo.storage.atomic import atomic_file, write_atomically

__all__ = [
    "Trained", "delete", "export_zip", "forget_unfinished", "fresh_folder", "import_zip", "read_trained", "rename",
    "trained_in",
]  # fmt: skip

_MOST_FILES: Final = 64
_MOST_BYTES: Final = 2 * 10**9
_LARGEST_DOCUMENT: Final = 2**20
_LONGEST_NAME: Final = 80
_PART: Final = re.compile(r"[\w][\w.-]{0,100}")


@dataclass(frozen=True)
class Trained:
    """One of them: its folder, what it is called, and the figures of its training, units in their names."""

    folder: Path
    name: str
    figures: Mapping[str, float] = field(default_factory=dict)


def read_trained(folder: Path, document: str) -> Trained | None:
    """Return what a folder holds, None where there is nothing in it that is finished and sound."""
    try:
        found = _document(folder / document)
    except (OSError, ValueError):
        return None
    figures = found.get("figures")
    numbers = figures.items() if isinstance(figures, dict) else ()
    kept = {str(k): float(v) for k, v in numbers if isinstance(v, (int, float)) and not isinstance(v, bool)}
    name = found.get("name")
    return Trained(folder, name if isinstance(name, str) and name.strip() else folder.name, kept)


def trained_in(root: Path, document: str) -> list[Trained]:
    """Return all that is finished in a folder, by name."""
    try:
        folders = [path for path in root.iterdir() if path.is_dir()]
    except OSError:
        return []
    found = [trained for folder in folders if (trained := read_trained(folder, document)) is not None]
    return sorted(found, key=lambda t: (t.name.casefold(), t.folder.name))


def fresh_folder(root: Path, name: str) -> Path:
    """Return a folder in ``root`` that does not exist yet, named after ``name`` in plain letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "own"
    taken = {path.name for path in root.iterdir()}
    numbered = (stem if k == 1 else f"{stem}-{k}" for k in range(1, len(taken) + 2))
    return root / next(n for n in numbered if n not in taken)


def rename(trained: Trained, document: str, name: str) -> None:
    """Call it something else; projects that use it go on using it.

    Raises:
        FileError: if the name is empty, or the document cannot be read or written.
    """
    name = " ".join(name.split())[:_LONGEST_NAME]
    if not name:
        raise FileError("It needs a name. Type one.")
    try:
        found = _document(trained.folder / document)
    except (OSError, ValueError) as problem:
        raise FileError(f"{trained.name} cannot be read any more, so it keeps its name.") from problem
    content = json.dumps({**found, "name": name}, indent=1, ensure_ascii=False) + "\n"
    write_atomically(trained.folder / document, content.encode())


def delete(trained: Trained, document: str) -> None:
    """Delete it: the document first, so that half of it is never taken for the whole.

    Raises:
        FileError: if the system does not let it go.
    """
    try:
        (trained.folder / document).unlink(missing_ok=True)
        shutil.rmtree(trained.folder)
    except OSError as problem:
        raise FileError(f"{trained.name} was not deleted: {problem.strerror or problem}.") from problem


def export_zip(trained: Trained, path: Path) -> None:
    """Write all its files into one zip file, whole or not at all.

    Raises:
        FileError: if it cannot be read or written.
    """
    files = sorted(p for p in trained.folder.iterdir() if p.is_file() and _PART.fullmatch(p.name))
    try:
        with atomic_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for part in files:
                archive.write(part, part.name)
    except OSError as problem:
        raise FileError(f"{path.name} was not written: {problem.strerror or problem}.") from problem


def import_zip(path: Path, root: Path, document: str) -> Trained:
    """Take over what `export_zip` wrote, or a folder zipped by hand; whole or not at all.

    Raises:
        FileError: if it is no such file, or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory(dir=root, prefix=".import-") as drafts:
            draft = Path(drafts) / "new"
            draft.mkdir()
            for member in _members(archive, path, document):
                target = draft / PurePosixPath(member.filename).name
                with archive.open(member) as source, target.open("xb") as file:
                    shutil.copyfileobj(source, file, 2**20)
            found = read_trained(draft, document)
            if found is None:
                raise FileError(f"{path.name} is damaged: its {document} cannot be read. Export it again.")
            target = fresh_folder(root, found.name)
            draft.rename(target)
    except FileError:
        raise
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as problem:
        raise FileError(f"{path.name} cannot be read: it is no zip file, or a damaged one.") from problem
    return Trained(target, found.name, found.figures)


def forget_unfinished(folder: Path, document: str) -> None:
    """Remove a folder in which a training was stopped before it had written anything that counts."""
    if not (folder / document).exists():
        with suppress(OSError):
            shutil.rmtree(folder)


def _members(archive: zipfile.ZipFile, path: Path, document: str) -> list[zipfile.ZipInfo]:
    """Return the files beside the document; what lies elsewhere in the archive is not looked at."""
    files = [m for m in archive.infolist() if not m.is_dir()]
    home = next((PurePosixPath(m.filename).parent for m in files if PurePosixPath(m.filename).name == document), None)
    if home is None:
        raise FileError(f"There is no {document} in {path.name}. Choose a file that was exported here.")
    found = [
        m for m in files if PurePosixPath(m.filename).parent == home and _PART.fullmatch(PurePosixPath(m.filename).name)
    ]
    if len(found) > _MOST_FILES or sum(m.file_size for m in found) > _MOST_BYTES:
        raise FileError(f"{path.name} is far too large. Choose a file that was exported here.")
    return found


def _document(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _LARGEST_DOCUMENT:
        raise ValueError("far too large")
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found
