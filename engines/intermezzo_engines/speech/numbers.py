"""Numbers as English words: cardinals, ordinals, years, decimals, digits, clock times, money and Roman numerals.

Every function returns a tuple of lower-case words. American style: no "and" inside numbers, hyphens are word breaks.
"""

from __future__ import annotations

import re

__all__ = ["cardinal", "clock", "decimal", "digits", "money", "ordinal", "plural", "roman_value", "year"]

Words = tuple[str, ...]

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_SMALL = _SMALL_WORDS.split()
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"]
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_CURRENCIES = {
    "$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"), "¥": ("yen", ""), "₹": ("rupee", "paisa"),
}  # fmt: skip
_PLURALS = {"penny": "pence", "yen": "yen", "foot": "feet", "inch": "inches", "paisa": "paise"}


def cardinal(n: int) -> Words:
    """Return the words of an integer; numbers of more than 21 digits are read digit by digit."""
    if n < 0:
        return ("minus", *cardinal(-n))
    if n >= 10**21:
        return digits(str(n))
    if n < 1000:
        return _below_thousand(n) or ("zero",)
    words: list[str] = []
    for power in range(len(_SCALES) - 1, -1, -1):
        group = n // 1000**power % 1000
        if group:
            words += [*_below_thousand(group), *([_SCALES[power]] if power else [])]
    return tuple(words)


def _below_thousand(n: int) -> Words:
    words: list[str] = []
    if n >= 100:
        words += [_SMALL[n // 100], "hundred"]
        n %= 100
    if n >= 20:
        words.append(_TENS[n // 10])
        n %= 10
    if n:
        words.append(_SMALL[n])
    return tuple(words)


def ordinal(n: int) -> Words:
    """Return the words of a rank: 21 -> twenty first."""
    *head, last = cardinal(n)
    if last in _ORDINALS:
        return (*head, _ORDINALS[last])
    return (*head, last[:-1] + "ieth" if last.endswith("y") else last + "th")


def year(n: int) -> Words:
    """Return a year as it is said: 1984 -> nineteen eighty four, 1906 -> nineteen oh six, 2005 -> two thousand five."""
    high, low = divmod(n, 100)
    if not 1000 <= n <= 9999 or 2000 <= n <= 2009 or n % 1000 == 0:
        return cardinal(n)
    if low == 0:
        return (*cardinal(high), "hundred")
    return (*cardinal(high), *(("oh",) if low < 10 else ()), *cardinal(low))


def digits(text: str) -> Words:
    """Return the digits of a string one by one; other characters are passed over."""
    return tuple(_SMALL[int(ch)] for ch in text if ch in "0123456789")


def decimal(text: str) -> Words:
    """Return the words of a number written with optional sign, commas and decimal point: "-1,234.50" or ".5"."""
    sign: Words = ("minus",) if text[:1] in "-−–" else ()
    whole, _, fraction = text.lstrip("+-−–").replace(",", "").partition(".")
    if len(whole) > 1 and whole[0] == "0":
        words = digits(whole)
    else:
        words = cardinal(int(whole)) if whole else ()
    if fraction:
        words = (*(words or ("zero",)), "point", *digits(fraction))
    return (*sign, *words)


def plural(word: str, count: str) -> str:
    """Return a unit's word in the number that `count` ("1", "2.5") asks for."""
    return word if count in ("1", "-1") else _PLURALS.get(word, word + "s")


def money(symbol: str, amount: str, scale: str = "") -> Words:
    """Return a sum: ("$", "3.50") -> three dollars fifty cents, ("£", "2", "million") -> two million pounds."""
    unit, small = _CURRENCIES[symbol]
    amount = amount.replace(",", "")
    whole, _, fraction = amount.partition(".")
    if scale:
        return (*decimal(amount), scale, plural(unit, "2"))
    if len(fraction) == 2 and small:
        cents = str(int(fraction))
        head = (*cardinal(int(whole)), plural(unit, str(int(whole)))) if int(whole or 0) else ()
        tail = (*cardinal(int(cents)), plural(small, cents)) if cents != "0" else ()
        return (*head, *tail) or ("zero", plural(unit, "0"))
    return (*decimal(amount), plural(unit, amount))


def clock(hour: int, minute: int, half: str = "") -> Words:
    """Return a time of day: (15, 5) -> fifteen oh five, (3, 0, "pm") -> three p m."""
    suffix = tuple(f"{ch}." for ch in half.lower().replace(".", "") if ch.isalpha())
    if minute == 0:
        o_clock: Words = () if suffix else ("hundred",) if hour > 12 else ("o'clock",)
        return (*cardinal(hour), *o_clock, *suffix)
    return (*cardinal(hour), *(("oh",) if minute < 10 else ()), *cardinal(minute), *suffix)


def roman_value(text: str) -> int | None:
    """Return the value of a well-formed Roman numeral from I to MMMCMXCIX in capitals, else None."""
    if not text or not re.fullmatch(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", text):
        return None
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[ch] for ch in text]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0], strict=True))
