"""Troubles: which engines failed and why, and which of them are switched off because they keep crashing."""

import threading
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["Troubles"]


class Troubles:
    """Reasons by engine id; written by the host's thread, read by any. ``crashes`` is how many are too many."""

    def __init__(self, crashes: int) -> None:
        self._limit = crashes
        self._lock = threading.Lock()
        self._reasons: dict[str, str] = {}
        self._crashes: Counter[str] = Counter()

    @property
    def reasons(self) -> Mapping[str, str]:
        """All of them, as they are now."""
        with self._lock:
            return MappingProxyType(dict(self._reasons))

    def is_off(self, engine: str) -> bool:
        """Tell whether an engine crashed too often to be used again."""
        with self._lock:
            return self._crashes[engine] >= self._limit

    def blame(self, engine: str, reason: str, *, crashed: bool = False) -> None:
        """Note that an engine failed or, if ``crashed``, took the host down."""
        with self._lock:
            self._crashes[engine] += crashed
            if self._crashes[engine] >= self._limit:
                reason = f"Switched off after it took down the engine host {self._crashes[engine]} times. {reason}"
            self._reasons[engine] = reason

    def praise(self, engine: str) -> None:
        """Note that an engine worked; a crash is not forgotten for that."""
        with self._lock:
            if not self._crashes[engine]:
                self._reasons.pop(engine, None)

    def forgive(self, engine: str) -> None:
        """Forget everything."""
        with self._lock:
            self._reasons.pop(engine, None)
            self._crashes.pop(engine, None)
