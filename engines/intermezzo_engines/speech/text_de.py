"""German text to spoken words: what each kind of token is read as. Words are lower case and keep ä, ö, ü and ß.

`text` cuts the source with `TOKEN`, asks `speak` for the words of each piece and groups them into phrases. A letter
that is spelt out is written "b.". Ranks take their ending from the words before them ("am 3. Mai": dritten).
"""

from __future__ import annotations

import re
from itertools import groupby

from intermezzo_engines.speech import numbers_de as numbers
from intermezzo_engines.speech.letters import latin, signs
from intermezzo_engines.speech.ranks_de import bare_roman, ending, roman
from intermezzo_engines.speech.words_de import (
    ABBREVIATIONS,
    FEMININE,
    GREEK_DE,
    MONTHS,
    NUMBERED,
    READABLE,
    SINGULAR,
    SYMBOLS,
    UNITS,
)  # fmt: skip

__all__ = ["TOKEN", "ends_sentence", "speak"]

_MAX_LETTERS = 60
_MONTH = "|".join(sorted((re.escape(m) for m in MONTHS), key=len, reverse=True))
_UNIT = "|".join(sorted((re.escape(u) for u in UNITS), key=len, reverse=True))
_ABBREVIATION = "|".join(sorted((re.escape(a) for a in ABBREVIATIONS), key=len, reverse=True))
_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?!\d)|\d{1,400})(?:,\d{1,40})?"
_RANKED = (
    r"Jahrhunderts?|Weltkriegs?|Platz|Auflage|Kapitel|Klasse|Stock|Etage|Geburtstag|Jahrestag|Mal|Runde|Liga|Band|Akt|"
    r"FC|FSV|SC|Reihe|Jh|Jhd|Jhdt|Bundesliga|Division|Mannschaft|Staffel|Halbzeit|Spieltag|Semester|Advent|Armee|Tag|Teil"
)
_ARTICLE_BEFORE = "|".join(
    rf"(?<=\b[{a[0].upper()}{a[0]}]{a[1:]}\ )"
    for a in ("am", "vom", "zum", "beim", "im", "der", "die", "das", "den", "dem")
)
_FEMININE_END = "(?:[^eiuä]e|ung|heit|keit|schaft|ion|tät)"
_NOT_FEMININE = "Käse|Junge|Name|Auge|Ende|Hase|Kunde|Löwe|Affe|Kollege|Gebäude|Gemälde|Gebirge|Interesse|Buchstabe"
_LETTER = r"[^\W\d_][\u0300-\u036f]*"  # with accents in characters of their own, as some systems write them
TOKEN = re.compile(
    rf"""
    (?P<url>(?:https?://|www\.)[^\s,;]{{1,300}}|[\w.+-]{{1,64}}@[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{1,6}})
  | (?P<iso>\b[12]\d{{3}}-\d{{2}}-\d{{2}}\b)
  | (?P<phone>(?<![\w.,])(?:\+\d{{1,3}}|0\d{{2,5}})[ /-]\ ?\d{{2,12}}(?:[ -]\d{{1,12}}){{0,4}}\b)
  | (?P<dotdate>\b\d{{1,2}}\.\ ?\d{{1,2}}\.(?:\ ?(?:[12]\d{{3}}|\d{{2}})\b)?)
  | (?P<daymonth>\b\d{{1,2}}\.(?:\ ?[–-]\ ?\d{{1,2}}\.)?\ (?:{_MONTH})(?!\w)(?:\ [12]\d{{3}}\b)?)
  | (?P<time>\b\d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?\ Uhr\b|\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b|\b\d{{1,2}}\ Uhr\b)
  | (?P<ratio>\b\d{{1,3}}:\d{{1,3}}\b)
  | (?P<money>[$€£¥]\ ?(?:{_NUMBER})|[-−]?(?:{_NUMBER})\ ?[$€£¥]|(?:{_NUMBER})\ (?:Euro|EUR)\b|EUR\ (?:{_NUMBER}))
  | (?P<percent>[-−]?(?:{_NUMBER})\ ?%)
  | (?P<decade>\b(?:\d{{2}}|[12]\d{{3}})er[n]?\b)
  | (?P<fraction>\b(?:\d{{1,4}}\ )?\d{{1,3}}/\d{{1,3}}\b)
  | (?P<range>\b\d{{1,9}}\ ?[–-]\ ?\d{{1,9}}\b)
  | (?P<ordinal>(?<![\w.,])\d{{1,4}}\.(?=\ (?:[a-zäöü]|(?:{_RANKED})\b))|(?:{_ARTICLE_BEFORE})\d{{1,4}}\.(?!\w))
  | (?P<measure>(?<![\w.])[-−]?(?:{_NUMBER})\ ?(?:{_UNIT})(?![A-Za-zÄÖÜäöüß²³]))
  | (?P<scale>(?<![\w.,])1\ (?=Million\b|Milliarde\b|Billion\b))
  | (?P<onef>(?<![\w.,])1\ (?!(?:{_NOT_FEMININE})\b)(?=[A-ZÄÖÜ][a-zäöüß]{{0,30}}{_FEMININE_END}\b))
  | (?P<one>(?<![\w.,])1\ (?=[A-ZÄÖÜ][a-zäöüß]))
  | (?P<dotted>(?<![\w.,])(?!\d{{1,3}}(?:\.\d{{3}})+(?![\d.]))\d{{1,4}}(?:\.\d{{1,4}}){{1,6}}(?![\d,]))
  | (?P<number>(?<![\w.])[-−]?(?:{_NUMBER})|{_NUMBER})
  | (?P<abbreviation>(?<!\w)(?:{_ABBREVIATION})(?!\w)|\b(?:S|Art|Z|Bd|Kap)\.(?=\ ?\d))
  | (?P<street>\b[^\W\d_]{{2,40}}str\.)
  | (?P<roman>\b[IVX]{{1,7}}\.)
  | (?P<initials>\b(?:[A-Za-zÄÖÜ]\.){{2,12}})
  | (?P<initial>\b[A-ZÄÖÜ]\.(?=\ [A-ZÄÖÜ]))
  | (?P<word>(?:{_LETTER})+(?:['’ʻ\u00ad-](?:{_LETTER})+)*['’]?)
  | (?P<mark>\.{{3,}}|…|--+|[.,;:!?—–()\[\]{{}}]|\n[ \t]*\n+|\ [-]\ )
  | (?P<other>\S)
    """,
    re.VERBOSE,
)


