"""The sketch of stickers: a content, six curves of motion, and the frames that both govern, twelve a second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Curve, CurveSpec, GridSpec, Layer, Mark
from intermezzo.core.sketch import Sketch, SketchType
from intermezzo_engines.image.convert import CODEBOOK
from intermezzo_engines.image.model import LEVELS, SIDE_CELLS
from intermezzo_engines.tokens.fsq import n_codes

__all__ = ["CONTENT", "CURVES", "ENGINE", "FRAMES", "HOP_S", "STICKER", "VERSION", "curves_of", "poses_in"]

ENGINE: Final = "builtin.sticker"
VERSION: Final = "1.0"
HOP_S: Final = 1 / 12
_CODES: Final = n_codes(LEVELS)
CONTENT: Final = GridSpec(
    "content", "Content", "What moves. Change it, and all frames that show it are made anew.",
    shape=(SIDE_CELLS, SIDE_CELLS), codes=_CODES, codebook=CODEBOOK,
)  # fmt: skip
FRAMES: Final = GridSpec(
    "frames", "Frames", "What each frame shows; a token reaches one cell on every side, in its own frame.",
    axes=("frames", "rows", "columns"), shape=(0, SIDE_CELLS, SIDE_CELLS), codes=_CODES, codebook=CODEBOOK,
)  # fmt: skip
CURVES: Final = (
    CurveSpec("x", "Across", "How far the picture is to the right of the middle, in percent of its side.", height=80,
              unit="%", low=-110.0, high=110.0, step=1.0),
    CurveSpec("y", "Up", "How far the picture is above the middle, in percent of its side.", height=80,
              unit="%", low=-110.0, high=110.0, step=1.0),
    CurveSpec("turn", "Turn", "How far the picture is turned, clockwise.", height=80,
              unit="°", low=-720.0, high=720.0, step=5.0),
    CurveSpec("width", "Width", "How wide the picture is; 100 % as it is drawn.", height=80,
              unit="%", low=5.0, high=250.0, step=2.0),
    CurveSpec("height", "Height", "How high the picture is; 100 % as it is drawn.", height=80,
              unit="%", low=5.0, high=250.0, step=2.0),
    CurveSpec("fade", "Opacity", "How much of the picture is seen; at 0 % nothing.", height=60,
              unit="%", low=0.0, high=100.0, step=5.0),
)  # fmt: skip
STICKER: Final = SketchType("sticker/1", "Sticker", (CONTENT, *CURVES, FRAMES), hop_s=HOP_S)
_UNITS: Final = np.array([100, -100, 1, 100, 100, 100], np.float32)  # of a curve for one of a pose


def curves_of(table: NDArray[Any], mark: Mark = Mark.PREDICTED) -> dict[str, Layer]:
    """Return poses (frames, 6) of `motions` as curves by name."""
    values = np.asarray(table, np.float32) * _UNITS
    return {
        spec.name: Curve.machine(spec, HOP_S, np.clip(values[:, k], spec.low, spec.high), mark)
        for k, spec in enumerate(CURVES)
    }


def poses_in(sketch: Sketch | Mapping[str, Layer]) -> NDArray[np.float32]:
    """Return the curves of a sketch as poses, float32 (frames, 6).

    Opacity is laid on when frames are drawn, for hardly any code is half clear; tokens are those of whole opacity.
    """
    layers = sketch.layers if isinstance(sketch, Sketch) else sketch
    columns = [layer.values for layer in (layers[spec.name] for spec in CURVES) if isinstance(layer, Curve)]
    table: NDArray[np.float32] = np.stack(columns, axis=1) / _UNITS
    return table
