"""Rewording: other words in the place of some, typed at a word of the sketch; the text of the source changes with them.

One undo step takes back sketch and text together. The engine pronounces the new words and predicts their stretch;
everything before stays as it is, everything after only moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from intermezzo.core.chain import with_own_source
from intermezzo.core.edits.splice import text_range
from intermezzo.core.layers import Spans
from intermezzo.core.media import Text
from intermezzo.core.params import Value
from intermezzo.core.project import Project, Stage, source_key
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Request
from intermezzo.ui.selection import Selection

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["Rewording", "text_of", "word_selected"]


def text_of(workspace: Workspace) -> str | None:
    """Return the text that the sketch in view says: the source itself, or what is said in a recording."""
    stage, manifest = workspace.stage, workspace.manifest
    if stage is None:
        return None
    if isinstance(stage.source, Text):
        return stage.source.text
    if manifest is not None and manifest.transcript is not None:
        found = stage.params.get(manifest.transcript.name, "")
        return found if isinstance(found, str) and found.strip() else None
    return None


def word_selected(sketch: Sketch | None, selection: Selection) -> tuple[Spans, int] | None:
    """Return the word that is selected: one element of spans that are linked to the text and follow from others."""
    layer = sketch.layers.get(selection.layer or "") if sketch else None
    if not isinstance(layer, Spans) or layer.spec.governs or layer.spec.symbols or layer.source is None:
        return None
    element = selection.element
    return (layer, element) if element is not None and element < layer.count else None


class Rewording(QObject):
    """Says words anew through the engine of the stage in view.

    Attributes:
        differently: layer and index of a word whose sounds a person wants to choose.
    """

    differently = Signal(str, int)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def can(self, layer: str) -> bool:
        """Tell whether the words of a layer can be typed anew."""
        workspace = self._workspace
        spans = workspace.sketch.layers.get(layer) if workspace.sketch else None
        if not isinstance(spans, Spans) or spans.spec.governs or spans.spec.symbols or spans.source is None:
            return False
        return bool(workspace.manifest and workspace.manifest.rewords)

    def can_choose(self, layer: str) -> bool:
        """Tell whether the words of a layer can be given other sounds: its engine takes pronunciations."""
        workspace = self._workspace
        spans = workspace.sketch.layers.get(layer) if workspace.sketch else None
        if not isinstance(spans, Spans) or spans.spec.governs or spans.spec.symbols or spans.source is None:
            return False
        return workspace.manifest is not None and workspace.manifest.dictionary is not None

    def say_anew(self, layer: str, index: int) -> None:
        """Predict a word again as it stands, with another seed."""
        workspace = self._workspace
        stage, spans = workspace.stage, workspace.sketch.layers.get(layer) if workspace.sketch else None
        if stage is None or not isinstance(spans, Spans) or index >= spans.count:
            return
        seed = stage.seed + workspace.history.position + 1
        workspace.conversions.resample(
            int(spans.starts[index]), int(spans.stops[index]), seed=seed,
            label=self.tr("Say {0} anew").format(spans.labels[index]),
        )  # fmt: skip

    def reword(self, layer: str, index: int, text: str) -> None:
        """Say another text in the place of one word; an empty one takes the word out."""
        workspace = self._workspace
        stage, manifest, sketch = workspace.stage, workspace.manifest, workspace.sketch
        spans = sketch.layers.get(layer) if sketch else None
        if stage is None or manifest is None or sketch is None or not isinstance(spans, Spans) or not self.can(layer):
            workspace.tell("warn", self.tr("This engine cannot say other words here."))
            return
        if index >= spans.count or spans.labels[index] == text:
            return
        names = {p.name for p in manifest.params_of("convert")}
        said = workspace.as_read(replace(stage, id="", source=Text(text)))
        params: dict[str, Value] = {k: v for k, v in said.params.items() if k in names}
        window = int(spans.starts[index]), int(spans.stops[index])
        request = Request(
            kind="reword", engine=stage.engine, params=params, seed=stage.seed, source=Text(text), sketch=sketch,
            window=window, priority=8,
        )  # fmt: skip
        old = spans.labels[index]
        label = self.tr("{0} becomes {1}").format(old, text) if text.strip() else self.tr("Take {0} out").format(old)

        def finish(result: Sketch) -> None:
            if workspace.stage is None or workspace.stage.id != stage.id:
                return  # another stage is in view now
            if workspace.sketch is not sketch:
                workspace.tell("warn", self.tr("The sketch was changed meanwhile; try again."))
                return
            place = text_range(spans, index, index + 1)
            workspace.change(label, lambda p: self._with(p, stage.id, result, place, text), icon="text-aa")
            words = result.layers.get(layer)
            if isinstance(words, Spans) and text.strip() and index < words.count:
                start, stop = int(words.starts[index]), int(words.stops[index])
                workspace.select(Selection(layer, start, stop, element=index))

        workspace.conversions.run(request, self.tr("Saying it anew"), finish)

    def _with(
        self, project: Project, stage_id: str, sketch: Sketch, place: tuple[int, int] | None, new: str
    ) -> Project:
        stage = project.stage(stage_id)
        manifest = self._workspace.registry.engines[stage.engine]
        was_fresh = not self._workspace.as_read(stage).is_stale(manifest)
        changed = replace(stage, sketch=sketch)
        if place is not None:
            changed = _reworded(changed, manifest.transcript.name if manifest.transcript else "", place, new)
        # The sketch says what the text says now, so it is as fresh as it was.
        if was_fresh:
            changed = self._workspace.as_read(changed)
            changed = replace(changed, converted_from=source_key(changed, manifest))
        return project.with_stage(changed)


def _reworded(stage: Stage, param: str, place: tuple[int, int], new: str) -> Stage:
    first, last = place

    def put(text: str) -> str:
        return text[:first] + new + text[last:]

    if isinstance(stage.source, Text):
        return with_own_source(stage, Text(put(stage.source.text)))
    text = stage.params.get(param)
    if not isinstance(text, str):
        return stage
    params: Mapping[str, Value] = {**stage.params, param: put(text)}
    return replace(stage, params=params)
