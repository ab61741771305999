"""The worker: one thread that does the orders of the line in turn and keeps the journal; it knows no window."""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from threading import Condition, Thread

from intermezzo.core.errors import Cancelled, FileError, IntermezzoError
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry
from intermezzo.jobs.protocol import Progress, Runner
from intermezzo.queue.journal import Journal
from intermezzo.queue.orders import Line, Order
from intermezzo.queue.work import Work
from intermezzo.storage.project_file import save_project

__all__ = ["QueueWorker"]

_log = logging.getLogger(__name__)


class QueueWorker:
    """Every method may be called from any thread and returns at once; ``on_change`` is called on whichever changed it.

    ``runner`` gives the engine host as it is when an order begins. A journal that cannot be read is told in `trouble`.
    """

    def __init__(
        self, registry: Registry, runner: Callable[[], Runner], journal: Journal, on_change: Callable[[], None]
    ) -> None:
        self._registry, self._runner, self._journal, self._on_change = registry, runner, journal, on_change
        self._changed = Condition()
        self._work: Work | None = None
        self._number = 0  # of the order in work
        self._progress = Progress(0.0)
        self._is_closing = False
        self._thread: Thread | None = None
        self.trouble = ""
        try:
            self._line = journal.load()
        except FileError as problem:
            self._line, self.trouble = Line(), str(problem)
        if self._line.next_waiting is not None:
            self._wake()

    @property
    def line(self) -> Line:
        """The orders as they stand now."""
        return self._line

    def progress_of(self, number: int) -> Progress:
        """Return how far an order is; nothing done unless it runs."""
        return self._progress if number == self._number else Progress(0.0)

    def add(self, orders: Iterable[Order]) -> None:
        """Put orders at the end."""
        self._edit(lambda line: line.with_added(orders))

    def add_stage(self, stage: Stage, title: str, order: Order) -> None:
        """Put the export of a stage as it stands now at the end; later edits of the document do not touch it.

        Raises:
            FileError: if the stage cannot be kept.
        """
        folder = self._journal.documents
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise FileError(f"The folder {folder} cannot be made: {problem.strerror}.") from None
        alone = replace(stage, linked_to=None, takes=(), comp=(), dropped=())
        with self._changed:
            path = folder / f"{self._line.next_number}.intermezzo"
            save_project(Project(title, (alone,)), path)
            self._set(self._line.with_added([replace(order, stage_file=str(path))]))
        self._tell()

    def move(self, number: int, place: int) -> None:
        """Move an order to another place."""
        self._edit(lambda line: line.moved(number, place))

    def pause(self, is_paused: bool = True) -> None:
        """Begin nothing new until the line goes on; what runs is finished."""
        self._edit(lambda line: replace(line, is_paused=is_paused))

    def retry(self, number: int) -> None:
        """Let an order that failed or was cancelled wait again."""
        self._edit(lambda line: line.retried(number))

    def cancel(self, number: int) -> None:
        """Give an order up, also the one that runs; nothing half-written remains."""
        with self._changed:
            order = self._line.order(number)
            work = self._work if number == self._number else None
            if order is None or order.state not in ("waiting", "running"):
                return
            if work is None or work.cancel():
                self._set(self._line.with_state(number, "cancelled"))
        self._tell()

    def remove(self, number: int) -> None:
        """Take an order out of the line; one that runs is cancelled first. Its file stays."""
        self.cancel(number)
        self._edit(lambda line: line.removed(number))

    def clear_finished(self) -> None:
        """Take out what is done and what was cancelled."""
        self._edit(Line.without_finished)

    def close(self) -> None:
        """Stop at once; what ran waits again in the journal."""
        with self._changed:
            self._is_closing = True
            if self._work is not None:
                self._work.cancel()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(5.0)

    def _edit(self, edit: Callable[[Line], Line]) -> None:
        with self._changed:
            self._set(edit(self._line))
        self._tell()

    def _set(self, line: Line) -> None:
        self._line = line
        try:
            self._journal.save(line)
            self.trouble = ""
        except FileError as problem:
            self.trouble = str(problem)
        self._wake()
        self._changed.notify_all()

    def _tell(self) -> None:
        with suppress(RuntimeError):  # the window may be gone
            self._on_change()

    def _wake(self) -> None:
        if self._thread is None and not self._is_closing:
            self._thread = Thread(target=self._serve, name="render queue", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_closing or self._may_begin())
                order = self._line.next_waiting
                if self._is_closing or order is None:
                    return
                self._number, self._progress = order.number, Progress(0.0)
                self._set(self._line.with_state(order.number, "running"))
                self._work = work = Work(order, self._runner(), self._registry, self._on_progress)
            self._tell()
            self._do(order, work)
            self._tell()

    def _may_begin(self) -> bool:
        return not self._line.is_paused and self._line.next_waiting is not None

    def _do(self, order: Order, work: Work) -> None:
        reason = ""
        try:
            work.do()
        except Cancelled:
            reason = "Stopped."
        except IntermezzoError as problem:
            reason = str(problem)
        except Exception as problem:  # one order must not stop those behind it
            _log.exception("An order of the render queue failed")
            reason = f"This is a fault of ours ({type(problem).__name__}); the log says more."
        with self._changed:
            self._work, self._number = None, 0
            now = self._line.order(order.number)
            if now is None or now.state != "running":
                return  # cancelled or removed meanwhile
            if self._is_closing and reason:
                self._set(self._line.with_state(order.number, "waiting"))
            else:
                self._set(self._line.with_state(order.number, "failed" if reason else "done", reason))

    def _on_progress(self, progress: Progress) -> None:
        self._progress = progress
        self._tell()
