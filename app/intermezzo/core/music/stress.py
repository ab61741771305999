"""Which syllable of a sung word bears its stress, by rules for English and German, and which words bear none.

Rules of thumb over written syllables, no dictionary: they say nothing where they are not sure (English words of three
syllables and more mostly, words with prefixes that sound both ways). French has no stress inside words that a tune
would have to keep. Against CMUdict on the words of the songs in shared/data (4,426 English words of two syllables and
more, by their occurrences) the English rules speak for 81 % and are right in 98 % of those; the German ones
speak for 92 % of the German words there and say in 99 % of those what the melody engine's own reading says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

__all__ = ["asks_openly", "is_unstressed", "language_of", "stressed_part"]

_WEAK_EN: Final = """
    a an the and or but nor of to in on at by for from with as is am are was were be been has had have do does did will
    would shall should can could may might must if than that so its it it's he she we they me him us them my your his
    her our their i i'm i'll you ye thy who which when while into o'er oh o till
"""
_WEAK_DE: Final = """
    der die das dem den des ein eine einen einem einer eines und oder aber in im an am auf zu zum zur von vom mit bei
    für um aus nach vor so es er sie wir ihr ich du mich mir dich dir sich uns euch ihm ihn ihnen mein dein sein ist
    sind war bin bist hat hab habe wird wenn wie als dass daß ob ach o
"""
_WEAK_FR: Final = """
    le la les l' un une des du de d' et ou en à au aux je tu il elle on nous vous ils elles me te se ce ma mon mes ta
    ton tes sa son ses que qui si ne est sont par pour dans sur avec y
"""
_WEAK: Final = {
    language: frozenset(words.split()) for language, words in (("en", _WEAK_EN), ("de", _WEAK_DE), ("fr", _WEAK_FR))
}
"""Words of one syllable that are not stressed in speech."""
_ASKING: Final = """
    who whom whose what when where why how which wherefore wer wen wem was wann wo warum wie welch welche welcher
    welches wohin woher weshalb wozu qui que quoi quel quelle où quand comment pourquoi combien
"""
_QUESTION_WORDS: Final = frozenset(_ASKING.split())
_SECOND: Final = """
    a be re de with up for to dis di ex ap des him im as my where at sup them es op it sus su main thy em sub sur ob
    trans fore fare
"""
_EN_SECOND: Final = frozenset(_SECOND.split())
"""First syllables after which English words of two syllables are stressed on the second."""
_BOTH: Final = "per un pro com in pre en con ac u o for good al se no ma e"
_EN_BOTH: Final = frozenset(_BOTH.split())
"""First syllables after which nobody knows."""
_EN_LONG: Final = frozenset(("re", "for", "to", "de", "be", "ex", "dis"))
"""First syllables after which longer English words are stressed on the second."""
_EN_SELF: Final = ("self", "selves", "out")
_EN_FIRST: Final = frozenset(("ing", "ings", "er", "y", "ly", "ty"))
"""Ends before which the syllable in front is the root: be-ing, rea-dy."""
_DE_SECOND: Final = frozenset(("be", "ge", "er", "ver", "zer", "ent", "emp"))
_BOTH_DE: Final = "da wo zu hin her vor um durch wie miß miss al war hi hie dar em voll ein"
_DE_BOTH: Final = frozenset(_BOTH_DE.split())
_DE_FOREIGN: Final = re.compile("(tion|ieren|iert|ei|ie|ur|ant|ent|ist|tät|ik)$")
_LETTERS: Final = re.compile(r"[^\w'’]+")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Return the letters of a syllable, small."""
    return _LETTERS.sub("", text).replace("’", "'").strip("'_").lower()


def is_unstressed(word: str, language: str) -> bool:
    """Tell whether a word of one syllable is one that speech leaves unstressed."""
    return plain(word) in _WEAK.get(language, ())


def asks_openly(word: str) -> bool:
    """Tell whether a word opens a question that is not answered with yes or no: such questions fall in speech, too."""
    return plain(word) in _QUESTION_WORDS


@lru_cache(maxsize=4096)
def stressed_part(parts: tuple[str, ...], language: str) -> int | None:
    """Return which syllable of a word is stressed; None where that is not certain."""
    word = tuple(plain(part) for part in parts)
    if len(word) < 2:
        return None
    if language == "en":
        return _english(word)
    if language == "de":
        return _german(word)
    return None


def _english(word: tuple[str, ...]) -> int | None:
    first = word[0]
    if len(word) > 2:
        return 1 if first in _EN_LONG else None
    if word[1] in _EN_FIRST:
        return 0
    if first in _EN_BOTH:
        return None
    return 1 if first in _EN_SECOND or word[1] in _EN_SELF else 0


def _german(word: tuple[str, ...]) -> int | None:
    first = word[0]
    if first in _DE_BOTH or _DE_FOREIGN.search(word[-1]):
        return None
    return 1 if first in _DE_SECOND else 0


def language_of(words: Sequence[str]) -> str:
    """Return the language (en, de or fr) whose small words stand most often among some; "" where none does."""
    plains = [plain(word) for word in words]
    counts = {language: sum(word in weak for word in plains) for language, weak in _WEAK.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else ""
