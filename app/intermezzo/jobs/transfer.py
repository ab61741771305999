"""Transfer: layers and media between the studio and the host, so that an edit sends what it changed and no more.

A value is pickled without its arrays, which are named by content hash; the other side keeps layers by number and
arrays by hash. The sender mirrors what the other side holds and therefore knows what it may leave out. A brush stroke
on ten minutes of speech sends one block of 51 kB. Few bytes go through the pipe, many through shared memory.
Only processes of one studio talk this way: nothing here reads a file or what a stranger sent.
"""

import io
import os
import pickle
from collections import Counter, OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import Cells
from intermezzo.core.fingerprint import of_array
from intermezzo.core.layers import Layer
from intermezzo.core.media import Media

__all__ = [
    "Arrays", "Item", "Mirror", "Packed", "Parcel", "discard", "make_arena", "open_arena", "pack", "seal", "unpack",
    "unseal",
]  # fmt: skip

Item = Layer | Media | Cells
Arrays = dict[str, NDArray[Any]]

_INLINE_BYTES = 32 * 1024  # up to here the pipe is as fast as memory that both sides see
_ARENA_BYTES = 8 * 2**20
_IN_ARENA = "arena"


@dataclass(frozen=True, eq=False)
class Packed:
    """A value under its number: pickled without arrays, and its arrays by hash."""

    serial: int
    blob: bytes
    arrays: Arrays


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, arrays: Arrays) -> None:
        super().__init__(file, protocol=5)
        self._arrays = arrays

    def persistent_id(self, obj: Any) -> str | None:  # Any: whatever is being pickled
        if type(obj) is not np.ndarray or obj.dtype.hasobject:
            return None
        key = of_array(obj)
        self._arrays[key] = obj
        return key


class _Unpickler(pickle.Unpickler):
    def __init__(self, blob: bytes, arrays: Arrays) -> None:
        super().__init__(io.BytesIO(blob))
        self._arrays = arrays
        self.used: Arrays = {}

    def persistent_load(self, pid: str) -> NDArray[Any]:
        self.used[pid] = self._arrays[pid]
        return self.used[pid]


def pack(value: Any) -> tuple[bytes, Arrays]:  # Any: an Item or a small tuple of them
    """Pickle a value without its arrays; returns the pickle and the arrays by hash."""
    arrays: Arrays = {}
    file = io.BytesIO()
    _Pickler(file, arrays).dump(value)
    return file.getvalue(), arrays


def unpack(blob: bytes, arrays: Arrays) -> tuple[Any, Arrays]:
    """Rebuild a value from its pickle; returns it and those of the arrays that it uses."""
    reader = _Unpickler(blob, arrays)
    return reader.load(), reader.used


@dataclass(frozen=True)
class Parcel:
    """Arrays on their way: hash, dtype, shape and offset of each, and the bytes or the segment that holds them.

    ``segment`` is 'arena' for the shared memory that both sides keep open, else the name of one made for this parcel.
    """

    table: tuple[tuple[str, str, tuple[int, ...], int], ...]
    inline: bytes = b""
    segment: str = ""

    @property
    def is_own(self) -> bool:
        """Whether a segment was made for this parcel, which somebody must discard."""
        return self.segment not in ("", _IN_ARENA)


