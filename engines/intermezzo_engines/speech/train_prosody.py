"""Train the converter's prosody network: durations, pitch, voicing, energy, each with its doubt.

Two hours of speech are soon learnt by heart, so one training sentence in sixteen (by hash of its text) is kept for
validation; the weights of greatest validation likelihood win, and the doubts are then scaled so that 80 % of the
validation values lie inside the 80 % interval. Squared error for means, Gaussian likelihood for variances (the mean
held fixed, so that doubt never excuses error). AdamW 1e-3, batches of 5,000 frames, EMA .99, stopped after four
evaluations without gain: some 1,600 steps, 5 CPU-minutes. The held-out sentences of corpus.py are in neither part.
"""

from __future__ import annotations

import copy
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from intermezzo_engines.speech.converter_data import Batch, Item, batches, collate, load_item, statistics
from intermezzo_engines.speech.corpus import VOICES, clips, sentence_key
from intermezzo_engines.speech.model import ProsodyNet, spread

__all__ = ["is_validation", "load_split", "prosody_losses", "scale_doubt", "train"]

_WEIGHTS = {"duration": 1.0, "duration_doubt": 0.2, "pitch": 1.0, "pitch_doubt": 0.2, "voicing": 0.5, "energy": 0.7,
            "energy_doubt": 0.2}  # fmt: skip
_QUANTILE_80 = 1.2816
_PATIENCE = 4


def is_validation(text: str) -> bool:
    """Say whether a training sentence is kept for validation; all readings of a sentence go together."""
    return zlib.crc32(sentence_key(text).encode()) % 16 == 0


def load_split(data: Path, work: Path) -> tuple[list[Item], list[Item], list[Item]]:
    """Return the clips for training, validation and (never to be trained or tuned on) held-out figures."""
    parts: tuple[list[Item], list[Item], list[Item]] = ([], [], [])
    for voice in VOICES:
        for clip in clips(data, voice):
            item = load_item(clip, work / "features", work / "alignments")
            if item is not None:
                parts[2 if clip.held_out else int(is_validation(clip.text))].append(item)
    return parts


def prosody_losses(net: ProsodyNet, batch: Batch) -> dict[str, Tensor]:
    """Return the named losses of a batch."""
    phone_mask, mask = batch.phone_mask.unsqueeze(-1), batch.frame_mask.unsqueeze(-1)
    encoded = net.phones(**batch.inputs, mask=phone_mask)
    log_duration = torch.log(batch.durations.float())
    mean, log_var = net.duration(encoded, phone_mask)
    prosody = net(spread(encoded, batch.index, batch.position), mask)
    voiced = batch.voiced * batch.speech_mask
    level_weight = batch.speech_mask + 0.2 * (batch.frame_mask - batch.speech_mask)
    voicing = nn.functional.binary_cross_entropy_with_logits(prosody.voicing, batch.voiced, reduction="none")
    return {
        "duration": _mean((mean - log_duration).square(), batch.duration_mask),
        "duration_doubt": _likelihood(log_duration - mean, log_var, batch.duration_mask),
        "pitch": _mean((prosody.pitch - batch.pitch).square(), voiced + 0.03 * batch.frame_mask),
        "pitch_doubt": _likelihood(batch.pitch - prosody.pitch, prosody.pitch_log_var, voiced),
        "voicing": _mean(voicing, batch.frame_mask),
        "energy": _mean((prosody.energy - batch.energy).square(), level_weight),
        "energy_doubt": _likelihood(batch.energy - prosody.energy, prosody.energy_log_var, level_weight),
    }


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / (weight.expand_as(values).sum() + 1e-6)


def _likelihood(error: Tensor, log_var: Tensor, weight: Tensor) -> Tensor:
    return _mean(0.5 * (log_var + error.detach().square() * torch.exp(-log_var)), weight)


