"""Documents: JSON that people can read, and a strict reader that trusts nothing a file says."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

__all__ = ["LARGEST_DOCUMENT", "Table", "Unsound", "plain", "read_json", "written_json"]

LARGEST_DOCUMENT = 32 * 2**20
_LARGEST_INT_DIGITS = 20
_DEEPEST = 40
_WIDE = 116


class Unsound(Exception):
    """A file does not say what it should; the message is the end of a sentence that begins with its name."""


def plain(value: Any, depth: int = 0) -> Any:  # Any: what the window keeps in its view state
    """Return what JSON can hold of a value; anything else is left out (None at the top)."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return value if isfinite(value) and abs(value) < 2**63 else None
    if depth < _DEEPEST - 8 and isinstance(value, Mapping):
        return {str(key): plain(entry, depth + 1) for key, entry in value.items()}
    if depth < _DEEPEST - 8 and isinstance(value, (list, tuple)):
        return [plain(entry, depth + 1) for entry in value]
    return None


def written_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as UTF-8, tables indented and plain lists on few lines; equal documents give equal bytes."""
    text = _written(document, 0) + "\n"
    # Text that came from a broken file name may hold half characters, which UTF-8 cannot: they are escaped.
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text).encode()


def _written(value: Any, depth: int) -> str:
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, Mapping) and value:
        rows = (f"{inner}{_scalar(str(key))}: {_written(entry, depth + 1)}" for key, entry in value.items())
        return "{\n" + ",\n".join(rows) + f"\n{outer}}}"
    if isinstance(value, (list, tuple)) and value:
        if all(type(entry) is float or type(entry) is int for entry in value):  # millions of them, in one go
            return "[" + _wrapped(_scalar(list(value))[1:-1].split(", "), inner, outer)
        entries = [_written(entry, depth + 1) for entry in value]
        flat = not any(isinstance(entry, Mapping) for entry in value) and not any("\n" in e for e in entries)
        return "[" + _wrapped(entries, inner, outer) if flat else "[\n" + _stacked(entries, inner) + f"\n{outer}]"
    return _scalar(dict(value) if isinstance(value, Mapping) else value)


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _stacked(entries: list[str], inner: str) -> str:
    return ",\n".join(inner + entry for entry in entries)


def _wrapped(entries: list[str], inner: str, outer: str) -> str:
    if sum(len(entry) + 2 for entry in entries) + len(outer) <= _WIDE:
        return ", ".join(entries) + "]"
    rows, row, room = [], list[str](), 0
    for entry in entries:
        if row and room + len(entry) > _WIDE:
            rows.append(", ".join(row))
            row, room = [], 0
        row.append(entry)
        room += len(entry) + 2
    rows.append(", ".join(row))
    return "\n" + _stacked(rows, inner) + f"\n{outer}]"


def read_json(content: bytes) -> dict[str, Any]:
    """Read a JSON table; refuses what is no JSON, repeated names, values that are no numbers, and depth.

    Raises:
        Unsound: with the reason.
    """
    try:
        document = json.loads(
            content.decode("utf-8"), parse_int=_whole, parse_float=_number, parse_constant=_number,
            object_pairs_hook=_unrepeated,
        )  # fmt: skip
    except RecursionError:
        raise Unsound("its document is nested too deeply.") from None
    except ValueError as problem:
        raise Unsound(f"its document is no sound JSON ({_short(str(problem))}).") from None
    if not isinstance(document, dict):
        raise Unsound("its document is no table.")
    if _depth(document) > _DEEPEST:
        raise Unsound("its document is nested too deeply.")
    return document


def _whole(digits: str) -> int:
    if len(digits) > _LARGEST_INT_DIGITS:
        raise ValueError("a number is too large")
    return int(digits)


def _number(digits: str) -> float:
    if not isfinite(number := float(digits)):
        raise ValueError(f"{digits[:40]} is no number")
    return number


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name appears twice")
    return table


def _depth(document: Any) -> int:
    level, depth = [document], 0
    while level:
        depth += 1
        level = [
            entry
            for value in level
            for entry in (value.values() if isinstance(value, dict) else value)
            if isinstance(entry, (dict, list))
        ]
    return depth


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 100 else text[:99] + "…"


@dataclass(frozen=True)
class Table:
    """A JSON table whose entries are taken out by type; every method raises Unsound where they are not so."""

    entries: Mapping[str, Any]
    where: str = "the document"

    def _typed(self, name: str, wanted: type, called: str) -> Any:
        if name not in self.entries:
            raise Unsound(f"{self.where} lacks {name!r}.")
        value = self.entries[name]
        if not isinstance(value, wanted) or (wanted is not bool and isinstance(value, bool)):
            raise Unsound(f"{name!r} of {self.where} is not {called}.")
        return value

    def text(self, name: str) -> str:
        """Return a text."""
        found: str = self._typed(name, str, "a text")
        return found

    def whole(self, name: str, low: int = 0, high: int = 2**63 - 1) -> int:
        """Return a whole number from ``low`` to ``high``."""
        found: int = self._typed(name, int, "a whole number")
        if not low <= found <= high:
            raise Unsound(f"{name!r} of {self.where} is out of range.")
        return found

    def table(self, name: str) -> "Table":
        """Return a table inside this one."""
        return Table(self._typed(name, dict, "a table"), f"{name!r} of {self.where}")

    def tables(self, name: str) -> "list[Table]":
        """Return a list of tables."""
        found: list[Any] = self._typed(name, list, "a list")
        if not all(isinstance(entry, dict) for entry in found):
            raise Unsound(f"{name!r} of {self.where} is not a list of tables.")
        return [Table(entry, f"{name!r} {k + 1} of {self.where}") for k, entry in enumerate(found)]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        found: list[Any] = self._typed(name, list, "a list")
        if not all(isinstance(entry, str) for entry in found):
            raise Unsound(f"{name!r} of {self.where} is not a list of texts.")
        return tuple(found)

    def wholes(self, name: str) -> list[int]:
        """Return a list of whole numbers from 0 on."""
        return _wholes(self._typed(name, list, "a list"), f"{name!r} of {self.where}")

    def rows(self, name: str, length: int) -> list[list[int]]:
        """Return a list of lists of ``length`` whole numbers each."""
        found = [_wholes(row, f"{name!r} of {self.where}") for row in self._typed(name, list, "a list")]
        if any(len(row) != length for row in found):
            raise Unsound(f"{name!r} of {self.where} is not a list of {length} numbers each.")
        return found

    def has(self, name: str) -> bool:
        """Tell whether there is anything but null under a name."""
        return self.entries.get(name) is not None


def _wholes(value: Any, where: str) -> list[int]:
    if not isinstance(value, list) or any(type(n) is not int or not 0 <= n < 2**63 for n in value):
        raise Unsound(f"{where} is not a list of whole numbers.")
    return value
