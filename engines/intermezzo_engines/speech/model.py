"""The converter's networks: phones -> durations, pitch, energy, envelope and breath, FastSpeech 2 in shape.

Two networks with an encoder each. `ProsodyNet` predicts durations of phones, and pitch, voicing and energy of frames;
`ColourNet` gives envelope and aperiodicity for the *actual* durations, pitch and energy, predicted or drawn by hand.
Ren et al. 2021 (FastSpeech 2), with these differences: ConvNeXt blocks instead of self-attention, so that everything
is local (a frame depends on some 12 phones and 20 frames to either side); pitch and energy live on frames, not in
bins; the predictors also give their own uncertainty; the decoder predicts a harmonic-free envelope; prosody has a
network of its own, because two hours of speech teach it less than they teach the colour of sounds: it would learn
its clips by heart while the decoder still improves.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from intermezzo_engines.speech.blocks import FrameBlock
from intermezzo_engines.speech.features import N_AP, N_BANDS
from intermezzo_engines.speech.frontend import MARKS, N_DISTANCES
from intermezzo_engines.speech.phones import SYMBOLS

__all__ = [
    "N_POSITION", "VOICES", "ColourNet", "ConverterNet", "PhoneEncoder", "Prosody", "ProsodyNet", "frame_positions",
    "spread",
]  # fmt: skip


VOICES = ("cathy", "ljs", "kerstin")
"""The voices of the shipped weights, in the order of their embeddings."""
N_POSITION = 6
"""How many numbers say where in its phone a frame is."""


@dataclass(frozen=True)
class Prosody:
    """Predictions for each frame, all (B, T) and normalised by voice; `*_log_var` are natural logs of variances."""

    pitch: Tensor
    pitch_log_var: Tensor
    voicing: Tensor  # logit
    energy: Tensor
    energy_log_var: Tensor


class PhoneEncoder(nn.Module):
    """Phone inputs -> encodings (B, N, D); each block sees three phones further to either side."""

    def __init__(self, dim: int, n_blocks: int, dropout: float) -> None:
        super().__init__()
        self.symbol = nn.Embedding(len(SYMBOLS), dim)
        self.stress = nn.Embedding(3, dim)
        self.place = nn.Embedding(5, dim)
        self.weak = nn.Embedding(2, dim)
        self.mark = nn.Embedding(len(MARKS), dim)
        self.voice = nn.Embedding(len(VOICES), dim)
        self.distance = nn.Linear(N_DISTANCES, dim)
        self.blocks = _blocks(n_blocks, dim, 7, dropout)

    def forward(
        self, symbol: Tensor, stress: Tensor, place: Tensor, weak: Tensor, mark: Tensor, distance: Tensor,
        voice: Tensor, mask: Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        """Return encodings (B, N, D) of int64 (B, N) inputs, `distance` (B, N, 4) and `voice` (B, N)."""
        x = self.symbol(symbol) + self.stress(stress) + self.place(place) + self.weak(weak) + self.mark(mark)
        return _run(self.blocks, x + self.voice(voice) + self.distance(distance), mask)


class ProsodyNet(nn.Module):
    """Phones -> durations, pitch, voicing and energy with their doubts; much dropout, for there are few clips."""

    def __init__(self, dim_phone: int = 160, dim: int = 128) -> None:
        super().__init__()
        self.phones = PhoneEncoder(dim_phone, 4, 0.3)
        self.duration_blocks = _blocks(2, dim_phone, 5, 0.3)
        self.duration_head = nn.Linear(dim_phone, 2)
        self.enter = nn.Linear(dim_phone + N_POSITION, dim)
        self.frame_blocks = _blocks(4, dim, 11, 0.35)
        self.frame_head = nn.Linear(dim, 5)

    def duration(self, encoded: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance (B, N) of the natural log of each phone's frames."""
        mean, log_var = self.duration_head(_run(self.duration_blocks, encoded, mask)).float().unbind(-1)
        return mean + 2.0, log_var.clamp(-6, 3)

    def forward(self, frames: Tensor, mask: Tensor | None = None) -> Prosody:
        """Return pitch, voicing and energy of each frame from `spread` encodings (B, T, D + positions)."""
        x = _run(self.frame_blocks, self.enter(frames), mask)
        pitch, pitch_log_var, voicing, energy, energy_log_var = self.frame_head(x).float().unbind(-1)
        return Prosody(pitch, pitch_log_var.clamp(-6, 3), voicing, energy, energy_log_var.clamp(-6, 3))


