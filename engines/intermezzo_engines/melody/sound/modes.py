"""Modal synthesis: a sound that rings is a sum of sines which die away, and that sum is one matrix product.

Sample r * C + c of a page is the real part of sum_m A_m z_m^(rC) z_m^c: rows times columns. So sixty partials cost less
than one sine computed sample by sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.melody.sound.rate import PAGE, RATE

__all__ = ["Modes", "page_of"]

_COLUMNS: Final = 128
_SILENT: Final = 1e-6


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
    first_s = index * PAGE / RATE
    left = modes.amplitudes * np.exp(-modes.decays * first_s)
    loud = np.abs(left) > _SILENT
    if not loud.any():
        return None
    hz, decays, left = modes.hz[loud], modes.decays[loud], left[loud]
    rows, columns = np.arange(0, PAGE, _COLUMNS), np.arange(_COLUMNS)
    turns = np.mod(hz[:, None] / RATE * (rows + index * PAGE) + modes.phases[loud][:, None], 1.0)
    starts = left[:, None] * np.exp(2j * np.pi * turns - decays[:, None] * rows / RATE)
    steps = np.exp((2j * np.pi * hz - decays)[:, None] * columns / RATE)
    a = np.concatenate([starts.real, -starts.imag]).astype(np.float32)
    b = np.concatenate([steps.real, steps.imag]).astype(np.float32)
    page: NDArray[np.float32] = (a.T @ b).reshape(-1)
    return page
