"""EngineHost: the studio's side of the engine host; it queues requests, sends what changed, and survives every end.

While a conversion hands over what it has made, a rendering may be its guest: sent at once, and done in between. One
thread per host does all of it: it waits for the pipe, for the end of the process and for new requests, and calls
`on_event` itself. A host that crashes, hangs or is deaf to a cancel is replaced; the request that it worked on fails
with the engine's name, and an engine that took three hosts with it is switched off until it is forgiven.
"""

import atexit
import logging
import os
import pickle
import threading
from collections.abc import Mapping
from itertools import count
from multiprocessing import connection
from pathlib import Path
from time import monotonic
from traceback import format_exception
from typing import Any

from intermezzo.core.errors import EngineError, IntermezzoError, PluginError
from intermezzo.core.registry import Registry
from intermezzo.jobs.limits import Limits
from intermezzo.jobs.messages import Answer, Phase, Piece, Ready, Told, Took, error_of
from intermezzo.jobs.process import HostProcess, memory_limit_mb
from intermezzo.jobs.protocol import (
    Done,
    Event,
    Failed,
    JobHandle,
    OnEvent,
    Partial,
    Progress,
    Request,
    Result,
    Stopped,
)
from intermezzo.jobs.reports import report_of
from intermezzo.jobs.shipping import Shipment, Shipping
from intermezzo.jobs.troubles import Troubles
from intermezzo.jobs.waiting import Job, Waiting

__all__ = ["EngineHost", "JobHandle", "Limits"]

_log = logging.getLogger(__name__)


