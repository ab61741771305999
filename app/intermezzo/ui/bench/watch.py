"""Watch: waits in the event loop for what a bench is after, and gives up at once when the studio tells of trouble."""

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["Beats", "BenchTrouble", "Watch", "host_cpu_s", "host_memory_mb", "studio_memory_mb"]


class BenchTrouble(Exception):
    """Why there is no figure, in one line."""


class Watch:
    """Waits for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._troubles: list[Trouble] = []
        workspace.troubled.connect(self._troubles.append)

    def wait(self, done: Callable[[], bool], what: str, patience_s: float = 60.0) -> None:
        """Run the event loop until a predicate holds; raises BenchTrouble with ``what`` did not happen."""
        loop = QEventLoop()
        poll, limit = QTimer(interval=4), QTimer(interval=round(1000 * patience_s), singleShot=True)
        poll.timeout.connect(lambda: loop.quit() if self._troubles or done() else None)
        limit.timeout.connect(loop.quit)
        poll.start()
        limit.start()
        loop.exec()
        poll.stop()
        limit.stop()
        if self._troubles:
            raise BenchTrouble(f"{self._troubles[-1].title}: {self._troubles[-1].detail}")
        if not done():
            load = f"; {os.getloadavg()[0]:.0f} programs were running" if hasattr(os, "getloadavg") else ""
            raise BenchTrouble(f"{what} within {patience_s:.0f} s{load}")


class Beats:
    """Tells how long the event loop did not come round: a timer of 2 ms that notes when it did."""

    def __init__(self) -> None:
        self._wall_s: list[float] = []
        self._cpu_s: list[float] = []
        self._timer = QTimer(interval=2)
        self._timer.timeout.connect(self._note)
        self._timer.start()

    def _note(self) -> None:
        self._wall_s.append(time.monotonic())
        self._cpu_s.append(time.thread_time())

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()

    @property
    def blocked_ms(self) -> float:
        """The longest time between two turns of the loop, other programs' shares of it included."""
        return float(np.diff(self._wall_s).max(initial=0.0)) * 1000

    @property
    def busy_ms(self) -> float:
        """The most work of this thread between two turns, in milliseconds of CPU."""
        return float(np.diff(self._cpu_s).max(initial=0.0)) * 1000


def host_cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process so far (Linux; 0 elsewhere)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def host_memory_mb(pid: int) -> float:
    """Return the largest resident memory of a process so far, in MB (Linux; 0 elsewhere)."""
    try:
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(row.split()[1]) / 1024 for row in rows if row.startswith("VmHWM")), 0.0)


def studio_memory_mb() -> float:
    """Return the largest resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
