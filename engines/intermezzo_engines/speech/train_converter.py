"""Train the converter: its prosody network (train_prosody.py), then its colour network, and write weights and card.

    python -m intermezzo_engines.speech.train_converter --data DIR --work DIR --target FILE [--cpu-minutes 26]

Needs `work`/features and `work`/alignments (made by the renderer's analysis and by train_aligner). Colour: batches of
about 5,000 frames in bfloat16, AdamW 1.5e-3 with warm-up and cosine over the CPU budget, EMA .999, a checkpoint every
three minutes from which a stopped training goes on. L1 on normalised envelope and aperiodicity and on their
differences in time and band, given the true prosody, partly smoothed and noised as predictions are. In a third of the
clips the spectrum stands but for one stretch of phones (the loss is on that stretch), and a quarter of the clips speak
as strangers, so that a gap in anybody's recording can be filled. Expected: an envelope within 5.0 dB of held-out clips.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from intermezzo_engines.speech import train_prosody
from intermezzo_engines.speech.blocks import count_parameters, half_precision
from intermezzo_engines.speech.calibrate import calibrate
from intermezzo_engines.speech.converter_data import Batch, Item, batches, collate
from intermezzo_engines.speech.features import DB_PER_LN, N_BANDS
from intermezzo_engines.speech.model import ColourNet, ConverterNet
from intermezzo_engines.speech.passes import decode, mean_curves
from intermezzo_engines.speech.train_prosody import load_split, standing_mask, with_strangers

__all__ = ["colour_losses", "evaluate", "train", "write_card"]


def colour_losses(
    net: ColourNet, batch: Batch, noise: torch.Generator | None = None, standing: Tensor | None = None
) -> dict[str, Tensor]:
    """Return the named losses of a batch; with `noise`, pitch and energy are roughened as in training."""
    pitch, energy = batch.pitch, batch.energy
    if noise is not None:
        pitch, energy = _roughen(pitch, noise, 0.05), _roughen(energy, noise, 0.1)
    predicted = decode(net, batch, (pitch, batch.voiced, energy), standing)
    weight = (batch.speech_mask + 0.2 * (batch.frame_mask - batch.speech_mask)).unsqueeze(-1)
    if standing is not None:
        weight = weight * (1 - standing).unsqueeze(-1)
    edges_time = (predicted.diff(dim=1) - batch.spectrum.diff(dim=1)).abs()
    edges_band = (predicted[..., :N_BANDS].diff(dim=2) - batch.spectrum[..., :N_BANDS].diff(dim=2)).abs()
    return {
        "spectrum": _mean((predicted - batch.spectrum).abs(), weight),
        "edges": _mean(edges_time, weight[:, 1:]) + _mean(edges_band, weight),
    }


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / (weight.expand_as(values).sum() + 1e-6)


def _roughen(curve: Tensor, noise: torch.Generator, amount: float) -> Tensor:
    """Smooth half of the curves over 5 frames, as predicted ones are, and add slow noise."""
    smooth = nn.functional.avg_pool1d(curve.unsqueeze(1), 5, 1, 2, count_include_pad=False).squeeze(1)
    chosen = (torch.rand(len(curve), 1, generator=noise) < 0.5).float()
    coarse = torch.randn(len(curve), 1, curve.shape[1] // 6 + 2, generator=noise)
    slow = nn.functional.interpolate(coarse, curve.shape[1], mode="linear").squeeze(1)
    return chosen * smooth + (1 - chosen) * curve + amount * slow


def evaluate(net: ConverterNet, items: list[Item], stats: dict[str, Tensor]) -> dict[str, float]:
    """Return held-out errors in units: means of durations and prosody predicted freely, the envelope from the truth."""
    net.eval()
    sums: dict[str, list[tuple[float, float]]] = {}

    def add(name: str, values: Tensor, mask: Tensor) -> None:
        sums.setdefault(name, []).append((float((values * mask).sum()), float(mask.expand_as(values).sum())))

    rng = np.random.default_rng(11)
    with torch.inference_mode():
        for item in items:
            batch = collate([item], stats)
            voice, speech = item.voice, batch.speech_mask
            scales = {name: table[voice, 1] for name, table in stats.items()}
            encoded = net.prosody.phones(**batch.inputs)
            nothing = torch.zeros_like(batch.values)
            mean, _ = net.prosody.reading(encoded, nothing, nothing)
            curves = mean_curves(net.prosody, batch, encoded, mean[..., 1:])
            spectrum = decode(net.colour, batch)
            own = decode(net.colour, batch, (curves.pitch, (curves.voicing > 0).float(), curves.energy))
            gap = standing_mask(batch, rng, 1.0)
            filled = decode(net.colour, batch, standing=gap)
            voiced, envelope_scale = batch.voiced * speech, scales["spectrum_stats"][:N_BANDS] * DB_PER_LN
            frames = torch.exp(mean[..., 0] * scales["duration_stats"] + stats["duration_stats"][voice, 0])
            error_ln = (mean[..., 0] - batch.values[..., 0]) * scales["duration_stats"]
            add("duration_mae_ms", (frames - batch.durations).abs() * 256 / 24, batch.duration_mask)
            add("duration_ln_mse", error_ln.square(), batch.duration_mask)
            pitch_cents = float(scales["pitch_stats"]) * 1200 / np.log(2)
            add("pitch_mae_cents", (curves.pitch - batch.pitch).abs() * pitch_cents, voiced)
            add("voicing_error_percent", 100.0 * ((curves.voicing > 0) != (batch.voiced > 0)).float(), speech)
            add("energy_mae_db", (curves.energy - batch.energy).abs() * scales["energy_stats"], speech)
            for name, found, mask in (
                ("envelope_mae_db", spectrum, speech), ("envelope_own_prosody_mae_db", own, speech),
                ("envelope_in_gap_mae_db", filled, speech * (1 - gap)),
                ("envelope_in_gap_untold_mae_db", spectrum, speech * (1 - gap)),
            ):  # fmt: skip
                add(name, ((found - batch.spectrum)[..., :N_BANDS] * envelope_scale).abs(), mask.unsqueeze(-1))
    net.train()
    return {name: sum(a for a, _ in pairs) / max(1.0, sum(b for _, b in pairs)) for name, pairs in sums.items()}


def train(
    data: Path, work: Path, target: Path, cpu_minutes: float = 26.0, seed: int = 0,
    report: Callable[[str], None] = print,
) -> dict[str, float]:  # fmt: skip
    """Train within a budget for the colour network, write `target` and card, and return held-out figures."""
    torch.manual_seed(seed)
    rng, noise = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    training, validation, held = load_split(data, work)
    folder = work / "converter"
    folder.mkdir(parents=True, exist_ok=True)
    prosody = folder / "prosody.safetensors"
    if not prosody.exists():
        train_prosody.train(data, work, prosody, seed=seed, report=report)
    net = ConverterNet()
    net.load_state_dict(load_file(prosody), strict=False)
    stats, average = net.stats, copy.deepcopy(net.colour)
    optimiser = torch.optim.AdamW(net.colour.parameters(), lr=1.5e-3, betas=(0.9, 0.98), weight_decay=0.02)
    checkpoint, step, spent_s = folder / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        net.colour.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, spent_s = saved["step"], saved["spent_s"]
    everything = training + validation  # the colour network needs no early stop
    report(f"{len(everything)} clips, {len(held)} held out, {count_parameters(net)} parameters, from step {step}")
    started, before_s, saved_at, progress = time.process_time(), spent_s, time.monotonic(), 0.0
    while progress < 1.0:
        for group in batches(everything, rng):
            spent_s = before_s + time.process_time() - started
            progress = spent_s / (60 * cpu_minutes)
            if progress >= 1.0:
                break
            rate = min(1.0, (step + 1) / 300) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
            for setting in optimiser.param_groups:
                setting["lr"] = 1.5e-3 * rate
            batch = collate(with_strangers(group, rng), stats)
            with half_precision():
                found = colour_losses(net.colour, batch, noise, standing_mask(batch, rng, 0.35))
            optimiser.zero_grad()
            total = 2.0 * found["spectrum"] + found["edges"]
            total.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.colour.parameters(), 1.0)
            optimiser.step()
            step += 1
            with torch.no_grad():
                for slow, fast in zip(average.parameters(), net.colour.parameters(), strict=True):
                    slow.lerp_(fast, 1 - min(0.999, (1 + step) / (10 + step)))
            if step % 100 == 0:
                shown = ", ".join(f"{name} {loss.item():.3f}" for name, loss in found.items())
                report(f"colour {step} {progress:.3f} cpu {spent_s:.0f} s: {shown}")
            if time.monotonic() - saved_at > 180:
                saved_at = time.monotonic()
                weights = {"net": net.colour.state_dict(), "average": average.state_dict()}
                state = {"optimiser": optimiser.state_dict(), "step": step, "spent_s": spent_s}
                torch.save({**weights, **state}, folder / "writing.pt")
                (folder / "writing.pt").replace(checkpoint)
    net.colour.load_state_dict(average.state_dict())
    calibrate(net, validation, stats)
    figures = evaluate(net, held, stats)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(net.state_dict(), target)
    training_said = f"{step} steps, {spent_s / 60:.0f} CPU-minutes"
    write_card(target.with_suffix(".card.md"), figures, len(everything), count_parameters(net), training_said)
    return figures


def write_card(path: Path, figures: dict[str, float], n_train: int, n_parameters: int, training: str) -> None:
    """Write the model card beside the weights; `training` says how long it was trained."""
    path.write_text(
        "# speech_converter: phones to durations, pitch, energy, envelope and breath, US English and German\n\n"
        f"{n_parameters:,} parameters, trained by `intermezzo_engines.speech.train_converter` on {n_train} clips:\n"
        f"cathy (CC0), LJSpeech LJ001-LJ002 (public domain) and kerstin (CC0); {training}.\n"
        "Licence of the weights: MIT.\n\n"
        "Held-out sentences (60 ljs, 60 cathy with all their repeats, 40 kerstin), against the human clip:\n\n"
        "| figure | value |\n|---|---|\n"
        + "".join(f"| {name} | {value:.3f} |\n" for name, value in figures.items())
        + "\nThree female voices of read speech; no emotion, no shouting, no singing.\n",
        encoding="utf-8",
    )


def main() -> None:
    """Run the training from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--cpu-minutes", type=float, default=26.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(train(arguments.data, arguments.work, arguments.target, arguments.cpu_minutes))


if __name__ == "__main__":
    main()
