"""Reader: which group of things a prompt speaks of, so that the memory does not answer "sake" with a sleepy face.

The features of words (tokens/words.py) vote in a straight sum, learned from the names and keywords of emoji in six
languages; words and features are left out by chance, so that an unseen word is read by its ideas and its spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.image.groups import GROUPS
from intermezzo_engines.image.pictures import Picture
from intermezzo_engines.tokens.training import Course, trained
from intermezzo_engines.tokens.wording import Wording
from intermezzo_engines.tokens.words import BUCKETS, featured

__all__ = ["Reader", "train_reader"]

COURSE: Final = Course(1_500, 3e-2, rise=10, second_beta=0.99, decay=0.0, half=False, every=500)
BATCH: Final = 256
_NAME: Final = 3.0  # how much oftener a name is read than a keyword
_NO_WORD: Final = 0.2
_NO_FEATURE: Final = 0.3


class Reader(nn.Module):
    """Buckets int64 and weights float32 (n, words, features) of `words.featured` -> logits (n, groups)."""

    def __init__(self) -> None:
        super().__init__()
        self.votes = nn.EmbeddingBag(BUCKETS, len(GROUPS), mode="sum")
        nn.init.zeros_(self.votes.weight)
        self.usual = nn.Parameter(torch.zeros(len(GROUPS)))

    def forward(self, buckets: Tensor, weights: Tensor) -> Tensor:
        votes: Tensor = self.votes(buckets.flatten(1), per_sample_weights=weights.flatten(1))
        return votes + self.usual

    @torch.inference_mode()
    def chances(self, prompt: str) -> NDArray[np.float64]:
        """Return how likely a prompt speaks of each of `groups.GROUPS`."""
        buckets, weights = (torch.from_numpy(array) for array in featured([prompt]))
        found: NDArray[np.float64] = self(buckets, weights)[0].double().softmax(dim=0).numpy()
        return found


def train_reader(
    learned: Sequence[Picture],
    checkpoint: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    seconds: float = inf,
) -> Reader:
    """Train a reader on the texts of plain emoji that are not held out; 20 s on one core, seed 0."""
    torch.manual_seed(0)
    said = [
        (text, GROUPS.index(picture.group), _NAME if text == texts[0] else 1.0)
        for picture in learned
        if picture.plain
        for texts in picture.words.values()
        for text in texts
    ]
    wording = Wording([text for text, _, _ in said], device)
    rows = wording.rows([wording.numbers(text) for text, _, _ in said])
    groups = torch.tensor([group for _, group, _ in said], device=device)
    often = torch.tensor([weight for _, _, weight in said], device=device)

    def loss(net: Reader) -> Tensor:
        chosen = torch.multinomial(often, BATCH, replacement=True)
        buckets, weights = wording.featured(rows[chosen])
        words = torch.rand(weights.shape[:2], device=device) >= _NO_WORD
        features = torch.rand(weights.shape, device=device) >= _NO_FEATURE
        logits = net(buckets, weights * words[..., None] * features)
        return functional.cross_entropy(logits, groups[chosen], label_smoothing=0.05)

    return trained(Reader().to(device), loss, replace(COURSE, seconds=seconds), checkpoint, device, "reader", progress)
