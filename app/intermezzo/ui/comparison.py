"""Comparison: what B is beside the sketch (A), which of the two is heard, and whose ghost the lanes draw.

B is a take, or the state before the last change where none is chosen. An edit of the sketch brings A back: what a hand
does is heard, never something else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from intermezzo.core import takes
from intermezzo.core.errors import EditError
from intermezzo.core.project import Project, Stage
from intermezzo.core.sketch import Sketch
from intermezzo.core.take import Take
from intermezzo.ui.deck import Crossing
from intermezzo.ui.output_buffer import OutputBuffer
from intermezzo.ui.take_sound import TakeSound

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Comparison", "Ghost"]

_NEARLY = 1e-6  # frames: seconds there and back are not exact to the last bit


@dataclass(frozen=True, eq=False)
class Ghost:
    """Another version that lanes draw over the sketch: ``take`` its number, 0 for the state before the last change.

    ``frames`` (start, stop) of it are drawn; None: all.
    """

    sketch: Sketch
    take: int
    frames: tuple[int, int] | None = None


class Comparison(QObject):
    """Belongs to the workspace; made anew for each document and stage."""

    changed = Signal()  # what B is, or which side is heard
    ghost_changed = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self.sound = TakeSound(workspace)
        self.chosen: int | None = None
        self.laid: int | None = None
        self._pointed: int | None = None
        self._made: tuple[object, object, Sketch] | None = None  # sketch, take, what hearing it plays
        self._heard: OutputBuffer | None = None
        self._waiting: Callable[[], object] | None = None
        self.sound.came.connect(self._on_sound)
        workspace.replaced.connect(self.clear)
        workspace.stage_chosen.connect(lambda _: self.clear())
        workspace.changed.connect(self._on_changed)

    # What B is

    @property
    def is_on_b(self) -> bool:
        """Whether B is heard."""
        return self._workspace.deck.is_on_b

    @property
    def take(self) -> Take | None:
        """The take that B is; None where it is the state before the last change, or nothing."""
        return self._take(self.chosen)

    def _take(self, number: int | None) -> Take | None:
        stage = self._workspace.stage
        return next((t for t in stage.takes if t.number == number), None) if stage is not None else None

    def sketch(self) -> Sketch | None:
        """Return what B sounds like; None where there is nothing to compare with.

        A take of a stretch is heard in the sketch as it is, since it is of nothing else.
        """
        stage, take = self._workspace.stage, self.take
        if stage is None or stage.sketch is None:
            return None
        if take is None:
            return self._before(stage)
        if take.frames is None:
            return take.sketch
        if self._made is None or self._made[0] is not stage.sketch or self._made[1] is not take:
            try:
                used = takes.use(stage, take.number, 0, stage.sketch.n_frames).sketch
            except EditError:
                return None
            self._made = stage.sketch, take, used or take.sketch
        return self._made[2]

    def _before(self, stage: Stage) -> Sketch | None:
        history = self._workspace.history
        for step in reversed(history.steps[: history.position]):
            then = next((s for s in step.project.stages if s.id == stage.id), None)
            if then is not None and then.sketch is not None and then.sketch is not stage.sketch:
                return then.sketch if then.sketch.type == (stage.sketch.type if stage.sketch else None) else None
        return None

    def has_before(self) -> bool:
        """Tell whether there was another state of the sketch before this one."""
        stage = self._workspace.stage
        return stage is not None and stage.sketch is not None and self._before(stage) is not None

    def choose(self, number: int | None) -> None:
        """Let B be a take, or the state before the last change."""
        if number == self.chosen:
            return
        self.chosen = number
        self._waiting = None
        if self.is_on_b:
            self._switch(to_b=True)
        self._tell()

    def point_at(self, number: int | None) -> None:
        """Show the ghost of a take for as long as the pointer is on it."""
        if number != self._pointed:
            self._pointed = number
            self.ghost_changed.emit()

    def lay(self, number: int | None) -> None:
        """Keep the ghost of a take over the lanes, of the state before the last change (0), or none."""
        if number != self.laid:
            self.laid = number
            self._tell()

    def ghost(self) -> Ghost | None:
        """Return what lanes draw over the sketch: the take under the pointer, else the one that was laid over it.

        Where neither is: B if it was chosen or is heard.
        """
        take = self._take(self._pointed) or self._take(self.laid)
        if take is None and self.laid != 0:
            take = self.take
        if take is not None:
            return Ghost(take.sketch, take.number, take.frames)
        stage = self._workspace.stage
        before = self._before(stage) if self.laid == 0 and stage is not None and stage.sketch is not None else None
        before = self.sketch() if before is None and self.is_on_b else before
        return Ghost(before, 0) if before is not None else None

    # Which is heard

    def toggle(self) -> None:
        """Hear the other side; playing goes on where it was."""
        if not self.is_on_b and self.sketch() is None:
            self._workspace.tell(
                "info", self.tr("There is nothing to compare with yet. Sample takes, or edit something.")
            )
            self.changed.emit()
            return
        self._waiting = None
        sketch = self._workspace.sketch
        if sketch is None or not sketch.type.hop_s:  # a picture has no sound to switch
            return
        self._switch(to_b=not self.is_on_b)
        self._tell()

    def hear_b(self, then: Callable[[], object]) -> None:
        """Switch to B, and call ``then`` as soon as it sounds at the playhead."""
        if self.sketch() is None:
            self._workspace.tell("warn", self.tr("This take does not have the sounds that are here now."))
            return
        if not self.is_on_b:
            self._switch(to_b=True)
        self._tell()
        if self._is_silent_here():
            self._waiting = then
        else:
            self._waiting = None
            then()

    def _is_silent_here(self) -> bool:
        output, frame = self._heard, self._frame()
        return output is not None and output.n_blocks > 0 and output.is_stale_in(frame, frame + 1)

    def _frame(self) -> int:
        """Return the frame of B that is under the playhead."""
        workspace, b = self._workspace, self.sketch()
        if workspace.sketch is None or b is None or not b.type.hop_s:
            return 0
        at = float(b.clock.frames_at(Crossing.between(workspace.sketch, b).to_b(workspace.playhead_s)))
        return min(int(at + _NEARLY), max(b.n_frames - 1, 0))

    def _switch(self, *, to_b: bool) -> None:
        workspace, b = self._workspace, self.sketch()
        if workspace.sketch is None:
            return
        if to_b and b is not None:
            self._heard = self.sound.of(b, self._frame())
            workspace.deck.hear(self._heard, Crossing.between(workspace.sketch, b))
        else:
            self._heard = None
            workspace.deck.hear(workspace.output, None)

    def _on_sound(self, output: OutputBuffer, start: int, stop: int) -> None:
        if output is self._heard:
            self._workspace.deck.put_in_b(output, start, stop)
            if self._waiting is not None and not self._is_silent_here():
                then, self._waiting = self._waiting, None
                then()

    def _on_changed(self, old: Project, new: Project) -> None:
        stage = self._workspace.stage
        before = next((s for s in old.stages if stage is not None and s.id == stage.id), None)
        if stage is None or before is None:
            self.clear()
            return
        if before.sketch is not stage.sketch or dict(before.params) != dict(stage.params):
            self._waiting = None
            if self.is_on_b:
                self._switch(to_b=False)
        if self.chosen is not None and self.take is None:
            self.chosen = None
        if self.laid and self._take(self.laid) is None:
            self.laid = None
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()
        self.ghost_changed.emit()

    def clear(self) -> None:
        """Compare with nothing: another document or stage is in view."""
        self.sound.forget()
        self.chosen = self.laid = self._pointed = self._made = self._heard = self._waiting = None
        self._tell()
