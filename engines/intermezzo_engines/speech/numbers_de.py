"""Numbers as German words: cardinals, ordinals with their endings, years, decimals, sums of money and clock times.

Every function returns a tuple of lower-case words. A number is cut at its hundreds and thousands ("zweitausend",
"dreihundert", "vierundzwanzig"), where a reader might breathe.
"""

from __future__ import annotations

__all__ = ["cardinal", "clock", "counted", "decimal", "digits", "money", "ordinal", "year"]

Words = tuple[str, ...]

_SMALL = (
    "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_SCALES = ("million", "milliarde", "billion", "billiarde", "trillion")  # 10**6, 10**9 ...
_RANKS = {"eins": "erste", "drei": "dritte", "sieben": "siebte", "acht": "achte"}
_CURRENCIES = {"€": ("euro", "cent"), "$": ("dollar", "cent"), "£": ("pfund", "pence"), "¥": ("yen", "")}
_MOST = 10**21


def cardinal(n: int) -> Words:
    """Return the words of an integer; numbers of more than 21 digits are read digit by digit."""
    if n < 0:
        return ("minus", *cardinal(-n))
    if n >= _MOST:
        return digits(str(n))
    words: list[str] = []
    for power in range(len(_SCALES) - 1, -1, -1):
        group = n // 10 ** (6 + 3 * power) % 1000
        if group == 1:
            words += ["eine", _SCALES[power]]
        elif group:
            name = _SCALES[power]
            words += [*_below_thousand(group), name + ("n" if name.endswith("e") else "en")]
    thousands, rest = n // 1000 % 1000, n % 1000
    if thousands:
        *head, last = _below_thousand(thousands)
        words += [*head, ("" if thousands == 1 and not words else "ein" if last == "eins" else last) + "tausend"]
    if rest or not words:
        words += _below_thousand(rest) or ("null",)
    return tuple(words)


def _below_thousand(n: int) -> Words:
    hundreds, rest = divmod(n, 100)
    head: Words = (("" if hundreds == 1 else _SMALL[hundreds]) + "hundert",) if hundreds else ()
    if not rest:
        return head
    if rest < 20:
        return (*head, _SMALL[rest])
    tens, ones = divmod(rest, 10)
    joint = f"{'ein' if ones == 1 else _SMALL[ones]}und" if ones else ""
    return (*head, joint + _TENS[tens])


def ordinal(n: int, ending: str = "e") -> Words:
    """Return the words of a rank with an ending: 21 -> einundzwanzigste, (3, "en") -> dritten."""
    *head, last = cardinal(n)
    if last in _RANKS:
        stem = _RANKS[last]
    elif last in _SMALL:
        stem = last + "te"
    elif last.startswith(_SCALES):
        stem = last.removesuffix("en").removesuffix("e") + "ste"
        head = head[:-1] if head == ["eine"] else head
    else:
        stem = last + "ste"
    return (*head, stem[:-1] + ending)


def year(n: int) -> Words:
    """Return a year as it is said: 1984 -> neunzehnhundert vierundachtzig, 2005 -> zweitausend fünf."""
    if not 1100 <= n <= 1999:
        return cardinal(n)
    rest = _below_thousand(n % 100)
    return (_SMALL[n // 100] + "hundert", *rest)


def digits(text: str) -> Words:
    """Return the digits of a string one by one; other characters are passed over."""
    return tuple(_SMALL[int(ch)] for ch in text if ch in "0123456789")


def decimal(text: str) -> Words:
    """Return the words of a number with optional sign, dots between thousands and decimal comma: "-1.234,50"."""
    sign: Words = ("minus",) if text[:1] in "-−–" else ()
    whole, _, fraction = text.lstrip("+-−–").replace(".", "").partition(",")
    words = digits(whole) if len(whole) > 1 and whole[0] == "0" else cardinal(int(whole or 0))
    return (*sign, *words, *(("komma", *digits(fraction)) if fraction else ()))


def counted(text: str, *, feminine: bool = False) -> Words:
    """Return a number before the thing it counts: "1" -> ein or eine, else `decimal`; 101 -> hundert ein."""
    *head, last = decimal(text)
    if last == "eins" and "," not in text:
        last = "eine" if feminine else "ein"
    return (*head, last)


def money(symbol: str, amount: str) -> Words:
    """Return a sum: ("€", "3,50") -> drei euro fünfzig, ("€", "0,99") -> neunundneunzig cent."""
    unit, small = _CURRENCIES[symbol]
    whole, _, fraction = amount.replace(".", "").lstrip("-−").partition(",")
    sign: Words = ("minus",) if amount[:1] in "-−" else ()
    if len(fraction) == 2 and small:
        cents = int(fraction)
        if int(whole or 0) == 0 and cents:
            return (*sign, *counted(str(cents)), small)
        return (*sign, *counted(str(int(whole or 0))), unit, *(cardinal(cents) if cents else ()))
    return (*sign, *counted(amount.lstrip("-−")), unit)


def clock(hour: int, minute: int = 0, second: int = 0) -> Words:
    """Return a time of day: (15, 30) -> fünfzehn uhr dreißig, (1, 0) -> ein uhr."""
    head = (*counted(str(hour)), "uhr", *(cardinal(minute) if minute or second else ()))
    return (
        (*head, "und", *counted(str(second), feminine=True), "sekunde" if second == 1 else "sekunden")
        if second
        else head
    )
