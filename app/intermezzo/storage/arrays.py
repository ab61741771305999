"""Arrays in files: the .npy form, read by a parser that knows nothing but plain numbers, and the packing of ropes.

A matrix arrives as hundreds of blocks of 128 rows. They are written as one array of all different rows, which any
program can load, and the document lists how the blocks lie in it: ``[first row, rows, times, step]`` says that
``times`` blocks of ``rows`` rows follow each other, each ``step`` rows after the last (0: the same block again, as in
paint that is nowhere yet).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.fingerprint import of_value
from intermezzo.storage.documents import Unsound

__all__ = ["Arrays", "Pieces", "npy_pieces", "pack_arrays", "parsed_npy", "unpacked_names"]

Arrays = Mapping[str, NDArray[Any]]
Pieces = list[bytes | memoryview]

_DTYPES = {"<f4", "<f8", "|u1", "<u2", "<u4", "|i1", "<i2", "<i4", "<i8", "|b1"}
_HEADER = re.compile(
    rb"\{'descr': '([<|][a-z]\d)', 'fortran_order': (False|True), "
    rb"'shape': \((|\d{1,12},|\d{1,12}(?:, \d{1,12}){1,3},?)\), \} *\n"
)
_MOST_ROWS = 2**24  # two days of frames
_BLOCK_NAME = re.compile(r"(.+)\.(\d{1,6})\Z")


def npy_pieces(blocks: Sequence[NDArray[Any]]) -> Pieces:
    """Return the .npy file of arrays laid end to end, in pieces, so that nothing big is copied."""
    first = blocks[0]
    dtype = first.dtype.newbyteorder("<")
    shape = (sum(len(b) for b in blocks), *first.shape[1:]) if first.ndim else ()
    header = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': {shape!r}, }}"
    padded = header + " " * (-(len(header) + 11) % 64) + "\n"
    head = b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode("ascii")
    return [head, *(_bytes(block, dtype) for block in blocks)]


def _bytes(block: NDArray[Any], dtype: np.dtype[Any]) -> bytes | memoryview:
    plain = np.ascontiguousarray(block, dtype)
    return plain.data.cast("B") if plain.size else b""


def parsed_npy(content: bytes) -> NDArray[Any]:
    """Read a .npy file of plain little-endian numbers in C order as a read-only array over the same bytes.

    Raises:
        Unsound: if it is anything else; Python objects above all.
    """
    if content[:6] != b"\x93NUMPY" or content[6:8] not in (b"\x01\x00", b"\x02\x00"):
        raise Unsound("one of its arrays is no array.")
    width = 2 if content[6] == 1 else 4
    start = 8 + width
    stop = start + int.from_bytes(content[8:start], "little")
    found = _HEADER.fullmatch(content[start : min(stop, start + 400)]) if stop <= len(content) else None
    if found is None:
        objects = b"'descr': '|O'" in content[start : start + 400]
        raise Unsound("one of its arrays holds Python objects." if objects else "one of its arrays is malformed.")
    dtype, order, shape = found[1].decode(), found[2], tuple(int(n) for n in found[3].split(b",") if n.strip())
    if dtype not in _DTYPES or (order == b"True" and len(shape) > 1):
        raise Unsound(f"one of its arrays is of a kind that is not used here ({dtype}).")
    if prod(shape) * np.dtype(dtype).itemsize != len(content) - stop:
        raise Unsound("one of its arrays has another size than it says.")
    return np.frombuffer(content, np.dtype(dtype), offset=stop).reshape(shape)


def pack_arrays(arrays: Mapping[str, str], found: Arrays, files: dict[str, Pieces]) -> dict[str, Any]:
    """Turn part names -> array hashes of a layer into entries of the document, and add the files they need.

    Parts called ``base.0``, ``base.1`` ... become one file with a list of blocks.
    """
    ropes = _ropes(arrays, found)
    in_ropes = {f"{part}.{k}" for part, keys in ropes.items() for k in range(len(keys))}
    entries: dict[str, Any] = {}
    for part, key in arrays.items():
        if part not in in_ropes:
            entries[part] = _file(key, [found[key]], files)
    for part, keys in ropes.items():
        different = list(dict.fromkeys(keys))
        ends = [0, *accumulate(len(found[key]) for key in different)]
        place = dict(zip(different, ends, strict=False))
        file = _file(of_value(different), [found[key] for key in different], files)
        blocks = _run_lengths([(place[key], len(found[key])) for key in keys])
        entries[part] = {"file": file, "blocks": blocks}
    return entries


def _file(key: str, blocks: list[NDArray[Any]], files: dict[str, Pieces]) -> str:
    name = f"data/{key}.npy"
    if name not in files:
        files[name] = npy_pieces(blocks)
    return name


def _ropes(arrays: Mapping[str, str], found: Arrays) -> dict[str, list[str]]:
    """Return the parts that are numbered from 0 without a hole and hold rows of one kind."""
    numbered: dict[str, dict[int, str]] = {}
    for name, key in arrays.items():
        if matched := _BLOCK_NAME.match(name):
            numbered.setdefault(matched[1], {})[int(matched[2])] = key
    ropes = {}
    for part, by_number in numbered.items():
        kinds = {(found[key].dtype, found[key].shape[1:], found[key].ndim) for key in by_number.values()}
        whole = sorted(by_number) == list(range(len(by_number))) and f"{part}.{len(by_number) - 1}" in arrays
        if whole and len(kinds) == 1 and next(iter(kinds))[2] == 2:
            ropes[part] = [by_number[k] for k in range(len(by_number))]
    return ropes


def _run_lengths(blocks: list[tuple[int, int]]) -> list[list[int]]:
    runs: list[list[int]] = []
    for first, rows in blocks:
        if runs and runs[-1][1] == rows:
            start, _, times, step = runs[-1]
            if times == 1 and first in (start, start + rows):
                runs[-1][2:] = [2, first - start]
                continue
            if times > 1 and first == start + times * step:
                runs[-1][2] += 1
                continue
        runs.append([first, rows, 1, 0])
    return runs


def unpacked_names(
    entries: Mapping[str, Any], read: Callable[[str], NDArray[Any]]
) -> tuple[dict[str, str], dict[str, NDArray[Any]]]:
    """Undo `pack_arrays`: return part names -> keys, and the arrays by key, each its own and read-only.

    Raises:
        Unsound: if an entry is malformed or points outside its file.
    """
    names: dict[str, str] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for part, entry in entries.items():
        if isinstance(entry, str):
            names[part] = entry
            arrays[entry] = _own(read(entry))
            continue
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
            raise Unsound(f"its array {part[:40]!r} is malformed.")
        whole = read(entry["file"])
        for k, (first, rows) in enumerate(_blocks(entry.get("blocks"), whole)):
            key = f"{entry['file']} {first} {rows}"
            names[f"{part}.{k}"] = key
            if key not in arrays:
                arrays[key] = _own(whole[first : first + rows])
    return names, arrays


def _blocks(runs: Any, whole: NDArray[Any]) -> Iterator[tuple[int, int]]:
    if not isinstance(runs, list) or whole.ndim != 2:
        raise Unsound("the blocks of an array are malformed.")
    total = 0
    for run in runs:
        sound = isinstance(run, list) and len(run) == 4 and all(type(n) is int for n in run)
        if not sound or min(run) < 0 or run[1] < 1 or run[2] < 1:
            raise Unsound("the blocks of an array are malformed.")
        first, rows, times, step = run
        total += rows * times
        if total > _MOST_ROWS or first + (times - 1) * step + rows > len(whole):
            raise Unsound("the blocks of an array point outside it.")
        for k in range(times):
            yield first + k * step, rows


def _own(array: NDArray[Any]) -> NDArray[Any]:
    own = array.copy()
    own.setflags(write=False)
    return own
