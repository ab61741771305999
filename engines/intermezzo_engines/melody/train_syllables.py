"""Train where words break into syllables, on the words of the songs, and write the table and its card.

    python -m intermezzo_engines.melody.train_syllables --data DIR --target FILE

Logistic regression over hashed letters (syllable_breaks.py), Adam, a word weighs the root of how often it is sung so.
A verse counts for the language of its small words. Words of which a hash is 0 of 20 are held out, whatever song they
are in; a minute of CPU time.
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from intermezzo.core.music.syllables import HOLD, goes_on, shown
from intermezzo_engines.melody.corpus import tunes
from intermezzo_engines.melody.kern_songs import kern_songs
from intermezzo_engines.melody.lyrics import language_of
from intermezzo_engines.melody.syllabify import LANGUAGES
from intermezzo_engines.melody.syllable_breaks import BUCKETS, VOWELS, context_of, hashed_places

__all__ = ["SungWord", "is_held_out", "sung_words", "train"]

SungWord = tuple[tuple[str, ...], str]
"""Its parts in small letters, and the word after it."""
_HELD_OUT, _EPOCHS, _RATE, _DECAY = 20, 16, 0.02, 1e-6


def sung_words(data: Path) -> dict[str, Counter[SungWord]]:
    """Return the words of all verses by language, with what follows reduced to its context mark's letter."""
    found: dict[str, Counter[SungWord]] = {name: Counter() for name in LANGUAGES}
    songs = [tune.melody for tune in tunes(data)] + list(kern_songs(data))
    for melody in songs:
        for verse in (melody.lyrics, *melody.verses):
            words = list(_words(verse))
            text = " ".join("".join(word) for word in words)
            language = language_of(text) if melody.language in LANGUAGES else ""
            for k, parts in enumerate(words):
                following = words[k + 1][0][:1] if k + 1 < len(words) else ""
                if language and all(VOWELS & set(part) for part in parts):
                    found[language][(parts, following)] += 1
    return found


def is_held_out(word: str) -> bool:
    """Tell whether training never sees a word."""
    return zlib.crc32(word.encode()) % _HELD_OUT == 0


def _words(verse: Sequence[str]) -> Iterator[tuple[str, ...]]:
    parts: list[str] = []
    for token in verse:
        if token and token != HOLD:
            parts.append(re.sub(r"[^\w']|[\d_]", "", shown(token).lower().replace("’", "'").split(" ")[0]))
            if not goes_on(token):
                if all(parts):
                    yield tuple(parts)
                parts = []


def train(data: Path, target: Path) -> dict[str, float]:
    """Write the table and its card, and return how often breaks of held-out words are right."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    tables: dict[str, np.ndarray] = {}
    figures: dict[str, float] = {}
    for language, words in sung_words(data).items():
        rows: dict[bool, tuple[list[list[int]], list[float], list[float]]] = {
            out: ([], [], []) for out in (False, True)
        }
        for (parts, following), count in words.items():
            word = "".join(parts)
            edges = {sum(map(len, parts[:k])) for k in range(1, len(parts))}
            places, wanted, weights = rows[is_held_out(word)]
            for at, place in enumerate(hashed_places(word, context_of(following)), 1):
                places.append(place)
                wanted.append(float(at in edges))
                weights.append(count**0.5)
        table = _fit(*rows[False])
        tables[language] = table.astype(np.float16)
        places, wanted, weights = rows[True]
        told = table[np.array(places)].sum(1) + table[BUCKETS] > 0
        figures[f"break_right_{language}_percent"] = 100 * float(np.average(told == np.array(wanted), weights=weights))
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tables, target)
    table_rows = "\n".join(f"| {name} | {value:.2f} |" for name, value in figures.items())
    target.with_suffix(".card.md").write_text(
        f"# {target.stem}: where words break into sung syllables\n\n"
        "Trained by `intermezzo_engines.melody.train_syllables` on the words of OpenScore Lieder (CC0), Open Hymnal\n"
        "(public domain), OpenEWLD lead sheets dated 1930 or before (MIT, named in melody_tune.card.md) and the LvH\n"
        "art songs (CC0); licence of the table: MIT.\n\n"
        f"Words that training never saw, one in {_HELD_OUT}; whole words are measured by `check`, group rhythm:\n\n"
        f"| figure | value |\n|---|---|\n{table_rows}\n",
        encoding="utf-8",
    )
    return figures


def _fit(places: Sequence[Sequence[int]], wanted: Sequence[float], weights: Sequence[float]) -> np.ndarray:
    """Return the table (BUCKETS + 1,), its last value the bias."""
    x, y, w = torch.tensor(places), torch.tensor(wanted), torch.tensor(weights)
    table = torch.nn.EmbeddingBag(BUCKETS, 1, mode="sum")
    torch.nn.init.zeros_(table.weight)
    bias = torch.nn.Parameter(torch.tensor(-1.0))
    parameters = [table.weight, bias]
    optimiser = torch.optim.Adam(parameters, lr=_RATE)
    size = 2048
    for epoch in range(_EPOCHS):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * (1 - epoch / _EPOCHS)
        order = torch.randperm(len(y))
        for part in torch.split(order, size):
            odds = table(x[part])[:, 0] + bias
            loss = torch.nn.functional.binary_cross_entropy_with_logits(odds, y[part], w[part])
            loss = loss + _DECAY * (table.weight**2).sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return torch.cat([table.weight.detach()[:, 0], bias.detach()[None]]).numpy()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train where words break into syllables.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    print(json.dumps(train(arguments.data, arguments.target)))