class ColourNet(nn.Module):
    """Phones and the prosody that really is -> envelope and breath."""

    def __init__(self, dim_phone: int = 160, dim: int = 192) -> None:
        super().__init__()
        self.phones = PhoneEncoder(dim_phone, 4, 0.25)
        self.enter = nn.Linear(dim_phone + N_POSITION + 3, dim)
        self.blocks = _blocks(6, dim, 7, 0.05)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, N_BANDS + N_AP)

    def forward(
        self, frames: Tensor, pitch: Tensor, voiced: Tensor, energy: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return normalised envelope and aperiodicity (B, T, 105) for actual pitch, voicing (0/1) and energy (B, T)."""
        x = self.enter(torch.cat([frames, torch.stack([pitch, voiced, energy], -1)], -1))
        spectrum: Tensor = self.head(self.norm(_run(self.blocks, x, mask))).float()
        return spectrum


class ConverterNet(nn.Module):
    """Both networks and their tables.

    The `*_stats` buffers hold each voice's means and deviations (inside, all is of unit scale); `pitch_range` and
    `contrast` undo the flatness of regression (see calibrate.py).
    """

    pitch_range: Tensor
    contrast: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.prosody = ProsodyNet()
        self.colour = ColourNet()
        for name, shape in (("pitch", (2,)), ("energy", (2,)), ("spectrum", (2, N_BANDS + N_AP))):
            self.register_buffer(f"{name}_stats", torch.zeros(len(VOICES), *shape))
        self.register_buffer("contrast", torch.ones(len(VOICES), N_BANDS + N_AP))
        self.register_buffer("pitch_range", torch.ones(len(VOICES)))

    @property
    def stats(self) -> dict[str, Tensor]:
        """The normalisation tables by name."""
        return {name: value for name, value in self.named_buffers() if name.endswith("_stats")}


def frame_positions(durations: Tensor) -> tuple[Tensor, Tensor]:
    """Return the phone of each frame (T,), and where in it the frame is (T, 6), for durations (N,) int64."""
    index = torch.repeat_interleave(torch.arange(len(durations)), durations)
    stops = torch.cumsum(durations, 0)
    frame = torch.arange(int(durations.sum()))
    length = durations[index].float()
    past, left = (frame - (stops - durations)[index]).float() + 0.5, (stops[index] - frame).float() - 0.5
    share = past / length
    position = torch.stack(
        [share - 0.5, (share - 0.5).square() * 4 - 0.3, (past / 8).clamp(max=2) - 0.5, (left / 8).clamp(max=2) - 0.5,
         torch.log(length) - 2, torch.sin(torch.pi * share) - 0.6], -1,
    )  # fmt: skip
    return index, position


def spread(encoded: Tensor, index: Tensor, position: Tensor) -> Tensor:
    """Return frame inputs (B, T, D + 6) from encodings (B, N, D), phone indices (B, T) and positions (B, T, 6)."""
    gathered = encoded.gather(1, index.unsqueeze(-1).expand(-1, -1, encoded.shape[-1]))
    return torch.cat([gathered, position.to(gathered.dtype)], -1)


def _blocks(count: int, dim: int, kernel: int, dropout: float) -> nn.ModuleList:
    return nn.ModuleList([FrameBlock(dim, 3 * dim, kernel, dropout=dropout) for _ in range(count)])


def _run(blocks: nn.ModuleList, x: Tensor, mask: Tensor | None) -> Tensor:
    for block in blocks:
        x = block(x, mask)
    return x
