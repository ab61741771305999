"""Whether frames keep what they promise: no flicker, a token stays in its frame, masks stay masks, tokens come back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Grid
from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Text, Video
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.image.model import CELL_PX, LEVELS
from intermezzo_engines.sticker.convert import StickerConverter
from intermezzo_engines.sticker.parts import Unwatched
from intermezzo_engines.tokens.fsq import n_codes

__all__ = ["figures"]

_EDITS = 24
_AGAIN = 12
_PARAMS: Mapping[str, Value] = {
    "style": "emoji", "from_memory": True, "guidance": 2.0, "variety": 0.8, "passes": 6, "mask_text": "",
    "freedom": 0.0,
}  # fmt: skip


def figures(context: Context, stickers: list[tuple[str, Sketch, Video]]) -> list[Figure]:
    """Measure on some stickers and their films."""
    random = np.random.default_rng(8)
    still = context.convert(Text("red apple"), seed=3, params={"motion": "none", "freedom": 25.0})
    flicker = sum(_flicker(sketch, film.frames) for _, sketch, film in stickers)
    equal = sum(int((sketch.frames.codes[1:] == sketch.frames.codes[:-1]).sum()) for _, sketch, _ in stickers)
    context.progress("tokens in films that come back")
    some = stickers[:: -(-len(stickers) // _AGAIN)]
    back = [_back(context, sketch, film, 0) for _, sketch, film in some]
    swept = [_back(context, sketch, film, 1) for _, sketch, film in (some[:1] if context.quick else some[:2])]
    return [
        Figure("pixels_that_flicker_where_tokens_are_equal", float(flicker), "locality", at_most=0.0,
               note=f"{len(stickers)} films; {equal:,} tokens are those of the frame before"),
        Figure("tokens_that_change_where_nothing_moves", float((still.frames.codes != still.frames.codes[0]).sum()),
               "locality", at_most=0.0, note="no motion, a quarter of the tokens by the prior"),
        Figure("pixels_changed_outside_token_in_its_frame", _outside(context, stickers, random), "locality",
               at_most=0.0, note=f"{_EDITS} tokens; 24 x 24 pixels of their own frame"),
        Figure("tokens_changed_outside_mask", _beside(context, stickers, random), "locality", at_most=0.0,
               note="masks of frames and of contents, made anew"),
        Figure("tokens_back_percent", 100 * float(np.mean(back)), "obedience",
               note=f"{len(back)} films analysed, encoder alone, before a correction pass"),
        Figure("tokens_back_corrected_percent", 100 * float(np.mean(swept)), "obedience", at_least=90.0,
               note=f"{len(swept)} films, one sweep of refining"),
    ]  # fmt: skip


def _flicker(sketch: Sketch, film: NDArray[np.uint8]) -> int:
    """Count pixels whose tokens all around, and whose opacity, are those of the frame before, but which differ."""
    same = sketch.frames.codes[1:] == sketch.frames.codes[:-1]
    same &= (sketch.fade.values[1:] == sketch.fade.values[:-1])[:, None, None]
    around = np.pad(same, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    rows, columns = same.shape[1:]
    still = np.logical_and.reduce([around[:, a : a + rows, b : b + columns] for a in range(3) for b in range(3)])
    pixels = still.repeat(CELL_PX, axis=1).repeat(CELL_PX, axis=2)
    return int(((film[1:] != film[:-1]).any(axis=-1) & pixels).sum())


def _outside(context: Context, stickers: list[tuple[str, Sketch, Video]], random: np.random.Generator) -> float:
    outside = 0
    for number in range(_EDITS):
        _, sketch, film = stickers[number % len(stickers)]
        frame, row, column = (int(random.integers(0, size)) for size in sketch.frames.shape)
        mask = np.zeros(sketch.frames.shape, bool)
        mask[frame, row, column] = True
        painted = sketch.with_layer(sketch.frames.with_codes(mask, int(random.integers(0, n_codes(LEVELS)))))
        differs = (_film(context, painted) != film.frames).any(axis=-1)
        top, left = max(row - 1, 0) * CELL_PX, max(column - 1, 0) * CELL_PX
        differs[frame, top : (row + 2) * CELL_PX, left : (column + 2) * CELL_PX] = False
        outside += int(differs.sum())
    return float(outside)


def _beside(context: Context, stickers: list[tuple[str, Sketch, Video]], random: np.random.Generator) -> float:
    converter = StickerConverter()
    converter.load(context.device)
    changed = 0
    for number, (_, sketch, _) in enumerate(stickers[:: max(len(stickers) // 4, 1)]):
        for name in ("frames", "content"):
            mask = random.random(_grid(sketch, name).shape) < 0.2
            again = converter.infill(sketch, {name: mask}, _PARAMS, seed=number, job=Unwatched())
            for other in ("frames", "content"):
                differs = _grid(again, other).differs(_grid(sketch, other))
                changed += int((differs & ~mask if other == name else differs).sum())
    return float(changed)


def _grid(sketch: Sketch, name: str) -> Grid:
    grid = sketch.layers[name]
    assert isinstance(grid, Grid)
    return grid


def _back(context: Context, sketch: Sketch, film: Video, sweeps: int) -> float:
    again = context.analyse(film, params={"sweeps": sweeps})
    return float(np.mean(again.frames.codes == sketch.frames.codes))


def _film(context: Context, sketch: Sketch) -> NDArray[np.uint8]:
    film = context.render(sketch)
    assert isinstance(film, Video)
    return film.frames
