"""The music of ABC: each voice is played along its lines and leaves notes, bars and changes at their places in time."""

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.abc_fields import AbcKey, abc_key, abc_tempo, unit_for, unit_length
from intermezzo.storage.scores.abc_text import plain_text
from intermezzo.storage.scores.bar_lines import metre_named
from intermezzo.storage.scores.reading import LONGEST_FRAMES, MOST_NOTES, MOST_VERSES

__all__ = ["DYNAMICS", "USUAL_VELOCITY", "AbcNote", "AbcVoice"]

USUAL_VELOCITY = 80
DYNAMICS = {"pppp": 15, "ppp": 30, "pp": 45, "p": 60, "mp": 75, "mf": 90, "f": 105, "ff": 120, "fff": 126, "ffff": 127}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"": None, "^^": 2, "^": 1, "=": 0, "_": -1, "__": -2, "^/": 1, "_/": -1}
_NOTE = r"(?P<sign>\^\^|__|\^/|_/|\^|_|=|)(?P<letter>[A-Ga-g])(?P<octave>[,']*)"
_LENGTH = r"(?P<above>\d{0,5})(?P<below>/+\d{0,5})?"
_TOKEN = re.compile(
    r'(?P<text>"[^"]*")|(?P<deco>![^!|\[\]]{1,30}!|\+[a-z0-9<>().]{1,16}\+)|\[(?P<field>[A-Za-z]):(?P<said>[^\]]*)\]'
    r"|(?P<grace>\{[^}]*\})|(?P<tuplet>\(\d{1,2}(?::\d{0,2}){0,2})"
    r"|(?P<bar>\.?(?:\[\||[|:]*\|[|:]*\]?|:[:|]+)(?:\s*\[?\d[\d,-]*)?|\[(?:\d[\d,-]*|\"[^\"]*\")|\|\])"
    r"|\[(?P<chord>(?:[^\[\]|\"!:]|\"[^\"]*\"|![^!]*!)*)\](?P<cabove>\d{0,5})(?P<cbelow>/+\d{0,5})?"
    rf"|{_NOTE}{_LENGTH}|(?P<rest>[zxy])(?P<rabove>\d{{0,5}})(?P<rbelow>/+\d{{0,5}})?|(?P<bars>[ZX])(?P<many>\d{{0,3}})"
    r"|(?P<broken><+|>+)|(?P<slur>\.?\(|\))|(?P<tie>\.?-)|(?P<overlay>&+)|(?P<other>.)",
    re.DOTALL,
)
_INNER = re.compile(rf'(?P<skip>"[^"]*"|![^!]*!)|{_NOTE}{_LENGTH}(?P<tie>-?)|(?P<other>.)')
_USUAL_TUPLET = {2: 3, 3: 2, 4: 3, 5: 2, 6: 2, 7: 2, 8: 3, 9: 2}


@dataclass
class AbcNote:
    """Notes struck together: ``pitches`` with whether each is tied on; ``start`` and ``long`` in quarters."""

    start: Fraction
    long: Fraction
    pitches: list[tuple[int, bool]]
    bar: int
    is_slurred: bool
    velocity: int
    is_overlay: bool = False
    verses: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Struck:
    pitch: int
    letter: str
    octave: int
    sign: int

    @property
    def place(self) -> tuple[str, int]:
        return self.letter, self.octave


@dataclass
class _Tuplet:
    left: int
    ratio: Fraction


