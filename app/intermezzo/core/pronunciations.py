"""A pronunciation dictionary: how a person wants words said, as frozen entries and as lines of text.

A line is ``word<TAB>language<TAB>sounds``. The sounds are IPA between slashes (``/ˈɡøːtə/``), or letters that sound so
(``shiv-AWN``; capitals say which syllable is stressed). Case does not count, unless a word has capitals only: "US" is
not "us". Lines that begin with # are passed over. Engines read the same lines from their parameter of the kind
'dictionary'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from intermezzo.core.errors import ParamError

__all__ = [
    "Entry",
    "concerning",
    "key_of",
    "merged",
    "read_dictionary",
    "with_entry",
    "without_entry",
    "write_dictionary",
]

HEADING = "# Pronunciations for Intermezzo: word, language, sounds (/IPA/ or letters), with tabs between them.\n"
_MOST_ENTRIES = 20_000
_LONGEST_WORD, _LONGEST_SOUNDS = 60, 200
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PART = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Entry:
    """One word of a dictionary; ``language`` as "en", ``sounds`` IPA between slashes or letters.

    Raises:
        ParamError: if one of them cannot be.
    """

    word: str
    language: str
    sounds: str

    def __post_init__(self) -> None:
        word, sounds = self.word.strip(), " ".join(self.sounds.split())
        if not _PART.search(word) or len(word) > _LONGEST_WORD or len(word.split()) > 1:
            shown = word if len(word) <= _LONGEST_WORD else word[: _LONGEST_WORD - 1] + "…"
            raise ParamError(
                f"“{shown}” is not one word. An entry takes a single word of {_LONGEST_WORD} letters at most."
            )
        if not _LANGUAGE.fullmatch(self.language):
            raise ParamError(f"“{self.language[:20]}” is no language. Write two letters, as in en or de.")
        if not sounds.strip("/ ") or len(sounds) > _LONGEST_SOUNDS:
            raise ParamError(
                f"“{word}” has no sounds, or too many. Write them as /IPA/, or in letters that sound like it."
            )
        object.__setattr__(self, "word", word)
        object.__setattr__(self, "sounds", sounds)

    @property
    def is_ipa(self) -> bool:
        """Whether the sounds are IPA; else they are letters."""
        return self.sounds.startswith("/")

    @property
    def key(self) -> tuple[str, str]:
        """What an entry is told apart by: the word as it is compared, and the language."""
        return key_of(self.word), self.language


def key_of(word: str) -> str:
    """Return a word as it is compared: as written where it has capitals only, else without case."""
    plain = word.replace("’", "'")
    return plain if len(plain) > 1 and plain.isupper() else plain.casefold()


def read_dictionary(text: str, name: str = "The dictionary") -> tuple[Entry, ...]:
    """Read the lines of a dictionary; of a word that appears twice the later line counts.

    Raises:
        ParamError: with ``name`` and the number of the line, if one is wrong.
    """
    found: dict[tuple[str, str], Entry] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        try:
            if len(parts) != 3:
                raise ParamError("a line takes three things with tabs between them: word, language and sounds.")
            entry = Entry(parts[0], parts[1].strip().lower(), parts[2])
        except ParamError as problem:
            raise ParamError(f"{name}, line {number}: {problem}") from None
        found.pop(entry.key, None)
        found[entry.key] = entry
        if len(found) > _MOST_ENTRIES:
            raise ParamError(f"{name} has over {_MOST_ENTRIES:,} words, which is too many.")
    return tuple(found.values())


def write_dictionary(entries: Iterable[Entry]) -> str:
    """Return entries as lines that `read_dictionary` reads, in the order of the alphabet; "" for none."""
    ordered = sorted(entries, key=lambda e: (e.word.casefold(), e.word, e.language))
    return "".join(f"{e.word}\t{e.language}\t{e.sounds}\n" for e in ordered)


def merged(*dictionaries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries of several dictionaries; where two say how a word is said, the later one wins."""
    return tuple({entry.key: entry for dictionary in dictionaries for entry in dictionary}.values())


def with_entry(entries: Iterable[Entry], entry: Entry) -> tuple[Entry, ...]:
    """Return the entries with one more, in the place of the one for the same word."""
    return merged(entries, (entry,))


def without_entry(entries: Iterable[Entry], entry: Entry) -> tuple[Entry, ...]:
    """Return the entries without the one for this word."""
    return tuple(other for other in entries if other.key != entry.key)


def concerning(entries: Iterable[Entry], text: str) -> tuple[Entry, ...]:
    """Return the entries whose words may stand in a text: a few too many rather than one too few."""
    parts = set(_PART.findall(text.casefold()))
    return tuple(e for e in entries if set(_PART.findall(e.word.casefold())) <= parts)
