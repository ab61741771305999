"""Train the converter's network on aligned clips and write weights and card.

    python -m intermezzo_engines.speech.train_converter --data DIR --work DIR --target FILE [--cpu-minutes 60]

Needs `work`/features and `work`/alignments (made by the renderer's analysis and by train_aligner). Batches of about
5,000 frames in bfloat16, AdamW 1.5e-3 with warm-up and cosine over the CPU budget, EMA .999, a checkpoint every
three minutes from which a stopped training goes on. Durations, pitch and energy: squared error for the mean, Gaussian
likelihood for the variance (the mean held fixed, so that doubt never excuses error). Decoder: L1 on normalised
envelope and aperiodicity and on their differences in time and band, given the true prosody, partly smoothed and
noised as predictions are. Expected after 60 CPU-minutes on held-out clips: see the card.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from intermezzo_engines.speech.blocks import count_parameters
from intermezzo_engines.speech.calibrate import calibrate
from intermezzo_engines.speech.converter_data import Batch, Item, batches, collate, load_item, statistics
from intermezzo_engines.speech.corpus import VOICES, clips
from intermezzo_engines.speech.model import ConverterNet, spread

__all__ = ["evaluate", "losses", "train"]

_WEIGHTS = {"duration": 1.0, "duration_doubt": 0.1, "pitch": 1.0, "pitch_doubt": 0.1, "voicing": 0.5, "energy": 0.7,
            "energy_doubt": 0.1, "spectrum": 2.0, "edges": 1.0}  # fmt: skip


def losses(net: ConverterNet, batch: Batch, noise: torch.Generator | None = None) -> dict[str, Tensor]:
    """Return the named losses of a batch; with `noise`, the decoder's pitch and energy are roughened as in training."""
    encoded = net.encode(**batch.inputs, mask=batch.phone_mask.unsqueeze(-1))
    log_duration = torch.log(batch.durations.float())
    mean, log_var = net.duration(encoded, batch.phone_mask.unsqueeze(-1))
    found = {
        "duration": _mean((mean - log_duration).square(), batch.duration_mask),
        "duration_doubt": _likelihood(log_duration - mean, log_var, batch.duration_mask),
    }
    frames, mask = spread(encoded, batch.index, batch.position), batch.frame_mask.unsqueeze(-1)
    prosody = net.prosody(frames, mask)
    voiced = batch.voiced * batch.speech_mask
    pitch_weight = voiced + 0.03 * batch.frame_mask
    level_weight = batch.speech_mask + 0.2 * (batch.frame_mask - batch.speech_mask)
    found |= {
        "pitch": _mean((prosody.pitch - batch.pitch).square(), pitch_weight),
        "pitch_doubt": _likelihood(batch.pitch - prosody.pitch, prosody.pitch_log_var, voiced),
        "voicing": _mean(
            nn.functional.binary_cross_entropy_with_logits(prosody.voicing, batch.voiced, reduction="none"),
            batch.frame_mask,
        ),
        "energy": _mean((prosody.energy - batch.energy).square(), level_weight),
        "energy_doubt": _likelihood(batch.energy - prosody.energy, prosody.energy_log_var, level_weight),
    }
    pitch, energy = batch.pitch, batch.energy
    if noise is not None:
        pitch, energy = _roughen(pitch, noise, 0.05), _roughen(energy, noise, 0.1)
    predicted = net.decode(frames, pitch, batch.voiced, energy, mask)
    weight = level_weight.unsqueeze(-1)
    edges_time = (predicted.diff(dim=1) - batch.spectrum.diff(dim=1)).abs()
    edges_band = (predicted[..., :100].diff(dim=2) - batch.spectrum[..., :100].diff(dim=2)).abs()
    found["spectrum"] = _mean((predicted - batch.spectrum).abs(), weight)
    found["edges"] = _mean(edges_time, weight[:, 1:]) + _mean(edges_band, weight)
    return found


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / (weight.expand_as(values).sum() + 1e-6)


