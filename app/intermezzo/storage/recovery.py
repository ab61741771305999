"""Recovery: what is not saved yet is kept by itself every 30 s, and offered at the next start if the program died.

Each running program writes one file, ``<process>-<start>.intermezzo``, beside a lock that the system frees when the
process ends in whatever way; so a file whose lock can be taken is an orphan, and two running programs never meet.
"""

import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, time

from intermezzo.core.errors import FileError
from intermezzo.core.project import Project
from intermezzo.core.registry import Registry
from intermezzo.storage.container import opened
from intermezzo.storage.places import recovery_folder
from intermezzo.storage.project_file import PROJECT_SUFFIX, load_project, save_project

__all__ = ["Autosave", "Orphan", "discard", "orphans"]

_OURS = re.compile(rf"\d+-\d+({re.escape(PROJECT_SUFFIX)}|\.lock)\Z")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Orphan:
    """What a dead program left: ``file`` is where the work had last been saved, if ever; ``n_edits`` since then."""

    path: Path
    title: str
    at_s: float
    n_edits: int
    file: Path | None = None


@dataclass(frozen=True, eq=False)
class _Work:
    project: Project
    file: Path | None
    n_edits: int


class Autosave:
    """Keeps the current project in the recovery folder, on its own thread; `note` costs nothing.

    ``interval_s`` may be changed while it runs. ``on_trouble`` is called on that thread with one line when the work
    cannot be kept, once until it can again.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        interval_s: float = 30.0,
        on_trouble: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._folder = recovery_folder() if folder is None else folder
        self.interval_s = interval_s
        self._on_trouble = on_trouble
        self._in_trouble = False
        stem = f"{os.getpid()}-{time() * 1000:.0f}"
        self.path = self._folder / f"{stem}{PROJECT_SUFFIX}"
        self._lock_path = _lock_path(self.path)
        self._lock = _open_locked(self._lock_path)
        if self._lock is None:
            raise FileError(f"The recovery folder {self._folder} is not yours to write to. Free it, then start again.")
        self._work: _Work | None = None
        self._kept: Project | None = None
        self._safe: Project | None = None
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="autosave", daemon=True)

    def start(self) -> None:
        """Begin to keep what is noted."""
        self._thread.start()

    def note(self, project: Project, file: Path | None, n_edits: int) -> None:
        """Tell how the work stands: the project, where it was last saved, and how many edits ago."""
        self._work = _Work(project, file, n_edits)

    def note_saved(self, project: Project) -> None:
        """Tell that a project is safe in a file of its own; nothing is left to recover unless newer work was noted."""
        self._safe = project
        self._clear()

    def _clear(self) -> None:
        # Never waits: who writes just now clears when it is done, and the window goes on.
        if self._safe is None or not self._writing.acquire(blocking=False):
            return
        try:
            if self._work is None or self._work.project is self._safe:
                self._kept = self._safe
                self.path.unlink(missing_ok=True)
        finally:
            self._writing.release()

    def keep_now(self) -> None:
        """Write what was noted, if it is not kept yet.

        Raises:
            FileError: if it cannot be written.
        """
        with self._writing:
            work = self._work
            if work is None or work.project is self._kept:
                return
            notes = {"file": str(work.file) if work.file else None, "n_edits": work.n_edits}
            save_project(work.project, self.path, notes=notes)
            self._kept = work.project
        self._clear()

    def adopt(self, orphan: Orphan, registry: Registry | None = None) -> Project:
        """Open what a dead program left, and keep it as this program's own until it is saved.

        Raises:
            FileError: if it is damaged, or another running program was faster.
        """
        with _claimed(orphan.path):
            project = load_project(orphan.path, registry)
            with self._writing:
                orphan.path.replace(self.path)
                self._work = _Work(project, orphan.file, orphan.n_edits)
                self._kept = project
        return project

    def close(self) -> None:
        """End well: whoever closes has asked about unsaved work, so nothing is left to recover."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.path.unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
            self._lock_path.unlink(missing_ok=True)

    def _run(self) -> None:
        wait_s = self.interval_s
        while not self._stop.wait(wait_s):
            began = monotonic()
            try:
                self.keep_now()
                self._in_trouble = False
            except FileError as problem:
                self._tell(str(problem))
            except Exception:  # whatever is wrong with one version of the work, the next may be kept
                _log.exception("autosave")
                self._tell("The work could not be kept by itself; save it to a file of your own.")
            # Counted from begin to begin, so that a slow disk does not stretch what a crash can cost.
            wait_s = max(self.interval_s - (monotonic() - began), self.interval_s / 10)

    def _tell(self, line: str) -> None:
        _log.warning("autosave: %s", line)
        if not self._in_trouble:
            self._in_trouble = True
            self._on_trouble(line)


def orphans(folder: Path | None = None) -> list[Orphan]:
    """Return what dead programs left, newest first; damaged files are listed too, so that they can be discarded."""
    home = recovery_folder() if folder is None else folder
    found = []
    with suppress(OSError):
        # Locks without work are visited, too: to claim one takes it away.
        for path in sorted({p.with_suffix(PROJECT_SUFFIX) for p in home.iterdir() if _OURS.match(p.name)}):
            with suppress(FileError), _claimed(path):
                if path.exists():
                    found.append(_described(path))
    return sorted(found, key=lambda orphan: -orphan.at_s)


def discard(orphan: Orphan) -> None:
    """Throw away what a dead program left.

    Raises:
        FileError: if another running program has it open.
    """
    with _claimed(orphan.path):
        orphan.path.unlink(missing_ok=True)


def _described(path: Path) -> Orphan:
    at_s = path.stat().st_mtime
    try:
        with opened(path, "project") as container:
            notes = container.document.table("notes")
            file = Path(notes.text("file")) if notes.has("file") else None
            return Orphan(path, container.document.text("title"), at_s, notes.whole("n_edits"), file)
    except FileError as problem:
        _log.warning("recovery: %s", problem)
        return Orphan(path, "Damaged work", at_s, 0)


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


@contextmanager
def _claimed(path: Path) -> Iterator[None]:
    """Hold the lock of a recovery file; raises FileError if its program is alive or another one was faster."""
    lock_path = _lock_path(path)
    lock = _open_locked(lock_path)
    if lock is None:
        raise FileError("Another running Intermezzo has this work open.")
    try:
        yield
    except OSError:
        raise FileError("This work is gone; another Intermezzo has opened or discarded it.") from None
    finally:
        if not path.exists():
            lock_path.unlink(missing_ok=True)
        os.close(lock)


def _open_locked(path: Path) -> int | None:
    """Return the descriptor of a lock file that is now ours until it is closed or the process ends; None if taken."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError:
        return None
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
