"""Sample-rate conversion by a small polyphase FIR, for devices that refuse the rate of the sound.

Each output sample depends on at most ``reach`` input samples either side, so that an edited stretch can be converted
alone and equals, bit for bit, the conversion of the whole. A Kaiser-windowed sinc (Smith, "Digital Audio Resampling")
that cuts off at the lower Nyquist rate: when the rate goes up by a whole number, the original samples stay as they are.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

__all__ = ["RateConverter", "Samples"]

Samples = NDArray[np.float32]

HALF_TAPS = 24
KAISER_BETA = 8.0  # stop band near -80 dB
LARGEST_DENOMINATOR = 640  # 11.025 kHz to 48 kHz needs 147; odd rates are met within a cent


class RateConverter:
    """Converts (n, channels) blocks from ``rate`` to ``device_rate``, both in Hz.

    ``up`` output samples belong to every ``down`` input samples, exactly.
    """

    def __init__(self, rate: int, device_rate: int) -> None:
        ratio = Fraction(device_rate, rate).limit_denominator(LARGEST_DENOMINATOR)
        self.up, self.down = ratio.numerator, ratio.denominator
        self.reach = 0 if self.up == self.down else int(np.ceil(HALF_TAPS * max(1.0, self.down / self.up)))
        self._taps = self._design()

    def to_device(self, sample: float) -> int:
        """The output sample that sounds at input ``sample``, rounded."""
        return round(sample * self.up / self.down)

    def to_sound(self, frame: float) -> float:
        """The input sample, with its fraction, that sounds at output ``frame``."""
        return frame * self.down / self.up

    def convert(self, padded: Samples) -> Samples:
        """Convert one block whose start lies on a multiple of ``down``.

        Args:
            padded: (reach + n + reach, channels): the block with its neighbours; n is a multiple of ``down``.

        Returns:
            (n * up / down, channels), float32.
        """
        if not self.reach:
            return padded
        n = len(padded) - 2 * self.reach
        converted = np.empty((n * self.up // self.down, padded.shape[1]), np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * self.reach, axis=0)
        for offset in range(self.up):
            first, phase = divmod(offset * self.down, self.up)
            # windows[i] holds the input from i - reach to i + reach - 1; the taps count from one later.
            converted[offset :: self.up] = windows[first + 1 : first + 1 + n : self.down] @ self._taps[phase]
        return converted

    def _design(self) -> Samples:
        """Taps (up, 2 * reach): one windowed sinc for every fraction of an input sample."""
        fractions = np.arange(self.up)[:, None] / self.up
        distance = np.arange(1 - self.reach, self.reach + 1)[None, :] - fractions
        cutoff = min(1.0, self.up / self.down)
        inside = np.clip(1.0 - (distance / max(self.reach, 1)) ** 2, 0.0, None)
        taps = cutoff * np.sinc(cutoff * distance) * np.i0(KAISER_BETA * np.sqrt(inside)) / np.i0(KAISER_BETA)
        return (taps / taps.sum(axis=1, keepdims=True) if self.reach else taps).astype(np.float32)
