"""The five promises, measured on any engine through its layers alone: no task is known here."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from intermezzo.check.variations import local_edits
from intermezzo.core import codec, footprint
from intermezzo.core.cells import film_footprint_px, footprint_px
from intermezzo.core.layers import Curve, Grid, Matrix
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Image, Media, Video
from intermezzo.core.sketch import Sketch

__all__ = ["locality", "obedience", "plurality", "summary", "windows"]


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


def locality(context: Context, manifest: EngineManifest, sketch: Sketch, per_layer: int) -> list[Figure]:
    """Count output samples outside the stated footprint that change, over random edits of every layer."""
    if manifest.renderer and manifest.output == "image":
        return _pixel_locality(context, manifest, sketch, per_layer)
    if manifest.renderer and manifest.output == "video":
        return _film_locality(context, manifest, sketch, per_layer)
    if not manifest.renderer or not sketch.type.sounds:
        return []
    before = _sound(context.render(sketch))
    outside = trials = 0
    rng = np.random.default_rng(7)
    for _, edited in local_edits(sketch, rng, per_layer, manifest):
        after = _sound(context.render(edited))
        ranges = footprint.of_edit(sketch, edited, manifest.reach)
        shared = min(before.shape[1], after.shape[1])
        different = (before[:, :shared] != after[:, :shared]).any(0)
        for start, stop in ranges:
            different[edited.sample(start) : edited.sample(stop)] = False
        outside += int(different.sum())
        trials += 1
    return [
        Figure(
            "samples_changed_outside_footprint", float(outside), "locality", at_most=0.0, note=f"{trials} random edits"
        )
    ]


def _pixel_locality(context: Context, manifest: EngineManifest, sketch: Sketch, per_layer: int) -> list[Figure]:
    before = _pixels(context.render(sketch))
    outside = trials = 0
    rng = np.random.default_rng(7)
    for name, edited in local_edits(sketch, rng, 4 * per_layer, manifest):
        old, new = sketch.layers[name], edited.layers[name]
        different = (_pixels(context.render(edited)) != before).any(axis=-1)
        if isinstance(old, Grid) and isinstance(new, Grid):
            different &= ~footprint_px(old, new, manifest.reach.get(name), *different.shape)
        outside += int(different.sum())
        trials += 1
    return [
        Figure(
            "pixels_changed_outside_footprint", float(outside), "locality", at_most=0.0, note=f"{trials} random edits"
        )
    ]


def _film_locality(context: Context, manifest: EngineManifest, sketch: Sketch, per_layer: int) -> list[Figure]:
    """Count pixels of all pictures outside the footprint; a layer that is no grid of frames has whole pictures."""
    before = _film(context.render(sketch))
    outside = trials = 0
    rng = np.random.default_rng(7)
    for name, edited in local_edits(sketch, rng, 4 * per_layer, manifest):
        old, new = sketch.layers[name], edited.layers[name]
        different = (_film(context.render(edited)) != before).any(axis=-1)
        if isinstance(old, Grid) and isinstance(new, Grid) and len(old.shape) == 3:
            different &= ~film_footprint_px(old, new, manifest.reach.get(name), *different.shape)
        else:
            per_frame = len(before) / max(sketch.n_frames, 1)
            for start, stop in footprint.of_edit(sketch, edited, manifest.reach):
                different[round(start * per_frame) : round(stop * per_frame)] = False
        outside += int(different.sum())
        trials += 1
    note = f"{trials} random edits, {len(before)} pictures"
    return [Figure("pixels_changed_outside_footprint", float(outside), "locality", at_most=0.0, note=note)]


def windows(context: Context, manifest: EngineManifest, sketch: Sketch) -> list[Figure]:
    """Compare windowed with whole rendering, in full scale, at several places."""
    if not manifest.reach or not sketch.type.sounds:
        return []
    whole, worst = _sound(context.render(sketch)), 0.0
    rng = np.random.default_rng(11)
    per_s = sketch.n_frames / max(sketch.duration_s, 1e-3)
    for _ in range(6):
        start = int(rng.integers(0, max(sketch.n_frames - int(0.25 * per_s), 1)))
        stop = min(start + int(rng.uniform(0.05, 0.6) * per_s) + 1, sketch.n_frames)
        part = _sound(context.render(sketch, window=(start, stop)))
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


def _pixels(output: Media) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    if not isinstance(output, Image):
        raise TypeError("only pictures are measured here")
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = output.pixels
    return pixels


def _film(output: Media) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    if not isinstance(output, Video):
        raise TypeError("only films are measured here")
    frames: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = output.frames
    return frames


def _sound(output: Media) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    if not isinstance(output, Audio):
        raise TypeError("only sound is measured here")
    sound: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = output.samples
    return sound


def summary(figures: Sequence[Figure]) -> dict[str, bool | None]:
    """Return for each of the five promises whether all its targets are met; None where nothing was measured."""
    result: dict[str, bool | None] = {}
    for promise in ("obedience", "locality", "permanence", "repeatability", "plurality"):
        met = [f.met for f in figures if f.promise == promise and f.met is not None]
        result[promise] = all(met) if met else None
    return result
