"""From phones to the curves of a sketch: the trained networks, their seeded samples, and the units of the sketch.

A line is read phone by phone in four rounds, from coarse to fine: every eighth phone first, then those between, each
drawn from the distribution that the network gives *after* the phones before it were drawn. So two takes differ the way
two readings do, and what a person holds fixed is simply known from the start. The same numbers in the same order give
the same sketch, bit for bit, on one device.
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

from intermezzo.core.errors import PluginError, SourceError
from intermezzo.core.params import Value
from intermezzo_engines.speech.features import DB_PER_LN, N_AP, N_BANDS, band_centres_hz, energy_db
from intermezzo_engines.speech.frontend import MARKS, PhoneInputs
from intermezzo_engines.speech.model import (
    VOICES,
    ConverterNet,
    Targets,
    centre_weights,
    frame_positions,
    spread,
)
from intermezzo_engines.speech.own_voice import OwnVoice
from intermezzo_engines.speech.voice_stats import Stats

__all__ = [
    "Colour", "Encoded", "Frames", "Known", "Predictor", "Reading", "Standing", "Voice", "load_predictor", "one_thread",
    "own_predictor",
]  # fmt: skip

_WEIGHTS = "weights/speech_converter.safetensors"
_MIN_FRAMES = 2
_PAUSE_FRAMES = {"": 10, ",": 18, ";": 28, ".": 44, "!": 44, "?": 46, "start": 8}
_TEMPERATURE = (0.5, 0.6, 0.5)
"""The randomness of lengths, pitch and energy at expression 1, in deviations: with more, single sounds fall out of the
line and a recogniser makes a third more errors; what the line lacks in width is made up by `reach`."""
_TURNS = np.array([0, 3, 2, 3, 1, 3, 2, 3])  # in which round each of eight phones in a row is drawn
_FINE_NOISE = 0.4  # deviations of what a phone's own frames do beyond its mean
_COLOUR_NOISE = 0.3  # share of the spread between readings of the same phone
_FARTHEST = 2.0  # deviations: no single sound falls out of the line
_TENSION_TILT_DB, _TENSION_BREATH_DB = 5.0, 9.0

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """How to read: the parameters of the converter."""

    voice: str = "ljs"
    own_voice: str = ""
    mix_with: str = "cathy"
    mix: float = 0.0
    speed: float = 1.0
    expression: float = 1.0
    pitch_st: float = 0.0
    formant_st: float = 0.0
    breath_db: float = 0.0
    tension: float = 0.0

    @classmethod
    def of(cls, params: Mapping[str, Value]) -> Reading:
        """Take the known parameters out of what the studio hands over."""
        names = {f.name: f.type for f in fields(cls)}
        return cls(**{name: value for name, value in params.items() if name in names})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Voice:
    """Who speaks: weights over the embeddings (V + 1,), the statistics that numbers are normalised by, and tables."""

    weights: Floats
    stats: Stats
    contrast: Floats
    variety: Floats
    reach: Floats


class Encoded(NamedTuple):
    """Phone encodings (1, N, D) of the two networks, and who speaks."""

    prosody: Tensor
    colour: Tensor
    voice: Voice


@dataclass(frozen=True)
class Known:
    """Pitch in Hz and energy in dB of N phones, both NaN where they are to be read."""

    pitch_hz: Floats
    energy_db: Floats


@dataclass(frozen=True)
class Standing:
    """Curves and spectrum of T frames, and which of them stand (T,); the rest is not looked at."""

    pitch_stands: NDArray[np.bool_]
    energy_stands: NDArray[np.bool_]
    spectrum_stands: NDArray[np.bool_]
    pitch_hz: Floats
    energy_db: Floats
    envelope_db: Floats
    breath_db: Floats


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
    """The networks behind three steps: durations, prosody, colour; each takes what the step before decided."""

    def __init__(self, net: ConverterNet, device: str = "cpu", own: Stats | None = None) -> None:
        self.net = net.eval().to(device)
        self.device = device
        self._own = own
        tables = {name: value.cpu().numpy() for name, value in net.named_buffers()}
        self._stats = [
            Stats(*(tables[f"{f.name}_stats"][voice] for f in fields(Stats))) for voice in range(len(VOICES))
        ]
        self._contrast, self._variety = tables["contrast"], tables["variety"]
        self._reach, self.doubt = tables["reach"], tables["doubt"]

    def voice(self, reading: Reading, recording: Stats | None = None) -> Voice:
        """Return who speaks: a voice, two voices mixed, an own voice, or the stranger of a recording."""
        weights = np.zeros(len(VOICES) + 1, np.float32)
        recording = recording or self._own
        if recording is not None:
            weights[-1] = 1.0
            return Voice(weights, recording, self._contrast.mean(0), self._variety.mean(0), self._reach.mean(0))
        first, second = VOICES.index(reading.voice), VOICES.index(reading.mix_with)
        weights[first] += 1.0 - reading.mix
        weights[second] += reading.mix
        own = weights[:-1]

        def mixed(rows: list[Floats]) -> Floats:
            return np.tensordot(own, np.stack(rows), 1).astype(np.float32)

        stats = Stats(*(mixed([getattr(s, f.name) for s in self._stats]) for f in fields(Stats)))
        return Voice(weights, stats, mixed(list(self._contrast)), self._variety[first], mixed(list(self._reach)))

    def encode(self, inputs: PhoneInputs, reading: Reading, recording: Stats | None = None) -> Encoded:
        """Return phone encodings for a voice, or for the speaker of a recording with these statistics."""
        voice = self.voice(reading, recording)
        tensors = {f.name: torch.from_numpy(getattr(inputs, f.name)).unsqueeze(0) for f in fields(inputs)}
        tensors["voice"] = torch.from_numpy(voice.weights).unsqueeze(0)
        with torch.inference_mode():
            tensors = {name: tensor.to(self.device) for name, tensor in tensors.items()}
            return Encoded(self.net.prosody.phones(**tensors), self.net.colour.phones(**tensors), voice)

    def durations(
        self, encoded: Encoded, inputs: PhoneInputs, reading: Reading, rng: np.random.Generator,
        known: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], Floats]:  # fmt: skip
        """Return frames of each phone (N,), and how likely each is within 20 % of it (N,), 0 to 1.

        The outer pauses of a phrase follow their marks, unless known; all that lies between is predicted. Where
        `known` (N,) is above 0 a length stands.
        """
        stats, n = encoded.voice.stats, len(inputs)
        values, fixed = np.zeros((n, 3), np.float32), np.zeros((n, 3), np.float32)
        if known is not None:
            fixed[:, 0] = known > 0
            values[:, 0] = (np.log(np.maximum(known, 1)) - stats.duration[0]) / stats.duration[1]
        amount = np.array([_TEMPERATURE[0] * reading.expression, 0.0, 0.0])
        values, deviation = self._read(encoded.prosody, values, fixed, amount, (0,), rng)
        values[:, 0] *= np.where(fixed[:, 0] > 0, 1.0, encoded.voice.reach[0])
        length = np.exp(values[:, 0].astype(np.float64) * stats.duration[1] + stats.duration[0])
        for k in (0, n - 1):
            if inputs.mark[k]:
                length[k] = _PAUSE_FRAMES[MARKS[inputs.mark[k]]]
        length = np.maximum(length / reading.speed, _MIN_FRAMES)
        if known is not None:
            length = np.where(known > 0, known, length)
        stops = np.rint(np.cumsum(length)).astype(np.int64)  # rounding the sum, not the parts, keeps the tempo
        score = erf(np.log(1.2) / (deviation[:, 0] * stats.duration[1] * self.doubt[0] * np.sqrt(2)))
        return np.diff(stops, prepend=0), score.astype(np.float32)

    def frames(
        self, encoded: Encoded, inputs: PhoneInputs, durations: NDArray[np.int64], reading: Reading,
        rng: np.random.Generator, known: Known | None = None, standing: Standing | None = None,
    ) -> Frames:  # fmt: skip
        """Return pitch and energy of every frame under the given durations.

        Args:
            encoded: from `encode`.
            inputs: N phones.
            durations: (N,) frames.
            reading: how to read.
            rng: the randomness.
            known: phones whose pitch or energy stands.
            standing: frames that stand, to which the others join.
        """
        stats, expression = encoded.voice.stats, reading.expression
        shift = np.log(2) / 12 * reading.pitch_st
        values, fixed = np.zeros((len(inputs), 3), np.float32), np.zeros((len(inputs), 3), np.float32)
        values[:, 0], fixed[:, 0] = (np.log(durations) - stats.duration[0]) / stats.duration[1], 1.0
        if known is not None:
            normal = np.stack(
                [(np.log(known.pitch_hz) - shift - stats.pitch[0]) / stats.pitch[1],
                 (known.energy_db - stats.energy[0]) / stats.energy[1]], 1,
            )  # fmt: skip
            fixed[:, 1:] = ~np.isnan(normal)
            values[:, 1:] = np.nan_to_num(normal)
        amount = np.array([0.0, _TEMPERATURE[1] * expression, _TEMPERATURE[2] * expression])
        values, deviation = self._read(encoded.prosody, values, fixed, amount, (1, 2), rng)
        # Human at 1, almost flat at 0, and livelier than the voice itself at 2.
        width = encoded.voice.reach[1:] * np.array([0.3 + 0.7 * expression, 1.0], np.float32)
        values[:, 1:] *= np.where(fixed[:, 1:] > 0, 1.0, width)
        index, position = frame_positions(torch.from_numpy(durations))
        left, right, share = centre_weights(torch.from_numpy(durations))
        reading_values = torch.from_numpy(values[None, :, 1:]).to(self.device)
        places = [x.unsqueeze(0).to(self.device) for x in (index, left, right, share)]
        targets = Targets.of(reading_values, *places)
        given = torch.zeros(1, len(index), 5, device=self.device)
        if standing is not None:
            given = self._standing_curves(standing, stats, shift)
        with torch.inference_mode():
            found = self.net.prosody.curves(self._spread(encoded.prosody, index, position), targets, given)
        pitch, pitch_log_var, voicing, energy, energy_log_var = (
            getattr(found, f.name)[0].cpu().numpy().astype(np.float64) for f in fields(found)
        )
        centres, times = np.cumsum(durations) - durations / 2, np.arange(len(pitch)) + 0.5
        fine_pitch, fine_energy = (
            expression * _FINE_NOISE * np.interp(times, centres, _slow_noise(rng, len(durations), 0.3))
            for _ in range(2)
        )
        pitch = pitch + fine_pitch * np.exp(0.5 * pitch_log_var)
        energy = energy + fine_energy * np.exp(0.5 * energy_log_var)
        speech = (inputs.mark == 0)[index.numpy()]
        voiced = _without_islands((voicing > 0) & speech)
        hz = np.clip(np.exp(stats.pitch[0] + stats.pitch[1] * pitch + shift), 55.0, 900.0)
        variance = np.interp(times, centres, np.square(deviation[:, 1])), np.square(deviation[:, 2])[index.numpy()]
        pitch_sd = np.sqrt(variance[0] + np.exp(pitch_log_var)) * self.doubt[1]
        energy_sd = np.sqrt(variance[1] + np.exp(energy_log_var)) * self.doubt[2]
        return Frames(
            np.where(voiced, hz, 0).astype(np.float32),
            (pitch_sd * stats.pitch[1] * 12 / np.log(2)).astype(np.float32),
            np.clip(stats.energy[0] + stats.energy[1] * energy, -99, 5).astype(np.float32),
            (energy_sd * stats.energy[1]).astype(np.float32),
        )

    def colour(
        self, encoded: Encoded, inputs: PhoneInputs, durations: NDArray[np.int64], pitch_hz: Floats, energy: Floats,
        level: Floats, reading: Reading, rng: np.random.Generator | None = None, standing: Standing | None = None,
    ) -> Colour:  # fmt: skip
        """Return envelope and breath for the actual pitch and energy, the envelope set to `level` dB in each frame.

        Without `rng` it is the most likely colour; with it, one of the many that a phone may have.
        """
        voice, stats = encoded.voice, encoded.voice.stats
        index, position = frame_positions(torch.from_numpy(durations))
        voiced, mean = pitch_hz > 0, stats.pitch[0]
        log_f0 = np.full(len(pitch_hz), mean)
        if voiced.any():
            log_f0 = np.interp(np.arange(len(pitch_hz)), np.flatnonzero(voiced), np.log(pitch_hz[voiced]))
        shift = np.log(2) / 12 * reading.pitch_st
        curves = np.stack(
            [(log_f0 - mean - shift) / stats.pitch[1], voiced, (energy - stats.energy[0]) / stats.energy[1]], -1
        )
        given = torch.zeros(1, len(index), N_BANDS + N_AP + 1, device=self.device)
        if standing is not None:
            given = self._standing_spectrum(standing, stats)
        with torch.inference_mode():
            spectrum = self.net.colour(
                self._spread(encoded.colour, index, position),
                torch.from_numpy(curves.astype(np.float32)).unsqueeze(0).to(self.device), given,
                torch.from_numpy(stats.spectrum[0]).unsqueeze(0).to(self.device),
            )[0].cpu().numpy()  # fmt: skip
        spectrum = spectrum * voice.contrast
        if rng is not None:
            centres, times = np.cumsum(durations) - durations / 2, np.arange(len(index)) + 0.5
            ways = [np.interp(times, centres, _slow_noise(rng, len(durations), 0.5)) for _ in range(len(voice.variety))]
            spectrum = spectrum + reading.expression * _COLOUR_NOISE * (np.stack(ways, 1) @ voice.variety)
        spectrum = spectrum * stats.spectrum[1] + stats.spectrum[0]
        envelope, breath = spectrum[:, :N_BANDS], spectrum[:, N_BANDS:] * DB_PER_LN
        envelope = _calm_pauses(envelope, (inputs.mark > 0)[index.numpy()])
        if reading.formant_st:
            envelope = _shift_formants(envelope, reading.formant_st)
        envelope = envelope + reading.tension * _tilt_ln()
        envelope_db = envelope * DB_PER_LN + (level - energy_db(envelope.astype(np.float32)))[:, None]
        breath = breath + reading.breath_db - reading.tension * _TENSION_BREATH_DB
        breath = np.where(voiced[:, None], breath, 0.0)
        return Colour(np.clip(envelope_db, -119, 11).astype(np.float32), np.clip(breath, -60, 0).astype(np.float32))

    def _read(
        self, encoded: Tensor, values: Floats, known: Floats, amount: NDArray[np.float64], which: tuple[int, ...],
        rng: np.random.Generator,
    ) -> tuple[Floats, NDArray[np.float64]]:  # fmt: skip
        """Draw the unknown values in rounds; return all (N, 3) and the deviations before anything was drawn (N, 3)."""
        values, known = values.copy(), known.copy()
        n = len(values)
        noise = np.clip(rng.standard_normal((n, 3)), -_FARTHEST, _FARTHEST)
        turns = _TURNS[(np.arange(n) + int(rng.integers(8))) % 8]
        first = np.ones((n, 3))
        for turn in range(4):
            with torch.inference_mode():
                tensors = [torch.from_numpy(x).unsqueeze(0).to(self.device) for x in (values, known)]
                mean, log_var = (x[0].cpu().numpy() for x in self.net.prosody.reading(encoded, *tensors))
            deviation = np.exp(0.5 * log_var.astype(np.float64))
            if turn == 0:
                first = deviation
            now = turns == turn
            for k in which:
                free = now & (known[:, k] == 0)
                values[free, k] = mean[free, k] + amount[k] * deviation[free, k] * noise[free, k]
            for k in which:
                known[now, k] = 1.0
        return values, first

    def _standing_curves(self, standing: Standing, stats: Stats, shift: float) -> Tensor:
        voiced = standing.pitch_stands & (standing.pitch_hz > 0)
        log_f0 = np.full(len(voiced), stats.pitch[0] + shift, np.float64)
        if voiced.any():
            log_f0 = np.interp(np.arange(len(voiced)), np.flatnonzero(voiced), np.log(standing.pitch_hz[voiced]))
        pitch, energy = standing.pitch_stands, standing.energy_stands
        level = (standing.energy_db - stats.energy[0]) / stats.energy[1]
        rows = np.stack(
            [(log_f0 - shift - stats.pitch[0]) / stats.pitch[1] * pitch, voiced, level * energy, pitch, energy], -1
        )
        return torch.from_numpy(rows.astype(np.float32)).unsqueeze(0).to(self.device)

    def _standing_spectrum(self, standing: Standing, stats: Stats) -> Tensor:
        spectrum = np.concatenate([standing.envelope_db, standing.breath_db], 1) / DB_PER_LN
        rows = np.concatenate([(spectrum - stats.spectrum[0]) / stats.spectrum[1], np.ones((len(spectrum), 1))], 1)
        rows = np.where(standing.spectrum_stands[:, None], rows, 0.0)
        return torch.from_numpy(rows.astype(np.float32)).unsqueeze(0).to(self.device)

    def _spread(self, encoded: Tensor, index: Tensor, position: Tensor) -> Tensor:
        return spread(encoded, index.unsqueeze(0).to(self.device), position.unsqueeze(0).to(self.device))


def _tilt_ln() -> NDArray[np.float64]:
    """Return what full tension adds to each band, natural log: a voice that presses is brighter above 1 kHz."""
    octaves = np.log2(np.maximum(band_centres_hz(), 250.0) / 1_000.0)
    tilt: NDArray[np.float64] = _TENSION_TILT_DB / DB_PER_LN * np.clip(octaves / 2, -1.0, 1.5)
    return tilt


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


def own_predictor(own: OwnVoice, shipped: Predictor) -> tuple[Predictor, str]:
    """Return the predictor of a voice made from recordings, and its language; without texts the shipped networks speak.

    Raises:
        SourceError: if the voice was made for another version of the networks.
    """
    net = shipped.net
    if own.converter:
        net = ConverterNet()
        try:
            net.load_state_dict(own.converter)
        except RuntimeError as problem:
            raise SourceError(f"The voice “{own.name}” is of another version. Make it again.") from problem
    return Predictor(net, shipped.device, own.stats), own.language


def load_predictor(device: str = "cpu") -> Predictor:
    """Return the shipped network, ready on a device.

    Raises:
        PluginError: if the weights are missing or damaged.
    """
    try:
        net = ConverterNet()
        tensors = load_safetensors(files("intermezzo_assets").joinpath(_WEIGHTS).read_bytes())
        net.load_state_dict({name: value.float() for name, value in tensors.items()})
    except Exception as error:  # safetensors and torch raise their own types
        raise PluginError("The converter's weights are missing or damaged. Install Intermezzo again.") from error
    return Predictor(net, device)
