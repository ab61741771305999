"""How far a frame of codes is heard: intervals of samples, pushed through one layer of a network after the other.

A stack of convolutions is a list of steps. `Conv` spreads a sample to those before and after it at the same rate,
`Up` makes ``stride`` samples of each and spreads them. Exact, so that a footprint is no wider than it must be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

__all__ = ["Conv", "Up", "dac_layers", "encodec_layers", "heard"]


@dataclass(frozen=True)
class Conv:
    """A sample is heard ``before`` and ``after`` samples away."""

    before: int
    after: int


@dataclass(frozen=True)
class Up:
    """A transposed convolution: sample k is heard from k * stride - trim on, in ``kernel`` samples."""

    stride: int
    kernel: int
    trim: int


def heard(layers: Iterable[Conv | Up]) -> tuple[int, int]:
    """Return how many frames before and after its own a frame of codes is heard through these layers."""
    low = high = 0
    hop = 1
    for layer in layers:
        if isinstance(layer, Conv):
            low, high = low - layer.before, high + layer.after
        else:
            low, high = low * layer.stride - layer.trim, high * layer.stride + layer.kernel - 1 - layer.trim
            hop *= layer.stride
    return ceil(-low / hop), max(ceil((high - (hop - 1)) / hop), 0)


def dac_layers(config: Mapping[str, Any]) -> list[Conv | Up]:
    """Return the layers of a DAC decoder, as its config.json describes them."""
    layers: list[Conv | Up] = [Conv(3, 3)]
    for stride in map(int, config.get("upsampling_ratios", (8, 8, 4, 2))):
        layers.append(Up(stride, 2 * stride, ceil(stride / 2)))
        layers += [Conv(3 * dilation, 3 * dilation) for dilation in (1, 3, 9)]
    return [*layers, Conv(3, 3)]


def encodec_layers(config: Mapping[str, Any]) -> list[Conv | Up]:
    """Return the layers of an EnCodec decoder without its LSTM, through which a frame is heard to the end."""
    causal = bool(config.get("use_causal_conv", True))
    kernel, growth = int(config.get("kernel_size", 7)), int(config.get("dilation_growth_rate", 2))
    residual = int(config.get("residual_kernel_size", 3))

    def conv(size: int, dilation: int = 1) -> Conv:
        span = (size - 1) * dilation
        return Conv(0, span) if causal else Conv(span // 2, span - span // 2)

    layers: list[Conv | Up] = [conv(kernel)]
    for stride in map(int, config.get("upsampling_ratios", (8, 5, 4, 2))):
        right = ceil(stride * float(config.get("trim_right_ratio", 1.0))) if causal else stride // 2
        layers.append(Up(stride, 2 * stride, stride - right))
        layers += [conv(residual, growth**j) for j in range(int(config.get("num_residual_layers", 1)))]
    return [*layers, conv(int(config.get("last_kernel_size", 7)))]
