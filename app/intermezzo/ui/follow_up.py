"""FollowUp: after a hand edit the engine brings the rest of the sketch in line, as part of the same undo step.

What was edited and not yet followed is owed: each sketch that an edit made, with the sketch from which the first edit
of the row began. An edit that comes while an older one is still being followed takes it over, so that the engine sees
both at once. The result takes the place of the edited sketch in every step of the history that holds it: undo and redo
bring both together. A step that was left before it was followed is followed when one comes back to it. While a hand
holds something, nothing moves under it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from intermezzo.core.project import Project, Stage
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Progress, Request
from intermezzo.ui.work import Trouble, Work

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["FollowUp"]

_PRIORITY = 9  # before takes and conversions; only sound that is asked for comes first
_AFTER_EDIT_MS = 40  # keys that repeat are followed once
_SHOW_WORK_AFTER_MS = 500


@dataclass(frozen=True, eq=False)
class _Debt:
    stage: str
    before: Sketch
    after: Sketch


class FollowUp(QObject):
    """One edit at a time; ``is_on`` is the person's choice."""

    changed = Signal()  # something is owed now, or nothing any more
    _came = Signal(int, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self.is_on = True
        self._owed: dict[int, _Debt] = {}  # by the identity of the edited sketch
        self._number = 0
        self._running: tuple[_Debt, JobHandle] | None = None
        self._hands: set[object] = set()
        self._warm: set[str] = set()
        self._came.connect(self._on_event)
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_EDIT_MS)
        self._soon.timeout.connect(self._start)
        self._slow = QTimer(self, singleShot=True, interval=_SHOW_WORK_AFTER_MS)
        self._slow.timeout.connect(lambda: self._show(0.0, None))

    def can(self) -> bool:
        """Tell whether the engine in view follows edits."""
        manifest = self._workspace.manifest
        return manifest is not None and manifest.follows

    @property
    def is_waiting(self) -> bool:
        """Whether what stands in view is about to change: an edit of it is not followed yet."""
        is_busy = not self._hands and (self._soon.isActive() or self._running is not None)
        return is_busy and self._debt() is not None

    def warm_up(self) -> None:
        """Have the engine in view loaded while nothing else is to do, so that the first edit need not wait for it."""
        manifest = self._workspace.manifest
        if self.is_on and manifest is not None and manifest.follows and manifest.id not in self._warm:
            self._warm.add(manifest.id)
            self._workspace.host.submit(Request(kind="warm", engine=manifest.id, priority=0), lambda _: None)

    def set_on(self, on: bool) -> None:
        """Let the rest follow edits from now on, or leave it as it is."""
        self.is_on = on
        if not on:
            self.stop()

    # What is owed

    def note(self, before: Sketch, after: Sketch) -> None:
        """A hand makes ``after`` of ``before``, which is in view; told before the history holds it."""
        stage = self._workspace.stage
        if stage is None or not self.is_on or not self.can() or before.n_frames != after.n_frames:
            return
        if before.type != after.type or not before.changed(after):
            return
        first = self._owed.get(id(before))
        self._owed[id(after)] = _Debt(stage.id, first.before if first else before, after)
        self._cancel()
        if not self._hands:
            self._soon.start()
        self.changed.emit()

    def hold(self, hand: object) -> None:
        """A gesture has begun: nothing may move under the hand."""
        self._hands.add(hand)

    def release(self, hand: object) -> None:
        """A gesture has ended; more than once is no harm."""
        if hand in self._hands:
            self._hands.discard(hand)
            self.look()

    def look(self) -> None:
        """See whether what is in view is owed something; told after every change of the project and of the stage."""
        self._forget()
        if self._debt() is not None and self._running is None and not self._hands and not self._soon.isActive():
            self._soon.start()

    def stop(self) -> None:
        """Give up all that is owed; edits stay as they are."""
        self._soon.stop()
        self._cancel()
        had, self._owed = bool(self._owed), {}
        if had:
            self._settled()

    def _debt(self) -> _Debt | None:
        sketch = self._workspace.sketch
        return self._owed.get(id(sketch)) if sketch is not None else None

    def _forget(self) -> None:
        """Forget what no step of the history holds any more."""
        if self._owed:
            there = {id(stage.sketch) for step in self._workspace.history.steps for stage in step.project.stages}
            self._owed = {key: debt for key, debt in self._owed.items() if key in there}

    # Work

    def _start(self) -> None:
        debt, workspace = self._debt(), self._workspace
        stage, manifest = workspace.stage, workspace.manifest
        if debt is None or stage is None or manifest is None or self._running is not None or self._hands:
            return
        names = {p.name for p in manifest.params_of("convert")}
        request = Request(
            kind="follow", engine=stage.engine, params={k: v for k, v in stage.params.items() if k in names},
            seed=stage.seed, sketch=debt.after, before=debt.before, priority=_PRIORITY,
        )  # fmt: skip
        workspace.rendering.give_way()
        self._number += 1
        number = self._number
        self._slow.start()
        self._running = debt, workspace.host.submit(request, lambda event: self._came.emit(number, event))

    def _cancel(self) -> None:
        if self._running is not None:
            self._running[1].cancel()
            self._end()

    def _end(self) -> None:
        self._number += 1
        self._running = None
        self._slow.stop()
        self._workspace.show_work("follow", None)

    def _show(self, fraction: float, seconds_left: float | None) -> None:
        if self._running is not None:
            what = self.tr("Bringing the rest in line")
            self._workspace.show_work("follow", Work(what, fraction, seconds_left, self._give_up))

    def _give_up(self) -> None:
        """Esc: the edit stays, and what it governs stays as it was."""
        if self._running is not None:
            self._owed.pop(id(self._running[0].after), None)
            self._cancel()
            self._workspace.tell("info", self.tr("The edit stands; the rest was left as it was."))
            self._settled()

    def _settled(self) -> None:
        self.changed.emit()
        self._workspace.rendering.resume()

    def _on_event(self, number: int, event: Event) -> None:
        if number != self._number or self._running is None:
            return
        if isinstance(event, Progress):
            if not self._slow.isActive():
                self._show(event.fraction, event.seconds_left)
            return
        debt = self._running[0]
        self._end()
        if isinstance(event, Done) and isinstance(event.result, Sketch):
            if self._hands:
                return  # a hand has something in its grasp: `release` has it done again
            self._land(debt, event.result)
        elif isinstance(event, Failed):
            self._owed.pop(id(debt.after), None)
            self._settled()
            self._workspace.troubled.emit(
                Trouble(
                    self.tr("The rest could not be brought in line with your edit"), str(event.error), event.report,
                    (self.tr("Try again"), lambda: self._again(debt)),
                )
            )  # fmt: skip

    def _again(self, debt: _Debt) -> None:
        self._owed[id(debt.after)] = debt
        self.look()

    def _land(self, debt: _Debt, result: Sketch) -> None:
        """Put a result in the place of the edited sketch, wherever that stands."""
        self._owed.pop(id(debt.after), None)
        layers = debt.after.layers
        if any(result.layers[name] is not layer for name, layer in layers.items()):

            def on_project(project: Project) -> Project:
                stage = next((s for s in project.stages if s.id == debt.stage), None)
                return project if stage is None or stage.sketch is not debt.after else _with(project, stage, result)

            self._workspace.history.revise(on_project)
        self._settled()
        self.look()


def _with(project: Project, stage: Stage, sketch: Sketch) -> Project:
    return project.with_stage(replace(stage, sketch=sketch))
