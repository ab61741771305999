"""German words to phones: exceptions, compounds and prefixes taken apart, rules for each part."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intermezzo_engines.speech.g2p_de import letters_to_phones, spelled_letter
from intermezzo_engines.speech.morphs_de import load_parts, split_prefixes, split_word
from intermezzo_engines.speech.respellings_de import STEMS, WORDS

__all__ = ["GermanPronouncer"]

Phones = tuple[str, ...]

_PREFIXES: dict[str, Phones] = {
    "be": ("B", "AH0"), "ge": ("G", "AH0"), "er": ("EH0", "RX0"), "ver": ("F", "EH0", "RX0"),
    "zer": ("TS", "EH0", "RX0"), "ent": ("EH0", "N", "T"), "em": ("EH0", "M"), "zu": ("TS", "UW0"),
    "und": ("UH0", "N", "T"),
}  # fmt: skip
_PARTICLES: dict[str, str] = {
    "auseinander": "AW0 S AY0 N A1 N D RX0", "zusammen": "TS UW0 Z A1 M AH0 N", "zurück": "TS UW0 RR UQ1 K",
    "hinter": "HH IH1 N T RX0", "wieder": "V IY1 D RX0", "weiter": "V AY1 T RX0", "gegen": "G EE1 G AH0 N",
    "unter": "UH1 N T RX0", "durch": "D UH1 RR CX", "heraus": "HH EH0 RR AW1 S", "hinaus": "HH IH0 N AW1 S",
    "herein": "HH EH0 RR AY1 N", "hinein": "HH IH0 N AY1 N", "hervor": "HH EH0 RX0 F OO1 RX0",
    "herüber": "HH EH0 RR UE1 B RX0", "herunter": "HH EH0 RR UH1 N T RX0", "hinüber": "HH IH0 N UE1 B RX0",
    "hinunter": "HH IH0 N UH1 N T RX0", "herbei": "HH EH0 RX0 B AY1", "herauf": "HH EH0 RR AW1 F",
    "hinauf": "HH IH0 N AW1 F", "heran": "HH EH0 RR A1 N", "herab": "HH EH0 RR A1 P", "hinab": "HH IH0 N A1 P",
    "hinzu": "HH IH0 N TS UW1", "voran": "F OO0 RR A1 N", "vorüber": "F OO0 RR UE1 B RX0",
    "voraus": "F OO0 RR AW1 S", "vorbei": "F OO0 RX0 B AY1", "vorher": "F OO0 RX0 HH EE1 RX0",
    "neben": "N EE1 B AH0 N", "wider": "V IY1 D RX0", "über": "UE1 B RX0", "miss": "M IH1 S", "nach": "N AX1 KH",
    "fort": "F AO1 RR T", "hoch": "HH OO1 KH", "auf": "AW1 F", "aus": "AW1 S", "bei": "B AY1", "dar": "D AX1 RX0",
    "ein": "AY1 N", "her": "HH EE1 RX0", "hin": "HH IH1 N", "los": "L OO1 S", "mit": "M IH1 T", "vor": "F OO1 RX0",
    "weg": "V EH1 K", "ab": "A1 P", "an": "A1 N", "da": "D AX1", "um": "UH1 M", "un": "UH1 N", "ur": "UW1 RX0",
    "zu": "TS UW1",
}  # fmt: skip
_VERB_ENDINGS = ("test", "ten", "tet", "te", "st", "t")
_DERIVED = (
    "schaft",
    "lich",
    "los",
    "bar",
    "haft",
    "sam",
    "heit",
    "keit",
    "nis",
    "tum",
    "chen",
    "lein",
    "ling",
    "wärts",
    "fach",
    "mals",
)


class GermanPronouncer:
    """Pronounces German words; remembers them, so that a page asks the rules once a word."""

    def __init__(self) -> None:
        self._known: dict[str, Phones] = {}

    def pronounce(self, words: Sequence[str]) -> list[Phones]:
        """Return the phones with stress of each word of a phrase."""
        return [self._word(word) for word in words]

    def candidates(self, word: str) -> tuple[Phones, ...]:
        """Return every pronunciation that an aligner should consider, the usual one first."""
        return variants(word, self._word(word))

    def _word(self, word: str) -> Phones:
        if word not in self._known:
            self._known[word] = _pronounce(word)
        return self._known[word]


def _pronounce(word: str) -> Phones:
    if len(word) == 2 and word.endswith("."):
        return spelled_letter(word[0], 1)
    if word in WORDS:
        return tuple(WORDS[word].split())
    pieces = [piece for piece in word.replace("'", "").split("-") if piece]
    phones: list[str] = []
    level = 1
    for piece in pieces:
        for number, part in enumerate(split_word(piece)):
            found, has_stress = _part(part, level, first=number == 0)
            phones += found
            if has_stress:
                level = 2
    return tuple(phones)


def _part(part: str, level: int, *, first: bool) -> tuple[Phones, bool]:
    if part in _PREFIXES and not (first and part in _PARTICLES):
        return _PREFIXES[part], False
    if part in _PARTICLES:
        return tuple(p[:-1] + str(level) if p.endswith("1") else p for p in _PARTICLES[part].split()), True
    if part in WORDS:
        return tuple(p[:-1] + str(level) if p.endswith("1") else p for p in WORDS[part].split()), True
    phones: list[str] = []
    for morph in split_prefixes(part):
        if morph.kind == "prefix":
            phones += _PREFIXES[morph.text]
        elif morph.kind == "particle":
            weak = _is_verb(morph.text, part)
            phones += [
                p[:-1] + ("0" if weak else str(level)) if p.endswith("1") else p for p in _PARTICLES[morph.text].split()
            ]
            level = level if weak else 2
        else:
            phones += letters_to_phones(_respell(morph.text), level)
    return tuple(phones), True


_STRESSED_NOUN = re.compile(
    r"unter(lag|kunft|künft|schied(e[ns]?|s|lich\w*)?$|richt(e?s)?$|welt|titel|gang|grund|geordnet|teils)"
    r"|über(gang|gänge|fall|fäll|schuss|schüss|blick|sicht|setz(?!t|en|un)|mut|maß|fluss|flüssig|all|stunde|schrift|rest|leg$)"
    r"|wider(stand|stände|spruch|sprüch|hall)|hinter(grund|gründ|land|hof|teil|rad)|um(?!fass|ring|stritt|arm|gib|gab|hüll|zingel)"
)


def _is_verb(particle: str, part: str) -> bool:
    """Say whether a particle is without stress because a verb, or a noun of it, follows: "unternehmen"."""
    if particle not in ("unter", "über", "wider", "hinter", "um") or _STRESSED_NOUN.match(part):
        return False
    rest = part[len(particle) :]
    return (
        bool(
            re.search(
                r"(en|ahm|ieß|ielt|zog|rug|rach|[^e]t|et|te|ten|tes|ter|st|end\w*|ungs?|ungen|nehmer\w*|nehmens)$", rest
            )
        )
        and rest[:2] != "ge"
    )


_FITS = re.compile(r"[aeiouyäöü-]|[lr][aeiouäöü]|(?:s|t|n|st|te|ten|tet|test|ts|ste|sten|ster|stes|ns|)$")


def _respell(stem: str) -> str:
    for length in range(min(len(stem), 16), 1, -1):
        rest = stem[length:]
        if stem[:length] not in STEMS:
            continue
        if length > 5 or _FITS.match(rest) or rest.startswith(_DERIVED):
            joint = rest[:1] not in "aeiouyäöü-lrn" or rest.startswith(_DERIVED)
            return STEMS[stem[:length]] + ("-" if rest and joint else "") + rest
    return _joints(stem)


def _joints(stem: str) -> str:
    """Mark the joint before endings that begin with a consonant: "sagte" -> "sag-te", "freundlich" -> "freund-lich"."""
    parts = load_parts()
    for ending in _DERIVED:
        at = stem.rfind(ending)
        if at >= 2 and any(ch in "aeiouyäöü" for ch in stem[:at]) and _is_inflection(stem[at + len(ending) :]):
            if (ending == "haft" and stem[at - 2 : at] == "sc") or (
                ending == "tum" and stem[at - 1 :].startswith(("stum", "atum"))
            ):
                continue
            if ending == "chen" and stem[at - 1] not in "td":
                continue
            return _joints(stem[:at]) + "-" + stem[at:]
    for ending in _VERB_ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 2:
            root = stem[: -len(ending)]
            if root[-1] not in "aeiouyäöüsß" + "td" and (root + "en" in parts or root + "e" in parts):
                return root + "-" + ending
    return stem


def _is_inflection(rest: str) -> bool:
    return rest in (
        "",
        "e",
        "en",
        "er",
        "es",
        "em",
        "s",
        "en",
        "ung",
        "ungen",
        "keit",
        "keiten",
        "n",
        "se",
        "sen",
        "ses",
        "ere",
        "eren",
        "erer",
        "ste",
        "sten",
        "ster",
        "stes",
        "stem",
        "erweise",
        "t",
        "te",
        "ten",
        "ter",
        "tes",
        "tem",
        "tet",
        "ern",
    )


_WEAK: dict[str, str] = {
    "der": "D RX0", "die": "D IH0", "den": "D AH0 N", "dem": "D AH0 M", "ein": "AH0 N", "eine": "N AH0", "und": "UH0 N",
    "er": "RX0", "wir": "V RX0", "ihr": "RX0", "zu": "TS UH0", "zur": "TS RX0", "sie": "Z IH0", "ist": "IH0 S",
    "nicht": "N IH1 CX", "weg": "V EH1 K", "nun": "N UH1 N", "städte": "SH T EX1 T AH0", "städten": "SH T EX1 T AH0 N",
    "von": "F AH0 N", "jetzt": "Y EH1 TS", "für": "F RX0", "vor": "F RX0", "es": "AH0 S", "das": "D AH0 S",
}  # fmt: skip
"""Forms of quick speech, for the aligner only."""
_MOST_VARIANTS = 24


def variants(word: str, phones: Phones) -> tuple[Phones, ...]:
    """Return a pronunciation and its usual variants, the given one first, at most `_MOST_VARIANTS`.

    Final -en, -el, -em without their schwa (and -n taking the place of the stop before it), -ig with a stop, r after a
    short vowel vocalised, long ä as e, weak forms of little words.
    """
    found = [phones]
    if word in _WEAK:
        found.append(tuple(_WEAK[word].split()))
    if phones[-2:-1] == ("AH0",) and phones[-1] in ("N", "L", "M"):
        found.append((*phones[:-2], phones[-1]))
        if phones[-1] == "N" and phones[-3:-2] in (("P",), ("B",)):
            found.append((*phones[:-2], "M"))
        if phones[-1] == "N" and phones[-3:-2] in (("K",), ("G",)):
            found.append((*phones[:-2], "NG"))
    for i in range(1, len(phones)):
        if phones[i] == "CX" and phones[i - 1] == "IH0" and (i + 1 == len(phones) or phones[i + 1] in ("T", "S")):
            found.append((*phones[:i], "K", *phones[i + 1 :]))
    for position, i in enumerate(k for k, p in enumerate(phones) if p == "RR" and _is_coda(phones, k)):
        if position < 2:
            found += [(*f[:i], "RX0", *f[i + 1 :]) for f in found if f[i : i + 1] == ("RR",)]
    if any(p.startswith("EX") for p in phones):
        found += [tuple(p.replace("EX", "EE") for p in f) for f in found]
    for prefix, quick in (
        (("F", "EH0", "RX0"), ("F", "RX0")),
        (("TS", "EH0", "RX0"), ("TS", "RX0")),
        (("EH0", "RX0"), ("RX0",)),
    ):
        if phones[: len(prefix)] == prefix:
            found += [(*quick, *f[len(prefix) :]) for f in found]
    return tuple(dict.fromkeys(found))[:_MOST_VARIANTS]


def _is_coda(phones: Phones, i: int) -> bool:
    vowel_before = i > 0 and phones[i - 1][-1].isdigit()
    return vowel_before and not (i + 1 < len(phones) and phones[i + 1][-1].isdigit())
