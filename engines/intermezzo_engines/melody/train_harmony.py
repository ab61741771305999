"""Count chord progressions on the corpus and write the table and its card.

    python -m intermezzo_engines.melody.train_harmony --data DIR --target FILE

A style is a mixture of what was counted: lead sheets (chords as written) and hymns and songs (chords heard by
harmony.py), weighted by metre. Steps are bars, or half bars in hymns and show tunes. Counts with the place in the
phrase are smoothed by those without it, these by how usual a chord is (Witten-Bell). Held out: the tunes that corpus.py
marks; expected: perplexity of hymns, lead sheets at about half of what the frequency of chords alone gives.
"""

from __future__ import annotations

import argparse
import json
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from intermezzo_engines.melody.corpus import Tune, tunes
from intermezzo_engines.melody.harmony import steps
from intermezzo_engines.melody.harmony_model import (
    BEFORE_LAST,
    CHORDS,
    FIRST,
    INSIDE,
    LAST,
    PLACES,
    STYLE_NAMES,
    WEAK_INSIDE,
    chord_index,
)
from intermezzo_engines.melody.template import Template, template_of

__all__ = ["BY_HALVES", "perplexities", "train", "walks"]

BY_HALVES = ("hymn", "show tune")
_WEIGHTS = {
    "ballad": {"openewld_to1930": 1.0, "openhymnal": 0.3, "lieder": 0.1},
    "folk": {"openewld_to1930": 0.3, "openhymnal": 1.0, "lieder": 0.1},
    "hymn": {"openewld_to1930": 0.02, "openhymnal": 1.0, "lieder": 0.1},
    "waltz": {"openewld_to1930": 1.0, "openhymnal": 0.3, "lieder": 0.2},
    "show tune": {"openewld_to1930": 1.0, "openhymnal": 0.02, "lieder": 0.05},
}
_PLAIN = ("folk", "waltz")
_Walk = list[tuple[int, int, int]]


def walks(template: Template, halves: bool) -> Iterator[_Walk]:
    """Yield each phrase as (place, chord before, chord) of its steps, bars or half bars."""
    bars, key = template.bars, template.keys[0][1]
    edges = steps(bars) if halves else [*bars.starts.tolist(), bars.n_frames]
    starts = [start for start, _, _ in template.chords]
    chords = []
    for edge in edges[:-1]:
        k = bisect_right(starts, edge) - 1
        chords.append(chord_index(template.chords[k][2], key) if k >= 0 else None)
    before = -1
    lines = set(bars.starts.tolist())
    for start, stop, label in template.cadence:
        first = bisect_right(edges, start + bars.metres[0].beat_frames) - 1
        last = bisect_right(edges, max(_last_onset(template, start, stop), start)) - 1
        walk: _Walk = []
        for k in range(max(first, 0), min(last, len(chords) - 1) + 1):
            chord = chords[k]
            if chord is None:
                continue
            place = FIRST if k == first else INSIDE if edges[k] in lines else WEAK_INSIDE
            place = LAST.get(label, LAST["weak"]) if k == last else BEFORE_LAST if k == last - 1 else place
            if before >= 0:
                walk.append((place, before, chord))
            before = chord
        if walk:
            yield walk


def _last_onset(template: Template, start: int, stop: int) -> int:
    inside = [at for at, _, _ in template.rhythm if start <= at < stop]
    return inside[-1] if inside else stop - 1


def _counts(found: list[tuple[Tune, Template]], style: str) -> NDArray[np.float64]:
    """Return weighted counts (modes, places, CHORDS, CHORDS)."""
    counts = np.zeros((2, PLACES, CHORDS, CHORDS))
    for tune, template in found:
        weight = _WEIGHTS[style][tune.file]
        three = template.bars.metres[0].beats % 3 == 0
        if style == "waltz":
            weight *= 1.0 if three else 0.15
        for walk in walks(template, style in BY_HALVES):
            for place, before, chord in walk:
                plain = chord // 8 * 8 + (0, 1, 2, 0, 1, 5, 0, 5)[chord % 8] if style in _PLAIN else chord
                counts[int(template.keys[0][1].is_minor), place, before, plain] += weight
    return counts


def _smoothed(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities: by place and chord before, then by chord before, then by chord."""
    alone = counts.sum((1, 2)) + 0.02
    alone /= alone.sum(-1, keepdims=True)
    by_before = _mixed(counts.sum(1), alone[:, None])
    by_place = _mixed(counts.sum(2), alone[:, None])
    inner = np.sqrt(by_before[:, None] * by_place[:, :, None])
    inner /= inner.sum(-1, keepdims=True)
    return _mixed(counts, inner)


def _mixed(counts: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    kinds = (counts > 0).sum(-1, keepdims=True) + 1.0
    total = counts.sum(-1, keepdims=True)
    result: NDArray[np.float64] = (counts + kinds * below) / (total + kinds)
    return result


def perplexities(table: NDArray[np.float32], data: Path) -> dict[str, float]:
    """Return of held-out hymns and lead sheets the perplexity under their style, and by the frequency of chords."""
    found = [(tune, template_of(tune.melody)) for tune in tunes(data)]
    result = {}
    for name, style, file in (("hymns", "hymn", "openhymnal"), ("lead_sheets", "show tune", "openewld_to1930")):
        counts = _counts([pair for pair in found if not pair[0].held_out], style).sum((1, 2)) + 0.5
        usual = counts / counts.sum(-1, keepdims=True)
        nats, plain = [], []
        for tune, template in found:
            if tune.held_out and tune.file == file:
                minor = int(template.keys[0][1].is_minor)
                for walk in walks(template, style in BY_HALVES):
                    for place, before, chord in walk:
                        nats.append(-np.log(table[STYLE_NAMES.index(style), minor, place, before, chord]))
                        plain.append(-np.log(usual[minor, chord]))
        result[f"{name}_perplexity"] = float(np.exp(np.mean(nats)))
        result[f"{name}_perplexity_by_frequency"] = float(np.exp(np.mean(plain)))
    return result


def train(data: Path, target: Path) -> dict[str, float]:
    """Write `target` and its card, and return held-out figures."""
    found = [(tune, template_of(tune.melody)) for tune in tunes(data) if not tune.held_out]
    table = np.stack([_smoothed(_counts(found, style)) for style in STYLE_NAMES]).astype(np.float16)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file({"moves": table}, target)
    figures = perplexities(table.astype(np.float32) + 1e-7, data)
    rows = "\n".join(f"| {name} | {value:.2f} |" for name, value in figures.items())
    target.with_suffix(".card.md").write_text(
        "# melody_harmony: which chord follows which\n\n"
        f"Counted by `intermezzo_engines.melody.train_harmony` on {len(found)} tunes (OpenScore Lieder, CC0; Open "
        "Hymnal,\npublic domain; OpenEWLD lead sheets dated 1930 or before, MIT, named in melody_tune.card.md); "
        f"licence of the table: MIT.\n\nHeld out by tune:\n\n| figure | value |\n|---|---|\n{rows}\n",
        encoding="utf-8",
    )
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Count chord progressions.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    print(json.dumps(train(arguments.data, arguments.target)))
