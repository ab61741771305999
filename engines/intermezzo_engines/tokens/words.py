"""What a prompt says, as numbers that unseen words share with known ones: spelling, word, and WordNet's ideas above it.

A word is a bag of features: itself, its pieces of three and four letters, and the ideas that stand above its senses
(a hound is a dog is a canine is an animal). Features are hashed into a fixed number of buckets, whose vectors the
prior learns, so "hound" lands near "dog" though no picture was called so. Languages without spaces go by characters.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
import zlib
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BUCKETS", "MOST_FEATURES", "MOST_WORDS", "featured", "featured_words", "senses", "words_of"]

BUCKETS: Final = 1 << 15
MOST_WORDS: Final = 12
MOST_FEATURES: Final = 40
_MOST_IDEAS: Final = 18
_LONGEST: Final = 2_000  # characters that are looked at; a prompt says little with more
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_EMPTY_WORDS: Final = frozenset(
    word
    for line in (
        "a an the of and or to in on at is are be it its this that for by as from",
        "le la les un une des du de d l et ou en au aux avec",
        "der die das ein eine einen einem und oder mit im am zu den dem",
        "el los las una unos unas y o del al con",
    )
    for word in line.split()
)
_ENDINGS: Final = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("er", ""))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a prompt that mean something, at most twelve, in small letters; emoji are read by name."""
    plain = unicodedata.normalize("NFKC", "".join(map(_spoken, text[:_LONGEST]))).lower()
    found: list[str] = []
    for word in _WORD.findall(plain):
        if _WIDE.search(word):
            found += [word[k : k + 2] for k in range(0, len(word), 2)]
        elif word not in _EMPTY_WORDS:
            found.append(word)
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def _spoken(character: str) -> str:
    """Return a pictograph as its name in Unicode ("fox face"), and any other character as it is."""
    if unicodedata.category(character) != "So":
        return character
    return f" {unicodedata.name(character, '')} "


def featured(texts: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return buckets and weights of the words of some prompts, (prompts, 12, 40); weight 0 where there is none."""
    buckets = np.zeros((len(texts), MOST_WORDS, MOST_FEATURES), np.int64)
    weights = np.zeros(buckets.shape, np.float32)
    for row, text in enumerate(texts):
        for column, word in enumerate(words_of(text)):
            for place, (bucket, weight) in enumerate(_features(word)[:MOST_FEATURES]):
                buckets[row, column, place], weights[row, column, place] = bucket, weight
    return buckets, weights


def featured_words(words: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return buckets and weights of words one by one, (words, 40); weight 0 where there is none."""
    buckets = np.zeros((len(words), MOST_FEATURES), np.int64)
    weights = np.zeros(buckets.shape, np.float32)
    for row, word in enumerate(words):
        for place, (bucket, weight) in enumerate(_features(word)[:MOST_FEATURES]):
            buckets[row, place], weights[row, place] = bucket, weight
    return buckets, weights


@lru_cache(maxsize=65_536)
def _features(word: str) -> tuple[tuple[int, float], ...]:
    found = [(_bucket("w", word), 1.0)]
    ideas = _ideas(word)
    found += [(_bucket("i", str(idea)), weight) for idea, weight in ideas]
    bounded, sizes = (word, (1, 2)) if _WIDE.search(word) else (f"<{word}>", (3, 4))
    pieces = [bounded[k : k + n] for n in sizes for k in range(len(bounded) - n + 1)][: MOST_FEATURES - len(found)]
    found += [(_bucket("p", piece), 1.0 / len(pieces) ** 0.5) for piece in pieces]
    total = sum(weight**2 for _, weight in found) ** 0.5
    return tuple((bucket, weight / total) for bucket, weight in found)


def _ideas(word: str) -> list[tuple[int, float]]:
    """Return the ideas above the senses of a word, nearest first, with weights that fall from 1."""
    lexicon, parents = senses()
    forms = [word, word.replace("-", " "), *(word[: -len(a)] + b for a, b in _ENDINGS if word.endswith(a))]
    found_senses = next((lexicon[form] for form in forms if form in lexicon), ())
    found: dict[int, float] = {}
    for rank, sense in enumerate(found_senses):
        level, weight = [sense], 1.0 / (1 + rank)
        while level and weight > 0.15:
            for idea in level:
                found[idea] = max(found.get(idea, 0.0), weight)
            level = [up for idea in level for up in parents[idea] if up not in found]
            weight *= 0.85
    return sorted(found.items(), key=lambda pair: -pair[1])[:_MOST_IDEAS]


@lru_cache(maxsize=1)
def senses() -> tuple[dict[str, tuple[int, ...]], list[tuple[int, ...]]]:
    """Return the lexicon: the senses of each word, likeliest first, and the ideas right above each sense or idea."""
    packed = (resources.files("intermezzo_assets") / "lexicon" / "senses.txt.gz").read_bytes()
    count, _, rest = gzip.decompress(packed).decode().partition("\n")
    lines = rest.split("\n")
    parents = [tuple(map(int, line.split())) for line in lines[: int(count)]]
    lexicon = {}
    for line in lines[int(count) :]:
        word, _, senses = line.partition("\t")
        lexicon[word] = tuple(map(int, senses.split()))
    return lexicon, parents


def _bucket(kind: str, name: str) -> int:
    return zlib.crc32(f"{kind}:{name}".encode()) % BUCKETS
