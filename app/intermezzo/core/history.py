"""History: undo and redo as a row of frozen projects, each with the name of the step that led to it.

Snapshots share all arrays they did not change, so a step costs what it changed. One drag is one step: calls with the
same ``merge_key`` replace the last step as long as nothing was undone. The oldest steps go when the row grows over
``max_bytes`` of arrays that only history holds.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import time

from intermezzo.core.project import Project

__all__ = ["History", "Step"]

Listener = Callable[[Project, Project], None]


@dataclass(frozen=True, eq=False)
class Step:
    """A project, the name of the step that made it ('Draw pitch on ɛ ɹ'), its icon and when it was."""

    project: Project
    label: str
    icon: str = ""
    at_s: float = 0.0
    merge_key: str | None = None


class History:
    """The one place where the current project changes; ``max_bytes`` can be changed at any time."""

    def __init__(self, project: Project, *, max_bytes: int = 512 * 2**20, label: str = "Open") -> None:
        self._steps = [Step(project, label, "", time())]
        self._at = 0
        self.max_bytes = max_bytes
        self._listeners: list[Listener] = []

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self._steps[self._at].project

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, oldest first, those undone included."""
        return tuple(self._steps)

    @property
    def position(self) -> int:
        """Index of the current step in `steps`."""
        return self._at

    @property
    def undo_label(self) -> str | None:
        """Name of the step that `undo` takes back, or None."""
        return self._steps[self._at].label if self._at > 0 else None

    @property
    def redo_label(self) -> str | None:
        """Name of the step that `redo` brings back, or None."""
        return self._steps[self._at + 1].label if self._at + 1 < len(self._steps) else None

    def listen(self, listener: Listener) -> None:
        """Call ``listener(old, new)`` after every change."""
        self._listeners.append(listener)

    def apply(
        self, label: str, edit: Callable[[Project], Project], *, merge_key: str | None = None, icon: str = ""
    ) -> Project:
        """Apply a pure edit as a named step; an edit that returns the project it was given makes no step."""
        old = self.project
        new = edit(old)
        if new is old:
            return new
        last = self._steps[self._at]
        merges = merge_key is not None and last.merge_key == merge_key and self._at + 1 == len(self._steps)
        del self._steps[self._at + 1 :]
        if merges and self._at > 0:
            self._steps.pop()
        self._steps.append(Step(new, label, icon, time(), merge_key))
        self._at = len(self._steps) - 1
        self._trim()
        self._tell(old)
        return new

    def amend(self, merge_key: str, edit: Callable[[Project], Project]) -> bool:
        """Apply a pure edit to the step with this key and to all that were made after it, without a step of its own.

        For work that goes on while a person works on its first results: undo takes each step back as if it had been
        whole from the beginning. False, and nothing changed, where the step was undone or is gone.
        """
        first = next((k for k, step in enumerate(self._steps) if step.merge_key == merge_key), None)
        if first is None or self._at < first:
            return False
        old = self.project
        self._steps[first:] = [replace(step, project=edit(step.project)) for step in self._steps[first:]]
        if self.project is not old:
            self._tell(old)
        return True

    def revise(self, edit: Callable[[Project], Project]) -> bool:
        """Apply a pure edit to every step that it concerns, without a step of its own; True if it concerned any.

        For what belongs to a step and is done only after it: undo and redo bring both together. An edit returns the
        project it was given where it has nothing to do.
        """
        old = self.project
        made = {id(step): edit(step.project) for step in self._steps}
        concerned = any(made[id(step)] is not step.project for step in self._steps)
        self._steps = [replace(step, project=made[id(step)]) for step in self._steps]
        if self.project is not old:
            self._tell(old)
        return concerned

    def abandon(self, merge_key: str) -> bool:
        """Take the last step back for good if it carries this key (Esc during a drag); True if it did."""
        if self._at == 0 or self._steps[self._at].merge_key != merge_key:
            return False
        old = self.project
        del self._steps[self._at :]
        self._at -= 1
        self._tell(old)
        return True

    def undo(self) -> bool:
        """Go one step back; False at the beginning."""
        return self.go_to(self._at - 1)

    def redo(self) -> bool:
        """Go one step forward; False at the end."""
        return self.go_to(self._at + 1)

    def go_to(self, position: int) -> bool:
        """Jump to a step by its index in `steps`; False if there is none such."""
        if not 0 <= position < len(self._steps) or position == self._at:
            return False
        old = self.project
        self._at = position
        self._tell(old)
        return True

    def _tell(self, old: Project) -> None:
        for listener in tuple(self._listeners):
            listener(old, self.project)

    def _trim(self) -> None:
        if len(self._steps) <= 2 or len(self._steps) % 16:
            return
        seen: set[int] = set()
        total = 0
        for k in range(len(self._steps) - 1, -1, -1):
            total += _own_bytes(self._steps[k].project, seen)
            if total > self.max_bytes and k < self._at:
                del self._steps[: k + 1]
                self._at -= k + 1
                return


def _own_bytes(project: Project, seen: set[int]) -> int:
    total = 0
    for stage in project.stages:
        sketches = [take.sketch for take in stage.takes] + ([stage.sketch] if stage.sketch else [])
        for layer in (layer for sketch in sketches for layer in sketch.layers.values()):
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            for array in layer.parts()[1].values():
                if id(array) not in seen:
                    seen.add(id(array))
                    total += array.nbytes
    return total
