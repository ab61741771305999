"""From phones to the curves of a sketch: the trained network, its seeded noise, and the units of the sketch.

Randomness is slow: one normal number a phone, correlated from phone to phone, drawn from the seed and scaled by the
network's own doubt and by `expression`. So takes differ the way two readings do, never by jitter. The same numbers
in the same order give the same sketch, bit for bit, on one device.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load as load_safetensors
from scipy.ndimage import uniform_filter, uniform_filter1d
from scipy.special import erf
from torch import Tensor

from intermezzo.core.errors import PluginError
from intermezzo.core.params import Value
from intermezzo_engines.speech.features import DB_PER_LN, N_BANDS, band_centres_hz, energy_db
from intermezzo_engines.speech.frontend import MARKS, PhoneInputs
from intermezzo_engines.speech.model import VOICES, ConverterNet, frame_positions, spread

__all__ = ["PITCH_NOISE", "Colour", "Encoded", "Frames", "Predictor", "Reading", "load_predictor", "one_thread"]

_WEIGHTS = "weights/speech_converter.safetensors"
_INTERVAL_80 = 1.2816  # half width of the central 80 % of a normal distribution, in deviations
_MIN_FRAMES = 2
_PAUSE_FRAMES = {"": 10, ",": 18, ";": 28, ".": 44, "!": 44, "?": 46, "start": 8}
PITCH_NOISE = 0.35
"""Deviations of pitch noise at expression 1."""
_NOISE = {"duration": 0.35, "pitch": PITCH_NOISE, "energy": 0.3}
_CORRELATION = {"duration": 0.3, "pitch": 0.85, "energy": 0.7}  # from phone to phone

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """How to read: the parameters of the converter."""

    voice: str = "ljs"
    speed: float = 1.0
    expression: float = 1.0
    pitch_st: float = 0.0
    formant_st: float = 0.0
    breath_db: float = 0.0

    @classmethod
    def of(cls, params: Mapping[str, Value]) -> Reading:
        """Take the known parameters out of what the studio hands over."""
        names = {f.name: f.type for f in fields(cls)}
        return cls(**{name: value for name, value in params.items() if name in names})  # type: ignore[arg-type]


class Encoded(NamedTuple):
    """Phone encodings (1, N, D) of the two networks."""

    prosody: Tensor
    colour: Tensor


@dataclass(frozen=True)
class Frames:
    """Prosody of T frames in the sketch's units: Hz (0 = unvoiced) and dB, doubts in semitones and dB."""

    pitch_hz: Floats
    pitch_doubt_st: Floats
    energy_db: Floats
    energy_doubt_db: Floats


@dataclass(frozen=True)
class Colour:
    """Envelope (T, 100) and breath (T, 5) in dB; the envelope's level is the energy that was asked for."""

    envelope_db: Floats
    breath_db: Floats


