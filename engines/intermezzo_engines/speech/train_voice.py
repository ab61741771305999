"""Make a voice from somebody's recordings: fit the renderer to their sound and, where texts are there, the converter.

The renderer needs no text: it goes on from the shipped weights on crops of the recordings (train_renderer.py) for half
of the time. With at least a minute and a half of recordings whose text is known, the converter goes on too: the
recordings are aligned, the speaker takes the stranger's place, normalised by its own statistics, and both networks are
fitted at a small rate (AdamW 2e-4, batches of 5,000 frames); one clip in eight is kept aside, and the weights that
predict these best are kept, the shipped ones among them. Without text the shipped converter speaks with the statistics
of the recordings. The folder that comes out is what the parameter "Own voice" takes.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from intermezzo.core.errors import FileError, SourceError
from intermezzo_engines.speech import train_renderer
from intermezzo_engines.speech.adapt import load_converter, mel_error_db
from intermezzo_engines.speech.aligned import align_text
from intermezzo_engines.speech.aligner import Aligner, load_aligner
from intermezzo_engines.speech.analyse import Analysis, analyse_samples
from intermezzo_engines.speech.converter_data import Item, batches, collate, make_item, stats_of
from intermezzo_engines.speech.features import HOP_S, SAMPLE_RATE, Floats, energy_db
from intermezzo_engines.speech.loudness import band_power
from intermezzo_engines.speech.model import VOICES, ConverterNet
from intermezzo_engines.speech.own_voice import DOCUMENT, save_own_voice
from intermezzo_engines.speech.pronounce import load_pronouncer
from intermezzo_engines.speech.recordings import LEAST_S, LEAST_WITH_TEXT_S, Recording, find_recordings, read_recording
from intermezzo_engines.speech.render import WEIGHTS, ShapeNetwork, render_frames
from intermezzo_engines.speech.text import transcript
from intermezzo_engines.speech.train_aligner import as_document
from intermezzo_engines.speech.train_converter import colour_losses
from intermezzo_engines.speech.train_prosody import prosody_losses, reading_mask, standing_mask
from intermezzo_engines.speech.voice_stats import Stats, measure

__all__ = ["train_voice"]

Progress = Callable[[float, str], None]
_SHORTEST_S = 0.3
_LONGEST_ALIGNED_S = 60.0
_LEAST_VOICED_S = 0.15
_LEAST_MELODY = 0.01  # standard deviation of ln f0; of speech it is 0.08 and more
_RATE = 2e-4
_LOOK_EVERY = 25
_PATIENCE = 4


def train_voice(
    folder: Path, target: Path, *, name: str = "", language: str = "en", device: str = "cpu", minutes: float = 20.0,
    progress: Progress = lambda fraction, what: None,
) -> dict[str, float]:  # fmt: skip
    """Write the voice of the recordings in ``folder`` to the folder ``target``; return its figures.

    Args:
        folder: recordings, see `find_recordings`.
        target: gets voice.json, voice.safetensors and renderer.safetensors.
        name: of the voice; by default that of the folder.
        language: what is spoken, "en" or "de".
        device: for the renderer.
        minutes: how long to train, once all was listened to.
        progress: called with a share of the work and what is done; may raise to cancel, and nothing is written then.

    Raises:
        FileError: if there are no recordings, less than half a minute of speech in them, texts of which most are not
            what is said, or a voice in ``target`` already.
    """
    if (target / DOCUMENT).exists():
        raise FileError(f"{target} holds a voice already. Choose another folder for this one.")
    heard, n_unreadable = _heard(find_recordings(folder), lambda share: progress(0.1 * share, "Listening"))
    clips = [clip for clip in heard if speaks(clip[1])]
    n_silent = len(heard) - len(clips)
    total_s = sum(len(samples) for samples, _, _ in clips) / SAMPLE_RATE
    if total_s < LEAST_S:
        silent = f" In {n_silent} of {len(heard)} nobody is heard to speak." if n_silent else ""
        raise FileError(
            f"There are {total_s:.0f} s of speech in {folder}; a voice needs {LEAST_S:.0f} s or more.{silent}"
        )
    items, n_unfit = _aligned(clips, language, lambda share: progress(0.1 + 0.1 * share, "Finding the words"))
    n_with_text = sum(bool(text) for _, _, text in clips)
    if n_unfit > n_with_text / 2:
        raise FileError(
            f"{n_unfit} of {n_with_text} texts are not what is said in their recordings. Look whether they lie beside "
            "the right ones and are in the language that was chosen, or train without texts."
        )
    with_text_s = sum(item.n_frames for item in items) * HOP_S
    figures = {
        "recordings": float(len(clips)), "recorded_s": total_s, "with_text_s": with_text_s,
        "left_out_unreadable": float(n_unreadable), "left_out_without_speech": float(n_silent),
        "left_out_texts_that_do_not_fit": float(n_unfit),
    }  # fmt: skip
    began = time.monotonic()
    converter: dict[str, Tensor] = {}
    stats = stats_of(items) if with_text_s >= LEAST_WITH_TEXT_S else _stats_without_text(clips)
    if with_text_s >= LEAST_WITH_TEXT_S:
        converter, gained = _fit_converter(
            items, stats, began + 30 * minutes, lambda share: progress(0.2 + 0.4 * share, "Learning to speak")
        )
        figures |= gained
    first = 0.6 if converter else 0.2
    renderer, gained = _fit_renderer(
        clips, device, began + 60 * minutes,
        lambda share: progress(first + (0.98 - first) * share, "Learning the sound"),
    )  # fmt: skip
    figures |= gained
    save_own_voice(target, name or folder.resolve().name, language, stats, converter, renderer, figures)
    progress(1.0, "Done")
    return figures


def _heard(found: Sequence[Recording], tell: Callable[[float], None]) -> tuple[list[tuple[Floats, Analysis, str]], int]:
    """Return the recordings with their analyses and texts, and how many could not be read or are too short."""
    clips = []
    for k, recording in enumerate(found):
        tell(k / len(found))
        try:
            samples = read_recording(recording)
        except FileError:
            continue  # one broken file among many is told at the end, and stops nothing
        if len(samples) >= _SHORTEST_S * SAMPLE_RATE:
            clips.append((samples, analyse_samples(samples), recording.text))
    return clips, len(found) - len(clips)


def speaks(found: Analysis) -> bool:
    """Tell whether somebody speaks in a recording: silence and hiss have no pitch, and a tone has but one."""
    voiced = found.f0_hz[found.f0_hz > 0]
    return len(voiced) * HOP_S >= _LEAST_VOICED_S and float(np.log(voiced).std()) >= _LEAST_MELODY


def _aligned(
    clips: Sequence[tuple[Floats, Analysis, str]], language: str, tell: Callable[[float], None]
) -> tuple[list[Item], int]:
    """Return the clips whose text is known and fits, as the converter trains on them, spoken by the stranger.

    The second is how many texts are not what is said in their recordings.
    """
    with_text = [clip for clip in clips if clip[2]]
    if not with_text:
        return [], 0
    aligner: Aligner = load_aligner()
    pronouncer = load_pronouncer(language)
    items, n_unfit = [], 0
    for k, (samples, found, text) in enumerate(with_text):
        tell(k / len(with_text))
        if len(samples) > _LONGEST_ALIGNED_S * SAMPLE_RATE:
            continue
        try:
            align_text(samples, energy_db(found.env_ln), text, language, aligner, pronouncer)  # refuses other texts
            spoken = transcript(text, language)
            words, score = aligner.align(samples, [pronouncer.candidates(word) for word in spoken])
        except SourceError:
            n_unfit += 1  # it would teach to say something else
            continue
        spectrum = np.concatenate([found.env_ln, found.ap_ln], 1)
        item = make_item(f"{k}", len(VOICES), as_document(words, spoken, score), text, language, found.f0_hz, spectrum)
        if item is not None:
            items.append(item)
    return items, n_unfit


def _stats_without_text(clips: Sequence[tuple[Floats, Analysis, str]]) -> Stats:
    """Return the statistics that need no phones; lengths are those of the shipped voices."""
    f0 = np.concatenate([found.f0_hz for _, found, _ in clips])
    envelope, breath = (np.concatenate([getattr(found, n) for _, found, _ in clips]) for n in ("env_ln", "ap_ln"))
    with as_file(files("intermezzo_assets").joinpath("weights", "speech_converter.safetensors")) as path:
        durations = load_converter(path).stats["duration_stats"].mean(0).numpy()
    known = measure(np.log(f0[f0 > 0]), energy_db(envelope), np.array([2.0, 2.5], np.float32),
                    np.concatenate([envelope, breath], 1))  # fmt: skip
    return Stats(known.pitch, known.energy, durations, known.spectrum)


def _fit_converter(
    items: Sequence[Item], own: Stats, deadline: float, tell: Callable[[float], None]
) -> tuple[dict[str, Tensor], dict[str, float]]:
    with as_file(files("intermezzo_assets").joinpath("weights", "speech_converter.safetensors")) as path:
        net = load_converter(path)
    stats = {  # one row more than there are voices: the speaker's
        f"{f.name}_stats": torch.cat([net.stats[f"{f.name}_stats"], torch.from_numpy(getattr(own, f.name))[None]])
        for f in fields(Stats)
    }
    aside, training = list(items[::8]), [item for k, item in enumerate(items) if k % 8]
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=0.02)
    rng, noise = np.random.default_rng(0), torch.Generator().manual_seed(0)
    begun, step, without_gain = time.monotonic(), 0, 0
    first = best = _judge(net, aside, stats)
    kept = copy.deepcopy(net.state_dict())
    while time.monotonic() < deadline and without_gain < _PATIENCE:
        for group in batches(training, rng):
            tell(min(1.0, (time.monotonic() - begun) / max(1.0, deadline - begun)))
            net.train()
            batch = collate(group, stats)
            known = reading_mask([len(item.inputs) for item in group], batch.values.shape[1], rng)
            found = prosody_losses(net.prosody, batch, known, standing_mask(batch, rng))
            found |= colour_losses(net.colour, batch, noise, standing_mask(batch, rng, 0.35))
            optimiser.zero_grad()
            torch.stack(list(found.values())).sum().backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            step += 1
            if step % _LOOK_EVERY == 0:
                score, without_gain = _judge(net, aside, stats), without_gain + 1
                if score < best:
                    best, without_gain, kept = score, 0, copy.deepcopy(net.state_dict())
            if time.monotonic() >= deadline or without_gain >= _PATIENCE:
                break
    return kept, {"converter_steps": float(step), "converter_loss_before": first, "converter_loss_after": best}


def _judge(net: ConverterNet, items: Sequence[Item], stats: dict[str, Tensor]) -> float:
    """Return the loss on clips kept aside, nothing known."""
    net.eval()
    losses = []
    with torch.inference_mode():
        for item in items:
            batch = collate([item], stats)
            none = torch.zeros_like(batch.frame_mask)
            found = prosody_losses(net.prosody, batch, torch.zeros_like(batch.values), none) | colour_losses(
                net.colour, batch
            )
            losses.append(float(found["reading"] + found["pitch"] + found["energy"] + 3 * found["spectrum"]))
    return float(np.mean(losses))


def _fit_renderer(
    clips: Sequence[tuple[Floats, Analysis, str]], device: str, deadline: float, tell: Callable[[float], None]
) -> tuple[dict[str, Tensor], dict[str, float]]:
    examples = [
        train_renderer.Example(x, found.f0_hz, found.env_ln, found.ap_ln, float(band_power(torch.from_numpy(x))))
        for x, found, _ in clips if len(found.f0_hz) > train_renderer.CROP + 4
    ]  # fmt: skip
    if len(examples) >= 8:
        aside, training = examples[::8], [example for k, example in enumerate(examples) if k % 8]
    else:
        aside, training = examples[:1], examples
    with as_file(files("intermezzo_assets").joinpath("weights", WEIGHTS)) as path:
        start = train_renderer.load_weights(path)
        before = ShapeNetwork.load(path)
    fitted = train_renderer.fit(training, start, device, deadline, 2e-4, tell)
    after = ShapeNetwork(fitted, "cpu", "fitted")

    def error(network: ShapeNetwork) -> float:
        return float(np.mean([
            mel_error_db(render_frames(e.env_ln, e.ap_ln, e.f0_hz, seed=1, network=network), e.samples) for e in aside
        ]))  # fmt: skip

    figures = {"renderer_mel_error_before_db": error(before), "renderer_mel_error_after_db": error(after)}
    if figures["renderer_mel_error_after_db"] > figures["renderer_mel_error_before_db"]:
        return start, figures  # the shipped renderer knows this sound better already
    return {key: value.cpu() for key, value in fitted.state_dict().items()}, figures
