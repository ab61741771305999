"""Hand edits for every layer kind, made without knowing the task: what `check` draws to see whether it is obeyed."""

from collections.abc import Iterator

import numpy as np

from intermezzo.core.edits import curves, free_spans, grids, matrices, notes, regions, spans
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Curve, Grid, Matrix, Notes, Region, Slots, Spans
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.params import Param, Value
from intermezzo.core.sketch import Sketch

__all__ = ["edited_all_over", "local_edits", "other_value"]


def local_edits(
    sketch: Sketch, rng: np.random.Generator, per_layer: int, manifest: EngineManifest | None = None
) -> Iterator[tuple[str, Sketch]]:
    """Yield (layer, edited sketch): ``per_layer`` random edits, each of some 0.2 s, of every layer that takes them."""
    for name, layer in sketch.layers.items():
        if not (manifest.may_edit(layer.spec) if manifest else layer.spec.editable):
            continue
        for _ in range(per_layer):
            try:
                edited = _edited(sketch, name, rng)
            except EditError:
                continue
            if edited is not sketch:
                yield name, edited


def edited_all_over(
    sketch: Sketch, rng: np.random.Generator, per_layer: int, manifest: EngineManifest | None = None
) -> Sketch:
    """Return the sketch with random edits of every layer that takes them, one after the other, and something locked."""
    for name, layer in sketch.layers.items():
        if not (manifest.may_edit(layer.spec) if manifest else layer.spec.editable):
            continue
        for _ in range(per_layer):
            try:
                sketch = _edited(sketch, name, rng)
            except EditError:
                continue
    n, length = sketch.n_frames, max(round(0.2 / sketch.type.hop_s), 1) if sketch.type.hop_s else 1
    start = int(rng.integers(0, max(n - length, 1)))
    names = [name for name, layer in sketch.layers.items() if layer.timed or isinstance(layer, Grid)]
    return regions.lock(sketch, names, Region(start, min(start + length, n))) if n else sketch


def other_value(param: Param) -> Value | None:
    """Return another value of a setting than its default, not far from it; None where there is none."""
    default, step = param.default, param.step
    if isinstance(default, bool):
        return not default
    if param.kind == "choice":
        return next((choice for choice in param.choices if choice != default), None)
    if isinstance(default, str):
        return None
    low, high = (float(default) if x is None else x for x in (param.low, param.high))
    by = min(4 * step, (high - low) / 2) if step else (high - low) / 10
    found = default + by if default + by <= high else default - by
    if not low <= found <= high or found == default:
        return None
    return round(found) if param.kind == "int" else round(found, 6)


def _edited(sketch: Sketch, name: str, rng: np.random.Generator) -> Sketch:
    layer = sketch.layers[name]
    n = max(sketch.n_frames, 1)
    length = int(np.clip(round(0.2 / sketch.type.hop_s) if sketch.type.hop_s else 1, 1, n))
    start = int(rng.integers(0, max(n - length, 1)))
    if isinstance(layer, Curve):
        span = 4.0 if layer.spec.scale == "log" else 0.15 * (layer.spec.high - layer.spec.low)
        return curves.shift(sketch, name, start, start + length, float(rng.choice((-1, 1)) * span))
    if isinstance(layer, Matrix):
        high = max(layer.spec.bands // 6, 1)
        low = int(rng.integers(0, layer.spec.bands - high + 1))
        amount = float(rng.choice((-1, 1))) * layer.spec.paint_limit / 3
        return matrices.add(sketch, name, start, low, np.full((length, high), amount, np.float32))
    if isinstance(layer, Spans) and layer.spec.governs:
        index = int(rng.integers(0, layer.count))
        frames = int(layer.stops[index] - layer.starts[index])
        return spans.set_lengths(
            sketch, {index: max(round(frames * float(rng.choice((0.5, 2.0)))), layer.spec.min_frames)}
        )
    if isinstance(layer, Spans) and layer.spec.free and layer.count:
        index = int(rng.integers(0, layer.count))
        others = sorted(set(layer.labels) - {layer.labels[index]})
        if others and rng.random() < 0.5:
            return spans.relabel(sketch, name, index, str(rng.choice(others)))
        middle = (int(layer.starts[index]) + int(layer.stops[index])) // 2
        return free_spans.move_edge(sketch, name, index, middle)
    if isinstance(layer, Notes) and layer.count:
        note = int(layer.ids[int(rng.integers(0, layer.count))])
        return notes.move(sketch, [note], 0, int(rng.choice((-2, 2))), layer=name)
    if isinstance(layer, Grid) and len(layer):
        corner = tuple(int(rng.integers(0, size)) for size in layer.shape)
        far = tuple(
            min(place + int(rng.integers(0, 3)), size - 1) for place, size in zip(corner, layer.shape, strict=True)
        )
        mask = grids.box(layer.shape, corner, far)
        return sketch.with_layer(layer.with_codes(mask, rng.integers(0, layer.spec.codes, layer.shape)))
    if isinstance(layer, Slots) and len(layer):
        return sketch.with_layer(layer.with_text(int(rng.integers(0, len(layer))), "other words"))
    return sketch
