"""The five promises, measured on any engine through its layers alone: no task is known here."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from intermezzo.check.locality import sound_of
from intermezzo.core import codec
from intermezzo.core.layers import Curve, Grid, Matrix
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Media
from intermezzo.core.sketch import Sketch

__all__ = ["obedience", "plurality", "summary", "windows"]


def obedience(context: Context, manifest: EngineManifest, sketch: Sketch) -> list[Figure]:
    """Analyse the rendered sketch and compare each curve and matrix with what was drawn, on its display axis."""
    if not (manifest.analyser and manifest.renderer):
        return []
    again = context.analyse(context.render(sketch))
    figures = []
    for name, layer in sketch.layers.items():
        other = again.layers.get(name)
        error: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None = None
        n = min(len(layer), len(other)) if other is not None else 0
        if isinstance(layer, Curve) and isinstance(other, Curve):
            error = np.abs(layer.spec.to_display(layer.values[:n]) - other.spec.to_display(other.values[:n]))
            unit = "semitones" if layer.spec.scale == "log" else layer.spec.unit
        elif isinstance(layer, Matrix) and isinstance(other, Matrix):
            error = np.abs(layer.window(0, n).astype(np.float64) - other.window(0, n))
            unit = layer.spec.unit
        elif isinstance(layer, Grid) and isinstance(other, Grid) and layer.shape == other.shape:
            came_back = 100 * float(np.mean(layer.codes == other.codes))
            figures.append(
                Figure(f"{name}_that_come_back_percent", came_back, "obedience", at_least=manifest.tolerance.get(name),
                       note="render, analyse with the engine's own analyser, compare")
            )  # fmt: skip
        if error is not None and not np.isnan(error).all():
            tolerance = manifest.tolerance.get(name)
            value = float(np.nanmedian(error))
            figures.append(
                Figure(f"{name}_obedience_{unit or 'units'}_median", value, "obedience", at_most=tolerance,
                       note="render, analyse with the engine's own analyser, compare")
            )  # fmt: skip
    return figures


def windows(context: Context, manifest: EngineManifest, sketch: Sketch) -> list[Figure]:
    """Compare windowed with whole rendering, in full scale, at several places."""
    if not manifest.reach or not sketch.type.sounds:
        return []
    whole, worst = sound_of(context.render(sketch)), 0.0
    rng = np.random.default_rng(11)
    per_s = sketch.n_frames / max(sketch.duration_s, 1e-3)
    for _ in range(6):
        start = int(rng.integers(0, max(sketch.n_frames - int(0.25 * per_s), 1)))
        stop = min(start + int(rng.uniform(0.05, 0.6) * per_s) + 1, sketch.n_frames)
        part = sound_of(context.render(sketch, window=(start, stop)))
        worst = max(worst, float(np.abs(part - whole[:, sketch.sample(start) : sketch.sample(stop)]).max(initial=0)))
    return [Figure("windowed_against_whole_full_scale_max", worst, "locality", at_most=1e-4)]


def plurality(context: Context, manifest: EngineManifest, source: Media, sketch: Sketch) -> list[Figure]:
    """Count different sketches among four seeds, and see that the same seed gives the same sketch."""
    seeds = [_identity(context.convert(source, seed=seed)) for seed in (1, 2, 3, 4)]
    same = _identity(context.convert(source, seed=1)) == seeds[0]
    repeats = Figure("same_seed_same_sketch", float(same), "repeatability", at_least=1.0)
    if not manifest.samples:  # a function of its source, and its manifest says so
        return [repeats]
    return [
        Figure("different_sketches_of_four_seeds", float(len(set(seeds))), "plurality", at_least=2.0),
        repeats,
    ]


def _identity(sketch: Sketch) -> str:
    return codec.fingerprint(replace(sketch, made=replace(sketch.made, seed=0)))


def summary(figures: Sequence[Figure]) -> dict[str, bool | None]:
    """Return for each of the five promises whether all its targets are met; None where nothing was measured."""
    result: dict[str, bool | None] = {}
    for promise in ("obedience", "locality", "permanence", "repeatability", "plurality"):
        met = [f.met for f in figures if f.promise == promise and f.met is not None]
        result[promise] = all(met) if met else None
    return result
