"""The features of all words of a training, looked up once, so that a batch of prompts is numbers in no time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from intermezzo_engines.tokens.words import MOST_WORDS, featured_words, words_of

__all__ = ["Wording"]


class Wording:
    """Word numbers of texts and, for prompts made of such numbers, what `words.featured` returns for their texts."""

    def __init__(self, texts: Iterable[str], device: str = "cpu") -> None:
        self._of = {text: words_of(text) for text in set(texts)}
        vocabulary = sorted({word for words in self._of.values() for word in words})
        self._number = {word: k for k, word in enumerate(vocabulary, 1)}  # 0 is no word
        buckets, weights = featured_words(vocabulary)
        self._buckets = torch.from_numpy(np.pad(buckets, ((1, 0), (0, 0)))).to(device)
        self._weights = torch.from_numpy(np.pad(weights, ((1, 0), (0, 0)))).to(device)

    def numbers(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the words of a text that was among those given."""
        return tuple(self._number[word] for word in self._of[text])

    def rows(self, prompts: Sequence[tuple[int, ...]], most: int = MOST_WORDS) -> Tensor:
        """Return prompts as a table, int64 (prompts, most) on the device: each number once, 0 where there is none."""
        table = np.zeros((len(prompts), most), np.int64)
        for row, prompt in zip(table, prompts, strict=True):
            said = tuple(dict.fromkeys(prompt))[:most]
            row[: len(said)] = said
        return torch.from_numpy(table).to(self._buckets.device)

    def featured(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return buckets and weights (prompts, 12, 40) of rows of word numbers, (prompts, 12)."""
        return self._buckets[rows], self._weights[rows]
