"""MusicXML out: one part of valid partwise 4.0 that notation programs open, and that our reading gives back whole.

Notes are cut at bar lines and tied, and spelled as their key writes them. Notes that overlap get voices of their own;
what begins between notes (a chord, a tempo) stands before its note with an offset.
"""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from intermezzo.core.media import Melody
from intermezzo.core.music.keys import Key, key_of, spelled
from intermezzo.core.music.metre import FRAMES_PER_QUARTER, Bars, Metre, metre_of
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.beams import add_beams
from intermezzo.storage.scores.durations import Piece, pieces_of_bar
from intermezzo.storage.scores.musicxml_harmony import harmony_element
from intermezzo.storage.scores.musicxml_lyrics import lyric_elements
from intermezzo.storage.scores.musicxml_read import END_OF_SECTION, OWN_SOFTWARE
from intermezzo.storage.scores.musicxml_tree import zipped
from intermezzo.storage.scores.voices import Event, voices_of

__all__ = ["Signs", "written_musicxml", "written_mxl"]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC '
    '"-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOXED = {"enclosure": "rectangle", "font-weight": "bold", "font-style": "normal"}
_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_LOWEST = 12
_BASS_BELOW = 55


def written_mxl(melody: Melody) -> bytes:
    """Return a tune as zipped MusicXML; see `written_musicxml`."""
    return zipped(written_musicxml(melody))


@dataclass(frozen=True)
class Signs:
    """What is written beside notes, rests, keys and metres; scores for engraving differ from files for others.

    ``ids`` names each note after its place, "n0", "n1", and what is tied to it "n0-1", "n0-2"; ``hidden`` marks say
    where chords and sections end, for those who read the file back; ``end`` is the double bar of the last measure.
    """

    ids: bool = False
    tempi: bool = True
    part_name: bool = True
    hidden: bool = True
    end: bool = True


def written_musicxml(melody: Melody, signs: Signs = Signs()) -> bytes:  # it is frozen
    """Return a tune as MusicXML 4.0 in UTF-8.

    Raises:
        Unsound: if it has no length, a note below all notation, or too many notes at a time.
    """
    if melody.n_frames <= 0:
        raise Unsound("the tune is empty. Put a note into it first.")
    if melody.count and int(melody.notes[:, 2].min()) < _LOWEST:
        raise Unsound("a note is too low to be written. Move it up an octave.")
    score = Element("score-partwise", {"version": "4.0"})
    _text(score, "movement-title", melody.title) if melody.title else None
    _text(SubElement(SubElement(score, "identification"), "encoding"), "software", OWN_SOFTWARE)
    if melody.language:
        SubElement(SubElement(score, "defaults"), "lyric-language", {"xml:lang": melody.language})
    listed = SubElement(SubElement(score, "part-list"), "score-part", {"id": "P1"})
    _text(listed, "part-name", "Voice").attrib.update({} if signs.part_name else {"print-object": "no"})
    _Writer(melody, signs).write(SubElement(score, "part", {"id": "P1"}))
    ElementTree.indent(score)
    for element in score.iter():
        if element.text and _ILLEGAL.search(element.text):
            element.text = _ILLEGAL.sub("�", element.text)
    return (_HEAD + ElementTree.tostring(score, "unicode") + "\n").encode()


def _text(parent: Element, tag: str, text: object) -> Element:
    child = SubElement(parent, tag)
    child.text = str(text)
    return child


