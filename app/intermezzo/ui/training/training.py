"""Training: makes one thing at a time in a process beside the studio, which stays usable, and puts it to use.

A training takes many minutes, so it does not run in the engine host, where renderings would wait for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from intermezzo.core.errors import FileError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.params import Value
from intermezzo.storage.trained import Trained, forget_unfinished, fresh_folder, read_trained
from intermezzo.ui.command import Command
from intermezzo.ui.questions import Questions
from intermezzo.ui.training.shelf import Shelf
from intermezzo.ui.work import Work
from intermezzo.ui.workspace import Workspace

__all__ = ["Training"]

_OWNER = "train"


@dataclass(frozen=True)
class _Wish:
    manifest: EngineManifest
    folder: Path
    name: str


class Training(QObject):
    """What runs, how far it is, and how the last one ended.

    Attributes:
        changed: it began, went on or ended.
        made: the Trained that came out.
        failed: one line that says why nothing did.
    """

    changed = Signal()
    made = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, shelf: Shelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._shelf = workspace, shelf
        self._wish: _Wish | None = None
        self.work = Work("")
        self._command = Command(self)
        self._command.said.connect(self._on_said)
        self._command.done.connect(self._on_done)
        self._command.failed.connect(self._on_failed)

    @property
    def engine(self) -> EngineManifest | None:
        """The engine that can be trained: that of the stage in view, else the first that offers it."""
        here = self._workspace.manifest
        if here is not None and here.makes is not None:
            return here
        offers = (m for m in self._workspace.registry.engines.values() if m.makes is not None and not m.hidden)
        return next(offers, None)

    @property
    def is_running(self) -> bool:
        """Whether something is being made."""
        return self._wish is not None

    def start(self, manifest: EngineManifest, data: Path, params: Mapping[str, Value], device: str) -> None:
        """Make one from a folder of data.

        Raises:
            FileError: if there is no place to keep it.
        """
        if self.is_running or manifest.makes is None:
            return
        name = str(params.get("name", "")).strip() or data.name
        try:
            folder = fresh_folder(self._shelf.folder(manifest), name)
        except OSError as problem:
            raise FileError(f"There is no place to keep a {manifest.makes.one}: {problem.strerror}.") from problem
        self._wish = _Wish(manifest, folder, name)
        known = {p.name: p for p in manifest.params_of("train")}
        given = {**params, "name": name} if "name" in known else dict(params)
        settings = [part for key, value in given.items() for part in ("--set", f"{key}={_typed(value)}")]
        self._command.start(
            ["train", manifest.id, "--data", str(data), "--out", str(folder), "--device", device, "--json",
             "--progress-lines", *settings],
        )  # fmt: skip
        self._show(0.0, self.tr("Starting"), None)

    def stop(self) -> None:
        """Give it up; nothing of it is kept."""
        wish = self._ended()
        if wish is not None and wish.manifest.makes is not None:
            self._command.stop()
            forget_unfinished(wish.folder, wish.manifest.makes.document)
            self.changed.emit()

    def may_close(self, questions: Questions) -> bool:
        """Ask where minutes of work would be lost; True where nothing runs or the person gives it up."""
        if self._wish is not None and not questions.stop_training(self._wish.name):
            return False
        self.stop()
        return True

    def use(self, manifest: EngineManifest, trained: Trained) -> bool:
        """Choose one in the document, if the stage in view has its engine; one step of the history."""
        here = self._workspace.manifest
        if manifest.makes is None or here is None or here.id != manifest.id:
            return False
        self._workspace.set_param(manifest.makes.param, str(trained.folder), shown=trained.name)
        return True

    def _show(self, fraction: float, what: str, left_s: float | None) -> None:
        if self._wish is not None:
            self.work = Work(what, fraction, left_s, self.stop)
            # Without a cancel: Esc takes back a selection, and must not take twenty minutes of work with it.
            self._workspace.show_work(_OWNER, Work(f"{self._wish.name}: {what}", fraction, left_s))
            self.changed.emit()

    def _on_said(self, line: str) -> None:
        try:
            told = json.loads(line)
            left = told["seconds_left"]
            self._show(float(told["fraction"]), str(told["what"]), None if left is None else float(left))
        except (ValueError, KeyError, TypeError):
            return  # a warning of some library

    def _ended(self) -> _Wish | None:
        wish, self._wish = self._wish, None
        self._workspace.show_work(_OWNER, None)
        return wish

    def _on_done(self, _: object) -> None:
        wish = self._ended()
        if wish is None or wish.manifest.makes is None:
            return
        trained = read_trained(wish.folder, wish.manifest.makes.document)
        self._shelf.refresh()
        self.changed.emit()
        if trained is None:
            self.failed.emit(self.tr("{0} was made, but cannot be read.").format(wish.name))
            return
        self.use(wish.manifest, trained)
        self._workspace.tell("info", self.tr("{0} is ready.").format(trained.name))
        self.made.emit(trained)

    def _on_failed(self, why: str) -> None:
        wish = self._ended()
        if wish is not None and wish.manifest.makes is not None:
            forget_unfinished(wish.folder, wish.manifest.makes.document)
            self.changed.emit()
            self._workspace.tell("error", why)
            self.failed.emit(why)


def _typed(value: Value) -> str:
    """Write a value as the command line reads it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
