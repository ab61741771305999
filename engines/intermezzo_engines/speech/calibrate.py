"""Measure on validation clips what losses do not teach: how wide, how sure, how sharp and how varied readings are.

* `reach`: factors on lengths, pitch and energy, voice by voice, such that what is drawn at expression 1 spreads nearly
  as far as the recordings do.
* `doubt`: factors on the predicted deviations such that 80 % of the recordings lie within the interval about what was
  drawn.
* `contrast`: a factor for each band (smoothed over 21) on the envelope's deviations, which regression makes too small
  (global variance, Toda and Tokuda 2007).
* `variety`: in which directions, and how far, the spectra of a phone differ from what is most likely: the principal
  components of its mean residuals.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo_engines.speech.converter_data import Item, collate
from intermezzo_engines.speech.features import N_BANDS
from intermezzo_engines.speech.model import VOICES, ConverterNet
from intermezzo_engines.speech.passes import decode, mean_curves
from intermezzo_engines.speech.predict import Predictor, Reading

__all__ = ["calibrate"]

_WANTED = 0.96  # of the human spread: a little calm is safer than too much movement
_MOST = 1.5
_QUANTILE_80 = 1.2816  # the half width of the central 80 % of a normal distribution, in deviations
Rows = list[NDArray[np.float64]]


def calibrate(net: ConverterNet, items: Sequence[Item], stats: dict[str, Tensor], per_voice: int = 60) -> None:
    """Measure all tables on the first `per_voice` clips of each voice and store them in the network's buffers."""
    net.eval()
    chosen = [[i for i in items if i.voice == voice][:per_voice] for voice in range(len(VOICES))]
    for voice, own in enumerate(chosen):
        _sharpness_and_variety(net, voice, own, stats)
    net.reach.fill_(1.0)
    for voice, own in enumerate(chosen):
        human, drawn = _spreads(net, own, drawn=False)[0], _spreads(net, own, drawn=True)[0]
        for k in range(3):
            net.reach[voice, k] = float(np.clip(_WANTED * human[k] / max(drawn[k], 1e-6), 1.0, _MOST))
    net.doubt.fill_(1.0)
    _, errors, deviations = _spreads(net, [item for own in chosen for item in own], drawn=True)
    for k in range(3):
        net.doubt[k] = float(np.quantile(errors[k] / deviations[k], 0.8)) / (_QUANTILE_80 if k == 0 else 1.0)


def _sharpness_and_variety(net: ConverterNet, voice: int, own: Sequence[Item], stats: dict[str, Tensor]) -> None:
    humans, machines, residuals = Rows(), Rows(), Rows()
    with torch.inference_mode():
        for item in own:
            batch = collate([item], stats)
            encoded = net.prosody.phones(**batch.inputs)
            nothing = torch.zeros_like(batch.values)
            mean, _ = net.prosody.reading(encoded, nothing, nothing)
            curves = mean_curves(net.prosody, batch, encoded, mean[..., 1:])
            spectrum = decode(net.colour, batch, (curves.pitch, (curves.voicing > 0).float(), curves.energy))[0]
            speech = batch.speech_mask[0] > 0
            humans.append(batch.spectrum[0][speech].double().numpy())
            machines.append(spectrum[speech].double().numpy())
            residual = (batch.spectrum[0] - decode(net.colour, batch)[0]).double().numpy()
            starts = np.cumsum(item.durations) - item.durations
            means = np.add.reduceat(residual, starts) / item.durations[:, None]
            residuals.append(means[(item.durations >= 4) & (item.inputs.mark == 0)])
    human, machine = (np.concatenate(rows).std(0)[:N_BANDS] for rows in (humans, machines))
    ratio = np.convolve(np.pad(human / machine, 10, mode="edge"), np.full(21, 1 / 21), "valid")  # no stripes
    net.contrast[voice, :N_BANDS] = torch.from_numpy(np.clip(ratio, 1.0, 1.3)).float()
    net.contrast[voice, N_BANDS:] = 1.0  # breath has ceilings at both ends: its spread would clip
    centred = np.concatenate(residuals)
    centred = centred - centred.mean(0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    top = directions[: net.N_DIRECTIONS] * (sizes[: net.N_DIRECTIONS, None] / np.sqrt(len(centred)))
    net.variety[voice] = 0.0
    net.variety[voice, : len(top)] = torch.from_numpy(top).float()


def _spreads(net: ConverterNet, items: Sequence[Item], *, drawn: bool) -> tuple[list[float], Rows, Rows]:
    """Return deviations of log duration, pitch and energy over all clips; errors and promised widths of single values.

    Of the recordings themselves (then without errors and widths), or of what is drawn.
    """
    predictor = Predictor(net)
    values: list[Rows] = [[], [], []]
    errors: list[Rows] = [[], [], []]
    widths: list[Rows] = [[], [], []]
    for number, item in enumerate(items):
        inner = slice(1, -1)
        phones = item.inputs.mark[inner] == 0
        human = (np.log(item.durations[inner])[phones], item.log_f0[item.voiced > 0], item.energy_db)
        stats = predictor.voice(Reading(VOICES[item.voice])).stats
        if not drawn:
            for k, found in enumerate(human):
                values[k].append((found - (stats.duration, stats.pitch, stats.energy)[k][0]).astype(np.float64))
            continue
        rng, reading = np.random.default_rng(number), Reading(VOICES[item.voice])
        encoded = predictor.encode(item.inputs, reading)
        durations, _ = predictor.durations(encoded, item.inputs, reading, rng)
        frames = predictor.frames(encoded, item.inputs, item.durations, reading, rng)
        voiced = frames.pitch_hz > 0
        made = (np.log(durations[inner])[phones], np.log(frames.pitch_hz[voiced]), frames.energy_db)
        for k, found in enumerate(made):
            values[k].append((found - (stats.duration, stats.pitch, stats.energy)[k][0]).astype(np.float64))
        nothing = torch.zeros(1, len(item.inputs), 3)
        with torch.inference_mode():
            log_var = net.prosody.reading(encoded.prosody, nothing, nothing)[1][0].double().numpy()
        errors[0].append(np.abs(np.log(item.durations[inner] / durations[inner]))[phones])
        widths[0].append((np.exp(0.5 * log_var[inner, 0]) * stats.duration[1])[phones])
        both = voiced & (item.voiced > 0)
        errors[1].append(np.abs(12 * np.log2(np.maximum(frames.pitch_hz, 1)) - item.log_f0 * 12 / np.log(2))[both])
        widths[1].append(frames.pitch_doubt_st[both].astype(np.float64))
        speech = (item.inputs.mark == 0)[np.repeat(np.arange(len(item.durations)), item.durations)]
        errors[2].append(np.abs(frames.energy_db - item.energy_db)[speech].astype(np.float64))
        widths[2].append(frames.energy_doubt_db[speech].astype(np.float64))
    spread = [float(np.concatenate(rows).std()) for rows in values]
    joined = [[np.concatenate(rows) if rows else np.zeros(0) for rows in side] for side in (errors, widths)]
    return spread, joined[0], joined[1]
