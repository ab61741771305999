"""The means and deviations that a voice, or the speaker of one recording, is normalised by, and means of phones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stats", "measure", "phone_means"]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Stats:
    """Mean and deviation (2,) of log F0 (natural log of Hz), energy (dB) and log duration (natural log of frames), and
    of each of the 105 bands of the spectrum (2, 105), natural log."""

    pitch: Floats
    energy: Floats
    duration: Floats
    spectrum: Floats


def measure(log_f0: Floats, energy_db: Floats, log_durations: Floats, spectrum: Floats) -> Stats:
    """Return the statistics of voiced log F0 (K,), energies (T,), log durations of phones (N,) and spectra (T, 105)."""

    def both(values: Floats, least: float) -> Floats:
        return np.stack([values.mean(0), np.maximum(values.std(0), least)]).astype(np.float32)

    return Stats(both(log_f0, 0.05), both(energy_db, 2.0), both(log_durations, 0.2), both(spectrum, 0.3))


def phone_means(log_f0: Floats, voiced: Floats, energy: Floats, durations: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return pitch and energy of every phone: means over its frames, of pitch over its voiced frames if it has any."""
    starts = np.cumsum(durations) - durations
    weight = voiced + 1e-3
    pitch = np.add.reduceat(log_f0 * weight, starts) / np.add.reduceat(weight, starts)
    return pitch.astype(np.float32), (np.add.reduceat(energy, starts) / durations).astype(np.float32)
