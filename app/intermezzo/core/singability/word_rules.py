"""Rules of words: stress against the metre, and syllables that are held on over a comma."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from intermezzo.core.music.stress import is_unstressed, stressed_part
from intermezzo.core.singability.finding import Finding, Said
from intermezzo.core.singability.song import Song

__all__ = ["held_over_commas", "misplaced_stress"]

_STRONG = 2


def misplaced_stress(song: Song) -> Iterator[Finding]:
    """Find words whose unstressed syllable has a stronger beat than the stressed one beside it, and no less time.

    And small words (the, and, of) on the first beat of a bar before a word that bears the sense on a weaker one.
    """
    words, texts, language = song.words[song.heads], song.notes.lyrics, song.language
    weights, lengths = song.weights[song.heads].tolist(), (song.stops[song.tails] - song.starts[song.heads]).tolist()
    heads = song.heads.tolist()
    edges = [0, *(np.flatnonzero(np.diff(words)) + 1).tolist(), len(heads)]
    for first, stop in pairwise(edges):
        if stop - first == 1:
            if weights[first] > _STRONG and is_unstressed(texts[heads[first]], language):
                yield from _small_word(song, first, stop)
            continue
        part = stressed_part(tuple(texts[k] for k in heads[first:stop]), language)
        if part is None:
            continue
        strong = first + part
        for other in (strong - 1, strong + 1):
            heavier = first <= other < stop and weights[other] >= _STRONG and weights[other] > weights[strong]
            if heavier and lengths[strong] <= lengths[other]:
                k, j = heads[strong], heads[other]
                yield Finding(
                    "stress", (song.id(j), song.id(k)), int(song.starts[j]),
                    Said("stress", (song.called(j), song.word(k), song.called(k))),
                )  # fmt: skip
                break


def _small_word(song: Song, at: int, following: int) -> Iterator[Finding]:
    """Find one small word on a bar line whose next syllable bears more sense and has less weight and no more time."""
    heads = song.heads
    k = int(heads[at])
    if following >= len(heads):
        return
    j = int(heads[following])
    text = song.text(j)
    same_phrase = not song.phrase_ends[k:j].any() and not song.end_mark(k)
    if not text or not same_phrase or song.weights[j] >= song.weights[k] or is_unstressed(text, song.language):
        return
    parts = [j]
    while parts[-1] + 1 < song.count and song.words[parts[-1] + 1] == song.words[j]:
        parts.append(parts[-1] + 1)
    sung = tuple(song.notes.lyrics[i] for i in parts if song.begins[i])
    if len(sung) > 1 and stressed_part(sung, song.language) != 0:
        return
    own, its = (int(song.stops[song.tails[i]] - song.starts[heads[i]]) for i in (at, following))
    if own >= its:
        yield Finding(
            "stress", (song.id(k), song.id(j)), int(song.starts[k]),
            Said("small_word", (song.called(k), song.called(j))),
        )  # fmt: skip


def held_over_commas(song: Song) -> Iterator[Finding]:
    """Find syllables at a mark of punctuation that are held over two more notes and run on into the next syllable."""
    spread = song.tails - song.heads
    for at in np.flatnonzero(spread[:-1] >= 2).tolist():
        head, tail = int(song.heads[at]), int(song.tails[at])
        if song.end_mark(head) and song.text(tail + 1) and song.gaps[tail] <= 0 and not song.phrase_ends[tail]:
            yield Finding(
                "comma", (song.id(tail), song.id(head)), int(song.starts[tail]),
                Said("comma", (song.word(head), song.word(tail + 1))),
            )  # fmt: skip
