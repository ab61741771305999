"""Forward passes of the converter's networks over a training batch, for training, calibration and evaluation."""

from __future__ import annotations

import torch
from torch import Tensor

from intermezzo_engines.speech.converter_data import Batch
from intermezzo_engines.speech.model import ColourNet, Curves, ProsodyNet, Targets, spread

__all__ = ["decode", "mean_curves", "standing_spectrum"]


def mean_curves(net: ProsodyNet, batch: Batch, encoded: Tensor, targets: Tensor) -> Curves:
    """Return the curves of frames for phones read as `targets` (B, N, 2), nothing standing."""
    reached = Targets.of(targets, batch.index, batch.left, batch.right, batch.share)
    none = torch.zeros(*batch.pitch.shape, 5)
    return net.curves(spread(encoded, batch.index, batch.position), reached, none, batch.frame_mask.unsqueeze(-1))


def standing_spectrum(batch: Batch, standing: Tensor) -> Tensor:
    """Return what `ColourNet` is told of frames that stand (B, T, 106), for `standing` (B, T)."""
    return torch.cat([batch.spectrum, torch.ones_like(standing).unsqueeze(-1)], -1) * standing.unsqueeze(-1)


def decode(
    net: ColourNet, batch: Batch, prosody: tuple[Tensor, Tensor, Tensor] | None = None, standing: Tensor | None = None
) -> Tensor:
    """Return the spectrum (B, T, 105) of a batch for its own prosody, or another: pitch, voicing, energy (B, T)."""
    pitch, voiced, energy = prosody or (batch.pitch, batch.voiced, batch.energy)
    if standing is None:
        standing = torch.zeros_like(batch.frame_mask)
    frames = spread(net.phones(**batch.inputs, mask=batch.phone_mask.unsqueeze(-1)), batch.index, batch.position)
    spectrum: Tensor = net(
        frames, torch.stack([pitch, voiced, energy], -1), standing_spectrum(batch, standing), batch.timbre,
        batch.frame_mask.unsqueeze(-1),
    )  # fmt: skip
    return spectrum
