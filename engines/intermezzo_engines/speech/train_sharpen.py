"""Sharpen the converter's envelopes: a short adversarial training of its decoder after the ordinary one.

    python -m intermezzo_engines.speech.train_sharpen --data DIR --work DIR --start FILE --target FILE

Least error means most blur: where a formant may lie here or there, the L1 decoder paints both, and the voice sounds
muffled. A small discriminator looks at patches of envelope (random windows of 64 frames, two window sizes by stride)
and the decoder learns to make patches that it cannot tell from human ones, held near the recording by the old loss and
by feature matching. Encoder and predictors stand still. Half of each batch is decoded from *predicted* pitch and
energy, as in use. Least-squares GAN (Mao et al. 2017), patches as in multi-window discriminators (Wu and Luan 2020).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from intermezzo_engines.speech.blocks import count_parameters, half_precision
from intermezzo_engines.speech.calibrate import calibrate
from intermezzo_engines.speech.converter_data import Batch, Item, batches, collate
from intermezzo_engines.speech.model import ConverterNet
from intermezzo_engines.speech.passes import decode, mean_curves
from intermezzo_engines.speech.train_converter import evaluate, write_card
from intermezzo_engines.speech.train_prosody import load_split, standing_mask, with_strangers

__all__ = ["PatchDiscriminator", "train"]

WINDOW = 64
_BANDS = 100
_ADVERSARIAL, _MATCHING, _FIDELITY = 0.15, 0.6, 1.0


class PatchDiscriminator(nn.Module):
    """Envelope windows (B, T, 100) -> scores of overlapping patches, and the activations on the way."""

    def __init__(self, channels: int = 24) -> None:
        super().__init__()
        sizes = ((1, channels, (1, 2)), (channels, 2 * channels, (2, 2)), (2 * channels, 3 * channels, (2, 2)))
        self.layers = nn.ModuleList([nn.Conv2d(a, b, (3, 5), stride, padding=(1, 2)) for a, b, stride in sizes])
        self.head = nn.Conv2d(3 * channels, 1, 3, padding=1)

    def forward(self, windows: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return patch scores (B, 1, T / 4, 13) and three activations."""
        x, seen = windows.unsqueeze(1), []
        for layer in self.layers:
            x = nn.functional.leaky_relu(layer(x), 0.2)
            seen.append(x)
        return self.head(x).float(), seen


def _decoded(net: ConverterNet, batch: Batch, standing: Tensor) -> Tensor:
    """Decode a batch, every second clip from predicted prosody; only the decoder gets gradients."""
    mask = batch.frame_mask.unsqueeze(-1)
    with torch.no_grad():
        phone_mask = batch.phone_mask.unsqueeze(-1)
        read = net.prosody.phones(**batch.inputs, mask=phone_mask)
        nothing = torch.zeros_like(batch.values)
        mean, _ = net.prosody.reading(read, nothing, nothing, phone_mask)
        curves = mean_curves(net.prosody, batch, read, mean[..., 1:])
        own = ((torch.arange(len(mask)) % 2 == 0).float().unsqueeze(1)) * (1 - standing)
        pitch = own * curves.pitch + (1 - own) * batch.pitch
        energy = own * curves.energy + (1 - own) * batch.energy
        voiced = own * (curves.voicing > 0).float() + (1 - own) * batch.voiced
    return decode(net.colour, batch, (pitch, voiced, energy), standing)


def _windows(values: Tensor, starts: list[tuple[int, int]]) -> Tensor:
    return torch.stack([values[row, at : at + WINDOW, :_BANDS] for row, at in starts])


def _starts(items: list[Item], rng: np.random.Generator, count: int = 32) -> list[tuple[int, int]]:
    long_enough = [row for row, item in enumerate(items) if item.n_frames > WINDOW]
    rows = rng.choice(long_enough, count).tolist() if long_enough else list[int]()
    return [(row, int(rng.integers(0, items[row].n_frames - WINDOW))) for row in rows]


