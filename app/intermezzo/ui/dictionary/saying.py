"""Saying: the word that is to be said otherwise, where it stands, and how: only here, in this project, or always."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject

from intermezzo.core.edits.saying import said_as, sounds_between
from intermezzo.core.layers import Spans
from intermezzo.core.pronunciations import Entry, with_entry, without_entry
from intermezzo.core.sketch import Sketch
from intermezzo.ui.dictionary.trial import Sounds, sounds_of
from intermezzo.ui.panels.edited_words import source_spans

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Place", "Saying", "language_name", "word_in"]

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True)
class Place:
    """A word, and where it stands: element ``index`` of the spans ``layer`` of the sketch, -1 where it is not in it."""

    word: str
    layer: str = ""
    index: int = -1


def word_in(text: str, at: int = 0) -> tuple[int, int]:
    """Return the characters of the word at a place of a text, or of the next one in its line; (at, at) for none."""
    for match in _WORD.finditer(text, max(text.rfind(" ", 0, at), text.rfind("\n", 0, at), 0)):
        if match.end() >= at:
            return match.span()
    return at, at


def language_name(code: str) -> str:
    """Return the name of a language in words; the code where Qt knows none."""
    found = QLocale(code)
    return code if found.language() == QLocale.Language.C else QLocale.languageToString(found.language())


class Saying(QObject):
    """Reads the workspace and changes it; each change of the project is one named step."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._gestures = count()

    def can(self) -> bool:
        """Tell whether the engine in view takes pronunciations."""
        manifest = self._workspace.manifest
        return manifest is not None and manifest.dictionary is not None

    def place_of(self, layer: str, index: int) -> Place | None:
        """Return the word that an element of spans is; None where it is none, or the engine takes no pronunciations."""
        spans = self._spans(layer)
        if not self.can() or spans is None or not 0 <= index < spans.count:
            return None
        if spans.spec.governs or spans.spec.symbols or spans.source is None:
            return None
        first, last = word_in(spans.labels[index])
        return Place(spans.labels[index][first:last], layer, index) if last > first else None

    def place_in_text(self, text: str, at: int) -> Place | None:
        """Return the word at a place of the source, with its element in the sketch where it stands there."""
        first, last = word_in(text, at)
        if not self.can() or last <= first:
            return None
        sketch = self._workspace.sketch
        spans = source_spans(sketch) if sketch is not None else None
        if spans is not None and spans.source is not None:
            for k, (a, b) in enumerate(spans.source.tolist()):
                if a <= first < b and (place := self.place_of(spans.spec.name, k)) is not None:
                    return place if place.word == text[first:last] else Place(text[first:last])
        return Place(text[first:last])

    def sounds_at(self, place: Place) -> Sounds:
        """Return how a word is said in the sketch; nothing where it is not in it."""
        sketch, spans = self._workspace.sketch, self._spans(place.layer)
        if sketch is None or sketch.governing is None or spans is None or not 0 <= place.index < spans.count:
            return ()
        start, stop = int(spans.starts[place.index]), int(spans.stops[place.index])
        return sounds_of(sketch.governing, sounds_between(sketch, start, stop))

    def entry_for(self, word: str, language: str) -> Entry | None:
        """Return what is said of a word now, by the project or else by the person."""
        wanted = Entry(word, language, "x").key if _WORD.fullmatch(word) else None
        entries = self._workspace.wordbook.entries(self._workspace.project)
        return next((entry for entry in entries if entry.key == wanted), None)

    def why_not_here(self, place: Place) -> str:
        """Say why a word cannot be said otherwise in its one place; empty where it can."""
        sketch, spans = self._workspace.sketch, self._spans(place.layer)
        if sketch is None or sketch.governing is None or spans is None or not 0 <= place.index < spans.count:
            return self.tr("The word is not in the sketch yet; convert it first.")
        return self._workspace.why_not(sketch.governing.spec.name, "labels")

    # What is done

    def only_here(self, place: Place, sounds: Sounds) -> bool:
        """Give the word in the sketch these sounds, and let the engine predict what lies on them."""
        workspace, spans = self._workspace, self._spans(place.layer)
        reason = self.why_not_here(place)
        if reason or spans is None:
            workspace.tell("warn", reason)
            return False
        start, stop = int(spans.starts[place.index]), int(spans.stops[place.index])
        label = self.tr("Say {0} differently here").format(place.word)
        key = f"say {place.layer} {next(self._gestures)}"
        now = [start, stop]

        def put(sketch: Sketch) -> Sketch:
            result, now[0], now[1] = said_as(sketch, start, stop, sounds)
            return result

        if not workspace.edit(label, put, merge_key=key, icon="text-aa"):
            return False
        workspace.conversions.resample(now[0], now[1], label=label, merge_key=key)
        return True

    def in_project(self, entry: Entry) -> None:
        """Say the word so in this project."""
        self._workspace.change(
            self.tr("Say {0} differently").format(entry.word),
            lambda p: replace(p, pronunciations=with_entry(p.pronunciations, entry)), icon="text-aa",
        )  # fmt: skip

    def always(self, entry: Entry) -> None:
        """Say the word so wherever nothing else is said of it; this project says nothing else of it any more."""
        own = self._workspace.project.pronunciations
        if any(other.key == entry.key for other in own):
            self.forget_in_project(entry)
        self._workspace.wordbook.put(entry)
        line = self.tr("{0} is said so in all your projects now; Edit > Pronunciations lists it.")
        self._workspace.tell("info", line.format(entry.word))

    def forget_in_project(self, entry: Entry) -> None:
        """Let this project say nothing of a word."""
        self._workspace.change(
            self.tr("Forget how {0} is said").format(entry.word),
            lambda p: replace(p, pronunciations=without_entry(p.pronunciations, entry)), icon="trash",
        )  # fmt: skip

    def _spans(self, layer: str) -> Spans | None:
        sketch = self._workspace.sketch
        found = sketch.layers.get(layer) if sketch is not None else None
        return found if isinstance(found, Spans) else None
