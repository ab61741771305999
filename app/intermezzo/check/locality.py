"""Locality, measured on any engine: what changes outside of the stated footprint, over random edits of every layer."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intermezzo.check.variations import local_edits
from intermezzo.core import footprint
from intermezzo.core.cells import film_footprint_px, footprint_px
from intermezzo.core.layers import Grid
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Image, Media, Video
from intermezzo.core.sketch import Sketch

__all__ = ["locality", "sound_of"]

_SEED = 7
_PER_GRID = 4  # a picture is drawn sooner than a sound is made, and an edit reaches less of it
_Bools = NDArray[np.bool_]
_Made = tuple[Sketch, Media]  # a sketch and its output


def locality(context: Context, manifest: EngineManifest, sketch: Sketch, per_layer: int) -> list[Figure]:
    """Count output samples or pixels outside the stated footprint that change."""
    if manifest.renderer and manifest.output == "image":
        return [_measured("pixels", context, manifest, sketch, _PER_GRID * per_layer, _picture_outside)]
    if manifest.renderer and manifest.output == "video":
        return [_measured("pixels", context, manifest, sketch, _PER_GRID * per_layer, _film_outside)]
    if manifest.renderer and sketch.type.sounds:
        return [_measured("samples", context, manifest, sketch, per_layer, _sound_outside)]
    return []


def _measured(
    what: str, context: Context, manifest: EngineManifest, sketch: Sketch, per_layer: int,
    outside: Callable[[EngineManifest, str, _Made, _Made], _Bools],
) -> Figure:  # fmt: skip
    """Count what changes ``outside``, which is given the name of the edited layer, what was and what is."""
    before = sketch, context.render(sketch)
    changed = trials = 0
    for name, edited in local_edits(sketch, np.random.default_rng(_SEED), per_layer, manifest):
        changed += int(outside(manifest, name, before, (edited, context.render(edited))).sum())
        trials += 1
    note = f"{trials} random edits"
    if isinstance(before[1], Video):
        note += f", {len(before[1].frames)} pictures"
    return Figure(f"{what}_changed_outside_footprint", float(changed), "locality", at_most=0.0, note=note)


def _sound_outside(manifest: EngineManifest, name: str, old: _Made, new: _Made) -> _Bools:
    """Return which samples differ outside, (n,), of those that both have."""
    before, after = sound_of(old[1]), sound_of(new[1])
    shared = min(before.shape[1], after.shape[1])
    different: _Bools = (before[:, :shared] != after[:, :shared]).any(0)
    for start, stop in footprint.of_edit(old[0], new[0], manifest.reach):
        different[new[0].sample(start) : new[0].sample(stop)] = False
    return different


def _picture_outside(manifest: EngineManifest, name: str, old: _Made, new: _Made) -> _Bools:
    """Return which pixels differ outside, (height, width)."""
    different = _different_pixels(_image(old[1]).pixels, _image(new[1]).pixels)
    mine, theirs = old[0].layers[name], new[0].layers[name]
    if isinstance(mine, Grid) and isinstance(theirs, Grid):
        different &= ~footprint_px(mine, theirs, manifest.reach.get(name), *different.shape)
    return different


def _film_outside(manifest: EngineManifest, name: str, old: _Made, new: _Made) -> _Bools:
    """Return which pixels differ outside, (frames, height, width); of a layer that is no film pictures are whole."""
    different = _different_pixels(_film(old[1]).frames, _film(new[1]).frames)
    mine, theirs = old[0].layers[name], new[0].layers[name]
    if isinstance(mine, Grid) and isinstance(theirs, Grid) and len(mine.shape) == 3:
        different &= ~film_footprint_px(mine, theirs, manifest.reach.get(name), *different.shape)
        return different
    per_frame = len(different) / max(old[0].n_frames, 1)
    for start, stop in footprint.of_edit(old[0], new[0], manifest.reach):
        different[round(start * per_frame) : round(stop * per_frame)] = False
    return different


def _different_pixels(before: NDArray[Any], after: NDArray[Any]) -> _Bools:  # Any: whatever a picture holds
    different: _Bools = (before != after).any(axis=-1)
    return different


def _image(output: Media) -> Image:
    if not isinstance(output, Image):
        raise TypeError("only pictures are measured here")
    return output


def _film(output: Media) -> Video:
    if not isinstance(output, Video):
        raise TypeError("only films are measured here")
    return output


def sound_of(output: Media) -> NDArray[np.float32]:
    """Return the samples of a sound, (channels, n)."""
    if not isinstance(output, Audio):
        raise TypeError("only sound is measured here")
    sound: NDArray[np.float32] = output.samples
    return sound