class _Writer:
    def __init__(self, melody: Melody, signs: Signs) -> None:
        self.melody, self.signs = melody, signs
        self.n_written = [0] * melody.count  # signs of each note: several where it is tied
        self.rows = melody.notes.tolist()
        is_single = bool((melody.notes[1:, 0] >= melody.notes[:-1, 1]).all())
        self.verses = [lyric_elements(verse, extends_inside=not is_single) for verse in (melody.lyrics, *melody.verses)]
        self.keys = deque((frame, key_of(name)) for frame, name in melody.keys)
        self.key = Key("C")
        self.marks = deque(_marks(melody, signs))
        self.altered: dict[tuple[str, int], int] = {}

    def write(self, part: Element) -> None:
        """Put all measures into a `part`."""
        melody = self.melody
        metres = [(frame, metre_of(name)) for frame, name in melody.metres]
        bars = Bars.of(metres, melody.n_frames, melody.pickup)
        starts = [*bars.starts.tolist(), melody.n_frames]
        voices = voices_of(melody)
        for k, metre in enumerate(bars.metres):
            start, stop = starts[k], starts[k + 1]
            is_short = stop - start != metre.bar_frames and k + 1 < bars.count
            implicit = {"implicit": "yes"} if is_short else {}
            measure = SubElement(part, "measure", {"number": str(k + bars.first_number), **implicit})
            attributes = Element("attributes")
            if k == 0:
                _text(attributes, "divisions", FRAMES_PER_QUARTER)
            self._change_key(attributes, start)
            if k == 0 or metre != bars.metres[k - 1]:
                time = SubElement(attributes, "time")
                _text(time, "beats", metre.beats)
                _text(time, "beat-type", metre.unit)
            if k == 0:
                self._clef(attributes)
            if len(attributes):
                measure.append(attributes)
            self.altered = _signature(self.key)
            for number, voice in enumerate(voices, 1):
                events = voice.take(start, stop)
                if number == 1 or events:
                    if number > 1:
                        _text(SubElement(measure, "backup"), "duration", stop - start)
                    self._voice(measure, number, events, (start, stop), metre)
        if self.signs.end:
            _text(SubElement(measure, "barline", {"location": "right"}), "bar-style", "light-heavy")

    def _change_key(self, attributes: Element, frame: int) -> None:
        while self.keys and self.keys[0][0] <= frame:
            _, self.key = self.keys.popleft()
            for old in attributes.findall("key"):
                attributes.remove(old)
            element = SubElement(attributes, "key")
            _text(element, "fifths", self.key.fifths)
            _text(element, "mode", self.key.mode)
            self.altered = _signature(self.key)

    def _clef(self, attributes: Element) -> None:
        is_low = self.rows and sum(row[2] for row in self.rows) / len(self.rows) < _BASS_BELOW
        clef = SubElement(attributes, "clef")
        _text(clef, "sign", "F" if is_low else "G")
        _text(clef, "line", 4 if is_low else 2)

    def _voice(
        self, measure: Element, number: int, events: Sequence[Event], bar: tuple[int, int], metre: Metre
    ) -> None:
        start, stop = bar
        cuts = {start, stop} | {min(max(frame, start), stop) for event in events for frame in event[:2]}
        if number == 1:
            cuts |= {frame for frame, _ in self.keys if start < frame < stop}
        pieces = pieces_of_bar(sorted(cuts), metre.beat_frames)
        if not events and len(cuts) == 2 and stop - start == metre.bar_frames:
            pieces = [Piece(start, stop, "")]
        at = 0
        written: list[tuple[Piece, Element]] = []
        for piece in pieces:
            if number == 1:
                self._before(measure, piece)
            while at < len(events) and events[at][1] <= piece.start:
                at += 1
            sounding = at < len(events) and events[at][0] <= piece.start
            for place, k in enumerate(events[at][2] if sounding else (-1,)):
                note = self._note(measure, piece, k, number, is_with_another=place > 0)
                if place == 0:
                    written.append((piece, note))
        add_beams(written, start, metre.beat_frames)

    def _before(self, measure: Element, piece: Piece) -> None:
        """Write what begins before the next piece ends: key changes stand on its beginning, marks may be offset."""
        if self.keys and self.keys[0][0] <= piece.start:
            self._change_key(SubElement(measure, "attributes"), piece.start)
        while self.marks and self.marks[0][0] < piece.stop:
            frame, mark = self.marks.popleft()
            if frame > piece.start:
                offset = Element("offset", {"sound": "yes"} if mark.tag == "direction" else {})
                offset.text = str(frame - piece.start)
                place = len(mark) - (mark.find("sound") is not None)
                mark.insert(place, offset)
            measure.append(mark)

    def _note(self, measure: Element, piece: Piece, k: int, voice: int, *, is_with_another: bool) -> Element:
        start, stop, pitch, velocity = self.rows[k] if k >= 0 else (piece.start, piece.stop, 0, 0)
        note = SubElement(measure, "note", {"dynamics": f"{velocity / 0.9:.2f}"} if k >= 0 else {})
        if k >= 0 and self.signs.ids:
            note.set("id", f"n{k}-{self.n_written[k]}" if self.n_written[k] else f"n{k}")
            self.n_written[k] += 1
        if is_with_another:
            SubElement(note, "chord")
        accidental = ""
        if k >= 0:
            letter, sign, octave = _written(pitch, self.key)
            element = SubElement(note, "pitch")
            _text(element, "step", letter)
            _text(element, "alter", sign) if sign else None
            _text(element, "octave", octave)
            if start == piece.start and self.altered.get((letter, octave), self.altered.get((letter, -9), 0)) != sign:
                accidental = _ACCIDENTALS[sign]
            self.altered[letter, octave] = sign
        else:
            SubElement(note, "rest", {} if piece.type else {"measure": "yes"})
        _text(note, "duration", piece.stop - piece.start)
        ties = [] if k < 0 else ["stop"] * (start < piece.start) + ["start"] * (stop > piece.stop)
        for tie in ties:
            SubElement(note, "tie", {"type": tie})
        _text(note, "voice", voice)
        if piece.type:
            _text(note, "type", piece.type)
        for _ in range(piece.dots):
            SubElement(note, "dot")
        if accidental:
            _text(note, "accidental", accidental)
        if piece.tuplet != (1, 1):
            change = SubElement(note, "time-modification")
            _text(change, "actual-notes", piece.tuplet[0])
            _text(change, "normal-notes", piece.tuplet[1])
        brackets = [] if is_with_another else ["start"] * piece.opens + ["stop"] * piece.closes
        if ties or brackets:
            notations = SubElement(note, "notations")
            for tie in ties:
                SubElement(notations, "tied", {"type": tie})
            for bracket in brackets:
                SubElement(notations, "tuplet", {"type": bracket})
        if k >= 0 and start == piece.start:
            for number, verse in enumerate(self.verses, 1):
                if (lyric := verse[k]) is not None:
                    lyric.set("number", str(number))
                    note.append(lyric)
        return note


