"""The converter's network: phones -> durations, pitch, energy, envelope and breath, FastSpeech 2 in shape.

Encoder over phones, a duration predictor, a prosody predictor over frames (pitch, voicing, energy), and a decoder that
gives envelope and aperiodicity for the *actual* durations, pitch and energy, predicted or drawn by hand. Ren et al.
2021 (FastSpeech 2), with these differences: ConvNeXt blocks instead of self-attention, so that everything is local
(a frame depends on some 12 phones and 40 frames to either side); pitch and energy live on frames, not in bins; the
duration, pitch and energy predictors also give their own uncertainty; the decoder predicts a harmonic-free envelope.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from intermezzo_engines.speech.blocks import FrameBlock
from intermezzo_engines.speech.features import N_AP, N_BANDS
from intermezzo_engines.speech.frontend import MARKS, N_DISTANCES
from intermezzo_engines.speech.phones import SYMBOLS

__all__ = ["VOICES", "ConverterConfig", "ConverterNet", "Prosody", "frame_positions", "spread"]


VOICES = ("cathy", "ljs")
"""The voices of the shipped weights, in the order of their embeddings."""


@dataclass(frozen=True)
class ConverterConfig:
    """Shape of the network."""

    n_voices: int = 2
    dim_phone: int = 160
    n_encoder: int = 4
    n_duration: int = 2
    dim_prosody: int = 128
    n_prosody: int = 4
    dim_decoder: int = 192
    n_decoder: int = 6


@dataclass(frozen=True)
class Prosody:
    """Predictions for each frame, all (B, T) and normalised by voice; `*_log_var` are natural logs of variances."""

    pitch: Tensor
    pitch_log_var: Tensor
    voicing: Tensor  # logit
    energy: Tensor
    energy_log_var: Tensor


class ConverterNet(nn.Module):
    """See the module. The `*_stats` buffers hold each voice's means and deviations: inside, all is of unit scale."""

    def __init__(self, config: ConverterConfig | None = None) -> None:
        super().__init__()
        c = self.config = config or ConverterConfig()
        self.symbol = nn.Embedding(len(SYMBOLS), c.dim_phone)
        self.stress = nn.Embedding(3, c.dim_phone)
        self.place = nn.Embedding(5, c.dim_phone)
        self.weak = nn.Embedding(2, c.dim_phone)
        self.mark = nn.Embedding(len(MARKS), c.dim_phone)
        self.voice = nn.Embedding(c.n_voices, c.dim_phone)
        self.distance = nn.Linear(N_DISTANCES, c.dim_phone)
        self.encoder = _blocks(c.n_encoder, c.dim_phone, 7, 0.25)
        self.duration_blocks = _blocks(c.n_duration, c.dim_phone, 5, 0.3)
        self.duration_head = nn.Linear(c.dim_phone, 2)
        self.prosody_in = nn.Linear(c.dim_phone + _N_POSITION, c.dim_prosody)
        self.prosody_blocks = _blocks(c.n_prosody, c.dim_prosody, 11, 0.35)
        self.prosody_head = nn.Linear(c.dim_prosody, 5)
        self.decoder_in = nn.Linear(c.dim_phone + _N_POSITION + 3, c.dim_decoder)
        self.decoder_blocks = _blocks(c.n_decoder, c.dim_decoder, 7, 0.05)
        self.decoder_norm = nn.LayerNorm(c.dim_decoder)
        self.decoder_head = nn.Linear(c.dim_decoder, N_BANDS + N_AP)
        for name, shape in (("pitch", (2,)), ("energy", (2,)), ("spectrum", (2, N_BANDS + N_AP))):
            self.register_buffer(f"{name}_stats", torch.zeros(c.n_voices, *shape))
        self.contrast: Tensor
        self.pitch_range: Tensor
        self.register_buffer("contrast", torch.ones(c.n_voices, N_BANDS + N_AP))
        self.register_buffer("pitch_range", torch.ones(c.n_voices))

    def encode(
        self, symbol: Tensor, stress: Tensor, place: Tensor, weak: Tensor, mark: Tensor, distance: Tensor,
        voice: Tensor, mask: Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        """Return phone encodings (B, N, D) of int64 (B, N) inputs, `distance` (B, N, 4) and `voice` (B, N)."""
        x = self.symbol(symbol) + self.stress(stress) + self.place(place) + self.weak(weak) + self.mark(mark)
        x = x + self.voice(voice) + self.distance(distance)
        return _run(self.encoder, x, mask)

    def duration(self, encoded: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance (B, N) of the natural log of each phone's frames."""
        mean, log_var = self.duration_head(_run(self.duration_blocks, encoded, mask)).float().unbind(-1)
        return mean + 2.0, log_var.clamp(-6, 3)

    def prosody(self, frames: Tensor, mask: Tensor | None = None) -> Prosody:
        """Return pitch, voicing and energy of each frame from `spread` encodings (B, T, D + positions)."""
        x = _run(self.prosody_blocks, self.prosody_in(frames), mask)
        pitch, pitch_log_var, voicing, energy, energy_log_var = self.prosody_head(x).float().unbind(-1)
        return Prosody(pitch, pitch_log_var.clamp(-6, 3), voicing, energy, energy_log_var.clamp(-6, 3))

    def decode(
        self, frames: Tensor, pitch: Tensor, voiced: Tensor, energy: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return normalised envelope and aperiodicity (B, T, 105) for actual pitch, voicing (0/1) and energy (B, T)."""
        x = self.decoder_in(torch.cat([frames, torch.stack([pitch, voiced, energy], -1)], -1))
        spectrum: Tensor = self.decoder_head(self.decoder_norm(_run(self.decoder_blocks, x, mask))).float()
        return spectrum


_N_POSITION = 6


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
