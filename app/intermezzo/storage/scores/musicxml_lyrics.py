"""Lyrics between MusicXML and ours: syllabic, extend and elision against "riv-", "_" and "a‿e"."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from intermezzo.core.music.syllables import HOLD, goes_on, is_sung, shown
from intermezzo.storage.scores.reading import MOST_CHARS, MOST_VERSES

__all__ = ["ELISION", "VerseReader", "lyric_elements"]

ELISION = "‿"
"""Two syllables on one note."""
_VERSE_NUMBER = re.compile(r"(\d{1,2}[.)]\s+)+(?=\S)")
_HYPHENS_BEFORE = re.compile(r"^[-–]+\s*(?=\S)")
_HYPHENS_AFTER = re.compile(r"(?<=\S)\s*[-–]+$")
_LINE_AFTER = re.compile(r"(?<=[^\s_])\s*_+$")


class VerseReader:
    """Reads the lyrics of a part note by note, each verse by its number.

    A note without a syllable holds the one before inside a word, under an extender line and under a slur; else it has
    none. Files of our own say which notes hold, so that nothing is guessed (``guesses`` False), but for those inside
    words where only one note sounds at a time (``holds_inside``): there it is always so.
    """

    def __init__(self, guesses: bool, *, holds_inside: bool = False) -> None:
        self.guesses, self._holds_inside = guesses, holds_inside
        self.verses: dict[str, dict[int, str]] = {}
        self.beyond = 0
        self._inside: dict[str, bool] = {}
        self._line: dict[str, bool] = {}
        self._sounds: dict[str, bool] = {}  # whether the note just before has a syllable or holds one

    def note(self, index: int, note: Element, *, is_slurred: bool, is_with_another: bool = False) -> None:
        """Take the lyrics of a note that begins.

        Args:
            index: the number of the note.
            note: its element.
            is_slurred: whether a slur leads to it.
            is_with_another: whether it is struck together with the note before.
        """
        said: set[str] = set()
        for lyric in note.findall("lyric"):
            number = _number(lyric)
            if number not in self.verses and len(self.verses) >= MOST_VERSES:
                self.beyond += 1
                continue
            verse = self.verses.setdefault(number, {})
            text, ends_line = self._syllable(number, lyric)
            if text:
                verse[index] = text
                said.add(number)
            if is_sung(text):
                self._inside[number] = goes_on(text)
                self._line[number] = lyric.find("extend") is not None and not ends_line
            elif ends_line:
                self._line[number] = False
        if not self.guesses and self._holds_inside:
            for number, verse in self.verses.items():
                if number not in said and self._inside.get(number):
                    verse[index] = HOLD
        if not self.guesses or is_with_another:
            return
        for number, verse in self.verses.items():
            holds = self._inside.get(number) or self._line.get(number)
            if number not in said and (holds or (is_slurred and self._sounds.get(number))):
                verse[index] = HOLD
            self._sounds[number] = index in verse

    def sings_anew(self, note: Element) -> bool:
        """Tell whether a tied note brings a syllable of the first verse: then it is a note of its own."""
        first = min(self.verses, key=_verse_order, default="1")
        return any(
            _number(lyric) == first and any((text.text or "").strip("_ \xa0") for text in lyric.findall("text"))
            for lyric in note.findall("lyric")
        )

    def merged(self, index: int, note: Element) -> None:
        """Take the lyrics of a note that is tied to note ``index``; a second syllable there is joined to the first."""
        for lyric in note.findall("lyric"):
            number = _number(lyric)
            verse = self.verses.get(number)
            if verse is None:
                continue
            text, _ = self._syllable(number, lyric)
            if is_sung(text):
                before = verse.get(index, "")
                joint = "" if not is_sung(before) else shown(before) if goes_on(before) else before + " "
                verse[index] = (joint + text)[:MOST_CHARS]
                self._inside[number] = goes_on(text)

    def rest(self) -> None:
        """End extender lines and slurs: they do not lead over a rest."""
        self._line.clear()
        self._sounds.clear()

    def lyrics(self, count: int) -> list[tuple[str, ...]]:
        """Return the syllables of ``count`` notes for every verse, in the order of their numbers."""
        verses = (self.verses[number] for number in sorted(self.verses, key=_verse_order))
        return [tuple(verse.get(k, "") for k in range(count)) for verse in verses]

    def _syllable(self, number: str, lyric: Element) -> tuple[str, bool]:
        """Return the syllable that a `lyric` brings ('_' where it only holds), and whether an extender ends here."""
        text, syllabic, joint = "", "single", ""
        for part in lyric:
            if part.tag == "syllabic":
                syllabic = (part.text or "").strip()
            elif part.tag == "elision":
                joint = ELISION
            elif part.tag == "text":
                text += (joint if text else "") + (part.text or "")
                joint = ""
        extend = lyric.find("extend")
        ends_line = extend is not None and extend.get("type") == "stop"
        text = " ".join(text.split())
        if not text.strip("_ "):
            return (HOLD if extend is not None or "_" in text else ""), ends_line
        text = _LINE_AFTER.sub("", _VERSE_NUMBER.sub("", text))
        if self._inside.get(number) or syllabic in ("middle", "end"):
            text = _HYPHENS_BEFORE.sub("", text)
        if syllabic in ("begin", "middle") or text.endswith("-"):
            text = _HYPHENS_AFTER.sub("", text)[: MOST_CHARS - 1] + "-"
        return text[:MOST_CHARS], ends_line


def _number(lyric: Element) -> str:
    return (lyric.get("number") or lyric.get("name") or "1").strip()


def _verse_order(number: str) -> tuple[int, str]:
    found = re.search(r"\d+", number)
    return (int(found[0][:9]) if found else 0, number)


def lyric_elements(syllables: Sequence[str], *, extends_inside: bool = True) -> list[Element | None]:
    """Return the `lyric` of each note of one verse, without its number; None where there is none.

    ``extends_inside`` False leaves extenders out inside words, where notation programs print hyphens.
    """
    found: list[Element | None] = []
    inside = False
    for k, text in enumerate(syllables):
        if not text or (text == HOLD and inside and not extends_inside):
            found.append(None)
            continue
        lyric = Element("lyric")
        is_held = k + 1 < len(syllables) and syllables[k + 1] == HOLD and (extends_inside or not goes_on(text))
        if text == HOLD:
            SubElement(lyric, "extend", {"type": "continue" if is_held else "stop"})
        else:
            pieces = shown(text).split(ELISION)
            pieces = pieces if all(pieces) else [shown(text)]
            for place, piece in enumerate(pieces):
                begins, ends = not inside or place > 0, not goes_on(text) or place + 1 < len(pieces)
                if place:
                    SubElement(lyric, "elision").text = ELISION
                SubElement(lyric, "syllabic").text = (
                    ("single" if ends else "begin") if begins else ("end" if ends else "middle")
                )
                SubElement(lyric, "text").text = piece
            if is_held:
                SubElement(lyric, "extend", {"type": "start"})
            inside = goes_on(text)
        found.append(lyric)
    return found
