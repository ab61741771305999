"""The shapes of known vocoders with random weights, for their speed alone; nothing here makes sense to the ear.

HiFi-GAN V1 (Kong et al. 2020, table 5: 512 channels, strides 8 8 2 2, kernels 3 7 11, dilations 1 3 5) and Vocos base
(Siuzdak 2023: 8 ConvNeXt blocks of 512 channels, inner 1536, inverse STFT head 1024/256).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["HifiGanV1", "VocosBase"]


class _Residual(nn.Module):
    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.dilated = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=d, padding=d * (kernel - 1) // 2) for d in (1, 3, 5)
        )
        self.plain = nn.ModuleList(nn.Conv1d(channels, channels, kernel, padding=(kernel - 1) // 2) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, T) -> (B, C, T)."""
        for dilated, plain in zip(self.dilated, self.plain, strict=True):
            x = x + plain(F.leaky_relu(dilated(F.leaky_relu(x, 0.1)), 0.1))
        return x


class HifiGanV1(nn.Module):
    """13.9 M parameters; 80-band mel (B, 80, T) -> sound (B, 1, 256 T)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(80, 512, 7, padding=3)
        widths = (512, 256, 128, 64, 32)
        self.ups = nn.ModuleList(
            nn.ConvTranspose1d(widths[i], widths[i + 1], kernel, stride, (kernel - stride) // 2)
            for i, (stride, kernel) in enumerate(((8, 16), (8, 16), (2, 4), (2, 4)))
        )
        self.blocks = nn.ModuleList(nn.ModuleList(_Residual(c, k) for k in (3, 7, 11)) for c in widths[1:])
        self.last = nn.Conv1d(32, 1, 7, padding=3)

    def forward(self, mel: Tensor) -> Tensor:
        """(B, 80, T) -> (B, 1, 256 T)."""
        x = self.first(mel)
        for up, group in zip(self.ups, self.blocks, strict=True):
            x = up(F.leaky_relu(x, 0.1))
            assert isinstance(group, nn.ModuleList)  # ModuleList is typed by Module alone
            x = torch.stack([block(x) for block in group]).mean(0)
        return torch.tanh(self.last(F.leaky_relu(x)))


class VocosBase(nn.Module):
    """13.5 M parameters; 100-band mel (B, 100, T) -> sound (B, 256 (T - 1))."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(100, 512, 7, padding=3)
        self.norm = nn.LayerNorm(512)
        self.depthwise = nn.ModuleList(nn.Conv1d(512, 512, 7, padding=3, groups=512) for _ in range(8))
        self.norms = nn.ModuleList(nn.LayerNorm(512) for _ in range(8))
        self.wide = nn.ModuleList(nn.Linear(512, 1536) for _ in range(8))
        self.narrow = nn.ModuleList(nn.Linear(1536, 512) for _ in range(8))
        self.head = nn.Linear(512, 1026)
        self.register_buffer("window", torch.hann_window(1024), persistent=False)

    def forward(self, mel: Tensor) -> Tensor:
        """(B, 100, T) -> (B, 256 (T - 1))."""
        x = self.norm(self.first(mel).transpose(1, 2))
        for depthwise, norm, wide, narrow in zip(self.depthwise, self.norms, self.wide, self.narrow, strict=True):
            x = x + narrow(F.gelu(wide(norm(depthwise(x.transpose(1, 2)).transpose(1, 2)))))
        magnitude, phase = self.head(x).transpose(1, 2).chunk(2, 1)
        spectrum = torch.polar(magnitude.clamp(max=4.6).exp(), phase)
        window = self.window
        assert isinstance(window, Tensor)  # buffers are untyped
        return torch.istft(spectrum, 1024, 256, 1024, window)