def _written(pitch: int, key: Key) -> tuple[str, int, int]:
    """Return letter, sign and octave, with at most two signs and inside the ten octaves that can be written."""
    letter, sign, octave = spelled(pitch, key)
    return (letter, sign, octave) if abs(sign) <= 2 and 0 <= octave <= 9 else spelled(pitch, Key("C"))


def _signature(key: Key) -> dict[tuple[str, int], int]:
    """Return which letters a signature alters, under octave -9: all octaves."""
    order = "FCGDAEB" if key.fifths >= 0 else "BEADGCF"
    return {(letter, -9): 1 if key.fifths >= 0 else -1 for letter in order[: abs(key.fifths)]}


def _marks(melody: Melody, signs: Signs) -> list[tuple[int, Element]]:
    """Return (frame, element) of all that stands over the notes, in order."""
    found: list[tuple[int, Element]] = []
    for frame, bpm in melody.tempi if signs.tempi else ():
        direction = Element("direction", {"placement": "above"})
        metronome = SubElement(SubElement(direction, "direction-type"), "metronome")
        said = str(round(bpm, 6)).removesuffix(".0")
        _text(metronome, "beat-unit", "quarter")
        _text(metronome, "per-minute", said)
        SubElement(direction, "sound", {"tempo": said})
        found.append((frame, direction))
    for start, _, label in _with_ends(melody.sections, melody.n_frames, signs):
        direction = Element("direction", {"placement": "above"})
        kind = SubElement(direction, "direction-type")
        if label and not signs.hidden:  # engravers put rehearsal marks on bar lines, wherever they stand
            _text(kind, "words", label).attrib.update(_BOXED)
        elif label:
            _text(kind, "rehearsal", label)
        else:
            SubElement(kind, "other-direction", {"print-object": "no"}).text = END_OF_SECTION
        found.append((start, direction))
    for start, _, label in _with_ends(melody.chords, melody.n_frames, signs):
        harmony = harmony_element(label or "N.C.")
        if harmony is None:
            harmony = Element("direction", {"placement": "above"})
            _text(SubElement(harmony, "direction-type"), "words", label)
        elif not label:
            harmony.set("print-object", "no")
        elif not signs.hidden:  # degrees that the symbol says already
            for degree in harmony.findall("degree"):
                harmony.remove(degree)
        found.append((start, harmony))
    return sorted(found, key=lambda mark: mark[0])


def _with_ends(spans: Sequence[tuple[int, int, str]], n_frames: int, signs: Signs) -> list[tuple[int, int, str]]:
    """Return spans, and with hidden marks one with an empty label where nothing follows one at once."""
    if not signs.hidden:
        return list(spans)
    found: list[tuple[int, int, str]] = []
    for k, (start, stop, label) in enumerate(spans):
        following = spans[k + 1][0] if k + 1 < len(spans) else n_frames
        found.append((start, stop, label))
        if stop < following:
            found.append((stop, following, ""))
    return found
