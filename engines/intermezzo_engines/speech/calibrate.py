"""Give predictions the spread of human speech: what squared and absolute errors average away is measured and put back.

A network trained to be right on average is too flat: its melody is narrower and its envelope softer than any human
reading. After training, two small tables are measured on validation clips and stored with the weights: `pitch_range`, a
factor on the melody's deviations such that, with the noise of expression 1, log F0 spreads as in the recordings; and
`contrast`, a factor for each band (smoothed over 21) such that the envelope's deviations do (global variance, Toda
and Tokuda 2007).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from intermezzo_engines.speech.converter_data import Item, collate
from intermezzo_engines.speech.features import N_BANDS
from intermezzo_engines.speech.model import VOICES, ConverterNet, spread
from intermezzo_engines.speech.predict import PITCH_NOISE

__all__ = ["calibrate"]


def calibrate(net: ConverterNet, items: Sequence[Item], stats: dict[str, Tensor], per_voice: int = 120) -> None:
    """Measure both tables on the first `per_voice` clips of each voice and store them in the network's buffers."""
    net.eval()
    for voice in range(len(VOICES)):
        rows = []
        for item in [i for i in items if i.voice == voice][:per_voice]:
            batch = collate([item], stats)
            with torch.inference_mode():
                prosody = net.prosody(spread(net.prosody.phones(**batch.inputs), batch.index, batch.position))
                frames = spread(net.colour.phones(**batch.inputs), batch.index, batch.position)
                spectrum = net.colour(frames, prosody.pitch, (prosody.voicing > 0).float(), prosody.energy)
            speech, voiced = batch.speech_mask[0] > 0, (batch.voiced * batch.speech_mask)[0] > 0
            pitch = torch.stack([batch.pitch[0], prosody.pitch[0], prosody.pitch_log_var[0]], 1)[voiced]
            rows.append((pitch.numpy(), batch.spectrum[0][speech].numpy(), spectrum[0][speech].numpy()))
        true, mean, log_var = np.concatenate([row[0] for row in rows]).astype(np.float64).T
        wanted = max(0.0, true.var() - PITCH_NOISE**2 * np.exp(log_var).mean())
        net.pitch_range[voice] = float(np.clip(np.sqrt(wanted / mean.var()), 1.0, 1.8))
        human, machine = (np.concatenate([row[k] for row in rows]).astype(np.float64).std(0)[:N_BANDS] for k in (1, 2))
        ratio = np.convolve(np.pad(human / machine, 10, mode="edge"), np.full(21, 1 / 21), "valid")  # no stripes
        net.contrast[voice, :N_BANDS] = torch.from_numpy(np.clip(ratio, 1.0, 1.3)).float()
        net.contrast[voice, N_BANDS:] = 1.0  # breath has ceilings at both ends: its spread would clip
