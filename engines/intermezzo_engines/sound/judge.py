"""The judge of the sound engine: a small network that hears which of ten classes a recording is; it only measures.

It is trained on real recordings alone (train_judge.py), and knows nothing of codes.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from intermezzo_engines.sound.recordings import CLASSES, RATE

__all__ = ["Judge", "heard", "log_mel", "mel_power"]

BANDS: Final = 64
_SIZE, _STEP = 1024, 480
_SECONDS: Final = 5


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the judge sees of samples at 24 kHz: (64 bands, 250 steps) of the first five seconds, about -1 to 1.

    Shorter sounds are followed by silence; how loud the recording is as a whole does not count.
    """
    whole = np.zeros(_SECONDS * RATE, np.float32)
    whole[: min(len(samples), len(whole))] = samples[: len(whole)]
    whole /= max(float(np.abs(whole).max()), 1e-4)
    found: NDArray[np.float32] = (np.log10(mel_power(whole) + 1e-5) / 3).T.astype(np.float32)
    return found


def mel_power(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the power of samples at 24 kHz in 64 mel bands every 20 ms, (steps, bands)."""
    around = np.pad(samples, _SIZE // 2)
    frames = np.lib.stride_tricks.sliding_window_view(around, _SIZE)[::_STEP][: max(len(samples) // _STEP, 1)]
    found: NDArray[np.float64] = np.abs(np.fft.rfft(frames * np.hanning(_SIZE), axis=1)) ** 2 @ _filters().T
    return found


@lru_cache(maxsize=1)
def _filters() -> NDArray[np.float64]:
    """Return triangles evenly spaced in mel from 0 Hz to half the rate, (bands, bins)."""
    hz = np.fft.rfftfreq(_SIZE, 1 / RATE)
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + RATE / 2 / 700), BANDS + 2) / 2595) - 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (hz - low) / (middle - low), (high - hz) / (high - middle)
    found: NDArray[np.float64] = np.maximum(0, np.minimum(rising, falling))
    return found


class Judge(nn.Module):
    """Four convolutions over `log_mel` (n, 64, 250), then mean and peak over time; returns logits (n, 10)."""

    def __init__(self) -> None:
        super().__init__()
        widths = (1, 16, 32, 64, 96)
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths))
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for b in widths[1:])
        self.dropout = nn.Dropout(0.3)
        self.out = nn.Linear(2 * widths[-1], len(CLASSES))

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, None]
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = functional.max_pool2d(functional.relu(norm(convolution(x))), 2)
        over = x.mean(dim=2)
        said: Tensor = self.out(self.dropout(torch.cat([over.mean(dim=2), over.amax(dim=2)], dim=1)))
        return said


def heard(judge: Judge, sounds: list[NDArray[np.float32]]) -> list[str]:
    """Return the class that the judge hears in each of some sounds at 24 kHz."""
    with torch.inference_mode():
        logits = judge.eval()(torch.from_numpy(np.stack([log_mel(sound) for sound in sounds])))
    return [CLASSES[k] for k in logits.argmax(dim=1).tolist()]
