"""Studio: the headless Python face of Intermezzo: convert, analyse, predict again and render, for scripts and tests.

from intermezzo import Studio, edits
with Studio() as studio:
    sketch = studio.convert("speech", "The quick brown fox", seed=1)
    sketch = edits.speech.shift_pitch(sketch, semitones=2)
    audio = studio.render(sketch)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices, Cells
from intermezzo.core.edits.intonation import copy_intonation
from intermezzo.core.errors import Cancelled, EngineError, FileError, SketchError
from intermezzo.core.layers import Grid
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Image, Media, Melody, Text, Video
from intermezzo.core.params import Value
from intermezzo.core.project import Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.core.sent import with_tokens
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.client import EngineHost
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Done, Event, Failed, Progress, Request, Result
from intermezzo.jobs.requirements import install_line, lacks, unmodelled

__all__ = ["EngineStatus", "OnProgress", "Source", "Studio", "medium_of", "read_text", "sketch_of", "text_of"]

Source = str | Path | Media
OnProgress = Callable[[Progress], None]

_LONGEST_TEXT_BYTES = 16 * 2**20


@dataclass(frozen=True)
class EngineStatus:
    """One installed engine (or a package too broken to say what it brings): 'ready', 'lacks' something, or 'broken'."""

    id: str
    state: Literal["ready", "lacks", "broken"]
    reason: str = ""
    manifest: EngineManifest | None = None


class Studio:
    """Engines at work without a window; a context manager that frees what they hold.

    ``device`` is 'cpu', 'cuda' or 'mps'; ``threads`` limits torch (0: all cores); ``in_process`` False does
    the work in the engine host, a child process that a crashing engine cannot take you down with (a script then needs
    ``if __name__ == "__main__":``). ``cache_dir`` keeps results for the next time; None keeps them in memory.
    """

    def __init__(
        self, *, device: str = "cpu", threads: int = 0, in_process: bool = True, cache_dir: Path | None = None,
        registry: Registry | None = None,
    ) -> None:  # fmt: skip
        self.registry = registry or discover()
        self.device = device
        self._runner: InlineRunner | EngineHost = (
            InlineRunner(self.registry, device=device, threads=threads, cache_dir=cache_dir)
            if in_process
            else EngineHost(registry=self.registry, device=device, threads=threads, cache_dir=cache_dir)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free what the engines hold; a second time does nothing."""
        self._runner.close()

    def engines(self, *, hidden: bool = False) -> list[EngineStatus]:
        """Return what is installed and whether it can work here; ``hidden`` adds the engines made for tests."""
        found = []
        for manifest in self.registry.engines.values():
            missing = lacks(manifest, self.device)
            install = install_line(manifest)
            missing = (*missing, f"install it with: {install}") if install else missing or unmodelled(manifest)
            if hidden or not manifest.hidden:
                found.append(EngineStatus(manifest.id, "lacks" if missing else "ready", "; ".join(missing), manifest))
        return found + [EngineStatus(name, "broken", reason) for name, reason in self.registry.broken.items()]

    def convert(
        self, engine: str, source: Source, *, seed: int = 1, params: Mapping[str, Value] | None = None,
        on_progress: OnProgress | None = None,
    ) -> Sketch:  # fmt: skip
        """Make the sketch of a source: X -> Y'. The same seed gives the same sketch.

        ``engine`` is an id or, where only one engine has it, a task. A ``str`` is the text itself for engines that
        start from text, else the name of a file; a ``Path`` is always a file. A text that is a chord chart is analysed,
        where the engine takes tunes; so is every source of an engine that has no converter.

        Raises:
            PluginError: if there is no such engine or it cannot work here.
            SourceError: if the source cannot be converted.
            ParamError: if a parameter is unknown or out of range.
        """
        manifest = self.registry.find(engine)
        medium = medium_of(source, manifest.source)
        if isinstance(medium, Text) and "melody" in manifest.analysed:
            from intermezzo.storage.scores.chart_read import chart_in

            if (chart := chart_in(medium.text)) is not None:
                return self.analyse(manifest.id, chart, params=params, on_progress=on_progress)
        if not manifest.converter:
            return self.analyse(manifest.id, medium, params=params, on_progress=on_progress)
        return _sketch(self._do(Request("convert", manifest.id, params or {}, seed, source=medium), on_progress))

    def takes(
        self, engine: str, source: Source, count: int, *, seed: int = 1, params: Mapping[str, Value] | None = None,
        on_progress: OnProgress | None = None,
    ) -> list[Sketch]:  # fmt: skip
        """Sample several sketches of one source, with seeds from ``seed`` on."""
        medium = medium_of(source, self.registry.find(engine).source)
        return [
            self.convert(engine, medium, seed=seed + take, params=params, on_progress=on_progress)
            for take in range(count)
        ]

    def analyse(
        self, engine: str, medium: Source | Sketch, *, params: Mapping[str, Value] | None = None, part: str = "",
        on_progress: OnProgress | None = None,
    ) -> Sketch:  # fmt: skip
        """Make the sketch that would render to a medium: Y -> Y'.

        ``medium`` is a file or a value; of a score, ``part`` says which part (a piece of its name, or its number). Of
        a sketch the output is analysed; an engine with the codebook of its picture takes the tokens as they are.
        """
        manifest = self.registry.find(engine)
        if isinstance(medium, Sketch):
            medium = self.sent(Stage("1", self.engine_of(medium), seed=medium.made.seed or 1, sketch=medium))
        given = medium_of(medium, *(manifest.analysed or (manifest.output,)), part=part)
        return _sketch(self._do(Request("analyse", manifest.id, params or {}, source=given), on_progress))

    def sent(self, stage: Stage) -> Media:
        """Render a stage as it is sent on to another engine: a picture with the tokens that draw it.

        Raises:
            SketchError: if it has no sketch.
        """
        if stage.sketch is None:
            raise SketchError("This stage has no sketch to send on. Convert its source first.")
        engine = stage.engine if stage.engine in self.registry.engines else self.engine_of(stage.sketch)
        params = self.registry.find(engine).for_render(stage.params)
        return with_tokens(self.render(stage.sketch, seed=stage.seed, params=params, engine=engine), stage.sketch)

    def resample(
        self, sketch: Sketch, start: int, stop: int, *, seed: int = 1, params: Mapping[str, Value] | None = None,
        on_progress: OnProgress | None = None,
    ) -> Sketch:  # fmt: skip
        """Predict frames ``start:stop`` again; what was edited or locked by hand stays, and all other frames too."""
        engine = self.engine_of(sketch)
        request = Request("resample", engine, params or {}, seed, sketch=sketch, window=(start, stop))
        return _sketch(self._do(request, on_progress))

    def infill(
        self, sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], *, seed: int = 1,
        params: Mapping[str, Value] | None = None, on_progress: OnProgress | None = None,
    ) -> Sketch:  # fmt: skip
        """Make the masked tokens of a sketch anew; all others and all locked ones stay identical.

        ``masks`` holds a bool array in the full shape of each grid layer that is meant. Parameters are those that the
        sketch was made with, unless others are given.

        Raises:
            PluginError: if the engine cannot.
            SketchError: if a mask does not fit.
        """
        engine = self.engine_of(sketch)
        request = Request("infill", engine, self._made_with(sketch, params), seed, source=Cells(masks), sketch=sketch)
        return _sketch(self._do(request, on_progress))

    def alternatives(
        self, sketch: Sketch, layer: str, cell: tuple[int, ...], *, params: Mapping[str, Value] | None = None
    ) -> CellChoices:
        """Tell what one token could be, all others being as they stand; likeliest first.

        Raises:
            PluginError: if the engine cannot tell.
            SketchError: if there is no such token.
        """
        grid = sketch.layers.get(layer)
        if not isinstance(grid, Grid) or len(cell) != len(grid.shape) or any(
            not 0 <= place < size for place, size in zip(cell, grid.shape, strict=True)
        ):  # fmt: skip
            raise SketchError(f"This {sketch.type.title} sketch has no token {cell} in {layer!r}.")
        mask = np.zeros(grid.shape, bool)
        mask[cell] = True
        engine, given = self.engine_of(sketch), self._made_with(sketch, params)
        result = self._do(Request("choose", engine, given, source=Cells({layer: mask}), sketch=sketch), None)
        assert isinstance(result, CellChoices)  # the runner has seen to it
        return result

    def _made_with(self, sketch: Sketch, params: Mapping[str, Value] | None) -> Mapping[str, Value]:
        if params is not None:
            return params
        names = {p.name for p in self.registry.find(self.engine_of(sketch)).params_of("convert")}
        return {name: value for name, value in sketch.made.params.items() if name in names}

    def copy_intonation(
        self, sketch: Sketch, recording: Source | Sketch, *, language: str = "en", range_scale: float = 1.0,
        on_progress: OnProgress | None = None,
    ) -> Sketch:  # fmt: skip
        """Say a sentence with the timing, melody and loudness of a recording in which the same text is spoken.

        ``recording`` is a file, a sound, or a sketch of one that was analysed with its text. The copied values are
        hand edits; the colour of the voice is predicted for them.

        Raises:
            SourceError: if the recording says another text.
        """
        guide = recording
        if not isinstance(guide, Sketch):
            text = " ".join(sketch.words.labels)
            given = {"text": text, "language": language}
            guide = self.analyse(self.engine_of(sketch), recording, params=given, on_progress=on_progress)
        copied = copy_intonation(sketch, guide, range_scale=range_scale)
        params = self._made_with(sketch, None)
        return self.resample(copied, 0, copied.n_frames, seed=sketch.made.seed, params=params, on_progress=on_progress)

    def reword(
        self, sketch: Sketch, start: int, stop: int, text: str, *, seed: int = 1,
        params: Mapping[str, Value] | None = None, on_progress: OnProgress | None = None,
    ) -> Sketch:  # fmt: skip
        """Say another text in the place of the words in frames ``start:stop``; all later moves, all else stays.

        Raises:
            PluginError: if the engine cannot.
            SourceError: if there is no word here, or the text cannot be said.
            EditError: if something in the words is locked.
        """
        engine = self.engine_of(sketch)
        request = Request("reword", engine, params or {}, seed, source=Text(text), sketch=sketch, window=(start, stop))
        return _sketch(self._do(request, on_progress))

    def follow(
        self, before: Sketch, after: Sketch, *, seed: int | None = None, params: Mapping[str, Value] | None = None,
        on_progress: OnProgress | None = None,
    ) -> Sketch:  # fmt: skip
        """Bring the rest of a sketch in line with an edit: ``before`` is the sketch before it, ``after`` that with it.

        Parameters and seed are those that the sketch was made with, unless others are given. What was edited or locked
        by hand stays, and all that the edit does not govern.

        Raises:
            PluginError: if the engine cannot.
        """
        engine = self.engine_of(after)
        given = self._made_with(after, params)
        number = (after.made.seed or 1) if seed is None else seed
        return _sketch(self._do(Request("follow", engine, given, number, sketch=after, before=before), on_progress))

    def render(
        self, sketch: Sketch, *, seed: int | None = None, window: tuple[int, int] | None = None,
        params: Mapping[str, Value] | None = None, engine: str | None = None, on_progress: OnProgress | None = None,
    ) -> Media:  # fmt: skip
        """Render a sketch, or frames ``window`` of it: Y' -> Y.

        The engine is the one that made the sketch unless another is named, and so is the seed.
        """
        chosen = self.registry.find(engine).id if engine else self.engine_of(sketch)
        number = (sketch.made.seed or 1) if seed is None else seed
        result = self._do(Request("render", chosen, params or {}, number, sketch=sketch, window=window), on_progress)
        if result is None or isinstance(result, (Sketch, CellChoices)):
            raise EngineError(f"{chosen} rendered nothing. Its author can mend it.")
        return result

    def run(
        self, engine: str, source: Source, *, seed: int = 1, params: Mapping[str, Value] | None = None,
        on_progress: OnProgress | None = None,
    ) -> Media:  # fmt: skip
        """Convert and render: X -> Y' -> Y."""
        sketch = self.convert(engine, source, seed=seed, params=params, on_progress=on_progress)
        return self.render(sketch, seed=seed, params=params, engine=engine, on_progress=on_progress)

    def load(self, path: Path | str) -> Sketch:
        """Read the sketch in a sketch file, a project, a sound that carries its recipe, or JSON.

        Raises:
            FileError: if there is none.
        """
        return sketch_of(self.load_stage(path), path)

    def load_stage(self, path: Path | str) -> Stage:
        """Read the stage in a file that `load` reads: the sketch with its source, seed and parameters, if there."""
        from intermezzo.storage.stage_files import load_stage

        return load_stage(Path(path), self.registry)

    def save(self, sketch: Sketch, path: Path | str) -> None:
        """Write a sketch file, whole or not at all; raises FileError if that is impossible."""
        from intermezzo.storage.sketch_file import save_sketch

        save_sketch(sketch, Path(path))

    def check(
        self, *engines: str, data_dir: Path | None = None, quick: bool = False, only: Sequence[str] = (),
        pictures: Path | None = None, tell: Callable[[str], None] = lambda line: None,
    ) -> dict[str, Any]:  # fmt: skip
        """Measure the promises of some engines (all where none is named), as `intermezzo check --json` prints them."""
        from intermezzo.check import check_engines

        return check_engines(
            self.registry, engines, device=self.device, data_dir=data_dir, quick=quick, only=only, pictures=pictures,
            tell=tell,
        )  # fmt: skip

    def engine_of(self, sketch: Sketch) -> str:
        """Return the engine that made a sketch or, where that is gone, the only one for sketches of this type."""
        if sketch.made.engine in self.registry.engines:
            return sketch.made.engine
        others = [m.id for m in self.registry.engines.values() if m.sketch == sketch.type.id and m.renderer]
        return others[0] if len(others) == 1 else self.registry.find(sketch.made.engine).id

    def _do(self, request: Request, on_progress: OnProgress | None) -> Result:
        if isinstance(self._runner, InlineRunner):
            return self._runner.run(request, on_progress)
        events: SimpleQueue[Event] = SimpleQueue()
        handle = self._runner.submit(request, events.put)
        try:
            while True:
                event = events.get()
                if isinstance(event, Done):
                    return event.result
                if isinstance(event, Failed):
                    event.error.add_note(event.report)
                    raise event.error
                if not isinstance(event, Progress):
                    raise Cancelled("The work was stopped.")
                if on_progress is not None:
                    on_progress(event)
        except BaseException:
            handle.cancel()
            raise