def seal(arrays: Arrays, segment: str, arena: SharedMemory | None = None) -> Parcel:
    """Make a parcel: few bytes inline, more in the arena, very many in a new segment of this name.

    The arena holds one parcel: the receiver must have unpacked the last one. Without room for shared memory everything
    goes inline, which is slower but always works.
    """
    table, size = [], 0
    for key, array in arrays.items():
        table.append((key, array.dtype.str, array.shape, size))
        size += -(-array.nbytes // 64) * 64
    if arena is not None and _INLINE_BYTES < size <= arena.size:
        _fill(arena.buf, table, arrays)
        return Parcel(tuple(table), segment=_IN_ARENA)
    shared = _segment(segment, size) if size > _INLINE_BYTES else None
    if shared is None:
        room = bytearray(size)
        _fill(room, table, arrays)
        return Parcel(tuple(table), bytes(room))
    _fill(shared.buf, table, arrays)
    shared.close()
    return Parcel(tuple(table), segment=segment)


def unseal(parcel: Parcel, arena: SharedMemory | None = None) -> Arrays:
    """Take read-only arrays of one's own out of a parcel."""
    if not parcel.segment:
        return _cut(parcel.inline, parcel)
    if parcel.segment == _IN_ARENA:
        return _cut(arena.buf if arena is not None else b"", parcel)
    shared = SharedMemory(parcel.segment)
    try:
        return _cut(shared.buf, parcel)
    finally:
        shared.close()


def make_arena(name: str) -> SharedMemory | None:
    """Make shared memory that is used again and again, which is faster than making it anew; None without room."""
    return _segment(name, _ARENA_BYTES)


def open_arena(name: str) -> SharedMemory | None:
    """Open the arena that the other side made; None where it has none."""
    return SharedMemory(name) if name else None


def discard(segment: str) -> None:
    """Free a shared memory segment, if there is one of this name."""
    with suppress(OSError):
        shared = SharedMemory(segment)
        shared.close()
        shared.unlink()


def _segment(name: str, size: int) -> SharedMemory | None:
    try:
        shared = SharedMemory(name, create=True, size=size)
    except OSError:
        return None
    try:
        # Without this a full /dev/shm is found out by SIGBUS in the middle of a copy.
        os.posix_fallocate(shared._fd, 0, size)  # type: ignore[attr-defined]
    except AttributeError:
        pass  # not on this platform
    except OSError:
        shared.close()
        shared.unlink()
        return None
    return shared


def _fill(room: Any, table: list[Any], arrays: Arrays) -> None:  # Any: memoryview or bytearray
    for key, _, _, offset in table:
        array = np.ascontiguousarray(arrays[key])
        if array.size:
            np.frombuffer(room, np.uint8, array.nbytes, offset)[:] = array.reshape(-1).view(np.uint8)


def _cut(room: Any, parcel: Parcel) -> Arrays:
    arrays: Arrays = {}
    for key, dtype, shape, offset in parcel.table:
        count = int(np.prod(shape))
        flat = np.frombuffer(room, np.dtype(dtype), count, offset) if count else np.empty(0, np.dtype(dtype))
        array = flat.reshape(shape).copy()
        array.setflags(write=False)
        arrays[key] = array
    return arrays


class Mirror:
    """What the other side holds, as far as this side told it; the least recently used is forgotten first.

    `packed` remembers pickles for as long as the value lives, so that unchanged layers cost nothing.
    """

    def __init__(self, *, max_items: int = 96, max_mb: int = 512) -> None:
        self._max_items, self._max_bytes = max_items, max_mb * 2**20
        self._memo: WeakKeyDictionary[Item, Packed] = WeakKeyDictionary()
        self._held: OrderedDict[int, dict[str, int]] = OrderedDict()  # number -> bytes of each array
        self._uses: Counter[str] = Counter()
        self._bytes = 0
        self._serial = 0

    def packed(self, item: Item) -> Packed:
        """Return the value under its number, pickled the first time."""
        found = self._memo.get(item)
        if found is None:
            self._serial += 1
            found = self._memo[item] = Packed(self._serial, *pack(item))
        return found

    def learn(self, item: Item, blob: bytes, arrays: Arrays) -> int:
        """Take over a value that the other side made and still holds; returns the number it is to have there."""
        self._serial += 1
        packed = self._memo[item] = Packed(self._serial, blob, arrays)
        self._add(packed)
        return packed.serial

    def hold(self, arrays: Arrays) -> None:
        """Take note that the other side keeps these arrays, as part of no value yet."""
        self._serial += 1
        self._add(Packed(self._serial, b"", arrays))

    def send(self, items: list[Packed]) -> tuple[dict[int, bytes], Arrays]:
        """Return the pickles and arrays that are still missing there; from now on they count as held."""
        blobs: dict[int, bytes] = {}
        arrays: Arrays = {}
        for packed in items:
            if packed.serial in self._held:
                self._held.move_to_end(packed.serial)
                continue
            blobs[packed.serial] = packed.blob
            arrays.update((key, array) for key, array in packed.arrays.items() if not self._uses[key])
            self._add(packed)
        return blobs, arrays

    def surplus(self, keep: list[Packed]) -> tuple[list[int], list[str]]:
        """Return the numbers and hashes that the other side is to forget; from now on they are gone there."""
        kept = {packed.serial for packed in keep}
        serials: list[int] = []
        keys: list[str] = []
        for serial in tuple(self._held):
            if len(self._held) <= self._max_items and self._bytes <= self._max_bytes:
                break
            if serial not in kept:
                serials.append(serial)
                keys += self._drop(self._held.pop(serial))
        return serials, keys

    def clear(self) -> None:
        """The other side is gone, and with it all that it held."""
        self._held.clear()
        self._uses.clear()
        self._bytes = 0

    def _add(self, packed: Packed) -> None:
        sizes = self._held[packed.serial] = {key: array.nbytes for key, array in packed.arrays.items()}
        for key, nbytes in sizes.items():
            self._bytes += 0 if self._uses[key] else nbytes
            self._uses[key] += 1

    def _drop(self, sizes: dict[str, int]) -> list[str]:
        gone = []
        for key, nbytes in sizes.items():
            self._uses[key] -= 1
            if not self._uses[key]:
                del self._uses[key]
                self._bytes -= nbytes
                gone.append(key)
        return gone
