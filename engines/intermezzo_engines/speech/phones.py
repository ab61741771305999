"""The phone inventory, English and German: ARPAbet, IPA, stress and classes, as plain data without torch or numpy.

A sketch shows IPA; the dictionary and the recognisers speak ARPAbet, continued here by codes of the same form for the
sounds that only German has (`GERMAN_ARPABET`; sounds that both languages share have one code and one symbol). A *phone
label* is an optional stress mark ("ˈ" primary, "ˌ" secondary) before one IPA symbol of `SYMBOLS`, for example "ˈɛ"; a
pause is the label `PAUSE`. The two vowels that General American tells apart by stress alone ("ʌ"/"ə", "ɝ"/"ɚ") have
symbols of their own, so that labels and ARPAbet map onto each other without loss.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from intermezzo.core.errors import SketchError

__all__ = [
    "ALL_ARPABET", "ARPABET", "CONSONANTS", "GERMAN_ARPABET", "GERMAN_PHONES", "PAUSE", "PHONES", "SYMBOLS", "VOWELS",
    "Phone", "arpabet_to_label", "arpabet_to_labels", "base_arpabet", "is_pause", "is_voiced", "is_vowel",
    "label_to_arpabet", "phone_classes", "split_label",
]  # fmt: skip

PAUSE = "·"
_STRESS_MARKS = ("", "ˈ", "ˌ")


class Phone(NamedTuple):
    """One symbol of the inventory; `example` is a word that holds it, `kind` a class of articulation."""

    symbol: str
    arpabet: str
    kind: str
    voiced: bool
    example: str


PHONES: tuple[Phone, ...] = (
    Phone("i", "IY", "vowel", True, "see"), Phone("ɪ", "IH", "vowel", True, "sit"),
    Phone("eɪ", "EY", "diphthong", True, "say"), Phone("ɛ", "EH", "vowel", True, "set"),
    Phone("æ", "AE", "vowel", True, "sat"), Phone("ɑ", "AA", "vowel", True, "hot"),
    Phone("ɔ", "AO", "vowel", True, "law"), Phone("oʊ", "OW", "diphthong", True, "go"),
    Phone("ʊ", "UH", "vowel", True, "put"), Phone("u", "UW", "vowel", True, "two"),
    Phone("ʌ", "AH", "vowel", True, "cup"), Phone("ə", "AH", "vowel", True, "about"),
    Phone("ɝ", "ER", "vowel", True, "bird"), Phone("ɚ", "ER", "vowel", True, "modern"),
    Phone("aɪ", "AY", "diphthong", True, "my"), Phone("aʊ", "AW", "diphthong", True, "now"),
    Phone("ɔɪ", "OY", "diphthong", True, "boy"),
    Phone("p", "P", "stop", False, "pen"), Phone("b", "B", "stop", True, "bad"),
    Phone("t", "T", "stop", False, "ten"), Phone("d", "D", "stop", True, "day"),
    Phone("k", "K", "stop", False, "cat"), Phone("ɡ", "G", "stop", True, "go"),
    Phone("tʃ", "CH", "affricate", False, "chin"), Phone("dʒ", "JH", "affricate", True, "joy"),
    Phone("f", "F", "fricative", False, "fan"), Phone("v", "V", "fricative", True, "van"),
    Phone("θ", "TH", "fricative", False, "thin"), Phone("ð", "DH", "fricative", True, "this"),
    Phone("s", "S", "fricative", False, "sun"), Phone("z", "Z", "fricative", True, "zoo"),
    Phone("ʃ", "SH", "fricative", False, "she"), Phone("ʒ", "ZH", "fricative", True, "vision"),
    Phone("h", "HH", "fricative", False, "hat"),
    Phone("m", "M", "nasal", True, "man"), Phone("n", "N", "nasal", True, "no"),
    Phone("ŋ", "NG", "nasal", True, "sing"),
    Phone("l", "L", "approximant", True, "leg"), Phone("ɹ", "R", "approximant", True, "red"),
    Phone("j", "Y", "approximant", True, "yes"), Phone("w", "W", "approximant", True, "wet"),
)  # fmt: skip
GERMAN_PHONES: tuple[Phone, ...] = (
    Phone("a", "A", "vowel", True, "Mann"), Phone("aː", "AX", "vowel", True, "Bahn"),
    Phone("eː", "EE", "vowel", True, "See"), Phone("ɛː", "EX", "vowel", True, "Käse"),
    Phone("oː", "OO", "vowel", True, "Boot"), Phone("y", "UE", "vowel", True, "süß"),
    Phone("ʏ", "UQ", "vowel", True, "Hütte"), Phone("ø", "OE", "vowel", True, "schön"),
    Phone("œ", "OQ", "vowel", True, "können"), Phone("ɐ", "RX", "vowel", True, "besser"),
    Phone("pf", "PF", "affricate", False, "Pferd"), Phone("ts", "TS", "affricate", False, "Zeit"),
    Phone("ç", "CX", "fricative", False, "ich"), Phone("x", "KH", "fricative", False, "Buch"),
    Phone("ʁ", "RR", "fricative", True, "rot"),
)  # fmt: skip
"""Beside them German speaks IY (iː), IH, EH, AO (ɔ), UH, UW (uː), AH0 (ə), AY, AW, OY and the shared consonants."""

_EVERY = (*PHONES, *GERMAN_PHONES)
_BY_SYMBOL = {phone.symbol: phone for phone in _EVERY}
VOWELS: tuple[str, ...] = tuple(p.symbol for p in _EVERY if p.kind in ("vowel", "diphthong"))
CONSONANTS: tuple[str, ...] = tuple(p.symbol for p in _EVERY if p.symbol not in VOWELS)
SYMBOLS: tuple[str, ...] = (PAUSE, *dict.fromkeys(p.symbol for p in _EVERY))
"""Every symbol a phone span may carry (the phone palette), pause first."""
ARPABET: tuple[str, ...] = tuple(dict.fromkeys(p.arpabet for p in PHONES))
"""The codes of English, in an order that trained weights rely on."""
GERMAN_ARPABET: tuple[str, ...] = tuple(p.arpabet for p in GERMAN_PHONES)
ALL_ARPABET: tuple[str, ...] = (*ARPABET, *GERMAN_ARPABET)
_REDUCED = {"AH": ("ʌ", "ə"), "ER": ("ɝ", "ɚ")}
_FROM_ARPABET = {p.arpabet: p.symbol for p in _EVERY if p.arpabet not in _REDUCED}


def arpabet_to_label(phone: str) -> str:
    """Return the label of one ARPAbet phone with stress digit, such as "EH1" -> "ˈɛ".

    Raises:
        SketchError: for a phone outside the inventory.
    """
    base, digit = base_arpabet(phone), phone[-1:]
    stress = int(digit) if digit in "012" and digit else 0
    if base in _REDUCED:
        symbol = _REDUCED[base][0 if stress else 1]
    elif base in _FROM_ARPABET:
        symbol = _FROM_ARPABET[base]
    else:
        raise SketchError(f"“{phone}” is no phone that this engine knows. Choose one from the phone palette.")
    return _STRESS_MARKS[stress] + symbol


def arpabet_to_labels(phones: Iterable[str]) -> tuple[str, ...]:
    """Return `arpabet_to_label` of each phone."""
    return tuple(arpabet_to_label(phone) for phone in phones)


def base_arpabet(phone: str) -> str:
    """Return an ARPAbet phone without its stress digit."""
    return phone.rstrip("012")


def split_label(label: str) -> tuple[str, int]:
    """Return (symbol, stress) of a phone label; stress is 0, 1 (primary) or 2 (secondary).

    Raises:
        SketchError: for a symbol outside the inventory.
    """
    stress = max(0, _STRESS_MARKS.index(label[:1])) if label[:1] in _STRESS_MARKS[1:] else 0
    symbol = label[1:] if stress else label
    if symbol != PAUSE and symbol not in _BY_SYMBOL:
        raise SketchError(f"“{label}” is no phone that this engine knows. Choose one from the phone palette.")
    return symbol, stress


def label_to_arpabet(label: str) -> str:
    """Return the ARPAbet phone of a label, vowels with a stress digit; a pause gives "SIL"."""
    symbol, stress = split_label(label)
    if symbol == PAUSE:
        return "SIL"
    phone = _BY_SYMBOL[symbol]
    if symbol in VOWELS:
        full_form = symbol in ("ʌ", "ɝ")  # the symbol itself says "stressed", with or without a mark
        return f"{phone.arpabet}{stress or (1 if full_form else 0)}"
    return phone.arpabet


def is_vowel(label: str) -> bool:
    """Say whether a phone label is a vowel or diphthong."""
    return split_label(label)[0] in VOWELS


def is_voiced(label: str) -> bool:
    """Say whether a phone label is voiced in careful speech; pauses are not."""
    symbol = split_label(label)[0]
    return symbol != PAUSE and _BY_SYMBOL[symbol].voiced


def is_pause(label: str) -> bool:
    """Say whether a phone label is a pause."""
    return label == PAUSE


def phone_classes() -> dict[str, tuple[str, ...]]:
    """Return the palette: class name -> symbols, in the order of display."""
    classes: dict[str, tuple[str, ...]] = {"pause": (PAUSE,)}
    for phone in _EVERY:
        classes[phone.kind] = (*classes.get(phone.kind, ()), phone.symbol)
    return classes
