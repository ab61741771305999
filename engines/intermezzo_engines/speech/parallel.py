"""Work on many clips shared out among a few processes: what measures sound for minutes uses both cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

__all__ = ["shared_out"]

_MOST = 4
_WORTH_IT = 8  # fewer cases are done sooner than other processes have started
_In = TypeVar("_In")
_Out = TypeVar("_Out")


def shared_out(work: Callable[[_In], _Out], cases: Sequence[_In]) -> Iterator[_Out]:
    """Yield ``work`` of each case in order; ``work`` is a function of a module, cases and results can be pickled."""
    n = min(_MOST, os.cpu_count() or 1)
    if n < 2 or len(cases) < _WORTH_IT:
        yield from map(work, cases)
        return
    with ProcessPoolExecutor(n, get_context("spawn"), initializer=_one_thread) as pool:
        yield from pool.map(work, cases)


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)