def ends_sentence(kind: str, raw: str, following: str) -> bool:
    """Say whether a token that ends with a full stop also ends a sentence."""
    if kind not in (
        "abbreviation",
        "initials",
        "roman",
        "dotdate",
        "ordinal",
        "daymonth",
        "street",
    ) or not raw.endswith("."):
        return False
    if not following.strip() or following[:1] == "\n":
        return True
    return raw in ("usw.", "etc.", "usf.", "Chr.") and bool(re.match(r"[\"“»)]*\s+[\"„«(]*[A-ZÄÖÜ]", following))


def speak(kind: str, raw: str, before: str = "") -> tuple[str, ...]:
    """Return the words said for one token of a kind that `TOKEN` names.

    ``before`` is the text before it; some words are enough.

    Raises:
        SourceError: for letters of another script.
    """
    if kind in ("daymonth", "dotdate", "iso"):
        return _date(kind, raw, before)
    if kind in ("time", "money", "percent", "decade", "fraction", "range", "ordinal", "measure", "number", "ratio"):
        return _numeric(kind, raw, before)
    if kind == "scale":
        return ("eine",)
    if kind in ("one", "onef"):
        last = before.split()[-1].rstrip(".") if before.strip() else ""
        if len(last) > 1 and last[0].isupper() and last.isalpha():  # Kapitel 1 Der Anfang
            return ("eins",)
        return ("eine",) if kind == "onef" else ("ein",)
    if kind == "dotted":
        return _dotted(raw)
    if kind == "phone":
        return (*(("plus",) if raw[0] == "+" else ()), *numbers.digits(raw))
    if kind == "street":
        return (latin(raw[:-4], "German", GREEK_DE, kept="äöüß").lower() + "straße",)
    if kind == "abbreviation":
        return ABBREVIATIONS.get(raw) or NUMBERED[raw]
    if kind == "roman":
        return roman(raw[:-1], before)
    if kind in ("initials", "initial"):
        return _spelt(raw)
    if kind == "url":
        return _address(raw)
    if kind == "word":
        # The digits of a word token are signs such as ² and ½ (those of the alphabet are tokens of their own).
        parts = ["".join(part) for _, part in groupby(raw, str.isnumeric)]
        return tuple(word for part in parts for word in (_signs(part) if part[0].isnumeric() else _word(part, before)))
    return SYMBOLS.get(raw) or (_signs(raw) if raw.isnumeric() else ())


def _dotted(raw: str) -> tuple[str, ...]:
    """Return a version or an address of numbers: 2.0 -> zwei punkt null."""
    first, *others = (numbers.cardinal(int(part)) for part in raw.rstrip(".").split("."))
    return (*first, *(word for part in others for word in ("punkt", *part)))


def _signs(raw: str) -> tuple[str, ...]:
    return signs(raw, SYMBOLS, _fraction, numbers.cardinal)


def _date(kind: str, raw: str, before: str) -> tuple[str, ...]:
    found = [int(p) for p in re.findall(r"\d+", raw)]
    after = ending(before)
    if kind == "daymonth":
        name = MONTHS[re.search(rf"(?:{_MONTH})(?!\w)", raw).group()]  # type: ignore[union-attr]  # it matched
        days = found[:2] if re.match(r"\d+\.\s?[–-]", raw) else found[:1]
        ranks = numbers.ordinal(days[0], after)
        if len(days) > 1:
            ranks = (*ranks, "bis", *numbers.ordinal(days[1], after))
        return (*ranks, name, *(numbers.year(found[len(days)]) if len(found) > len(days) else ()))
    day, month, *years = found if kind == "dotdate" else reversed(found)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return _dotted(raw.replace(" ", "").replace("-", "."))
    name = list(dict.fromkeys(MONTHS.values()))[month - 1] if kind == "iso" or years else ""
    said = numbers.year(years[0]) if years else ()
    return (*numbers.ordinal(day, after), *((name,) if name else numbers.ordinal(month, after)), *said)


