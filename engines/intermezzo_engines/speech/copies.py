"""Copy synthesis of held-out recordings: human clip -> sketch -> sound, beside the peers, by PESQ-wb and STOI."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech import corpus
from intermezzo_engines.speech.features import HOP, SAMPLE_RATE, Floats

_TARGETS = {"ljs": 3.2, "cathy": 3.0}


def copy_figures(context: Context, data_dir: Path) -> list[Figure]:
    """Return mean PESQ-wb and STOI by voice and method over the held-out clips."""
    try:
        from pesq import pesq
        from pystoi import stoi
    except ImportError:
        return [Figure("pesq_wb_copy_ljs", None, "quality", note="pesq is not installed (extra 'measure')")]

    def ours(sound: Floats, sketch: Sketch) -> Floats:
        output = context.render(sketch)
        return output.samples[0] if isinstance(output, Audio) else sound

    def draft(sound: Floats, sketch: Sketch) -> Floats:
        output = context.render(sketch, params={"quality": "draft"})
        return output.samples[0] if isinstance(output, Audio) else sound

    methods: dict[str, Callable[[Floats, Sketch], Floats]] = {
        "copy": ours,
        "copy_draft": draft,
        "peer_pyworld": lambda sound, _: _world_copy(sound),
        "peer_griffin_lim_32": lambda sound, _: griffin_lim(sound),
    }
    figures = []
    for voice, target in _TARGETS.items():
        wanted = {clip.id for clip in corpus.held_out_pairs(data_dir, voice)[: 4 if context.quick else None]}
        scores: dict[str, list[tuple[float, float]]] = {name: [] for name in methods}
        for clip_id, sound in corpus.sounds(data_dir, voice):
            if clip_id not in wanted:
                continue
            context.progress(f"copy synthesis: {clip_id}")
            sketch = context.analyse(Audio(sound[None], SAMPLE_RATE))
            for name, method in methods.items():
                copy = method(sound, sketch)
                n = min(len(copy), len(sound))
                human, made = _at_16k(sound[:n]), _at_16k(copy[:n])
                scores[name].append((float(pesq(16_000, human, made, "wb")), float(stoi(human, made, 16_000))))
        for name, pairs in scores.items():
            mean = np.mean(pairs, axis=0)
            is_ours = name == "copy"
            figures.append(
                Figure(f"pesq_wb_{name}_{voice}", float(mean[0]), "quality" if is_ours else "peers",
                       at_least=target if is_ours else None, note=f"{len(pairs)} held-out clips")
            )  # fmt: skip
            figures.append(Figure(f"stoi_{name}_{voice}", float(mean[1]), "quality" if is_ours else "peers"))
    return figures


def _at_16k(sound: Floats) -> NDArray[np.float32]:
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(sound, 2, 3), np.float32)


def _world_copy(sound: Floats) -> Floats:
    """Analyse and synthesise with pyworld at its usual 5 ms."""
    import pyworld

    x = sound.astype(np.float64)
    f0, times = pyworld.harvest(x, SAMPLE_RATE, frame_period=5.0)
    f0 = pyworld.stonemask(x, f0, times, SAMPLE_RATE)
    envelope = pyworld.cheaptrick(x, f0, times, SAMPLE_RATE)
    aperiodicity = pyworld.d4c(x, f0, times, SAMPLE_RATE)
    return np.asarray(pyworld.synthesize(f0, envelope, aperiodicity, SAMPLE_RATE, 5.0), np.float32)


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
