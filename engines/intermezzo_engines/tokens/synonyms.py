"""Other words of the same sense, from the lexicon that ships: what `check` asks for that nobody has learned."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from intermezzo_engines.tokens.words import senses

__all__ = ["synonyms_of"]


def synonyms_of(word: str) -> list[str]:
    """Return other lemmas whose first sense is the first sense of a word; empty where it is not in the lexicon."""
    lexicon, _ = senses()
    if word not in lexicon:
        return []
    return [other for other in _by_first_sense()[lexicon[word][0]] if other != word]


@lru_cache(maxsize=1)
def _by_first_sense() -> dict[int, list[str]]:
    lexicon, _ = senses()
    found: dict[int, list[str]] = defaultdict(list)
    for word, its in lexicon.items():
        found[its[0]].append(word)
    return found
