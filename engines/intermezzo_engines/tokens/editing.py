"""What every converter of tokens does with its prior: masks are filled, other codes of a cell told, prompts heard.

Engines say which codes go in and what is known of a work; that all cells outside of a mask stay identical, and that
locked ones are never touched, is seen to here for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo.core.cells import CellChoices
from intermezzo.core.layers import Grid
from intermezzo.core.params import Value
from intermezzo.core.sketch import Sketch
from intermezzo_engines.tokens.prior import Prior
from intermezzo_engines.tokens.sampling import Condition, Way, distribution, sample
from intermezzo_engines.tokens.words import featured

__all__ = ["SAID", "Fill", "choices", "condition_of", "filled", "infilled", "least_sure", "said_of", "way_of"]

SAID: Final = "said"  # the source, as a sketch keeps it among what it was made with
MOST_ALTERNATIVES: Final = 24

Codes = NDArray[np.int64]
Fill = Callable[[Codes, NDArray[np.bool_]], tuple[Codes, NDArray[np.float32]]]


def infilled(sketch: Sketch, masks: Mapping[str, NDArray[np.bool_]], name: str, fill: Fill) -> Sketch:
    """Return the sketch with the masked cells of one grid made anew; every other cell and every locked one stays.

    Args:
        masks: by name of layer, bool in the full shape; without one for ``name`` nothing is done.
        name: of the grid.
        fill: takes codes int64 and which cells are empty, bool, both in the full shape; returns codes and sureness.
    """
    grid = sketch.layers[name]
    assert isinstance(grid, Grid)
    empty = masks[name] & ~grid.locked if name in masks else np.zeros(grid.shape, bool)
    if not empty.any():
        return sketch
    codes, sure = fill(grid.codes.astype(np.int64), empty)
    return sketch.with_layer(grid.predicted(empty, codes, sure))


def filled(
    prior: Prior, codes: Codes, empty: NDArray[np.bool_], condition: Condition, way: Way, generator: torch.Generator,
    tell: Callable[[float], None] = lambda share: None, device: str = "cpu", *, tell_known: bool = True,
) -> tuple[Codes, NDArray[np.float32]]:  # fmt: skip
    """Fill the empty cells of one grid by the prior (`sampling.sample`); returns all codes and how sure each is."""
    found, sure = sample(
        prior, torch.from_numpy(codes)[None].to(device), torch.from_numpy(empty)[None].to(device), condition, way,
        [generator], tell, tell_known=tell_known,
    )  # fmt: skip
    return found[0].cpu().numpy(), sure[0].cpu().numpy()


def choices(prior: Prior, codes: Codes, cell: int, condition: Condition, way: Way, device: str = "cpu") -> CellChoices:
    """Tell what one cell (its number in the flat grid) could be, all others being as they stand, likeliest first."""
    chances = distribution(prior, torch.from_numpy(codes)[None].to(device), cell, condition, way).cpu()
    best = torch.argsort(chances, descending=True, stable=True)[:MOST_ALTERNATIVES]
    return CellChoices(best.numpy().astype(np.uint16), chances[best].numpy().astype(np.float32))


def least_sure(sure: NDArray[np.float32], percent: float) -> NDArray[np.bool_]:
    """Return so many percent of the cells, those of which the engine is least sure."""
    chosen = np.zeros(sure.shape, bool)
    chosen.reshape(-1)[np.argsort(sure, axis=None, kind="stable")[: round(percent / 100 * sure.size)]] = True
    return chosen


def condition_of(said: str, class_id: int, device: str = "cpu", *, class_says: bool = False) -> Condition:
    """Return a prompt and a class as the prior is told them."""
    buckets, weights = (torch.from_numpy(part).to(device) for part in featured([said]))
    return Condition(buckets, weights, class_id, class_says=class_says)


def said_of(sketch: Sketch, params: Mapping[str, Value]) -> str:
    """Return what masked cells are to be: a text for them alone, or what the whole work was asked to be."""
    return str(params["mask_text"] or sketch.made.params.get(SAID, ""))


def way_of(params: Mapping[str, Value]) -> Way:
    """Return how to sample, by the parameters that all converters of tokens have."""
    return Way(
        passes=int(params["passes"]), temperature=float(params["variety"]), guidance=float(params["guidance"])
    )  # fmt: skip