class EngineHost:
    """One engine host on ``device``; ``threads`` for torch (0: all cores), ``cache_dir`` None: memory only.

    Events come on the host's own thread, in order, the last of each job being Done, Failed or Stopped.
    """

    def __init__(
        self, *, device: str = "cpu", threads: int = 0, cache_dir: Path | None = None, registry: Registry,
        limits: Limits | None = None,
    ) -> None:  # fmt: skip
        self._registry, self._device, self._cache_dir = registry, device, cache_dir
        cores = os.cpu_count() or 2
        self._threads = min(threads, cores) or cores
        self._limits = limits or Limits()
        self._numbers = count(1)
        self._waiting = Waiting()
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name=f"engine host ({device})", daemon=True)
        self._process: HostProcess | None = None
        self._is_ready = False
        self._started_s = 0.0
        self._failed_starts = 0
        self._running: Job | None = None
        self._guest: Job | None = None  # a rendering that is done while the running conversion pauses
        self._runs = count(1)
        self._shipping = Shipping()
        self._troubles = Troubles(self._limits.crashes)

    @property
    def device(self) -> str:
        """'cpu', 'cuda' or 'mps'."""
        return self._device

    @property
    def troubles(self) -> Mapping[str, str]:
        """Engines that could not be loaded, crashed or hung, with the reason in one line; for the plugins panel."""
        return self._troubles.reasons

    @property
    def pid(self) -> int:
        """Process id of the host as it runs now, 0 if none does."""
        process = self._process
        return process.pid if process is not None else 0

    def forgive(self, engine: str) -> None:
        """Give an engine that was switched off another chance."""
        self._troubles.forgive(engine)

    def start(self) -> None:
        """Start the host in the background; returns at once. Submitting does it too."""
        with self._starting:
            if self._waiting.is_closed or self._thread.ident is not None:
                return
            self._thread.start()
            atexit.register(self.close)  # shared memory outlives a program that forgets to close

    def submit(self, request: Request, on_event: OnEvent) -> JobHandle:
        """Queue a request; it never raises for what is wrong with the request: that comes as Failed.

        Raises:
            EngineError: if the host was closed.
        """
        job = Job(next(self._numbers), request, on_event, self._waiting)
        self._waiting.add(job)
        self.start()
        self._waiting.ring()
        return job

    def close(self) -> None:
        """Give up all work and end the host; every job that waits or runs ends with Stopped."""
        if self._waiting.close():
            return
        with self._starting:
            is_started = self._thread.ident is not None
            atexit.unregister(self.close)
        if is_started:
            self._waiting.ring()
            if threading.current_thread() is not self._thread:
                self._thread.join()
        self._waiting.free()

    # From here on everything runs on the host's thread

    def _serve(self) -> None:
        while not self._waiting.is_closed:
            try:
                for job in self._waiting.take_cancels():
                    self._do_cancel(job)
                if self._process is None and (self._waiting or not self._failed_starts):
                    self._spawn()
                if self._is_ready:
                    self._dispatch()
                self._wait()
            except Exception as problem:  # a fault of ours must cost one job, not all that come after it
                self._on_own_fault(problem)
        running = self._take_working()
        if self._process is not None:
            self._end_process(gently_s=0.0 if running else 0.3)
        for job in (*running, *self._waiting.take_cancels(), *self._waiting.take_all()):
            self._tell(job, Stopped())

    def _take_working(self) -> list[Job]:
        """Return what the host works on, the guest first, and work on nothing."""
        working = [job for job in (self._guest, self._running) if job is not None]
        self._guest = self._running = None
        return working

    def _on_own_fault(self, problem: Exception) -> None:
        _log.exception("The engine host's client stumbled")
        working = self._take_working()
        self._end_process()
        for job in working:
            error = EngineError("Intermezzo stumbled over a fault of its own. Your sketch is untouched.")
            trace = "".join(format_exception(problem))
            self._tell(job, Failed(error, report_of(error, job.request, None, trace=trace)))

    def _wait(self) -> None:
        process = self._process
        sources: list[Any] = [self._waiting.bell]  # Any: pipes and handles
        if process is not None:
            sources += [process.pipe, process.sentinel]
        ready = connection.wait(sources, self._patience_s())
        if self._waiting.bell in ready:
            self._waiting.hear()
        if process is None:
            return
        alive = True
        if process.pipe in ready:
            alive = self._read(process)
        if (not alive or process.sentinel in ready) and self._process is process:
            while alive and process.pipe.poll():
                alive = self._read(process)
            self._on_end()
        elif self._process is process:
            self._check_patience()
        if not ready and self._shipping.has_leisure_work:
            self._shipping.hash_one()

    def _read(self, process: HostProcess) -> bool:
        try:
            message = process.pipe.recv()
        except (EOFError, OSError):
            return False
        number = getattr(message, "number", 0)
        job = next((j for j in (self._guest, self._running) if j is not None and j.run == number), None)
        if isinstance(message, Ready):
            self._is_ready, self._failed_starts = True, 0
        elif isinstance(message, Took):
            process.took()
        elif job is not None:
            job.life_s = monotonic()
            if isinstance(message, Phase):
                job.doing = message.doing
                job.began_s = job.life_s
            elif isinstance(message, Told):
                self._on_told(job, message)
            elif isinstance(message, Piece):
                self._on_piece(process, job, message)
            elif isinstance(message, Answer):
                self._on_end_of(job, process)
                self._on_answer(process, job, message)
        return True

    # Time

    def _deadline_s(self) -> float | None:
        """Return when patience ends, on the monotonic clock; None while there is nothing to wait for."""
        if self._process is None:
            return None
        if not self._is_ready:
            return self._started_s + self._limits.starting_s
        job = self._guest or self._running
        if job is None:
            return None
        silent = job.life_s + (self._limits.loading_s if job.doing == "loading" else self._limits.working_s)
        working = [j for j in (self._guest, self._running) if j is not None and j.cancelled_s is not None]
        return min([silent, *((j.cancelled_s or 0.0) + self._limits.cancel_s for j in working)])

    def _patience_s(self) -> float | None:
        deadline_s = self._deadline_s()
        if deadline_s is not None:
            return max(deadline_s - monotonic(), 0.0)
        return 0.0 if self._shipping.has_leisure_work else None

    def _check_patience(self) -> None:
        deadline_s = self._deadline_s()
        if deadline_s is None or monotonic() < deadline_s:
            return
        working = self._take_working()
        tail = self._end_process()
        if not working:
            self._on_failed_start("it did not come up in time", tail)
            return
        is_deaf = any(job.cancelled_s is not None for job in working)
        self._on_gone(working, "gave no sign of life while {0} and was stopped", tail, is_innocent=is_deaf)

    def _on_gone(self, working: list[Job], how: str, tail: str, *, is_innocent: bool) -> None:
        """The host is gone with all that it worked on: the first is to blame unless it is innocent."""
        for k, job in enumerate(working):
            if job.cancelled_s is not None:
                self._stop(job)
            elif k == 0 and not is_innocent:
                self._on_lost(job, how.format(job.doing), tail)
            elif job.joined is None:
                self._waiting.put_back(job)
            else:
                title = self._registry.find(job.request.engine).title
                error = EngineError(f"{title} was stopped with other work. What is there is kept; convert again.")
                self._tell(job, Failed(error, report_of(error, job.request, None, printed=tail)))

    # The process

    def _spawn(self) -> None:
        self._is_ready, self._started_s = False, monotonic()
        self._shipping.start_afresh()
        limit = self._limits.memory_mb
        if limit is None:
            limit = memory_limit_mb() if self._device == "cpu" else 0
        try:
            self._process = HostProcess(
                self._registry, device=self._device, threads=self._threads, cache_folder=self._cache_dir,
                memory_limit_mb=limit, cache_mb=self._limits.cache_mb,
            )  # fmt: skip
        except (OSError, RuntimeError) as problem:  # RuntimeError: we are a script without a main guard, spawned again
            self._on_failed_start((str(problem).strip().splitlines() or ["no reason given"])[0].rstrip("."), "")

    def _end_process(self, *, gently_s: float = 0.0) -> str:
        process, self._process = self._process, None
        self._is_ready = False
        if process is None:
            return ""
        code = process.end(gently_s=gently_s)
        tail = process.log_tail()
        process.forget_log()
        return f"exit code {code}\n{tail}" if code else tail

    def _on_end(self) -> None:
        """The process is gone without being asked to."""
        was_ready, working = self._is_ready, self._take_working()
        tail = self._end_process()
        job = working[0] if working else None
        if not was_ready:
            self._on_failed_start("it ended at once", tail)
        elif job is not None and job.doing == "starting" and not job.is_second_try and job.cancelled_s is None:
            # It died before it began: whatever killed it, this job did not.
            job.is_second_try = True
            self._on_gone(working, "", tail, is_innocent=True)
        elif job is not None:
            first = tail.partition("\n")[0]
            how = "was stopped by the system, most likely for lack of memory," if first == "exit code -9" else "crashed"
            self._on_gone(working, f"{how} while {{0}} ({first or 'exit code 0'})", tail, is_innocent=False)

    def _on_failed_start(self, why: str, tail: str) -> None:
        self._failed_starts += 1
        if self._failed_starts < 2:
            return
        error = EngineError(
            f"The engine host does not start: {why}. Start Intermezzo again; if this is a script of yours, its code "
            "belongs under `if __name__ == '__main__':`."
        )
        for job in self._waiting.take_all():
            self._tell(job, Failed(error, report_of(error, job.request, None, printed=tail)))

    def _on_lost(self, job: Job, how: str, tail: str) -> None:
        manifest = self._registry.find(job.request.engine)
        error = EngineError(f"{manifest.title} {how}. Your sketch is untouched.")
        self._troubles.blame(manifest.id, str(error), crashed=True)
        self._tell(job, Failed(error, report_of(error, job.request, manifest, printed=tail)))

    # Jobs

    def _do_cancel(self, job: Job) -> None:
        if job in (self._running, self._guest) and self._process is not None:
            job.is_put_back = False
            if job.cancelled_s is None:
                job.cancelled_s = monotonic()
                self._process.cancel(job.run)
        elif not job.run:
            self._waiting.drop(job)  # it may wait again since it was given up
            self._tell(job, Stopped())

    def _dispatch(self) -> None:
        while self._process is not None and self._guest is None:
            job = self._waiting.take(self._may_go)
            if job is None:
                self._make_room(self._process)
                return
            try:
                self._send(job, self._process)
            except IntermezzoError as error:
                self._tell(job, Failed(error, report_of(error, job.request, None)))
            except OSError:
                # The host is dying; its end is about to be noticed, and the job goes to the next one.
                self._waiting.put_back(job)
                return

    def _make_room(self, process: HostProcess) -> None:
        """Stop what runs and yields, if something of higher priority waits; a load is let finish: it serves both."""
        running = self._running
        if running is None or not running.request.yields or running.cancelled_s is not None:
            return
        if running.doing not in ("starting", "loading") and self._waiting.has_over(running.request.priority):
            running.is_put_back, running.cancelled_s = True, monotonic()
            process.cancel(running.run)

    def _stop(self, job: Job) -> None:
        """A job was stopped: it is over, or waits again where it made room."""
        if not job.is_put_back:
            self._tell(job, Stopped())
            return
        job.is_put_back, job.cancelled_s, job.joined = False, None, None
        self._waiting.put_back(job)

    def _may_go(self, job: Job) -> bool:
        """Tell whether a job can be sent now: nothing runs, or it may be the guest of what runs."""
        running = self._running
        if running is None:
            return True
        is_guest = job.request.kind == "render" and job.request.priority > running.request.priority
        return is_guest and running.joined is not None and running.cancelled_s is None

    def _send(self, job: Job, process: HostProcess) -> None:
        request = job.request
        manifest = self._registry.find(request.engine)
        if self._troubles.is_off(manifest.id):
            raise PluginError(f"{manifest.title} is switched off: {self.troubles[manifest.id]} See Plugins.")
        job.run = next(self._runs)
        job.doing, job.joined, job.arrays = "starting", None, {}
        job.began_s = job.life_s = monotonic()
        if self._running is None:
            self._running = job
        else:
            self._guest = job
        message, job.shipment = self._shipping.run(request, manifest.id, job.run, process)
        try:
            process.pipe.send(message)
        except OSError:
            self._on_end_of(job, process)
            raise

    def _on_end_of(self, job: Job, process: HostProcess) -> None:
        """The host works on ``job`` no more."""
        if job is self._running:
            self._running = None
        if job is not self._guest:
            return
        self._guest = None
        if self._running is not None:
            self._running.life_s = monotonic()
            if self._running.cancelled_s is not None:
                process.cancel(self._running.run)  # a cancel of the guest may have taken its place

    def _on_piece(self, process: HostProcess, job: Job, message: Piece) -> None:
        declared = self._registry.sketch_type(self._registry.find(job.request.engine))
        sketch_type = pickle.loads(message.sketch_type) if message.sketch_type else declared
        piece = self._shipping.piece(message, job.arrays, process, sketch_type)
        job.joined = piece if job.joined is None else job.joined.joined(piece)
        if job.cancelled_s is None:
            self._tell(job, Partial(piece))

    def _on_told(self, job: Job, told: Told) -> None:
        spent_s = job.life_s - job.began_s
        left_s = spent_s / told.fraction - spent_s if told.fraction > 0.02 and spent_s > 0.3 else None
        if job.cancelled_s is None:
            self._tell(job, Progress(told.fraction, told.what, left_s))

    def _on_answer(self, process: HostProcess, job: Job, answer: Answer) -> None:
        try:
            result = self._result(process, job, answer)
        except Exception as problem:  # what a plugin returned cannot be rebuilt here
            answer = Answer(answer.number, answer.seconds, ("EngineError", f"The result cannot be read: {problem!r}."))
            result = None
        if job.is_put_back and answer.error[0] != "Cancelled":
            job.is_put_back, job.cancelled_s = False, None  # it was done before it heard that it should make room
        if job.cancelled_s is not None or answer.error[0] == "Cancelled":
            self._stop(job)
            return
        manifest = self._registry.find(job.request.engine)
        if not answer.error[0]:
            self._troubles.praise(manifest.id)
            self._tell(job, Done(result, answer.seconds, answer.is_joined))
            return
        error = error_of(*answer.error)
        if isinstance(error, (PluginError, EngineError)):
            self._troubles.blame(manifest.id, str(error))
        report = report_of(error, job.request, manifest, trace=answer.report, printed=process.log_tail())
        if answer.is_own_fault:
            self._end_process()  # what it holds may no longer be what the mirror says
        self._tell(job, Failed(error, report))

    def _result(self, process: HostProcess, job: Job, answer: Answer) -> Result:
        request, manifest = job.request, self._registry.find(job.request.engine)
        declared = request.sketch.type if request.sketch is not None else self._registry.sketch_type(manifest)
        sketch_type = pickle.loads(answer.sketch_type) if answer.sketch_type else declared
        if answer.is_joined:
            return job.joined
        shipment = job.shipment or Shipment({}, None)
        return self._shipping.result(answer, request, shipment, process, sketch_type)

    def _tell(self, job: Job, event: Event) -> None:
        if job.ended:
            return
        if not isinstance(event, (Progress, Partial)):
            job.ended, job.shipment, job.joined, job.arrays = True, None, None, {}
        try:
            job.on_event(event)
        except Exception:
            # A listener's fault must not stop the host; the window has its own net for it.
            _log.exception("A listener of the engine host failed")
