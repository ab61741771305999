"""Train the converter's prosody network: how a line is read, and the curves that follow, each with its doubt.

Few hours of speech are soon learnt by heart, so one training sentence in sixteen (by hash of its text) is kept for
validation; the weights of greatest validation likelihood win. Reading: in a third of the clips nothing is known, in
the others a random share of the phones, scattered or all but one stretch, and of all three values or of each apart; the
loss is on what is unknown. Curves: half of the clips have frames that stand, all but one stretch of phones. A quarter
of the clips speak as strangers, normalised by themselves. Squared error for means, Gaussian likelihood for variances
(the mean held fixed, so that doubt never excuses error). AdamW 1e-3, batches of 5,000 frames, EMA .99, stopped after
five evaluations without gain. The held-out sentences of corpus.py are in neither part.
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

from intermezzo_engines.speech.blocks import half_precision
from intermezzo_engines.speech.converter_data import (
    Batch,
    Item,
    as_stranger,
    batches,
    collate,
    load_item,
    statistics,
)  # fmt: skip
from intermezzo_engines.speech.corpus import VOICES, clips, sentence_key
from intermezzo_engines.speech.model import ProsodyNet, Targets, spread

__all__ = [
    "is_validation",
    "load_split",
    "prosody_losses",
    "reading_mask",
    "standing_mask",
    "train",
    "with_strangers",
]

_WEIGHTS = {"reading": 1.0, "reading_doubt": 0.3, "pitch": 1.0, "pitch_doubt": 0.2, "voicing": 0.5, "energy": 0.7,
            "energy_doubt": 0.2}  # fmt: skip
_PATIENCE = 5


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


def with_strangers(items: Sequence[Item], rng: np.random.Generator, share: float = 0.25) -> list[Item]:
    """Return the clips, a share of them as strangers would have spoken them."""
    return [as_stranger(item, rng) if rng.uniform() < share else item for item in items]


def reading_mask(n_phones: Sequence[int], width: int, rng: np.random.Generator) -> Tensor:
    """Return which values of phones are known (B, width, 3): nothing, a scatter, or all but one stretch."""
    known = np.zeros((len(n_phones), width, 3), np.float32)
    for row, n in enumerate(n_phones):
        kind = rng.uniform()
        if kind < 0.35:
            continue
        if kind < 0.75:
            count = 1 if rng.uniform() < 0.6 else 3
            known[row, :n] = rng.uniform(size=(n, count)) < rng.uniform(0.05, 0.95)
        else:
            known[row, :n] = 1
            length = int(rng.integers(1, min(n, 25) + 1))
            start = int(rng.integers(0, n - length + 1))
            known[row, start : start + length] = 0
        if rng.uniform() < 0.5:  # durations are read first
            known[row, :n, 0] = 1
    return torch.from_numpy(known)


def standing_mask(batch: Batch, rng: np.random.Generator, share: float = 0.5) -> Tensor:
    """Return which frames stand (B, T): in a `share` of the clips all but one stretch of phones, else none."""
    standing = torch.zeros_like(batch.frame_mask)
    for row in range(len(standing)):
        if rng.uniform() < share:
            n = int(batch.phone_mask[row].sum())
            length = int(rng.integers(1, min(n, 14) + 1))
            first = int(rng.integers(0, n - length + 1))
            inside = (batch.index[row] >= first) & (batch.index[row] < first + length)
            standing[row] = batch.frame_mask[row] * (~inside).float()
    return standing


def prosody_losses(net: ProsodyNet, batch: Batch, known: Tensor, standing: Tensor) -> dict[str, Tensor]:
    """Return the named losses of a batch.

    Args:
        net: the network.
        batch: clips.
        known: (B, N, 3), see `reading_mask`.
        standing: (B, T), see `standing_mask`.
    """
    phone_mask, mask = batch.phone_mask.unsqueeze(-1), batch.frame_mask.unsqueeze(-1)
    encoded = net.phones(**batch.inputs, mask=phone_mask)
    mean, log_var = net.reading(encoded, batch.values, known, phone_mask)
    is_phone = (batch.inputs["symbol"] > 0).float()  # symbol 0 is the pause
    weight = torch.stack(
        [batch.duration_mask, batch.phone_mask * (batch.voiced_phone + 0.05) * is_phone,
         batch.phone_mask * (0.2 + 0.8 * is_phone)], -1,
    ) * (1 - known)  # fmt: skip
    targets = Targets.of(batch.values[..., 1:], batch.index, batch.left, batch.right, batch.share)
    given = torch.stack([batch.pitch, batch.voiced, batch.energy, torch.ones_like(batch.pitch),
                         torch.ones_like(batch.pitch)], -1) * standing.unsqueeze(-1)  # fmt: skip
    curves = net.curves(spread(encoded, batch.index, batch.position), targets, given, mask)
    free = 1 - standing
    voiced = batch.voiced * batch.speech_mask * free
    level_weight = (batch.speech_mask + 0.2 * (batch.frame_mask - batch.speech_mask)) * free
    voicing = nn.functional.binary_cross_entropy_with_logits(curves.voicing, batch.voiced, reduction="none")
    return {
        "reading": 3 * _mean((mean - batch.values).square(), weight),
        "reading_doubt": 3 * _likelihood(batch.values - mean, log_var, weight),
        "pitch": _mean((curves.pitch - batch.pitch).square(), voiced + 0.03 * batch.frame_mask * free),
        "pitch_doubt": _likelihood(batch.pitch - curves.pitch, curves.pitch_log_var, voiced),
        "voicing": _mean(voicing, batch.frame_mask * free),
        "energy": _mean((curves.energy - batch.energy).square(), level_weight),
        "energy_doubt": _likelihood(batch.energy - curves.energy, curves.energy_log_var, level_weight),
    }


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / (weight.expand_as(values).sum() + 1e-6)


def _likelihood(error: Tensor, log_var: Tensor, weight: Tensor) -> Tensor:
    return _mean(0.5 * (log_var + error.detach().square() * torch.exp(-log_var)), weight)


def _validate(net: ProsodyNet, items: Sequence[Item], stats: dict[str, Tensor]) -> dict[str, float]:
    """Return losses over whole clips with nothing known, and as `infill` those of the masks of training."""
    net.eval()
    rng = np.random.default_rng(7)
    rows: list[tuple[dict[str, float], int]] = []
    with torch.inference_mode():
        for item in items:
            batch = collate([item], stats)
            n, none = len(item.inputs), torch.zeros_like(batch.frame_mask)
            found = prosody_losses(net, batch, torch.zeros(1, n, 3), none)
            masked = prosody_losses(net, batch, reading_mask([n], n, rng), standing_mask(batch, rng, 1.0))
            losses = {name: loss.item() for name, loss in found.items()}
            losses |= {f"infill_{name}": masked[name].item() for name in ("reading", "pitch", "energy")}
            rows.append((losses, item.n_frames))
    net.train()
    total = sum(n for _, n in rows)
    return {name: sum(losses[name] * n for losses, n in rows) / total for name in rows[0][0]}


def train(
    data: Path, work: Path, target: Path, stats: dict[str, Tensor] | None = None, seed: int = 0,
    max_steps: int = 4000, report: Callable[[str], None] = print,
) -> dict[str, float]:  # fmt: skip
    """Train, write weights and statistics to `target`, and return validation losses."""
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
            batch = collate(with_strangers(group, rng), stats)
            known = reading_mask([len(item.inputs) for item in group], batch.values.shape[1], rng)
            with half_precision():
                found = prosody_losses(net, batch, known, standing_mask(batch, rng))
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
            losses = _validate(average, validation[::2], stats)
            score = sum(losses[name] for name in ("reading_doubt", "pitch_doubt", "voicing", "energy_doubt"))
            shown = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
            report(f"prosody {step} cpu {time.process_time() - started:.0f} s, validation: {shown}")
            without_gain += 1
            if score < best:
                best, without_gain, figures = score, 0, losses
                best_state = copy.deepcopy(average.state_dict())
            if without_gain >= _PATIENCE or step >= max_steps:
                break
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file({**{f"prosody.{name}": value for name, value in best_state.items()}, **stats}, target)
    return figures
