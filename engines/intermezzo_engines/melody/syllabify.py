"""Words into sung syllables with stress, in English, German and French.

Where words break is learned from scores (syllable_breaks.py). In English the pronouncing dictionary of the speech
engine speaks for as many syllables as it has vowels, and says which are stressed; elsewhere stress goes by rule. A
French final e is elided before a vowel.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from intermezzo.core.music.stress import stressed_part
from intermezzo_engines.melody.syllable_breaks import break_log_odds, context_of, divided
from intermezzo_engines.speech import numbers as numbers_en
from intermezzo_engines.speech import numbers_de
from intermezzo_engines.speech.lexicon import load_lexicon
from intermezzo_engines.speech.words import word_set

__all__ = ["FUNCTION_WORDS", "LANGUAGES", "Cut", "cut_number", "cut_word"]

LANGUAGES: Final = ("en", "de", "fr")
FUNCTION_WORDS: Final = {
    "en": word_set(
        "a an the and or but nor so if as at by for from in into of off on onto out over than that to up "
        "with without i me my you your he him his she her it its we us our they them their who whom "
        "whose which what this these those is am are was were be been being do does did has have had "
        "will would shall should can could may might must not no there then when where while though i'm "
        "you're he's she's it's we're they're i'll you'll i've don't can't won't 'tis 'twas o"
    ),
    "de": word_set(
        "der die das den dem des ein eine einen einem einer eines und oder aber denn als wie zu zum zur "
        "in im ins an am ans auf aus bei beim mit nach von vom vor für um durch über unter bis ohne ich "
        "du er sie es wir ihr mich mir dich dir ihn ihm uns euch sich mein dein sein unser euer nicht "
        "kein ist sind war bin bist hat habe hast wird werd will soll kann so da wenn daß dass ob nur "
        "noch doch"
    ),
    "fr": word_set(
        "le la les l' un une des du de d' et ou mais où donc or ni car à au aux en dans par pour sur "
        "sous sans avec chez je j' tu il elle on nous vous ils elles me m' te t' se s' lui leur leurs "
        "mon ton son ma ta sa mes tes ses notre votre nos vos que qu' qui quoi dont ce c' cet cette ces "
        "ne n' pas plus si y est sont suis es a ai ont"
    ),
}  # fmt: skip
_UNSTRESSED_DE: Final = re.compile("(?:be|ge|er|ver|zer|ent|emp)(?=[a-zäöüß]{3})")
_LAST_DE: Final = re.compile("(?:tion|tät|ist|ant|ur|ik|ei)$")
_MUTE_FR: Final = re.compile("[^aeiouéè]?(?:e|es|ent)$")
_ELIDED_FR: Final = re.compile("[aeiouyàâéèêëîïôœùûü].*[^ée]e$|ée$")
_PARTED: Final = {
    "en": re.compile("(?<=[aeiouAEIOU])[ïëü]|(?<=.)[b-df-hj-np-tv-z]é"),
    "de": re.compile("(?!)"),
    "fr": re.compile("(?<=[aeiouéAEIOUÉ])[ïëü]"),
}
_SURELY: Final = 9.0
"""Log-odds of a break where an accent shows it: "na-ïve", "ca-fé"."""
_IN_DICTIONARY: Final = 7.0
"""Log-odds that an English word is sung in as many syllables as the dictionary says."""
_DIGITS: Final = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "de": ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
    "fr": ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
}
_LONGEST_NUMBER: Final = 9


@dataclass(frozen=True)
class Cut:
    """A syllable of a word: ``text``, ``stress`` (0 none, 1 main, 2 secondary), and where it stands in it."""

    text: str
    stress: int
    start: int
    stop: int


@lru_cache(maxsize=50_000)
def cut_word(word: str, language: str, following: str = "") -> tuple[Cut, ...]:
    """Return the syllables of a word without spaces or hyphens; one for a word without a vowel.

    Args:
        word: as it is written.
        language: "en", "de" or "fr".
        following: the first letter of the word after it in the same clause, "" for none.
    """
    plain = word.lower().replace("’", "'")
    if language == "en":
        plain = "".join(unicodedata.normalize("NFD", letter)[0] for letter in plain)
    if len(plain) != len(word):  # letters that small letters make two of
        plain = word.replace("’", "'")
    if language == "fr" and context_of(following) == "|" and _ELIDED_FR.search(plain):
        begins = divided(plain[:-1], break_log_odds(plain[:-1], language))
    else:
        spoken = _spoken(plain) if language == "en" else ()
        liking = {len(stresses): _IN_DICTIONARY for stresses in spoken}
        odds = break_log_odds(plain, language, following)
        for mark in _PARTED[language].finditer(word):
            odds[mark.start() - 1] = _SURELY
        begins = divided(plain, odds, liking)
    n = len(begins)
    if n == 1:
        return (Cut(word, 1, 0, len(word)),)
    ends = [*begins[1:], len(word)]
    parts = tuple(plain[a:b] for a, b in zip(begins, ends, strict=True))
    stresses = _stresses_en(plain, parts) if language == "en" else _stresses(parts, language)
    return tuple(Cut(word[a:b], stress, a, b) for a, b, stress in zip(begins, ends, stresses, strict=True))


def cut_number(number: str, language: str) -> tuple[tuple[Cut, ...], ...]:
    """Return the words that say a whole number, each cut: 1985 is "nine-teen", "eigh-ty", "five"; in French digit by
    digit. The syllables share the digits among them in order."""
    value = int(number)
    if language == "fr" or len(number) > _LONGEST_NUMBER or (number[0] == "0" and len(number) > 1):
        said = [_DIGITS[language][int(digit)] for digit in number]
    else:
        numbers = numbers_de if language == "de" else numbers_en
        is_year = len(number) == 4 and 1100 <= value < 2100
        said = list(numbers.year(value) if is_year else numbers.cardinal(value))
    words = [cut_word(word, language) for word in said]
    total, at, found = sum(map(len, words)), 0, []
    for cuts in words:
        edges = [(at + k) * len(number) // total for k in range(len(cuts) + 1)]
        found.append(tuple(Cut(c.text, c.stress, a, b) for c, a, b in zip(cuts, edges, edges[1:], strict=False)))
        at += len(cuts)
    return tuple(found)


def _stresses(parts: tuple[str, ...], language: str) -> list[int]:
    """Return the stress of each part of a German or French word of several."""
    if language == "de":
        word = "".join(parts)
        main = stressed_part(parts, "de")
        if main is None:
            main = len(parts) - 1 if _LAST_DE.search(word) else 1 if _UNSTRESSED_DE.match(word) else 0
    else:
        main = len(parts) - (2 if _MUTE_FR.search(parts[-1]) else 1)
    return [int(k == main) for k in range(len(parts))]


def _stresses_en(word: str, parts: tuple[str, ...]) -> list[int]:
    """Return the stress of each part of an English word: the dictionary's, or by rule where it has none."""
    n = len(parts)
    known = _spoken(word)
    if known:
        fitting = next((stresses for stresses in known if len(stresses) == n), None)
        return list(fitting or (known[0] + (0,) * n)[:n])
    main = stressed_part(parts, "en") or 0
    return [int(k == main) for k in range(n)]


@lru_cache(maxsize=20_000)
def _spoken(word: str) -> tuple[tuple[int, ...], ...]:
    """Return the stresses of the vowels of an English word in each way that the dictionary pronounces it."""
    lexicon = load_lexicon()
    plain = word.strip("'")
    known = lexicon.lookup(plain) or lexicon.lookup(plain.removesuffix("'s"))
    if not known and word.endswith("in'"):
        known = lexicon.lookup(plain + "g")
    return tuple(tuple(int(phone[-1]) for phone in phones if phone[-1].isdigit()) for phones in known or ())
