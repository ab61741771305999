"""Batches: orders from the rows of a CSV table, or one for each source in a folder; all are right or none is made."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from intermezzo.core.errors import FileError, IntermezzoError, SourceError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.params import Value
from intermezzo.core.registry import Registry
from intermezzo.queue.orders import Order
from intermezzo.storage.suffixes import written_as

__all__ = ["BadRows", "orders_of_folder", "orders_of_table"]

_LARGEST_BYTES: Final = 16 * 2**20
_MOST_ORDERS: Final = 10_000
_OWN: Final = ("source", "text", "seed", "takes", "engine", "file")
_FOLDER_SOURCES: Final = {
    "text": (".txt", ".md"),
    "audio": (".wav", ".flac", ".ogg", ".mp3"),
    "image": (".png", ".webp", ".jpg", ".jpeg", ".gif", ".bmp"),
    "video": (".mp4", ".webm", ".mov", ".gif", ".apng"),
    "melody": (".mid", ".midi", ".musicxml", ".mxl", ".abc"),
}


class BadRows(SourceError):
    """A table that cannot be queued; ``lines`` holds one line for each bad row."""

    def __init__(self, name: str, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        super().__init__(f"{name}, {lines[0]}{more} Nothing was queued.")


def orders_of_table(path: Path, engine: str, folder: Path, registry: Registry, suffix: str = "") -> list[Order]:
    """Return the orders of a CSV table: columns source or text, seed, takes, file, engine, and parameters by name.

    Names of sources are looked up beside the table; ``engine`` and ``suffix`` stand where a row names none.

    Raises:
        BadRows: if any row makes no sense, with a line for each; then there are no orders at all.
        FileError: if the table cannot be read.
    """
    rows = _rows(path)
    header = [cell.strip().lower() for cell in rows[0]]
    if len(set(header)) != len(header):
        raise BadRows(path.name, ["row 1: a column appears twice."])
    if not {"source", "text"} & set(header):
        raise BadRows(path.name, ["row 1: there is no column named source or text."])
    orders: list[Order] = []
    wrong: list[str] = []
    taken: dict[str, int] = {}
    for k, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            if len(cells) > len(header):
                raise SourceError("it has more cells than the first row has names.")
            row = dict(zip(header, cells, strict=False))
            made = _of_row(row, k - 1, engine, folder, path.parent, registry, suffix)
            for order in made:
                if (earlier := taken.setdefault(order.path.casefold(), k)) != k:
                    raise SourceError(f"it writes the same file as row {earlier}: {Path(order.path).name}.")
            orders += made
        except IntermezzoError as problem:
            wrong.append(f"row {k}: {problem}")
        if len(orders) > _MOST_ORDERS:
            raise BadRows(path.name, [f"row {k}: this is more than {_MOST_ORDERS} files; split the table."])
    if wrong:
        raise BadRows(path.name, wrong)
    if not orders:
        raise BadRows(path.name, ["row 2: there are no rows below the names."])
    return orders


def orders_of_folder(folder: Path, engine: str, into: Path, registry: Registry, suffix: str = "") -> list[Order]:
    """Return one order for each file in a folder that the engine takes as its source, by name.

    Raises:
        SourceError: if there is none, or the folder cannot be read.
    """
    manifest = registry.find(engine)
    wanted = {end for kind in (manifest.source, *manifest.analysed) for end in _FOLDER_SOURCES.get(kind, ())}
    try:
        files = sorted(p for p in folder.iterdir() if p.suffix.lower() in wanted and p.is_file())
    except OSError as problem:
        raise SourceError(f"The folder {folder} cannot be read: {problem.strerror}.") from None
    if not files:
        raise SourceError(
            f"There is nothing in {folder.name} that {manifest.title} takes ({' '.join(sorted(wanted))})."
        )
    end = _suffix(manifest, suffix)
    stems = [p.stem for p in files]
    names = [p.name.replace(".", "-") if stems.count(p.stem) > 1 else p.stem for p in files]
    return [
        Order(manifest.id, str(into / (name + end)), source=str(p.absolute()))
        for p, name in zip(files, names, strict=True)
    ]


def _rows(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileError(f"{path.name} is far too large for a table of a batch.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise FileError(f"{path.name} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise FileError(f"{path.name} is no text in UTF-8. Save it as CSV in UTF-8.") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as problem:
        raise FileError(f"{path.name} is no sound CSV table: {problem}.") from None
    if not rows:
        raise BadRows(path.name, ["row 1: the table is empty."])
    return rows


def _of_row(
    row: dict[str, str], k: int, engine: str, folder: Path, beside: Path, registry: Registry, suffix: str
) -> list[Order]:
    named = row.get("engine", "").strip() or engine
    if not named:
        raise SourceError("it names no engine, and none was given for all rows.")
    manifest = registry.find(named)
    text, source = row.get("text", "").strip(), row.get("source", "").strip()
    if bool(text) == bool(source):
        raise SourceError("it needs either a source or a text, " + ("not both." if text else "and has neither."))
    if text and manifest.source != "text":
        raise SourceError(f"{manifest.title} takes no text; name a file in the column source.")
    if source:
        try:
            found = (beside / source).absolute()
            is_file = found.is_file()
        except (OSError, ValueError):
            is_file = False
        if not is_file:
            raise SourceError(f"there is no file {source}.")
        source = str(found)
    seed = _whole(row.get("seed", ""), "seed", 0, 2**32 - 1)
    takes = _whole(row.get("takes", ""), "takes", 1, 100)
    known = {p.name: p for p in manifest.params_of("convert", "analyse", "render")}
    params: dict[str, Value] = {}
    for name, cell in row.items():
        if name in _OWN or not cell.strip():
            continue
        if name not in known:
            raise SourceError(f"{manifest.title} has no parameter {name!r}; it has {', '.join(known) or 'none'}.")
        params[name] = known[name].parsed(cell.strip())
    stem, end = _name(row.get("file", "").strip(), manifest, suffix, k)
    return [
        Order(
            manifest.id, str((folder / f"{stem}{f'-{take + 1}' if takes > 1 else ''}{end}").absolute()), text, source,
            seed=seed + take, params=params,
        )
        for take in range(takes)
    ]  # fmt: skip


def _name(given: str, manifest: EngineManifest, suffix: str, k: int) -> tuple[str, str]:
    if not given:
        return f"{k:03}", _suffix(manifest, suffix)
    if any(character in given for character in '/\\\0<>:"|?*') or given.startswith(".") or len(given.encode()) > 200:
        raise SourceError(f"{given[:60]!r} is no plain file name.")
    path = Path(given)
    if path.suffix.lower() in written_as(manifest.output):
        return path.stem, path.suffix
    return given, _suffix(manifest, suffix)


def _suffix(manifest: EngineManifest, given: str) -> str:
    known = written_as(manifest.output)
    if given and given not in known:
        raise SourceError(f"{manifest.title} writes {' '.join(known)}, not {given}.")
    return given or known[0]


def _whole(cell: str, name: str, low: int, high: int) -> int:
    cell = cell.strip()
    if not cell:
        return 1
    if not cell.isascii() or not cell.isdigit() or len(cell) > 12 or not low <= int(cell) <= high:
        raise SourceError(f"{name} is a whole number from {low} to {high}, not {cell[:40]!r}.")
    return int(cell)
