"""Cancelling: how soon an order of the render queue that runs is given up, so that the host is free for the next."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Condition, Event
from typing import Final

from intermezzo.core.manifest import EngineManifest
from intermezzo.core.measure import Figure
from intermezzo.core.registry import Registry
from intermezzo.jobs.client import EngineHost
from intermezzo.jobs.protocol import Request
from intermezzo.queue.journal import Journal
from intermezzo.queue.orders import Order
from intermezzo.queue.worker import QueueWorker
from intermezzo.storage.suffixes import written_as

__all__ = ["MOMENTS", "cancel_figures"]

_PATIENCE_S: Final = 120.0
MOMENTS: Final = (0.02, 0.3, 0.5, 0.6, 0.75, 0.9)
_TAKES: Final = 8


def cancel_figures(
    registry: Registry, manifest: EngineManifest, text: str, *, device: str = "cpu", moments: Sequence[float] = MOMENTS
) -> list[Figure]:  # fmt: skip
    """Cancel the first of eight takes of a text, and time until the second begins; the longest of several.

    ``moments`` are how far the first is, at least, when it is cancelled, 0 to 1.
    """
    host = EngineHost(registry=registry, device=device)
    warm = Event()
    host.submit(Request("warm", manifest.id), lambda _: warm.set())
    warm.wait(_PATIENCE_S)
    with tempfile.TemporaryDirectory(prefix="intermezzo-bench-") as folder:
        line = _Line(registry, host, Path(folder))
        found = [line.cancelled_s(manifest, text, moment) for moment in moments]
        line.worker.close()
    host.close()
    took_s = [took for took in found if took is not None]
    note = f"{len(took_s)} cancels, each at another moment of an order with {_TAKES - 1} behind it"
    return [Figure("queue_cancel_s_max", max(took_s, default=None), "speed", at_most=0.5, note=note)]


class _Line:
    """A render queue of its own, with a way to wait for it."""

    def __init__(self, registry: Registry, host: EngineHost, folder: Path) -> None:
        self._changed, self._folder = Condition(), folder
        self.worker = QueueWorker(registry, lambda: host, Journal(folder), self._on_change)

    def _on_change(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _until(self, test: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(test, _PATIENCE_S)

    def cancelled_s(self, manifest: EngineManifest, text: str, moment: float) -> float | None:
        """Return how long a cancel took in seconds; None where the order was done before it was that far."""
        worker, ending = self.worker, written_as(manifest.output)[0]
        paths = [str(self._folder / f"{k + 1}{ending}") for k in range(_TAKES)]
        worker.add(Order(manifest.id, path, text, seed=k + 1) for k, path in enumerate(paths))
        first, second, *_ = numbers = [order.number for order in worker.line.orders]
        self._until(lambda: self._is_over(first) or worker.progress_of(first).fraction >= moment)
        took_s = None
        if not self._is_over(first):
            begin_s = time.monotonic()
            worker.cancel(first)
            if self._until(lambda: self._has_begun(second)):
                took_s = time.monotonic() - begin_s
        for number in reversed(numbers):
            worker.remove(number)
        return took_s

    def _is_over(self, number: int) -> bool:
        order = self.worker.line.order(number)
        return order is None or order.state not in ("waiting", "running")

    def _has_begun(self, number: int) -> bool:
        order = self.worker.line.order(number)
        return order is None or order.state != "waiting"
