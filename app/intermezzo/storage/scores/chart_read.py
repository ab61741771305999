"""Chord charts in: bars of chords between ``|`` as people type them, with key, metre, tempo and section headings.

    Title: My song
    Key: G major      Metre: 4/4      Tempo: 92
    [Verse]
    | G | Em | C D7 | G . . D/F# | %  | N.C. |

Chords of a bar share it evenly where its beats allow, else the first is held longest; ``.`` or ``/`` holds a chord and
``%`` repeats a bar. ``|: ... :|`` is played twice, or as often as ``x3`` after it says; alone, that repeats its line. A
line of chords without bars has one a bar. Such a tune has no notes.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

import numpy as np

from intermezzo.core.errors import FileError, SketchError
from intermezzo.core.media import Melody
from intermezzo.core.music.keys import key_of
from intermezzo.core.music.metre import Metre, metre_of
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.chord_text import symbol_near
from intermezzo.storage.scores.reading import (
    MOST_CHARS,
    Reading,
    latest_changes,
    sound_tempo,
    spans_between,
    within_length,
)

__all__ = ["chart_in", "is_chart", "read_chart"]

_T = TypeVar("_T")
_HEADING = re.compile(r"\s*([A-Za-z ]{3,16}?)\s*[:=]\s*(.*?)\s*")
_SECTION = re.compile(r"\s*(?:\[([^\]|]{1,60})\]|([^|:]{1,60}):)\s*")
_TIMES = re.compile(r"\s*[(x×]*\s*(?:x|×)\s*(\d{1,2})\)?\s*$", re.IGNORECASE)
_BAR = re.compile(r"\|+:?|:\|+|‖")
_SIGNED_BAR = re.compile(r"(:?[|‖]+:?)([^|‖:]*)")
_METRE = re.compile(r"\(?(\d{1,2}/\d{1,2})\)?")
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,6})?")
_HOLDS = (".", "/", "-", "•")
_SAME = ("%", "𝄎", "./.")
_MOST_BARS = 4000
_NAMES = {
    "title": "title", "song": "title", "key": "key", "tonality": "key", "tonart": "key", "time": "metre",
    "meter": "metre", "metre": "metre", "time signature": "metre", "takt": "metre", "tempo": "tempo", "bpm": "tempo",
    "pickup": "pickup", "auftakt": "pickup", "language": "language",
}  # fmt: skip


def is_chart(text: str) -> bool:
    """Tell whether a text is a chord chart and no lyrics: a line of bars with a chord in most of them."""
    for line in text.splitlines()[:60]:
        if line.count("|") >= 2:
            bars = [bar.split() for bar in _BAR.split(_TIMES.sub("", line)) if bar.strip()]
            named = sum(all(t in (*_HOLDS, *_SAME) or symbol_near(t)[0] for t in bar) for bar in bars)
            return bool(bars) and 2 * named > len(bars)
    return False


def chart_in(text: str) -> Melody | None:
    """Return the tune of a text that is a chord chart; None for lyrics.

    Raises:
        FileError: with the number of the line, if a chord, a key or a metre in it cannot be read.
    """
    if not is_chart(text):
        return None
    try:
        return read_chart(text.encode("utf-8", "replace")).melody
    except Unsound as problem:
        raise FileError(f"The chords cannot be read: {problem}") from None


def read_chart(content: bytes, part: str = "") -> Reading:
    """Read a chord chart; the tune has chords and no notes.

    Raises:
        Unsound: with the number of the line, if a chord, a key or a metre cannot be read, or there is none.
    """
    if part:
        raise Unsound("a chord chart has no parts. Leave the part out.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\0" in text:
        raise Unsound("it is no text. Choose a chord chart.")
    chart = _Chart()
    for number, line in enumerate(text.splitlines(), 1):
        chart.line(line, number)
    return chart.reading()


class _Chart:
    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self.tempi: list[tuple[int, float]] = []
        self.keys: list[tuple[int, str]] = []
        self.metres: list[tuple[int, str]] = [(0, "4/4")]
        self.points: list[tuple[int, str | None]] = []
        self.sections: list[tuple[int, str | None]] = []
        self.reduced = 0
        self.at = 0
        self.pickup = 0
        self._last: list[tuple[Fraction, str]] = []
        self._since: list[list[str]] = []  # bars since the last sign of a repeat

    @property
    def metre(self) -> Metre:
        return metre_of(self.metres[-1][1])

    def line(self, line: str, number: int) -> None:
        """Take a line."""
        if not line.strip() or line.lstrip()[:1] in ("#", "`"):
            return
        if "|" not in line and "‖" not in line:
            if self._headings(line, number):
                return
            section = _SECTION.fullmatch(line)
            if section is not None:
                self.sections.append((self.at, (section[1] or section[2]).strip()[:MOST_CHARS]))
                return
            self._bars([[token] for token in line.split()], number)
            return
        before, bar, rest = line.partition("|")
        if section := _SECTION.fullmatch(before):
            self.sections.append((self.at, (section[1] or section[2]).strip()[:MOST_CHARS]))
            line = bar + rest
        times = _TIMES.search(line)
        self._row(line[: times.start()] if times else line, int(times[1]) if times else 0, number)

    def _row(self, line: str, times: int, number: int) -> None:
        """Take a line of bars; what a repeat sign or its number of ``times`` repeats is played again."""
        own: list[list[str]] = []
        has_repeat = False
        for sign, inside in _SIGNED_BAR.findall(f"|{line}" if line.lstrip()[:1] not in ("|", ":") else line):
            if sign.startswith(":"):
                for _ in range(max(times, 2) - 1):
                    self._bars(self._since, number)
                self._since, has_repeat = [], True
            if sign.endswith(":"):
                self._since, has_repeat = [], True
            if tokens := inside.split():
                self._bars([tokens], number)
                self._since.append(tokens)
                own.append(tokens)
        for _ in range(0 if has_repeat else times - 1):
            self._bars(own, number)

    def _headings(self, line: str, number: int) -> bool:
        """Take what a heading line says, several with wide gaps between them; False if it is none."""
        pieces = [piece for piece in re.split(r"\s{2,}|\t+|;", line.strip()) if piece]
        found = [_HEADING.fullmatch(piece) for piece in pieces]
        named = [m and _NAMES.get(m[1].strip().lower()) for m in found]
        if not named or not all(named):
            return False
        for heading, name in zip(found, named, strict=True):
            if heading is not None and name is not None:
                self._say(name, heading[2], number)
        return True

    def _say(self, name: str, value: str, number: int) -> None:
        try:
            if name == "key":
                self.keys.append((self.at, key_of(value).name))
            elif name == "metre":
                self._change_metre(value)
            elif name == "tempo":
                found = _NUMBER.search(value.rpartition("=")[2])
                if found is None:
                    raise Unsound(f"line {number}: the tempo {value[:20]!r} is no number. Write it like 92.")
                self.tempi.append((self.at, sound_tempo(float(found[0]), f"line {number}")))
            elif name == "pickup" and self.at == 0:
                above, _, below = value.partition("/")
                beats = Fraction(int(above), int(below)) if below else Fraction(int(above), self.metre.unit)
                self.at = self.pickup = int(beats * 1920) % self.metre.bar_frames
            elif name in ("title", "language"):
                self.said[name] = value[:MOST_CHARS]
        except SketchError as problem:
            raise Unsound(f"line {number}: {problem}") from None
        except (ValueError, ZeroDivisionError):
            raise Unsound(f"line {number}: {value[:20]!r} is no pick-up. Write it like 1/4.") from None

    def _change_metre(self, value: str) -> None:
        name = metre_of(value).name
        at = 0 if self.at == self.pickup else self.at
        if self.metres[-1][0] == at:
            self.metres.pop()
        self.metres.append((at, name))

    def _bars(self, bars: Sequence[Sequence[str]], number: int) -> None:
        for tokens in bars:
            tokens = list(tokens)
            if (found := _METRE.fullmatch(tokens[0])) is not None:
                self._say("metre", found[1], number)
                del tokens[0]
            if tokens:
                self._bar(tokens, number)

    def _bar(self, tokens: Sequence[str], number: int) -> None:
        long = self.metre.bar_frames
        if len(tokens) == 1 and tokens[0] in _SAME:
            shared = self._last
        else:
            shares = self._shares(len(tokens), tokens)
            shared = [(share, self._symbol(token, number)) for share, token in zip(shares, tokens, strict=True)]
        at = Fraction(self.at)
        for share, symbol in shared:
            if symbol:
                self.points.append((round(at), symbol))
            at += share * long
        self._last = shared
        self.at = within_length(self.at + long)
        if self.at > _MOST_BARS * 1920:
            raise Unsound(f"it has over {_MOST_BARS:,} bars, more than a tune can have.")

    def _symbol(self, token: str, number: int) -> str:
        if token in _HOLDS:
            return ""
        symbol, is_reduced = symbol_near(token)
        if not symbol:
            raise Unsound(f"line {number}: {token[:20]!r} is no chord. Write it like G, Em, D7 or C/E.")
        self.reduced += is_reduced
        return symbol

    def _shares(self, count: int, tokens: Sequence[str]) -> list[Fraction]:
        """Return how much of the bar each token has."""
        beats = self.metre.bar_frames // self.metre.beat_frames
        is_even = beats % count == 0 or count >= beats or any(token in _HOLDS for token in tokens)
        if is_even or count == 0:
            return [Fraction(1, count)] * count
        longer = beats % count  # so many of the first have a beat more
        return [Fraction(beats // count + (k < longer), beats) for k in range(count)]

    def reading(self) -> Reading:
        """Return what was read."""
        if not self.points:
            raise Unsound("there are no chords in it. Write bars of them, like | G | Em | C D7 | G |.")
        points = [point for k, point in enumerate(self.points) if k == 0 or self.points[k - 1][1] != point[1]]
        reduced = f"{self.reduced} chord symbols were reduced to a kind that chord lanes have."
        melody = Melody(
            np.zeros((0, 4), np.int32), (), self.at, self._held([(0, 120.0), *self.tempi]), tuple(self.metres),
            self._held(self.keys), spans_between(points, self.at), spans_between(self.sections, self.at), (),
            self.pickup, self.said.get("title", ""), self.said.get("language", ""),
        )  # fmt: skip
        return Reading(melody, (reduced,) if self.reduced else ())

    def _held(self, changes: Sequence[tuple[int, _T]]) -> tuple[tuple[int, _T], ...]:
        """Return changes; those at the end of the pick-up hold from the beginning."""
        return tuple(latest_changes([(0 if at == self.pickup else at, value) for at, value in changes], self.at))
