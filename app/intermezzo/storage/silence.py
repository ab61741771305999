"""Silence: what libraries in C print on the terminal by themselves is kept off it; what matters comes as an error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["silent_libraries"]


@contextmanager
def silent_libraries() -> Iterator[None]:
    """Send the standard error stream of the process nowhere for a while."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
