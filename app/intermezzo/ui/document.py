"""Document: the file that the window works on: new, open by type, import, save, close with a question only if needed.

Files are read and written beside the window. Engines are chosen by what their manifests say, never by name.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from intermezzo.core.chain import without_stage
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Image, Media, Melody, Text, Video
from intermezzo.core.params import Value
from intermezzo.core.project import Project, Stage, source_key
from intermezzo.core.sketch import Sketch
from intermezzo.storage.image_files import IMAGE_SUFFIXES
from intermezzo.storage.pages import PAGE_SUFFIXES
from intermezzo.storage.project_file import PROJECT_SUFFIX, load_project, save_project
from intermezzo.storage.scores.formats import SCORE_SUFFIXES
from intermezzo.storage.video_files import VIDEO_SUFFIXES
from intermezzo.ui.background import Background
from intermezzo.ui.file_stamps import Stamp, kept_aside, stamp_of
from intermezzo.ui.questions import Questions
from intermezzo.ui.reading import AUDIO_SUFFIXES, Found, read_any, read_import, read_sketch_file, read_tune
from intermezzo.ui.work import Trouble
from intermezzo.ui.workspace import Workspace

__all__ = ["AUDIO_SUFFIXES", "TEXT_SUFFIXES", "Document"]

SKETCH_SUFFIX: Final = ".sketch"
TEXT_SUFFIXES: Final = PAGE_SUFFIXES
_SKETCH_SUFFIXES: Final = (SKETCH_SUFFIX, ".json")
_SOURCE_SUFFIXES: Final = (*TEXT_SUFFIXES, *AUDIO_SUFFIXES, *SCORE_SUFFIXES, *VIDEO_SUFFIXES, *IMAGE_SUFFIXES)


@dataclass(frozen=True, eq=False)
class _Save:
    project: Project
    path: Path
    then: Callable[[], None] | None
    document: int


class Document(QObject):
    """Owns the path and what is on disk; the project itself belongs to the workspace."""

    changed = Signal()  # path, title or whether all is saved
    opened = Signal(object)  # Path | None
    saved = Signal(object)  # Path
    parts_changed = Signal()  # of the score that the stage in view came from

    def __init__(
        self, workspace: Workspace, questions: Questions, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._questions, self._background = workspace, questions, background
        self.path: Path | None = None
        self._number = 0  # of the document in view: what comes back for an earlier one is not about this one
        self._parts: dict[str, tuple[Path, Found]] = {}  # by stage: the score it came from, as it was read last
        self._seen: dict[Path, Stamp] = {}  # files as we read or wrote them last
        self._saves: deque[_Save] = deque()  # the first of them is being written
        workspace.changed.connect(lambda *_: self.changed.emit())
        workspace.replaced.connect(self.changed)
        self._untouched: object = None  # history of an example or a dropped text that nobody has worked on yet
        workspace.conversions.converted.connect(self._on_converted)

    # What it is called

    @property
    def title(self) -> str:
        """The project's own title."""
        return self._workspace.project.title

    def stem(self) -> Path:
        """Return where files of this work are proposed to go, without an ending."""
        name = "".join("-" if c in '/\\:*?"<>|' else c for c in self.title).strip() or "Untitled"
        return (self.path.parent if self.path else Path.home()) / name

    @property
    def is_edited(self) -> bool:
        """Whether closing would lose something: anything but an untouched new project."""
        return self._workspace.is_edited and not self._is_blank()

    def _is_blank(self) -> bool:
        stages = self._workspace.project.stages
        return self.path is None and all(
            s.sketch is None and (s.source is None or s.source == Text("")) for s in stages
        )

    def rename(self, title: str) -> None:
        """Give the project another title."""
        self._workspace.change(
            self.tr("Rename to {0}").format(title), lambda p: p if p.title == title else replace(p, title=title),
            icon="pencil-simple",
        )  # fmt: skip

    # Engines

    def engines(self) -> list[EngineManifest]:
        """Return the engines to offer: those that are not hidden; all, where only hidden ones are installed."""
        engines = list(self._workspace.registry.engines.values())
        return [e for e in engines if not e.hidden] or engines

    def _engine_for(self, media: str) -> EngineManifest | None:
        engines = self.engines()
        return next((e for e in engines if e.takes(media) and (media != "text" or e.source == media)), None)

    def _blank(self, engine: EngineManifest | None, source: Media | None = None, name: str = "") -> Project:
        if engine is None:
            return Project(self.tr("Untitled"))
        return Project(self.tr("Untitled"), (_stage(engine, source, name),))

    # New and open

    def new(self, then: Callable[[], None] | None = None) -> None:
        """Begin an empty project, after asking for unsaved work."""

        def begin() -> None:
            self._start(self._blank(self._engine_for("text")), None)
            if then is not None:
                then()

        self._when_safe(begin)

    def start_with(self, engine: str, source: str, title: str, params: dict[str, Any]) -> None:
        """Begin a project with a text and convert it at once: examples, and texts that were dropped."""
        manifest = self._workspace.registry.engines.get(engine)

        def begin() -> None:
            project = self._blank(manifest, Text(source))
            stages = tuple(replace(s, params=params) for s in project.stages)
            self._start(replace(project, title=title, stages=stages), None)
            self._untouched = self._workspace.history
            self._workspace.conversions.convert()

        self._when_safe(begin)

    def begin_with(self, engine: str, params: dict[str, Value]) -> None:
        """Begin with an engine and some of its settings: in an empty project in place of its stage, else beside it."""
        if not self._is_blank():
            self.add_stage(engine, params=params)
            return
        stage = replace(_stage(self._workspace.registry.engines[engine]), params=params)
        self._start(Project(self.tr("Untitled"), (stage,)), None)

    def _on_converted(self, stage_id: str) -> None:
        """What one click makes again is nothing to lose: no question is asked until a hand has changed it."""
        history, untouched = self._workspace.history, self._untouched
        self._untouched = None
        if history is untouched and history.position == 1:
            self._workspace.mark_saved(history.project)
            self.changed.emit()

    def _start(self, project: Project, path: Path | None, *, saved: bool = True) -> None:
        self._number += 1
        self._parts = {}
        self.path = path
        self._workspace.open(project, saved=saved, label=self.tr("Open") if path else self.tr("New"))
        self.changed.emit()
        self.opened.emit(path)
        self._tell_missing(project)

    def _tell_missing(self, project: Project) -> None:
        missing = sorted({s.engine for s in project.stages if s.engine not in self._workspace.registry.engines})
        if missing:
            names = ", ".join(name if len(name) <= 40 else f"{name[:40]}…" for name in missing)
            line = self.tr("{0} is not installed: what it made can be seen and edited, but not heard.")
            self._workspace.tell("warn", line.format(names))

    def take_recovered(self, project: Project, path: Path | None) -> None:
        """Work on what a crash left; it is saved to where it came from, but only when the person says so."""
        self._number += 1
        self.path = path
        self._workspace.open(project, saved=False, label=self.tr("Recovered"))
        self.changed.emit()
        self.opened.emit(None)

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        every = " ".join(f"*{s}" for s in (PROJECT_SUFFIX, *_SKETCH_SUFFIXES, *_SOURCE_SUFFIXES))
        patterns = ";;".join((
            self.tr("All that Intermezzo reads ({0})").format(every),
            self.tr("Projects ({0})").format(f"*{PROJECT_SUFFIX}"), self.tr("All files (*)"),
        ))  # fmt: skip
        path = self._questions.file_to_open(self.tr("Open"), patterns, self.path.parent if self.path else None)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a project, a sketch or a source as a document of its own, after asking for unsaved work."""
        self._when_safe(lambda: self._read(path))

    def _read(self, path: Path) -> None:
        registry, suffix = self._workspace.registry, path.suffix.lower()
        if suffix == PROJECT_SUFFIX:
            stamp = stamp_of(path)

            def start(project: Project) -> None:
                self._seen[path] = stamp
                self._start(project, path)

            self._fetch(path, lambda: load_project(path, registry), start)
        elif suffix in _SKETCH_SUFFIXES:
            self._fetch(path, lambda: read_sketch_file(path, registry), lambda s: self._start_sketch(path, s))
        else:
            self._fetch(path, lambda: read_any(path, registry), lambda found: self._start_found(path, found))

    def _fetch(self, path: Path, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        def failed(problem: IntermezzoError) -> None:
            self._workspace.troubled.emit(
                Trouble(self.tr("{0} could not be opened").format(path.name), str(problem), f"{path}: {problem}")
            )

        self._background.run(work, done, failed)

    def _start_sketch(self, path: Path, sketch: Sketch) -> None:
        engines = self._workspace.registry.engines
        manifest = engines.get(sketch.made.engine)
        able = [e for e in engines.values() if e.sketch == sketch.type.id and e.renderer]
        if manifest is None and len(able) == 1:
            manifest = able[0]  # its own engine is not installed: the only other that can render it does
        engine = manifest.id if manifest else sketch.made.engine
        known = {p.name for p in manifest.params} if manifest else set(sketch.made.params)
        params = {name: value for name, value in sketch.made.params.items() if name in known}
        stage = Stage(uuid4().hex[:8], engine, None, params, sketch.made.seed, sketch)
        if manifest is not None:
            stage = replace(stage, converted_from=source_key(stage, manifest))
        self._start(Project(path.stem, (stage,)), None, saved=False)

    def _start_found(self, path: Path, found: Found) -> None:
        if isinstance(found.value, Project):
            self._start(found.value, None, saved=False)
            if self._workspace.manifest is not None:  # else what is missing is told
                line = self.tr("{0} carries its sketch: this is its project again.")
                self._workspace.tell("info", line.format(path.name))
            return
        found = found.for_one_that(lambda medium: self._engine_for(medium) is not None)
        self._start_source(path, found.value, found.spoken)  # type: ignore[arg-type]
        self._tell_notice(path, found)
        self._keep_parts(path, found)

    def _tell_notice(self, path: Path, found: Found) -> None:
        if found.notice:
            title = self.tr("{0} is a recording now").format(path.name)
            self._workspace.troubled.emit(Trouble(title, found.notice, f"{path}: {found.notice}"))

    def _start_source(self, path: Path, source: Media, spoken: str = "") -> None:
        engine = self._engine_for(source.media)
        if engine is None:
            self._workspace.tell("error", self.tr("No engine that is installed can use {0}.").format(path.name))
            return
        title = source.title if isinstance(source, Melody) else ""
        project = replace(self._blank(engine, source, path.name), title=title or path.stem)
        stages = tuple(replace(s, params=_with_spoken(engine, {}, spoken)) for s in project.stages)
        project = replace(project, stages=stages)
        self._start(project, None, saved=False)
        self._workspace.conversions.convert()

    # Import into the stage in view

    def ask_import(self) -> None:
        """Ask for a text, a recording or a score and make it the source of the stage in view."""
        every = " ".join(f"*{s}" for s in _SOURCE_SUFFIXES)
        kinds = self.tr("Texts, recordings, scores, videos and pictures ({0});;All files (*)")
        path = self._questions.file_to_open(self.tr("Import"), kinds.format(every), None)
        if path is not None:
            self.import_file(path)

    def import_file(self, path: Path) -> None:
        """Make a file the source of the stage in view, and convert it; edits are kept where they still apply."""
        if self._workspace.stage is None or self._is_for_all():
            self.open(path)
        else:
            self._fetch(path, lambda: read_import(path), lambda found: self._take_source(path, found))

    def _is_for_all(self) -> bool:
        """Tell whether nobody has chosen the engine of an empty project yet, so that what comes may bring its own."""
        usual, stage = self._engine_for("text"), self._workspace.stage
        return self._is_blank() and (stage is None or usual is None or stage.engine == usual.id)

    def _take_source(self, path: Path, found: Found) -> None:
        stage, manifest = self._workspace.stage, self._workspace.manifest
        found = found.for_one_that(manifest.takes) if manifest is not None else found
        source = found.value
        if stage is None or isinstance(source, Project):
            return
        if manifest is None or not manifest.takes(source.media):
            if self._is_blank():
                self._start_found(path, found)  # it brings an engine of its own
                return
            engine = self._engine_for(source.media) if isinstance(source, (Melody, Video, Image)) else None
            if engine is None:
                self._workspace.tell("error", self.tr("This engine cannot use {0}.").format(path.name))
                return
            self.add_stage(engine.id, source, path.name)
        elif isinstance(source, (Melody, Video, Image)):
            self._workspace.set_source(source, path.name)
        elif isinstance(source, Audio):
            self._workspace.set_source(source, path.name, _with_spoken(manifest, stage.params, found.spoken))
        elif isinstance(stage.source, Audio) and manifest.transcript is not None and isinstance(source, Text):
            # A text that comes to a recording is what is said in it.
            self._workspace.set_source(
                stage.source, stage.source_name, _with_spoken(manifest, stage.params, source.text)
            )
        else:
            self._workspace.set_source(source)
        self._workspace.conversions.convert()
        self._tell_notice(path, found)
        self._keep_parts(path, found)

    # Parts of scores

    def _keep_parts(self, path: Path, found: Found) -> None:
        """Remember which parts the score has that the stage in view came from, and say how it was read."""
        stage = self._workspace.stage
        if stage is not None and isinstance(found.value, Melody):
            self._parts = {**self._parts, stage.id: (path, found)}
            if found.remarks:
                self._workspace.tell("info", " ".join(found.remarks))
            self.parts_changed.emit()

    def parts(self) -> tuple[tuple[str, ...], int]:
        """Return the parts of the score that the stage in view came from, where known, and which of them it is."""
        stage = self._workspace.stage
        _, found = self._parts.get(stage.id if stage is not None else "", (None, None))
        return (found.parts, found.part) if found is not None and stage and stage.source is found.value else ((), 0)

    def take_part(self, number: int) -> None:
        """Make another part of its score, counted from 0, the source of the stage in view; edits are kept as usual."""
        stage = self._workspace.stage
        path, _ = self._parts.get(stage.id if stage is not None else "", (None, None))
        if path is not None and number != self.parts()[1]:
            self._fetch(path, lambda: read_tune(path, str(number + 1)), lambda found: self._take_source(path, found))

    def take_files(self, paths: list[Path]) -> None:
        """Take files that were dropped: documents, and sounds that carry theirs, are opened; sources are imported."""
        first, registry = paths[0], self._workspace.registry
        if first.suffix.lower() in (PROJECT_SUFFIX, *_SKETCH_SUFFIXES) or self._is_for_all():
            self.open(first)
            return

        def done(found: Found) -> None:
            if isinstance(found.value, Project):
                self._when_safe(lambda: self._start_found(first, found))
            else:
                self._take_source(first, found)

        self._fetch(first, lambda: read_any(first, registry), done)

    def take_recording(self, audio: Audio) -> None:
        """Make what was recorded here the source of the stage in view, as if it were imported."""
        found, path = Found(audio), Path(self.tr("Recording"))
        if self._workspace.stage is None or self._is_for_all():
            self._when_safe(lambda: self._start_found(path, found))
        else:
            self._take_source(path, found)

    def take_text(self, text: str) -> None:
        """Take text that was dropped."""
        stage, manifest = self._workspace.stage, self._workspace.manifest
        if stage is not None and manifest is not None and manifest.source == "text":
            self._workspace.set_source(Text(text))
            self._workspace.conversions.convert()

    def add_stage(
        self, engine: str, source: Media | None = None, name: str = "", params: Mapping[str, Value] | None = None
    ) -> None:
        """Add a stage of an engine, empty or with a source, and bring it into view."""
        manifest = self._workspace.registry.engines[engine]
        stage = replace(_stage(manifest, source, name), params=params or {})
        if self._workspace.change(
            self.tr("Add {0}").format(manifest.title), lambda p: p.with_stage(stage), icon=manifest.icon
        ):
            self._workspace.choose_stage(stage.id)

    def remove_stage(self, stage_id: str) -> None:
        """Take a stage out of the project; undo brings it back."""
        project = self._workspace.project
        rest = without_stage(project, stage_id).stages
        if rest and len(rest) < len(project.stages):
            if self._workspace.stage is not None and self._workspace.stage.id == stage_id:
                self._workspace.choose_stage(rest[0].id)
            self._workspace.change(self.tr("Remove a stage"), lambda p: replace(p, stages=rest), icon="trash")

    # Save

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save where it came from, or ask where; ``then`` is called once it is on disk."""
        if self.path is None:
            self.save_as(then)
        else:
            self._write(self.path, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file and save there."""
        stem = self.stem()
        answer = self._questions.file_to_save(
            self.tr("Save project"), self.tr("Projects ({0})").format(f"*{PROJECT_SUFFIX}"),
            stem.with_name(stem.name + PROJECT_SUFFIX),
        )  # fmt: skip
        if answer is None:
            return
        path = answer[0] if answer[0].suffix == PROJECT_SUFFIX else answer[0].with_name(answer[0].name + PROJECT_SUFFIX)
        if self.title == self.tr("Untitled"):
            self.rename(path.stem)
        self._write(path, then)

    def _write(self, path: Path, then: Callable[[], None] | None) -> None:
        save = _Save(self._workspace.project, path, then, self._number)
        waiting = self._saves[-1] if len(self._saves) > 1 else None
        if waiting and waiting.then is None and (waiting.path, waiting.document) == (path, self._number):
            self._saves[-1] = save  # a slow disk need not write what is newer already
        else:
            self._saves.append(save)
        if len(self._saves) == 1:
            self._write_next()

    def _write_next(self) -> None:
        """Write the save that waits longest; one after the other, so that no older version lands on a newer one."""
        save = self._saves[0]
        path = save.path

        def finished() -> None:
            self._saves.popleft()
            if self._saves:
                self._write_next()

        def write() -> tuple[Stamp, Path | None]:
            known = self._seen.get(path)
            other = kept_aside(path) if known is not None and stamp_of(path) not in (known, None) else None
            save_project(save.project, path)
            return stamp_of(path), other

        def done(written: tuple[Stamp, Path | None]) -> None:
            self._seen[path], other = written
            self._workspace.tell("info", self.tr("Saved {0}").format(path.name))
            if other is not None:
                line = self.tr("{0} was changed by another window or program; that version is now {1}.")
                self._workspace.tell("warn", line.format(path.name, other.name))
            if save.document == self._number:
                self.path = path
                self._workspace.mark_saved(save.project)
                self.changed.emit()
                self.saved.emit(path)
            finished()
            if save.then is not None:
                save.then()

        def failed(problem: IntermezzoError) -> None:
            finished()
            self._workspace.troubled.emit(
                Trouble(self.tr("The project could not be saved"), f"{problem} Your work is still here.",
                        f"{path}: {problem}", (self.tr("Save as…"), self.save_as))
            )  # fmt: skip

        self._background.run(write, done, failed)

    # Close

    def _when_safe(self, then: Callable[[], None]) -> None:
        """Call ``then`` at once, or after the person decided what happens to unsaved work."""
        if not self.is_edited:
            then()
            return
        match self._questions.unsaved(self.title):
            case "save":
                self.save(lambda: self._when_safe(then))  # who went on meanwhile is asked again
            case "discard":
                then()
            case _:
                return

    def close(self, then: Callable[[], None]) -> None:
        """Call ``then`` once nothing would be lost."""
        self._when_safe(then)


def _with_spoken(manifest: EngineManifest, params: Mapping[str, Value], spoken: str) -> dict[str, Value]:
    """Return parameters with what is said in a recording, where the engine takes it."""
    named = {manifest.transcript.name: spoken} if manifest.transcript is not None and (spoken or params) else {}
    return {**params, **named}


def _stage(engine: EngineManifest, source: Media | None = None, name: str = "") -> Stage:
    """Return a new stage, with an empty text where the engine starts from one and nothing else is given."""
    empty = Text("") if engine.source == "text" else None
    return Stage(uuid4().hex[:8], engine.id, empty if source is None else source, source_name=name)
