"""Edits of any layer by region: lock, unlock, and erase (back to the prediction)."""

import numpy as np

from intermezzo.core.errors import EditError
from intermezzo.core.layers import Layer, Region
from intermezzo.core.sketch import Sketch

__all__ = ["erase", "layer_of", "lock"]


def layer_of(sketch: Sketch, name: str) -> Layer:
    """Return a layer by name; raises EditError if there is none."""
    if name not in sketch.layers:
        raise EditError(f"This sketch has no layer {name!r}.")
    return sketch.layers[name]


def lock(sketch: Sketch, layers: list[str], region: Region, on: bool = True) -> Sketch:
    """Lock or unlock a region of some layers."""
    result = sketch
    for name in layers:
        layer = layer_of(sketch, name)
        locked = layer.lock(region, on)
        if (locked.marks(region) != layer.marks(region)).any():
            result = result.with_layer(locked)
    return result


def erase(sketch: Sketch, layers: list[str], region: Region) -> Sketch:
    """Take hand edits in a region of some layers back to the prediction under them; locked elements stay."""
    result = sketch
    for name in layers:
        layer = layer_of(sketch, name)
        erased = layer.erase(region)
        if not np.array_equal(erased.marks(region), layer.marks(region)) or layer.changed(erased):
            result = result.with_layer(erased)
    return result
