"""Loudness of partials: the K weighting of ITU-R BS.1770, so that all instruments are as loud as each other."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOMENT_S", "REFERENCE_RMS", "k_filters", "k_weights", "levelled"]

MOMENT_S: Final = 0.4
"""Momentary loudness is the power of 0.4 s (EBU Tech 3341); a note is as loud as the first of them."""
REFERENCE_RMS: Final = 0.06
"""K-weighted level, full scale 1, that every note of velocity 96 has at first."""
_SHELF: Final = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_CUT: Final = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_TABLE_RATE: Final = 48_000.0
_NEIGHBOURS: Final = 6


def k_filters() -> tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]:
    """Return the two filters of BS.1770-4, tables 1 and 2, as (b, a); they are meant for 48 kHz."""
    return (_SHELF, _CUT)


def k_weights(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the factor by which K weighting scales a sine of each frequency."""
    turn = np.exp(-2j * np.pi * np.asarray(hz, np.float64) / _TABLE_RATE)
    gain = np.ones(np.shape(hz))
    for b, a in k_filters():
        gain = gain * np.abs(np.polyval(b[::-1], turn) / np.polyval(a[::-1], turn))
    return gain


def levelled(
    hz: NDArray[np.float64], amplitudes: NDArray[np.float64], decays: NDArray[np.float64] | float = 0.0,
    phases: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """Return amplitudes scaled so that the partials together have the reference loudness in their first moment.

    Partials close to each other add up or cancel as their phases say; those further apart add their power.

    Args:
        hz: frequency of each partial.
        amplitudes: peak of each at the beginning.
        decays: how fast each dies away, 1/s (its amplitude falls by e in 1/decay).
        phases: of each at the beginning, in cycles; without them all partials add their power.
    """
    weighted = amplitudes * k_weights(hz)
    falls = np.broadcast_to(np.asarray(decays, np.float64), np.shape(hz))
    power = float((weighted**2 * _mean_over_moment(2.0 * falls + 0j).real).sum())
    if phases is not None:
        order = np.argsort(hz, kind="stable")
        start = weighted[order] * np.exp(2j * np.pi * phases[order])
        course = falls[order] - 2j * np.pi * hz[order]
        for apart in range(1, min(_NEIGHBOURS, len(order) - 1) + 1):
            pairs = start[apart:] * np.conj(start[:-apart])
            power += 2.0 * float((pairs * _mean_over_moment(course[apart:] + np.conj(course[:-apart]))).real.sum())
    return amplitudes * (REFERENCE_RMS / np.sqrt(0.5 * power)) if power > 0 else amplitudes


def _mean_over_moment(rate: NDArray[Any]) -> NDArray[np.complex128]:
    """Return the mean of exp(-rate t) over the first moment."""
    turned = np.where(np.abs(rate) < 1e-9, 1e-9, rate) * MOMENT_S
    return np.asarray(-np.expm1(-turned) / turned, np.complex128)
