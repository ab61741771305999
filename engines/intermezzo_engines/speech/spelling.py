"""Phones that a person writes in IPA, read into ARPAbet; other ways to write the same sound are understood."""

from __future__ import annotations

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech.phones import PAUSE, SYMBOLS, VOWELS, label_to_arpabet

__all__ = ["read_ipa"]

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


def read_ipa(ipa: str) -> tuple[str, ...]:
    """Return the ARPAbet phones of IPA such as "həˈloʊ"; a stress mark stands before its syllable or its vowel.

    Raises:
        SourceError: for a sign that is no sound of this engine, or where there is no sound at all.
    """
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
        size = next((n for n in sizes if text[at : at + n] in _KNOWN), 0)
        if not size:
            raise SourceError(
                f"“{text[at]}” in “{ipa}” is no sound of this voice. Choose sounds from the phone palette: "
                f"{' '.join(SYMBOLS[1:])}."
            )
        symbol = _KNOWN[text[at : at + size]]
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
