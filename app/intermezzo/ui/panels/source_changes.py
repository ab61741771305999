"""What has changed since a sketch was made from its source, in few words: "3 words changed", "Voice changed"."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from intermezzo.core.edits.align import align
from intermezzo.core.edits.words import plain
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Text
from intermezzo.core.project import Stage
from intermezzo.ui.wording import counted

__all__ = ["SourceChanges", "words_changed"]

_MOST_PAIRS = 40_000  # of words that are compared while somebody types; more are "changed"


def words_changed(old: str, new: str) -> int | None:
    """Return how many words were put in, taken out or replaced; None where they are too many to compare at once."""
    before, after = old.split(), new.split()
    shorter = min(len(before), len(after))
    head = next((k for k in range(shorter) if before[k] != after[k]), shorter)
    tail = next((k for k in range(shorter - head) if before[-1 - k] != after[-1 - k]), shorter - head)
    rows = [[plain(word) for word in row[head : len(row) - tail]] for row in (before, after)]
    if len(rows[0]) * len(rows[1]) > _MOST_PAIRS:
        return None
    return max(len(row) for row in rows) - len(align(rows[0], rows[1]).same)


class SourceChanges:
    """Remembers the last comparison, for the panel asks after every change of the project."""

    def __init__(self) -> None:
        self._known: tuple[str, str, int | None] = ("", "", 0)

    def line(self, stage: Stage, manifest: EngineManifest) -> str:
        """Return what is other than when the sketch of a stage was made."""
        made = stage.sketch.made if stage.sketch is not None else None
        parts: list[str] = []
        if isinstance(stage.source, Text) and stage.converted_text:
            n = self._words(stage.converted_text, stage.source.text)
            if n:
                parts.append(counted(n, _tr("1 word changed"), _tr("{0} words changed")))
            elif n is None or stage.source.text != stage.converted_text:
                parts.append(_tr("text changed"))
        if made is not None and made.engine == stage.engine:
            kind = "convert" if isinstance(stage.source, Text) else "analyse"
            others = [
                param.title for param in manifest.params_of(kind)
                if made.params.get(param.name, param.default) != stage.params.get(param.name, param.default)
            ]  # fmt: skip
            if others:
                parts.append(_tr("{0} changed").format(", ".join(others)))
            if made.version != manifest.version:
                parts.append(_tr("made by version {0}, now {1}").format(made.version, manifest.version))
        return ", ".join(parts) or _tr("changed")

    def _words(self, old: str, new: str) -> int | None:
        if self._known[:2] != (old, new):
            self._known = old, new, words_changed(old, new)
        return self._known[2]


def _tr(text: str) -> str:
    return QCoreApplication.translate("SourceChanges", text)
