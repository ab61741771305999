"""Conversions: source to sketch, recording to sketch, and stretches predicted again, with every hand edit kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from intermezzo.core import takes
from intermezzo.core.bring_back import newly_dropped
from intermezzo.core.edits.carry import carry_over, rules_between
from intermezzo.core.errors import FileError
from intermezzo.core.media import Audio, Image, Media, Melody, Text, Video
from intermezzo.core.params import Value
from intermezzo.core.project import Project, Stage, read_like, source_key
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Partial, Progress, Request
from intermezzo.ui.growth import Growth, PartOf, may_grow
from intermezzo.ui.wording import counted
from intermezzo.ui.work import Trouble, Work

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Conversions"]

_AFTER_PARAM_MS = 350
_SHOW_WORK_AFTER_MS = 500
_SOON_READ = 20_000  # characters of a text that is read again as soon as its pronunciations change


class Conversions(QObject):
    """One conversion at a time; a newer wish takes the place of an older one."""

    converted = Signal(str)  # stage id
    dropped = Signal(object)  # tuple of Dropped that a conversion has just put on the list
    failed = Signal(object)  # Trouble
    grown = Signal()  # a growing sketch has ended, whole or not
    _came = Signal(int, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._number = 0
        self._running: JobHandle | None = None
        self._finish: Callable[[Sketch], None] | None = None
        self._refusal: Callable[[Failed], Trouble] | None = None
        self._growth: Growth | None = None
        self._what = ""
        self._came.connect(self._on_event)
        self._later = QTimer(self, singleShot=True, interval=_AFTER_PARAM_MS)
        self._later.timeout.connect(self.convert)
        self._slow = QTimer(self, singleShot=True, interval=_SHOW_WORK_AFTER_MS)
        self._slow.timeout.connect(self._show_started)

    @property
    def is_running(self) -> bool:
        """Whether a conversion runs."""
        return self._running is not None

    @property
    def phase(self) -> str:
        """What the change that is being told right now is to a growing sketch: 'begins', 'grows', or '' for neither."""
        return self._growth.phase if self._growth else ""

    @property
    def is_growing(self) -> bool:
        """Whether a part of the sketch is in the document while the rest is being made."""
        return self._running is not None and self._growth is not None and self._growth.has_begun

    def stop(self) -> None:
        """Give up what runs; what a growing sketch has already stays."""
        self._later.stop()
        if self._running is not None:
            was_growing = self.is_growing
            self._running.cancel()
            self._running = self._growth = None
            self._number += 1
            self._workspace.show_work("convert", None)
            if was_growing:
                self.grown.emit()

    def convert(self, seed: int | None = None, part_of: PartOf | None = None) -> None:
        """Make the sketch of the stage in view from its source, keeping hand edits where they still apply.

        ``part_of`` names the step that brought the source: undo takes both back.
        """
        workspace = self._workspace
        stage, manifest = workspace.stage, workspace.manifest
        source = stage.source if stage is not None else None
        if stage is None or manifest is None or source is None:
            workspace.tell("warn", self.tr("There is no source yet: type a text or import a recording."))
            return
        stage = workspace.as_read(stage if seed is None else replace(stage, seed=seed))
        if isinstance(source, Text) and "melody" in manifest.analysed:
            from intermezzo.storage.scores.chart_read import chart_in  # the window starts with this module

            try:
                source = chart_in(source.text) or source
            except FileError as problem:
                workspace.troubled.emit(Trouble(self.tr("The source could not be converted"), str(problem)))
                return
        analyses = not manifest.converts(source.media)
        kind: Literal["analyse", "convert"] = "analyse" if analyses else "convert"
        wanted = {p.name for p in manifest.params_of(kind)}
        request = Request(
            kind=kind, engine=stage.engine, seed=stage.seed, priority=5,
            params={k: v for k, v in stage.params.items() if k in wanted}, source=source,
            streams=may_grow(stage) and not analyses,
        )  # fmt: skip
        if analyses:
            what, label, name = self._words_of_analysis(source)
        else:
            what, label, name = self.tr("Converting"), self.tr("Convert, seed {0}").format(stage.seed), ""
        step = part_of or PartOf(label)
        self._start(request, what, lambda sketch: self._convert_done(stage, sketch, step, name))
        self._growth = Growth(workspace, stage, step) if request.streams else None

    def _words_of_analysis(self, source: Media) -> tuple[str, str, str]:
        """Return what is being done, the line of the history, and the name of the take, "" where seeds differ in it."""
        if isinstance(source, Melody):
            return self.tr("Finding the template"), self.tr("Analyse tune"), self.tr("Tune")
        if isinstance(source, Video):
            return self.tr("Analysing the video"), self.tr("Analyse video"), ""
        if isinstance(source, Image):
            return self.tr("Analysing the picture"), self.tr("Analyse picture"), self.tr("Picture")
        return self.tr("Analysing the recording"), self.tr("Analyse recording"), self.tr("Recording")

    def _convert_done(self, stage: Stage, sketch: Sketch, step: PartOf, take_name: str) -> None:
        workspace = self._workspace
        manifest = workspace.registry.engines[stage.engine]

        def on_project(project: Project) -> Project:
            now = project.stage(stage.id)
            kept, dropped = sketch, now.dropped
            if now.sketch is not None:
                rules = rules_between(manifest.params_of("convert"), now.sketch.made, sketch.made)
                kept, dropped = carry_over(now.sketch, sketch, rules, now.dropped)
                if workspace.stage is not None and workspace.stage.id == stage.id:
                    workspace.follow_up.note(sketch, kept)  # what hands did before governs what is new
            text = stage.source.text if isinstance(stage.source, Text) else ""
            fresh = replace(now, sketch=kept, dropped=dropped, seed=stage.seed, converted_text=text)
            fresh = replace(read_like(fresh, stage, manifest), converted_from=source_key(stage, manifest))
            return project.with_stage(takes.after_conversion(now, fresh, sketch, name=take_name))

        if all(s.id != stage.id for s in workspace.project.stages):
            return  # removed while it was converted; to bring it back is undo
        workspace.change(step.label, on_project, merge_key=step.merge_key, icon=step.icon)
        self._tell_version(stage, sketch)
        self.converted.emit(stage.id)
        self._tell_dropped(stage)

    def _tell_dropped(self, before: Stage) -> None:
        now = next((s for s in self._workspace.project.stages if s.id == before.id), before)
        fresh = newly_dropped(before.dropped, now.dropped)
        if fresh:
            line = counted(len(fresh), self.tr("1 edit could not be kept"), self.tr("{0} edits could not be kept"))
            self._workspace.tell("warn", line)
            self.dropped.emit(fresh)

    def _tell_version(self, before: Stage, after: Sketch) -> None:
        """Say that another version of the engine made the sketch that stood there: not everything sounds as before."""
        old = before.sketch.made if before.sketch is not None else after.made
        if old.engine == after.made.engine and old.version != after.made.version:
            line = self.tr("Converted by version {0}; before, it was version {1}. Undo brings that sketch back.")
            self._workspace.tell("info", line.format(after.made.version, old.version))

    def resample(
        self, start: int, stop: int, *, label: str, seed: int | None = None, merge_key: str | None = None
    ) -> None:
        """Predict frames ``start:stop`` again from the spans as they stand; nothing if the engine cannot.

        With the ``merge_key`` of the edit that made it necessary (another phone, say) both are one undo step; else what
        was predicted is a take of this stretch, and what stood there before stays one.
        """
        workspace = self._workspace
        stage, manifest, sketch = workspace.stage, workspace.manifest, workspace.sketch
        if stage is None or manifest is None or sketch is None or not manifest.resamples:
            return
        names = {p.name for p in manifest.params_of("convert")}
        params: dict[str, Value] = {k: v for k, v in stage.params.items() if k in names}
        request = Request(
            kind="resample", engine=stage.engine, seed=stage.seed if seed is None else seed, priority=8,
            params=params, sketch=sketch, window=(start, stop),
        )  # fmt: skip

        def put(project: Project, result: Sketch) -> Project:
            return project.with_stage(takes.put(project.stage(stage.id), result, request.seed, start, stop))

        def finish(result: Sketch) -> None:
            if workspace.stage is None or workspace.stage.id != stage.id:
                return  # another stage is in view now
            if workspace.sketch is sketch and merge_key is None:
                workspace.change(label, lambda p: put(p, result), icon="arrows-clockwise")
            elif workspace.sketch is sketch:
                workspace.edit(label, lambda _: result, merge_key=merge_key, icon="arrows-clockwise")
            else:
                self.resample(start, stop, label=label, seed=seed, merge_key=merge_key)

        self._start(request, self.tr("Predicting again"), finish)

    def run(
        self, request: Request, what: str, finish: Callable[[Sketch], None],
        refusal: Callable[[Failed], Trouble] | None = None,
    ) -> None:  # fmt: skip
        """Do another piece of work that makes a sketch, in the place of what runs.

        ``finish`` takes its result; ``refusal`` says what is shown where it failed.
        """
        self._start(request, what, finish, refusal)

    def on_changed(self, old: Project, new: Project) -> None:
        """Convert again when a parameter of the converter changed, and predict new or renamed spans."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        if stage is None or manifest is None or stage.sketch is None:
            return
        before = next((s for s in old.stages if s.id == stage.id), None)
        if before is None:
            return
        names = {p.name for p in manifest.params_of("convert")}
        moved = any(before.params.get(n) != stage.params.get(n) for n in names) and before.sketch is stage.sketch
        if moved and isinstance(stage.source, Text) and self._workspace.as_read(stage).is_stale(manifest):
            self._later.start()
        elif old.pronunciations != new.pronunciations and before.sketch is stage.sketch:
            self.read_again()

    def read_again(self) -> None:
        """Convert again where words of the text are to be said otherwise now; a long text is only marked as older."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        if stage is None or manifest is None or stage.sketch is None or not isinstance(stage.source, Text):
            return
        if len(stage.source.text) > _SOON_READ or self.is_running:
            return
        if not stage.is_stale(manifest) and self._workspace.as_read(stage).is_stale(manifest):
            self._later.start()

    def _start(
        self, request: Request, what: str, finish: Callable[[Sketch], None],
        refusal: Callable[[Failed], Trouble] | None = None,
    ) -> None:  # fmt: skip
        self.stop()
        self._number += 1
        number = self._number
        self._what, self._finish, self._refusal = what, finish, refusal
        self._slow.start()  # the first word of an engine that is still loading may be long in coming
        self._running = self._workspace.host.submit(request, lambda event: self._came.emit(number, event))

    def _show_started(self) -> None:
        if self._running is not None:
            self._workspace.show_work("convert", Work(self._what, 0.0, None, self.stop))

    def _on_event(self, number: int, event: Event) -> None:
        if number != self._number or self._running is None:
            return
        workspace = self._workspace
        self._slow.stop()
        if isinstance(event, Progress):
            workspace.show_work("convert", Work(self._what, event.fraction, event.seconds_left, self.stop))
            return
        if isinstance(event, Partial):
            if self._growth is not None and not self._growth.add(event.piece):
                self.stop()
            return
        growth, self._growth, self._running = self._growth, None, None
        workspace.show_work("convert", None)
        if isinstance(event, Done):
            self._done(event.result, growth, is_joined=event.is_joined)
        elif isinstance(event, Failed):
            trouble = self._refusal(event) if self._refusal is not None else self._conversion_failed(event)
            workspace.troubled.emit(trouble)
            self.failed.emit(trouble)

        if growth is not None and growth.has_begun:
            self.grown.emit()

    def _conversion_failed(self, event: Failed) -> Trouble:
        return Trouble(
            self.tr("The source could not be converted"), str(event.error), event.report,
            self._without_text() or (self.tr("Try again"), self.convert),
        )  # fmt: skip

    def _without_text(self) -> tuple[str, Callable[[], None]] | None:
        """Return the way on where the text given for a recording may be another one."""
        workspace, spoken = self._workspace, self._workspace.manifest and self._workspace.manifest.transcript
        stage = workspace.stage
        if stage is None or not spoken or not isinstance(stage.source, Audio) or not stage.params.get(spoken.name):
            return None
        name = spoken.name

        def go() -> None:
            workspace.set_param(name, "")
            self.convert()

        return self.tr("Go on without the text"), go

    def _done(
        self, result: Any, growth: Growth | None, *, is_joined: bool
    ) -> None:  # Any: whatever the engine returned
        if not isinstance(result, Sketch):
            return
        if growth is not None and growth.has_begun:
            growth.end(result, is_joined=is_joined)
            self.converted.emit(growth.stage.id)
            self._tell_dropped(growth.stage)
        elif self._finish is not None:
            self._finish(result)
