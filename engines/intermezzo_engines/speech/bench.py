"""Speed of the speech engine part by part, beside its peers in the same run, in seconds of work per second of sound."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from intermezzo.core.measure import Context, Figure
from intermezzo.core.media import Audio, Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.copies import griffin_lim
from intermezzo_engines.speech.features import HOP_S, SAMPLE_RATE
from intermezzo_engines.speech.heldout import sound_of
from intermezzo_engines.speech.obedience import SENTENCES, world_synthesis
from intermezzo_engines.speech.peers import HifiGanV1, VocosBase

_PARAGRAPH = " ".join(SENTENCES)
_STRETCH_S = 0.5


def bench(context: Context) -> list[Figure]:
    """Return the speed of analyser, renderers and peers on one paragraph."""
    sketch = context.convert(Text(_PARAGRAPH))
    sound = sound_of(context, sketch)
    seconds = len(sound) / SAMPLE_RATE
    n_frames = sketch.n_frames
    ours: dict[str, Callable[[], object]] = {
        "render": lambda: context.render(sketch),
        "render_draft": lambda: context.render(sketch, params={"quality": "draft"}),
        "analyse": lambda: context.analyse(Audio(sound[None], SAMPLE_RATE)),
        "analyse_with_text": lambda: context.analyse(Audio(sound[None], SAMPLE_RATE), params={"text": _PARAGRAPH}),
    }
    peers: dict[str, Callable[[], object]] = {"griffin_lim_32": lambda: griffin_lim(sound)}
    try:
        import pyworld as _  # noqa: F401

        peers["pyworld_synthesis"] = lambda: world_synthesis(sketch)
    except ImportError:
        pass
    hifi_gan, vocos = HifiGanV1().eval(), VocosBase().eval()
    mel_80, mel_100 = torch.randn(1, 80, n_frames), torch.randn(1, 100, n_frames)
    with torch.inference_mode():
        peers["hifi_gan_v1_shape"] = lambda: hifi_gan(mel_80)
        peers["vocos_base_shape"] = lambda: vocos(mel_100)
        figures = [_figure(name, work, seconds, "speed", context) for name, work in ours.items()]
        figures += [_figure(f"peer_{name}", work, seconds, "peers", context) for name, work in peers.items()]
    return [*figures, _resample(context, sketch), *_espeak(context)]


def _figure(name: str, work: Callable[[], object], seconds: float, promise: str, context: Context) -> Figure:
    context.progress(f"speed of {name}")
    runs = []
    for _ in range(2 if context.quick else 3):
        begin = time.perf_counter()
        work()
        runs.append(time.perf_counter() - begin)
    return Figure(f"{name}_s_per_s", float(np.median(runs)) / seconds, promise)


def _resample(context: Context, sketch: Sketch) -> Figure:
    """Time the prediction of stretches of half a second in the middle of the paragraph."""
    context.progress("speed of predicting a stretch again")
    runs, length = [], round(_STRETCH_S / HOP_S)
    for seed in range(3 if context.quick else 10):
        start = (seed + 1) * (sketch.n_frames - length) // 12
        begin = time.perf_counter()
        context.resample(sketch, start, start + length, seed=seed)
        runs.append(time.perf_counter() - begin)
    note = f"{_STRETCH_S:g} s of {sketch.duration_s:.0f} s, {len(runs)} places"
    return Figure("resample_ms_median", 1000 * float(np.median(runs)), "speed", note=note)


def _espeak(context: Context) -> list[Figure]:
    """Time espeak-ng as a program of its own, where it is installed."""
    program = shutil.which("espeak-ng")
    if program is None:
        return [Figure("peer_espeak_ng_s_per_s", None, "peers", note="espeak-ng is not installed")]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "espeak.wav")
        begin = time.perf_counter()
        subprocess.run([program, "-w", str(target), _PARAGRAPH], check=True, capture_output=True)
        spent = time.perf_counter() - begin
        seconds = (target.stat().st_size - 44) / 2 / 22_050
    return [Figure("peer_espeak_ng_s_per_s", spent / seconds, "peers", note="whole process, text to file")]
