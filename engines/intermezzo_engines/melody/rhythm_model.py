"""The network that sets syllables into time: the step to each from the one before, and the rest between them.

A bidirectional GRU reads the lyrics; another goes from left to right with the place in the bar, the steps before, and
the steps and places of earlier syllables that may return (`rhythm_features.MODELS`). Steps are scored by their length
and by the place that they lead to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from intermezzo_engines.melody.rhythm_features import FIELDS, HASHED, MODELS, NONE, PLACES, RESTS, STEPS
from intermezzo_engines.weights import read_weights

__all__ = ["RhythmNet", "load_rhythm_net"]

_EMBED, _WIDE, _STEP, _HIDDEN = 64, 96, 24, 160
_UNHEARD, _UNTOLD = 0.3, 0.05
"""Shares of hashed and of other fields that training keeps back."""
_STEPS: Final = torch.from_numpy(STEPS)


class RhythmNet(nn.Module):
    """Steps and rests of syllables from what `rhythm_features` tells of them."""

    def __init__(self, dropout: float = 0.35) -> None:
        super().__init__()
        self.whole = nn.ModuleList(nn.Embedding(size, _EMBED) for size in FIELDS.values())
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.GRU(_EMBED, _WIDE, 2, batch_first=True, bidirectional=True, dropout=dropout)
        self.place = nn.Embedding(PLACES, 32)
        self.step = nn.Embedding(NONE + 1, _STEP)
        self.model = nn.ModuleList(nn.Embedding(NONE + 1, 16) for _ in range(MODELS))
        self.decoder = nn.GRU(4 * _WIDE + 32 + 2 * _STEP + 16 * MODELS, _HIDDEN, batch_first=True)
        self.head = nn.Linear(_HIDDEN + 4 * _WIDE, 128)
        self.by_length = nn.Linear(128, NONE)
        self.by_place = nn.Linear(128, PLACES)
        self.copy = nn.Linear(128, 2 * MODELS)
        self.rest = nn.Linear(128 + _STEP, len(RESTS))
        self.first = nn.Linear(2 * _WIDE, PLACES)

    def encode(self, whole: Tensor) -> Tensor:
        """Return (B, N, 192) of what is told (B, N, fields)."""
        if self.training:
            kept = torch.rand(whole.shape) >= torch.tensor([_UNHEARD if name in HASHED else _UNTOLD for name in FIELDS])
            kept[..., -2:] = True
            whole = whole * kept
        x = self.whole[0](whole[..., 0])
        for k, table in enumerate(self.whole[1:], 1):
            x = x + table(whole[..., k])
        result: Tensor = self.drop(self.encoder(self.drop(x))[0])
        return result

    def decode(
        self, left: Tensor, right: Tensor, place: Tensor, before: Tensor, model: Tensor, place_of: Tensor,
        bar: Tensor, state: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        """Return logits of the steps (B, N, 29), what the head made of it (B, N, 128), and the state.

        Args:
            left: (B, N, 192) encoding of the syllable from which the step goes.
            right: (B, N, 192) of that to which it goes.
            place: (B, N) twelfths after the bar line from which the step goes.
            before: (B, N, 2) classes of the two steps before, NONE at the beginning.
            model: (B, N, 6) classes of the steps to the earlier syllables that may return, or NONE.
            place_of: (B, N, 6) twelfths after their bar lines, -1 where there is none.
            bar: (B, N) twelfths of a bar.
            state: (1, B, 160) of an earlier call.
        """
        both = torch.cat([left, right], -1)
        models = [table(model[..., k]) for k, table in enumerate(self.model)]
        steps = [self.step(before[..., k]) for k in range(2)]
        hidden, state = self.decoder(torch.cat([both, self.place(place), *steps, *models], -1), state)
        y = nn.functional.gelu(self.head(self.drop(torch.cat([hidden, both], -1))))
        leads = (place.unsqueeze(-1) + _STEPS) % bar.unsqueeze(-1)
        logits = self.by_length(y) + torch.gather(self.by_place(y), -1, leads)
        copied = self.copy(y)
        same_step = torch.arange(NONE) == model.unsqueeze(-1)
        same_place = leads.unsqueeze(-2) == place_of.unsqueeze(-1)
        returns = torch.cat([same_step, same_place], -2).to(y.dtype)
        logits = logits + (copied.unsqueeze(-2) @ returns).squeeze(-2)
        return logits, y, state

    def rests(self, y: Tensor, step: Tensor) -> Tensor:
        """Return logits of the rest before the syllable that a step leads to, (B, N, 8)."""
        result: Tensor = self.rest(torch.cat([y, self.step(step)], -1))
        return result


def load_rhythm_net(path: Path) -> RhythmNet:
    """Read the weights, for use.

    Raises:
        PluginError: if they are missing or damaged.
    """
    net = RhythmNet()
    read_weights(net, path, "rhythm weights")
    return net.eval()
