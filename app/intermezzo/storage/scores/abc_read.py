"""ABC in: the voice that sings of a tune (version 2.1 and what older files do), with verses, chords, keys and parts.

Repeats stay folded, as in other scores: verses stand under the same notes. Remarks tell what the tune cannot hold.
"""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from intermezzo.core.media import Melody
from intermezzo.core.music.syllables import is_sung
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.abc_fields import abc_key, abc_tempo, unit_for, unit_length
from intermezzo.storage.scores.abc_lyrics import Sung, aligned, held
from intermezzo.storage.scores.abc_music import AbcNote, AbcVoice
from intermezzo.storage.scores.abc_text import AbcTune, plain_text, tunes_of
from intermezzo.storage.scores.bar_lines import metre_named, metres_of_bars
from intermezzo.storage.scores.chord_text import symbol_near
from intermezzo.storage.scores.musicxml_parts import frames_of
from intermezzo.storage.scores.reading import (
    MOST_CHARS,
    Reading,
    latest_changes,
    sound_tempo,
    spans_between,
    within_length,
)

__all__ = ["OWN_CREATOR", "read_abc"]

OWN_CREATOR = "Intermezzo"
_VOICE = re.compile(r"\s*(?:\"([^\"]*)\"|(\S+))(.*)")
_INLINE_VOICE = re.compile(r"\[V:([^\]]*)\]")
_NAME = re.compile(r"\b(?:sub|s|)n(?:ame|m)\s*=\s*(?:\"([^\"]*)\"|(\S+))")


def read_abc(content: bytes, part: str = "") -> Reading:
    """Read the tune of an ABC file.

    Where a file holds several tunes, ``part`` names one of them; else a voice.

    Raises:
        Unsound: if it is broken, holds no notes, or no such tune or voice.
    """
    tunes = tunes_of(content)
    tune = tunes[0]
    if len(tunes) > 1 and part:
        tune, part = _named_tune(tunes, part), ""
    file = _File(tune)
    voice = file.singing(part)
    reading = _reading(file, voice)
    if len(tunes) > 1:
        remark = f"It holds {len(tunes)} tunes; this is {tune.title or 'the one that was asked for'}."
        names = tuple(other.title or f"tune {k}" for k, other in enumerate(tunes, 1))
        return Reading(reading.melody, (remark, *reading.remarks), names, tunes.index(tune))
    return reading


def _named_tune(tunes: Sequence[AbcTune], wanted: str) -> AbcTune:
    numbers = {next((said.strip() for letter, said in tune.fields if letter == "X"), ""): tune for tune in tunes}
    named = next((tune for tune in tunes if wanted.lower() in tune.title.lower()), None)
    found = numbers.get(wanted) or named

    if found is None:
        names = ", ".join(f"{k} {tune.title}" for k, tune in enumerate(tunes[:30], 1))
        raise Unsound(f"it has no tune {wanted!r}. It has {names}.")
    return found


