"""The person's own pronunciations: a dictionary read into phones, and put in the place of what the engine would say.

Words are looked up as the source spells them: a whole word, with or without 's; a run of signs without blanks between
them ("B2B"); each part of a word with hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from intermezzo.core.errors import SourceError
from intermezzo.core.params import Value
from intermezzo.core.pronunciations import Entry, key_of, read_dictionary
from intermezzo_engines.speech.pronounce import Phones, Pronounces, with_s
from intermezzo_engines.speech.spelling import read_ipa
from intermezzo_engines.speech.text import Token

__all__ = ["OwnWords", "own_words"]

_MOST_TOKENS = 12  # of one run of signs that is looked up
_SYLLABLE = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STRESS = re.compile(r"[12]$")


class OwnWords:
    """The words of one language whose phones a person has chosen; `said` puts them in."""

    def __init__(self, entries: Mapping[str, Phones], language: str) -> None:
        self._entries, self._language = dict(entries), language

    def said(self, pronounced: Sequence[Phones], tokens: Sequence[Token], text: str) -> list[Phones]:
        """Return the phones of all words of ``tokens``, which stand in ``text``, with the person's own among them."""
        found = list(pronounced)
        if not self._entries:
            return found
        firsts = [0]
        for token in tokens:
            firsts.append(firsts[-1] + len(token.words))
        at = 0
        while at < len(tokens):
            stop, phones = self._run(tokens, at, text)
            if stop:
                first, last = firsts[at], firsts[stop]
                found[first:last] = [phones, *[()] * (last - first - 1)] if last > first else []
            else:
                self._parts(found, tokens[at], firsts[at])
            at = stop or at + 1
        return found

    def _run(self, tokens: Sequence[Token], at: int, text: str) -> tuple[int, Phones]:
        """Return where the longest run of tokens ends that is one of the words, 0 for none, and its phones."""
        most = at + 1
        while most < len(tokens) and most - at < _MOST_TOKENS and not _apart(tokens[most - 1], tokens[most], text):
            most += 1
        for stop in range(most, at, -1):
            phones = self._phones(text[tokens[at].start : tokens[stop - 1].end])
            if phones and any(token.words for token in tokens[at:stop]):
                return stop, phones
        return 0, ()

    def _parts(self, found: list[Phones], token: Token, first: int) -> None:
        parts = token.text.split("-")
        if len(parts) == len(token.words) > 1:
            for number, part in enumerate(parts):
                found[first + number] = self._phones(part) or found[first + number]

    def _phones(self, word: str) -> Phones:
        key = key_of(word)
        phones = self._entries.get(key) or self._entries.get(key.casefold())
        if phones is None and word[-2:].lower() in ("'s", "’s"):
            phones = self._phones(word[:-2])
            if phones:
                phones = with_s(phones) if self._language == "en" else (*phones, "S")
        return phones or ()


def own_words(params: Mapping[str, Value], pronouncer: Pronounces, language: str) -> OwnWords:
    """Return the words of the parameter ``dictionary`` that are of a language.

    Raises:
        SourceError: naming the word, if a sign is no sound of its language, or no letter.
    """
    found: dict[str, Phones] = {}
    for entry in read_dictionary(str(params.get("dictionary", ""))):
        try:
            if entry.is_ipa:
                phones = read_ipa(entry.sounds, entry.language)
            else:
                phones = _respelt(entry, pronouncer) if entry.language == language else ()
        except SourceError as problem:
            raise SourceError(f"Pronunciation of “{entry.word}”: {problem}") from None
        if entry.language == language:
            found[key_of(entry.word)] = phones
    return OwnWords(found, language)


def _apart(before: Token, after: Token, text: str) -> bool:
    return bool(before.mark) or any(c.isspace() for c in text[before.end : after.start])


def _respelt(entry: Entry, pronouncer: Pronounces) -> Phones:
    """Return the phones of letters such as "shiv-AWN": each syllable read alone, one of them stressed."""
    syllables = [part for part in re.split(r"[-\s]+", entry.sounds) if part]
    for syllable in syllables:
        if not _SYLLABLE.fullmatch(syllable):
            odd = next(c for c in syllable if not (c.isalpha() or c in "'’") or not _SYLLABLE.search(syllable))
            raise SourceError(
                f"“{odd}” in “{entry.sounds}” is no letter. Write letters that sound like the word, with hyphens "
                "between syllables, or its sounds between slashes."
            )
    is_loud = [len(s) > 1 and s.isupper() for s in syllables]
    stressed = is_loud.index(True) if any(is_loud) and not all(is_loud) else -1
    phones: list[str] = []
    for number, syllable in enumerate(syllables):
        read = pronouncer.pronounce([syllable.lower().replace("’", "'")])[0]
        if stressed >= 0:
            level = "1" if number == stressed else "0"
            phones += _levelled(read, level)
        else:  # as in a compound: the first word has the stress
            phones += [_STRESS.sub("2", p) if number and p.endswith("1") else p for p in read]
    if not phones:
        raise SourceError(f"There is no sound in “{entry.sounds}”. Write letters that sound like the word.")
    return tuple(phones)


def _levelled(phones: Phones, level: str) -> list[str]:
    """Return phones with their strongest vowel at a level of stress and the others at none."""
    vowels = [k for k, p in enumerate(phones) if p[-1].isdigit()]
    strongest = next((k for k in vowels if phones[k].endswith("1")), vowels[0] if vowels else -1)
    return [p[:-1] + (level if k == strongest else "0") if p[-1].isdigit() else p for k, p in enumerate(phones)]
