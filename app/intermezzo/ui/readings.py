"""Readings: what a selection measures, one figure for each layer, and how a typed figure becomes an edit.

Knows layer kinds, never tasks. All functions are pure, so the inspector only shows what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from intermezzo.core.edits import curves, matrices, spans
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Curve, Layer, Mark, Matrix, Notes, Region, Spans, strongest
from intermezzo.core.music.harmony import key_at
from intermezzo.core.sketch import Sketch
from intermezzo.ui.music_text import signed_label
from intermezzo.ui.note_readings import chosen_notes, note_figures, notes_title, with_note_figure
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline.beats import stretch_text
from intermezzo.ui.timeline.span_text import shown_label

__all__ = [
    "LENGTH",
    "Reading",
    "applied",
    "chosen",
    "context_of",
    "origin_of",
    "readings_of",
    "sureness_of",
    "title_of",
    "words_on",
]

LENGTH = "length"
_MAX_LABELS = 7
_NAMELESS = {"?", "·"}  # unknown sounds and pauses: times say more
_MAX_ROWS = 6000  # rows of a matrix that are averaged at once; longer selections show a dash


@dataclass(frozen=True)
class Reading:
    """One figure: ``name`` a layer (of notes with the figure: "notes.pitch") or `LENGTH`.

    Range, step and decimals are in ``unit``; the caption says where it comes from.
    """

    name: str
    title: str
    value: float | None
    caption: str
    origin: str
    low: float
    high: float
    step: float
    decimals: int
    unit: str
    editable: bool


def chosen(sketch: Sketch, selection: Selection) -> range:
    """Return the indices of the governing spans that a selection holds; those that it only touches at the rim not."""
    spans_ = sketch.governing
    if spans_ is None or not selection:
        return range(0)
    if selection.element is not None and selection.layer == spans_.spec.name:
        return range(selection.element, min(selection.element + 1, spans_.count))
    touched = range(*spans_.inside(selection.start, selection.stop).indices(spans_.count))
    starts, stops = spans_.starts, spans_.stops
    middles = [k for k in touched if selection.start <= (int(starts[k]) + int(stops[k])) / 2 < selection.stop]
    return range(middles[0], middles[-1] + 1) if middles else touched


def title_of(sketch: Sketch, selection: Selection) -> str:
    """Return what is selected in a few characters: the labels of its elements, or the times where there are none."""
    layer = sketch.layers.get(selection.layer or "")
    picked_notes = chosen_notes(sketch, selection)
    if picked_notes is not None and picked_notes[1]:
        return notes_title(sketch, *picked_notes)
    if isinstance(layer, Spans) and selection.element is not None and selection.element < layer.count:
        return shown_label(sketch, layer, selection.element)
    if sketch.type.beats is not None:
        return stretch_text(sketch, selection.start, selection.stop)
    governing = sketch.governing
    picked = chosen(sketch, selection)
    labels = [] if governing is None else [governing.labels[k] for k in picked]
    if set(labels) <= _NAMELESS:
        hop_s = sketch.type.hop_s
        return f"{selection.start * hop_s:.2f} to {selection.stop * hop_s:.2f} s"
    return " ".join(labels[:_MAX_LABELS]) + (" …" if len(labels) > _MAX_LABELS else "")


def words_on(sketch: Sketch, selection: Selection) -> str:
    """Return the words that a selection holds whole, where it does; else what `title_of` says."""
    if sketch.type.beats is not None:
        return stretch_text(sketch, selection.start, selection.stop)
    for layer in sketch.layers.values():
        if isinstance(layer, Spans) and layer is not sketch.governing:
            inside = range(*layer.inside(selection.start, selection.stop).indices(layer.count))
            whole = [k for k in inside if layer.starts[k] >= selection.start and layer.stops[k] <= selection.stop]
            if whole and len(whole) == len(inside):
                return " ".join(layer.labels[k] for k in whole[:4]) + (" …" if len(whole) > 4 else "")
    return title_of(sketch, selection)


def context_of(sketch: Sketch, selection: Selection) -> str:
    """Return the labels of other spans around the selection, for example its word; "" where there are none.

    In a sketch in beats: its bars, for a chord its key.
    """
    if sketch.type.beats is not None:
        key = key_at(sketch, selection.start)
        is_chord = bool(selection.layer) and selection.layer == sketch.type.beats.chords
        return signed_label(key.name) if is_chord and key is not None else stretch_text(
            sketch, selection.start, selection.stop
        )  # fmt: skip
    for layer in sketch.layers.values():
        if isinstance(layer, Spans) and layer is not sketch.governing and layer.spec.name != selection.layer:
            inside = range(*layer.inside(selection.start, selection.stop).indices(layer.count))
            if len(inside):
                words = [layer.labels[k] for k in inside]
                return " ".join(words[:4]) + (" …" if len(words) > 4 else "")
    return ""


def _only(sketch: Sketch, selection: Selection) -> str | None:
    """Return the one layer that is selected; None for all of them, and for what is no layer (the output)."""
    return selection.layer if selection.layer in sketch.layers else None


def _region(layer: Layer, selection: Selection) -> Region:
    banded = isinstance(layer, Matrix) and selection.layer == layer.spec.name
    return Region(
        selection.start, selection.stop, selection.low if banded else None, selection.high if banded else None
    )


def origin_of(sketch: Sketch, selection: Selection) -> str:
    """Return the strongest origin in a selection: 'locked', 'edited', 'analysed' or 'predicted'."""
    found, only = 0, _only(sketch, selection)
    picked_notes = chosen_notes(sketch, selection)
    if picked_notes is not None and only is not None:
        return strongest(int(np.bitwise_or.reduce(picked_notes[0].origin[picked_notes[1]])) if picked_notes[1] else 0)
    layer = sketch.layers.get(only or "")
    if isinstance(layer, Spans) and sketch.governing is None and selection.element is not None:
        return strongest(int(layer.origin[selection.element]))
    if isinstance(sketch.layers.get(only or ""), Spans):
        only = None  # a word or a phone is as edited as the most edited thing that sounds in it
    for name, layer in sketch.layers.items():
        if layer.timed and only in (None, name):
            if isinstance(layer, Matrix) and selection.stop - selection.start > _MAX_ROWS:
                continue
            if isinstance(layer, Spans) and layer is sketch.governing:
                marks = layer.origin[list(chosen(sketch, selection))]
            else:
                marks = layer.marks(_region(layer, selection))
            found |= int(np.bitwise_or.reduce(marks, axis=None)) if marks.size else 0
    return strongest(found)


def sureness_of(sketch: Sketch, selection: Selection) -> float | None:
    """Return how sure the engine is of the selected elements, 0 to 1; None where it does not say."""
    governing = sketch.governing
    picked = list(chosen(sketch, selection))
    layer, notes = sketch.layers.get(selection.layer or ""), chosen_notes(sketch, selection)
    if notes is not None and notes[0].score is not None and notes[1]:
        return float(np.mean(notes[0].score[notes[1]]))
    if governing is None and isinstance(layer, Spans) and layer.score is not None and selection.element is not None:
        return float(layer.score[selection.element])
    if governing is None or governing.score is None or not picked:
        return None
    return float(np.mean(governing.score[picked]))


def readings_of(sketch: Sketch, selection: Selection) -> list[Reading]:
    """Return the figures of a selection: its length first, then each curve and matrix that it covers."""
    found = []
    governing = sketch.governing
    picked = list(chosen(sketch, selection))
    only = _only(sketch, selection)
    whole = only is None or isinstance(sketch.layers[only], Spans)
    if governing is not None and picked and whole:
        found.append(_length(governing, picked))
    notes = chosen_notes(sketch, selection)
    if notes is not None and notes[1]:
        found += _of_notes(sketch, *notes)
    for name, layer in sketch.layers.items():
        if whole or only == name:
            if isinstance(layer, Curve):
                found.append(_of_curve(layer, selection))
            elif isinstance(layer, Matrix):
                found.append(_of_matrix(layer, selection))
    return found


def _of_notes(sketch: Sketch, notes: Notes, at: list[int]) -> list[Reading]:
    spec = notes.spec
    length = ("Length", 0.01, 64.0, 0.25, 2, "beats") if sketch.type.beats else ("Length", 1.0, 60_000.0, 10.0, 0, "ms")
    fields = {
        "pitch": ("Pitch", float(spec.low), float(spec.high), 1.0, 0, ""), "length": length,
        "velocity": ("Velocity", 1.0, 127.0, 1.0, 0, ""),
    }  # fmt: skip
    found = []
    for name, (value, caption, state) in note_figures(sketch, notes, at).items():
        title, low, high, step, decimals, unit = fields[name]
        found.append(Reading(
            f"{spec.name}.{name}", title, value, caption, state, low, high, step, decimals, unit,
            spec.editable and state != "locked",
        ))  # fmt: skip
    return found


def _length(layer: Spans, picked: list[int]) -> Reading:
    ms = layer.hop_s * 1000
    value = float((layer.stops[picked] - layer.starts[picked]).sum()) * ms
    base = float(layer.base_frames[picked].sum()) * ms
    differs = abs(value - base) > 0.5
    state = strongest(int(np.bitwise_or.reduce(layer.origin[picked])))
    least = layer.spec.min_frames * ms * len(picked)
    caption = f"predicted {base:.0f}" if differs else "locked" if state == "locked" else _machine(layer.origin[picked])
    return Reading(
        LENGTH, "Duration", value, caption, "edited" if differs and state != "locked" else _unless(state, differs),
        max(least, 1.0), max(20 * value, 60_000.0), ms, 0, "ms", layer.spec.editable and state != "locked",
    )  # fmt: skip


def _unless(state: str, differs: bool) -> str:
    return state if differs or state != "edited" else "predicted"


def _machine(marks: np.typing.NDArray[np.uint8]) -> str:
    return "analysed" if marks.size and int(np.bitwise_or.reduce(marks)) & Mark.ANALYSED else "predicted"


def _of_curve(curve: Curve, selection: Selection) -> Reading:
    spec = curve.spec
    at = slice(max(selection.start, 0), selection.stop)
    shown, base = spec.to_display(curve.values[at]), spec.to_display(curve.base[at])
    there = ~np.isnan(shown)
    value = float(spec.from_display(np.array([shown[there].mean()]))[0]) if there.any() else None
    marks = curve.origin[at]
    state = strongest(int(np.bitwise_or.reduce(marks))) if marks.size else "predicted"
    caption = _machine(marks) if state != "locked" else "locked"
    both = there & ~np.isnan(base)
    if state == "edited" and both.any():
        unit = "st" if spec.scale == "log" else spec.unit
        caption = f"{_signed(float((shown - base)[both].mean()), 1)}\u2009{unit}"
    if value is None:
        caption = "no value here"
    return Reading(
        spec.name, spec.title, value, caption, state, spec.low, spec.high, spec.step,
        0 if spec.scale == "log" else 1, spec.unit, spec.editable and state != "locked" and value is not None,
    )  # fmt: skip


def _of_matrix(matrix: Matrix, selection: Selection) -> Reading:
    spec = matrix.spec
    region = _region(matrix, selection)
    start, stop = max(region.start, 0), min(region.stop, len(matrix))
    value, caption, state = None, "select less for a mean", "predicted"
    if 0 < stop - start <= _MAX_ROWS:
        paint = matrix.paint.window(start, stop)[:, region.low : region.high]
        value = float(matrix.window(start, stop)[:, region.low : region.high].mean())
        state = strongest(
            int(np.bitwise_or.reduce(matrix.marks(Region(start, stop, region.low, region.high)), axis=None))
        )
        caption = {"edited": f"{_signed(float(paint.mean()), 1)}\u2009{spec.unit}"}.get(state, state)
    return Reading(
        spec.name, spec.title, value, caption, state, spec.low, spec.high, 1.0, 1, spec.unit,
        spec.editable and state != "locked" and value is not None,
    )  # fmt: skip


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(value):.{decimals}f}"
    return f"{'+' if value >= 0 else '−'}{text}"


def applied(sketch: Sketch, selection: Selection, name: str, value: float) -> Sketch:
    """Return the sketch in which the figure ``name`` of a selection has the value that was typed.

    A curve or matrix is moved as a whole so that its mean becomes the value; lengths are scaled alike.

    Raises:
        EditError: if the layer cannot be edited here.
    """
    if name == LENGTH:
        return _with_length(sketch, list(chosen(sketch, selection)), value)
    notes, (owner, _, figure) = chosen_notes(sketch, selection), name.partition(".")
    if notes is not None and figure and owner == notes[0].spec.name:
        return with_note_figure(sketch, *notes, figure, value)
    layer = sketch.layers.get(name)
    if isinstance(layer, Curve):
        now = _of_curve(layer, selection).value
        if now is None:
            raise EditError(f"{layer.spec.title} has no value here; draw one first.")
        pair = layer.spec.to_display(np.array([now, value]))
        return curves.shift(sketch, name, selection.start, selection.stop, float(pair[1] - pair[0]))
    if isinstance(layer, Matrix):
        region = _region(layer, selection)
        low, high = region.low or 0, layer.spec.bands if region.high is None else region.high
        mean = _of_matrix(layer, selection).value
        if mean is None:
            raise EditError("Select less of it.")
        amount = np.full((region.stop - region.start, high - low), value - mean, np.float32)
        return matrices.add(sketch, name, region.start, low, amount)
    raise EditError("This cannot be set to a number.")


def _with_length(sketch: Sketch, picked: list[int], ms: float) -> Sketch:
    layer = spans.spans_of(sketch)
    if not picked:
        raise EditError("Select at least one element first.")
    old = (layer.stops[picked] - layer.starts[picked]).astype(np.float64)
    target = max(round(ms / 1000 / layer.hop_s), layer.spec.min_frames * len(picked))
    edges = np.rint(np.concatenate(([0.0], np.cumsum(old))) * target / max(old.sum(), 1.0)).astype(int)
    lengths = np.maximum(np.diff(edges), layer.spec.min_frames)
    return spans.set_lengths(sketch, {k: int(n) for k, n in zip(picked, lengths, strict=True)})
