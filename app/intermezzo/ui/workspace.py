"""Workspace: the one object with mutable state; it owns the history, says what is selected, and tells who listens.

Views read the frozen project and paint; every change goes through `edit` or `change`, becomes a named step of the
history and comes back as one `changed(old, new)` signal. The workers beside it, `RenderLoop`, `Conversions`, `Sampling`
and `Comparison`, are driven by the same signal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from intermezzo.audio.player import Player
from intermezzo.core import footprint
from intermezzo.core.chain import with_own_source
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.history import History
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Media
from intermezzo.core.params import Value
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Runner
from intermezzo.ui.comparison import Comparison
from intermezzo.ui.conversions import Conversions
from intermezzo.ui.deck import Deck
from intermezzo.ui.follow_up import FollowUp
from intermezzo.ui.output_buffer import OutputBuffer
from intermezzo.ui.rendering import RenderLoop
from intermezzo.ui.review import Review
from intermezzo.ui.rewording import Rewording
from intermezzo.ui.sampling import Sampling
from intermezzo.ui.selection import BrushSettings, NoteSettings, Selection
from intermezzo.ui.time_axis import axis_length
from intermezzo.ui.time_view import TimeView
from intermezzo.ui.wordbook import Wordbook
from intermezzo.ui.work import Work

__all__ = ["TOOLS", "Workspace"]

TOOLS = (
    "select", "draw", "line", "paint", "erase", "smooth", "stretch", "split", "glue", "lock", "resample",
    "pick", "fill", "mask", "lasso", "move", "clone",
)  # fmt: skip
_FOOTPRINT_MS = 1500
_LINE_S = 20.0


class Workspace(QObject):
    """What the window works on. ``host`` and ``player`` are handed in and closed by whoever made them."""

    changed = Signal(object, object)  # old, new Project
    replaced = Signal()  # another document was opened; history began anew
    selected = Signal(object)  # Selection
    stage_chosen = Signal(str)
    moved = Signal(float)  # playhead, seconds
    sound_changed = Signal(int, int)  # frames of the sketch whose sound became stale or new
    footprint_shown = Signal(object)  # (start, stop) frames or None
    tool_changed = Signal()
    told = Signal(str, str)  # 'info' | 'warn' | 'error', one line
    worked = Signal(object)  # Work | None: the running job, for the status bar
    troubled = Signal(object)  # Trouble: a card in place

    def __init__(self, registry: Registry, host: Runner, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.registry, self.host, self.player = registry, host, player
        self.deck = Deck(player)
        self.wordbook = Wordbook(self)
        self.view = TimeView(self)
        self.selection = Selection()
        self.playhead_s = 0.0
        self.tool = "select"
        self.brush = BrushSettings()
        self.token_code = 0  # what the brush puts down on grids of tokens
        self.snap_semitone = False
        self.note_settings = NoteSettings()
        self.hear_edits = True
        self.output = OutputBuffer()
        self._stage_id = ""
        self._found: tuple[Project, str, Stage | None] | None = None  # asked for hundreds of times a frame
        self._works: dict[str, Work] = {}
        self._saved: Project | None = None
        self.history = History(Project())
        self.history.listen(self._on_history)
        self._footprint_timer = QTimer(self, singleShot=True, interval=_FOOTPRINT_MS)
        self._footprint_timer.timeout.connect(lambda: self.footprint_shown.emit(None))
        self.conversions = Conversions(self)
        self.rewording = Rewording(self, self)
        self.follow_up = FollowUp(self)
        self.rendering = RenderLoop(self)
        self.sampling = Sampling(self)
        self.comparison = Comparison(self)
        self.rendering.idle.connect(self.follow_up.warm_up)
        self.review = Review(self)
        self.wordbook.changed.connect(self._on_words)
        self.wordbook.failed.connect(lambda line: self.told.emit("error", line))

    # What there is

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self.history.project

    @property
    def stage(self) -> Stage | None:
        """The stage in view, if the project has any."""
        project = self.history.project
        if self._found is None or self._found[0] is not project or self._found[1] != self._stage_id:
            stages = project.stages
            found = next((s for s in stages if s.id == self._stage_id), stages[0] if stages else None)
            self._found = project, self._stage_id, found
        return self._found[2]

    @property
    def sketch(self) -> Sketch | None:
        """The sketch in view."""
        stage = self.stage
        return stage.sketch if stage else None

    @property
    def manifest(self) -> EngineManifest | None:
        """The manifest of the engine of the stage in view; None where its plugin is missing."""
        return self.registry.engines.get(self.stage.engine) if self.stage else None

    def as_read(self, stage: Stage) -> Stage:
        """Return a stage with the pronunciations, the person's own and the project's, that its engine is to obey now.

        Who asks whether a sketch is older than its source, or has it made again, asks about this one.
        """
        manifest = self.registry.engines.get(stage.engine)
        return stage if manifest is None else self.wordbook.as_read(stage, manifest, self.project)

    @property
    def is_edited(self) -> bool:
        """Whether there is anything that is not saved."""
        return self.project is not self._saved

    def mark_saved(self, project: Project) -> None:
        """Remember which project is on disk."""
        self._saved = project

    # What changes

    def open(self, project: Project, *, saved: bool, label: str = "Open") -> None:
        """Work on another document, with a new history."""
        self.follow_up.stop()
        self.rendering.stop()
        self.conversions.stop()
        self.sampling.stop()
        self.history = History(project, label=label, max_bytes=self.history.max_bytes)
        self.history.listen(self._on_history)
        self._saved = project if saved else None
        self._stage_id = project.stages[0].id if project.stages else ""
        self.selection, self.playhead_s = Selection(), 0.0
        self.rendering.restart()
        self.view.resize(self.view.width_px, axis_length(self.sketch))
        self.view.fit()
        self.replaced.emit()
        self.moved.emit(0.0)

    def change(
        self, label: str, edit: Callable[[Project], Project], *, merge_key: str | None = None, icon: str = ""
    ) -> bool:
        """Apply a pure edit of the project as a named step; a refusal is told and changes nothing."""
        before = self.project
        try:
            return self.history.apply(label, edit, merge_key=merge_key, icon=icon) is not before
        except IntermezzoError as refusal:
            self.told.emit("warn", str(refusal))
            return False

    def edit(
        self, label: str, edit: Callable[[Sketch], Sketch], *, merge_key: str | None = None, icon: str = ""
    ) -> bool:
        """Apply a pure edit of the sketch in view as a named step; True if it changed anything."""
        stage = self.stage
        if stage is None or stage.sketch is None:
            return False
        before = stage.sketch

        def on_project(project: Project) -> Project:
            after = edit(before)
            if after is before:
                return project
            self.follow_up.note(before, after)
            return project.with_sketch(stage.id, after)

        return self.change(label, on_project, merge_key=merge_key, icon=icon)

    def abandon(self, merge_key: str) -> None:
        """Take a running gesture back (Esc)."""
        self.history.abandon(merge_key)

    def undo(self) -> None:
        """Take the last step back."""
        label = self.history.undo_label
        if self.history.undo():
            self.told.emit("info", self.tr("Undone: {0}").format(label))

    def redo(self) -> None:
        """Bring the last undone step back."""
        label = self.history.redo_label
        if self.history.redo():
            self.told.emit("info", self.tr("Redone: {0}").format(label))

    def set_source(self, source: Media, name: str = "", params: Mapping[str, Value] | None = None) -> None:
        """Give the stage in view another source, and parameters with it; its sketch is stale until it is converted."""
        stage = self.stage
        if stage is not None:
            new = with_own_source(stage, source)
            new = replace(new, source_name=name, params=stage.params if params is None else params)
            self.change(
                self.tr("Change source"), lambda p: p.with_stage(new), merge_key=f"source {stage.id}", icon="text-aa"
            )

    def set_param(self, name: str, value: Value, *, shown: str = "") -> None:
        """Set a parameter of the stage in view; ``shown`` is its value in the words of the history."""
        stage, manifest = self.stage, self.manifest
        if stage is None or manifest is None:
            return
        param = next(p for p in manifest.params if p.name == name)
        shown = shown or (f"{value:g} {param.unit}".strip() if isinstance(value, float) else str(value))

        def on_project(project: Project) -> Project:
            checked = param.checked(value)
            same = project.stage(stage.id).params.get(name, param.default) == checked
            params = {**project.stage(stage.id).params, name: checked}
            return project if same else project.with_stage(replace(project.stage(stage.id), params=params))

        self.change(
            f"{param.title} {shown}", on_project, merge_key=f"param {stage.id} {name}", icon="sliders-horizontal"
        )

    def choose_stage(self, stage_id: str) -> None:
        """Bring another stage into view."""
        if stage_id != self._stage_id:
            self._stage_id = stage_id
            length_s = axis_length(self.sketch)
            if abs(self.view.duration_s - length_s) > 1e-9:  # it has a time of its own
                self.view.resize(self.view.width_px, length_s)
                self.view.fit()
            self.rendering.restart()
            self.stage_chosen.emit(stage_id)
            self.follow_up.look()

    def select(self, selection: Selection) -> None:
        """Select something, or nothing."""
        if selection != self.selection:
            self.selection = selection
            self.selected.emit(selection)

    def set_playhead(self, seconds: float) -> None:
        """Put the playhead somewhere; playing goes on from there."""
        self.playhead_s = min(max(seconds, 0.0), self.sketch.duration_s if self.sketch else 0.0)
        self.deck.seek(self.playhead_s)
        self.moved.emit(self.playhead_s)

    def set_tool(self, tool: str) -> None:
        """Choose a tool by its name in `TOOLS`."""
        self.tool = tool
        self.tool_changed.emit()

    def set_brush(self, brush: BrushSettings) -> None:
        """Set the brush of paint, erase and smooth."""
        self.brush = brush
        self.tool_changed.emit()

    def set_notes(self, settings: NoteSettings) -> None:
        """Set the grid of notes and what their pitches snap to."""
        self.note_settings = settings
        self.tool_changed.emit()

    def set_snap(self, on: bool) -> None:
        """Switch snapping to semitones."""
        self.snap_semitone = on
        self.tool_changed.emit()

    def show_footprint(self, frames: tuple[int, int] | None, *, keep: bool = False) -> None:
        """Show where an edit can be heard; with ``keep`` for 1.5 s, else until told otherwise."""
        if keep:
            self._footprint_timer.start()
        elif self._footprint_timer.isActive():
            return  # the hint of a brush does not hide where the last edit is heard
        self.footprint_shown.emit(frames)

    def reach_of(self, layer: str, start: int, stop: int) -> tuple[int, int]:
        """Return the output frames that an edit of these frames of a layer would change."""
        if self.sketch is None or self.manifest is None:
            return start, stop
        return footprint.of_range(self.sketch, layer, start, stop, self.manifest.reach)

    def may_edit(self, layer: str, aspect: str = "") -> bool:
        """Tell whether hands may change a layer (or the 'lengths' or 'labels' of its spans) with the engine in view."""
        spec = self.sketch.type.spec(layer) if self.sketch is not None and layer in self.sketch.layers else None
        if spec is None:
            return False
        return spec.editable if self.manifest is None else self.manifest.may_edit(spec, aspect)

    def why_not(self, layer: str, aspect: str = "") -> str:
        """Say in one line why hands may not change a layer; empty where they may."""
        if self.sketch is None or layer not in self.sketch.layers or self.may_edit(layer, aspect):
            return ""
        spec, manifest = self.sketch.type.spec(layer), self.manifest
        if not spec.editable or manifest is None:
            return self.tr("{0}: follows from the rest and cannot be edited by hand.").format(spec.title)
        if aspect == "labels" and manifest.may_edit(spec, "lengths"):
            return self.tr("{0}: {1} takes new lengths, but no other labels.").format(spec.title, manifest.title)
        if aspect == "lengths" and manifest.may_edit(spec, "labels"):
            return self.tr("{0}: {1} takes other labels, but no new lengths.").format(spec.title, manifest.title)
        return self.tr("{0}: {1} makes it by itself and cannot be told otherwise.").format(spec.title, manifest.title)

    def _on_history(self, old: Project, new: Project) -> None:
        stage = self.stage
        if stage is not None and stage.id != self._stage_id:  # the one in view is gone
            self.choose_stage(stage.id)
        sketch = self.sketch
        length_s = axis_length(sketch)
        if sketch is not None and self.playhead_s > sketch.duration_s:
            self.set_playhead(sketch.duration_s)
        if sketch is not None and abs(self.view.duration_s - length_s) > 1e-9:
            is_first = self.view.duration_s == 0.0
            # A line that comes piece by piece is shown whole; of a page, what stands there stays under the hand.
            is_line = self.conversions.phase == "grows" and self.view.shows_all and length_s <= _LINE_S
            self.view.resize(self.view.width_px, length_s)
            if is_first or is_line:
                self.view.fit()
        self.rendering.on_changed(old, new)
        self.changed.emit(old, new)
        self.conversions.on_changed(old, new)
        self.follow_up.look()

    def _on_words(self) -> None:
        project = self.project
        self.changed.emit(project, project)
        self.conversions.read_again()

    def close(self) -> None:
        """Stop all work; the host and the player belong to the caller."""
        self.follow_up.stop()
        self.rendering.stop()
        self.conversions.stop()
        self.sampling.stop()
        self.comparison.sound.stop()
        self.review.stop()
        self.wordbook.close()
        self._footprint_timer.stop()

    def tell(self, level: str, line: str) -> None:
        """Say one line in the status bar."""
        self.told.emit(level, line)

    def show_work(self, owner: str, work: Work | None) -> None:
        """Show the running job of ``owner`` in the status bar, or that it has none; the latest begun is in front."""
        if work is None:
            self._works.pop(owner, None)
        else:
            self._works[owner] = work
        self.worked.emit(next(reversed(self._works.values()), None))
