"""DroppedCommands: show where an edit that could not be kept would go, bring it back, or let go of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from intermezzo.core import bring_back
from intermezzo.core.dropped import Dropped
from intermezzo.core.edits.put_back import place_of
from intermezzo.core.project import Project, Stage
from intermezzo.ui.edit_commands import EditCommands
from intermezzo.ui.selection import Selection
from intermezzo.ui.wording import counted
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["DroppedCommands"]


class DroppedCommands(QObject):
    """Works on the list of the stage in view; each change of it is one named step of the history."""

    def __init__(self, workspace: Workspace, commands: EditCommands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._commands = workspace, commands

    @property
    def drops(self) -> tuple[Dropped, ...]:
        """The edits that could not be kept, in the order in which they were lost."""
        stage = self._workspace.stage
        return stage.dropped if stage is not None else ()

    def has_any(self) -> bool:
        """Tell whether anything is on the list."""
        return bool(self.drops)

    def has_selection(self) -> bool:
        """Tell whether there is a stretch to bring an edit back on."""
        return bool(self._workspace.selection)

    def show(self, drop: Dropped) -> None:
        """Select the place that the edit would go to, and bring it into view."""
        sketch = self._workspace.sketch
        if sketch is None:
            return
        start, stop = place_of(sketch, drop)
        layer = next(iter(drop.clips), None)
        governing = sketch.governing
        if layer not in sketch.layers or (governing is not None and layer == governing.spec.name):
            layer = None
        self._workspace.select(Selection(layer, start, stop))
        self._commands.show_selection()

    def bring_back(self, drops: Sequence[Dropped], *, to_selection: bool = False) -> None:
        """Apply edits again, each where its word was or all on the selection; what has no place stays on the list."""
        selection = self._workspace.selection
        frames = (selection.start, selection.stop) if to_selection and selection else None
        label = self.tr("Bring back {0}").format(self._named(drops))
        before = len(self.drops)
        if self._change(label, lambda stage: bring_back.brought_back(stage, drops, frames), "arrow-counter-clockwise"):
            left = len(self.drops) - before + len(drops)
            if left:
                line = self.tr("{0} of {1} edits have no place any more and stay on the list.")
                self._workspace.tell("warn", line.format(left, len(drops)))

    def bring_all_back(self) -> None:
        """Bring all back that can be."""
        self.bring_back(self.drops)

    def dismiss(self, drops: Sequence[Dropped]) -> None:
        """Take edits off the list; undo brings them on to it again."""
        label = self.tr("Let go of {0}").format(self._named(drops))
        self._change(label, lambda stage: bring_back.dismissed(stage, drops), "x")

    def dismiss_all(self) -> None:
        """Empty the list."""
        self.dismiss(self.drops)

    def notice(self, fresh: Sequence[Dropped]) -> Trouble:
        """Return the card about edits that a conversion has just dropped."""
        title = counted(
            len(fresh), self.tr("1 edit could not be kept"), self.tr("{0} edits could not be kept")
        )  # fmt: skip
        words = list(dict.fromkeys(drop.word for drop in fresh if drop.word))
        named = ", ".join(f"“{word}”" for word in words[:3]) + (" …" if len(words) > 3 else "")
        text = self.tr("What they were on is gone from the source.")
        if words:
            several = len(words) > 1
            text = (self.tr("{0} are gone.") if several else self.tr("{0} is gone.")).format(named)
        report = "\n".join(drop.line for drop in fresh)
        return Trouble(
            title, text, report, (self.tr("Bring back"), lambda: self.bring_back(fresh)),
            (self.tr("Show"), lambda: self.show(fresh[0])),
        )  # fmt: skip

    def _named(self, drops: Sequence[Dropped]) -> str:
        if len(drops) == 1:
            return f"{drops[0].what} {self.tr('on')} {drops[0].word}" if drops[0].word else drops[0].what
        return self.tr("{0} edits").format(len(drops))

    def _change(self, label: str, edit: Callable[[Stage], Stage], icon: str) -> bool:
        stage = self._workspace.stage
        if stage is None:
            return False

        def on_project(project: Project) -> Project:
            now = project.stage(stage.id)
            after = edit(now)
            if after is now:
                return project
            if now.sketch is not None and after.sketch is not None:
                self._workspace.follow_up.note(now.sketch, after.sketch)
            return project.with_stage(after)

        return self._workspace.change(label, on_project, icon=icon)
