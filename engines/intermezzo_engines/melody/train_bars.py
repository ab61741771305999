"""Count the rhythms of bars in the corpus, by metre and kind of tune, and write them with their card.

    python -m intermezzo_engines.melody.train_bars --data DIR --target FILE

Inside phrases bars count that begin with a note; at their ends those in whose last two beats or more nothing begins.
Kept are the 60 commonest that stand there five times or more. Held-out tunes are left out.
"""

from __future__ import annotations

import argparse
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from intermezzo_engines.melody.corpus import Tune, tunes
from intermezzo_engines.melody.harmony_features import HANDS
from intermezzo_engines.melody.template import Template, template_of
from intermezzo_engines.melody.train_harmony import HAND_OF

__all__ = ["counted", "train"]

_METRES = ("4/4", "2/2", "3/4", "2/4", "6/8")
_KEPT, _FEWEST, _GRID = 60, 5, 40
_Key = tuple[str, str, str]


def counted(found: Sequence[tuple[Tune, Template]]) -> dict[_Key, Counter[tuple[int, ...]]]:
    """Return how often each bar stands, by (inside or ending, hand, metre)."""
    counts: dict[_Key, Counter[tuple[int, ...]]] = {}
    for tune, template in found:
        bars, onsets = template.bars, tune.melody.notes[:, 0].tolist()
        ends = {bars.index_at(onsets[bisect_left(onsets, stop) - 1]) for _, stop, _ in template.cadence}
        for k in range(1 if bars.pickup else 0, bars.count):
            metre, first = bars.metres[k], int(bars.starts[k])
            stop = int(bars.starts[k + 1]) if k + 1 < bars.count else bars.n_frames
            inside = onsets[bisect_left(onsets, first) : bisect_left(onsets, stop)]
            pattern = tuple(at - first for at in inside)
            if metre.name not in _METRES or stop - first != metre.bar_frames or not pattern or pattern[0]:
                continue
            if any(at % _GRID for at in pattern):
                continue
            side = "ending" if k in ends else "inside"
            beats = metre.bar_frames // metre.beat_frames
            if side == "ending":
                # The pick-up of the next phrase is no part of this one.
                pattern = tuple(at for at in pattern if at <= metre.bar_frames - min(2, beats) * metre.beat_frames)
            key = (side, HANDS[HAND_OF[tune.file]], metre.name)
            counts.setdefault(key, Counter())[pattern] += 1
    return counts


def train(data: Path, target: Path) -> dict[str, int]:
    """Write `target` and its card, and return how many bars were counted of each kind."""
    found = [(tune, template_of(tune.melody)) for tune in tunes(data) if not tune.held_out]
    tensors, names, totals = {}, [], {}
    for key, counter in sorted(counted(found).items()):
        common = [(p, n) for p, n in counter.most_common(_KEPT) if n >= _FEWEST]
        if not common:
            continue
        width = max(len(p) for p, _ in common)
        table = np.array([[n, *p, *[-1] * (width - len(p))] for p, n in common], np.int32)
        tensors[".".join(key)] = table
        names.append(key)
        totals[" ".join(key)] = sum(counter.values())
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target, {"tables": json.dumps(names)})
    rows = "\n".join(f"| {name} | {total} |" for name, total in totals.items())
    target.with_suffix(".card.md").write_text(
        "# melody_bars: the rhythms of bars\n\n"
        f"Counted by `intermezzo_engines.melody.train_bars` on {len(found)} tunes (OpenScore Lieder, CC0; Open\n"
        "Hymnal, public domain; OpenEWLD lead sheets dated 1930 or before, MIT, named in melody_tune.card.md);\n"
        f"licence of the table: MIT.\n\n| bars | counted |\n|---|---|\n{rows}\n",
        encoding="utf-8",
    )
    return totals


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Count the rhythms of bars.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    print(json.dumps(train(arguments.data, arguments.target)))
