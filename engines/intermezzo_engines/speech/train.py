"""Make all weights of the speech engine again, from the recordings and the dictionary to four files and their cards.

Order: letters to phones, aligner (writes the alignments), renderer (analyses the clips on the way), converter and its
sharpening, and the renderer once more, now also on sketches that the converter predicts (adapt.py). Each is a module of
its own with its recipe; a stage whose file is already in `out_dir` is left alone, and the long stages go on from their
checkpoints, so an interrupted training is simply started again. On two CPU cores the whole takes some three hours.
Only the renderer uses another device than the CPU; the other networks are small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch

from intermezzo.core.errors import FileError
from intermezzo.core.params import Value
from intermezzo_engines.speech import train_aligner, train_converter, train_g2p, train_renderer, train_sharpen
from intermezzo_engines.speech.adapt import blend, gain
from intermezzo_engines.speech.analyse import analyse_samples
from intermezzo_engines.speech.corpus import VOICES, clips, sounds
from intermezzo_engines.speech.train_voice import train_voice

__all__ = ["train"]

_STAGES = ("speech_g2p", "speech_aligner", "speech_renderer", "speech_converter")
_SHARES = (0.0, 0.08, 0.18, 0.6, 1.0)


def train(
    data_dir: Path,
    out_dir: Path,
    device: str = "cpu",
    progress: Callable[[float, str], None] = lambda fraction, what: None,
    params: Mapping[str, Value] = MappingProxyType({}),
) -> dict[str, float]:
    """Train every stage that has no weights in `out_dir` yet; return the figures of the stages that ran.

    A folder that is not the training data (it has no `text` and `speech` in it) is taken for somebody's recordings: a
    voice is made from them (train_voice.py) with `name`, `language` and `minutes` of `params`. The shipped weights take
    three times those minutes for the renderer, and again for the converter.

    Raises:
        FileError: if the data folder lacks the recordings or the dictionary, or holds no recordings at all.
    """
    minutes = float(params.get("minutes", 20.0))
    if not (data_dir / "speech").is_dir() and not (data_dir / "text").is_dir():
        torch.set_num_threads(1)
        return train_voice(
            data_dir, out_dir, name=str(params.get("name", "")), language=str(params.get("language", "en")),
            device=device, minutes=minutes, progress=progress,
        )  # fmt: skip
    minutes *= 3
    for needed in ("text/lex/cmudict.dict.gz", *(f"speech/{voice}.opus.tar" for voice in VOICES)):
        if not (data_dir / needed).exists():
            raise FileError(f"{data_dir} has no {needed}. Name the folder that holds the training data.")
    torch.set_num_threads(1)
    figures: dict[str, float] = {}
    for stage, share in zip(_STAGES, _SHARES[:-1], strict=True):
        target = out_dir / f"{stage}.safetensors"
        if target.exists():
            continue

        def report(line: str, stage: str = stage, share: float = share) -> None:
            progress(share, f"{stage}: {line}")

        report("starting")
        figures |= {
            f"{stage}_{name}": value for name, value in _run(stage, data_dir, out_dir, device, minutes, report).items()
        }
    progress(1.0, "done")
    return figures


def _run(
    stage: str, data: Path, out: Path, device: str, minutes: float, report: Callable[[str], None]
) -> dict[str, float]:
    target = out / f"{stage}.safetensors"
    if stage == "speech_g2p":
        return train_g2p.train(data, target, report=report)
    if stage == "speech_aligner":
        return train_aligner.train(data, out, target, report=report)
    if stage == "speech_renderer":
        train_renderer.train(data, out, device, minutes, report=report)
        return {}
    _analyse_held_out(data, out / "features")
    plain = out / "converter" / "plain.safetensors"
    if not plain.exists():
        train_converter.train(data, out, plain, minutes, report=report)
    figures = train_sharpen.train(data, out, plain, target, minutes / 4, report=report)
    return figures | _adapt(data, out, device, target, minutes / 4, report)


def _adapt(
    data: Path, out: Path, device: str, converter: Path, minutes: float, report: Callable[[str], None]
) -> dict[str, float]:
    """Go on with the renderer on sketches that the new converter predicts as well; return what that gained.

    Only a share of the way is kept (`adapt.KEPT`); figures of the whole way are named with "whole".
    """
    renderer, before = out / "speech_renderer.safetensors", out / "renderer_before_adaptation.safetensors"
    whole = out / "renderer_wholly_adapted.safetensors"
    renderer.replace(before)
    (out / "renderer.ckpt").unlink(missing_ok=True)
    rate = train_renderer.LEARNING_RATE / 4
    train_renderer.train(data, out, device, minutes, before, converter, rate, report=report)
    renderer.replace(whole)
    figures = gain(data, out, converter, before, whole)
    blend(before, whole, renderer)
    return {f"whole_{name}": value for name, value in figures.items()} | gain(data, out, converter, before, renderer)


def _analyse_held_out(data: Path, features: Path) -> None:
    """Write the features of held-out clips, which the renderer's training never looks at, for the figures."""
    for voice in VOICES:
        held = {clip.id for clip in clips(data, voice) if clip.held_out}
        for name, samples in sounds(data, voice):
            path = features / voice / f"{name}.npz"
            if name in held and not path.exists():
                found = analyse_samples(samples)
                path.parent.mkdir(parents=True, exist_ok=True)
                np.savez(path, f0_hz=found.f0_hz, env_ln=found.env_ln, ap_ln=found.ap_ln)
