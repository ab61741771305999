"""Trial: an engine says one word alone, to show which sounds a spelling gives, to refuse wrong ones and to be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from intermezzo.core.layers import Spans
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Audio, Text
from intermezzo.core.params import Value
from intermezzo.core.pronunciations import Entry, write_dictionary
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Request

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Sounds", "Trial", "sounds_of"]

Sounds = tuple[tuple[str, int], ...]
"""Label and length in frames of each sound of a word."""
_PRIORITY = 8


def sounds_of(spans: Spans, place: range | None = None) -> Sounds:
    """Return the sounds of governing spans, without pauses and what else is not spoken."""
    indices = range(spans.count) if place is None else place
    return tuple(
        (spans.labels[k], int(spans.stops[k] - spans.starts[k]))
        for k in indices if any(c.isalpha() for c in spans.labels[k])
    )  # fmt: skip


class Trial(QObject):
    """Asks the engine of the stage in view, or the first that takes pronunciations; a newer question replaces an older.

    Attributes:
        said: the `Sounds` of the word that was asked for last.
        refused: one line that says what is wrong with it.
        listened: it is heard now, or why not ("" where it is).
    """

    said = Signal(object)
    refused = Signal(str)
    listened = Signal(str)
    _came = Signal(int, object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._number = 0
        self._running: JobHandle | None = None
        self._sketch: Sketch | None = None
        self._params: dict[str, Value] = {}
        self._wants_sound = False
        self._came.connect(self._on_event)

    @property
    def manifest(self) -> EngineManifest | None:
        """The engine that is asked; None where none that is installed takes pronunciations."""
        now = self._workspace.manifest
        if now is not None and now.dictionary is not None:
            return now
        able = [m for m in self._workspace.registry.engines.values() if m.dictionary is not None]
        return next((m for m in able if not m.hidden), able[0] if able else None)

    @property
    def language(self) -> str:
        """The language that texts are read in now; the engine's first one where that is not known."""
        manifest = self.manifest
        if manifest is None or manifest.dictionary is None:
            return "en"
        return manifest.language_of(self._settings(manifest)) or next(iter(manifest.dictionary.choices), "en")

    def ask(self, text: str, entry: Entry | None, language: str = "") -> None:
        """Let a text be said, with an entry or as it is said now, by a voice that reads its language."""
        self.stop()
        manifest = self.manifest
        if manifest is None or manifest.dictionary is None:
            return
        params = self._settings(manifest, language)
        entries = (entry,) if entry is not None else self._workspace.wordbook.entries(self._workspace.project)
        known = [e for e in entries if e.word.casefold() == text.casefold()] if entry is None else entries
        self._params = {**params, manifest.dictionary.name: write_dictionary(known)}
        self._submit("convert", manifest, source=Text(text))

    def listen(self) -> None:
        """Let what was asked for last be heard, as soon as it is known."""
        self._wants_sound = True
        if self._sketch is not None and self._running is None:
            self._render()

    def stop(self) -> None:
        """Forget what was asked for."""
        if self._running is not None:
            self._running.cancel()
        self._running = self._sketch = None
        self._wants_sound = False
        self._number += 1

    def _settings(self, manifest: EngineManifest, language: str = "") -> dict[str, Value]:
        """Return the parameters of the stage in view, with another voice where its own reads another language."""
        stage = self._workspace.stage
        params = dict(stage.params) if stage is not None and stage.engine == manifest.id else {}
        reads = manifest.language_of(params)
        voice = next((p for p in manifest.params_of("convert") if p.languages), None)
        if language and reads and reads != language and voice is not None and language in voice.languages:
            params[voice.name] = voice.choices[voice.languages.index(language)]
        return params

    def _submit(self, kind: str, manifest: EngineManifest, source: Text | None = None) -> None:
        stage = self._workspace.stage
        self._number += 1
        number = self._number
        stages = ("convert",) if kind == "convert" else ("render",)
        names = {p.name for p in manifest.params_of(*stages)}
        request = Request(
            kind="convert" if kind == "convert" else "render", engine=manifest.id, source=source,
            sketch=None if kind == "convert" else self._sketch, seed=stage.seed if stage is not None else 1,
            params={k: v for k, v in self._params.items() if k in names}, priority=_PRIORITY,
        )  # fmt: skip
        self._running = self._workspace.host.submit(request, lambda event: self._came.emit(number, event))

    def _render(self) -> None:
        manifest = self.manifest
        if manifest is not None and manifest.renderer:
            self._submit("render", manifest)
        else:
            self._wants_sound = False
            self.listened.emit(self.tr("This engine makes no sound."))

    def _on_event(self, number: int, event: Event) -> None:
        if number != self._number or self._running is None or not isinstance(event, (Done, Failed)):
            return
        self._running = None
        if isinstance(event, Failed):
            self._wants_sound = False
            self.refused.emit(str(event.error))
        elif isinstance(event.result, Sketch) and event.result.governing is not None:
            self._sketch = event.result
            self.said.emit(sounds_of(event.result.governing))
            if self._wants_sound:
                self._render()
        elif isinstance(event.result, Audio):
            self._wants_sound = False
            self._workspace.deck.audition(event.result.samples[0], event.result.sample_rate)
            self.listened.emit(self._workspace.deck.reason or "")