class _File:
    """The voices of a tune, read."""

    def __init__(self, tune: AbcTune) -> None:
        self.title = tune.title[:MOST_CHARS]
        self.language = ""
        self.is_own = False
        self.bpm: float | None = None
        self.voices: dict[str, AbcVoice] = {}
        self._shifts: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._metre, self._unit, self._key = "", Fraction(1, 2), abc_key("none")
        self._propagates = ""
        self._voice = ""
        self._read(tune)
        for voice in self.voices.values():
            voice.finish()
        if not any(voice.notes for voice in self.voices.values()):
            raise Unsound("there are no notes in it. Choose a tune with music.")

    @property
    def able(self) -> list[AbcVoice]:
        """The voices that have notes."""
        return [voice for voice in self.voices.values() if voice.notes]

    def singing(self, wanted: str) -> AbcVoice:
        """Return the voice that is asked for, else the first with about as many words as any has.

        Raises:
            Unsound: if there is none of that name.
        """
        able = self.able
        if wanted:
            named = [v for v in able if wanted.lower() in v.name.lower()]
            if wanted.isdecimal() and 0 < int(wanted[:9]) <= len(able):
                named = [able[int(wanted[:9]) - 1]]
            if not named:
                names = ", ".join(f"{k} {v.name}".strip() for k, v in enumerate(able[:30], 1))
                raise Unsound(f"it has no part {wanted!r}. It has {names}.")
            return named[0]
        most = max(voice.texted for voice in able)
        return next(voice for voice in able if voice.texted >= 0.5 * most)

    def _read(self, tune: AbcTune) -> None:
        said_unit = None
        tempo = ""
        for letter, said in tune.fields:
            if letter == "M":
                self._metre = metre_named(said)
            elif letter == "L":
                said_unit = unit_length(said)
            elif letter == "Q":
                tempo = said
            elif letter == "K":
                self._key = abc_key(said)
            elif letter == "V":
                self._declare(said)
            elif letter == "I":
                self._instruct(said)
        self._unit = said_unit or unit_for(self._metre)
        self.bpm = abc_tempo(tempo, self._unit) if tempo else None
        self._voice = next(iter(self._names), "")
        last = ""
        for letter, said in tune.lines:
            if letter == "":
                self._music(said)
            elif letter == "w":
                self._words(said)
            elif letter == "V":
                self._voice = self._declare(said)
            elif letter == "+" and last == "w":
                self._more_words(said)
                continue
            elif letter == "I":
                self._instruct(said)
            elif letter in "KMLQPr":
                self._current.field(letter, said)
            last = letter

    def _instruct(self, said: str) -> None:
        name, _, value = said.partition(" ")
        if name in ("abc-creator", "propagate-accidentals", "language"):
            value = value.strip()
            if name == "abc-creator":
                self.is_own = value == OWN_CREATOR
            elif name == "language":
                self.language = plain_text(value)[:MOST_CHARS]
            else:
                self._propagates = value
                for voice in self.voices.values():
                    voice.propagates = value

    def _declare(self, said: str) -> str:
        """Take a V: field; returns the name of its voice."""
        found = _VOICE.match(said)
        if found is None:
            return self._voice
        name, more = found[1] or found[2] or "", found[3]
        named = _NAME.search(more)
        self._names[name] = plain_text((named[1] or named[2]) if named else self._names.get(name, name))
        if more.strip():
            self._shifts[name] = abc_key(_NAME.sub("", more)).shift
        return name

    @property
    def _current(self) -> AbcVoice:
        name = self._voice
        if name not in self.voices:
            shift = self._shifts.get(name, self._key.shift)
            self.voices[name] = AbcVoice(self._names.get(name, name), self._metre, self._unit, self._key, shift)
            if self._propagates:
                self.voices[name].propagates = self._propagates
        return self.voices[name]

    def _music(self, line: str) -> None:
        at = 0
        for found in _INLINE_VOICE.finditer(line):
            if line[at : found.start()].strip():
                self._current.music(line[at : found.start()])
            self._voice, at = self._declare(found[1]), found.end()
        self._current.music(line[at:])

    def _words(self, line: str) -> None:
        voice = self._current
        verse = voice.next_verse()
        if verse is not None:
            notes = [note for note in voice.notes[voice.line_start :] if not note.is_overlay]
            self._lay(line, verse, notes)

    def _more_words(self, line: str) -> None:
        voice = self._current
        notes = [n for n in voice.notes[voice.line_start :] if not n.is_overlay]
        taken = [k for k, note in enumerate(notes) if voice.verse in note.verses]
        self._lay(line, voice.verse, notes[taken[-1] + 1 if taken else 0 :])

    def _lay(self, line: str, verse: int, notes: Sequence[AbcNote]) -> None:
        for note, sign in zip(notes, aligned(line, [note.bar for note in notes]), strict=True):
            if sign is not None:
                note.verses[verse] = sign


def _reading(file: _File, voice: AbcVoice) -> Reading:
    notes = [note for note in voice.notes if not note.is_overlay]
    verses = _verses(notes, guesses=not file.is_own)
    rows, lyrics = _rows(notes, verses)
    if file.is_own:
        further, _ = _rows([note for note in voice.notes if note.is_overlay], [])
        rows += further
        lyrics = [[*verse, *[""] * len(further)] for verse in lyrics]
    order = sorted(range(len(rows)), key=lambda k: (rows[k][0], rows[k][2], k))
    n_frames = within_length(max(frames_of(voice.end), *(row[1] for row in rows)))
    bars = [(frames_of(stop) - frames_of(start), metre) for start, stop, metre in voice.bars]
    metres, pickup = metres_of_bars(bars, joins=not file.is_own)
    chords, reduced = _chords(voice, file.is_own)
    sung = [tuple(verse[k] for k in order) for verse in lyrics] or [("",) * len(rows)]
    melody = Melody(
        np.array(rows, np.int32)[order], sung[0], n_frames, _tempi(file, voice, n_frames), metres,
        _keys(voice, n_frames), spans_between(chords, n_frames),
        spans_between([(frames_of(at), label or None) for at, label in voice.sections], n_frames), tuple(sung[1:]),
        pickup, file.title, file.language,
    )  # fmt: skip
    able = file.able
    names = tuple(v.name or f"voice {k}" for k, v in enumerate(able, 1))
    return Reading(
        melody, tuple(_remarks(file, voice, reduced)), names, next(k for k, v in enumerate(able) if v is voice)
    )


