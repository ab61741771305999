"""The source signals of speech, pulses that follow F0 and white noise, as pure functions of absolute time.

Pulses start with phase zero at every voiced run, so an edit of F0 changes nothing after the end of its run; noise is
a hash of a seed and the sample's index in its phrase. Any window therefore holds the same samples as the whole signal.
Phase is accumulated frame by frame in float64. The pulse train is the band-limited sum of all harmonics below 11.95
kHz, scaled so that its power density does not depend on F0 (shared notes, Spike: ``2 sqrt(f / sr) sum cos(k phi)``).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intermezzo_engines.speech.features import HOP, SAMPLE_RATE, Floats

NOISE_LEAD: Final = 2 * HOP
_TOP_HZ: Final = SAMPLE_RATE / 2 - 50.0
_STEP: Final = np.arange(HOP, dtype=np.float64)
_RISE: Final = _STEP / HOP


@dataclass(frozen=True, eq=False)
class PulsePlan:
    """Pulse frequency, gate and phase at the frames of one sketch, from which any stretch of samples can be made.

    Attributes:
        start_hz: frequency at the left edge of each hop, ``(T + 1,)``: hop ``k`` is the samples from frame ``k - 1``
            to ``k``.
        end_hz: frequency at its right edge, ``(T + 1,)``; 0 in both where the hop is silent.
        start_gate: 0 or 1 at the left edge; the gate runs linearly to ``end_gate``.
        end_gate: 0 or 1 at the right edge.
        phase: pulse phase at the left edge in cycles, 0 to 1, float64.
    """

    start_hz: NDArray[np.float64]
    end_hz: NDArray[np.float64]
    start_gate: NDArray[np.float64]
    end_gate: NDArray[np.float64]
    phase: NDArray[np.float64]


def plan_pulses(f0_hz: Floats, first_phase: float = 0.0) -> PulsePlan:
    """Return the pulse plan of a pitch curve.

    The gate opens over the hop before a voiced run and closes over the hop after it; frequency is linear between
    frames and held in those two hops. Frames before the first and after the last count as unvoiced.

    Args:
        f0_hz: ``(T,)`` Hz, 0 where unvoiced.
        first_phase: phase in cycles at the start of every run; other than 0 only in training.
    """
    f0 = np.concatenate([[0.0], np.asarray(f0_hz, np.float64), [0.0]])
    voiced = f0 > 0
    left, right = f0[:-1], f0[1:]
    start_hz = np.where(voiced[:-1], left, right)
    end_hz = np.where(voiced[1:], right, left)
    cycles = (start_hz + end_hz) * (0.5 * HOP / SAMPLE_RATE)
    phase = np.zeros(len(cycles))
    opening = np.flatnonzero(~voiced[:-1] & voiced[1:])
    closing = np.flatnonzero(voiced[:-1] & ~voiced[1:])
    for first, last in zip(opening, closing, strict=True):
        phase[first] = first_phase
        # A sum of its own for every run: the bits of a run do not depend on what came before it.
        phase[first + 1 : last + 1] = first_phase + np.cumsum(cycles[first:last])
    gate = voiced.astype(np.float64)
    return PulsePlan(start_hz, end_hz, gate[:-1], gate[1:], phase % 1.0)


def pulses(plan: PulsePlan, first_hop: int, n_hops: int) -> Floats:
    """Return the samples of the hops ``first_hop - 1 .. `` of a plan: from sample ``first_hop * HOP`` on, ``n_hops *
    HOP`` of them.

    Hops outside the plan are silent. Unit power density where voiced, whatever F0 is.
    """
    samples = np.zeros((n_hops, HOP), np.float32)
    wanted = np.arange(first_hop, first_hop + n_hops) + 1
    at = np.clip(wanted, 0, len(plan.phase) - 1)
    sounding = (wanted == at) & ((plan.start_gate[at] > 0) | (plan.end_gate[at] > 0))
    at = at[sounding]
    hz0, hz1 = plan.start_hz[at, None], plan.end_hz[at, None]
    hz = hz0 + (hz1 - hz0) * _RISE
    gate0, gate1 = plan.start_gate[at, None], plan.end_gate[at, None]
    gate = gate0 + (gate1 - gate0) * _RISE
    cycles = plan.phase[at, None] + (hz0 * _STEP + (hz1 - hz0) * (_STEP * _RISE * 0.5)) / SAMPLE_RATE
    half = np.pi * (cycles % 1.0)
    safe_hz = np.maximum(hz, 20.0)
    n_harmonics = np.floor(_TOP_HZ / safe_hz)
    below = np.sin(half)
    near_zero = np.abs(below) < 1e-6
    # sin(pi (2K + 1) x) / sin(pi x) - 1 = 2 sum of K cosines; at the pulse itself the limit is 2K.
    ratio = np.sin((2.0 * n_harmonics + 1.0) * half) / np.where(near_zero, 1.0, below)
    kernel = np.where(near_zero, 2.0 * n_harmonics, ratio - 1.0)
    samples[sounding] = gate * np.sqrt(safe_hz / SAMPLE_RATE) * kernel
    return samples.reshape(-1)


def phrase_noise(first_sample: int, n_samples: int, seed: int, start: int, end: int | None) -> Floats:
    """Return the noise of a phrase whose samples are counted from ``start``; the next one begins at ``end``.

    The last `NOISE_LEAD` samples before ``end`` count towards it, so that what a window at the beginning of a phrase
    reads before it does not depend on how long the phrase before was.
    """
    split = n_samples if end is None else min(max(end - NOISE_LEAD - first_sample, 0), n_samples)
    parts = [noise(first_sample - start, split, seed)] if split else []
    if split < n_samples and end is not None:
        parts.append(noise(first_sample + split - end, n_samples - split, seed))
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def noise(first_sample: int, n_samples: int, seed: int) -> Floats:
    """Return white noise of unit variance for samples ``first_sample ..`` of absolute time, negative ones included.

    Each sample is the sum of the four 16-bit quarters of a 64-bit hash (splitmix64, Steele et al. 2014): integers
    only, so the same on every machine, and near enough to Gaussian (a window adds up hundreds of them).
    """
    with np.errstate(over="ignore"):
        word = np.arange(first_sample, first_sample + n_samples, dtype=np.int64).astype(np.uint64)
        word = (word + np.uint64((seed * 0x632BE59BD9B4E019 + 0x1B873593) & 0xFFFFFFFFFFFFFFFF)) * np.uint64(
            0x9E3779B97F4A7C15
        )
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        word = word ^ (word >> np.uint64(31))
    quarters = word.view(np.uint16).reshape(-1, 4).astype(np.int32).sum(1)
    scale = 1.0 / np.sqrt(4.0 * (65536.0**2 - 1.0) / 12.0)
    return np.asarray((quarters - 2 * 65535) * scale, np.float32)
