"""Text to spoken words (English here, German in `text_de`), split into phrases with pauses.

`phrases` is lazy, so that a book costs no more memory than its longest phrase. A token keeps its place in the source
(character offsets) and says which words are spoken for it ("$5" -> five dollars); the mark after it says what kind of
pause follows. Words are lower case; a letter that is spelt out is written "b.", as the dictionary does.
Emoji and ornaments are passed over; letters of other scripts are refused, because leaving words out would be worse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech import numbers, text_de
from intermezzo_engines.speech.letters import latin, signs
from intermezzo_engines.speech.lexicon import load_lexicon
from intermezzo_engines.speech.words import (
    ABBREVIATIONS,
    CALENDAR,
    GREEK,
    MONTHS,
    ROMAN_AFTER,
    SCALES,
    SYMBOLS,
    UNITS,
    spell,
)  # fmt: skip

__all__ = ["MAX_WORDS", "Phrase", "Token", "phrases", "speak", "transcript"]

MAX_WORDS = 40
"""A phrase without punctuation is cut after so many words."""
_MAX_LETTERS = 40
_WORDS_BEFORE = 60  # characters
_SPACES = str.maketrans("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", "   ")

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_UNIT = "|".join(sorted((re.escape(u) for u in UNITS), key=len, reverse=True))
_ABBREVIATION = "|".join(sorted((re.escape(a) for a in ABBREVIATIONS), key=len, reverse=True))
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,400})(?:\.\d{1,40})?|\.\d{1,40}"
_TOKEN = re.compile(
    rf"""
    (?P<url>(?:https?://|www\.)[^\s,;]{{1,300}}|[\w.+-]{{1,64}}@[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{1,6}})
  | (?P<iso>\b[12]\d{{3}}-\d{{2}}-\d{{2}}\b)
  | (?P<slashdate>\b\d{{1,2}}/\d{{1,2}}/\d{{4}}\b)
  | (?P<monthday>\b(?:{_MONTH})\.?\ \d{{1,2}}(?:st|nd|rd|th)?(?:,?\ [12]\d{{3}})?\b)
  | (?P<daymonth>\b\d{{1,2}}(?:st|nd|rd|th)?\ (?:{_MONTH})\b(?:\ [12]\d{{3}}\b)?)
  | (?P<time>\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\ ?[ap]\.?m\b\.?)?|\b\d{{1,2}}\ ?[ap]\.?m\b\.?)
  | (?P<phone>(?<![\d.,])(?:\+?\d{{1,3}}[ -])?\(?\d{{3}}\)?[ -]\d{{3}}-\d{{4}}\b|\b\d{{3}}-\d{{4}}\b)
  | (?P<money>[$€£¥₹]\ ?(?:{_NUMBER})(?:\ ?(?:thousand|million|billion|trillion|k|m|bn)\b)?)
  | (?P<percent>[-−]?(?:{_NUMBER})\ ?%)
  | (?P<ordinal>\b\d{{1,3}}(?:,?\d{{3}}){{0,3}}(?:st|nd|rd|th)\b)
  | (?P<decade>['’]?\b\d{{2}}(?:\d{{2}})?['’]?s\b)
  | (?P<fraction>\b(?:\d{{1,4}}\ )?\d{{1,3}}/\d{{1,3}}\b)
  | (?P<range>\b\d{{1,9}}\ ?[–-]\ ?\d{{1,9}}\b)
  | (?P<measure>(?<![\w.])[-−]?(?:{_NUMBER})\ ?(?:{_UNIT})(?![A-Za-z]))
  | (?P<number>(?<![\w.])[-−]?(?:{_NUMBER})|{_NUMBER})
  | (?P<abbreviation>\b(?:{_ABBREVIATION}|[Nn]os?\.(?=\ ?\d)))
  | (?P<initials>\b(?:[A-Za-z]\.){{2,12}})
  | (?P<initial>\b[A-Z]\.(?=\ [A-Z]))
  | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*['’]?)
  | (?P<mark>\.{{3,}}|…|--+|[.,;:!?—–()\[\]{{}}]|\n[ \t]*\n+|\ [-]\ )
  | (?P<other>\S)
    """,
    re.VERBOSE,
)
_MARKS = {
    "…": ";",
    ":": ";",
    ";": ";",
    "(": ",",
    ")": ",",
    "[": ",",
    "]": ",",
    "{": ",",
    "}": ",",
    "—": ";",
    "–": ";",
    "-": ";",
}
_STRENGTH = {"": 0, ",": 1, ";": 2, ".": 3, "!": 4, "?": 5}


@dataclass(frozen=True)
class Token:
    """A piece of the source, characters [start, end), what is said for it, and the pause mark after it.

    `mark` is "" (none), "," (short), ";" (longer: also colon, dash, ellipsis), ".", "!" or "?".
    """

    text: str
    start: int
    end: int
    words: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True)
class Phrase:
    """Tokens that are spoken in one go; the last one carries the closing mark."""

    tokens: tuple[Token, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """All spoken words in order."""
        return tuple(word for token in self.tokens for word in token.words)


def phrases(text: str, language: str = "en") -> Iterator[Phrase]:
    """Yield the phrases of a text one by one; sentences end at . ! ? and empty lines, or after `MAX_WORDS` words.

    Raises:
        SourceError: while iterating: if there is nothing to say, or a letter of a script that is not English.
    """
    waiting: list[Token] = []
    n_words, spoke = 0, False
    for token in _tokens(text, language):
        if not token.words:
            if waiting and _STRENGTH[token.mark] > _STRENGTH[waiting[-1].mark]:
                last = waiting[-1]
                waiting[-1] = Token(last.text, last.start, last.end, last.words, token.mark)
        else:
            waiting.append(token)
            n_words += len(token.words)
        long_pause = waiting and waiting[-1].mark and n_words > MAX_WORDS // 2
        if waiting and (
            waiting[-1].mark in (".", "!", "?") or n_words >= MAX_WORDS or (long_pause and not token.words)
        ):
            # A closing mark may still be followed by a stronger one ("What?!"): good enough without looking ahead.
            yield Phrase(tuple(waiting))
            waiting, n_words, spoke = [], 0, True
    if waiting:
        yield Phrase(tuple(waiting))
    elif not spoke:
        name = "German" if language == "de" else "English"
        raise SourceError(f"There is nothing to say in this text. Type at least one {name} word.")


def transcript(text: str, language: str = "en") -> tuple[str, ...]:
    """Return all spoken words of a short text, for alignment; raises SourceError as `phrases` does."""
    return tuple(word for phrase in phrases(text, language) for word in phrase.words)


def _tokens(text: str, language: str) -> Iterator[Token]:
    before = ""
    spaced = text.translate(_SPACES)
    for match in (text_de.TOKEN if language == "de" else _TOKEN).finditer(spaced):
        kind, raw = str(match.lastgroup), match.group()
        if kind == "mark":
            key = raw.strip(" ") or "\n"
            mark = "." if "\n" in key else ";" if key.startswith(("--", "...")) else _MARKS.get(key, key)
            if raw[0] == "." and match.end() < len(text) and text[match.end()].isalnum() and len(raw) == 1:
                continue  # a full stop inside a word or name, as in "file.txt"
            yield Token(raw, match.start(), match.end(), (), mark)
            before = ""
            continue
        if language == "de":  # endings need more than one word before
            words = text_de.speak(kind, raw, spaced[max(0, match.start() - _WORDS_BEFORE) : match.start()])
            ends_sentence = text_de.ends_sentence(kind, raw, spaced[match.end() : match.end() + _WORDS_BEFORE])
        else:
            words = speak(kind, raw, before, text[match.end() : match.end() + 1])
            ends_sentence = (
                kind in ("abbreviation", "initials", "time")
                and raw.endswith(".")
                and _sentence_ends(text, match.end(), raw)
            )
        for part in range(0, max(1, len(words)), MAX_WORDS):  # one token may be a 300-digit number
            yield Token(raw, match.start(), match.end(), words[part : part + MAX_WORDS], "." if ends_sentence else "")
        before = raw if words else before


def _sentence_ends(text: str, end: int, raw: str) -> bool:
    following = text[end : end + 40].lstrip()
    if not following:
        return True
    return raw.lower().rstrip(".") in ("etc", "p.m", "a.m", "inc", "co", "ltd", "jr", "u.s", "u.k") and bool(
        re.match(r"[\"'“”)]*\s+[\"'“(]*[A-Z]", text[end : end + 8])
    )


def speak(kind: str, raw: str, before: str = "", after: str = "") -> tuple[str, ...]:
    """Return the words said for one token of a kind that `_TOKEN` names; `before` is the token before it."""
    if kind in ("monthday", "daymonth", "iso", "slashdate"):
        return _date(kind, raw)
    if kind in ("time", "phone", "money", "percent", "ordinal", "decade", "fraction", "range", "measure", "number"):
        return _numeric(kind, raw, before)
    if kind == "abbreviation":
        return ABBREVIATIONS.get(raw) or (("numbers",) if "s" in raw else ("number",))
    if kind in ("initials", "initial"):
        return spell(raw)
    if kind == "url":
        return _address(raw)
    if kind == "word":
        # The digits of a word token are signs such as ² and ½ (those of the alphabet are tokens of their own).
        parts = ["".join(part) for _, part in groupby(raw, str.isnumeric)]
        return tuple(word for part in parts for word in (_signs(part) if part[0].isnumeric() else _word(part, before)))
    return _symbol(raw)


def _date(kind: str, raw: str) -> tuple[str, ...]:
    if kind in ("iso", "slashdate"):
        parts = [int(p) for p in re.findall(r"\d+", raw)]
        year, month, day = parts if kind == "iso" else (parts[2], parts[0], parts[1])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return tuple(word for part in parts for word in numbers.cardinal(part))
        return (CALENDAR[month - 1], *numbers.ordinal(day), *numbers.year(year))
    day, *years = (int(p) for p in re.findall(r"\d+", raw))
    name = MONTHS[re.search(_MONTH, raw).group()]  # type: ignore[union-attr]  # the token matched because of it
    said_year = numbers.year(years[0]) if years else ()
    if kind == "daymonth":
        return ("the", *numbers.ordinal(day), "of", name, *said_year)
    return (name, *numbers.ordinal(day), *said_year)


def _numeric(kind: str, raw: str, before: str) -> tuple[str, ...]:
    found = re.findall(r"\d+", raw)
    if kind == "time":
        half = re.search(r"[ap]\.?m", raw)
        seconds = (*numbers.cardinal(int(found[2])), "seconds") if len(found) > 2 else ()
        return (
            *numbers.clock(int(found[0]), int(found[1]) if len(found) > 1 else 0, half.group() if half else ""),
            *seconds,
        )
    if kind == "phone":
        return numbers.digits(raw)
    if kind == "money":
        amount = re.search(_NUMBER, raw).group()  # type: ignore[union-attr]
        return numbers.money(raw[0], amount, SCALES.get(raw.split(amount, 1)[1].strip(), ""))
    if kind == "percent":
        return (*numbers.decimal(raw.rstrip("% ")), "percent")
    if kind == "ordinal":
        return numbers.ordinal(int("".join(found)))
    if kind == "decade":
        number = int(found[0])
        *head, last = numbers.year(number) if number > 99 else numbers.cardinal(number)
        return (*head, last[:-1] + "ies" if last.endswith("y") else last + "s")
    if kind == "fraction":
        *whole, top, bottom = (int(p) for p in found)
        return (*(numbers.cardinal(whole[0]) if whole else ()), *(("and",) if whole else ()), *_fraction(top, bottom))
    if kind == "range":
        first, second = (numbers.year(int(p)) if len(p) == 4 else numbers.decimal(p) for p in found[:2])
        return (*first, "to", *second)
    if kind == "measure":
        amount = re.match(rf"[-−]?(?:{_NUMBER})", raw).group()  # type: ignore[union-attr]
        unit = UNITS[raw[len(amount) :].strip()]
        return (*numbers.decimal(amount), numbers.plural(unit[0], amount), *unit[1:])
    plain = raw.lstrip("-−")
    if len(plain) == 4 and plain.isdigit() and raw == plain and 1100 <= int(plain) <= 2099:
        return numbers.year(int(plain))
    return numbers.decimal(raw)


def _fraction(top: int, bottom: int) -> tuple[str, ...]:
    if bottom < 2:
        return (*numbers.cardinal(top), "over", *numbers.cardinal(bottom))
    name = {2: ("half",), 4: ("quarter",)}.get(bottom, numbers.ordinal(bottom))
    if top != 1:
        name = (*name[:-1], "halves" if name[-1] == "half" else name[-1] + "s")
    return (*numbers.cardinal(top), *name)


def _address(raw: str) -> tuple[str, ...]:
    words: list[str] = []
    for part in re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]", re.sub(r"^https?://", "", raw).rstrip("./")):
        if part.isalpha():
            known = len(part) > 2 and part.lower() in load_lexicon()
            words += (part.lower(),) if known else spell(part[:_MAX_LETTERS])
        elif part.isdigit():
            words += numbers.digits(part)
        else:
            words += {".": ["dot"], "@": ["at"], "/": ["slash"], "-": ["dash"], "_": ["underscore"]}.get(part, [])
    return tuple(words)


def _word(raw: str, before: str) -> tuple[str, ...]:
    plain = latin(raw, "English", GREEK)
    lower = plain.lower().rstrip("'")
    value = numbers.roman_value(plain)
    if value is not None and (len(plain) > 1 or plain in "VX"):
        if before.lower() in ROMAN_AFTER:
            return numbers.cardinal(value)
        if before[:1].isupper() and before[1:].islower() and lower not in load_lexicon():
            return ("the", *numbers.ordinal(value))  # a ruler: "Louis XVI"
        if before in ("Henry", "Charles", "James", "George", "Edward", "William", "Louis", "Pope", "Elizabeth", "Paul"):
            return ("the", *numbers.ordinal(value))
    unreadable = lower not in load_lexicon() or not re.search("[AEIOUY]", plain)
    if plain.isupper() and 1 < len(plain) <= 5 and unreadable:
        return spell(plain)
    if len(lower) > _MAX_LETTERS:
        return tuple(lower[i : i + _MAX_LETTERS] for i in range(0, len(lower), _MAX_LETTERS))
    return (lower,) if lower else ()


def _symbol(raw: str) -> tuple[str, ...]:
    return SYMBOLS.get(raw) or (_signs(raw) if raw.isnumeric() else ())


def _signs(raw: str) -> tuple[str, ...]:
    return signs(raw, SYMBOLS, _fraction, numbers.cardinal)
