"""Trains the speech renderer's network on held-in clips: read the data, analyse, fit, write safetensors.

Recipe (shared notes, Spike): crops of half a second of refined envelopes and their recordings; the network's sound is
compared with the recording in four spectrogram resolutions and a mel spectrogram. Half of each batch is also rendered
at shifted F0, where only the level in wide bands can be asked for. A small price on phase that moves in time keeps
drawn pitch exact. What a listener would notice is priced apart (loudness.py, a differentiable relative of
PESQ). AdamW, cosine to the end of the time given, exponential moving average of the weights, seed 1.
Expected: loss near 1.05 after 2,000 steps and 0.99 at the end, PESQ-wb of copy synthesis 3.2 (ljs) after 15
CPU-minutes. It can be stopped at any time and goes on from its last checkpoint.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from scipy import signal
from torch import Tensor

from intermezzo_engines.speech import corpus
from intermezzo_engines.speech.blocks import half_precision
from intermezzo_engines.speech.draft import N_BINS, N_FFT, SUB_HOP
from intermezzo_engines.speech.excitation import plan_pulses, pulses
from intermezzo_engines.speech.features import HOP, SAMPLE_RATE, Floats, ap_to_bins, bands_to_bins, mel_filters
from intermezzo_engines.speech.hiss import noise_share
from intermezzo_engines.speech.loudness import audible_difference, band_power
from intermezzo_engines.speech.renderer_model import RendererNet

CROP: Final = 48
EDGE: Final = 4  # frames at both ends of a crop where the network misses context: not in the loss
BATCH: Final = 8
SHIFTED: Final = 4
MAX_SHIFT_ST: Final = 7.0
LEARNING_RATE: Final = 1e-3
EMA: Final = 0.998
THETA_PRICE: Final = 0.2
AUDIBLE_PRICE: Final = 1.5
N_STRANGERS: Final = 120
CHECKPOINT_S: Final = 180.0
RESOLUTIONS: Final = ((256, 64), (512, 128), (1024, 256), (2048, 512))


@dataclass(frozen=True, eq=False)
class Example:
    """A clip ready for training: its sound and its sketch in the engine's units."""

    samples: Floats
    f0_hz: Floats
    env_ln: Floats
    ap_ln: Floats
    speech_power: float


@dataclass(frozen=True, eq=False)
class Batch:
    """Tensors of one step; ``samples`` and ``pulses`` begin half a window before the first frame of the crop.

    ``speech_power`` is the `band_power` of each whole clip at the level of the crop.
    """

    samples: Tensor
    env_ln: Tensor
    ap_ln: Tensor
    f0_hz: Tensor
    pulses: Tensor
    shift: Tensor
    speech_power: Tensor


