"""TakeCommands: what buttons, keys, menus and drags do with takes; each change is a named step of the history."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QMenu

from intermezzo.core import takes
from intermezzo.core.project import Project, Stage
from intermezzo.core.take import Take
from intermezzo.ui.edit_commands import EditCommands
from intermezzo.ui.look import Look
from intermezzo.ui.playback import Playback
from intermezzo.ui.readings import chosen, words_on
from intermezzo.ui.selection import Selection
from intermezzo.ui.workspace import Workspace

__all__ = ["TakeCommands", "title_of_take"]

_MOST_IN_MENU = 12


def title_of_take(take: Take) -> str:
    """Return what a take is called: its name, else its number."""
    return take.name or QCoreApplication.translate("TakeCommands", "Take {0}").format(take.number)


class TakeCommands(QObject):
    """Works on the stage in view; refusals are told in the status bar. ``n`` is how many takes are sampled at once."""

    def __init__(
        self, workspace: Workspace, playback: Playback, commands: EditCommands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._playback, self._commands = workspace, playback, commands
        self.n = 3

    def has_takes(self) -> bool:
        """Tell whether there are takes to hear and to use."""
        stage = self._workspace.stage
        return stage is not None and bool(stage.takes)

    def _take(self, number: int) -> tuple[Stage, Take] | None:
        stage = self._workspace.stage
        found = next((t for t in stage.takes if t.number == number), None) if stage is not None else None
        if stage is None or found is None:
            self._workspace.tell("info", self.tr("There is no take {0}.").format(number))
            return None
        return stage, found

    # Sample

    def sample(self) -> None:
        """Sample more takes of everything."""
        self._workspace.sampling.start(self.n)

    def sample_selection(self) -> None:
        """Sample takes of the selected stretch; the sketch stays as it is."""
        selection = self._workspace.selection
        if not selection:
            self._workspace.tell("warn", self.tr("Select a stretch to sample takes of."))
            return
        self._workspace.sampling.start(self.n, (selection.start, selection.stop))

    # Hear

    def is_heard(self, number: int) -> bool:
        """Tell whether a take sounds now."""
        comparison = self._workspace.comparison
        return comparison.is_on_b and comparison.chosen == number and self._playback.is_playing

    def hear(self, number: int) -> None:
        """Play a take without using it, from where one is; playing already, it goes on in the take. Again: pause."""
        found = self._take(number)
        if found is None or not found[1].sketch.type.hop_s:  # a picture has no sound
            return
        if self.is_heard(number):
            self._playback.pause()
            return
        comparison = self._workspace.comparison
        comparison.choose(number)
        comparison.hear_b(partial(self._play, found[1]))

    def _play(self, take: Take) -> None:
        sketch = self._workspace.sketch
        if self._playback.is_playing or sketch is None:
            return
        if self._workspace.selection:
            self._playback.play_selection()
        elif take.frames is not None:
            frames = takes.place_of(sketch, take)
            self._playback.play_range(frames[0] * sketch.type.hop_s, frames[1] * sketch.type.hop_s)
        else:
            self._playback.play()

    def compare(self) -> None:
        """Hear the other of A and B."""
        self._workspace.comparison.toggle()

    # Use

    def use(self, number: int, selection: Selection | None = None) -> None:
        """Put what a take says into the selection, or everywhere where nothing is selected; hands and locks stay."""
        found, sketch = self._take(number), self._workspace.sketch
        if found is None or sketch is None:
            return
        stage, take = found
        own = self._workspace.selection
        selection = own if selection is None else selection
        start, stop = (selection.start, selection.stop) if selection else (0, sketch.n_frames)
        where = words_on(sketch, selection) if selection else self.tr("everything")
        picked = list(chosen(sketch, own)) if own else []

        def on_project(project: Project) -> Project:
            return project.with_stage(takes.use(project.stage(stage.id), number, start, stop))

        label = self.tr("Use {0} for {1}").format(title_of_take(take).lower() if not take.name else take.name, where)
        if self._workspace.change(label, on_project, icon="stack-simple") and own:
            self._commands.reselect(picked)

    # Keep

    def remove(self, number: int) -> None:
        """Take a take away; the sketch stays as it is, and undo brings the take back."""
        found = self._take(number)
        if found is not None:
            stage, take = found
            self._workspace.change(
                self.tr("Delete {0}").format(title_of_take(take)),
                lambda p: p.with_stage(takes.without(p.stage(stage.id), number)), icon="trash",
            )  # fmt: skip

    def rename(self, number: int, name: str) -> None:
        """Call a take something; an empty name gives its number back."""
        found = self._take(number)
        if found is None:
            return
        stage = found[0]

        def on_project(project: Project) -> Project:
            now = project.stage(stage.id)
            renamed = takes.renamed(now, number, name)
            return project if renamed is now else project.with_stage(renamed)

        self._workspace.change(self.tr("Name take {0}").format(number), on_project, icon="pencil-simple")

    def fill_menu(self, menu: QMenu, look: Look) -> None:
        """Put the takes that can be used here into the context menu of a lane."""
        stage = self._workspace.stage
        if stage is None or not stage.takes:
            return
        inner = menu.addMenu(look.icon("stack-simple"), self.tr("Use a take here"))
        for take in stage.takes[:_MOST_IN_MENU]:
            key = f"\tShift+{take.number}" if take.number <= 9 else ""
            inner.addAction(title_of_take(take) + key).triggered.connect(partial(self._on_menu, take.number))

    def _on_menu(self, number: int, _checked: bool = False) -> None:
        self.use(number)
