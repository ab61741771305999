"""The pronouncing dictionary: word -> pronunciations in ARPAbet, from the CMU dictionary shipped in assets.

The file holds one line a word, `word<TAB>code code ...`, sorted, one character a phone (`_CODES`), gzip-compressed:
0.9 MB instead of 3.6. It is searched in place by bisection over byte offsets, so that loading costs some 20 ms and
builds no table of 126,000 Python objects. `build` re-makes the file from `cmudict.dict.gz` (BSD licence).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from intermezzo.core.errors import PluginError
from intermezzo_engines.speech.phones import ARPABET, PHONES, VOWELS

__all__ = ["STRESSED_ARPABET", "Lexicon", "build", "load_lexicon", "read_cmudict"]

_FILE = "lexicon/cmudict_en_us.txt.gz"
_VOWEL_BASES = frozenset(p.arpabet for p in PHONES if p.symbol in VOWELS)
STRESSED_ARPABET: tuple[str, ...] = tuple(
    name for base in ARPABET for name in ([f"{base}{s}" for s in "012"] if base in _VOWEL_BASES else [base])
)
"""All 69 ARPAbet phones with stress digits, in the order of their one-character codes."""
_CODES = {phone: chr(33 + i) for i, phone in enumerate(STRESSED_ARPABET)}
_PHONES = {code: phone for phone, code in _CODES.items()}


class Lexicon:
    """An immutable dictionary; look-ups take lower-case words with plain apostrophes."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def lookup(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Return every pronunciation of a word, the most usual first; empty when the word is unknown."""
        key = word.encode("utf-8")
        low, high = 0, len(self._text)
        while low < high:
            start = self._text.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._text.find(b"\n", start)
            line_word, _, codes = self._text[start:end].partition(b"\t")
            if line_word == key:
                return tuple(tuple(_PHONES[c] for c in code) for code in codes.decode("ascii").split(" "))
            if line_word < key:
                low = end + 1
            else:
                high = start
        return ()

    def __contains__(self, word: str) -> bool:
        return bool(self.lookup(word))

    def items(self) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
        """Yield every (word, pronunciations)."""
        for line in self._text.decode("utf-8").splitlines():
            word, codes = line.split("\t")
            yield word, tuple(tuple(_PHONES[c] for c in code) for code in codes.split(" "))


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Return the shipped dictionary (read once a process).

    Raises:
        PluginError: if the file is missing or damaged.
    """
    try:
        return Lexicon(gzip.decompress(files("intermezzo_assets").joinpath(_FILE).read_bytes()))
    except (OSError, EOFError) as error:
        raise PluginError("The pronouncing dictionary is missing or damaged. Install Intermezzo again.") from error


def read_cmudict(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """Read the original `cmudict.dict.gz` into word -> pronunciations, in its order."""
    entries: dict[str, list[tuple[str, ...]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            fields = line.split("#")[0].split()
            if fields:
                entries.setdefault(re.sub(r"\(\d+\)$", "", fields[0]), []).append(tuple(fields[1:]))
    return entries


def build(source: Path, target: Path) -> int:
    """Write the shipped dictionary from `cmudict.dict.gz` and return its number of words."""
    entries = read_cmudict(source)
    lines = []
    for word in sorted(entries, key=lambda w: w.encode("utf-8")):
        codes = dict.fromkeys("".join(_CODES[phone] for phone in phones) for phones in entries[word])
        lines.append(f"{word}\t{' '.join(codes)}\n")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress("".join(lines).encode("utf-8"), 9, mtime=0))
    return len(lines)