def _remarks(file: _File, voice: AbcVoice, reduced: int) -> list[str]:
    found = []
    others = [other.name for other in file.voices.values() if other is not voice and other.notes]
    if others:
        found.append(f"Took the voice {voice.name}; other voices stay out: {', '.join(others)[:300]}.")
    if voice.has_repeats:
        found.append("Repeats are not written out: the tune is as it stands on the page.")
    left_out = Counter(voice.left_out)
    if not file.is_own and (count := sum(note.is_overlay for note in voice.notes)):
        left_out["notes of further voices"] += count
    found += [f"{count} {what} were left out." for what, count in left_out.items()]
    if reduced:
        found.append(f"{reduced} chord symbols were reduced to a kind that chord lanes have.")
    return found


def _verses(notes: Sequence[AbcNote], *, guesses: bool) -> list[list[str]]:
    numbers = sorted({number for note in notes for number in note.verses})
    sung = []
    end = Fraction(-1)
    for note in notes:
        sung.append(Sung(note.bar, note.is_slurred, note.start == end))
        end = note.start + note.long
    return [held([note.verses.get(number) for note in notes], sung, guesses=guesses) for number in numbers]


def _rows(notes: Sequence[AbcNote], verses: Sequence[Sequence[str]]) -> tuple[list[list[int]], list[list[str]]]:
    """Return notes as rows, ties merged, and their verses; of notes struck together the highest has the syllable."""
    rows: list[list[int]] = []
    lyrics: list[list[str]] = [[] for _ in verses]
    tied: dict[tuple[int, int], int] = {}  # by pitch and end
    for k, note in enumerate(notes):
        start, stop = frames_of(note.start), frames_of(note.start + note.long)
        said = [verse[k] for verse in verses]
        is_anew = bool(said) and is_sung(said[0])
        ordered = sorted(set(note.pitches))
        for place, (pitch, goes_on) in enumerate(ordered):
            before = tied.pop((pitch, start), -1)
            if before >= 0 and not is_anew:
                rows[before][1] = stop
                _join(lyrics, before, said)
                if goes_on:
                    tied[pitch, stop] = before
                continue
            if stop <= start:
                continue
            if goes_on:
                tied[pitch, stop] = len(rows)
            rows.append([start, stop, pitch, note.velocity])
            for verse, text in zip(lyrics, said, strict=True):
                verse.append(text if place + 1 == len(ordered) else "")
    return rows, lyrics


def _join(lyrics: Sequence[list[str]], k: int, said: Sequence[str]) -> None:
    """Put the syllables that further verses have on a tied note to those it is tied to."""
    for verse, text in zip(lyrics, said, strict=True):
        if is_sung(text):
            before = verse[k] if is_sung(verse[k]) else ""
            joint = before[:-1] if before.endswith("-") else before + " " if before else ""
            verse[k] = (joint + text)[:MOST_CHARS]


def _tempi(file: _File, voice: AbcVoice, n_frames: int) -> tuple[tuple[int, float], ...]:
    said = voice.tempi or next((other.tempi for other in file.voices.values() if other.tempi), [])
    found = [(frames_of(at), sound_tempo(bpm, "a Q: field")) for at, bpm in said]
    if file.bpm is not None:
        found.insert(0, (0, sound_tempo(file.bpm, "its header")))
    return tuple(latest_changes([(0, 120.0), *found], n_frames))


def _keys(voice: AbcVoice, n_frames: int) -> tuple[tuple[int, str], ...]:
    changes = latest_changes([(frames_of(at), key.key.name if key.key else "") for at, key in voice.keys], n_frames)
    return tuple((frame, name) for frame, name in changes if name)


def _chords(voice: AbcVoice, is_own: bool) -> tuple[list[tuple[int, str | None]], int]:
    found: list[tuple[int, str | None]] = []
    reduced = 0
    for at, text in voice.chords:
        symbol, is_reduced = symbol_near(text) if not is_own else (text, False)
        if symbol or (is_own and not text):
            reduced += is_reduced
            found.append((frames_of(at), symbol or None))
    return found, reduced