def train(
    data_dir: Path,
    out_dir: Path,
    device: str = "cpu",
    minutes: float = 60.0,
    start: Path | None = None,
    converter: Path | None = None,
    learning_rate: float = LEARNING_RATE,
    report: Callable[[str], None] = print,
) -> Path:
    """Train, and return the path of the weights (float32 safetensors of the averaged network).

    Args:
        data_dir: folder with ``speech/*.opus.tar``.
        out_dir: gets ``features/``, ``renderer.ckpt`` and ``speech_renderer.safetensors``.
        device: torch device.
        minutes: wall time to train for; the learning rate falls to 2 % over it.
        start: weights to begin from instead of the draft renderer.
        converter: weights of the converter, to adapt to its predictions too (see adapt.py); needs alignments.
        learning_rate: the highest.
        report: gets a line now and then.
    """
    torch.manual_seed(1)
    examples = load_examples(data_dir, out_dir / "features", report)
    if converter is not None:
        examples += predicted_examples(data_dir, out_dir, converter)
    net = RendererNet().to(device)
    average = RendererNet().to(device)
    if start is not None:
        net.load_state_dict(load_weights(start))
    average.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), learning_rate, betas=(0.8, 0.95), weight_decay=0.01)
    step, elapsed = 0, 0.0
    checkpoint = out_dir / "renderer.ckpt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, elapsed = state["step"], state["elapsed_s"]
    report(
        f"{len(examples)} clips, {sum(len(e.samples) for e in examples) / SAMPLE_RATE / 60:.1f} min; from step {step}"
    )
    weights = out_dir / "speech_renderer.safetensors"
    rng = np.random.default_rng(1000 + step)
    last, saved, log = time.monotonic(), time.monotonic(), []
    while elapsed < minutes * 60.0:
        progress = elapsed / (minutes * 60.0)
        warm = min(1.0, (step + 1) / 50)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * warm * (0.02 + 0.98 * 0.5 * (1.0 + math.cos(math.pi * progress)))
        keep = min(EMA, (step + 1) / (step + 10))
        log.append(_step(net, average, optimiser, make_batch(examples, rng, device), keep))
        step += 1
        now = time.monotonic()
        elapsed, last = elapsed + now - last, now
        if step % 100 == 0:
            report(f"step {step} loss {np.mean(log[-100:]):.4f} {elapsed / 60:.1f} min")
        if now - saved > CHECKPOINT_S or elapsed >= minutes * 60.0:
            saved = now
            _save(checkpoint, weights, net, average, optimiser, step, elapsed)
    return weights


def fit(
    examples: list[Example], start: dict[str, Tensor], device: str, deadline: float, learning_rate: float,
    tell: Callable[[float], None],
) -> RendererNet:  # fmt: skip
    """Go on from weights on a few examples until a time of `time.monotonic`; return the averaged network on the CPU.

    Args:
        examples: what to fit.
        start: weights to begin from.
        device: torch device.
        deadline: when to stop.
        learning_rate: the highest; it falls to 2 %.
        tell: called with the share of the time that is over; may raise to cancel.
    """
    torch.manual_seed(1)
    net, average = RendererNet().to(device), RendererNet().to(device)
    net.load_state_dict(start)
    average.load_state_dict(start)
    optimiser = torch.optim.AdamW(net.parameters(), learning_rate, betas=(0.8, 0.95), weight_decay=0.01)
    rng, begun, progress = np.random.default_rng(1), time.monotonic(), 0.0
    while progress < 1.0:
        progress = min(1.0, (time.monotonic() - begun) / max(1.0, deadline - begun))
        tell(progress)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * (0.02 + 0.98 * 0.5 * (1.0 + math.cos(math.pi * progress)))
        _step(net, average, optimiser, make_batch(examples, rng, device), EMA)
    return average.cpu()


def _step(net: RendererNet, average: RendererNet, optimiser: torch.optim.Optimizer, batch: Batch, keep: float) -> float:
    """Take one step and return the loss before it; ``average`` keeps a share ``keep`` of itself."""
    loss = step_loss(net, batch)
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    norm = torch.nn.utils.clip_grad_norm_(net.parameters(), 3.0)
    if bool(torch.isfinite(norm)):
        optimiser.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
                slow.lerp_(fast, 1.0 - keep)
    return float(loss.detach())


