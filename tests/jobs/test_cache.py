"""The cache: what it keeps, what it forgets, and that no file can hurt it."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from intermezzo.jobs.cache import ArrayCache, EngineCache


def array(value: float = 1.0, n: int = 1000) -> np.ndarray:
    return np.full(n, value, np.float32)


def test_an_array_comes_back_read_only() -> None:
    cache = ArrayCache()
    cache.put("a", array())
    found = cache.get("a")
    assert found is not None and np.array_equal(found, array()) and not found.flags.writeable


def test_a_later_change_of_the_array_that_was_put_changes_nothing() -> None:
    cache, own = ArrayCache(), array()
    cache.put("a", own)
    own[:] = 7
    found = cache.get("a")
    assert found is not None and found[0] == 1


def test_what_was_not_put_is_none() -> None:
    assert ArrayCache().get("a") is None


def test_the_least_recently_used_goes_first() -> None:
    cache = ArrayCache(memory_bytes=10_000)
    cache.put("a", array())
    cache.put("b", array())
    cache.get("a")
    cache.put("c", array())
    assert cache.get("b") is None and cache.get("a") is not None and cache.get("c") is not None
    assert cache.memory_bytes == 8000


def test_without_memory_nothing_is_kept() -> None:
    cache = ArrayCache(memory_bytes=0)
    cache.put("a", array())
    assert cache.get("a") is None and cache.memory_bytes == 0


def test_the_next_session_finds_what_was_flushed(tmp_path: Path) -> None:
    first = ArrayCache(tmp_path)
    first.put("a", array(3).reshape(10, 100))
    first.flush()
    found = ArrayCache(tmp_path).get("a")
    assert found is not None and found.shape == (10, 100) and found[0, 0] == 3 and not found.flags.writeable


@pytest.mark.parametrize("damage", ["truncated", "empty", "flipped", "foreign", "pickled"])
def test_a_damaged_file_is_a_miss_and_goes(tmp_path: Path, damage: str) -> None:
    cache = ArrayCache(tmp_path)
    cache.put("a", array())
    cache.flush()
    (path,) = [p for p in tmp_path.rglob("*") if p.is_file()]
    content = path.read_bytes()
    path.write_bytes({
        "truncated": content[:-5], "empty": b"", "flipped": content[:500] + b"\xff" + content[501:],
        "foreign": b"RIFF....WAVE", "pickled": content[:16] + b"\x80\x05cos\nsystem\n",
    }[damage])  # fmt: skip
    assert ArrayCache(tmp_path).get("a") is None
    assert not path.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_no_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    cache = ArrayCache(tmp_path / "cache")
    cache.put("a", array())
    cache.flush()
    assert cache.get("a") is not None


def test_a_folder_that_is_a_file_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    cache = ArrayCache(tmp_path / "cache")
    cache.put("a", array())
    cache.flush()
    assert cache.get("a") is not None and cache.get("b") is None


def test_the_disk_keeps_to_its_limit(tmp_path: Path) -> None:
    cache = ArrayCache(tmp_path, memory_bytes=0, disk_bytes=50_000)
    for k in range(300):
        cache.put(str(k), array(k))
        cache.flush()
    assert sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()) < 50_000 + 256 * 4500


def test_clear_empties_memory_and_disk(tmp_path: Path) -> None:
    cache = ArrayCache(tmp_path)
    cache.put("a", array())
    cache.flush()
    cache.clear()
    assert cache.get("a") is None and ArrayCache(tmp_path).get("a") is None


def test_two_engines_never_share_a_key() -> None:
    cache = ArrayCache()
    EngineCache(cache, "one@1").put("k", array(1))
    assert EngineCache(cache, "one@2").get("k") is None
    assert EngineCache(cache, "one@1").get("k") is not None


def test_threads_that_put_side_by_side_leave_the_count_of_bytes_true() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    cache = ArrayCache(memory_bytes=20_000)

    def work(part: int) -> None:
        for k in range(5000):
            cache.put(str(k % 3), array(k, 50 + (k * 13 + part) % 400))

    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
    finally:
        sys.setswitchinterval(before)
    held = [found.nbytes for k in range(3) if (found := cache.get(str(k))) is not None]
    assert 0 < cache.memory_bytes == sum(held) <= 20_000
