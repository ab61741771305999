"""How the syllables of a template are divided into notes: most have one, some are held over several (melisma).

Patterns of division are learned from songs: the ends of the notes inside a syllable as shares of its length. A small
bidirectional GRU says how likely each is from the syllable's length and place, its word and phrase, and how melismatic
the tune is meant to be. Only patterns whose notes are at least a 32nd long, and that leave the cadences as the template
says them, are drawn; a section that repeats another is divided alike.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from torch import Tensor, nn

from intermezzo.core.music.metre import FRAMES_PER_QUARTER
from intermezzo.core.music.syllables import HOLD
from intermezzo_engines.melody.phrases import pulse_of
from intermezzo_engines.melody.template import Template
from intermezzo_engines.melody.tune_features import FIELDS, features_of
from intermezzo_engines.weights import read_weights, refused

__all__ = ["MELISMA", "Divider", "DivisionNet", "Notes", "Pattern", "load_divider", "melisma_of", "syllable_features"]

Pattern = tuple[Fraction, ...]
"""Onsets of the second and later notes as shares of the syllable; empty for one note."""
Notes = tuple[list[int], list[int], list[str]]
"""Starts, stops and syllables of notes, `HOLD` where a note holds the one before."""
MELISMA: Final = ("none", "little", "some", "much")
"""How melismatic a tune is: no held note; up to 6 %, up to 20 %, more of its syllables over several notes."""
_SHORTEST: Final = FRAMES_PER_QUARTER // 8
_USED: Final = ("metre", "place", "weight", "off", "length", "gap", "cadence", "left", "index", "word")
_FINE: Final = 34
_WHAT: Final = "weights for held syllables"


class DivisionNet(nn.Module):
    """Scores of patterns (B, N, patterns) from what is told of syllables."""

    def __init__(self, n_patterns: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(FIELDS[name], 48) for name in _USED)
        self.fine = nn.Embedding(_FINE, 48)
        self.melisma = nn.Embedding(len(MELISMA), 48)
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.GRU(48, 64, batch_first=True, bidirectional=True)
        self.head = nn.Linear(128 + 48, n_patterns)

    def forward(self, told: Tensor) -> Tensor:
        """Map told (B, N, fields): see `syllable_features`."""
        own = self.fine(told[..., -2]) + self.melisma(told[..., -1])
        x = own
        for k, table in enumerate(self.tables):
            x = x + table(told[..., k])
        result: Tensor = self.head(self.drop(torch.cat([self.encoder(self.drop(x))[0], own], -1)))
        return result


def syllable_features(template: Template, melisma: int) -> NDArray[np.int64]:
    """Return what is told of the syllables, int64 (N, fields): those of notes, the exact length, the tune's melisma."""
    starts, stops, texts = _syllables(template)
    whole = features_of(template, starts, stops, texts, 67.0).whole
    names = list(FIELDS)
    columns = [whole[:, names.index(name)] for name in _USED]
    lengths = np.array(stops, np.int64) - np.array(starts, np.int64)
    columns += [np.minimum(lengths // (2 * _SHORTEST), _FINE - 1), np.full(len(starts), melisma, np.int64)]
    return np.stack(columns, -1)


def _syllables(template: Template) -> Notes:
    rows = template.rhythm
    return [start for start, _, _ in rows], [stop for _, stop, _ in rows], [text for *_, text in rows]


class Divider:
    """Draws the notes of templates."""

    def __init__(self, net: DivisionNet, patterns: Sequence[Pattern]) -> None:
        self._net, self._patterns = net.eval(), tuple(patterns)
        # Exact fractions are slow, and a song has few lengths and gaps.
        self._fitting = lru_cache(maxsize=8192)(self._found_fitting)

    def divide(self, template: Template, seed: int, melisma: int = 1) -> Notes:
        """Return the notes of a template; the same seed gives the same, and each syllable has one or more."""
        if not template.rhythm:
            return [], [], []
        with torch.inference_mode():
            scores = self._net(torch.from_numpy(syllable_features(template, melisma))[None])[0].double().numpy()
        draws = np.random.default_rng((seed, 1)).uniform(size=len(scores))
        models = _models(template)
        pulse = pulse_of([start for start, _, _ in template.rhythm], template.bars)
        ends = {stop: label for _, stop, label in template.cadence}
        chosen: list[Pattern] = []
        starts, stops, texts = _syllables(template)
        for k, (start, stop, text) in enumerate(zip(starts, stops, texts, strict=True)):
            gap = starts[k + 1] - start if k + 1 < len(starts) else None
            fitting = self._fitting(stop - start, gap, pulse, ends.get(stop), bool(text) and melisma > 0)
            same = chosen[models[k]] if models[k] >= 0 else None
            if same is not None and any(self._patterns[p] == same for p in fitting):
                chosen.append(same)
                continue
            shares = np.exp(scores[k, fitting] - scores[k, fitting].max())
            at = int(np.searchsorted(np.cumsum(shares) / shares.sum(), draws[k]))
            chosen.append(self._patterns[fitting[min(at, len(fitting) - 1)]])
        return _cut(template, chosen)

    def _found_fitting(
        self, length: int, gap: int | None, pulse: int, cadence: str | None, divides: bool
    ) -> list[int]:  # fmt: skip
        """Return the patterns that a syllable may have; one note where none fits."""
        whole = self._patterns.index(())
        if not divides:
            return [whole]
        possible = [k for k, pattern in enumerate(self._patterns) if _fits(pattern, length)]
        right = [k for k in possible if _leaves_cadence(self._patterns[k], length, gap, pulse, cadence)]
        return right or [whole]


def _fits(pattern: Pattern, length: int) -> bool:
    edges = [Fraction(0), *(share * length for share in pattern), Fraction(length)]
    return all(edge.denominator == 1 for edge in edges) and all(
        b - a >= _SHORTEST for a, b in pairwise(edges) if pattern
    )


def _leaves_cadence(pattern: Pattern, length: int, gap: int | None, pulse: int, cadence: str | None) -> bool:
    """Tell whether the notes of a syllable make just the cadence that the template has at its end, if any."""
    edges = [0, *(int(share * length) for share in pattern), length]
    lengths = [b - a for a, b in pairwise(edges)]
    if any(2 * inner >= 3 * pulse for inner in lengths[:-1]):
        return False
    if gap is None:
        return True
    last, to_next = lengths[-1], gap - edges[-2]
    if cadence == "authentic":
        return to_next >= 2 * pulse and last >= pulse
    if cadence == "half":
        return 2 * to_next >= 3 * pulse and last >= pulse
    return 2 * to_next < 3 * pulse or last < pulse


def _models(template: Template) -> list[int]:
    """Return of each syllable the earlier one at the same place of the section that its section repeats, or -1."""
    starts, stops, texts = _syllables(template)
    return [int(k) for k in features_of(template, starts, stops, texts, 67.0).model]


def _cut(template: Template, chosen: Sequence[Pattern]) -> Notes:
    starts: list[int] = []
    stops: list[int] = []
    texts: list[str] = []
    for (start, stop, text), pattern in zip(template.rhythm, chosen, strict=True):
        edges = [start, *(start + int(share * (stop - start)) for share in pattern), stop]
        starts += edges[:-1]
        stops += edges[1:]
        texts += [text, *[HOLD] * len(pattern)]
    return starts, stops, texts


def melisma_of(share: float) -> int:
    """Return the index in `MELISMA` of a tune, of whose syllables a share has several notes."""
    return bisect_right((0.0, 0.06, 0.2), share)


def load_divider(path: Path) -> Divider:
    """Read the weights, for use.

    Raises:
        PluginError: if they are missing or damaged.
    """
    with refused(_WHAT), safe_open(path, "pt") as file:
        rows = json.loads(file.metadata()["patterns"])
        patterns = [tuple(Fraction(share) for share in row) for row in rows]
    net = DivisionNet(len(patterns))
    read_weights(net, path, _WHAT)
    return Divider(net, patterns)
