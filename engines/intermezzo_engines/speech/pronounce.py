"""Words to phones in context: dictionary, words that depend on neighbours, endings, the letter-to-sound model.

Order: context rules (`the`, `a`, noun/verb pairs), the dictionary's most usual pronunciation, a known stem with a
regular ending, the neural model. Nothing is ever silently left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from intermezzo_engines.speech.g2p import G2p, load_g2p
from intermezzo_engines.speech.lexicon import Lexicon, load_lexicon
from intermezzo_engines.speech.pronounce_de import GermanPronouncer
from intermezzo_engines.speech.words import word_set

__all__ = ["Phones", "Pronouncer", "Pronounces", "load_pronouncer", "with_s"]

Phones = tuple[str, ...]

_NEVER = frozenset[str]()
_VOWEL_LETTERS = "AEIOU"
_SIBILANTS = ("S", "Z", "SH", "ZH", "CH", "JH")
_VOICELESS = ("P", "T", "K", "F", "TH")
_TO_BEFORE_VERB = word_set("to will would can could shall should may might must not don't didn't i we you they let")
_BEFORE_NOUN = word_set("a an the this that my your his her its our their no some any each every of in")
# Stress on the second syllable makes the verb; the dictionary lists both, in no fixed order.
_NOUN_OR_VERB = word_set(
    "record present object project subject conduct contract content desert export import increase decrease permit "
    "progress protest rebel refund reject research suspect transport insult conflict contrast convict digest"
)
_CONTEXT: dict[str, tuple[Phones, frozenset[str], Phones]] = {
    # word: (usual, words before which change it, changed). Weak forms are the ones that the aligner heard most often.
    "read": (("R", "EH1", "D"), _TO_BEFORE_VERB, ("R", "IY1", "D")),
    "live": (("L", "IH1", "V"), word_set("a the this is on"), ("L", "AY1", "V")),
    "lead": (("L", "IY1", "D"), word_set("of like as"), ("L", "EH1", "D")),
    "wind": (("W", "IH1", "N", "D"), word_set("to will would you"), ("W", "AY1", "N", "D")),
    "tear": (("T", "IH1", "R"), word_set("to will would you they"), ("T", "EH1", "R")),
    "close": (("K", "L", "OW1", "S"), word_set("to will would can could please"), ("K", "L", "OW1", "Z")),
    "use": (("Y", "UW1", "Z"), _BEFORE_NOUN, ("Y", "UW1", "S")),
    "house": (("HH", "AW1", "S"), word_set("to"), ("HH", "AW1", "Z")),
    "does": (("D", "AH1", "Z"), _NEVER, ()), "bass": (("B", "EY1", "S"), _NEVER, ()),
    "a": (("AH0",), _NEVER, ()), "an": (("AH0", "N"), _NEVER, ()),
    "and": (("AH0", "N", "D"), _NEVER, ()), "was": (("W", "AH0", "Z"), _NEVER, ()),
    "of": (("AH1", "V"), _NEVER, ()), "to": (("T", "AH0"), _NEVER, ()),
    "for": (("F", "ER0"), _NEVER, ()), "miz": (("M", "IH1", "Z"), _NEVER, ()),
    "that": (("DH", "AE1", "T"), _NEVER, ()), "with": (("W", "IH1", "TH"), _NEVER, ()),
    "than": (("DH", "AH0", "N"), _NEVER, ()), "our": (("AA1", "R"), _NEVER, ()),
    "hundred": (("HH", "AH1", "N", "D", "ER0", "D"), _NEVER, ()),
    "can": (("K", "AH0", "N"), _BEFORE_NOUN, ("K", "AE1", "N")),
}  # fmt: skip


_STRONG_LAST: dict[str, Phones] = {
    "can": ("K", "AE1", "N"), "was": ("W", "AA1", "Z"), "to": ("T", "UW1"), "for": ("F", "AO1", "R"),
    "and": ("AE1", "N", "D"), "a": ("EY1",),
}  # fmt: skip
"""Weak words at the end of a phrase are spoken in full."""


class Pronounces(Protocol):
    """What a pronouncer of any language can do."""

    def pronounce(self, words: Sequence[str]) -> list[Phones]:
        """Return the phones (`phones.ALL_ARPABET`, vowels with stress) of each word of a phrase, in context."""

    def candidates(self, word: str) -> tuple[Phones, ...]:
        """Return every pronunciation that an aligner should consider, the usual one first."""


def load_pronouncer(language: str) -> Pronounces:
    """Return the pronouncer of a language, "en" or "de"; raises PluginError if its word list is missing."""
    return GermanPronouncer() if language == "de" else Pronouncer()


class Pronouncer:
    """Pronounces words; keeps what the letter-to-sound model said, so that a page asks it once a word."""

    def __init__(self, lexicon: Lexicon | None = None, g2p: G2p | None = None) -> None:
        self._lexicon = lexicon or load_lexicon()
        self._g2p = g2p
        self._guessed: dict[str, Phones] = {}

    def pronounce(self, words: Sequence[str]) -> list[Phones]:
        """Return ARPAbet phones with stress of each word of a phrase, in its context."""
        result: list[Phones] = []
        known = [self._known(word) for word in words]
        for i, word in enumerate(words):
            before = words[i - 1] if i else ""
            options = known[i] or (self._guess(word),)
            result.append(self._choose(word, before, options))
        for i, word in enumerate(words[:-1]):
            follows_vowel = bool(result[i + 1]) and result[i + 1][0][0] in _VOWEL_LETTERS
            if word == "the":
                result[i] = ("DH", "IY0") if follows_vowel else ("DH", "AH0")
            elif word == "to" and follows_vowel:
                result[i] = ("T", "UW1")
        if words and words[-1] in _STRONG_LAST:
            result[-1] = _STRONG_LAST[words[-1]]
        return result

    def candidates(self, word: str) -> tuple[Phones, ...]:
        """Return every pronunciation that an aligner should consider, at least one."""
        options = self._known(word) or (self._guess(word),)
        context = _CONTEXT.get(word)
        extra = [p for p in (context[0], context[2]) if p] if context else []
        return tuple(dict.fromkeys((*options, *extra)))

    def _choose(self, word: str, before: str, options: Sequence[Phones]) -> Phones:
        if word in _CONTEXT:
            usual, triggers, changed = _CONTEXT[word]
            return changed if before in triggers else usual
        if word in _NOUN_OR_VERB and len(options) > 1:
            verb = before in _TO_BEFORE_VERB
            fitting = [p for p in options if (_first_stressed_vowel(p) > 0) == verb]
            return fitting[0] if fitting else options[0]
        return options[0]

    def _known(self, word: str) -> tuple[Phones, ...]:
        options = self._lexicon.lookup(word)
        if not options and word.endswith("'s"):
            options = tuple(with_s(p) for p in self._lexicon.lookup(word[:-2]))
        elif not options and word.endswith("s'"):
            options = self._lexicon.lookup(word[:-1])
        elif not options and word.endswith("s") and len(word) > 3:
            options = tuple(with_s(p) for p in self._lexicon.lookup(word[:-1]))
            if not options and word.endswith("es"):
                options = tuple(with_s(p) for p in self._lexicon.lookup(word[:-2]))
        elif not options and word.startswith("un") and len(word) > 5:
            options = tuple(("AH0", "N", *p) for p in self._lexicon.lookup(word[2:]))
        if not options and len(word) > 7:  # compounds: "whitesmith"
            for cut in range(len(word) - 3, 3, -1):
                first, second = self._lexicon.lookup(word[:cut]), self._lexicon.lookup(word[cut:])
                if first and second and len(word) - cut > 3:
                    return ((*first[0], *(p.replace("1", "2") for p in second[0])),)
        return options

    def _guess(self, word: str) -> Phones:
        if word not in self._guessed:
            if self._g2p is None:
                self._g2p = load_g2p()
            if word.endswith("'s") and len(word) > 2:
                self._guessed[word] = with_s(self._g2p.pronounce([word[:-2]])[0])
            else:
                self._guessed[word] = self._g2p.pronounce([word])[0]
        return self._guessed[word]


def _first_stressed_vowel(phones: Phones) -> int:
    vowels = [p for p in phones if p[-1].isdigit()]
    return next((i for i, p in enumerate(vowels) if p.endswith("1")), 0)


def with_s(phones: Phones) -> Phones:
    """Return English phones with the ending -s of plurals and possessives."""
    last = phones[-1] if phones else ""
    if last in _SIBILANTS:
        return (*phones, "IH0", "Z")
    return (*phones, "S" if last in _VOICELESS else "Z")
