"""Several phrases at once and still in order: each on a thread, on which torch computes alone, so no bit changes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

__all__ = ["in_order"]

_ALONE = 3  # nobody else's work slows down what is heard first
_In = TypeVar("_In")
_Out = TypeVar("_Out")


def in_order(work: Callable[[_In], _Out], items: Iterable[_In]) -> Generator[tuple[_In, _Out]]:
    """Yield each item with what ``work`` makes of it; from the fourth on it is begun while those before it are made.

    As many at once as torch may have threads. Whoever stops early closes the iterator: what has not begun is left.
    """
    n_threads = torch.get_num_threads()
    waiting: deque[tuple[_In, Future[_Out]]] = deque()
    with ThreadPoolExecutor(n_threads, "phrase", initializer=torch.set_num_threads, initargs=(1,)) as pool:
        try:
            for number, item in enumerate(items):
                waiting.append((item, pool.submit(work, item)))
                if number < _ALONE or len(waiting) > n_threads:
                    first, made = waiting.popleft()
                    yield first, made.result()
            while waiting:
                first, made = waiting.popleft()
                yield first, made.result()
        finally:
            for _, made in waiting:
                made.cancel()
