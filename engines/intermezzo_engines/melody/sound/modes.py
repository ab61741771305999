"""Modal synthesis: a sound that rings is a sum of sines which die away, and that sum is one matrix product.

Sample r * C + c of a page is the real part of sum_m A_m z_m^(rC) z_m^c: rows times columns. So sixty partials cost less
than one sine computed sample by sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound.exact import exact_product
from intermezzo_engines.melody.sound.rate import PAGE, RATE

__all__ = ["Modes", "page_of"]

_COLUMNS: Final = 128
_FINE: Final = 8
_SILENT: Final = 8e-6
_COVERED: Final = 2e-4  # of the strongest partial at its loudest


@dataclass(frozen=True, eq=False)
class Modes:
    """Frequencies in Hz, decays in 1/s, amplitudes (full scale 1) and phases in cycles; float64 (modes,) each."""

    hz: NDArray[np.float64]
    decays: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    phases: NDArray[np.float64]

    @classmethod
    def joined(cls, *parts: Modes) -> Modes:
        """Return all modes of some sets in one."""
        columns = zip(*((p.hz, p.decays, p.amplitudes, p.phases) for p in parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns))


def page_of(modes: Modes, index: int) -> NDArray[np.float32] | None:
    """Return page ``index`` of the sound, float32 (PAGE,), or None from where it has died away."""
    left = modes.amplitudes * np.exp(-modes.decays * (index * PAGE / RATE))
    loud = np.abs(left) > max(_SILENT, _COVERED * float(np.abs(modes.amplitudes).max(initial=0.0)))
    if not loud.any():
        return None
    decays, left = modes.decays[loud], left[loud]
    turns = modes.hz[loud] / RATE
    begun = np.mod(turns * (index * PAGE) + modes.phases[loud], 1.0)
    starts = left * np.exp(2j * np.pi * begun)
    a = _parts(starts[:, None] * _powers(turns, decays, _COLUMNS, PAGE // _COLUMNS), -1.0)
    b = _parts(_powers(turns, decays, 1, _COLUMNS), 1.0)
    return exact_product(a.T, b).reshape(-1)


def _powers(turns: NDArray[np.float64], decays: NDArray[np.float64], step: int, n: int) -> NDArray[np.complex128]:
    """Return each mode after 0, 1 .. n - 1 times ``step`` samples, (modes, n): few of them computed, all multiplied."""
    coarse, fine = np.arange(0, n, _FINE) * step, np.arange(_FINE) * step
    product = _turned(turns, decays, coarse)[:, :, None] * _turned(turns, decays, fine)[:, None, :]
    return product.reshape(len(turns), n)


def _turned(turns: NDArray[np.float64], decays: NDArray[np.float64], at: NDArray[np.int64]) -> NDArray[np.complex128]:
    whole = np.outer(turns, at)
    angle = 2 * np.pi * (whole - np.floor(whole))
    left = np.exp(-np.outer(decays, at) / RATE)
    turned = np.empty(angle.shape, np.complex128)
    turned.real, turned.imag = left * np.cos(angle), left * np.sin(angle)
    return turned


def _parts(values: NDArray[np.complex128], sign: float) -> NDArray[np.float64]:
    """Return real parts over imaginary parts times ``sign``, (2 modes, n)."""
    return np.concatenate([values.real, sign * values.imag])
