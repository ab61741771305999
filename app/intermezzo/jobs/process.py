"""HostProcess: one life of the engine host, from spawn to its end; it knows messages, not requests.

Spawned, never forked: a fork would inherit the locks of Qt and of PortAudio in whatever state they are.
"""

import multiprocessing
import os
import signal
import sys
import tempfile
from contextlib import suppress
from itertools import count
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from intermezzo.core.registry import Registry
from intermezzo.jobs.messages import Setup
from intermezzo.jobs.transfer import Arrays, Parcel, discard, make_arena, seal, unseal

__all__ = ["HostProcess", "memory_limit_mb", "start_deaf_to_ctrl_c"]

_LOG_TAIL_BYTES = 6000
_lives = count(1)


def memory_limit_mb() -> int:
    """Return nine tenths of the memory that this machine or container has, in MB; 0 where it cannot be told."""
    try:
        limit = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0
    with suppress(OSError, ValueError):
        limit = min(limit, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return int(limit * 0.9) // 2**20


class HostProcess:
    """A child process with its pipe, its cancel flag, its log and its shared memory segments."""

    def __init__(
        self, registry: Registry, *, device: str, threads: int, cache_folder: Path | None, memory_limit_mb: int,
        cache_mb: int,
    ) -> None:  # fmt: skip
        from intermezzo.jobs import host  # what runs over there; the window is up before anybody asks for it

        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._cancelled: Any = context.RawValue("q", 0)  # Any: ctypes has no better name for it
        handle, log = tempfile.mkstemp(prefix="intermezzo-host-", suffix=".log")
        os.close(handle)
        self._log = Path(log)
        self._segments = f"imz{os.getpid():x}.{next(_lives):x}."
        self._run = 0
        self._to_host, self._from_host = make_arena(f"{self._segments}to"), make_arena(f"{self._segments}from")
        self._is_waiting = False
        self._n_unsealed = 0  # segments of the host's that came over the pipe; it counts those that it makes
        setup = Setup(
            dict(registry.engines), dict(registry.sketch_types), dict(registry.broken), device, threads,
            str(cache_folder or ""), log, self._segments,
            self._to_host.name if self._to_host else "", self._from_host.name if self._from_host else "",
            memory_limit_mb, cache_mb,
        )  # fmt: skip
        self._process = context.Process(
            target=host.main, args=(theirs, self._cancelled, setup), name=f"intermezzo engines ({device})", daemon=True
        )
        try:
            start_deaf_to_ctrl_c(self._process)
        except BaseException:
            self.pipe.close()
            self._free_arenas()
            self.forget_log()
            raise
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid or 0

    @property
    def sentinel(self) -> int:
        """Becomes ready when the process ends."""
        return self._process.sentinel

    def cancel(self, number: int) -> None:
        """Ask the run with this number to stop."""
        self._cancelled.value = number

    def seal(self, arrays: Arrays, run: int) -> Parcel:
        """Make the parcel of a run for the host; the host has answered the run before."""
        self._run = run
        parcel = seal(arrays, f"{self._segments}c{run}", self._to_host)
        self._is_waiting = parcel.is_own
        return parcel

    def took(self) -> None:
        """The host has unpacked the last parcel."""
        if self._is_waiting:
            discard(f"{self._segments}c{self._run}")
            self._is_waiting = False

    def unseal(self, parcel: Parcel) -> Arrays:
        """Unpack a parcel of the host's; they come in the order in which they were made."""
        arrays = unseal(parcel, self._from_host)
        if parcel.is_own:
            discard(parcel.segment)
            self._n_unsealed += 1
        return arrays

    def log_tail(self) -> str:
        """Return what engines printed last."""
        try:
            with self._log.open("rb") as file:
                file.seek(max(self._log.stat().st_size - _LOG_TAIL_BYTES, 0))
                return file.read().decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def end(self, *, gently_s: float = 0.0) -> int:
        """End the process, at once or after it had some time to go by itself; returns its exit code.

        Nothing is left behind: no zombie, no segment, no pipe. The log stays until `forget_log`.
        """
        with suppress(OSError):
            self.pipe.send(None)
        self._process.join(gently_s)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        code = self._process.exitcode or 0
        self._process.close()
        with suppress(EOFError, OSError):
            while self.pipe.poll():
                parcel = getattr(self.pipe.recv(), "parcel", None)
                if isinstance(parcel, Parcel) and parcel.is_own:
                    discard(parcel.segment)
                    self._n_unsealed += 1
        self.pipe.close()
        self.took()
        self._free_arenas()
        # A host that died between making a segment and telling of it made at most this one.
        discard(f"{self._segments}h{self._n_unsealed}")
        return code

    def _free_arenas(self) -> None:
        for arena in (self._to_host, self._from_host):
            if arena is not None:
                arena.close()
                arena.unlink()
        self._to_host = self._from_host = None

    def forget_log(self) -> None:
        """Remove the log."""
        self._log.unlink(missing_ok=True)


def start_deaf_to_ctrl_c(process: Any) -> None:  # Any: the contexts' process classes share no public base
    """Start a process that never sees Ctrl+C, not even in its first moments: signal masks are inherited."""
    if sys.platform == "win32":
        process.start()
        return
    resource_tracker.ensure_running()  # it unblocks signals itself, so it must be up before they are blocked
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