def train(
    data: Path, work: Path, start: Path, target: Path, cpu_minutes: float = 12.0, seed: int = 0,
    report: Callable[[str], None] = print,
) -> dict[str, float]:  # fmt: skip
    """Sharpen the network in `start`, write it with its calibration and card to `target`, return held-out figures."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = ConverterNet()
    net.load_state_dict(load_file(start))
    stats = net.stats
    training, validation, held = load_split(data, work)
    training = training + validation  # for colour; prosody stands still
    parts = (
        net.colour.enter,
        net.colour.standing,
        net.colour.timbre,
        net.colour.blocks,
        net.colour.norm,
        net.colour.head,
    )
    learned = [parameter for part in parts for parameter in part.parameters()]
    slow = [parameter.detach().clone() for parameter in learned]
    critic = PatchDiscriminator()
    makers = torch.optim.AdamW(learned, lr=3e-4, betas=(0.8, 0.95))
    judges = torch.optim.AdamW(critic.parameters(), lr=6e-4, betas=(0.8, 0.95))
    started, step, running = time.process_time(), 0, np.zeros(4)
    net.colour.train()
    net.colour.phones.eval()
    net.prosody.eval()
    progress = 0.0
    while progress < 1.0:
        for group in batches(training, rng, frames=3000):
            progress = (time.process_time() - started) / (60 * cpu_minutes)
            starts = _starts(group, rng)
            if progress >= 1.0:
                break
            if not starts:
                continue
            for optimiser, rate in ((makers, 3e-4), (judges, 6e-4)):
                optimiser.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / 100) * (1 - 0.9 * progress)
            batch = collate(with_strangers(group, rng, 0.15), stats)
            standing = standing_mask(batch, rng, 0.25)
            with half_precision():
                predicted = _decoded(net, batch, standing)
                fake, real = _windows(predicted, starts), _windows(batch.spectrum, starts)
                judged = critic(torch.cat([real, fake.detach()]))[0]
            right, wrong = judged.split(len(starts))
            judge_loss = (right - 1).square().mean() + wrong.square().mean()
            judges.zero_grad()
            judge_loss.backward()
            judges.step()
            with half_precision():
                score, made = critic(fake)
                with torch.no_grad():
                    human = critic(real)[1]
            matching = torch.stack(
                [(a.float() - b.float()).abs().mean() for a, b in zip(made, human, strict=True)]
            ).sum()
            weight = (batch.speech_mask + 0.2 * (batch.frame_mask - batch.speech_mask)).unsqueeze(-1)
            error = ((predicted - batch.spectrum).abs() * weight).sum() / (weight.sum() * predicted.shape[-1])
            fooling = (score - 1).square().mean()
            trust = min(1.0, step / 150)  # the judge learns first
            total = _FIDELITY * error + trust * (_ADVERSARIAL * fooling + _MATCHING * matching)
            makers.zero_grad()
            total.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            makers.step()
            step += 1
            with torch.no_grad():
                for average, current in zip(slow, learned, strict=True):
                    average.lerp_(current, 1 - min(0.997, (1 + step) / (10 + step)))
            seen = np.array([judge_loss.item(), fooling.item(), matching.item(), error.item()])
            running = seen if step == 1 else 0.98 * running + 0.02 * seen
            if step % 100 == 0:
                shown = " ".join(
                    f"{n} {v:.3f}" for n, v in zip(("judge", "fooling", "matching", "error"), running, strict=True)
                )
                report(f"sharpen {step} {progress:.2f}: {shown}")
    with torch.no_grad():
        for average, current in zip(slow, learned, strict=True):
            current.copy_(average)
    calibrate(net, validation, stats)
    figures = evaluate(net, held, stats)
    save_file(net.state_dict(), target)
    note = f"the decoder sharpened in {step} more steps ({cpu_minutes:.0f} CPU-minutes)"
    write_card(target.with_suffix(".card.md"), figures, len(training), count_parameters(net), note)
    return figures


def main() -> None:
    """Run the training from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "work", "start", "target"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--cpu-minutes", type=float, default=12.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(train(arguments.data, arguments.work, arguments.start, arguments.target, arguments.cpu_minutes))


if __name__ == "__main__":
    main()
