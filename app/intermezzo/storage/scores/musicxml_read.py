"""MusicXML in: the voice that sings of a score, with verses, chord symbols, tempi, metres, keys and rehearsal marks.

Ties are merged and repeats stay folded, as a tune in a template wants it. What the tune cannot hold (grace notes, other
parts and voices) is counted in the remarks, never silently dropped.
"""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element

import numpy as np

from intermezzo.core.media import Melody
from intermezzo.core.music.keys import MODES
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.musicxml_harmony import symbol_of
from intermezzo.storage.scores.musicxml_lyrics import VerseReader
from intermezzo.storage.scores.musicxml_parts import (
    Layout,
    Part,
    Timed,
    chosen_part,
    frames_of,
    layout_of,
    number_of,
    parts_of,
)
from intermezzo.storage.scores.musicxml_tree import score_tree
from intermezzo.storage.scores.reading import (
    MOST_CHARS,
    MOST_NOTES,
    MOST_VERSES,
    Reading,
    key_with,
    latest_changes,
    sound_tempo,
    spans_between,
)

__all__ = ["END_OF_SECTION", "OWN_SOFTWARE", "read_musicxml"]

OWN_SOFTWARE = "Intermezzo"
END_OF_SECTION = "end of section"
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_UNITS = {"breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
_FORTE = 90
_USUAL_VELOCITY = 80


def read_musicxml(content: bytes, part: str = "") -> Reading:
    """Read the tune of a MusicXML score, plain or zipped.

    Raises:
        Unsound: if it is broken, holds no notes, or no such part.
    """
    root = score_tree(content)
    parts = parts_of(root)
    chosen = chosen_part(parts, part)
    is_own = any((software.text or "").strip() == OWN_SOFTWARE for software in root.iter("software"))
    layout = layout_of(chosen, [other for other in parts if other is not chosen])
    notes = _Notes(chosen, layout, is_own)
    n_frames = max([layout.n_frames, *(row[1] for row in notes.rows)])
    remarks = notes.remarks()
    tempi = [change for p in parts for change in _tempi(p, layout)]
    harmonies = (_chords(p, layout) for p in (chosen, *parts))
    chords, reduced = next((found for found in harmonies if found[0]), ([], 0))
    sections = next((found for found in (_sections(p, layout) for p in (chosen, *parts)) if found), [])
    if reduced:
        remarks.append(f"{reduced} chord symbols were reduced to a kind that chord lanes have.")
    if any(measure.find("barline/repeat") is not None for measure in chosen.measures):
        remarks.append("Repeats are not written out: the tune is as it stands on the page.")
    if len(parts) > 1:
        others = ", ".join(p.name or "a part without name" for p in parts if p is not chosen)
        remarks.append(f"Took {chosen.name or 'the first part'}; other parts stay out: {others[:300]}.")
    verses, order = notes.lyrics.lyrics(len(notes.rows)), notes.order
    sung = [tuple(verse[k] for k in order) for verse in verses] or [("",) * len(order)]
    if not is_own:
        sung = [_on_top(verse, [notes.rows[k][0] for k in order]) for verse in sung]
    held = latest_changes(tempi, n_frames) or [(0, 120.0)]
    melody = Melody(
        np.array(notes.rows, np.int32)[order], sung[0], n_frames,
        tuple(held if held[0][0] == 0 else [(0, 120.0 if notes.rows[order[0]][0] < held[0][0] else held[0][1]), *held]),
        layout.metres, _keys(chosen, layout, notes.rows, n_frames), spans_between(chords, n_frames),
        spans_between(sections, n_frames), tuple(sung[1:]), layout.pickup, _title(root), _language(root),
    )  # fmt: skip
    names = tuple(p.name or f"part {k}" for k, p in enumerate(parts, 1))
    return Reading(melody, tuple(remarks), names, next(k for k, p in enumerate(parts) if p is chosen))


class _Notes:
    """The notes of the voice that sings: ``rows`` in the order of the file, ``order`` that of the tune."""

    def __init__(self, part: Part, layout: Layout, is_own: bool) -> None:
        self.rows: list[list[int]] = []
        self.lyrics = VerseReader(guesses=not is_own, holds_inside=is_own and _is_single(part))
        self.left_out: Counter[str] = Counter()
        voice = "" if is_own else _singing_voice(part)
        tied: dict[tuple[str, int], int] = {}
        slurs: set[str] = set()
        shift, velocity = 0, _USUAL_VELOCITY
        for item in part.timed:
            note = item.element
            if note.tag in ("sound", "direction"):
                velocity = _velocity(_sound(note), velocity)
            elif note.tag == "attributes" and (transpose := note.find("transpose")) is not None:
                chromatic = number_of(transpose.findtext("chromatic", "0"), "a transposition")
                octaves = number_of(transpose.findtext("octave-change", "0"), "a transposition")
                shift = round(chromatic) + 12 * round(octaves)
            if note.tag != "note" or self._is_left_out(note, voice):
                continue
            if note.find("rest") is not None:
                self.lyrics.rest()
                continue
            start, stop = layout.frame(item), layout.frame(item, item.long)
            pitch = _pitch(note, part.measures[item.measure]) + shift
            if not 0 <= pitch <= 127:
                number = part.measures[item.measure].get("number", item.measure + 1)
                raise Unsound(f"measure {number} has a note out of range. Put it into an octave that can be heard.")
            if stop <= start:
                self.left_out["notes without length"] += 1
                continue
            key = (note.findtext("voice", "1"), pitch)
            ties = {tie.get("type") for tie in (note.findall("tie") or note.findall("notations/tied"))}
            before = tied.pop(key, None) if ties & {"stop", "continue"} else None
            if before is not None and self.rows[before][1] == start and (is_own or not self.lyrics.sings_anew(note)):
                index = before
                self.rows[index][1] = stop
                self.lyrics.merged(index, note)
            else:
                index = len(self.rows)
                if index >= MOST_NOTES:
                    raise Unsound(f"it holds over {MOST_NOTES:,} notes, more than a tune can have.")
                self.rows.append([start, stop, pitch, _velocity(note, velocity)])
                is_member = note.find("chord") is not None
                self.lyrics.note(index, note, is_slurred=bool(slurs), is_with_another=is_member)
            if ties & {"start", "continue"}:
                tied[key] = index
            for slur in note.findall("notations/slur"):
                number = slur.get("number", "1")
                (slurs.add if slur.get("type") == "start" else slurs.discard)(number)
        if not self.rows:
            raise Unsound(f"{part.name or 'its part'} holds no notes. Name another part.")
        self.order = sorted(range(len(self.rows)), key=lambda k: (self.rows[k][0], self.rows[k][2], k))

    def _is_left_out(self, note: Element, voice: str) -> bool:
        if note.find("grace") is not None:
            self.left_out["grace notes"] += 1
        elif note.find("cue") is not None:
            self.left_out["cue notes"] += note.find("rest") is None
        elif voice and note.findtext("voice", "1") != voice:
            self.left_out["notes of further voices"] += note.find("rest") is None
        elif note.find("unpitched") is not None:
            self.left_out["notes without pitch"] += 1
        else:
            return False
        return True

    def remarks(self) -> list[str]:
        """Return a sentence on each kind of notes that were left out."""
        found = [f"{count} {what} were left out." for what, count in self.left_out.items() if count]
        if self.lyrics.beyond:
            found.append(f"Verses after the first {MOST_VERSES} were left out.")
        return found


def _is_single(part: Part) -> bool:
    """Tell whether one note sounds at a time."""
    return not any(
        note.find("chord") is not None or note.findtext("voice", "1") != "1"
        for measure in part.measures for note in measure.findall("note")
    )  # fmt: skip


def _on_top(verse: Sequence[str], starts: Sequence[int]) -> tuple[str, ...]:
    """Return a verse with the syllable of notes struck together on the highest of them: the tune is heard there."""
    found = list(verse)
    for k in range(len(found) - 1):
        if starts[k] == starts[k + 1] and found[k] and not found[k + 1]:
            found[k], found[k + 1] = "", found[k]
    return tuple(found)


def _singing_voice(part: Part) -> str:
    """Return the voice with the most syllables, or else the most notes."""
    words: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for item in part.timed:
        if item.element.tag == "note" and item.element.find("rest") is None:
            voice = item.element.findtext("voice", "1")
            notes[voice] += 1
            words[voice] += item.element.find("lyric") is not None
    best = words if any(words.values()) else notes
    return max(best, key=lambda voice: best[voice], default="1")


def _pitch(note: Element, measure: Element) -> int:
    where = f"measure {measure.get('number', '?')}: a pitch"
    step = (note.findtext("pitch/step") or "").strip().upper()
    if step not in _STEPS:
        raise Unsound(f"{where} has no letter. Export it again from its program.")
    alter = round(number_of(note.findtext("pitch/alter", "0"), where))
    return _STEPS[step] + alter + 12 * (round(number_of(note.findtext("pitch/octave"), where)) + 1)


def _velocity(sound: Element | None, otherwise: int) -> int:
    said = sound.get("dynamics") if sound is not None else None
    if said is None or re.fullmatch(r"\d{1,4}(\.\d{1,9})?", said) is None:
        return otherwise
    return min(max(round(float(said) * _FORTE / 100), 1), 127)


def _sound(element: Element) -> Element | None:
    return element if element.tag == "sound" else element.find("sound")


def _offset(item: Timed) -> Fraction:
    said = item.element.findtext("offset")
    return number_of(said, "an offset") / item.divisions if said is not None else Fraction(0)


def _at(item: Timed, layout: Layout) -> int:
    k = min(item.measure, len(layout.starts) - 1)
    return max(layout.starts[k] + frames_of(item.at + _offset(item)), 0)


def _tempi(part: Part, layout: Layout) -> list[tuple[int, float]]:
    found = []
    for item in part.timed:
        if item.element.tag not in ("direction", "sound"):
            continue
        sound = _sound(item.element)
        number = part.measures[item.measure].get("number", item.measure + 1)
        if sound is not None and sound.get("tempo") is not None:
            bpm = float(number_of(sound.get("tempo"), f"measure {number}: a tempo"))
        else:
            bpm = _metronome(item.element.find("direction-type/metronome"))
            if bpm < 0:
                continue
        found.append((_at(item, layout), sound_tempo(bpm, f"measure {number}")))
    return found


def _metronome(mark: Element | None) -> float:
    """Return the quarters a minute of a metronome mark; -1 where it says none."""
    said = re.search(r"\d{1,4}(\.\d{1,6})?", mark.findtext("per-minute") or "") if mark is not None else None
    if mark is None or said is None:
        return -1.0
    unit = Fraction(_UNITS.get((mark.findtext("beat-unit") or "").strip(), 1))
    dots = len(mark.findall("beat-unit-dot"))
    return float(said[0]) * float(unit * (2 - Fraction(1, 2 ** min(dots, 4))))


def _keys(part: Part, layout: Layout, rows: list[list[int]], n_frames: int) -> tuple[tuple[int, str], ...]:
    """Return the keys; a signature without a mode is major unless the tonic of its minor sounds for longer."""
    said: list[tuple[int, tuple[int, str]]] = []
    for item in part.timed:
        key = item.element.find("key") if item.element.tag == "attributes" else None
        if key is not None and key.find("fifths") is not None:
            mode = (key.findtext("mode") or "").strip().lower()
            said.append((_at(item, layout), (round(number_of(key.findtext("fifths"), "a key")), mode)))
    found: list[tuple[int, str]] = []
    changes = latest_changes(said, n_frames)
    table = np.array(sorted(rows))
    for k, (frame, (fifths, mode)) in enumerate(changes):
        mode = {"ionian": "major", "aeolian": "minor"}.get(mode, mode)
        if mode not in MODES:
            until = changes[k + 1][0] if k + 1 < len(changes) else n_frames
            first, last = np.searchsorted(table[:, 0], (frame, until))
            mass = np.bincount(table[first:last, 2] % 12, table[first:last, 1] - table[first:last, 0], 12)
            mode = "minor" if mass[(fifths * 7 + 9) % 12] > mass[fifths * 7 % 12] else "major"
        named = key_with(fifths, mode)
        if named is not None:
            found.append((frame, named.name))
    return tuple(found)


def _chords(part: Part, layout: Layout) -> tuple[list[tuple[int, str | None]], int]:
    found: list[tuple[int, str | None]] = []
    reduced = 0
    for item in part.timed:
        if item.element.tag == "harmony":
            symbol, is_reduced = symbol_of(item.element)
            reduced += is_reduced
            is_end = item.element.get("print-object") == "no" and item.element.findtext("kind") == "none"
            if symbol:
                found.append((_at(item, layout), None if is_end else symbol))
    return found, reduced


def _sections(part: Part, layout: Layout) -> list[tuple[int, str | None]]:
    found: list[tuple[int, str | None]] = []
    for item in part.timed:
        if item.element.tag != "direction":
            continue
        for mark in item.element.findall("direction-type/rehearsal"):
            if label := " ".join((mark.text or "").split()):
                found.append((_at(item, layout), label))
        if any(mark.text == END_OF_SECTION for mark in item.element.findall("direction-type/other-direction")):
            found.append((_at(item, layout), None))
    return found


def _title(root: Element) -> str:
    for where in ("movement-title", "work/work-title"):
        if title := " ".join((root.findtext(where) or "").split()):
            return title[:MOST_CHARS]
    return ""


def _language(root: Element) -> str:
    said = root.find("defaults/lyric-language")
    return said.get("xml:lang", "")[:MOST_CHARS] if said is not None else ""
