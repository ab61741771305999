"""The features of all words of a training, looked up once, so that a batch of prompts is numbers in no time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
        self._buckets = torch.cat([torch.zeros(1, buckets.shape[1], dtype=torch.int64), torch.from_numpy(buckets)]).to(
            device
        )
        self._weights = torch.cat([torch.zeros(1, weights.shape[1]), torch.from_numpy(weights)]).to(device)

    def numbers(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the words of a text that was among those given."""
        return tuple(self._number[word] for word in self._of[text])

    def featured(self, prompts: Sequence[tuple[int, ...]]) -> tuple[Tensor, Tensor]:
        """Return buckets and weights (prompts, 12, 40) on the device."""
        rows = [(*tuple(dict.fromkeys(p))[:MOST_WORDS], *(0,) * MOST_WORDS)[:MOST_WORDS] for p in prompts]
        at = torch.tensor(rows, dtype=torch.int64).to(self._buckets.device)
        return self._buckets[at], self._weights[at]
