"""The one building block of the speech networks: a ConvNeXt block over (batch, time, channels)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["ConvNeXtBlock", "count_parameters"]


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution, layer norm and a pointwise MLP on a residual path (Liu et al. 2022, in one dimension)."""

    def __init__(self, dim: int, hidden: int, kernel: int = 7, scale: float = 0.2, dropout: float = 0.0) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(dim, dim, kernel, padding=kernel // 2, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.expand = nn.Linear(dim, hidden)
        self.contract = nn.Linear(hidden, dim)
        self.scale = nn.Parameter(torch.full((dim,), scale))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map (B, T, C) to (B, T, C); `mask` (B, T, 1) is 1 inside each sequence, so that padding stays silent."""
        if mask is not None:
            x = x * mask
        y = self.depthwise(x.transpose(1, 2)).transpose(1, 2)
        y = self.contract(nn.functional.gelu(self.expand(self.norm(y))))
        result: Tensor = x + self.dropout(self.scale * y)
        return result


def count_parameters(module: nn.Module) -> int:
    """Return how many trainable numbers a network holds."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)