class Predictor:
    """The network behind three steps: durations, prosody, colour; each takes what the step before decided."""

    def __init__(self, net: ConverterNet, device: str = "cpu") -> None:
        self._net = net.eval().to(device)
        self._device = device
        state = net.state_dict()
        self._pitch = state["pitch_stats"].cpu().numpy()
        self._energy = state["energy_stats"].cpu().numpy()
        self._spectrum = state["spectrum_stats"].cpu().numpy()
        self._contrast = state["contrast"].cpu().numpy()
        self._range = state["pitch_range"].cpu().numpy()

    def encode(self, inputs: PhoneInputs, reading: Reading) -> Encoded:
        """Return phone encodings for a voice."""
        tensors = {f.name: torch.from_numpy(getattr(inputs, f.name)).unsqueeze(0) for f in fields(inputs)}
        tensors["voice"] = torch.full((1, len(inputs)), VOICES.index(reading.voice), dtype=torch.long)
        with torch.inference_mode():
            tensors = {name: tensor.to(self._device) for name, tensor in tensors.items()}
            return Encoded(self._net.prosody.phones(**tensors), self._net.colour.phones(**tensors))

    def durations(
        self, encoded: Encoded, inputs: PhoneInputs, reading: Reading, rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], Floats]:
        """Return frames of each phone (N,), and how likely each is within 20 % of it (N,), 0 to 1.

        The outer pauses of a phrase follow their marks; all that lies between is predicted.
        """
        with torch.inference_mode():
            mean, log_var = (x[0].cpu().numpy().astype(np.float64) for x in self._net.prosody.duration(encoded.prosody))
        deviation = np.exp(0.5 * log_var)
        noise = _slow_noise(rng, len(mean), _CORRELATION["duration"])
        length = np.exp(mean + reading.expression * _NOISE["duration"] * deviation * noise)
        for k in (0, len(mean) - 1):
            if inputs.mark[k]:
                length[k] = _PAUSE_FRAMES[MARKS[inputs.mark[k]]]
        length = np.maximum(length / reading.speed, _MIN_FRAMES)
        stops = np.rint(np.cumsum(length)).astype(np.int64)  # rounding the sum, not the parts, keeps the tempo
        score = erf(np.log(1.2) / (deviation * np.sqrt(2)))
        return np.diff(stops, prepend=0), score.astype(np.float32)

    def frames(
        self, encoded: Encoded, inputs: PhoneInputs, durations: NDArray[np.int64], reading: Reading,
        rng: np.random.Generator,
    ) -> Frames:  # fmt: skip
        """Return pitch and energy of every frame under the given durations."""
        voice = VOICES.index(reading.voice)
        index, position = frame_positions(torch.from_numpy(durations))
        with torch.inference_mode():
            prosody = self._net.prosody(self._spread(encoded.prosody, index, position))
        pitch, pitch_log_var, voicing, energy, energy_log_var = (
            getattr(prosody, f.name)[0].cpu().numpy().astype(np.float64) for f in fields(prosody)
        )
        centres = np.cumsum(durations) - durations / 2
        times = np.arange(len(pitch)) + 0.5
        pitch_noise = np.interp(times, centres, _slow_noise(rng, len(durations), _CORRELATION["pitch"]))
        energy_noise = np.interp(times, centres, _slow_noise(rng, len(durations), _CORRELATION["energy"]))
        pitch_sd, energy_sd = np.exp(0.5 * pitch_log_var), np.exp(0.5 * energy_log_var)
        expression = reading.expression
        spread_by = self._range[voice] * (0.4 + 0.6 * expression)  # human at 1, almost flat at 0
        pitch = pitch * spread_by + expression * _NOISE["pitch"] * pitch_sd * pitch_noise
        energy = energy + expression * _NOISE["energy"] * energy_sd * energy_noise
        speech = (inputs.mark == 0)[index.numpy()]
        voiced = _without_islands((voicing > 0) & speech)
        mean, scale = self._pitch[voice]
        hz = np.clip(np.exp(mean + scale * pitch + np.log(2) / 12 * reading.pitch_st), 55.0, 900.0)
        level_mean, level_scale = self._energy[voice]
        return Frames(
            np.where(voiced, hz, 0).astype(np.float32),
            (_INTERVAL_80 * pitch_sd * scale * 12 / np.log(2)).astype(np.float32),
            np.clip(level_mean + level_scale * energy, -99, 5).astype(np.float32),
            (_INTERVAL_80 * energy_sd * level_scale).astype(np.float32),
        )

    def colour(
        self, encoded: Encoded, inputs: PhoneInputs, durations: NDArray[np.int64], pitch_hz: Floats, energy: Floats,
        level: Floats, reading: Reading,
    ) -> Colour:  # fmt: skip
        """Return envelope and breath for the actual pitch and energy, the envelope set to `level` dB in each frame."""
        voice = VOICES.index(reading.voice)
        index, position = frame_positions(torch.from_numpy(durations))
        voiced = pitch_hz > 0
        mean, scale = self._pitch[voice]
        log_f0 = np.full(len(pitch_hz), mean)
        if voiced.any():
            log_f0 = np.interp(np.arange(len(pitch_hz)), np.flatnonzero(voiced), np.log(pitch_hz[voiced]))
        level_mean, level_scale = self._energy[voice]
        curves = [
            (log_f0 - mean - np.log(2) / 12 * reading.pitch_st) / scale,
            voiced,
            (energy - level_mean) / level_scale,
        ]
        tensors = [torch.from_numpy(np.asarray(c, np.float32)).unsqueeze(0).to(self._device) for c in curves]
        with torch.inference_mode():
            spectrum = self._net.colour(self._spread(encoded.colour, index, position), *tensors)[0].cpu().numpy()
        spectrum = spectrum * self._contrast[voice] * self._spectrum[voice, 1] + self._spectrum[voice, 0]
        envelope, breath = spectrum[:, :N_BANDS], spectrum[:, N_BANDS:] * DB_PER_LN
        envelope = _calm_pauses(envelope, (inputs.mark > 0)[index.numpy()])
        if reading.formant_st:
            envelope = _shift_formants(envelope, reading.formant_st)
        envelope_db = envelope * DB_PER_LN + (level - energy_db(envelope.astype(np.float32)))[:, None]
        breath = np.where(voiced[:, None], breath + reading.breath_db, 0.0)
        return Colour(np.clip(envelope_db, -119, 11).astype(np.float32), np.clip(breath, -60, 0).astype(np.float32))

    def _spread(self, encoded: Tensor, index: Tensor, position: Tensor) -> Tensor:
        return spread(encoded, index.unsqueeze(0).to(self._device), position.unsqueeze(0).to(self._device))


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread for a while: sums in another order would give other bits, and small sums gain nothing."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _slow_noise(rng: np.random.Generator, n: int, correlation: float) -> NDArray[np.float64]:
    """Return n normal numbers of unit variance, each correlated with the one before (AR(1)), held within 2.5."""
    fresh = rng.standard_normal(n)
    noise = np.empty(n)
    last = rng.standard_normal()
    for k in range(n):
        last = noise[k] = correlation * last + np.sqrt(1 - correlation**2) * fresh[k]
    return np.clip(noise, -2.5, 2.5)


