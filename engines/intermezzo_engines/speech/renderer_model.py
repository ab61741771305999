"""The network of the speech renderer: for each short frame and bin, two gains and a phase on top of the draft renderer.

Six ConvNeXt blocks (Liu et al. 2022; Vocos, Siuzdak 2023, for the trunk) over the sketch's frames. It differs from a
vocoder in that it makes no sound itself: F0, voicing and level stay in the source and the envelope, the network only
shapes them. With its last layer at zero it is the draft renderer. Frame ``k`` depends on the frames ``k - REACH .. k
+ REACH`` and on nothing else.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from intermezzo_engines.speech.draft import N_BINS
from intermezzo_engines.speech.features import N_AP, N_BANDS

N_INPUTS: Final = N_BANDS + N_AP + 2
_GAIN_LIMIT: Final = 3.0


@dataclass(frozen=True)
class RendererConfig:
    """Size of the network: channels, blocks, hidden channels of a block, and the two kernel lengths in frames."""

    width: int = 192
    blocks: int = 6
    hidden: int = 576
    kernel_in: int = 5
    kernel: int = 7

    @property
    def reach(self) -> int:
        """Frames on each side that one output frame depends on."""
        return self.kernel_in // 2 + self.blocks * (self.kernel // 2)


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution over frames, then a two-layer perceptron, added to the input with a learned scale."""

    def __init__(self, config: RendererConfig) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(
            config.width, config.width, config.kernel, padding=config.kernel // 2, groups=config.width
        )
        self.norm = nn.LayerNorm(config.width)
        self.expand = nn.Linear(config.width, config.hidden)
        self.contract = nn.Linear(config.hidden, config.width)
        self.scale = nn.Parameter(torch.full((config.width,), 0.2))

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(B, T, width)`` to the same shape."""
        h = self.depthwise(x.transpose(1, 2)).transpose(1, 2)
        h = self.contract(nn.functional.gelu(self.expand(self.norm(h))))
        out: Tensor = x + self.scale * h
        return out


class RendererNet(nn.Module):
    """Envelope, aperiodicity and pitch in; harmonic gain, noise gain and phase of two sub-frames a frame out."""

    def __init__(self, config: RendererConfig | None = None) -> None:
        super().__init__()
        self.config = config or RendererConfig()
        width = self.config.width
        self.embed = nn.Conv1d(N_INPUTS, width, self.config.kernel_in, padding=self.config.kernel_in // 2)
        self.norm_in = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(ConvNeXtBlock(self.config) for _ in range(self.config.blocks))
        self.norm_out = nn.LayerNorm(width)
        self.head = nn.Linear(width, 2 * 3 * N_BINS)
        with torch.no_grad():
            self.head.weight.mul_(0.02)
            self.head.bias.zero_()

    def forward(self, env_ln: Tensor, ap_ln: Tensor, f0_hz: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return ``(harmonic_ln, noise_ln, theta)``, each ``(B, 2 T, N_BINS)``.

        Args:
            env_ln: ``(B, T, N_BANDS)`` natural log.
            ap_ln: ``(B, T, N_AP)`` natural log.
            f0_hz: ``(B, T)``, 0 unvoiced.
        """
        voiced = (f0_hz > 0).to(env_ln.dtype)
        height = 2.0 * torch.log2(f0_hz.clamp_min(20.0) / 200.0) * voiced
        x = torch.cat([env_ln * 0.4 + 1.2, ap_ln * 0.4 + 0.8, height[..., None], voiced[..., None]], -1)
        h = self.norm_in(self.embed(x.transpose(1, 2)).transpose(1, 2))
        for block in self.blocks:
            h = block(h)
        out = self.head(self.norm_out(h)).float()
        batch, frames, _ = out.shape
        gains, theta = out.view(batch, 2 * frames, 3, N_BINS).split([2, 1], 2)
        gains = _GAIN_LIMIT * torch.tanh(gains / _GAIN_LIMIT)
        return gains[:, :, 0], gains[:, :, 1], theta[:, :, 0]
