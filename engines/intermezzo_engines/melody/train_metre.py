"""Count on the corpus which lengths fall on which places of the bar, and write the table and its card.

    python -m intermezzo_engines.melody.train_metre --data DIR --target FILE

Counts are smoothed by one half. Expected on held-out tunes, by their first 32 notes: the metre is right for 8 or 9 of
10, metre and bar line together for 7 of 10. Held out: the tunes that corpus.py marks.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from intermezzo.core.music.metre import metre_of
from intermezzo_engines.melody.beat_finding import METRES_HEARD, SIXTEENTH, length_class, lengths_count
from intermezzo_engines.melody.corpus import tunes

__all__ = ["on_sixteenths", "train"]

_MOST_BETWEEN = 0.1
_SMOOTHING = 0.5


def on_sixteenths(data: Path, held_out: bool) -> Iterator[tuple[str, NDArray[np.int64], int, int]]:
    """Yield (metre, onsets in sixteenths, end of the last note, pick-up) of the tunes that keep to the grid."""
    for tune in tunes(data):
        melody = tune.melody
        name = "4/4" if melody.metres[0][1] == "2/2" else melody.metres[0][1]
        onsets = melody.notes[:, 0].astype(np.int64)
        fits = len(melody.metres) == 1 and name in METRES_HEARD and tune.held_out == held_out
        if fits and np.count_nonzero(onsets % SIXTEENTH) <= _MOST_BETWEEN * len(onsets):
            yield name, onsets // SIXTEENTH, int(melody.notes[-1, 1]) // SIXTEENTH, melody.pickup // SIXTEENTH


def train(data: Path, target: Path) -> None:
    """Write `target` and its card."""
    counts = {
        name: np.full((metre_of(name).bar_frames // SIXTEENTH, lengths_count()), _SMOOTHING) for name in METRES_HEARD
    }
    n_tunes = 0
    for name, onsets, last, pickup in on_sixteenths(data, held_out=False):
        lengths = length_class(np.diff(np.append(onsets, last)))
        np.add.at(counts[name], ((onsets - pickup) % len(counts[name]), lengths), 1)
        n_tunes += 1
    tables = {}
    for name, table in counts.items():
        anywhere = table.sum(0, keepdims=True) / len(table)
        tables[name.replace("/", "_")] = np.log(table / anywhere).astype(np.float32)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tables, target)
    target.with_suffix(".card.md").write_text(
        "# melody_metre: which lengths fall on which places of the bar\n\n"
        f"Counted by `intermezzo_engines.melody.train_metre` on {n_tunes} tunes (OpenScore Lieder, CC0; Open Hymnal,\n"
        "public domain; OpenEWLD lead sheets dated 1930 or before, MIT); licence of the table: MIT.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Count lengths by place of the bar.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    train(arguments.data, arguments.target)
