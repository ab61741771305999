"""Humdrum **kern in, with **silbe or **text: the part that sings, ties merged, repeats folded."""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from intermezzo.core.media import Melody
from intermezzo.core.music.keys import MODES, Key
from intermezzo.core.music.syllables import HOLD, goes_on, is_sung
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.bar_lines import metre_named, metres_of_bars
from intermezzo.storage.scores.kern_spines import KernPart, KernSheet, Record, sheet_of
from intermezzo.storage.scores.kern_text import JOINT, accented
from intermezzo.storage.scores.musicxml_lyrics import ELISION
from intermezzo.storage.scores.musicxml_parts import frames_of
from intermezzo.storage.scores.reading import (
    LONGEST_FRAMES,
    MOST_CHARS,
    MOST_NOTES,
    Reading,
    key_with,
    latest_changes,
    sound_tempo,
    spans_between,
    within_length,
)

__all__ = ["read_kern"]

_LENGTH = re.compile(r"(\d{1,4})(?:%(\d{1,4}))?(\.{0,4})")
_PITCH = re.compile(r"([a-g]+|[A-G]+)(#{1,2}|-{1,2}|n)?")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNATURE = re.compile(r"\*k\[((?:[a-g](?:#|-)?n?)*)\]")
_KEY = re.compile(r"\*([a-gA-G])([#-]?):(\w*)")
_TEMPO = re.compile(r"\*MM\s*(\d{1,4}(?:\.\d{1,6})?)")
_METRE = re.compile(r"\*M(\d[\d+]*/\d+)")
_SECTION = re.compile(r"\*>([^\[\]>*]+)")
_HYPHENS = re.compile(r"^-+|-+$")
_USUAL_VELOCITY = 80
_MODES = {"": "", "dor": "dorian", "phr": "phrygian", "lyd": "lydian", "mix": "mixolydian", "loc": "locrian",
          "aeo": "minor", "ion": "major"}  # fmt: skip
