"""The network that gives pitches to the notes of a template, some of which may stand already.

Template and notes are aligned, so no attention is needed: two bidirectional GRU layers read what is told of all notes
and the pitches that stand, on both sides; a GRU then goes from left to right with the pitch before. Four views of a
pitch are added up: above the tonic, above the chord's root, as an interval from the note before, and as the same place
of the section that is repeated. Differs from TeleMelody (Ju et al. 2022) in that only pitches are predicted, the rhythm
being the template's, and in that any notes may be given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from intermezzo_engines.melody.tune_features import CLASSES, FIELDS
from intermezzo_engines.weights import read_weights

__all__ = ["NONE", "TuneNet", "load_tune_net"]

NONE: Final = CLASSES
"""The class of a pitch that is not known or does not exist."""
_EMBED, _WIDE, _PITCH, _HIDDEN = 96, 128, 48, 224
_INTERVALS = 2 * CLASSES - 1


class TuneNet(nn.Module):
    """Pitch classes of notes from what `tune_features` tells of them."""

    def __init__(self, dropout: float = 0.35) -> None:
        super().__init__()
        self.whole = nn.ModuleList(nn.Embedding(size, _EMBED) for size in FIELDS.values())
        self.tones = nn.Linear(24, _EMBED)
        self.known = nn.Embedding(CLASSES + 1, _EMBED)
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.GRU(_EMBED, _WIDE, 2, batch_first=True, bidirectional=True, dropout=dropout)
        self.pitch = nn.Embedding(CLASSES + 1, _PITCH)
        self.decoder = nn.GRU(2 * _WIDE + 3 * _PITCH, _HIDDEN, batch_first=True)
        self.head = nn.Linear(_HIDDEN + 2 * _WIDE, 192)
        self.above_tonic = nn.Linear(192, CLASSES)
        self.above_root = nn.Linear(192, 12)
        self.interval = nn.Linear(192, _INTERVALS)
        self.copy = nn.Linear(192, 2)

    def encode(self, whole: Tensor, tones: Tensor, known: Tensor) -> Tensor:
        """Return (B, N, 256) of whole (B, N, fields), tones (B, N, 24) and the classes that stand (B, N), else NONE."""
        x = self.tones(tones) + self.known(known)
        for k, table in enumerate(self.whole):
            x = x + table(whole[..., k])
        result: Tensor = self.drop(self.encoder(self.drop(x))[0])
        return result

    def decode(
        self, encoded: Tensor, root: Tensor, before: Tensor, model: Tensor, follow: Tensor, state: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return logits (B, N, 48) and the state after the last note.

        Args:
            encoded: (B, N, 256).
            root: (B, N) root of the chord above the tonic, 12 for none.
            before: (B, N) class of the note before, NONE at the beginning.
            model: (B, N) class of the note at the same place of the repeated section, or NONE.
            follow: (B, N) class that the contour of the repeated section leads to from the note before, or NONE.
            state: (1, B, 224) of an earlier call.
        """
        told = torch.cat([encoded, self.pitch(before), self.pitch(model), self.pitch(follow)], -1)
        hidden, state = self.decoder(told, state)
        y = nn.functional.gelu(self.head(self.drop(torch.cat([hidden, encoded], -1))))
        classes = torch.arange(CLASSES, device=y.device)
        logits = self.above_tonic(y)
        from_root = torch.gather(self.above_root(y), -1, (classes - 18 - root.unsqueeze(-1)) % 12)
        logits = logits + from_root * (root < 12).unsqueeze(-1)
        from_before = (classes - before.unsqueeze(-1) + CLASSES - 1).clamp(0, _INTERVALS - 1)
        logits = logits + torch.gather(self.interval(y), -1, from_before) * (before < NONE).unsqueeze(-1)
        copied = self.copy(y)
        for k, source in enumerate((model, follow)):
            logits = logits + copied[..., k : k + 1] * (classes == source.unsqueeze(-1))
        return logits, state


def load_tune_net(path: Path) -> TuneNet:
    """Read the weights, for use.

    Raises:
        PluginError: if they are missing or damaged.
    """
    net = TuneNet()
    read_weights(net, path, "melody weights")
    return net.eval()
