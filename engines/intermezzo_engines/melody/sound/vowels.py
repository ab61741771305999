"""Vowels: what a singer would hold of a written syllable, read from its letters alone (English, German and French).

A dictionary would know more, but a syllable here is a function of itself: what is sung on one note may not depend on
words around it, or an edit would be heard elsewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["FORMANTS", "OPEN", "ROUND", "vowel_of"]

_Three = tuple[float, float, float]
FORMANTS: Final[dict[str, tuple[_Three, _Three]]] = {
    "i": ((270, 2290, 3010), (310, 2790, 3310)), "ɪ": ((390, 1990, 2550), (430, 2480, 3070)),
    "e": ((400, 2150, 2700), (440, 2550, 3100)), "ɛ": ((530, 1840, 2480), (610, 2330, 2990)),
    "a": ((730, 1090, 2440), (850, 1220, 2810)), "ɔ": ((570, 840, 2410), (590, 920, 2710)),
    "o": ((440, 820, 2430), (480, 900, 2740)), "ʊ": ((440, 1020, 2240), (470, 1160, 2680)),
    "u": ((300, 870, 2240), (370, 950, 2670)), "ʌ": ((640, 1190, 2390), (760, 1400, 2780)),
    "ɝ": ((490, 1350, 1690), (500, 1640, 1960)), "y": ((280, 1700, 2200), (320, 1950, 2600)),
    "ø": ((390, 1450, 2200), (440, 1650, 2550)),
}  # fmt: skip
"""The first three formants of a man and of a woman, Hz (Peterson and Barney 1952; y and ø as of German speakers)."""
OPEN, ROUND = "a", "u"


def _each(vowel: str, words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), vowel)


_WORDS: Final[dict[str, str]] = {
    **_each("u", "to do who you two into through youth soup group nous vous tout jour pour route"),
    **_each("ʌ", "love come some done one none won of the a an what was does blood flood son ton"),
    **_each("ʊ", "would could should put push pull full good wood stood look book took foot"),
    **_each("i", "me we he she be thee ski key"), **_each("ɛ", "there where their said again friend bear wear"),
    **_each("o", "own known grown shown blown flown thrown soul though go so no oh"),
    **_each("a", "now how cow vow wow brow eye eyes i aye buy guy die lie tie heart are high"),
    **_each("a", "my by sky why fly cry try dry thy shy spy"),
    **_each("ɝ", "were her word world work heard earth learn search"), **_each("ɔ", "your four door floor pour warm"),
}  # fmt: skip
_LONG: Final = {"a": "e", "e": "i", "i": "a", "y": "a", "o": "o", "u": "u"}  # "made", "these", "time", "home", "tune"
_BEFORE_MUTE_E: Final = re.compile(r"[^aeiouyäöü]*([aeiouy])[^aeiouyäöü]e")
_SPELLED: Final = tuple(
    (re.compile(pattern), vowel)
    for pattern, vowel in (
        ("eau", "o"), ("oeu|œ|eu[rx]|ö|oe", "ø"), ("ü", "y"), ("äu|eu", "ɔ"), ("ä|è|ê", "ɛ"), ("é", "e"),
        ("igh|ind$|ild$", "a"), ("ee|ea|ie|ey", "i"), ("ay|ai", "e"), ("ei", "a"), ("oo|ew|ue$", "u"),
        ("own$", "a"), ("oa|ow|ol[dlt]|ô", "o"), ("ou", "a"), ("au|aw|al[lkt]|oi|oy", "ɔ"), ("er|ir|ur", "ɝ"),
        ("or|wa", "ɔ"), ("[aàâ]", "a"), ("e$", "ʌ"), ("e", "ɛ"), ("[iy]$", "i"), ("[iyîï]", "ɪ"),
        ("o$", "o"), ("o", "ɔ"),
        ("[uû]", "ʊ"),
    )
)  # fmt: skip


@lru_cache(maxsize=4096)
def vowel_of(syllable: str) -> str:
    """Return the vowel, a key of `FORMANTS`, of a written syllable ("riv-": "ɪ"); `ROUND` where nothing is written."""
    plain = "".join(letter for letter in syllable.lower() if letter.isalpha())
    if not plain:
        return ROUND
    if plain in _WORDS and not syllable.endswith("-"):
        return _WORDS[plain]
    long = _BEFORE_MUTE_E.fullmatch(plain)
    if long is not None:
        return _LONG[long[1]]
    return next((vowel for pattern, vowel in _SPELLED if pattern.search(plain)), OPEN)