def sketch_of(stage: Stage, path: Path | str) -> Sketch:
    """Return the sketch of a stage that was read from a file; raises FileError if it has none."""
    if stage.sketch is None:
        raise FileError(f"{Path(path).name} holds no sketch. Convert its source first.")
    return stage.sketch


def medium_of(
    source: Source | Any, *wanted: str, part: str = ""
) -> Media:  # Any: whatever a script hands in is told what belongs
    """Return a source as one of the media that an engine wants, reading files where it names one.

    Where it wants several, the suffix of a file decides. ``part`` says which part of a score is read.

    Raises:
        FileError: if a file cannot be read as such.
    """
    if isinstance(source, (Text, Audio, Melody, Video, Image)):
        return source
    if isinstance(source, str) and "text" in wanted:
        return Text(source)
    if not isinstance(source, (str, Path)):
        raise FileError(
            f"A source is a text, a path, Text, Audio, Image, Melody or Video, not {type(source).__name__}."
        )
    path = Path(source)
    if "melody" in wanted:
        from intermezzo.storage.scores.formats import KNOWN_SUFFIXES, read_score

        if path.suffix.lower() in KNOWN_SUFFIXES or wanted == ("melody",):
            return read_score(path, part)
    if part:
        raise FileError(f"{path.name} is no score, so it has no parts. Leave --part out.")
    if "text" in wanted:
        from intermezzo.storage.pages import page_of
        from intermezzo.storage.scores.formats import SCORE_SUFFIXES

        if path.suffix.lower() in SCORE_SUFFIXES and path.is_file():
            raise FileError(f"{path.name} is a score and no text. `intermezzo analyse` makes a sketch of it.")
        return Text(page_of(_content(path), path.name))
    from intermezzo.storage.video_files import VIDEO_SUFFIXES, read_video

    if "video" in wanted and path.suffix.lower() in VIDEO_SUFFIXES:
        return read_video(path)
    from intermezzo.storage.film_files import FILMS_READ, read_film

    if "video" in wanted and path.suffix.lower() in FILMS_READ:
        film = read_film(path)
        if "image" not in wanted or len(film.frames) > 1:
            return film
    from intermezzo.storage.image_files import IMAGE_SUFFIXES, read_image

    if "image" in wanted and (path.suffix.lower() in IMAGE_SUFFIXES or wanted == ("image",)):
        return read_image(path)
    from intermezzo.storage.audio_files import read_audio

    return read_audio(path)


def read_text(path: Path) -> str:
    """Read a text file in UTF-8, or in UTF-16 where it says so.

    Raises:
        FileError: if it is missing, too large, or no text.
    """
    return text_of(_content(path), path.name)


def _content(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > _LONGEST_TEXT_BYTES:
            raise FileError(f"{path.name} is over 16 MB, too much text for one sketch. Take a part of it.")
        return path.read_bytes()
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise FileError(f"{path.name} cannot be read: {reason}. Check the name.") from None


def text_of(content: bytes, name: str) -> str:
    """Return bytes as text; raises FileError, naming ``name``, if they are none."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(f"{name} is no text in UTF-8. Save it as plain text in UTF-8.") from None
    if "\0" in text:
        raise FileError(f"{name} is no text. Choose a plain text file.")
    return text


def _sketch(result: Result) -> Sketch:
    if not isinstance(result, Sketch):
        raise EngineError("The engine returned no sketch. Its author can mend it.")
    return result
