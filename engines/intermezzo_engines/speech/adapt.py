"""Sketches as the converter would have made them of real recordings: what the renderer is adapted to, and judged by.

A renderer that has only met analysed envelopes meets predicted ones in use: smoother, and wrong in other ways (Tan et
al. 2023, regeneration learning, RQ10: the mismatch of training and inference). Here the converter predicts envelope
and breath of a clip under the clip's own phones, lengths, pitch and energy, so that the recording itself says what
should come out, frame by frame. `train_renderer` mixes such examples into its batches.

What it learns from them is also to correct the envelope towards what people usually say: on predicted sketches PESQ-wb
rises by 9 to 15 %, and the envelope that is asked for is missed by 2.7 dB instead of 1.4. But what is drawn must be
obeyed. So the weights go only a share of the way (`KEPT`; averaged weights are as good as trained ones: Wortsman et
al. 2022, WiSE-FT), as far as copies of recordings and obedience allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from intermezzo_engines.speech.converter_data import Item, collate
from intermezzo_engines.speech.corpus import sounds
from intermezzo_engines.speech.features import HOP, N_BANDS, energy_db, mel_filters
from intermezzo_engines.speech.model import VOICES, ConverterNet
from intermezzo_engines.speech.passes import decode
from intermezzo_engines.speech.render import ShapeNetwork, render_frames

__all__ = ["KEPT", "blend", "gain", "load_converter", "mel_error_db", "predicted_sound", "predicted_spectra"]

Floats = NDArray[np.float32]
KEPT = 0.2
"""How much of the adaptation the shipped renderer has."""


def load_converter(path: Path) -> ConverterNet:
    """Read the converter's weights, float32."""
    net = ConverterNet()
    net.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    return net.eval()


def blend(before: Path, after: Path, target: Path, kept: float = KEPT) -> None:
    """Write the weights that lie a share ``kept`` of the way from one file to another."""
    one, other = load_file(before), load_file(after)
    save_file({name: one[name].float().lerp(other[name].float(), kept).contiguous() for name in one}, target)


def predicted_spectra(net: ConverterNet, items: Iterable[Item]) -> Iterator[tuple[Item, Floats, Floats]]:
    """Yield each clip with envelope (T, 100) and aperiodicity (T, 5), natural log, predicted under its own prosody."""
    stats: dict[str, Tensor] = net.stats
    for item in items:
        with torch.inference_mode():
            spectrum = decode(net.colour, collate([item], stats))[0].numpy()
        table = stats["spectrum_stats"][item.voice].numpy()
        spectrum = spectrum * net.contrast[item.voice].numpy() * table[1] + table[0]
        envelope = spectrum[:, :N_BANDS]
        envelope = envelope + (item.energy_db - energy_db(envelope))[:, None] * np.float32(np.log(10) / 20)
        breath = np.where(item.voiced[:, None] > 0, np.clip(spectrum[:, N_BANDS:], np.log(1e-3), 0.0), 0.0)
        yield item, envelope.astype(np.float32), breath.astype(np.float32)


def predicted_sound(
    net: ConverterNet, items: Sequence[Item], network: ShapeNetwork | None
) -> Iterator[tuple[Item, Floats]]:
    """Yield each clip with the sound of its predicted sketch; it begins at frame ``item.head`` of the recording."""
    for item, envelope, breath in predicted_spectra(net, items):
        f0_hz = np.where(item.voiced > 0, np.exp(item.log_f0), 0.0).astype(np.float32)
        yield item, render_frames(envelope, breath, f0_hz, seed=1, network=network)


def gain(data: Path, work: Path, converter: Path, before: Path, after: Path, per_voice: int = 20) -> dict[str, float]:
    """Return the mel error of predicted sketches of held-out clips, rendered with two sets of weights, in dB by voice.

    Args:
        data: folder with ``speech/*.opus.tar``.
        work: folder with ``features`` and ``alignments``.
        converter: weights that predict.
        before: weights of the renderer before it was adapted.
        after: and after.
        per_voice: how many clips of each voice.
    """
    from intermezzo_engines.speech.train_prosody import load_split

    net, held = load_converter(converter), load_split(data, work)[2]
    figures: dict[str, float] = {}
    for voice, name in enumerate(VOICES):
        chosen = [item for item in held if item.voice == voice][:per_voice]
        humans = {n: x for n, x in sounds(data, name) if n in {item.name for item in chosen}}
        for label, weights in (("before", before), ("after", after)):
            errors = [
                mel_error_db(sound, humans[item.name][item.head * HOP :])
                for item, sound in predicted_sound(net, chosen, ShapeNetwork.load(weights))
            ]
            figures[f"predicted_mel_error_{label}_{name}_db"] = float(np.mean(errors))
    return figures


def mel_error_db(made: Floats, human: Floats) -> float:
    """Return the mean absolute difference of two sounds in 100 mel bands, dB, over frames near the loudest."""
    n = min(len(made), len(human)) // HOP * HOP

    def mel(sound: Floats) -> Floats:
        frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound[:n], 512), 1024)[::HOP] * np.hanning(1024)
        power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
        return np.asarray(10 * np.log10(power @ mel_filters(1024).T + 1e-7), np.float32)

    one, two = mel(made), mel(human)
    level = two.mean(1)
    loud = level > level.max() - 50.0
    return float(np.abs(one - two)[loud].mean())