_LANGUAGES = {"deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "eng": "en", "ita": "it", "lat": "la"}


def read_kern(content: bytes, part: str = "") -> Reading:
    """Read the tune of a Humdrum file.

    Raises:
        Unsound: if it is broken, holds no notes, or no such part.
    """
    sheet = sheet_of(content)
    chosen = _chosen(sheet, part)
    tune = _Tune(chosen)
    rows = tune.rows
    if not rows:
        raise Unsound("there are no notes in it. Name another part.")
    order = sorted(range(len(rows)), key=lambda k: (rows[k][0], rows[k][2], k))
    n_frames = within_length(max(frames_of(tune.at), *(row[1] for row in rows)))
    metres, pickup = metres_of_bars(tune.bars)
    verses = [tuple(verse[k] for k in order) for verse in tune.verses()] or [("",) * len(rows)]
    tempi = latest_changes([(0, 120.0), *tune.tempi], n_frames)
    melody = Melody(
        np.array(rows, np.int32)[order], verses[0], n_frames,
        tuple(tempi), metres, tune.keys(n_frames), (),
        spans_between(tune.sections, n_frames), tuple(verses[1:]), pickup, _title(sheet), _language(sheet),
    )  # fmt: skip
    parts = list(reversed(sheet.parts))  # from the top of the page
    names = tuple(p.name or f"part {k}" for k, p in enumerate(parts, 1))
    return Reading(melody, tuple(tune.remarks(sheet)), names, next(k for k, p in enumerate(parts) if p is chosen))


def _chosen(sheet: KernSheet, wanted: str) -> KernPart:
    if wanted:
        able = list(reversed(sheet.parts))  # from the top of the page
        if wanted.isdecimal() and 0 < int(wanted[:9]) <= len(able):
            return able[int(wanted[:9]) - 1]
        named = next((part for part in able if wanted.lower() in part.name.lower()), None)
        if named is None:
            names = ", ".join(f"{k} {part.name}".strip() for k, part in enumerate(able[:40], 1))
            raise Unsound(f"it has no part {wanted!r}. It has {names}.")
        return named
    most = max(part.sung for part in sheet.parts)
    able = [p for p in sheet.parts if p.count] or sheet.parts
    return next(part for part in reversed(able) if part.sung >= 0.75 * most)


class _Tune:
    """A part, played along its records; ``at`` is where it stands, in quarters."""

    def __init__(self, part: KernPart) -> None:
        self.part = part
        self.at = Fraction(0)
        self.rows: list[list[int]] = []
        self.bars: list[tuple[int, str]] = []
        self.tempi: list[tuple[int, float]] = []
        self.sections: list[tuple[int, str | None]] = []
        self.left_out: Counter[str] = Counter()
        self.has_repeats = False
        self._said: list[list[str | None]] = [[] for _ in range(part.texts)]
        self._slurred: list[bool] = []
        self._key_changes: list[tuple[int, tuple[int, str, str]]] = []
        self._metre = ""
        self._bar = Fraction(0)
        self._fifths = 0
        self._slurs = 0
        self._shift = 0
        self._tied: dict[int, int] = {}
        for record in part.records:
            token = record.token
            if token.startswith("*"):
                self._interpret(token, record.line)
            elif token.startswith("="):
                self.has_repeats |= ":" in token
                self._end_bar()
            elif token and token[0] not in ".!":
                self._sound(record)
        self._end_bar()

    def _end_bar(self) -> None:
        if self.at > self._bar:
            self.bars.append((frames_of(self.at) - frames_of(self._bar), self._metre))
            self._bar = self.at

    def _interpret(self, token: str, line: int) -> None:
        at = frames_of(self.at)
        if found := _METRE.match(token):
            self._metre = metre_named(found[1])
        elif found := _TEMPO.match(token):
            self.tempi.append((at, sound_tempo(float(found[1]), f"line {line}")))
        elif found := _SIGNATURE.fullmatch(token):
            signs = found[1]
            self._fifths = signs.count("#") - signs.count("-")
            self._key_changes.append((at, (self._fifths, "", "")))
        elif found := _KEY.fullmatch(token):
            letter, sign, mode = found.groups()
            named = _MODES.get(mode, "") or ("minor" if letter.islower() else "major")
            tonic = letter.upper() + sign.replace("-", "b")
            self._key_changes.append((at, (Key(tonic, named).fifths, tonic, named)))
        elif found := _SECTION.fullmatch(token):
            self.sections.append((at, accented(found[1]).strip() or None))
        elif found := re.fullmatch(r"\*Trd-?\d+c(-?\d{1,2})", token):
            self._shift = int(found[1])

    def _sound(self, record: Record) -> None:
        notes = record.token.split()
        if any("q" in note or "Q" in note for note in notes):
            self.left_out["grace notes"] += 1
            return
        long = self._length(notes[0], record.line)
        self._slurs = max(self._slurs, 0)
        is_slurred = self._slurs > 0
        self._slurs += sum(note.count("(") - note.count(")") for note in notes)
        start, stop = frames_of(self.at), frames_of(self.at + long)
        self.at += long
        if 480 * self.at > LONGEST_FRAMES:
            raise Unsound("it is far longer than a tune can be. Cut it to its music.")
        pitched = sorted({p: note for note in notes if (p := self._pitch(note, record.line)) is not None}.items())
        if not pitched or stop <= start:
            self.left_out["notes without length"] += bool(pitched)
            return
        said = [_syllable(text) for text in record.texts]
        said += [None] * (self.part.texts - len(said))  # a text may begin in the middle of a file
        is_anew = bool(said) and is_sung(said[0] or "")
        following: dict[int, int] = {}
        for place, (pitch, note) in enumerate(pitched):
            before = self._tied.get(pitch, -1) if "]" in note or "_" in note else -1
            if before >= 0 and self.rows[before][1] == start and not is_anew:
                self.rows[before][1] = stop
                self._join(before, said)
                index = before
            else:
                index = len(self.rows)
                if index >= MOST_NOTES:
                    raise Unsound(f"it holds over {MOST_NOTES:,} notes, more than a tune can have.")
                self.rows.append([start, stop, pitch, _USUAL_VELOCITY])
                self._slurred.append(is_slurred)
                for verse, text in zip(self._said, said, strict=True):
                    verse.append(text if place + 1 == len(pitched) else None)
            if "[" in note or "_" in note:
                following[pitch] = index
        self._tied = following

    def _join(self, k: int, said: Sequence[str | None]) -> None:
        for verse, text in zip(self._said, said, strict=True):
            if text and is_sung(text):
                before = verse[k] or ""
                before = before[:-1] if goes_on(before) else f"{before} " if is_sung(before) else ""
                verse[k] = (before + text)[:MOST_CHARS]

    def _length(self, note: str, line: int) -> Fraction:
        found = _LENGTH.search(note)
        if found is None:
            return Fraction(0)
        number, below, dots = found.groups()
        if int(number) == 0:
            whole = Fraction(4 * 2 ** min(len(number), 3))
        elif below is not None and int(below) == 0:
            raise Unsound(f"line {line}: a note is divided by zero. Mend its length.")
        else:
            whole = Fraction(4 * int(below or 1), int(number))
        return whole * (2 - Fraction(1, 2 ** len(dots)))

    def _pitch(self, note: str, line: int) -> int | None:
        found = _PITCH.search(note)
        if found is None or "r" in note:
            return None
        letters, sign = found[1], found[2] or ""
        octave = 3 + len(letters) if letters[0].islower() else 4 - len(letters)
        pitch = _STEPS[letters[0].upper()] + sign.count("#") - sign.count("-") + 12 * (octave + 1) + self._shift
        if not 0 <= pitch <= 127 or len(set(letters)) > 1:
            raise Unsound(f"line {line} has a note out of range. Put it into an octave that can be heard.")
        return pitch

    def keys(self, n_frames: int) -> tuple[tuple[int, str], ...]:
        """Return the keys; a signature without a tonic is major unless the tonic of its minor sounds for longer."""
        table = np.array(sorted(self.rows))
        changes = latest_changes(self._key_changes, n_frames)
        found: list[tuple[int, str]] = []
        for k, (frame, (fifths, tonic, mode)) in enumerate(changes):
            if not tonic:
                until = changes[k + 1][0] if k + 1 < len(changes) else n_frames
                first, last = np.searchsorted(table[:, 0], (frame, until))
                mass = np.bincount(table[first:last, 2] % 12, table[first:last, 1] - table[first:last, 0], 12)
                mode = "minor" if mass[(fifths * 7 + 9) % 12] > mass[fifths * 7 % 12] else "major"
            named = Key(tonic, mode) if tonic and mode in MODES and abs(fifths) <= 7 else key_with(fifths, mode)
            if named is not None and (not found or found[-1][1] != named.name):
                found.append((frame, named.name))
        return tuple(found)

    def verses(self) -> list[list[str]]:
        """Return the syllables of every verse that has some; a hyphen before one is put after the one before it."""
        found = []
        for said in self._said:
            verse: list[str] = []
            inside = sounds = False
            last = -1
            for k, text in enumerate(said):
                is_joined = k > 0 and self.rows[k - 1][1] == self.rows[k][0]
                if text and text != HOLD:
                    if text[0] in ("-", JOINT) and len(text) > 1:
                        if last >= 0 and is_sung(verse[last]):
                            verse[last] = _going_on(verse[last], joins=text[0] == JOINT)
                        text = text[1:]
                    last, inside = k, goes_on(text)
                    verse.append(text)
                elif text == HOLD or (inside or (self._slurred[k] and sounds and is_joined)):
                    verse.append(HOLD)
                else:
                    verse.append("")
                sounds = bool(verse[-1])
            if any(is_sung(text) for text in verse):
                found.append(verse)
        return found

    def remarks(self, sheet: KernSheet) -> list[str]:
        """Return a sentence on all that the tune does not hold."""
        found = [f"{count} {what} were left out." for what, count in self.left_out.items() if count]
        others = len(sheet.parts) - 1
        if others:
            found.append(f"Took {self.part.name or 'the part that sings'}; {others} other parts stay out.")
        if self.part.further:
            found.append(f"{self.part.further} notes of further voices were left out.")
        if self.has_repeats:
            found.append("Repeats are not written out: the tune is as it stands on the page.")
        return found


def _going_on(text: str, *, joins: bool) -> str:
    bare = text[:-1] if goes_on(text) else text
    return (bare + JOINT if joins and not bare.endswith(JOINT) else bare)[: MOST_CHARS - 1] + "-"


def _syllable(token: str) -> str | None:
    """Return a text token in our convention, a hyphen before it kept; None where there is none."""
    bare = token.strip("{} \t")
    if bare in ("", "."):
        return None
    if set(bare) <= set("|_-"):
        return HOLD
    bare = bare.strip("|_")
    text = _HYPHENS.sub("-", accented(bare)).replace("~", JOINT)
    text = ELISION.join(text.split())[:MOST_CHARS]
    if len(text) > 1 and text.endswith(JOINT):
        text = f"{text}-"[:MOST_CHARS]
    return text if is_sung(text) else None


def _title(sheet: KernSheet) -> str:
    said = next((value for key, value in sheet.references.items() if key.startswith("OTL") and value), "")
    return accented(" ".join(said.split()))[:MOST_CHARS]


def _language(sheet: KernSheet) -> str:
    said = next((v for key, v in sheet.references.items() if key in ("TXO", "TXL", "LAN") and v), "")
    return _LANGUAGES.get(said.strip("@ ")[:3].lower(), "")
