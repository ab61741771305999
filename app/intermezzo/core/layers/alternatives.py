"""Alternatives: the labels that an engine thought of for a span, likeliest first, with how sure it is of each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from intermezzo.core.errors import SketchError

__all__ = ["Alternatives", "alternatives_read", "checked_alternatives", "merged"]

Alternatives = tuple[tuple[str, float], ...]
"""(label, share 0 to 1) of one span; empty where the engine names none."""
_MOST: Final = 32


def checked_alternatives(columns: Sequence[Alternatives], allows: Callable[[str], bool], title: str) -> None:
    """See that alternatives can stand in a layer.

    Raises:
        SketchError: if a label is none or stands twice, or a share is not from 0 to 1, or all together are over 1.
    """
    for row in columns:
        labels = [label for label, _ in row]
        if len(row) > _MOST or len(set(labels)) != len(labels) or not all(allows(label) for label in labels):
            raise SketchError(f"{title}: alternatives are at most {_MOST} different labels of this layer.")
        # Sums of float32 may pass 1 by a hair.
        if not all(0.0 <= share <= 1.0 for _, share in row) or sum(share for _, share in row) > 1.0 + len(row) * 1e-3:
            raise SketchError(f"{title}: how sure the engine is of alternatives lies between 0 and 1.")


def alternatives_read(entries: Any, count: int, title: str) -> tuple[Alternatives, ...] | None:
    """Return the alternatives of ``count`` spans as JSON holds them, [[[label, share], ...], ...]; None for none.

    Raises:
        SketchError: if they are anything else.
    """
    if entries is None:
        return None
    wrong = SketchError(f"{title}: the alternatives are malformed.")
    if not isinstance(entries, list) or len(entries) != count:
        raise wrong
    found = []
    for row in entries:
        if not isinstance(row, list):
            raise wrong
        pairs = []
        for pair in row:
            if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
                raise wrong
            if isinstance(pair[1], bool) or not isinstance(pair[1], (int, float)) or not math.isfinite(pair[1]):
                raise wrong
            pairs.append((pair[0], float(pair[1])))
        found.append(tuple(pairs))
    return tuple(found)


def merged(row: Iterable[tuple[str, float]]) -> Alternatives:
    """Return alternatives, likeliest first, of which those of the same label are one; some get new ones in a key."""
    shares: dict[str, float] = {}
    for label, share in row:
        shares[label] = min(shares.get(label, 0.0) + share, 1.0)
    return tuple(sorted(shares.items(), key=lambda pair: -pair[1]))
