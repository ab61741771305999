"""Clips as the converter trains on them: phone inputs, durations and the features of every frame, in padded batches."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo_engines.speech.corpus import LANGUAGES, VOICES, Clip
from intermezzo_engines.speech.features import N_AP, N_BANDS, energy_db
from intermezzo_engines.speech.frontend import PhoneInputs, SpokenPhone, phone_inputs
from intermezzo_engines.speech.model import N_VALUES, centre_weights, frame_positions
from intermezzo_engines.speech.phones import PAUSE, arpabet_to_label, is_voiced
from intermezzo_engines.speech.text import phrases
from intermezzo_engines.speech.voice_stats import Stats, measure, phone_means

__all__ = [
    "Batch", "Item", "as_stranger", "batches", "clean_voicing", "collate", "load_item", "make_item",
    "spoken_phones", "statistics", "stats_of",
]  # fmt: skip

_EDGE_PAUSE = 12  # frames of silence kept at both ends of a clip
_PITCH_FLOOR = 60.0
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Item:
    """One clip: inputs and durations of N phones, features of T frames; `voice` is len(VOICES) for a stranger."""

    name: str
    voice: int
    inputs: PhoneInputs
    durations: NDArray[np.int64]
    log_f0: Floats  # natural log of Hz, bridged over unvoiced frames
    voiced: Floats
    energy_db: Floats
    spectrum: Floats  # (T, 105): natural-log envelope and aperiodicity
    head: int = 0  # frames of silence that were cut off before the first

    @property
    def n_frames(self) -> int:
        """Frames of the clip."""
        return len(self.voiced)


def spoken_phones(alignment: dict[str, Any], text: str, language: str = "en") -> tuple[list[SpokenPhone], list[int]]:
    """Return the phones of an alignment document with their pause marks from the text, and their lengths in frames."""
    marks = dict[int, str]()
    for phrase in phrases(text, language):
        for token in phrase.tokens:
            for k in range(len(token.words)):
                marks[len(marks)] = token.mark if k == len(token.words) - 1 else ""
    found, lengths, word, mark = list[SpokenPhone](), list[int](), -1, "start"
    for entry in alignment["words"]:
        letters = str(entry["word"])
        if letters:
            word, mark = word + 1, ""
            mark = marks.get(word, "")
        for phone, start, end in entry["phones"]:
            if letters:
                found.append(SpokenPhone(arpabet_to_label(phone), word, letters))
            else:
                found.append(SpokenPhone(PAUSE, -1, "", mark))
            lengths.append(end - start)
    return found, lengths


def load_item(clip: Clip, features: Path, alignments: Path) -> Item | None:
    """Read one clip's features and alignment, its outer silences cut short; None where either is missing."""
    feature_file, alignment_file = features / clip.voice / f"{clip.id}.npz", alignments / clip.voice / f"{clip.id}.json"
    if not feature_file.exists() or not alignment_file.exists():
        return None
    document = json.loads(alignment_file.read_text(encoding="utf-8"))
    with np.load(feature_file) as arrays:
        f0, spectrum = arrays["f0_hz"], np.concatenate([arrays["env_ln"], arrays["ap_ln"]], 1)
    voice = VOICES.index(clip.voice)
    return make_item(clip.id, voice, document, clip.text, LANGUAGES[clip.voice], f0, spectrum)


def make_item(
    name: str, voice: int, alignment: dict[str, Any], text: str, language: str, f0_hz: Floats, spectrum: Floats
) -> Item | None:
    """Return a clip from its alignment document and features, its outer silences cut short; None if they do not fit.

    Args:
        name: of the clip.
        voice: index of the voice, len(VOICES) for a stranger.
        alignment: see `train_aligner.as_document`.
        text: what is said.
        language: in which the text is.
        f0_hz: (T,), 0 unvoiced.
        spectrum: (T, 105), natural-log envelope and aperiodicity.
    """
    phones, lengths = spoken_phones(alignment, text, language)
    f0 = f0_hz
    if abs(len(f0) - sum(lengths)) > 2:
        return None
    lengths[-1] += len(f0) - sum(lengths)
    head = max(0, lengths[0] - _EDGE_PAUSE) if phones[0].word < 0 else 0
    tail = max(0, lengths[-1] - _EDGE_PAUSE) if phones[-1].word < 0 else 0
    lengths[0], lengths[-1] = lengths[0] - head, lengths[-1] - tail
    if min(lengths) < 1:
        return None
    keep = slice(head, len(f0) - tail)
    f0, spectrum = f0[keep], spectrum[keep].astype(np.float32)
    durations = np.array(lengths, np.int64)
    voiced = clean_voicing(f0 > _PITCH_FLOOR, spectrum[:, 100], [p.label for p in phones], durations)
    spectrum[~voiced, 100:] = 0.0
    steady = voiced & _without_leaps(f0)
    if steady.sum() < 5:
        return None
    log_f0 = np.interp(np.arange(len(f0)), np.flatnonzero(steady), np.log(f0[steady])).astype(np.float32)
    return Item(
        name, voice, phone_inputs(phones), durations, log_f0,
        voiced.astype(np.float32), energy_db(spectrum[:, :100]), spectrum, head,
    )  # fmt: skip


