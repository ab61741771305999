"""What stands under the name of a take: where it differs from the others, its seed, or the words it is of."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from intermezzo.core.layers import Spans
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Text
from intermezzo.core.project import Stage
from intermezzo.core.sketch import Sketch
from intermezzo.core.take import Take
from intermezzo.core.take_settings import differing, is_of_source, setting_in_words, settings_of
from intermezzo.ui.timeline.beats import stretch_text

__all__ = ["note_of_take", "settings_in_words"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("TakesPanel", text)


def note_of_take(stage: Stage, take: Take, manifest: EngineManifest | None) -> str:
    """Return the line, the most telling first: it may be cut at its end."""
    if take.frames is not None:
        return _labels(take.sketch, *take.frames)
    parts = [settings_in_words(stage, take, manifest)] if manifest is not None else []
    if manifest is not None and take.converted_from and not is_of_source(stage, take, manifest):
        parts.append(_what_changed(stage, take, manifest))
    elif take.seed:
        parts.append(_tr("seed {0}").format(take.seed))
    return ", ".join(part for part in parts if part)


def settings_in_words(stage: Stage, take: Take, manifest: EngineManifest) -> str:
    """Return the settings in which takes differ, as this one has them: ``cathy, Speed 1.2×``."""
    own = settings_of(take.sketch.made.params, manifest)
    told = (setting_in_words(p, own[p.name]) for p in differing(stage, manifest))
    return ", ".join(words for words in told if words)


def _what_changed(stage: Stage, take: Take, manifest: EngineManifest) -> str:
    made = take.sketch.made
    if made.version != manifest.version:
        return _tr("older engine")
    spoken = [p for p in manifest.params_of("convert") if p.kind == "dictionary"]
    if any(made.params.get(p.name, p.default) != stage.params.get(p.name, p.default) for p in spoken):
        return _tr("other settings")
    return _tr("earlier text") if isinstance(stage.source, Text) else _tr("earlier source")


def _labels(sketch: Sketch, start: int, stop: int) -> str:
    """Return the words on a stretch, or its spans where there are no words."""
    if sketch.bars is not None:
        return stretch_text(sketch, start, stop)
    spans = [x for x in sketch.layers.values() if isinstance(x, Spans)]
    for layer in sorted(spans, key=lambda x: x is sketch.governing):
        inside = layer.labels[layer.inside(start + 1, stop - 1)]
        if inside:
            return " ".join(inside)
    return f"{start * sketch.type.hop_s:.2f} s"