class AbcVoice:
    """One voice while it is read; times are in quarters from its beginning.

    Attributes:
        notes: in order.
        bars: (start, stop, metre) of each; '' for free time.
        keys, tempi, chords, sections: (time, value).
        has_repeats: whether repeat signs stand in it.
    """

    def __init__(self, name: str, metre: str, unit: Fraction, key: AbcKey, shift: int) -> None:
        self.name = name
        self.notes: list[AbcNote] = []
        self.bars: list[tuple[Fraction, Fraction, str]] = []
        self.keys: list[tuple[Fraction, AbcKey]] = [(Fraction(0), key)]
        self.tempi: list[tuple[Fraction, float]] = []
        self.chords: list[tuple[Fraction, str]] = []
        self.sections: list[tuple[Fraction, str]] = []
        self.has_repeats = False
        self.left_out: Counter[str] = Counter()
        self.propagates = "pitch"
        self.line_start = 0
        self.verse = 0
        self._metre, self._unit, self._key, self._shift = metre, unit, key, shift
        self._at = self._bar_start = Fraction(0)
        self._signs: dict[str, int] = {}
        self._tied: dict[tuple[str, int], int] = {}
        self._struck: list[_Struck] = []
        self._slurs = 0
        self._velocity = USUAL_VELOCITY
        self._tuplet: _Tuplet | None = None
        self._broken = Fraction(1)
        self._last: AbcNote | None = None
        self._last_long = Fraction(0)
        self._overlay: Fraction | None = None
        self._goes_on = False

    @property
    def texted(self) -> int:
        """How many notes have a sign of lyrics."""
        return sum(bool(note.verses) for note in self.notes)

    # Lines

    def music(self, line: str) -> None:
        """Play a line of music."""
        if not self._goes_on:
            self.line_start, self.verse = len(self.notes), 0
        self._goes_on = line.endswith("\\")
        for found in _TOKEN.finditer(line):
            self._token(found)
            if len(self.notes) > MOST_NOTES or 480 * self._at > LONGEST_FRAMES:
                raise Unsound("it is far longer than a tune can be. Cut it to its music.")

    def next_verse(self) -> int | None:
        """Return the number of the next verse under the line of music; None where there are too many."""
        self.verse += 1
        if self.verse > MOST_VERSES:
            self.left_out["verses"] += 1
            return None
        return self.verse

    def finish(self) -> None:
        """End the last bar."""
        self._end_bar()

    @property
    def end(self) -> Fraction:
        """Where the voice stands."""
        return self._at

    # Fields

    def field(self, letter: str, said: str) -> None:
        """Take a field that stands alone or inside the music."""
        if letter == "K":
            key = abc_key(said)
            if key.is_said:
                self._key = key
                self._signs.clear()
                self.keys.append((self._at, key))
            self._shift = key.shift if key.shift or not key.is_said else self._shift
        elif letter == "M":
            self._metre = metre_named(said)
        elif letter == "L":
            self._unit = unit_length(said) or unit_for(self._metre)
        elif letter == "Q":
            bpm = abc_tempo(said, self._unit)
            if bpm is not None:
                self.tempi.append((self._at, bpm))
        elif letter == "P":
            self.sections.append((self._at, plain_text(said)))
        elif letter == "r" and said.strip() in ("end of section", "end of chord"):
            (self.sections if "section" in said else self.chords).append((self._at, ""))
        elif letter == "I" and (found := re.match(r"propagate-accidentals\s+(\w+)", said.strip())):
            self.propagates = found[1]

    # Tokens

    def _token(self, found: re.Match[str]) -> None:
        kind = found.lastgroup
        if found["letter"]:
            self._note([(self._struck_by(found), False)], self._length(found["above"], found["below"]))
        elif found["chord"] is not None:
            self._chord(found)
        elif found["rest"]:
            if found["rest"] != "y":
                self._rest(self._length(found["rabove"], found["rbelow"]))
        elif found["bar"]:
            self._bar(found["bar"])
        elif found["text"]:
            if found["text"][1:2] not in tuple("^_<>@"):
                self.chords.append((self._at, plain_text(found["text"][1:-1])))
        elif found["field"]:
            self.field(found["field"], found["said"])
        elif found["deco"]:
            self._velocity = DYNAMICS.get(found["deco"][1:-1], self._velocity)
        elif found["tuplet"]:
            self._begin_tuplet(found["tuplet"])
        elif found["bars"]:
            self._full_bars(int(found["many"] or 1))
        elif found["broken"]:
            self._break(found["broken"])
        elif found["tie"]:
            self._tie()
        elif found["slur"]:
            self._slurs = max(self._slurs + (1 if found["slur"].endswith("(") else -1), 0)
            if found["slur"].endswith("("):
                self._last = None  # the first note of a slur is not led to
        elif found["overlay"]:
            self._begin_overlay()
        elif kind == "grace":
            self.left_out["grace notes"] += 1

    def _length(self, above: str | None, below: str | None) -> Fraction:
        length = Fraction(int(above) if above else 1)
        if below:
            slashes = below.count("/")
            number = below.lstrip("/")
            if number and int(number) == 0:
                raise Unsound(f"bar {len(self.bars) + 1}: a note is divided by zero. Mend its length.")
            length /= int(number) if number else 2**slashes
        return length * self._unit

    def _struck_by(self, found: re.Match[str]) -> _Struck:
        letter, sign = found["letter"].upper(), _SIGNS[found["sign"]]
        octave = 4 + found["letter"].islower() + found["octave"].count("'") - found["octave"].count(",")
        where = letter if self.propagates == "pitch" else f"{letter}{octave}"
        tied = self._tied.get((letter, octave))
        if sign is None:
            usual = self._key.altered.get(letter, 0)
            sign = tied if tied is not None else self._signs.get(where, usual)
        elif self.propagates != "not":
            self._signs[where] = sign
        pitch = _STEPS[letter] + sign + 12 * (octave + 1) + self._shift
        if not 0 <= pitch <= 127:
            raise Unsound(f"bar {len(self.bars) + 1} has a note out of range. Put it into an octave that can be heard.")
        return _Struck(pitch, letter, octave, sign)

    def _chord(self, found: re.Match[str]) -> None:
        struck: list[tuple[_Struck, bool]] = []
        inner: Fraction | None = None
        for part in _INNER.finditer(found["chord"]):
            if part["letter"]:
                struck.append((self._struck_by(part), bool(part["tie"])))
                inner = inner if inner is not None else self._length(part["above"], part["below"]) / self._unit
        if struck:
            self._note(struck, self._length(found["cabove"], found["cbelow"]) * (inner or 1))

    def _stretched(self, long: Fraction) -> Fraction:
        long *= self._broken
        self._broken = Fraction(1)
        if self._tuplet is not None:
            long *= self._tuplet.ratio
            self._tuplet.left -= 1
            if self._tuplet.left <= 0:
                self._tuplet = None
        return long

    def _note(self, struck: list[tuple[_Struck, bool]], long: Fraction) -> None:
        long = self._stretched(long)
        is_slurred = self._slurs > 0 and self._last is not None
        pitches = [(one.pitch, is_tied) for one, is_tied in struck]
        note = AbcNote(
            self._at, long, pitches, len(self.bars), is_slurred, self._velocity, is_overlay=self._overlay is not None
        )
        self._tied = {one.place: one.sign for one, is_tied in struck if is_tied}
        self._struck = [one for one, _ in struck]
        self._at += long
        self._last, self._last_long = note, long
        if long > 0:
            self.notes.append(note)
        else:
            self.left_out["notes without length"] += 1

    def _rest(self, long: Fraction) -> None:
        long = self._stretched(long)
        self._at += long
        self._last, self._last_long = None, long
        self._tied = {}

    def _tie(self) -> None:
        if self._last is not None:
            self._last.pitches[:] = [(pitch, True) for pitch, _ in self._last.pitches]
            self._tied = {one.place: one.sign for one in self._struck}

    def _begin_tuplet(self, text: str) -> None:
        numbers = [int(n) if n else 0 for n in text[1:].split(":")]
        p = numbers[0]
        q = numbers[1] if len(numbers) > 1 else 0
        r = numbers[2] if len(numbers) > 2 else 0
        if not q:
            is_compound = self._metre.endswith("8") and self._metre.split("/")[0] in ("6", "9", "12")
            q = 3 if is_compound and p in (5, 7, 9) else _USUAL_TUPLET.get(p, p)
        self._tuplet = _Tuplet(r or p, Fraction(q, p)) if p else None

    def _break(self, signs: str) -> None:
        """Lengthen the note before and shorten the next, or the other way round."""
        part = Fraction(1, 2 ** min(len(signs), 8))
        before, after = (2 - part, part) if signs[0] == ">" else (part, 2 - part)
        change = self._last_long * (before - 1)
        if self._last is not None:
            self._last.long += change
        self._last_long += change
        self._at += change
        self._broken = after

    def _full_bars(self, count: int) -> None:
        quarters = Fraction(4)
        if self._metre:
            beats, unit = self._metre.split("/")
            quarters = Fraction(4 * int(beats), int(unit))
        for k in range(count):
            self._rest(quarters)
            if k + 1 < count:
                self._end_bar()

    def _bar(self, text: str) -> None:
        self.has_repeats |= ":" in text or bool(re.search(r"\d", text))
        if "|" in text or ":" in text:
            self._end_bar()

    def _end_bar(self) -> None:
        if self._overlay is not None:
            self._at, self._overlay = max(self._at, self._overlay), None
        self._signs.clear()
        if self._at > self._bar_start:
            self.bars.append((self._bar_start, self._at, self._metre))
            self._bar_start = self._at

    def _begin_overlay(self) -> None:
        self._overlay = max(self._at, self._overlay or self._at)
        self._at = self._bar_start
        self._last = None
        self._tied = {}
        self._signs.clear()