def clean_voicing(
    voiced: NDArray[np.bool_], low_breath_ln: NDArray[np.float32], labels: Sequence[str], durations: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return voicing without what an F0 tracker invents: it carries the pitch on through pauses and voiceless sounds.

    There, one frame next to a voiced sound may stay voiced; a short stop that is periodic throughout, as the flap in
    "water", stays as it is. `low_breath_ln` is the aperiodicity of the lowest band, natural log.
    """
    result = voiced.copy()
    stops = np.cumsum(durations)
    for label, start, stop in zip(labels, stops - durations, stops, strict=True):
        if is_voiced(label) or label == "h":  # an h between vowels is often voiced
            continue
        flap = label in ("t", "k", "p") and stop - start <= 5
        if not (flap and voiced[start:stop].all() and (low_breath_ln[start:stop] < -4.0).all()):
            result[start + 1 : stop - 1] = False
    return result


def _without_leaps(f0: NDArray[np.float32], width: int = 31, limit_st: float = 6.0) -> NDArray[np.bool_]:
    """Say which frames lie within `limit_st` of the running median of the voiced frames around them."""
    log = np.where(f0 > _PITCH_FLOOR, 12 * np.log2(np.maximum(f0, 1.0)), np.nan)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(log, width // 2, constant_values=np.nan), width)
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # windows without a voiced frame
        middle = np.nanmedian(around, axis=1)
        near: NDArray[np.bool_] = np.abs(log - middle) < limit_st
    return near


def stats_of(items: Sequence[Item]) -> Stats:
    """Return the means and deviations over the clips of one voice, or of one recording."""
    return measure(
        np.concatenate([item.log_f0[item.voiced > 0] for item in items]),
        np.concatenate([item.energy_db for item in items]),
        np.concatenate([np.log(item.durations[item.inputs.mark == 0]) for item in items]),
        np.concatenate([item.spectrum for item in items]),
    )


def statistics(items: Sequence[Item]) -> dict[str, Tensor]:
    """Return the tables of all voices: `pitch_stats` (V, 2), `spectrum_stats` (V, 2, 105) and so on."""
    own = [stats_of([item for item in items if item.voice == voice]) for voice in range(len(VOICES))]
    return {
        f"{f.name}_stats": torch.from_numpy(np.stack([getattr(stats, f.name) for stats in own])) for f in fields(Stats)
    }


def as_stranger(item: Item, rng: np.random.Generator) -> Item:
    """Return a clip as another person in another room might have spoken it: throat, tilt and pitch changed."""
    bands = np.arange(N_BANDS)
    position = np.clip(bands * rng.uniform(0.9, 1.12), 0, N_BANDS - 1.001)
    low = position.astype(int)
    share = (position - low).astype(np.float32)
    envelope = item.spectrum[:, :N_BANDS]
    envelope = envelope[:, low] * (1 - share) + envelope[:, low + 1] * share
    knots = rng.normal(0, 0.4, 6)
    envelope = envelope + np.interp(bands, np.linspace(0, N_BANDS - 1, 6), knots).astype(np.float32)
    spectrum = np.concatenate([envelope, item.spectrum[:, N_BANDS:]], 1).astype(np.float32)
    return replace(
        item, voice=len(VOICES), spectrum=spectrum, energy_db=energy_db(spectrum[:, :N_BANDS]),
        log_f0=item.log_f0 + np.float32(rng.normal(-0.2, 0.25)),
    )  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """Padded tensors: (B, N) per phone, (B, T) per frame; masks are 1 inside; values are normalised by voice."""

    inputs: dict[str, Tensor]
    values: Tensor  # (B, N, 3): log duration, pitch, energy
    durations: Tensor
    phone_mask: Tensor
    duration_mask: Tensor  # without the outer pauses, whose length the cutting of the clip decided
    voiced_phone: Tensor
    index: Tensor
    position: Tensor
    left: Tensor
    right: Tensor
    share: Tensor
    pitch: Tensor
    voiced: Tensor
    energy: Tensor
    spectrum: Tensor
    timbre: Tensor  # (B, 105)
    frame_mask: Tensor
    speech_mask: Tensor


def collate(items: Sequence[Item], stats: dict[str, Tensor]) -> Batch:
    """Pad clips to one batch, values normalised by voice; by the clip itself where `stats` has no such voice."""
    n, t, size = max(len(i.inputs) for i in items), max(i.n_frames for i in items), len(items)
    inputs = {f.name: torch.zeros(size, n, *((4,) if f.name == "distance" else ()),
              dtype=torch.float32 if f.name == "distance" else torch.long) for f in fields(PhoneInputs)}  # fmt: skip
    inputs["voice"] = torch.zeros(size, len(VOICES) + 1)
    phone = {name: torch.zeros(size, n) for name in ("mask", "duration", "voiced")}
    values, durations = torch.zeros(size, n, N_VALUES), torch.ones(size, n, dtype=torch.long)
    index, left, right = (torch.zeros(size, t, dtype=torch.long) for _ in range(3))
    position = torch.zeros(size, t, 6)
    frame = {name: torch.zeros(size, t) for name in ("pitch", "voiced", "energy", "mask", "speech", "share")}
    spectrum, timbre = torch.zeros(size, t, N_BANDS + N_AP), torch.zeros(size, N_BANDS + N_AP)
    for row, item in enumerate(items):
        k, m = len(item.inputs), item.n_frames
        in_table = item.voice < len(stats["pitch_stats"])
        rows = (stats[f"{f.name}_stats"][item.voice].numpy() for f in fields(Stats) if in_table)
        own = Stats(*rows) if in_table else stats_of([item])
        for f in fields(PhoneInputs):
            inputs[f.name][row, :k] = torch.from_numpy(getattr(item.inputs, f.name))
        inputs["voice"][row, item.voice] = 1.0
        lengths = torch.from_numpy(item.durations)
        durations[row, :k], phone["mask"][row, :k], phone["duration"][row, 1 : k - 1] = lengths, 1, 1
        pitch, energy = phone_means(item.log_f0, item.voiced, item.energy_db, item.durations)
        for place, (raw, table) in enumerate(
            ((np.log(item.durations), own.duration), (pitch, own.pitch), (energy, own.energy))
        ):
            values[row, :k, place] = torch.from_numpy(((raw - table[0]) / table[1]).astype(np.float32))
        starts = np.cumsum(item.durations) - item.durations
        phone["voiced"][row, :k] = torch.from_numpy(np.add.reduceat(item.voiced, starts) / item.durations)
        index[row, :m], position[row, :m] = frame_positions(lengths)
        left[row, :m], right[row, :m], frame["share"][row, :m] = centre_weights(lengths)
        for name, raw, table in (("pitch", item.log_f0, own.pitch), ("energy", item.energy_db, own.energy)):
            frame[name][row, :m] = torch.from_numpy((raw - table[0]) / table[1])
        spectrum[row, :m] = torch.from_numpy((item.spectrum - own.spectrum[0]) / own.spectrum[1])
        timbre[row] = torch.from_numpy(own.spectrum[0])
        frame["voiced"][row, :m], frame["mask"][row, :m] = torch.from_numpy(item.voiced), 1
        frame["speech"][row, :m] = (torch.from_numpy(item.inputs.mark)[index[row, :m]] == 0).float()
    return Batch(
        inputs, values, durations, phone["mask"], phone["duration"], phone["voiced"], index, position, left, right,
        frame["share"], frame["pitch"], frame["voiced"], frame["energy"], spectrum, timbre, frame["mask"],
        frame["speech"],
    )  # fmt: skip


def batches(items: Sequence[Item], rng: np.random.Generator, frames: int = 5000) -> Iterator[list[Item]]:
    """Yield one epoch of batches of about equal length and at most `frames` padded frames, in random order."""
    ranked = sorted(items, key=lambda item: item.n_frames * rng.uniform(0.85, 1.15))
    groups: list[list[Item]] = [[]]
    for item in ranked:
        if groups[-1] and (len(groups[-1]) + 1) * max(item.n_frames, *(i.n_frames for i in groups[-1])) > frames:
            groups.append([])
        groups[-1].append(item)
    for group in rng.permutation(len(groups)):
        yield groups[group]
