"""Train the TeleMelody-shaped network that the tune network is compared with (baseline.py).

    python -m intermezzo_engines.melody.train_baseline --data DIR --work DIR --target FILE [--minutes 10]

The same tunes, split and CPU time as `train_tune`, whose work folder it shares. Windows of 64 notes, batches of 8,
AdamW 1e-3 with warm-up and linear decay, gradient norm 1. An interrupted training is simply started again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from intermezzo_engines.melody.baseline import WINDOW, TeleNet, source_tokens, target_tokens
from intermezzo_engines.melody.corpus import tunes
from intermezzo_engines.melody.template import Template
from intermezzo_engines.melody.train_tune import lessons
from intermezzo_engines.melody.tune_features import BELOW

__all__ = ["train"]

_BATCH, _RATE = 8, 1e-3
_Lesson = tuple[NDArray[np.int64], NDArray[np.int64]]


def _pairs(data: Path, work: Path, report: Callable[[str], None]) -> tuple[list[_Lesson], list[_Lesson]]:
    """Return (training, held-out) source and target tokens."""
    read = dict(zip((False, True), map(iter, lessons(data, work, report)), strict=True))
    sides: tuple[list[_Lesson], list[_Lesson]] = ([], [])
    for tune in tunes(data):
        lesson, melody = next(read[tune.held_out]), tune.melody
        bare = Template(melody.n_frames, (), melody.metres, melody.pickup, (), (), (), ())
        base = melody.notes[:, 2].astype(np.int64) - lesson.classes + BELOW
        sides[tune.held_out].append((source_tokens(lesson.whole, lesson.tones), target_tokens(melody, bare, base)))
    return sides


def _loss(net: TeleNet, windows: Sequence[_Lesson]) -> tuple[Tensor, int]:
    """Return nats summed over the notes, all four tokens of each, and how many notes there are."""
    width = max(len(target) for _, target in windows)
    source = torch.zeros(len(windows), width, 6, dtype=torch.long)
    target = torch.zeros(len(windows), width, 4, dtype=torch.long)
    real = torch.zeros(len(windows), width, dtype=torch.bool)
    for k, (told, wanted) in enumerate(windows):
        source[k, : len(wanted)] = torch.from_numpy(told)
        target[k, : len(wanted)] = torch.from_numpy(wanted)
        real[k, : len(wanted)] = True
    encoded, mask = net.encode(source, real)
    hidden, _ = net.decode(net.embed(target), encoded, mask)
    hidden = hidden.view(len(windows), width, 4, -1)
    parts = [
        nn.functional.cross_entropy(head(hidden[:, :, k][real]), target[..., k][real], reduction="sum")
        for k, head in enumerate(net.heads)
    ]
    return torch.stack(parts).sum(), int(real.sum())


def train(
    data: Path, work: Path, target: Path, minutes: float = 10.0, seed: int = 0, report: Callable[[str], None] = print
) -> dict[str, float]:
    """Train for some CPU minutes (earlier runs count), write `target` and its card, return held-out nats a note."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    training, held = _pairs(data, work, report)
    share = np.array([max(len(wanted), WINDOW) for _, wanted in training], float)
    share /= share.sum()
    net = TeleNet()
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    step, spent, checkpoint = 0, 0.0, work / "baseline.ckpt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(saved["net"])
        optimiser.load_state_dict(saved["optimiser"])
        step, spent = saved["step"], saved["spent"]
        rng = np.random.default_rng(seed + step)
    began, budget = time.process_time() - spent, 60 * minutes
    while (used := time.process_time() - began) < budget:
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / 100) * max(1 - used / budget, 0.02)
        windows = []
        for k in rng.choice(len(training), _BATCH, p=share):
            start = int(rng.integers(0, max(len(training[k][1]) - WINDOW, 0) + 1))
            windows.append((training[k][0][start : start + WINDOW], training[k][1][start : start + WINDOW]))
        loss, n = _loss(net, windows)
        optimiser.zero_grad()
        (loss / n).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % 200 == 0:
            report(f"step {step} cpu {used:.0f} s loss {loss.item() / n:.3f}")
            torch.save(
                {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "spent": used}, checkpoint
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.half() for name, tensor in net.state_dict().items()}, target)
    net.eval()
    with torch.inference_mode():
        parts = [_loss(net, [(told[:WINDOW], wanted[:WINDOW])]) for told, wanted in held]
    notes = sum(n for _, n in parts)
    nats = sum(loss.item() for loss, _ in parts) / notes
    target.with_suffix(".card.md").write_text(
        f"# {target.stem}: what melody_tune is compared with\n\n"
        "A TeleMelody-shaped encoder-decoder (Ju et al. 2022, arXiv 2109.09617) for `intermezzo check melody`; no part "
        "of the\nengine. Trained by `intermezzo_engines.melody.train_baseline` on "
        f"{len(training)} tunes with {sum(len(wanted) for _, wanted in training)} notes:\nOpenScore Lieder (CC0), Open "
        "Hymnal (public domain), OpenEWLD lead sheets dated 1930 or before (MIT, named in melody_tune.card.md).\n"
        f"{step} steps of {_BATCH} windows of {WINDOW} notes, {minutes:.1f} CPU-minutes; licence of the weights: MIT."
        f"\n\nHeld out by tune, {len(held)} tunes, the first {WINDOW} notes of each, {notes} in all:\n\n"
        f"| figure | value |\n|---|---|\n| nats_a_note (bar, position, pitch and duration) | {nats:.3f} |\n",
        encoding="utf-8",
    )
    return {"nats_a_note": nats, "steps": step}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the baseline.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10.0)
    arguments = parser.parse_args()
    print(json.dumps(train(arguments.data, arguments.work, arguments.target, arguments.minutes)))