def _validate(net: ProsodyNet, items: Sequence[Item], stats: dict[str, Tensor]) -> dict[str, float]:
    net.eval()
    with torch.inference_mode():
        found = [(prosody_losses(net, collate([item], stats)), item.n_frames) for item in items]
    net.train()
    total = sum(n for _, n in found)
    return {name: sum(losses[name].item() * n for losses, n in found) / total for name in found[0][0]}


def scale_doubt(net: ProsodyNet, items: Sequence[Item], stats: dict[str, Tensor]) -> dict[str, float]:
    """Scale each doubt so that 80 % of the errors on `items` lie within its 80 % interval; return the factors."""
    ratios: dict[str, list[Tensor]] = {"duration": [], "pitch": [], "energy": []}
    net.eval()
    with torch.inference_mode():
        for item in items:
            batch = collate([item], stats)
            encoded = net.phones(**batch.inputs)
            mean, log_var = net.duration(encoded)
            prosody = net(spread(encoded, batch.index, batch.position))
            speech, voiced = batch.speech_mask > 0, batch.voiced * batch.speech_mask > 0
            error = torch.log(batch.durations.float()) - mean
            ratios["duration"].append((error.abs() * torch.exp(-0.5 * log_var))[batch.duration_mask > 0])
            error = batch.pitch - prosody.pitch
            ratios["pitch"].append((error.abs() * torch.exp(-0.5 * prosody.pitch_log_var))[voiced])
            error = batch.energy - prosody.energy
            ratios["energy"].append((error.abs() * torch.exp(-0.5 * prosody.energy_log_var))[speech])
        factors = {name: float(torch.cat(values).quantile(0.8)) / _QUANTILE_80 for name, values in ratios.items()}
        net.duration_head.bias[1] += 2 * np.log(factors["duration"])
        net.frame_head.bias[1] += 2 * np.log(factors["pitch"])
        net.frame_head.bias[4] += 2 * np.log(factors["energy"])
    return factors


def train(
    data: Path, work: Path, target: Path, stats: dict[str, Tensor] | None = None, seed: int = 0,
    max_steps: int = 4000, report: Callable[[str], None] = print,
) -> dict[str, float]:  # fmt: skip
    """Train, write weights and statistics to `target`, and return validation losses and the factors of the doubts."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    training, validation, _ = load_split(data, work)
    stats = stats or statistics(training)
    net = ProsodyNet()
    average = copy.deepcopy(net)
    best, best_state, without_gain, step = float("inf"), net.state_dict(), 0, 0
    figures: dict[str, float] = {}
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.03)
    started = time.process_time()
    while step < max_steps and without_gain < _PATIENCE:
        for group in batches(training, rng):
            for setting in optimiser.param_groups:
                setting["lr"] = 1e-3 * min(1.0, (step + 1) / 200)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = prosody_losses(net, collate(group, stats))
            total = torch.stack([_WEIGHTS[name] * loss for name, loss in found.items()]).sum()
            optimiser.zero_grad()
            total.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            step += 1
            with torch.no_grad():
                for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
                    slow.lerp_(fast, 1 - min(0.99, (1 + step) / (10 + step)))
            if step % 100:
                continue
            losses = _validate(average, validation, stats)
            score = sum(losses[name] for name in ("duration_doubt", "pitch_doubt", "voicing", "energy_doubt"))
            shown = " ".join(f"{name} {value:.3f} ({found[name].item():.3f})" for name, value in losses.items())
            report(f"prosody {step} cpu {time.process_time() - started:.0f} s, validation (training): {shown}")
            without_gain += 1
            if score < best:
                best, without_gain, figures = score, 0, losses
                best_state = copy.deepcopy(average.state_dict())
            if without_gain >= _PATIENCE:
                break
    average.load_state_dict(best_state)
    factors = scale_doubt(average, validation, stats)
    report(f"doubt scaled by {factors}")
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file({**{f"prosody.{name}": value for name, value in average.state_dict().items()}, **stats}, target)
    return figures | {f"{name}_doubt_factor": value for name, value in factors.items()}