def _numeric(kind: str, raw: str, before: str) -> tuple[str, ...]:
    found = re.findall(r"\d+", raw)
    if kind == "time":
        hour, minute, second = (*(int(p) for p in found), 0, 0)[:3]
        return numbers.clock(hour, minute, second)
    if kind == "money":
        amount = re.search(rf"[-−]?(?:{_NUMBER})", raw).group()  # type: ignore[union-attr]  # it matched
        return numbers.money(next((ch for ch in raw if ch in "$€£¥"), "€"), amount)
    if kind == "percent":
        return (*numbers.counted(raw.rstrip("% ")), "prozent")
    if kind == "decade":
        number = raw.rstrip("ern")
        said = numbers.year(int(number))
        return (*said[:-1], said[-1] + raw[len(number) :])
    if kind == "fraction":
        *whole, top, bottom = (int(p) for p in found)
        return (*(numbers.cardinal(whole[0]) if whole else ()), *_fraction(top, bottom))
    if kind == "range":
        first, last = (numbers.year(int(p)) if len(p) == 4 else numbers.decimal(p) for p in found[:2])
        return (*first, "bis", *last)
    if kind == "ratio":
        return (*numbers.cardinal(int(found[0])), "zu", *numbers.cardinal(int(found[1])))
    if kind == "ordinal":
        return numbers.ordinal(int(found[0]), ending(before))
    if kind == "measure":
        amount = re.match(rf"[-−]?(?:{_NUMBER})", raw).group()  # type: ignore[union-attr]  # it matched
        unit = UNITS[raw[len(amount) :].strip()]
        head = SINGULAR.get(unit[0], unit[0])
        one = amount.lstrip("-−") == "1"
        return (*numbers.counted(amount, feminine=head in FEMININE), head if one else unit[0], *unit[1:])
    plain = raw.lstrip("-−")
    if len(plain) == 4 and plain.isdigit() and raw == plain and 1100 <= int(plain) <= 2099:
        return numbers.year(int(plain))
    return numbers.decimal(raw)


def _fraction(top: int, bottom: int) -> tuple[str, ...]:
    if bottom < 2:
        return (*numbers.cardinal(top), "durch", *numbers.cardinal(bottom))
    if bottom == 2:
        return ("ein", "halb") if top == 1 else (*numbers.counted(str(top)), "halbe")
    *head, last = numbers.ordinal(bottom)
    return (*numbers.counted(str(top)), *head, last.removesuffix("e") + "el")


def _address(raw: str) -> tuple[str, ...]:
    said = {".": "punkt", "@": "ät", "/": "schrägstrich", "-": "minus", "_": "unterstrich"}
    words: list[str] = []
    for part in re.findall(r"[^\W\d_]+|\d+|[^\w]|_", re.sub(r"^https?://", "", raw).rstrip("./")):
        if part.isdigit():
            words += numbers.digits(part)
        elif part in said:
            words.append(said[part])
        elif part.isalpha():
            readable = len(part) > 2 and re.search("[aeiouyäöü]", part.lower())
            words += latin(part, "German", GREEK_DE, kept="äöüß").lower().split() if readable else _spelt(part)
    return tuple(words)


def _word(raw: str, before: str) -> tuple[str, ...]:
    plain = latin(raw.replace("ʻ", "").replace("\N{SOFT HYPHEN}", ""), "German", GREEK_DE, kept="äöüß")
    return tuple(word for piece in plain.split("-") for word in _simple(piece, before))


def _simple(plain: str, before: str) -> tuple[str, ...]:
    lower = plain.lower().strip("'")
    rank = bare_roman(plain, before) if len(plain) > 1 and set(plain) <= set("IVX") else ()
    if rank:
        return rank
    capitals = sum(ch.isupper() for ch in plain)
    unreadable = not re.search("[AEIOUÄÖÜYaeiouäöüy]", plain)
    short = (plain.isupper() and len(plain) <= 3) or (plain.isupper() and len(plain) <= 5 and unreadable)
    if len(plain) > 1 and lower not in READABLE and (short or (unreadable and capitals > 1)):
        return _spelt(plain)
    if len(lower) > _MAX_LETTERS:
        return tuple(lower[i : i + _MAX_LETTERS] for i in range(0, len(lower), _MAX_LETTERS))
    return (lower,) if lower else ()


def _spelt(text: str) -> tuple[str, ...]:
    return tuple(f"{ch}." for ch in text.lower() if ch.isalpha())