def _likelihood(error: Tensor, log_var: Tensor, weight: Tensor) -> Tensor:
    return _mean(0.5 * (log_var + error.detach().square() * torch.exp(-log_var)), weight)


def _roughen(curve: Tensor, noise: torch.Generator, amount: float) -> Tensor:
    """Smooth half of the curves over 5 frames, as predicted ones are, and add slow noise."""
    smooth = nn.functional.avg_pool1d(curve.unsqueeze(1), 5, 1, 2, count_include_pad=False).squeeze(1)
    chosen = (torch.rand(len(curve), 1, generator=noise) < 0.5).float()
    coarse = torch.randn(len(curve), 1, curve.shape[1] // 6 + 2, generator=noise)
    slow = nn.functional.interpolate(coarse, curve.shape[1], mode="linear").squeeze(1)
    return chosen * smooth + (1 - chosen) * curve + amount * slow


def evaluate(net: ConverterNet, items: list[Item], stats: dict[str, Tensor]) -> dict[str, float]:
    """Return held-out errors in units: durations and prosody predicted freely, the envelope from the truth."""
    net.eval()
    sums: dict[str, list[tuple[float, float]]] = {}

    def add(name: str, values: Tensor, mask: Tensor) -> None:
        sums.setdefault(name, []).append((float((values * mask).sum()), float(mask.expand_as(values).sum())))

    with torch.inference_mode():
        for item in items:
            batch = collate([item], stats)
            encoded = net.encode(**batch.inputs)
            duration, _ = net.duration(encoded)
            frames = spread(encoded, batch.index, batch.position)
            prosody, voice = net.prosody(frames), item.voice
            spectrum = net.decode(frames, batch.pitch, batch.voiced, batch.energy)
            own = net.decode(frames, prosody.pitch, (prosody.voicing > 0).float(), prosody.energy)
            voiced = batch.voiced * batch.speech_mask
            scale = stats["spectrum_stats"][voice, 1, :100]
            pitch_scale = float(stats["pitch_stats"][voice, 1])
            add("duration_mae_ms", (duration.exp() - batch.durations).abs() * 256 / 24, batch.duration_mask)
            add("duration_ln_mse", (duration - torch.log(batch.durations.float())).square(), batch.duration_mask)
            add("pitch_mae_cents", (prosody.pitch - batch.pitch).abs() * pitch_scale * 1200 / np.log(2), voiced)
            add(
                "voicing_error_percent",
                100.0 * ((prosody.voicing > 0) != (batch.voiced > 0)).float(),
                batch.speech_mask,
            )
            add(
                "energy_mae_db",
                (prosody.energy - batch.energy).abs() * stats["energy_stats"][voice, 1],
                batch.speech_mask,
            )
            add(
                "envelope_mae_db",
                ((spectrum - batch.spectrum)[..., :100] * scale).abs() * 8.686,
                batch.speech_mask.unsqueeze(-1),
            )
            add(
                "envelope_own_prosody_mae_db",
                ((own - batch.spectrum)[..., :100] * scale).abs() * 8.686,
                batch.speech_mask.unsqueeze(-1),
            )
    net.train()
    return {name: sum(a for a, _ in pairs) / max(1.0, sum(b for _, b in pairs)) for name, pairs in sums.items()}


def train(
    data: Path,
    work: Path,
    target: Path,
    cpu_minutes: float = 60.0,
    until: float | None = None,
    seed: int = 0,
    report: Callable[[str], None] = print,
) -> dict[str, float]:
    """Train within a budget (CPU-minutes and, if given, a wall time), write `target` and card, return figures."""
    torch.manual_seed(seed)
    rng, noise = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    every = [clip for voice in VOICES for clip in clips(data, voice)]
    loaded = [(clip, load_item(clip, work / "features", work / "alignments")) for clip in every]
    training = [item for clip, item in loaded if item is not None and not clip.held_out]
    held = [item for clip, item in loaded if item is not None and clip.held_out]
    stats = statistics(training)
    net = ConverterNet()
    net.load_state_dict(stats, strict=False)
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1.5e-3, betas=(0.9, 0.98), weight_decay=0.02)
    folder = work / "converter"
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint, step, spent_s = folder / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        stats = {name: value for name, value in saved["net"].items() if name.endswith("_stats")}
        optimiser.load_state_dict(saved["optimiser"])
        step, spent_s = saved["step"], saved["spent_s"]
    report(f"{len(training)} clips, {len(held)} held out, {count_parameters(net)} parameters, from step {step}")
    started_cpu, started, before_s, saved_at = time.process_time(), time.time(), spent_s, time.time()
    running: dict[str, float] = {}
    progress = 0.0
    while progress < 1.0:
        for group in batches(training, rng):
            spent_s = before_s + time.process_time() - started_cpu
            progress = spent_s / (60 * cpu_minutes)
            if until is not None:
                progress = max(
                    progress,
                    before_s / (60 * cpu_minutes)
                    + (1 - before_s / (60 * cpu_minutes)) * (time.time() - started) / (until - started),
                )
            if progress >= 1.0:
                break
            rate = min(1.0, (step + 1) / 300) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(1.0, progress))))
            for setting in optimiser.param_groups:
                setting["lr"] = float(1.5e-3 * rate)
            batch = collate(group, stats)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = losses(net, batch, noise)
            total = sum((_WEIGHTS[name] * loss for name, loss in found.items()), torch.zeros(()))
            optimiser.zero_grad()
            total.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            step += 1
            with torch.no_grad():
                for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
                    slow.lerp_(fast, 1 - min(0.999, (1 + step) / (10 + step)))
            for name, loss in found.items():
                running[name] = 0.98 * running.get(name, loss.item()) + 0.02 * loss.item()
            if step % 100 == 0:
                shown = " ".join(f"{name} {value:.3f}" for name, value in running.items())
                report(f"step {step} {progress:.3f} cpu {spent_s:.0f} s: {shown}")
            if step % 500 == 0:
                report(f"step {step} held out: {_shown(evaluate(average, held, stats))}")
            if time.time() - saved_at > 180:
                saved_at = time.time()
                state = {"net": net.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
                torch.save({**state, "step": step, "spent_s": spent_s}, folder / "writing.pt")
                (folder / "writing.pt").replace(checkpoint)
                save_file(average.state_dict(), folder / "average.safetensors")
    calibrate(average, training, stats)
    figures = evaluate(average, held, stats)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(average.state_dict(), target)
    write_card(
        target.with_suffix(".card.md"),
        figures,
        len(training),
        count_parameters(net),
        f"{step} steps, {spent_s / 60:.0f} CPU-minutes",
    )
    return figures


def _shown(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


def write_card(path: Path, figures: dict[str, float], n_train: int, n_parameters: int, training: str) -> None:
    """Write the model card beside the weights; `training` says how long it was trained."""
    path.write_text(
        "# speech_converter: phones to durations, pitch, energy, envelope and breath, US English\n\n"
        f"{n_parameters:,} parameters, trained by `intermezzo_engines.speech.train_converter` on {n_train} clips:\n"
        f"cathy (CC0) and LJSpeech LJ001-LJ002 (public domain); {training}.\n"
        "Licence of the weights: MIT.\n\n"
        "Held-out sentences (20 ljs, 20 cathy with all their repeats), against the human clip:\n\n"
        "| figure | value |\n|---|---|\n"
        + "".join(f"| {name} | {value:.3f} |\n" for name, value in figures.items())
        + "\nTwo female voices of read speech; no emotion, no shouting, no singing.\n",
        encoding="utf-8",
    )


def main() -> None:
    """Run the training from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--cpu-minutes", type=float, default=60.0)
    parser.add_argument("--wall-minutes", type=float, default=None)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    until = time.time() + 60 * arguments.wall_minutes if arguments.wall_minutes else None
    print(train(arguments.data, arguments.work, arguments.target, arguments.cpu_minutes, until))


if __name__ == "__main__":
    main()
