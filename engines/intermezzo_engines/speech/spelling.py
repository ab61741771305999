"""Phones that a person writes in IPA, read into ARPAbet; other ways to write the same sound are understood."""

from __future__ import annotations

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.phones import GERMAN_PHONES, PAUSE, PHONES, SYMBOLS, VOWELS, label_to_arpabet

__all__ = ["read_ipa", "symbols_of"]

_STRESS = {"ˈ": "ˈ", "'": "ˈ", "ˌ": "ˌ", ",": "ˌ"}
_SAME = {
    "r": "ɹ", "g": "ɡ", "əʊ": "oʊ", "ɜː": "ɝ", "ɜ": "ɝ", "ɜɹ": "ɝ", "əɹ": "ɚ", "iː": "i", "uː": "u", "ɑː": "ɑ",
    "ɔː": "ɔ", "ɒ": "ɑ", "e": "ɛ", "ɫ": "l", "ɾ": "t", "t͡ʃ": "tʃ", "d͡ʒ": "dʒ", "ʧ": "tʃ", "ʤ": "dʒ", "ei": "eɪ",
    "ai": "aɪ", "au": "aʊ", "oi": "ɔɪ", "ou": "oʊ", "p͡f": "pf", "t͡s": "ts", "øː": "ø", "yː": "y", "ɚː": "ɝ",
    "ɪə": "ɪ", "ʍ": "w",
}  # fmt: skip
_SILENT = frozenset(". \u200d‿|-")
_KNOWN = {**{symbol: symbol for symbol in SYMBOLS if symbol != PAUSE}, **_SAME}
_LONGEST = max(len(symbol) for symbol in _KNOWN)
_SAME_IN = {
    "de": {
        "r": "ʁ", "ɹ": "ʁ", "ʀ": "ʁ", "e": "eː", "o": "oː", "ɑ": "a", "ɑː": "aː", "ʌ": "a", "ɒ": "ɔ", "ɔʏ": "ɔɪ",
        "t͡s": "ts", "p͡f": "pf", "ɔø": "ɔɪ",
    },
}  # fmt: skip
"""What stands for another sound in one language than elsewhere."""
_NAMES = {"en": "English", "de": "German"}
_NOT_GERMAN = frozenset("θðɹwæɑʌɝɚ") | {"eɪ", "oʊ"}


def symbols_of(language: str) -> tuple[str, ...]:
    """Return the symbols of the sounds that a language has, "en" or "de"; for any other word all there are."""
    if language == "en":
        return tuple(phone.symbol for phone in PHONES)
    if language == "de":
        own = (phone.symbol for phone in GERMAN_PHONES)
        return (*(phone.symbol for phone in PHONES if phone.symbol not in _NOT_GERMAN), *own)
    return SYMBOLS[1:]


def read_ipa(ipa: str, language: str = "") -> tuple[str, ...]:
    """Return the ARPAbet phones of IPA such as "həˈloʊ"; a stress mark stands before its syllable or its vowel.

    With a ``language``, "en" or "de", signs are read as that one writes them ("r" is ʁ in German).

    Raises:
        SourceError: for a sign that is no sound of this engine or of the language, or where there is no sound at all.
    """
    known = _KNOWN | _SAME_IN.get(language, {})
    allowed = symbols_of(language)
    phones: list[str] = []
    stress, at = "", 0
    text = ipa.strip().strip("/[]")
    while at < len(text):
        if text[at] in _STRESS:
            stress, at = _STRESS[text[at]], at + 1
            continue
        if text[at] in _SILENT:
            at += 1
            continue
        sizes = range(min(_LONGEST, len(text) - at), 0, -1)
        # "ts" is one sound in German and two in English: the longest one that the language has, if it has any here.
        own = (n for n in sizes if known.get(text[at : at + n]) in allowed)
        size = next(own, 0) or next((n for n in sizes if text[at : at + n] in known), 0)
        symbol = known[text[at : at + size]] if size else ""
        if symbol not in allowed:
            raise SourceError(
                f"“{text[at : at + max(size, 1)]}” in “{ipa}” is no sound of {_NAMES.get(language, 'this voice')}. "
                f"Choose sounds from the phone palette: {' '.join(allowed)}."
            )
        at += size
        if at < len(text) and text[at] == "ː":
            at += 1  # length is not told apart where the inventory has one form only
        is_vowel = symbol in VOWELS
        phones.append(label_to_arpabet(stress + symbol if is_vowel else symbol))
        stress = "" if is_vowel else stress
    if not phones:
        raise SourceError(f"There is no sound in “{ipa}”. Write some, for example həˈloʊ.")
    if not any(phone.endswith("1") for phone in phones):  # a word alone is stressed somewhere
        vowel = next((k for k, phone in enumerate(phones) if phone[-1] in "02"), None)
        if vowel is not None and "ˈ" not in ipa and sum(p[-1] in "02" for p in phones) == 1:
            phones[vowel] = phones[vowel][:-1] + "1"
    return tuple(phones)