def load_weights(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file as float32."""
    from safetensors.torch import load_file

    return {name: value.float() for name, value in load_file(path).items()}


def load_examples(data_dir: Path, features_dir: Path, report: Callable[[str], None] = print) -> list[Example]:
    """Return the training clips with their analyses; analyses are kept in ``features_dir`` and made where missing."""
    from intermezzo_engines.speech.analyse import analyse_samples

    examples = []
    for voice, name, samples in _training_sounds(data_dir):
        path = features_dir / voice / f"{name}.npz"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            found = analyse_samples(samples)
            np.savez(path, f0_hz=found.f0_hz, env_ln=found.env_ln, ap_ln=found.ap_ln, n_samples=len(samples))
        with np.load(path) as arrays:
            level = float(band_power(torch.from_numpy(samples)))
            example = Example(samples, arrays["f0_hz"], arrays["env_ln"], arrays["ap_ln"], level)
        if len(example.f0_hz) > CROP + 4:
            examples.append(example)
        if len(examples) % 200 == 0:
            report(f"{len(examples)} clips read")
    return examples


def predicted_examples(data_dir: Path, out_dir: Path, converter: Path) -> list[Example]:
    """Return every third training clip with envelope and breath as the converter predicts them."""
    from intermezzo_engines.speech.adapt import load_converter, predicted_spectra
    from intermezzo_engines.speech.train_prosody import load_split

    training, validation, _ = load_split(data_dir, out_dir)
    sounds = {(voice, name): samples for voice in corpus.VOICES for name, samples in corpus.sounds(data_dir, voice)}
    found = []
    for item, env_ln, ap_ln in predicted_spectra(load_converter(converter), (training + validation)[::3]):
        samples = sounds[corpus.VOICES[item.voice], item.name]
        level = float(band_power(torch.from_numpy(samples)))
        f0_hz = np.where(item.voiced > 0, np.exp(item.log_f0), 0.0).astype(np.float32)
        if len(f0_hz) > CROP + 4:
            found.append(Example(samples[item.head * HOP :], f0_hz, env_ln, ap_ln, level))
    return found


def _training_sounds(data_dir: Path) -> Iterator[tuple[str, str, Floats]]:
    """Yield ``(set, id, samples)``: all voices, some clips slowed to lower voices, one clip each of strangers."""
    for voice in corpus.VOICES:
        kept = {clip.id for clip in corpus.clips(data_dir, voice) if not clip.held_out}
        for index, (name, samples) in enumerate(s for s in corpus.sounds(data_dir, voice) if s[0] in kept):
            yield voice, name, samples
            if index % 16 == 0:
                # Slower by 1.2 to 1.6: pitch and formants of men and of low singing.
                up = 24 + index // 16 % 5 * 2
                yield f"{voice}_low", name, np.asarray(signal.resample_poly(samples, up, 20), np.float32)
    seen: set[str] = set()
    for name, samples in corpus.sounds(data_dir, "libri"):
        speaker = name.split("-")[0]
        if speaker not in seen and int(speaker) % 2 == 0 and len(seen) < N_STRANGERS:
            seen.add(speaker)
            yield "libri", name, samples


def make_batch(examples: list[Example], rng: np.random.Generator, device: str) -> Batch:
    """Return random crops at random level and pulse phase, each with F0 as it is and half of them shifted as well."""
    lengths = np.array([len(e.f0_hz) - CROP - 3 for e in examples], float)
    rows: dict[str, list[Floats]] = {"samples": [], "env": [], "ap": [], "f0": [], "pulses": []}
    shifts, levels = [], []
    chosen = rng.choice(len(examples), BATCH, p=lengths / lengths.sum())
    for place, index in enumerate(chosen):
        example = examples[index]
        first = int(rng.integers(1, len(example.f0_hz) - CROP - 2))
        gain = float(rng.uniform(-2.0, 0.7))
        start = first * HOP - N_FFT // 2
        sound = example.samples[start : start + CROP * HOP + N_FFT]
        sound = np.pad(sound, (0, CROP * HOP + N_FFT - len(sound))) * np.float32(np.exp(gain))
        shift_st = float(rng.uniform(-MAX_SHIFT_ST, MAX_SHIFT_ST))
        for shift in (0.0, shift_st) if place < SHIFTED else (0.0,):
            f0 = example.f0_hz * np.float32(2.0 ** (shift / 12.0))
            source = pulses(plan_pulses(f0, float(rng.uniform())), first - 1, CROP + 2)
            rows["samples"].append(sound)
            rows["env"].append(example.env_ln[first : first + CROP + 1] + np.float32(gain))
            rows["ap"].append(example.ap_ln[first : first + CROP + 1])
            rows["f0"].append(f0[first : first + CROP + 1])
            rows["pulses"].append(source)
            shifts.append(shift)
            levels.append(example.speech_power * np.exp(2.0 * gain))
    stacked = {key: torch.from_numpy(np.stack(value)).to(device) for key, value in rows.items()}
    return Batch(
        stacked["samples"],
        stacked["env"],
        stacked["ap"],
        stacked["f0"],
        stacked["pulses"],
        torch.tensor(shifts, device=device),
        torch.tensor(levels, device=device),
    )


def step_loss(net: RendererNet, batch: Batch) -> Tensor:
    """Return the training loss of one batch."""
    sound, theta = render_crop(net, batch)
    lead = N_FFT // 2 + EDGE * HOP
    length = (CROP - 2 * EDGE) * HOP
    sound, target = sound[:, lead : lead + length], batch.samples[:, lead : lead + length]
    plain = batch.shift == 0
    loss = spectral_loss(sound[plain], target[plain])
    loss = loss + AUDIBLE_PRICE * audible_difference(sound[plain], target[plain], batch.speech_power[plain])
    if bool((~plain).any()):
        loss = loss + 0.3 * level_loss(sound[~plain], target[~plain])
    return loss + THETA_PRICE * theta_motion(theta, batch.f0_hz)


def render_crop(net: RendererNet, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the sound ``(B, CROP * HOP + N_FFT)`` of a batch, the outer frames incomplete, and theta ``(B, 2
    CROP, N_BINS)``."""
    device = batch.env_ln.device
    env, ap = batch.env_ln, batch.ap_ln
    with half_precision(device.type):  # a third faster on CPUs that have it; gains and phases stay float32
        harmonic_ln, noise_ln, theta = net(env[:, :-1], ap[:, :-1], batch.f0_hz[:, :-1])
    level = torch.exp(_halves(env) @ torch.from_numpy(bands_to_bins(N_FFT)).to(device))
    share = torch.exp(_halves(ap) @ torch.from_numpy(ap_to_bins(N_FFT)).to(device)).clamp_max(1.0)
    voicing = _halves((batch.f0_hz > 0).float()[..., None])
    window = torch.hann_window(N_FFT, device=device)

    def spectra(x: Tensor) -> Tensor:
        return torch.stft(x, N_FFT, SUB_HOP, window=window, center=False, return_complex=True).transpose(1, 2)

    length = (2 * CROP - 1) * SUB_HOP + N_FFT
    pulse = spectra(batch.pulses[:, :length])
    hiss = spectra(torch.randn(len(env), length, device=device))
    pulse_gain = level * torch.sqrt(1.0 - share) * torch.exp(harmonic_ln)
    noise_gain = level * torch.sqrt(voicing * share + 1.0 - voicing) * torch.exp(noise_ln)
    pulse_gain, noise_gain = _with_hiss(pulse_gain, noise_gain, _noise_share(level, share, voicing))
    noisy = noise_gain * hiss
    harmonic = torch.polar(pulse_gain, theta) * pulse
    frames = torch.fft.irfft(harmonic + noisy, N_FFT) * (window / 1.5)
    folded = torch.nn.functional.fold(frames.transpose(1, 2), (1, length), (1, N_FFT), stride=(1, SUB_HOP))
    return torch.nn.functional.pad(folded[:, 0, 0], (0, CROP * HOP + N_FFT - length)), theta


def _noise_share(level: Tensor, share: Tensor, voicing: Tensor) -> Tensor:
    """Return `hiss.noise_share` of a batch; it depends on the sketch alone, so nothing is learnt through it."""
    flat = (x.flatten(0, 1).cpu().numpy() for x in (level, share, voicing))
    return torch.from_numpy(noise_share(*flat)).reshape(level.shape).to(level.device)


def _with_hiss(pulses: Tensor, noise: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Return both gains with the power handed from one to the other as `hiss.shared` does it."""
    whole = pulses.square() + noise.square()
    power = torch.maximum(noise.square(), wanted * whole)
    return torch.sqrt((whole - power).clamp_min(1e-12)), torch.sqrt(power.clamp_min(1e-12))


def spectral_loss(sound: Tensor, target: Tensor) -> Tensor:
    """Return the mean over resolutions of half the spectral convergence and the log distance, plus the log-mel
    distance."""
    total = torch.zeros((), device=sound.device)
    for n_fft, hop in RESOLUTIONS:
        x, y = _magnitude(sound, n_fft, hop), _magnitude(target, n_fft, hop)
        total = total + 0.5 * torch.linalg.norm(x - y) / torch.linalg.norm(y).clamp_min(1e-3)
        total = total + (torch.log(x.clamp_min(1e-4)) - torch.log(y.clamp_min(1e-4))).abs().mean()
        if n_fft == 1024:
            mel = torch.from_numpy(mel_filters(n_fft)).to(sound.device)
            distance = (torch.log(mel @ x + 1e-4) - torch.log(mel @ y + 1e-4)).abs().mean()
    return total / len(RESOLUTIONS) + distance


def level_loss(sound: Tensor, target: Tensor) -> Tensor:
    """Return the log-amplitude distance in 18 bands so wide that harmonics do not show: what a pitch shift must
    keep."""
    bands = _wide_bands().to(sound.device)
    x, y = ((bands @ _magnitude(s, 1024, 256) ** 2) for s in (sound, target))
    return 0.5 * (torch.log(x + 1e-6) - torch.log(y + 1e-6)).abs().mean()


def theta_motion(theta: Tensor, f0_hz: Tensor) -> Tensor:
    """Return how fast the phase moves in voiced frames; weighted towards low bins, where it would detune most."""
    voiced = (f0_hz[:, :-1] > 0).repeat_interleave(2, 1)[:, 1:, None].float()
    weight = 1.0 / (1.0 + torch.arange(N_BINS, device=theta.device) / 8.0)
    return ((theta[:, 1:] - theta[:, :-1]).abs() * weight * voiced).sum(-1).mean() / weight.sum()


def _magnitude(x: Tensor, n_fft: int, hop: int) -> Tensor:
    window = torch.hann_window(n_fft, device=x.device)
    spectra = torch.view_as_real(torch.stft(x, n_fft, hop, window=window, center=False, return_complex=True))
    return torch.sqrt(spectra.square().sum(-1) + 1e-9)


def _halves(frames: Tensor) -> Tensor:
    """Interpolate ``T + 1`` frames to ``2 T`` sub-frames: each frame and the point half-way to the next."""
    both = torch.stack([frames[:, :-1], 0.5 * (frames[:, :-1] + frames[:, 1:])], 2)
    return both.flatten(1, 2)


def _wide_bands() -> Tensor:
    bins_hz = torch.arange(513) * (SAMPLE_RATE / 1024)
    centres = torch.linspace(300.0, 11_500.0, 18)
    half = torch.maximum(torch.tensor(450.0), torch.tensor(11_200.0 / 17))
    bands = (1.0 - (bins_hz[None] - centres[:, None]).abs() / half).clamp_min(0.0)
    return bands / bands.sum(1, keepdim=True)


def _save(
    checkpoint: Path,
    weights: Path,
    net: RendererNet,
    average: RendererNet,
    optimiser: torch.optim.Optimizer,
    step: int,
    elapsed_s: float,
) -> None:
    """Write checkpoint and weights beside their targets and rename, so that a crash leaves the old ones."""
    from safetensors.torch import save_file

    state = {
        "net": net.state_dict(),
        "average": average.state_dict(),
        "optimiser": optimiser.state_dict(),
        "step": step,
        "elapsed_s": elapsed_s,
    }
    torch.save(state, checkpoint.with_suffix(".new"))
    checkpoint.with_suffix(".new").replace(checkpoint)
    save_file({name: value.contiguous() for name, value in average.state_dict().items()}, weights.with_suffix(".new"))
    weights.with_suffix(".new").replace(weights)
