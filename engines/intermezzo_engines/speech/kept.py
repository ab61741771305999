"""Permanence when a text changes: one word in ten is another, and hand edits on the others are counted by frame."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.edits import curves, matrices, spans
from intermezzo.core.edits.carry import carry_over
from intermezzo.core.layers import Curve, Mark, Matrix, Spans
from intermezzo.core.measure import Figure
from intermezzo.core.media import Text
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.corpus import VOICES
from intermezzo_engines.speech.heldout import HeldOut
from intermezzo_engines.speech.phones import PAUSE

__all__ = ["Kept", "edited_everywhere", "kept_edits", "kept_figures", "with_other_words"]

_SENTENCES = {"ljs": 4, "cathy": 3, "kerstin": 3}
_EDITS = 8
_RENAMED = 3
_LAYERS = ("pitch", "energy", "envelope", "breath")
_WORD = re.compile(r"[^\W\d_]{3,}")


class Kept(NamedTuple):
    """Edited frames and cells on unchanged words, edited phones (length or name), and how many of both are still so.

    ``error_st`` is by how much drawn pitch differs afterwards, RMS.
    """

    had: int
    kept: int
    phones_had: int
    phones_kept: int
    error_st: float


def kept_figures(held: HeldOut) -> list[Figure]:
    """Return the share of hand edits on unchanged words that survive a change of one word in ten."""
    found, skipped = [], 0
    for voice in VOICES:
        clips = held.clips(voice)
        for number, clip in enumerate(clips[: _SENTENCES[voice]]):
            held.context.progress(f"changing words of {clip.id}")
            rng = np.random.default_rng((3, number))
            edited = edited_everywhere(held.sketch(clip), rng)
            text, changed = with_other_words(clip.text, clips[number - 1].text, rng)
            new = held.context.convert(Text(text), seed=1, params={"voice": voice})
            again, _ = carry_over(edited, new)
            kept = kept_edits(edited, again, changed)
            skipped += kept is None
            found += [kept] if kept is not None else []
    had, kept_count, phones, phones_kept = (sum(int(k[i]) for k in found) for i in range(4))
    note = (
        f"{len(found)} held-out sentences, random edits on every layer; {skipped} more differ in their count of words"
    )
    return [
        Figure("edits_kept_after_one_word_in_ten_percent", 100 * kept_count / max(had, 1), "permanence", at_least=100.0,
               note=f"{note}; {had} edited frames and cells on unchanged words"),
        Figure("phones_kept_after_one_word_in_ten_percent", 100 * phones_kept / max(phones, 1), "permanence",
               at_least=100.0, note=f"{phones} lengths and names of phones by hand on unchanged words"),
        Figure("edits_kept_pitch_error_st_rms", float(np.sqrt(np.mean([k.error_st**2 for k in found]))), "detail",
               note="drawn pitch before and after, by place in the phone"),
    ]  # fmt: skip


def with_other_words(text: str, source: str, rng: np.random.Generator) -> tuple[str, set[str]]:
    """Return a text with one word in ten (at least one) taken from another text, and the words that went or came."""
    places = list(_WORD.finditer(text))
    count = max(1, round(len(text.split()) / 10))
    others = [w for w in dict.fromkeys(_WORD.findall(source)) if w.lower() not in text.lower()] or ["umbrella"]
    chosen = sorted(rng.choice(len(places), min(count, len(places)), replace=False).tolist(), reverse=True)
    changed: set[str] = set()
    for index in chosen:
        word = str(rng.choice(others))
        changed |= {places[index].group().lower(), word.lower()}
        text = text[: places[index].start()] + word + text[places[index].end() :]
    return text, changed


def edited_everywhere(sketch: Sketch, rng: np.random.Generator) -> Sketch:
    """Return the sketch with random hand edits on every layer that a hand can edit."""
    sounds = [k for k in range(sketch.phones.count) if sketch.phones.labels[k] != PAUSE]
    lengths = {int(k): int(rng.integers(3, 30)) for k in rng.choice(sounds, min(_EDITS, len(sounds)), replace=False)}
    sketch = spans.set_lengths(sketch, lengths)
    for k in rng.choice(sounds, min(_RENAMED, len(sounds)), replace=False).tolist():
        sketch = spans.relabel(sketch, "phones", k, "ɛ" if sketch.phones.labels[k] != "ɛ" else "m")
    for name in _LAYERS:
        layer = sketch.layers[name]
        for start in rng.integers(0, max(sketch.n_frames - 30, 1), _EDITS).tolist():
            stop = min(start + int(rng.integers(4, 30)), sketch.n_frames)
            by = float(rng.choice((-1, 1)) * rng.uniform(1, 4))
            if isinstance(layer, Curve):
                sketch = curves.shift(sketch, name, start, stop, by)
            elif isinstance(layer, Matrix):
                bands = max(layer.spec.bands // 5, 1)
                low = int(rng.integers(0, layer.spec.bands - bands + 1))
                sketch = matrices.add(sketch, name, start, low, np.full((stop - start, bands), by, np.float32))
    return sketch


def kept_edits(before: Sketch, after: Sketch, changed: set[str]) -> Kept | None:
    """Count the edits on words that are in both sketches; None where the two differ in their number of words.

    A word counts where its sounds are the same too: its neighbours may make it sound another way.
    """
    if before.words.count != after.words.count:
        return None
    had = kept = phones_had = phones_kept = 0
    errors: list[NDArray[np.float64]] = []
    for number in range(before.words.count):
        if {w.lower() for w in _WORD.findall(before.words.labels[number])} & changed:
            continue
        mine, theirs = _phones_of(before, number), _phones_of(after, number)
        if [before.phones.base_labels[i] for i in mine] != [after.phones.base_labels[j] for j in theirs]:
            continue
        for i, j in zip(mine, theirs, strict=True):
            a, b, c, d = (int(x[k]) for s, k in ((before.phones, i), (after.phones, j)) for x in (s.starts, s.stops))
            if b - a != int(before.phones.base_frames[i]):
                phones_had += 1
                phones_kept += d - c == b - a
            if before.phones.labels[i] != before.phones.base_labels[i]:
                phones_had += 1
                phones_kept += after.phones.labels[j] == before.phones.labels[i]
            there = np.minimum(c + ((np.arange(b - a) + 0.5) / (b - a) * (d - c)).astype(int), d - 1)
            for name in _LAYERS:
                old, new = (_edited(s, name) for s in (before, after))
                here = old[a:b]
                near = new[np.maximum(there - 1, 0)] | new[there] | new[np.minimum(there + 1, len(new) - 1)]
                had += int(here.sum())
                kept += int((here & near).sum())
            drawn = _edited(before, "pitch")[a:b, 0]
            f, g = before.pitch.values[a:b][drawn], after.pitch.values[there][drawn]
            both = (f > 0) & (g > 0)
            errors.append(12 * np.log2(g[both].astype(np.float64) / f[both]))
    every = np.concatenate(errors) if errors else np.zeros(0)
    return Kept(had, kept, phones_had, phones_kept, float(np.sqrt(np.mean(every**2))) if len(every) else 0.0)


def _phones_of(sketch: Sketch, word: int) -> list[int]:
    phones: Spans = sketch.phones
    first, last = int(sketch.words.starts[word]), int(sketch.words.stops[word])
    return [k for k in range(phones.count) if first <= phones.starts[k] < last and phones.labels[k] != PAUSE]


def _edited(sketch: Sketch, name: str) -> NDArray[np.bool_]:
    """Say which elements of a layer are by hand, ``(frames, 1 or bands)``."""
    marks = (sketch.layers[name].marks() & np.uint8(Mark.EDITED)) != 0
    found: NDArray[np.bool_] = marks if marks.ndim == 2 else marks[:, None]
    return found
