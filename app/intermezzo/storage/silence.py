"""Silence: what libraries in C print on the terminal by themselves is kept off it; what matters comes as an error."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["silent_libraries"]


# The stream is one for the whole process: of silences that overlap the first begins it and the last ends it.
_changing = threading.Lock()
_kept: list[int] = []  # the stream as it was, once for each silence


@contextmanager
def silent_libraries() -> Iterator[None]:
    """Send the standard error stream of the process nowhere for a while; threads may do so at once."""
    with _changing:
        sys.stderr.flush()
        _kept.append(os.dup(_kept[0] if _kept else 2))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    try:
        yield
    finally:
        with _changing:
            kept = _kept.pop()
            if not _kept:
                os.dup2(kept, 2)
            os.close(kept)
