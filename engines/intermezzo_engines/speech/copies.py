"""Copy synthesis of held-out recordings: human clip -> sketch -> sound, beside the peers, by PESQ-wb and STOI."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.engine import Cache
from intermezzo.core.measure import Figure
from intermezzo.core.media import Audio
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech import corpus
from intermezzo_engines.speech.analyse import SpeechAnalyser
from intermezzo_engines.speech.features import HOP, SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import HeldOut, not_measured
from intermezzo_engines.speech.parallel import shared_out
from intermezzo_engines.speech.render import SpeechRenderer

__all__ = ["copied", "copy_figures", "griffin_lim"]

_PER_VOICE = 20
_PESQ = {"ljs": 3.45, "cathy": 3.25, "kerstin": 3.2, "libri": 2.9}
_STOI = {"ljs": 0.98, "cathy": 0.98}
_OURS, _WORLD = "copy", "peer_pyworld"
_WORLD_FRAME_MS = 5.0
Scores = Mapping[str, tuple[float, float]]


class _Case(NamedTuple):
    sound: Floats
    device: str


class _Quiet:
    """A job that nobody watches and that keeps nothing."""

    class _Nothing:
        def get(self, key: str) -> None:
            """Return None: nothing is kept."""

        def put(self, key: str, array: NDArray[np.float32]) -> None:
            """Keep nothing."""

    cache: Cache = _Nothing()

    def progress(self, fraction: float, what: str = "") -> None:
        """Tell nobody."""

    def partial(self, piece: Sketch) -> None:
        """Hand it to nobody."""


def copy_figures(held: HeldOut) -> list[Figure]:
    """Return for each voice and for 20 unseen speakers the mean PESQ-wb and STOI by method over held-out clips."""
    missing = [name for name in ("pesq", "pystoi", "pyworld") if find_spec(name) is None]
    if missing:
        return not_measured("pesq_wb_copy_ljs", f"{', '.join(missing)} is not installed (extra “measure”)")
    figures = []
    for voice in _PESQ:
        cases = [_Case(sound, held.context.device) for sound in _sounds(held, voice)]
        scores = []
        for number, found in enumerate(shared_out(_scored, cases), 1):
            held.context.progress(f"copy synthesis: {voice}, {number} of {len(cases)}")
            scores.append(found)
        figures += copied(voice, scores)
    return figures


def copied(voice: str, scores: list[Scores]) -> list[Figure]:
    """Return the figures of one voice from the scores (PESQ-wb, STOI) of each clip by method."""
    speakers = "unseen speakers, one clip each" if voice == "libri" else "held-out clips"
    note = f"{len(scores)} {speakers}, our analyser and renderer"
    figures = []
    for name in scores[0]:
        pesq, stoi = np.mean([clip[name] for clip in scores], axis=0).tolist()
        is_ours = name == _OURS
        promise = "quality" if is_ours else "peers"
        figures += [
            Figure(f"pesq_wb_{name}_{voice}", pesq, promise, at_least=_PESQ[voice] if is_ours else None,
                   note=note if is_ours else ""),
            Figure(f"stoi_{name}_{voice}", stoi, promise, at_least=_STOI.get(voice) if is_ours else None),
        ]  # fmt: skip
    behind = sum(clip[_OURS][0] < clip[_WORLD][0] for clip in scores)
    margin = min(clip[_OURS][0] - clip[_WORLD][0] for clip in scores)
    return [
        *figures,
        Figure(f"clips_behind_pyworld_{voice}", float(behind), "quality", at_most=0.0,
               note=f"of {len(scores)}, by PESQ-wb, pyworld at its usual 5 ms"),
        Figure(f"smallest_pesq_wb_lead_over_pyworld_{voice}", margin, "detail"),
    ]  # fmt: skip


def _sounds(held: HeldOut, voice: str) -> list[Floats]:
    if voice == "libri":
        assert held.context.data_dir is not None  # groups that need it are not measured without
        count = 1 if held.context.quick else _PER_VOICE
        return list(corpus.unseen_speakers(held.context.data_dir, count).values())
    return [held.human(clip) for clip in held.clips(voice, 1 if held.context.quick else _PER_VOICE)]


def _scored(case: _Case) -> Scores:
    """Copy one recording by every method; the case carries its device, for it may be worked on in another process."""
    from pesq import pesq
    from pystoi import stoi

    sound = case.sound
    analyser, renderer = _engine(case.device)
    job = _Quiet()
    sketch = analyser.analyse(Audio(sound[None], SAMPLE_RATE), {}, job=job)
    copies = {
        _OURS: renderer.render(sketch, {}, seed=1, window=None, job=job).samples[0],
        "copy_draft": renderer.render(sketch, {"quality": "draft"}, seed=1, window=None, job=job).samples[0],
        _WORLD: _world_copy(sound),
        "peer_griffin_lim_32": griffin_lim(sound),
    }
    scores = {}
    for name, copy in copies.items():
        n = min(len(copy), len(sound))
        human, made = _at_16k(sound[:n]), _at_16k(copy[:n])
        scores[name] = (float(pesq(16_000, human, made, "wb")), float(stoi(human, made, 16_000)))
    return scores


@cache
def _engine(device: str) -> tuple[SpeechAnalyser, SpeechRenderer]:
    analyser, renderer = SpeechAnalyser(), SpeechRenderer()
    analyser.load(device)
    renderer.load(device)
    return analyser, renderer


def _at_16k(sound: Floats) -> Floats:
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(sound, 2, 3), np.float32)


def _world_copy(sound: Floats) -> Floats:
    """Analyse and synthesise with pyworld: Harvest and StoneMask, CheapTrick, D4C, at its usual 5 ms."""
    import pyworld

    x = sound.astype(np.float64)
    f0, times = pyworld.harvest(x, SAMPLE_RATE, frame_period=_WORLD_FRAME_MS)
    f0 = pyworld.stonemask(x, f0, times, SAMPLE_RATE)
    envelope = pyworld.cheaptrick(x, f0, times, SAMPLE_RATE)
    aperiodicity = pyworld.d4c(x, f0, times, SAMPLE_RATE)
    return np.asarray(pyworld.synthesize(f0, envelope, aperiodicity, SAMPLE_RATE, _WORLD_FRAME_MS), np.float32)


def griffin_lim(sound: Floats) -> Floats:
    """Invert a normal 100-band mel spectrogram by 32 iterations (Griffin & Lim 1984), n_fft 1024, hop 256."""
    from intermezzo_engines.speech.features import mel_filters

    n_fft = 1024
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)

    def forward(x: Floats) -> NDArray[np.complex64]:
        padded = np.pad(x, n_fft // 2, mode="reflect")
        frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::HOP]
        return np.asarray(np.fft.rfft(frames * window, axis=1), np.complex64)

    def inverse(spectra: NDArray[np.complex64]) -> Floats:
        frames = np.fft.irfft(spectra, n_fft, axis=1) * window
        out = np.zeros((len(frames) - 1) * HOP + n_fft)
        weight = np.zeros_like(out)
        for k, frame in enumerate(frames):
            out[k * HOP : k * HOP + n_fft] += frame
            weight[k * HOP : k * HOP + n_fft] += window**2
        trimmed = (out / np.maximum(weight, 1e-3))[n_fft // 2 :][: len(sound)].astype(np.float32)
        return np.pad(trimmed, (0, len(sound) - len(trimmed)))

    filters = mel_filters(n_fft)
    mel = np.abs(forward(sound)) @ filters.T
    magnitude = np.maximum(mel @ np.linalg.pinv(filters).T, 1e-8)
    rng = np.random.default_rng(0)
    spectra = magnitude * np.exp(2j * np.pi * rng.random(magnitude.shape))
    for _ in range(32):
        spectra = magnitude * np.exp(1j * np.angle(forward(inverse(spectra))))
    return inverse(spectra)
