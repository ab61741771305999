"""What a stage sends on: its output with the tokens that draw it, or its text, and whether that is other by now.

A picture that came of tokens carries them, so that an engine of the same codebook need not guess them from pixels.
What was sent is remembered as one fingerprint in the stage that took it; whether the stage before has moved on since
follows from that and is never stored.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.chain import stage_before, text_behind
from intermezzo.core.fingerprint import of_array, of_value
from intermezzo.core.layers import Grid, GridSpec, Layer
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.media import Image, Media, Text, Tokens
from intermezzo.core.project import Project, Stage
from intermezzo.core.sketch import Sketch

__all__ = ["has_moved_on", "output_key", "text_key", "tokens_for", "with_tokens"]

_PICTURE: Final = ("rows", "columns")
_BESIDE: Final = ("origin", "locks", "score", "doubt")  # parts of layers that say something about values, and are none
_known: WeakKeyDictionary[Layer, str] = WeakKeyDictionary()


def with_tokens(output: Media, sketch: Sketch) -> Media:
    """Return an output as it is sent on: a picture with the tokens of its sketch, where one grid of them draws it."""
    if not isinstance(output, Image):
        return output
    grids = [g for g in sketch.layers.values() if isinstance(g, Grid) and g.spec.axes == _PICTURE and g.spec.codebook]
    return replace(output, tokens=Tokens(grids[0].codes, grids[0].spec.codebook)) if len(grids) == 1 else output


def tokens_for(picture: Image, spec: GridSpec) -> NDArray[np.uint16] | None:
    """Return the codes that draw a picture, if they are known and mean the same in a grid of this spec."""
    tokens = picture.tokens
    if tokens is None or tokens.codebook != spec.codebook or tokens.codes.shape != spec.shape:
        return None
    return tokens.codes if int(tokens.codes.max()) < spec.codes else None


def text_key(text: Text) -> str:
    """Return the fingerprint of a text that is sent on."""
    return of_value(["text", text.text])


def output_key(stage: Stage, manifest: EngineManifest) -> str:
    """Return the fingerprint of the output of a stage, from what it is rendered from; empty where there is no sketch.

    Locks and sureness are no part of it, nor is the version of the engine: an update is no change of the work.
    """
    if stage.sketch is None:
        return ""
    defaults = {p.name: p.default for p in manifest.params_of("render")}
    params = {k: v for k, v in stage.params.items() if k in defaults and v != defaults[k]}
    layers = {name: _layer_key(layer) for name, layer in stage.sketch.layers.items()}
    return of_value(["output", stage.engine, layers, params, stage.seed])


def has_moved_on(project: Project, stage: Stage, before: EngineManifest | None) -> bool:
    """Tell whether the stage before gives something else now than it sent; ``before`` is the manifest of its engine.

    False where nothing was sent, it is not known what (projects of earlier versions), or nothing is there to send.
    """
    origin = stage_before(project, stage)
    if origin is None or not stage.sent:
        return False
    if isinstance(stage.source, Text):
        text = text_behind(project, origin)
        return text is not None and text_key(text) != stage.sent
    return before is not None and output_key(origin, before) not in ("", stage.sent)


def _layer_key(layer: Layer) -> str:
    known = _known.get(layer)
    if known is None:
        known = _known[layer] = of_value(_content(layer))
    return known


def _content(layer: Layer) -> Any:  # Any: JSON
    if isinstance(layer, Grid):  # a hand that set the code that stood there changed nothing
        return of_array(layer.codes)
    document, parts = layer.parts()
    values = {part: of_array(array) for part, array in parts.items() if part.split(".")[0] not in _BESIDE}
    return {**document, "arrays": values}
