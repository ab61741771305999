"""How a phrase with time to rest ends, at home or open: a logistic rule over its words and its place, learned.

Told are the punctuation after its last word, whether it ends the stanza, its place among the phrases, and whether it
rhymes with the phrase before or the one before that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from intermezzo_engines.weights import refused

__all__ = ["TOLD", "CadenceModel", "load_cadence_model", "phrase_told", "rhymes"]

TOLD: Final = ("always", "comma", "clause", "sentence", "no text", "ends", "second", "fourth", "rhymes 1", "rhymes 2")
"""What is told of a phrase, 0 or 1 each: punctuation, whether it ends its stanza, place, rhyme with one or two back."""
_RHYME: Final = 3


@dataclass(frozen=True, eq=False)
class CadenceModel:
    """``weight`` float32 (`TOLD`,) of the log-odds that a phrase ends at home."""

    weight: NDArray[np.float32]

    def homeward(self, told: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of an authentic cadence for each row of (N, `TOLD`)."""
        result: NDArray[np.float64] = 1 / (1 + np.exp(-(told @ self.weight.astype(np.float64))))
        return result


def phrase_told(endings: Sequence[str], indices: Sequence[int], ends: Sequence[bool]) -> NDArray[np.float64]:
    """Return (N, `TOLD`) of phrases.

    Args:
        endings: the last sung word of each with its punctuation, "" without text.
        indices: how many phrases come before each in its stanza.
        ends: whether each ends its stanza.
    """
    rows = []
    for k, (ending, index, end) in enumerate(zip(endings, indices, ends, strict=True)):
        mark = ending.rstrip("”\"'’)»“")[-1:]
        rows.append([
            1, mark == ",", mark in (";", ":", "–", "—"), mark in (".", "!", "?"),
            not ending, end, index % 2 == 1, index % 4 == 3, index > 0 and rhymes(ending, endings[k - 1]),
            index > 1 and rhymes(ending, endings[k - 2]),
        ])  # fmt: skip
    return np.array(rows, float).reshape(-1, len(TOLD))


def rhymes(one: str, other: str) -> bool:
    """Tell whether two words end alike in writing, and are not the same word."""
    a, b = ("".join(sign for sign in word.lower() if sign.isalpha()) for word in (one, other))
    return bool(a) and a != b and len(a) > 1 and len(b) > 1 and a[-_RHYME:] == b[-_RHYME:]


def load_cadence_model(path: Path) -> CadenceModel:
    """Read the weights.

    Raises:
        PluginError: if they are missing or damaged.
    """
    with refused("harmony weights"):
        return CadenceModel(load_file(path)["cadence.weight"].astype(np.float32))
