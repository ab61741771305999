"""Is a stretch that is predicted again the only thing that changes: every element and sample outside is compared."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from intermezzo.core import footprint
from intermezzo.core.layers import Curve, Layer, Matrix, Spans
from intermezzo.core.measure import Figure
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.features import HOP, HOP_S
from intermezzo_engines.speech.heldout import HeldOut, sound_of

__all__ = ["changed_outside", "selection_figures"]

_SENTENCES, _SELECTIONS = 3, 2
_SHORTEST_S, _LONGEST_S = 0.2, 1.0


def selection_figures(held: HeldOut) -> list[Figure]:
    """Return how much changes outside random selections of synthetic and of recorded sentences, and inside them."""
    rng = np.random.default_rng(11)
    figures = []
    for what in ("synthetic", "recorded"):
        elements = samples = trials = 0
        inside: list[NDArray[np.float64]] = []
        for clip in (clip for voice in VOICES for clip in held.clips(voice, _SENTENCES)):
            held.context.progress(f"predicting stretches again: {clip.id}, {what}")
            sketch = held.sketch(clip) if what == "synthetic" else held.recorded(clip)
            before = sound_of(held.context, sketch)
            for seed in range(10, 10 + _SELECTIONS):
                start, stop = _stretch(rng, sketch.n_frames)
                again = held.context.resample(sketch, start, stop, seed=seed, params={"voice": clip.voice})
                elements += changed_outside(sketch, again, start, stop)
                different = before != sound_of(held.context, again)
                for first, last in footprint.of_edit(sketch, again, held.context.reach):
                    different[first * HOP : last * HOP] = False
                samples += int(different.sum())
                trials += 1
                old, new = sketch.pitch.values[start:stop], again.pitch.values[start:stop]
                both = (old > 0) & (new > 0)
                inside.append(1200 * np.log2(new[both].astype(np.float64) / old[both]))
        note = f"{trials} random selections of {_SHORTEST_S} to {_LONGEST_S} s, {what} held-out sentences"
        rms = float(np.sqrt(np.mean(np.concatenate(inside) ** 2)))
        figures += [
            Figure(f"resampled_elements_changed_outside_{what}", float(elements), "locality", at_most=0.0,
                   note=f"{note}; all arrays of all layers, to the bit"),
            Figure(f"resampled_samples_changed_outside_footprint_{what}", float(samples), "locality", at_most=0.0,
                   note=note),
            Figure(f"resampled_pitch_changed_inside_{what}_cents_rms", rms, "detail", note="where both are voiced"),
        ]  # fmt: skip
    return figures


def changed_outside(before: Sketch, after: Sketch, start: int, stop: int) -> int:
    """Count the elements outside frames ``start:stop`` that differ to the bit in any array of any layer.

    Of spans, those count that lie outside wholly, before or after.
    """
    outside = np.ones(before.n_frames, bool)
    outside[start:stop] = False
    changed = 0
    for name, old in before.layers.items():
        new = after.layers[name]
        if isinstance(old, Spans) and isinstance(new, Spans):
            changed += len(_rows(old, start, stop) ^ _rows(new, start, stop))
            continue
        for mine, theirs in zip(_arrays(old), _arrays(new), strict=True):
            if mine.shape != theirs.shape:
                changed += int(outside.sum())
            else:
                changed += int((mine[outside] != theirs[outside]).sum())
    return changed


def _arrays(layer: Layer) -> list[NDArray[np.generic]]:
    if isinstance(layer, Curve):
        doubt = np.zeros(len(layer), np.float32) if layer.doubt is None else layer.doubt
        return [layer.values, layer.base, layer.origin, doubt]
    if isinstance(layer, Matrix):
        return [layer.base.array(), layer.paint.array(), layer.locks.array(), layer.origin]
    raise TypeError(f"layer {layer.spec.name!r} has no frames to compare")


def _rows(spans: Spans, start: int, stop: int) -> set[tuple[object, ...]]:
    """Return everything that is known of each span outside a stretch."""
    columns = [getattr(spans, f.name) for f in fields(spans) if f.name not in ("spans_spec", "hop_s", "n_frames")]
    known = [column for column in columns if column is not None]
    return {
        tuple(column[k] if isinstance(column, tuple) else column[k].tobytes() for column in known)
        for k in range(spans.count)
        if spans.stops[k] <= start or spans.starts[k] >= stop
    }


def _stretch(rng: np.random.Generator, n_frames: int) -> tuple[int, int]:
    length = min(round(rng.uniform(_SHORTEST_S, _LONGEST_S) / HOP_S), n_frames // 2)
    start = int(rng.integers(0, n_frames - length))
    return start, start + length
