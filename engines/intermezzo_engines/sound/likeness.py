"""How near a coded sound is to its recording: signal to noise, and distance of mel spectra; and what peers do."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.sound.judge import mel_power
from intermezzo_engines.sound.recordings import RATE

__all__ = ["as_ogg", "mel_distance_db", "snr_db"]

_SOFT: float = 1e-4  # power of a band at about -80 dB of full scale, below which nothing counts


def snr_db(samples: NDArray[np.float32], heard: NDArray[np.float32]) -> float:
    """Return the signal-to-noise ratio of a copy in dB."""
    n = min(len(samples), len(heard))
    error = float(np.sum((samples[:n].astype(np.float64) - heard[:n]) ** 2))
    return float(10 * np.log10((np.sum(samples[:n].astype(np.float64) ** 2) + 1e-12) / (error + 1e-12)))


def mel_distance_db(samples: NDArray[np.float32], heard: NDArray[np.float32]) -> float:
    """Return the mean absolute difference of the 64 mel bands of 20 ms steps in dB."""
    n = min(len(samples), len(heard))
    told = [10 * np.log10(mel_power(part[:n]) + _SOFT) for part in (samples, heard)]
    return float(np.mean(np.abs(told[0] - told[1])))


def as_ogg(samples: NDArray[np.float32], codec: str, kilobits: float) -> tuple[NDArray[np.float32], float]:
    """Return what Opus or Vorbis makes of samples at 24 kHz, and its kbit/s, the nearest it has to ``kilobits``."""
    import soundfile

    found: tuple[float, NDArray[np.float32], float] | None = None
    for level in (1.0, 0.997, 0.993, 0.985, 0.97, 0.95) if codec == "OPUS" else (1.0,):
        packed = io.BytesIO()
        with soundfile.SoundFile(
            packed, "w", samplerate=RATE, channels=1, format="OGG", subtype=codec, compression_level=level
        ) as file:
            file.write(samples)
        rate = 8e-3 * len(packed.getvalue()) * RATE / len(samples)
        packed.seek(0)
        heard, _ = soundfile.read(packed, dtype="float32")
        if found is None or abs(rate - kilobits) < found[0]:
            found = abs(rate - kilobits), heard, rate
    assert found is not None
    return found[1], found[2]
