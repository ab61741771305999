"""Marks in a source text that say how to read it, as SSML does: pauses, emphasis, phonemes, rate, pitch and loudness.

A mark is taken out of the text by blanks of the same length, so that every word keeps its place in the source. Long
forms are tags (``<break time="500ms"/>``, ``<emphasis level="strong">now</emphasis>``, ``<phoneme ph="həˈloʊ">hello
</phoneme>``, ``<prosody rate="slow" pitch="+2st" volume="-3dB">...</prosody>``), short forms ``[pause 0.5]``,
``*now*``, ``**now**`` and ``hello{həˈloʊ}``; the signs of a heading (``# One``) are passed over, and its line is a
sentence. What looks like none of them is text. (After the W3C recommendation
Speech Synthesis Markup Language 1.1, of which these four elements are a part.)
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from intermezzo.core.errors import SourceError

__all__ = [
    "EMPHASIS", "Manner", "MarkError", "Marked", "Rest", "Spelling", "mark_faults", "mark_ranges", "place_of",
    "read_marks",
]  # fmt: skip

EMPHASIS = {"strong": 1.0, "moderate": 0.5, "none": 0.0, "reduced": -0.5}
"""Levels of emphasis by their SSML names; an engine says what 1 amounts to."""
_RATES = {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6}
_PITCHES_ST = {"x-low": -5.0, "low": -2.5, "medium": 0.0, "default": 0.0, "high": 2.5, "x-high": 5.0}
_VOLUMES_DB = {"x-soft": -12.0, "soft": -6.0, "medium": 0.0, "default": 0.0, "loud": 4.0, "x-loud": 8.0}
_PAUSES_S = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
_LONGEST_PAUSE_S = 20.0
_PLAIN_TAGS = ("speak", "p", "s")
_ATTRIBUTE = re.compile(r"""\s+([\w:-]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")
_TAKES = {
    "break": ("time", "strength"), "emphasis": ("level",), "phoneme": ("ph", "alphabet"),
    "prosody": ("rate", "pitch", "volume"), **dict.fromkeys(_PLAIN_TAGS, ("version", "xmlns", "xml:lang")),
}  # fmt: skip
_MARK = re.compile(
    r"""
    <(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)(?P<rest>(?:"[^"<>]*"|'[^'<>]*'|[^<>"'])*?)(?P<empty>/?)>
  | (?P<comment><!--.*?-->)
  | \[\ *(?P<pause>pause(?:\ +[^\[\]\n]{0,20})?)\]
  | (?<![\w*\\])(?P<stars>\*{1,2})(?=[^\s*])(?P<said>[^*\n]{1,400}?)(?<=[^\s*])(?P=stars)(?![\w*])
  | (?<=[^\W\d_]){(?P<phones>[^{}\n]{1,200})}
  | ^(?P<heading>\#{1,6}\ +)(?=[^\s\#])
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class MarkError(SourceError):
    """A mark at characters ``start:end`` that is written wrongly; ``reason`` says so without its place."""

    def __init__(self, message: str, start: int, end: int, reason: str) -> None:
        super().__init__(message)
        self.start, self.end, self.reason = start, end, reason

    def __reduce__(self) -> tuple[type, tuple[str, int, int, str]]:
        return MarkError, (str(self), self.start, self.end, self.reason)


@dataclass(frozen=True)
class Manner:
    """How characters ``start:end`` of the source are to be read; 0 and 1 change nothing."""

    start: int
    end: int
    emphasis: float = 0.0
    rate: float = 1.0
    pitch_st: float = 0.0
    gain_db: float = 0.0


@dataclass(frozen=True)
class Rest:
    """A pause of so many seconds at a place in the source."""

    at: int
    seconds: float


@dataclass(frozen=True)
class Spelling:
    """IPA phones for what stands at characters ``start:end``; ``at`` is where they are written."""

    start: int
    end: int
    ipa: str
    at: int


@dataclass(frozen=True)
class Marked:
    """A text without its marks, as long as before, and the marks in their order."""

    plain: str
    manners: tuple[Manner, ...] = ()
    rests: tuple[Rest, ...] = ()
    spellings: tuple[Spelling, ...] = ()

    def manner_of(self, start: int, end: int) -> Manner:
        """Return how a word at characters ``start:end`` is read: all marks around it together."""
        found = Manner(start, end)
        for mark in self.manners:
            if mark.start <= start and end <= mark.end:
                found = replace(
                    found, emphasis=mark.emphasis or found.emphasis, rate=found.rate * mark.rate,
                    pitch_st=found.pitch_st + mark.pitch_st, gain_db=found.gain_db + mark.gain_db,
                )  # fmt: skip
        return found

    def spelling_of(self, start: int, end: int) -> Spelling | None:
        """Return the phones that are written for a word, if any."""
        return next((s for s in self.spellings if s.start < end and start < s.end), None)

    def rest_between(self, start: int, end: int) -> float | None:
        """Return the seconds of all pauses asked for at ``start <= place < end``; None where there is none."""
        first = bisect_left(self.rests, start, key=lambda rest: rest.at)
        asked = [rest.seconds for rest in self.rests[first:] if rest.at < end]
        return sum(asked) if asked else None


def place_of(text: str, at: int) -> str:
    """Return where a character stands, as people count: 'line 3, character 12'."""
    line_start = text.rfind("\n", 0, at) + 1
    return f"line {text.count(chr(10), 0, at) + 1}, character {at - line_start + 1}"


def read_marks(text: str) -> Marked:
    """Take the marks out of a text.

    Raises:
        MarkError: with the place, if a tag is unknown, misses its end or has a value that makes no sense.
    """
    reader = _Reader(text)
    marked = reader.read()
    if reader.faults:
        raise reader.faults[0]
    return marked


def mark_faults(text: str) -> tuple[MarkError, ...]:
    """Return all marks of a text that are written wrongly, in their order."""
    reader = _Reader(text)
    reader.scan()
    return tuple(sorted(reader.faults, key=lambda fault: fault.start))


def mark_ranges(text: str) -> list[tuple[int, int]]:
    """Return the character ranges that are marks and not words, wrong ones included, for showing them."""
    found: list[tuple[int, int]] = []
    for match in _marks(text):
        if match["stars"]:
            size = len(match["stars"])
            found += [(match.start(), match.start() + size), (match.end() - size, match.end())]
        else:
            found.append(match.span())
    return found


def _marks(text: str) -> Iterator[re.Match[str]]:
    """Yield what is a mark; the words between stars are looked through again, for marks inside them."""
    at = 0
    while match := _MARK.search(text, at):
        at = match.end()
        if match["name"] and match["name"] not in _TAKES:
            attributes = match["rest"]
            if _ATTRIBUTE.sub("", attributes).strip():
                at = match.start() + 1  # "a <b and c> d": an inequality, no tag
                continue
        if match["stars"]:
            at = match.start() + len(match["stars"])
        yield match


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[tuple[str, re.Match[str], Callable[[int, int], None]]] = []
        self._manners: list[Manner] = []
        self._rests: list[Rest] = []
        self._spellings: list[Spelling] = []
        self.faults: list[MarkError] = []

    def scan(self) -> None:
        """Take all marks in, and the faults among them."""
        for match in _marks(self._text):
            try:
                self._read(match)
            except MarkError as fault:
                self.faults.append(fault)
        for name, match, _ in reversed(self._open):
            self.faults.append(self._wrong(match, f"has no </{name}>. Close it after the last word that it is for."))

    def read(self) -> Marked:
        self.scan()
        manners = sorted(self._manners, key=lambda m: (m.start, -m.end))  # the inner mark after the outer one
        return Marked(_blanked(self._text), tuple(manners), tuple(self._rests), tuple(self._spellings))

    def _read(self, match: re.Match[str]) -> None:
        if match["stars"]:
            level = "strong" if len(match["stars"]) == 2 else "moderate"
            self._manners.append(Manner(*match.span("said"), emphasis=EMPHASIS[level]))
        elif match["pause"]:
            self._rests.append(Rest(match.start(), self._pause_s(match, match["pause"][5:].strip())))
        elif match["phones"]:
            start = next(m.start() for m in re.finditer(r"[^\s{}<>*]+$", self._text[: match.start()][-200:]))
            first = max(match.start() - 200, 0) + start
            self._spellings.append(Spelling(first, match.start(), match["phones"].strip(), match.start("phones")))
        elif match["name"]:
            self._tag(match)

    def _tag(self, match: re.Match[str]) -> None:
        name, rest = match["name"], match["rest"]
        if name not in _TAKES:
            raise self._wrong(
                match, f"is no mark that is known here; there are {', '.join(_TAKES)}. Remove it, or change it to one."
            )
        if match["close"]:
            if not self._open or self._open[-1][0] != name:
                missing = f"closes nothing: there is no open <{name}> before it."
                inner = f"comes before the </{self._open[-1][0]}> of the mark inside it." if self._open else missing
                raise self._wrong(match, inner)
            _, opening, close = self._open.pop()
            close(opening.end(), match.start())
            return
        is_open = not match["empty"] and name != "break"
        if is_open:
            self._open.append((name, match, lambda a, b: None))  # a faulty one is closed by its end all the same
        given = {m[1]: m[2] if m[2] is not None else m[3] for m in _ATTRIBUTE.finditer(rest)}
        odd = sorted(set(given) - set(_TAKES[name]))
        if _ATTRIBUTE.sub("", rest).strip() or odd:
            names = ", ".join(f'{a}="..."' for a in _TAKES[name])
            raise self._wrong(match, f"is not written as it should be: it takes {names}.")
        close = self._meaning(match, name, given)
        if is_open:
            self._open[-1] = name, match, close

    def _meaning(self, match: re.Match[str], name: str, given: dict[str, str]) -> Callable[[int, int], None]:
        """Return what is to be done once the stretch of a tag is known."""
        if name == "break":
            seconds = _PAUSES_S["medium"]
            if "strength" in given:
                seconds = self._named(match, given["strength"], _PAUSES_S)
            if "time" in given:
                seconds = self._pause_s(match, given["time"])
            self._rests.append(Rest(match.start(), seconds))
        elif name == "emphasis":
            level = self._named(match, given.get("level", "moderate"), EMPHASIS)
            return lambda a, b: self._manners.append(Manner(a, b, emphasis=level))
        elif name == "phoneme":
            ipa = given.get("ph", "").strip()
            if not ipa or given.get("alphabet", "ipa") != "ipa":
                raise self._wrong(match, 'needs its sounds in IPA: <phoneme ph="həˈloʊ">hello</phoneme>.')
            return lambda a, b: self._spellings.append(Spelling(a, b, ipa, match.start()))
        elif name == "prosody":
            rate = self._number(match, given.get("rate", "medium"), _RATES, "%", 0.25, 4.0)
            pitch_st = self._number(match, given.get("pitch", "medium"), _PITCHES_ST, "st", -24.0, 24.0)
            gain_db = self._number(match, given.get("volume", "medium"), _VOLUMES_DB, "dB", -40.0, 20.0)
            return lambda a, b: self._manners.append(Manner(a, b, rate=rate, pitch_st=pitch_st, gain_db=gain_db))
        return lambda a, b: None

    def _pause_s(self, match: re.Match[str], text: str) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|)", text)
        if text and not found:
            raise self._wrong(match, 'asks for no time: write seconds, as in [pause 0.5] or <break time="500ms"/>.')
        seconds = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else _PAUSES_S["medium"]
        if seconds > _LONGEST_PAUSE_S:
            raise self._wrong(match, f"is longer than the {_LONGEST_PAUSE_S:g} seconds that a pause can be.")
        return seconds

    def _named(self, match: re.Match[str], value: str, names: dict[str, float]) -> float:
        if value not in names:
            raise self._wrong(match, f"says “{value}”; it takes {', '.join(names)}.")
        return names[value]

    def _number(
        self, match: re.Match[str], value: str, names: dict[str, float], unit: str, low: float, high: float
    ) -> float:
        found = re.fullmatch(rf"([+\-−]?\d+(?:\.\d*)?)\s*({unit}|)", value, re.IGNORECASE)
        if value not in names and not found:
            raise self._wrong(match, f"says “{value}”; it takes {', '.join(names)}, or a number of {unit}.")
        number = float(found[1].replace("−", "-")) if found else names[value]
        if found and unit == "%":
            signed = value[0] in "+-−"  # "+20%" is faster by a fifth, "120%" and "1.2" are so fast
            number = 1 + number / 100 if signed else number / 100 if found[2] else number
        if not low <= number <= high:
            raise self._wrong(match, f"goes beyond what can be said: from {low:g} to {high:g}.")
        return number

    def _wrong(self, match: re.Match[str], what: str) -> MarkError:
        shown = match.group() if len(match.group()) <= 40 else match.group()[:39] + "…"
        where = place_of(self._text, match.start())
        return MarkError(f"“{shown}” in {where}, {what}", *match.span(), f"“{shown}” {what}")


def _blanked(text: str) -> str:
    plain = list(text)
    for match in _marks(text):
        size = len(match["stars"] or "") or match.end() - match.start()
        ends_sentence = match["close"] and match["name"] in ("p", "s")
        plain[match.start() : match.start() + size] = ("\n\n" if ends_sentence else "").ljust(size)
        if match["stars"]:
            plain[match.end() - size : match.end()] = " " * size
        end = text.find("\n", match.end()) if match["heading"] else -1
        if end > 0 and text[end - 1].isalnum():
            plain[end] = "."  # a heading is said for itself
    return "".join(plain)
