"""InlineRunner: the same requests done in this very process and thread; for scripts, the command line and tests."""

import os
import traceback
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import perf_counter

from intermezzo.core.errors import Cancelled, IntermezzoError
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.cache import ArrayCache
from intermezzo.jobs.pieces import Pieces
from intermezzo.jobs.protocol import Done, Failed, JobHandle, OnEvent, Partial, Progress, Request, Result, Stopped
from intermezzo.jobs.reports import report_of
from intermezzo.jobs.workshop import OnPiece, Workshop

__all__ = ["InlineRunner"]

OnProgress = Callable[[Progress], None]


class _Finished:
    """The handle of a job that is over before its handle is returned."""

    def __init__(self, number: int) -> None:
        self.id = number

    def cancel(self) -> None:
        """Do nothing: the job is over."""


class InlineRunner:
    """Engines on ``device`` in this process; ``threads`` for torch (0: all cores).

    ``cache_dir`` None keeps the cache in memory, ``cache_bytes`` at most; 0 computes everything anew.
    """

    def __init__(
        self, registry: Registry, *, device: str = "cpu", threads: int = 0, cache_dir: Path | None = None,
        cache_bytes: int = 2**28,
    ) -> None:  # fmt: skip
        self.registry = registry
        self._numbers = count(1)
        self._workshop = Workshop(
            registry, device=device, threads=threads or os.cpu_count() or 1,
            cache=ArrayCache(cache_dir, memory_bytes=cache_bytes),
        )  # fmt: skip

    def run(self, request: Request, on_progress: OnProgress | None = None, on_piece: OnPiece | None = None) -> Result:
        """Do a request and return its result; ``on_progress`` may raise Cancelled to stop it.

        ``on_piece`` hears what a conversion hands over while it works.

        Raises:
            IntermezzoError: whatever went wrong.
        """
        began_s = perf_counter()

        def tell(fraction: float, what: str) -> None:
            if on_progress is not None:
                spent_s = perf_counter() - began_s
                left_s = spent_s / fraction - spent_s if fraction > 0.02 and spent_s > 0.3 else None
                on_progress(Progress(fraction, what, left_s))

        try:
            return self._workshop.run(request, tell, on_piece)
        finally:
            self._workshop.flush()

    def submit(self, request: Request, on_event: OnEvent) -> JobHandle:
        """Do a request at once; all its events come before this returns."""
        number = next(self._numbers)
        began_s = perf_counter()
        pieces = Pieces({})

        def hand_over(piece: Sketch) -> None:
            pieces.add(piece)
            on_event(Partial(piece))

        try:
            result = self.run(request, on_event, hand_over if request.streams else None)
        except Cancelled:
            on_event(Stopped())
        except IntermezzoError as error:
            fitting = (m for m in self.registry.engines.values() if request.engine in (m.id, m.task))
            manifest = next(fitting, None)
            trace = "".join(traceback.format_exception(error))
            on_event(Failed(error, report_of(error, request, manifest, trace=trace)))
        else:
            is_joined = isinstance(result, Sketch) and pieces.are(result)
            on_event(Done(result, perf_counter() - began_s, is_joined))
        return _Finished(number)

    def start(self) -> None:
        """Do nothing; the engine host has it."""

    def close(self) -> None:
        """Free the memory of all engines."""
        self._workshop.unload_all()
