"""Which lines of a song are sung alike: verses repeat verses, refrains themselves, lines of a stanza earlier ones."""

from __future__ import annotations

from typing import Final

import numpy as np

from intermezzo_engines.melody.lyrics import Lyrics
from intermezzo_engines.melody.plan import Plan
from intermezzo_engines.melody.sections import letter_of

__all__ = ["PRIME", "plan_of", "sections_in"]

PRIME: Final = "'"
"""After the letter of a section that varies an earlier one."""


def plan_of(lyrics: Lyrics, alike: tuple[int, ...], seed: int) -> Plan:
    """Return which lines are sung alike.

    Args:
        lyrics: what is sung.
        alike: of each line, the index of the first line with its rhythm.
        seed: of the draw.
    """
    rng = np.random.default_rng((seed, 13))
    letters: list[str] = []
    stanzas: list[int] = []
    closes: list[bool] = []
    forms: dict[tuple[str, int], int] = {}
    refrains: dict[str, str] = {}
    fresh = 0
    for k, stanza in enumerate(lyrics.stanzas):
        first, n = len(letters), len(stanza.lines)
        model = forms.setdefault((stanza.kind, n), first)
        for j, line in enumerate(stanza.lines):
            if model < first and alike[first + j] == alike[model + j]:
                letter = letters[model + j]
            elif line.words in refrains:
                letter = refrains[line.words]
            else:
                letter = _like_an_earlier(letters, alike, first, j, n, rng)
                if not letter:
                    letter = letter_of(fresh)
                    fresh += 1
            refrains.setdefault(line.words, letter)
            letters.append(letter)
            stanzas.append(k)
            closes.append(line.syllables[-1].after[-1:] in (".", "!", "?"))
    return Plan(tuple(letters), tuple(stanzas), tuple(closes))


def _like_an_earlier(
    letters: list[str], alike: tuple[int, ...], first: int, j: int, n: int, rng: np.random.Generator
) -> str:
    """Return the letter of an earlier line of the stanza that a line repeats or varies; "" for a line of its own."""
    here = first + j
    for back, chance in ((2, 0.6), (3, 0.5), (1, 0.25)):
        model = here - back
        if model < first or alike[model] != alike[here] or rng.uniform() >= chance:
            continue
        plain = letters[model].rstrip(PRIME)
        return plain + PRIME if j + 1 == n or back == 1 or rng.uniform() < 0.5 else plain
    return ""


def sections_in(plan: Plan) -> list[tuple[int, int, str]]:
    """Return the sections of a song as (first phrase, phrase after the last, letter).

    Phrases of a stanza that always follow each other are one section: a refrain, or the lines that verses share.
    """
    n = len(plan.letters)
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    variants: dict[str, set[str]] = {}
    for k, letter in enumerate(plan.letters):
        variants.setdefault(letter.rstrip(PRIME), set()).add(letter)
        follows = plan.letters[k + 1] if k + 1 < n and plan.stanzas[k + 1] == plan.stanzas[k] else ""
        precedes = plan.letters[k - 1] if k and plan.stanzas[k - 1] == plan.stanzas[k] else ""
        after.setdefault(letter, set()).add(follows)
        before.setdefault(letter, set()).add(precedes)
    unvaried = {plain for plain, labels in variants.items() if len(labels) == 1}
    found: list[tuple[int, int, str]] = []
    order: dict[str, str] = {}
    for k, letter in enumerate(plan.letters):
        if found:
            first, last = found[-1][0], plan.letters[k - 1]
            inside = plan.stanzas[k] == plan.stanzas[k - 1] and {letter, last} <= unvaried
            if inside and after[last] == {letter} and before[letter] == {last}:
                found[-1] = (first, k + 1, found[-1][2])
                continue
        plain = letter.rstrip(PRIME)
        found.append((k, k + 1, order.setdefault(plain, letter_of(len(order))) + letter[len(plain) :]))
    return found