def _without_islands(voiced: NDArray[np.bool_], shortest: int = 3) -> NDArray[np.bool_]:
    """Close voiced and unvoiced runs that are shorter than `shortest` frames."""
    result = voiced.copy()
    for value in (False, True):  # first fill holes, then drop islands
        cuts = np.flatnonzero(np.diff(result)) + 1
        for start, stop in zip([0, *cuts], [*cuts, len(result)], strict=True):
            inner = start > 0 and stop < len(result)
            if result[start] == value and stop - start < shortest and inner:
                result[start:stop] = not value
    return result


def _calm_pauses(envelope: NDArray[np.float64], pause: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Smooth the spectrum of pauses: a sharpened decoder draws lines into room noise, which would hum."""
    smooth = uniform_filter(envelope, (11, 15), mode="nearest")
    inside = uniform_filter1d(pause.astype(np.float64), 9, mode="nearest")  # fades over the edge of a pause
    share = (np.clip(2 * inside - 1, 0, 1) * pause)[:, None]
    calm: NDArray[np.float64] = envelope + share * (smooth - envelope)
    return calm


def _shift_formants(envelope: NDArray[np.float64], semitones: float) -> NDArray[np.float64]:
    """Stretch the envelope's frequency axis, as a shorter (up) or longer (down) throat does."""
    centres = band_centres_hz()
    wanted = centres * 2 ** (-semitones / 12)
    position = np.interp(wanted, centres, np.arange(len(centres)))
    low = np.minimum(position.astype(int), len(centres) - 2)
    share = position - low
    shifted: NDArray[np.float64] = envelope[:, low] * (1 - share) + envelope[:, low + 1] * share
    return shifted


def load_predictor(device: str = "cpu") -> Predictor:
    """Return the shipped network, ready on a device.

    Raises:
        PluginError: if the weights are missing or damaged.
    """
    try:
        net = ConverterNet()
        net.load_state_dict(load_safetensors(files("intermezzo_assets").joinpath(_WEIGHTS).read_bytes()))
    except Exception as error:  # safetensors and torch raise their own types
        raise PluginError("The converter's weights are missing or damaged. Install Intermezzo again.") from error
    return Predictor(net, device)
