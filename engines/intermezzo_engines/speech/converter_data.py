"""Clips as the converter trains on them: phone inputs, durations and the features of every frame, in padded batches."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from intermezzo_engines.speech.corpus import VOICES, Clip
from intermezzo_engines.speech.features import energy_db
from intermezzo_engines.speech.frontend import PhoneInputs, SpokenPhone, phone_inputs
from intermezzo_engines.speech.model import frame_positions
from intermezzo_engines.speech.phones import PAUSE, arpabet_to_label, is_voiced
from intermezzo_engines.speech.text import phrases

__all__ = ["Batch", "Item", "batches", "clean_voicing", "collate", "load_item", "spoken_phones", "statistics"]

_EDGE_PAUSE = 12  # frames of silence kept at both ends of a clip
_PITCH_FLOOR = 60.0


@dataclass(frozen=True)
class Item:
    """One clip: inputs and durations of N phones, features of T frames."""

    name: str
    voice: int
    inputs: PhoneInputs
    durations: NDArray[np.int64]
    log_f0: NDArray[np.float32]  # natural log of Hz, bridged over unvoiced frames
    voiced: NDArray[np.float32]
    energy_db: NDArray[np.float32]
    spectrum: NDArray[np.float32]  # (T, 105): natural-log envelope and aperiodicity

    @property
    def n_frames(self) -> int:
        """Frames of the clip."""
        return len(self.voiced)


def spoken_phones(alignment: dict[str, list[dict[str, object]]], text: str) -> tuple[list[SpokenPhone], list[int]]:
    """Return the phones of an alignment document with their pause marks from the text, and their lengths in frames."""
    marks = dict[int, str]()
    for phrase in phrases(text):
        for token in phrase.tokens:
            for k in range(len(token.words)):
                marks[len(marks)] = token.mark if k == len(token.words) - 1 else ""
    found, lengths, word, mark = list[SpokenPhone](), list[int](), -1, "start"
    for entry in alignment["words"]:
        letters = str(entry["word"])
        if letters:
            word, mark = word + 1, ""
            mark = marks.get(word, "")
        for phone, start, end in entry["phones"]:  # type: ignore[attr-defined]  # JSON
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
    phones, lengths = spoken_phones(json.loads(alignment_file.read_text(encoding="utf-8")), clip.text)
    with np.load(feature_file) as arrays:
        f0, spectrum = arrays["f0_hz"], np.concatenate([arrays["env_ln"], arrays["ap_ln"]], 1)
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
        clip.id, VOICES.index(clip.voice), phone_inputs(phones), durations, log_f0,
        voiced.astype(np.float32), energy_db(spectrum[:, :100]), spectrum,
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


def statistics(items: Sequence[Item]) -> dict[str, Tensor]:
    """Return means and deviations by voice: `pitch_stats`, `energy_stats` (V, 2), `spectrum_stats` (V, 2, 105)."""
    rows: dict[str, list[NDArray[np.float64]]] = {"pitch_stats": [], "energy_stats": [], "spectrum_stats": []}
    for voice in range(len(VOICES)):
        own = [item for item in items if item.voice == voice]
        pitch = np.concatenate([item.log_f0[item.voiced > 0] for item in own])
        energy = np.concatenate([item.energy_db for item in own])
        spectrum = np.concatenate([item.spectrum for item in own])
        rows["pitch_stats"].append(np.array([pitch.mean(), pitch.std()]))
        rows["energy_stats"].append(np.array([energy.mean(), energy.std()]))
        rows["spectrum_stats"].append(np.stack([spectrum.mean(0), np.maximum(spectrum.std(0), 0.3)]))
    return {name: torch.from_numpy(np.stack(values)).float() for name, values in rows.items()}


@dataclass(frozen=True)
class Batch:
    """Padded tensors: (B, N) per phone, (B, T) per frame; masks are 1 inside."""

    inputs: dict[str, Tensor]
    durations: Tensor
    phone_mask: Tensor
    duration_mask: Tensor
    index: Tensor
    position: Tensor
    pitch: Tensor
    voiced: Tensor
    energy: Tensor
    spectrum: Tensor
    frame_mask: Tensor
    speech_mask: Tensor


def collate(items: Sequence[Item], stats: dict[str, Tensor]) -> Batch:
    """Pad clips to one batch, values normalised by voice."""
    n, t = max(len(i.inputs) for i in items), max(i.n_frames for i in items)
    size = len(items)
    inputs = {f.name: torch.zeros(size, n, *((4,) if f.name == "distance" else ()),
              dtype=torch.float32 if f.name == "distance" else torch.long) for f in fields(PhoneInputs)}  # fmt: skip
    inputs["voice"] = torch.tensor([i.voice for i in items]).unsqueeze(1).expand(size, n)
    durations, phone_mask, duration_mask = (
        torch.ones(size, n, dtype=torch.long),
        torch.zeros(size, n),
        torch.zeros(size, n),
    )
    index, position = torch.zeros(size, t, dtype=torch.long), torch.zeros(size, t, 6)
    frame = {name: torch.zeros(size, t) for name in ("pitch", "voiced", "energy", "mask", "speech")}
    spectrum = torch.zeros(size, t, 105)
    for row, item in enumerate(items):
        k, m, v = len(item.inputs), item.n_frames, item.voice
        for f in fields(PhoneInputs):
            inputs[f.name][row, :k] = torch.from_numpy(getattr(item.inputs, f.name))
        lengths = torch.from_numpy(item.durations)
        durations[row, :k], phone_mask[row, :k], duration_mask[row, 1 : k - 1] = lengths, 1, 1
        index[row, :m], position[row, :m] = frame_positions(lengths)
        frame["pitch"][row, :m] = (torch.from_numpy(item.log_f0) - stats["pitch_stats"][v, 0]) / stats["pitch_stats"][
            v, 1
        ]
        frame["energy"][row, :m] = (torch.from_numpy(item.energy_db) - stats["energy_stats"][v, 0]) / stats[
            "energy_stats"
        ][v, 1]
        spectrum[row, :m] = (torch.from_numpy(item.spectrum) - stats["spectrum_stats"][v, 0]) / stats["spectrum_stats"][
            v, 1
        ]
        frame["voiced"][row, :m], frame["mask"][row, :m] = torch.from_numpy(item.voiced), 1
        frame["speech"][row, :m] = (torch.from_numpy(item.inputs.mark)[index[row, :m]] == 0).float()
    return Batch(
        inputs, durations, phone_mask, duration_mask, index, position, frame["pitch"], frame["voiced"], frame["energy"],
        spectrum, frame["mask"], frame["speech"],
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
