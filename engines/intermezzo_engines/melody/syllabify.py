"""Words into sung syllables with stress, in English, German and French.

English asks the pronouncing dictionary of the speech engine how many vowels a word has and which is stressed, and cuts
the spelling to suit; words that it does not know, and the other languages, go by their spelling: vowels that sound as
one, the consonants that may begin a syllable, and in French the final e that songs pronounce.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

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
_NUCLEI: Final = {
    "en": re.compile("(?<=q)u|eau|[aeiouyàâäæéèêëïîôöœùûü]+", re.IGNORECASE),
    "de": re.compile("(?<=q)u|aa|ee|oo|ie|ei|ai|ey|ay|au|eu|äu|[aeiouyäöüàâéèê]", re.IGNORECASE),
    "fr": re.compile(
        "(?<=[qg])u(?=[eiéèêyîïaâo])|eau|œu|oeu|aie|oie|uie|aî|oî|eû|aï(?=e)|ou(?:i|e(?=$))?|où|oû|oi|oy|ai|ay|ei|ey|"
        "eu|au|ui|uî|ie(?=n|r|d|z|u)|io(?=n)|ia|[aeiouyàâäæéèêëïîôöœùûü]",
        re.IGNORECASE,
    ),
}
_SILENT_U: Final = {"en": "q", "de": "q", "fr": "qg"}
_ONSETS: Final = {
    "en": re.compile("(?:[ptkbdgfc]r|[pkbgfc]l|str|scr|spr|ch|sh|th|ph|wh|qu|tw)$", re.IGNORECASE),
    "de": re.compile("(?:[ptkbdgf]r|[pkbgf]l|schr?|schl|schw|ch|ph|th|qu|spr?|str?)$", re.IGNORECASE),
    "fr": re.compile("(?:[ptcbdgfv]r|[pcbgf]l|ch|ph|th|gn|qu|gu)$", re.IGNORECASE),
}
_UNSTRESSED_DE: Final = re.compile("(?:be|ge|er|ver|zer|ent|emp)(?=[a-zäöüß]{3})", re.IGNORECASE)
_MUTE_FR: Final = re.compile("(?:e|es|ent)$", re.IGNORECASE)
_DIGITS: Final = {
    "en": ["ze-ro", "one", "two", "three", "four", "five", "six", "sev-en", "eight", "nine"],
    "de": ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sie-ben", "acht", "neun"],
    "fr": ["zé-ro", "un", "deux", "trois", "qua-tre", "cinq", "six", "sept", "huit", "neuf"],
}


@dataclass(frozen=True)
class Cut:
    """A syllable of a word: ``text``, ``stress`` (0 none, 1 main, 2 secondary), and where it stands in it."""

    text: str
    stress: int
    start: int
    stop: int


@lru_cache(maxsize=20_000)
def cut_word(word: str, language: str) -> tuple[Cut, ...]:
    """Return the syllables of a word without spaces or hyphens; one for a word without a vowel."""
    nuclei = [m.span() for m in _NUCLEI[language].finditer(word) if not _is_silent(word, m.span(), language)]
    if language == "en":
        nuclei, stresses = _english(word, nuclei)
    elif language == "de":
        prefix = _UNSTRESSED_DE.match(word)
        main = 1 if prefix and len(nuclei) > 1 else 0
        stresses = [1 if k == main else 0 for k in range(len(nuclei))]
    else:
        last = len(nuclei) - (2 if len(nuclei) > 1 and _MUTE_FR.search(word) else 1)
        stresses = [1 if k == last else 0 for k in range(len(nuclei))]
    if len(nuclei) < 2:
        return (Cut(word, 1, 0, len(word)),)
    edges = [0]
    for (_, left), (right, _) in pairwise(nuclei):
        between = word[left:right]
        together = _ONSETS[language].search(between)
        onset = len(together.group()) if together else min(len(between.rstrip("'’")), 1)
        if language == "en" and len(between) > 1 and between[-1] in "lL" and re.fullmatch("es?", word[right:]):
            onset = 2  # lit-tle, not litt-le
        edges.append(max(right - onset, left))
    edges.append(len(word))
    return tuple(Cut(word[a:b], stress, a, b) for (a, b), stress in zip(pairwise(edges), stresses, strict=True))


def cut_number(digits: str, language: str) -> tuple[Cut, ...]:
    """Return a number digit by digit, as a singer would spell it out."""
    found = []
    for k, digit in enumerate(digits):
        for n, part in enumerate(_DIGITS[language][int(digit)].split("-")):
            found.append(Cut(part, 1 if n == 0 else 0, k, k + 1))
    return tuple(found)


def _is_silent(word: str, span: tuple[int, int], language: str) -> bool:
    start, stop = span
    if (
        word[start:stop].lower() == "u"
        and start
        and word[start - 1].lower() in _SILENT_U[language]
        and stop < len(word)
    ):
        return bool(re.match("[aeiouyàâéèêëîï'’]", word[stop], re.IGNORECASE))
    return start == 0 and word[:1].lower() == "y" and language != "fr" and stop - start == 1 and len(word) > 1


def _english(word: str, nuclei: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[int]]:
    """Return as many nuclei as the word has vowels when spoken, and the stress of each."""
    nuclei = _without_initial_y(word, nuclei)
    plain = word.lower().replace("’", "'").strip("'")
    known = load_lexicon().lookup(plain) or load_lexicon().lookup(plain.removesuffix("'s"))
    if not known and plain.endswith("in'"):
        known = load_lexicon().lookup(plain[:-1] + "g")
    if not known:
        spoken = [span for span in nuclei if not _is_mute_english(word, span, len(nuclei))]
        spoken = spoken or nuclei[:1]
        return spoken, [1 if k == 0 else 0 for k in range(len(spoken))]
    stresses = [int(phone[-1]) for phone in known[0] if phone[-1].isdigit()]
    n = len(stresses)
    while len(nuclei) > n:
        mute = [k for k, span in enumerate(nuclei) if _is_mute_english(word, span, len(nuclei))]
        del nuclei[mute[-1] if mute else len(nuclei) - 1]
    while len(nuclei) < n:
        wide = next((k for k, (a, b) in enumerate(nuclei) if b - a > 1), None)
        if wide is None:
            return nuclei, (stresses + [0] * n)[: len(nuclei)]
        a, b = nuclei[wide]
        nuclei[wide : wide + 1] = [(a, b - 1), (b - 1, b)]
    return nuclei, stresses


def _without_initial_y(word: str, nuclei: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A y before a vowel is a consonant: "you", "beyond"; so is the u of "qu" with what follows it."""
    found = []
    for a, b in nuclei:
        if b - a > 1 and word[a].lower() == "y":
            a += 1
        found.append((a, b))
    return found


def _is_mute_english(word: str, span: tuple[int, int], n: int) -> bool:
    a, b = span
    if n < 2 or word[a:b].lower() != "e":
        return False
    rest = word[b:].lower().replace("’", "'")
    before = word[:a].lower()
    if rest in ("", "'s", "'d", "'ll"):
        return not before.endswith("l") or len(before) < 2 or before[-2] in "aeiouyrl"
    if rest == "d":
        return not before.endswith(("t", "d"))
    if rest == "s":
        return not before.endswith(("s", "z", "c", "g", "x", "sh", "ch"))
    return rest in ("ly", "ful", "less", "ness", "ment")
