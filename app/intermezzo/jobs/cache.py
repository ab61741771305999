"""Cache: arrays by key, the last used ones in memory and, where there is a folder, on disk for the next session.

Files may be torn, foreign or gone at any time: each carries the hash of its content and is a miss when it does not
match. Writing is put off until `flush`, so that nobody waits for the disk; a full or read-only disk is no error, only
no help. Several processes may share a folder, and several threads a cache: renderers work on pieces side by side.
"""

import io
import os
import tempfile
from collections import OrderedDict
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.fingerprint import of_value

__all__ = ["ArrayCache", "EngineCache"]

_DIGEST_BYTES = 16
_SUFFIX = ".array"
_WRITES_BETWEEN_SWEEPS = 256


class ArrayCache:
    """The last used arrays: up to ``memory_bytes`` in memory (0: none) and ``disk_bytes`` in ``folder``."""

    def __init__(self, folder: Path | None = None, *, memory_bytes: int = 2**28, disk_bytes: int = 2**30) -> None:
        self._folder = folder
        self._memory_bytes, self._disk_bytes = memory_bytes, disk_bytes
        self._arrays: OrderedDict[str, NDArray[Any]] = OrderedDict()
        self._used = 0
        self._unwritten: dict[str, NDArray[Any]] = {}
        self._writes = 0
        self._lock = Lock()  # over what is in memory; never held while files are read or written

    @property
    def memory_bytes(self) -> int:
        """Bytes of the arrays held in memory."""
        return self._used

    def get(self, key: str) -> NDArray[Any] | None:
        """Return the read-only array of a key, or None."""
        with self._lock:
            found = self._arrays.get(key)
            if found is not None:
                self._arrays.move_to_end(key)
                return found
        found = self._read(key)
        if found is not None:
            with self._lock:
                self._hold(key, found)
        return found

    def put(self, key: str, array: NDArray[Any]) -> None:
        """Keep an array; it is copied unless it is read-only already."""
        own = np.array(array, order="C") if array.flags.writeable or not array.flags.owndata else array
        own.setflags(write=False)
        with self._lock:
            self._hold(key, own)
            if self._folder is not None:
                self._unwritten[key] = own

    def flush(self) -> None:
        """Write to disk what was put since the last time."""
        with self._lock:
            waiting, self._unwritten = self._unwritten, {}
        if self._folder is None or not waiting:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for key, array in waiting.items():
                self._write(key, array)
        except OSError:
            return
        self._writes += len(waiting)
        if self._writes >= _WRITES_BETWEEN_SWEEPS:
            self._writes = 0
            self._sweep()

    def clear(self) -> None:
        """Forget everything, on disk too."""
        with self._lock:
            self._arrays.clear()
            self._unwritten.clear()
            self._used = 0
        for path in self._files():
            with suppress(OSError):
                path.unlink()

    def _hold(self, key: str, array: NDArray[Any]) -> None:
        old = self._arrays.pop(key, None)
        self._used += array.nbytes - (0 if old is None else old.nbytes)
        self._arrays[key] = array
        while self._used > self._memory_bytes:
            _, oldest = self._arrays.popitem(last=False)
            self._used -= oldest.nbytes

    def _path(self, key: str) -> Path | None:
        if self._folder is None:
            return None
        name = of_value(key)
        return self._folder / name[:2] / f"{name[2:]}{_SUFFIX}"

    def _read(self, key: str) -> NDArray[Any] | None:
        path = self._path(key)
        if path is None:
            return None
        try:
            content = path.read_bytes()
        except OSError:
            return None
        body = memoryview(content)[_DIGEST_BYTES:]
        if blake2b(body, digest_size=_DIGEST_BYTES).digest() != content[:_DIGEST_BYTES]:
            with suppress(OSError):
                path.unlink()
            return None
        try:
            array: NDArray[Any] = np.load(io.BytesIO(body), allow_pickle=False)
        except (ValueError, EOFError):
            return None
        with suppress(OSError):
            os.utime(path)
        array = np.array(array, order="C")
        array.setflags(write=False)
        return array

    def _write(self, key: str, array: NDArray[Any]) -> None:
        path = self._path(key)
        if path is None or array.dtype.hasobject:
            return
        body = io.BytesIO()
        np.save(body, array, allow_pickle=False)
        content = body.getvalue()
        path.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(blake2b(content, digest_size=_DIGEST_BYTES).digest())
                file.write(content)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise

    def _files(self) -> list[Path]:
        return [] if self._folder is None else [p for p in self._folder.glob("??/*") if p.is_file()]

    def _sweep(self) -> None:
        """Remove the least recently used files until those left fit; a file of another process may vanish meanwhile."""
        known: list[tuple[float, int, Path]] = []
        for path in self._files():
            with suppress(OSError):
                status = path.stat()
                known.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in known)
        for _, size, path in sorted(known):
            if total <= self._disk_bytes:
                return
            with suppress(OSError):
                path.unlink()
            total -= size


class EngineCache:
    """One engine's part of the cache: two engines, or two versions of one, never share a key."""

    def __init__(self, cache: ArrayCache, engine_key: str) -> None:
        self._cache, self._engine_key = cache, engine_key

    def get(self, key: str) -> NDArray[Any] | None:
        """Return the read-only array of a key, or None."""
        return self._cache.get(f"{self._engine_key} {key}")

    def put(self, key: str, array: NDArray[Any]) -> None:
        """Keep an array under a key that says everything it was made from."""
        self._cache.put(f"{self._engine_key} {key}", array)
