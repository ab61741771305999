"""Project: the frozen document a person works on, a chain of stages from source to sketch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from intermezzo.core import fingerprint
from intermezzo.core.dropped import Dropped
from intermezzo.core.errors import EditError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Image, Media, Melody, Text, Video
from intermezzo.core.params import Value
from intermezzo.core.pronunciations import Entry, concerning, write_dictionary
from intermezzo.core.sketch import Sketch
from intermezzo.core.take import Part, Take, followed

__all__ = ["Project", "Stage", "as_read", "pronunciations_for", "read_like", "source_key"]


@dataclass(frozen=True, eq=False)
class Stage:
    """One source -> sketch -> output. ``converted_from`` is the `source_key` its sketch was made from.

    ``id`` is unique in the project; ``linked_to`` names the stage whose output or text is the source (None: own
    source), and ``sent`` is the fingerprint (sent.py) of what that stage gave then ("": not known).
    ``converted_text`` is the text it was made from ("": no text, or not known). ``source_name`` is the file a recording
    came from; ``dropped`` are the edits that conversions could not keep, until somebody brings them back or lets go.
    ``takes`` are what the converter said so far, in order of their numbers; ``comp`` says which of them each stretch of
    the sketch came from, where that is known.
    """

    id: str
    engine: str
    source: Media | None = None
    params: Mapping[str, Value] = field(default_factory=dict)
    seed: int = 1
    sketch: Sketch | None = None
    converted_from: str = ""
    linked_to: str | None = None
    source_name: str = ""
    dropped: tuple[Dropped, ...] = ()
    takes: tuple[Take, ...] = ()
    comp: tuple[Part, ...] = ()
    converted_text: str = ""
    sent: str = ""

    def __post_init__(self) -> None:
        if self.linked_to is None:
            object.__setattr__(self, "sent", "")
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def is_stale(self, manifest: EngineManifest) -> bool:
        """Tell whether the sketch was made from another source, engine, seed or parameters than stand here now."""
        return self.sketch is not None and self.converted_from != source_key(self, manifest)


@dataclass(frozen=True, eq=False)
class Project:
    """The stages of a work and its title; every edit makes a new one that shares all else.

    ``pronunciations`` say how words are read in this project; they win over those of the person's own dictionary.
    """

    title: str = "Untitled"
    stages: tuple[Stage, ...] = ()
    view: Mapping[str, Any] = field(default_factory=dict)
    pronunciations: tuple[Entry, ...] = ()

    def stage(self, stage_id: str) -> Stage:
        """Return a stage by id; raises EditError if it is gone."""
        found = next((s for s in self.stages if s.id == stage_id), None)
        if found is None:
            raise EditError("This stage is no longer in the project.")
        return found

    def with_stage(self, stage: Stage) -> Project:
        """Return the project with a stage replaced, or appended if its id is new.

        Where its sketch has another time axis now, its comp follows, unless it was replaced, too.
        """
        before = next((s for s in self.stages if s.id == stage.id), None)
        if before is not None:
            if stage.comp and stage.comp is before.comp and before.sketch is not stage.sketch:
                has_both = before.sketch is not None and stage.sketch is not None
                comp = followed(stage.comp, before.sketch, stage.sketch) if has_both else ()  # type: ignore[arg-type]
                stage = replace(stage, comp=comp) if comp != stage.comp else stage
            return replace(self, stages=tuple(stage if s.id == stage.id else s for s in self.stages))
        return replace(self, stages=(*self.stages, stage))

    def with_sketch(self, stage_id: str, sketch: Sketch) -> Project:
        """Return the project with the sketch of one stage replaced."""
        return self.with_stage(replace(self.stage(stage_id), sketch=sketch))


def pronunciations_for(stage: Stage, manifest: EngineManifest, entries: Iterable[Entry]) -> str:
    """Return those of the entries that concern the text of a stage, as the lines that its engine takes.

    Nothing where its source is no text or its engine takes no pronunciations.
    """
    param = manifest.dictionary
    if param is None or not isinstance(stage.source, Text):
        return ""
    language = manifest.language_of(stage.params)
    languages = (language,) if language else param.choices
    spoken = [entry for entry in entries if not languages or entry.language in languages]
    return write_dictionary(concerning(spoken, stage.source.text)) if spoken else ""


def as_read(stage: Stage, manifest: EngineManifest, lines: str) -> Stage:
    """Return the stage with these lines of pronunciations for its engine; the stage itself where they are there."""
    param = manifest.dictionary
    if param is None or stage.params.get(param.name, "") == lines:
        return stage
    others = {name: value for name, value in stage.params.items() if name != param.name}
    return replace(stage, params={**others, param.name: lines} if lines else others)


def read_like(stage: Stage, other: Stage, manifest: EngineManifest) -> Stage:
    """Return a stage with the pronunciations that another one had for its engine."""
    param = manifest.dictionary
    return stage if param is None else as_read(stage, manifest, str(other.params.get(param.name, "")))


def source_key(stage: Stage, manifest: EngineManifest) -> str:
    """Return the fingerprint of everything that a conversion depends on; a default counts as not set at all."""
    source: Any = None
    if isinstance(stage.source, Text):
        source = stage.source.text
    elif isinstance(stage.source, Audio):
        source = [fingerprint.of_array(stage.source.samples), stage.source.sample_rate]
    elif isinstance(stage.source, Melody):
        tune = stage.source
        said = (tune.lyrics, tune.verses, tune.n_frames, tune.tempi, tune.metres, tune.keys, tune.chords, tune.sections)
        source = [fingerprint.of_array(tune.notes), *said, tune.pickup, tune.title, tune.language]
    elif isinstance(stage.source, Video):
        source = [fingerprint.of_array(stage.source.frames), stage.source.frames_per_s]
    elif isinstance(stage.source, Image):
        source = fingerprint.of_array(stage.source.pixels)
        if stage.source.tokens is not None:
            source = [source, fingerprint.of_array(stage.source.tokens.codes), stage.source.tokens.codebook]
    defaults = {p.name: p.default for p in manifest.params_of("convert", "analyse")}
    params = {k: v for k, v in stage.params.items() if k in defaults and v != defaults[k]}
    return fingerprint.of_value([manifest.key, source, params, stage.seed])
