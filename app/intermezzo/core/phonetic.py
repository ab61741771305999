"""Phonetic alphabets: how labels of other programs are read into the symbols of a layer.

ARPAbet is as the CMU dictionary writes it, SAMPA as BAS WebMAUS does for English and German; of the IPA only the
variants that aligners print. A layer decides with its own symbols what is left of it, so nothing here knows an engine.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from intermezzo.core.labels import PAUSE
from intermezzo.core.layers import SpansSpec

__all__ = ["PAUSES", "in_symbols_of"]

PAUSES: Final = frozenset(
    {"", "sil", "sp", "spn", "pau", "pause", "<p:>", "<p>", "_", "#", "<sil>", "-", "h#", "silb", "sile"}
)
"""Labels, in small letters, by which aligners and people mean a pause."""

_ARPABET: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AX": "ə", "AY": "aɪ", "B": "b", "CH": "tʃ", "D": "d",
    "DH": "ð", "EH": "ɛ", "ER": "ɝ", "AXR": "ɚ", "EY": "eɪ", "F": "f", "G": "ɡ", "HH": "h", "IH": "ɪ", "IX": "ɪ",
    "IY": "i", "JH": "dʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p",
    "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "UH": "ʊ", "UW": "u", "V": "v", "W": "w", "Y": "j", "Z": "z",
    "ZH": "ʒ",
}  # fmt: skip
_REDUCED: Final = {"AH0": "ə", "ER0": "ɚ"}
_STRESS: Final = {"1": "ˈ", "2": "ˌ"}
_SAMPA: Final = {
    "{": "æ", "V": "ʌ", "@": "ə", "A": "ɑ", "A:": "ɑ", "Q": "ɑ", "O": "ɔ", "O:": "ɔ", "E": "ɛ", "e": "ɛ", "3:": "ɝ",
    "3`": "ɝ", "@`": "ɚ", "I": "ɪ", "i:": "i", "i": "i", "U": "ʊ", "u:": "u", "u": "u", "aU": "aʊ", "aI": "aɪ",
    "eI": "eɪ", "@U": "oʊ", "oU": "oʊ", "OI": "ɔɪ", "OY": "ɔɪ", "T": "θ", "D": "ð", "S": "ʃ", "Z": "ʒ", "N": "ŋ",
    "tS": "tʃ", "dZ": "dʒ", "r": "ɹ", "r\\": "ɹ", "g": "ɡ", "h": "h", "j": "j", "w": "w", "l": "l", "m": "m", "n": "n",
    "a": "a", "a:": "aː", "e:": "eː", "E:": "ɛː", "o:": "oː", "o": "oː", "y:": "y", "y": "y", "Y": "ʏ", "2:": "ø",
    "2": "ø", "9": "œ", "6": "ɐ", "pf": "pf", "ts": "ts", "C": "ç", "x": "x", "R": "ʁ",
}  # fmt: skip
_IPA: Final = {
    "g": "ɡ", "r": "ɹ", "ɾ": "t", "ɫ": "l", "ɒ": "ɑ", "ɜ": "ɝ", "ʉ": "u", "e": "ɛ", "o": "ɔ", "aj": "aɪ", "aw": "aʊ",
    "ej": "eɪ", "ow": "oʊ", "əw": "oʊ", "əʊ": "oʊ", "ɔj": "ɔɪ", "ɔʏ": "ɔɪ", "iː": "i", "uː": "u", "yː": "y", "øː": "ø",
    "ɑː": "ɑ", "ɔː": "ɔ", "ɜː": "ɝ", "ʧ": "tʃ", "ʤ": "dʒ", "ʦ": "ts", "ɐ": "ʌ",
}  # fmt: skip
_IPA_LEFT_OUT: Final = str.maketrans("", "", "ʰʲʷ̩̪͡ʔ")


def in_symbols_of(spec: SpansSpec, labels: Iterable[str]) -> Mapping[str, str | None]:
    """Map labels to symbols of a layer, None where there is none; a layer of free text takes all as they are.

    The alphabet is the one that reads most of them: "S" is s in ARPAbet and ʃ in SAMPA.
    """
    different = tuple(dict.fromkeys(labels))
    if not spec.symbols:
        return {label: label if spec.allows(label) else None for label in different}
    readings = [{label: _read(spec, label, alphabet) for label in different} for alphabet in (_ipa, _arpabet, _sampa)]
    return max(readings, key=lambda reading: sum(found is not None for found in reading.values()))


def _read(spec: SpansSpec, label: str, alphabet: Callable[[SpansSpec, str], str | None]) -> str | None:
    if spec.allows(label):
        return label
    if label.strip().lower() in PAUSES:
        return PAUSE if spec.allows(PAUSE) else None
    found = alphabet(spec, label.strip())
    return found if found is not None and spec.allows(found) else None


def _ipa(spec: SpansSpec, label: str) -> str | None:
    mark = next((p for p in spec.prefixes if p and label.startswith(p)), "")
    plain = label[len(mark) :].translate(_IPA_LEFT_OUT)
    for symbol in (plain, _IPA.get(plain), plain.removesuffix("ː"), _IPA.get(plain.removesuffix("ː"))):
        if symbol and spec.allows(mark + symbol):
            return mark + symbol
    return plain.lower() if spec.allows(plain.lower()) else None


def _arpabet(spec: SpansSpec, label: str) -> str | None:
    code = label.upper()
    digit = code[-1:] if code[-1:] in "012" else ""
    symbol = _REDUCED.get(code) or _ARPABET.get(code.removesuffix(digit) if digit else code)
    if symbol is None:
        return None
    marked = _STRESS.get(digit, "") + symbol
    return marked if spec.allows(marked) else symbol


def _sampa(spec: SpansSpec, label: str) -> str | None:
    mark = {'"': "ˈ", "%": "ˌ"}.get(label[:1], "")
    plain = label[1:] if mark else label
    symbol = _SAMPA.get(plain)
    if symbol is None:
        return None
    return mark + symbol if spec.allows(mark + symbol) else symbol
