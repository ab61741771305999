"""The alternatives of what is selected: which there are, and taking one of them by hand."""

from __future__ import annotations

from itertools import count
from typing import Final

from PySide6.QtCore import QCoreApplication

from intermezzo.core.edits import spans
from intermezzo.core.layers import Alternatives, Mark, Spans
from intermezzo.core.sketch import Sketch
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline.span_text import music_label
from intermezzo.ui.workspace import Workspace

__all__ = ["can_pick", "pick", "pick_number", "relabel", "thought_of"]

_STEPS: Final = count()


def thought_of(sketch: Sketch | None, selection: Selection) -> tuple[Spans, int, Alternatives] | None:
    """Return the one span that is selected, its index and what the engine thought of for it; None for no such."""
    layer = sketch.layers.get(selection.layer or "") if sketch is not None else None
    k = selection.element
    if not isinstance(layer, Spans) or k is None or not layer.alternatives_at(k):
        return None
    return layer, k, layer.alternatives_at(k)


def can_pick(workspace: Workspace) -> bool:
    """Tell whether a hand may take another alternative of what is selected."""
    found = thought_of(workspace.sketch, workspace.selection)
    if found is None:
        return False
    layer, k, _ = found
    return workspace.may_edit(layer.spec.name, "labels") and not layer.origin[k] & int(Mark.LOCKED)


def pick(workspace: Workspace, label: str) -> bool:
    """Give the selected span one of its alternatives, as one step of the history; tell whether it took it."""
    found = thought_of(workspace.sketch, workspace.selection)
    if found is None or not workspace.may_edit(found[0].spec.name, "labels"):
        return False
    layer, k, _ = found
    return layer.labels[k] != label and relabel(workspace, layer, k, label)


def pick_number(workspace: Workspace, number: int) -> bool:
    """Do `pick` with the alternative of a number, 1 for the likeliest; tell whether there was any to pick from."""
    found = thought_of(workspace.sketch, workspace.selection)
    if found is None:
        return False
    if number <= len(found[2]):
        pick(workspace, found[2][number - 1][0])
    return True


def relabel(workspace: Workspace, layer: Spans, index: int, label: str) -> bool:
    """Give a span another label; where it makes the time axis, what it governs is predicted anew in the same step."""
    name, beats = layer.spec.name, workspace.sketch.type.beats if workspace.sketch is not None else None
    old, new = (music_label(text, layer, beats) for text in (layer.labels[index], label))
    text = QCoreApplication.translate("alternatives", "{0} becomes {1}").format(old, new)
    key = f"relabel {name} {next(_STEPS)}"
    if not workspace.edit(text, lambda s: spans.choose(s, name, index, label), merge_key=key, icon="text-aa"):
        return False
    if layer.spec.governs:
        start, stop = int(layer.starts[index]), int(layer.stops[index])
        workspace.conversions.resample(start, stop, label=text, merge_key=key)
    return True
