"""Waiting: the requests that no host works on yet, and the cancels; all of `EngineHost` that other threads touch."""

import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from intermezzo.core.errors import EngineError
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import OnEvent, Request
from intermezzo.jobs.shipping import Shipment
from intermezzo.jobs.transfer import Arrays

__all__ = ["Job", "Waiting"]


class Job:
    """A request on its way; what is mutable here belongs to the host's thread."""

    def __init__(self, number: int, request: Request, on_event: OnEvent, waiting: "Waiting") -> None:
        self.id, self.request, self.on_event = number, request, on_event
        self._waiting = waiting
        self.run = 0
        self.shipment: Shipment | None = None
        self.began_s = self.life_s = 0.0
        self.doing = "starting"
        self.cancelled_s: float | None = None
        self.is_second_try = self.ended = False
        self.is_put_back = False  # its cancel makes room for another: it will begin again
        self.joined: Sketch | None = None  # what it has handed over so far
        self.arrays: Arrays = {}

    def cancel(self) -> None:
        """Give the job up."""
        self._waiting.cancel(self)


class Waiting:
    """Any thread adds and cancels, which makes ``bell`` ready to read; the host's thread takes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: list[Job] = []
        self._cancels: list[Job] = []
        self._is_closed = False
        self.bell: Connection
        self.bell, self._rope = Pipe(duplex=False)

    @property
    def is_closed(self) -> bool:
        """Whether no more is taken."""
        return self._is_closed

    def add(self, job: Job) -> None:
        """Let a job wait; an older one that it coalesces with is cancelled.

        Raises:
            EngineError: if the host was closed.
        """
        with self._lock:
            if self._is_closed:
                raise EngineError("The engine host is closed.")
            if job.request.coalesce is not None:
                older = [j for j in self._jobs if j.request.coalesce == job.request.coalesce]
                self._cancels += older
                self._jobs = [j for j in self._jobs if j not in older]
            self._jobs.append(job)

    def cancel(self, job: Job) -> None:
        """Give a job up, whether it waits or runs."""
        with self._lock:
            self._cancels.append(job)
        self.drop(job)
        self.ring()

    def drop(self, job: Job) -> None:
        """Let a job wait no more, if it does."""
        with self._lock:
            self._jobs = [waiting for waiting in self._jobs if waiting is not job]

    def ring(self) -> None:
        """Wake the host's thread."""
        with suppress(OSError):
            self._rope.send_bytes(b".")

    def close(self) -> bool:
        """Take no more; returns whether that was so before."""
        with self._lock:
            was_closed, self._is_closed = self._is_closed, True
        return was_closed

    def free(self) -> None:
        """Close the pipe, when the host's thread is gone."""
        self._rope.close()
        self.bell.close()

    # What the host's thread does

    def hear(self) -> None:
        """Empty the bell."""
        while self.bell.poll():
            self.bell.recv_bytes()

    def take_cancels(self) -> list[Job]:
        """Return the jobs that were given up since."""
        with self._lock:
            cancels, self._cancels = self._cancels, []
        return cancels

    def take(self, may_go: Callable[[Job], bool]) -> Job | None:
        """Return the job that goes first of those that may, the oldest of the highest priority; it waits no more."""
        with self._lock:
            job = max(filter(may_go, self._jobs), key=lambda j: (j.request.priority, -j.id), default=None)
            if job is not None:
                self._jobs.remove(job)
        return job

    def take_all(self) -> list[Job]:
        """Return what waits; nothing does any more."""
        with self._lock:
            jobs, self._jobs = self._jobs, []
        return jobs

    def put_back(self, job: Job) -> None:
        """Let a job wait again that was taken."""
        job.run = 0
        with self._lock:
            self._jobs.append(job)

    def has_over(self, priority: int) -> bool:
        """Tell whether something of higher priority waits."""
        with self._lock:
            return any(job.request.priority > priority for job in self._jobs)

    def __bool__(self) -> bool:
        with self._lock:
            return bool(self._jobs)
