"""The network that writes chords: one step of a bar or half a bar after the other, the cadences ahead in sight.

A bidirectional GRU reads what is told of all steps (harmony_features.py), a GRU goes from left to right with the chord
before, and a chord that stays is scored apart. A phrase is drafted several times side by side; the draft that stays is
drawn by how likely its cadence was, so that the way there leads to it. Differs from TeleMelody (Ju et al. 2022), where
people bring the chords.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from intermezzo_engines.melody.harmony_features import CHORDS, FIELDS
from intermezzo_engines.weights import read_weights

__all__ = ["LISTED", "START", "HarmonyNet", "draw_chords", "load_harmony_net"]

START: Final = CHORDS + 1
"""What stands before the first chord; `CHORDS` is no chord."""
_EMBED, _WIDE, _HIDDEN, _HEAD = 48, 64, 96, 96
_DRAFTS: Final = 8
LISTED: Final = 5
"""How many of the likeliest chords of a step are told."""


class HarmonyNet(nn.Module):
    """Chords above the tonic from what is told of each step."""

    def __init__(self, dropout: float = 0.35) -> None:
        super().__init__()
        self.told = nn.ModuleList(nn.Embedding(size, _EMBED) for size in FIELDS.values())
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.GRU(_EMBED, _WIDE, batch_first=True, bidirectional=True)
        self.chord = nn.Embedding(CHORDS + 2, _EMBED)
        self.decoder = nn.GRU(2 * _WIDE + _EMBED, _HIDDEN, batch_first=True)
        self.head = nn.Linear(_HIDDEN + 2 * _WIDE + _EMBED, _HEAD)
        self.chords = nn.Linear(_HEAD, CHORDS)
        self.stays = nn.Linear(_HEAD, 1)

    def encode(self, told: Tensor) -> Tensor:
        """Return (B, N, 128) of told (B, N, fields)."""
        x = sum(table(told[..., k]) for k, table in enumerate(self.told))
        result: Tensor = self.drop(self.encoder(self.drop(x))[0])
        return result

    def decode(self, encoded: Tensor, before: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return logits (B, N, CHORDS) and the state after the last step.

        Args:
            encoded: (B, N, 128).
            before: (B, N) number of the chord before, `CHORDS` for none, `START` at the beginning.
            state: (1, B, 96) of an earlier call.
        """
        chord = self.drop(self.chord(before))
        hidden, state = self.decoder(torch.cat([encoded, chord], -1), state)
        y = self.drop(nn.functional.gelu(self.head(self.drop(torch.cat([hidden, encoded, chord], -1)))))
        stays = torch.zeros(*before.shape, CHORDS + 2).scatter(-1, before.unsqueeze(-1), self.stays(y))
        return self.chords(y) + stays[..., :CHORDS], state


def draw_chords(
    net: HarmonyNet, told: NDArray[np.int64], phrase: NDArray[np.int64], allowed: NDArray[np.bool_],
    model: NDArray[np.int64], rng: np.random.Generator, warmth: float, report: Callable[[float], None],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:  # fmt: skip
    """Draw a chord for each of N steps.

    Args:
        net: the network.
        told: (N, fields), see `harmony_features.FIELDS`.
        phrase: (N,) index of the phrase of each step, rising.
        allowed: (N, CHORDS) which chords may stand.
        model: (N,) index of an earlier step whose chord is taken over, or -1.
        rng: where chance comes from.
        warmth: under 1 likely chords become likelier.
        report: called with the share that is done.

    Returns:
        Chords (N,), how sure the network was of each, 0 to 1, and the likeliest chords (N, LISTED), likeliest first,
        with how sure it was of those (N, LISTED); the chord that was drawn is among them.
    """
    n = len(told)
    chords, sure = np.zeros(n, np.int64), np.zeros(n)
    likely, shares_of = np.zeros((n, LISTED), np.int64), np.zeros((n, LISTED))
    edges = np.flatnonzero(np.diff(phrase, prepend=-1, append=-1))
    before = torch.full((_DRAFTS, 1), START)
    state: Tensor | None = None
    with torch.inference_mode():
        encoded = net.encode(torch.from_numpy(told)[None])
        for first, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            report(first / n)
            drafts = np.zeros((_DRAFTS, stop - first), np.int64)
            said = np.zeros((stop - first, _DRAFTS, CHORDS))
            weight = np.zeros(_DRAFTS)
            draws = rng.uniform(size=(_DRAFTS, stop - first))
            for k in range(first, stop):
                logits, state = net.decode(encoded[:, k : k + 1].expand(_DRAFTS, -1, -1), before, state)
                scores = logits[:, 0].double().numpy()
                plain = _shares(scores)
                if model[k] >= 0:
                    chosen = chords[model[k]] if model[k] < first else drafts[:, model[k] - first]
                    chosen = np.broadcast_to(chosen, (_DRAFTS,)).copy()
                else:
                    open_ = allowed[k]
                    weight += np.log(np.maximum(plain[:, open_].sum(1), 1e-12))
                    shares = _shares(np.where(open_, scores / warmth, -1e9))
                    chosen = (shares.cumsum(1) > draws[:, k - first, None] * (1 - 1e-9)).argmax(1)
                drafts[:, k - first] = chosen
                said[k - first] = plain
                before = torch.from_numpy(chosen)[:, None]
            best = int((_shares(weight[None])[0].cumsum() > rng.uniform()).argmax())
            chords[first:stop] = drafts[best]
            for k in range(first, stop):
                plain = said[k - first, best]
                sure[k] = plain[chords[k]]
                likely[k] = _listed(plain, int(chords[k]))
                shares_of[k] = plain[likely[k]]
            before = before[best].expand(_DRAFTS, 1).clone()
            assert state is not None
            state = state[:, best : best + 1].expand(-1, _DRAFTS, -1).contiguous()
    return chords, sure, likely, shares_of


def _listed(shares: NDArray[np.float64], drawn: int) -> NDArray[np.int64]:
    """Return the likeliest chords, likeliest first, with the drawn one among them."""
    likely = np.argsort(-shares, kind="stable")[:LISTED]
    return likely if drawn in likely else np.append(likely[:-1], drawn)


def load_harmony_net(path: Path) -> HarmonyNet:
    """Read the weights, for use.

    Raises:
        PluginError: if they are missing or damaged.
    """
    net = HarmonyNet()
    read_weights(net, path, "harmony weights", beside=("cadence.", "chain."))
    return net.eval()


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    result: NDArray[np.float64] = shares / shares.sum(-1, keepdims=True)
    return result
