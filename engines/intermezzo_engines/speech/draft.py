"""The renderer without weights: envelope times pulse and noise spectra, local in time and exact in pitch.

Short frames (512 samples, two of them per sketch frame) are filtered in zero phase: ``S = env (sqrt(1 - a) H +
sqrt(a) N)``. A network may hand in gains and a phase for every bin (see `renderer_model`); without them this is the
fallback and the measuring stick of the analyser's refinement. Everything here works on one fixed-size chunk of
absolute time, which is a pure function of its inputs: rendering a window equals rendering the whole, bit for bit.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from intermezzo_engines.speech.excitation import PulsePlan, phrase_noise, plan_pulses, pulses
from intermezzo_engines.speech.features import ENV_FLOOR_LN, HOP, Floats, ap_to_bins, bands_to_bins
from intermezzo_engines.speech.hiss import noise_share, shared

N_FFT: Final = 512
SUB_HOP: Final = 128
N_BINS: Final = N_FFT // 2 + 1
_WINDOW: Final = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)
_OVERLAP_GAIN: Final = np.float32(1.5)  # sum of squared Hann windows at a quarter hop


@dataclass(frozen=True, eq=False)
class Shape:
    """What a network adds to a chunk: two arrays ``(sub-frames, N_BINS)``.

    Attributes:
        harmonic: complex gain of the pulses, complex64.
        noise: gain of the noise, float32.
    """

    harmonic: NDArray[np.complex64]
    noise: Floats


@dataclass(frozen=True, eq=False)
class Frames:
    """A sketch in the engine's units, or a slice of one.

    Attributes:
        env_ln: envelope ``(T, N_BANDS)``, natural log.
        ap_ln: aperiodicity ``(T, N_AP)``, natural log, at most 0.
        f0_hz: pitch ``(T,)``, 0 unvoiced.
        plan: pulse plan of ``f0_hz``; a slice must begin outside a voiced run or with its first frame.
        offset: absolute index of the first frame.
    """

    env_ln: Floats
    ap_ln: Floats
    f0_hz: Floats
    plan: PulsePlan
    offset: int = 0


def pad_frames(values: Floats, first: int, count: int, outside: float | None = None) -> Floats:
    """Return ``count`` frames of ``values`` from frame ``first`` on; beyond the ends the edge frame, or ``outside``."""
    at = np.arange(first, first + count)
    taken = values[np.clip(at, 0, len(values) - 1)]
    if outside is not None:
        taken[(at < 0) | (at >= len(values))] = outside
    return taken


def render_chunk(
    frames: Frames, first: int, count: int, seed: int | None, shape: Shape | None = None,
    phrase: tuple[int, int | None] = (0, None),
) -> Floats:  # fmt: skip
    """Return the samples of frames ``first .. first + count`` of absolute time, ``count * HOP`` float32.

    Args:
        frames: the sketch, or a slice of it that reaches at least 3 frames beyond the chunk where the sketch does.
        first: first frame of the chunk; it and its neighbours may lie outside the sketch.
        count: frames in the chunk.
        seed: seed of the noise; None leaves the noise out.
        shape: gains and phase for the ``2 * count + 3`` sub-frames from half a frame before ``first`` on.
        phrase: first frame of the phrase that the chunk is in, and of the next one.
    """
    local = first - frames.offset
    env = _sub_frames(pad_frames(frames.env_ln, local - 1, count + 3)) @ bands_to_bins(N_FFT)
    share_ln = _sub_frames(pad_frames(np.minimum(frames.ap_ln, 0.0), local - 1, count + 3)) @ ap_to_bins(N_FFT)
    share = np.exp(share_ln)
    voiced = (frames.f0_hz > 0).astype(np.float32)[:, None]
    voicing = _sub_frames(pad_frames(voiced, local - 1, count + 3, outside=0.0))
    start = first * HOP - SUB_HOP - N_FFT // 2
    length = (2 * count + 2) * SUB_HOP + N_FFT
    lead = 2 * HOP - SUB_HOP - N_FFT // 2
    source = pulses(frames.plan, local - 2, count + 4)[lead : lead + length]
    level = np.exp(np.maximum(env, ENV_FLOOR_LN))
    harmonic_gain = level * np.sqrt(np.maximum(1.0 - share, 0.0))
    noise_gain = level * np.sqrt(voicing * share + 1.0 - voicing)
    pulse_spectrum = spectrum(source)
    if shape is not None:
        noise_gain = noise_gain * shape.noise
        pulse_spectrum = pulse_spectrum * shape.harmonic
        gain = harmonic_gain * np.abs(shape.harmonic)
        less, noise_gain = shared(gain, noise_gain, noise_share(level, share, voicing))
        harmonic_gain = harmonic_gain * less
    spectra = harmonic_gain * pulse_spectrum
    if seed is not None:
        begin, end = phrase
        hiss = phrase_noise(start, length, seed, begin * HOP, None if end is None else end * HOP)
        spectra = spectra + noise_gain * spectrum(hiss)
    samples = overlap_add(spectra)
    lead = SUB_HOP + N_FFT // 2
    return samples[lead : lead + count * HOP]


def render_whole(env_ln: Floats, ap_ln: Floats, f0_hz: Floats, *, seed: int | None = 0) -> Floats:
    """Return the draft sound of a whole sketch in one piece, ``T * HOP`` samples; without noise where seed is None."""
    return render_chunk(Frames(env_ln, ap_ln, f0_hz, plan_pulses(f0_hz)), 0, len(f0_hz), seed)


def spectrum(samples: Floats) -> NDArray[np.complex64]:
    """Return Hann-windowed spectra ``(sub-frames, N_BINS)`` of a stretch of samples; frame ``m`` starts at ``m *
    SUB_HOP``."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, N_FFT)[::SUB_HOP]
    # Centre of the window at time zero, so that a zero-phase filter stays where the frame is.
    return np.asarray(fft.rfft(frames * _WINDOW, axis=1), np.complex64)


def overlap_add(spectra: NDArray[np.complex64]) -> Floats:
    """Return the samples of Hann-windowed, overlap-added spectra; the inverse of `spectrum` away from the edges."""
    frames = np.asarray(fft.irfft(spectra, N_FFT, axis=1), np.float32) * (_WINDOW / _OVERLAP_GAIN)
    quarters = frames.reshape(len(frames), N_FFT // SUB_HOP, SUB_HOP)
    out = np.zeros((len(frames) + N_FFT // SUB_HOP - 1, SUB_HOP), np.float32)
    for k in range(N_FFT // SUB_HOP):
        out[k : k + len(frames)] += quarters[:, k]
    return out.reshape(-1)


def _sub_frames(frames: Floats) -> Floats:
    """Interpolate ``n`` frames to the ``2 n - 3`` sub-frames from the first half-way point to the last."""
    halves = 0.5 * (frames[:-1] + frames[1:])
    out = np.empty((2 * len(frames) - 3, frames.shape[1]), np.float32)
    out[0::2] = halves
    out[1::2] = frames[1:-1]
    return out
