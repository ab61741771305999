"""How the cells of a sound are sampled: how loud first, then what is in it, by the loop of all token engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from intermezzo_engines.sound.codec import CODES, LEVELS, LOUDNESS
from intermezzo_engines.tokens.editing import filled as filled_by_prior
from intermezzo_engines.tokens.prior import Prior
from intermezzo_engines.tokens.sampling import Condition, Way, sample

__all__ = ["STAGES", "filled", "sureness"]

# The levels that are sampled together, one group after the other: first and last, share of the passes. Where a sound is
# loud must not depend on where the prior is surest (of silence, as a rule), so loudness is filled in a random order.
STAGES: Final = ((0, 1, 1.0), (1, 2, 0.5), (2, 3, 0.35), (len(LOUDNESS), LEVELS, 0.35))
_RANDOM_ORDER: Final = 20.0


def filled(
    prior: Prior, codes: NDArray[np.int64], empty: NDArray[np.bool_], condition: Condition, way: Way,
    generator: torch.Generator, tell: Callable[[float], None] = lambda share: None, device: str = "cpu",
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # fmt: skip
    """Fill the empty cells of (cells, 8), at most 500; returns all codes and how sure each filled one is.

    The prior sees five seconds; what is behind the end is silence to it.
    """
    whole = np.zeros(prior.shape.sizes, np.int64)
    whole[: len(codes)] = codes
    left = np.zeros(whole.shape, bool)
    left[: len(codes)] = empty
    whole[left] = CODES
    sure = np.zeros(whole.shape, np.float32)
    done = 0.0
    for low, high, share in STAGES:
        now = left.copy()
        now[:, :low], now[:, high:] = False, False
        if now.any():
            whole, told = filled_by_prior(
                prior, whole, now, condition, _way_of(way, share), generator,
                lambda part, at=done: tell(at + part / len(STAGES)),  # type: ignore[misc]
                device, tell_known=False,
            )  # fmt: skip
            sure[now] = told[now]
        done += 1 / len(STAGES)
    return whole[: len(codes)], sure[: len(codes)]


def _way_of(way: Way, share: float) -> Way:
    return replace(way, passes=max(round(way.passes * share), 1), noise=_RANDOM_ORDER)


def sureness(
    prior: Prior, codes: NDArray[np.int64], condition: Condition, way: Way, device: str = "cpu"
) -> NDArray[np.float32]:
    """Return how likely the prior finds each code of (cells, 8), at most 500 cells, all others being as they stand."""
    whole = np.zeros(prior.shape.sizes, np.int64)
    whole[: len(codes)] = codes
    given = torch.from_numpy(whole)[None].to(device)
    told = sample(prior, given, torch.zeros_like(given, dtype=torch.bool), condition, replace(way, passes=0), [])[1]
    found: NDArray[np.float32] = told[0].cpu().numpy()[: len(codes)]
    return found
