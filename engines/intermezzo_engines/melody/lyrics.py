"""Lyrics as they are typed: stanzas, lines and words, cut into sung syllables with their stress."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from intermezzo.core.errors import SourceError
from intermezzo_engines.melody.syllabify import FUNCTION_WORDS, LANGUAGES, Cut, cut_number, cut_word
from intermezzo_engines.speech.words import word_set

__all__ = ["LANGUAGES", "Line", "Lyrics", "Stanza", "Syllable", "language_of", "lyrics_of"]

_LONGEST_LINES: Final = 20_000
_HEADING_WORDS: Final = (
    r"(?:pre-?)?(?:verse|chorus|refrain|bridge|intro|outro|hook|coda|strophe|strofe|vers|couplet|pont|kehrreim)"
    r"\s*[\dIVX]*"
)
_HEADING: Final = re.compile(rf"{_HEADING_WORDS}\s*[:.]?", re.IGNORECASE)
_NAMED: Final = re.compile(rf"\s*(?P<label>{_HEADING_WORDS})\s*:\s+(?=\S)", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\s*[\[(]([^\])]{1,60})[\])]\s*:?\s*")
_WORD: Final = re.compile(r"[\"'(‘’“„«»]*[^\W_](?:[^\s]*[^\W_])?['’]?")
_OPENING: Final = re.compile(r"^[^\w]+")
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_STOP: Final = re.compile("[.!?;:…]")
_HYPHENS: Final = re.compile("[-\u2010\u2011·]")
_STOP_WORDS: Final = {
    "en": word_set("the and of to a in is you that it he was for on are with as i his they be at my your"),
    "de": word_set("der die das und ist nicht ich du ein eine zu mit dem den in im so wie es wir sie mein"),
    "fr": word_set("le la les et de des un une est que qui dans je tu il elle nous vous mon ma ne pas au"),
}


@dataclass(frozen=True)
class Syllable:
    """One sung syllable.

    Attributes:
        text: as it is sung, "riv-" where its word goes on; with the marks that open before it, as in "(oh".
        stress: 0 none, 1 main, 2 secondary.
        is_function: whether its word is a function word.
        is_monosyllable: whether its word has no other.
        after: punctuation after it.
        start: first character in the source; `stop` the one after its last.
        stop: see `start`.
    """

    text: str
    stress: int
    is_function: bool
    is_monosyllable: bool
    after: str
    start: int
    stop: int

    @property
    def sung(self) -> str:
        """As it stands under a note: with its punctuation, which goes before the hyphen nowhere."""
        return self.text + self.after


@dataclass(frozen=True)
class Line:
    """One line, at least one syllable."""

    syllables: tuple[Syllable, ...]

    @property
    def words(self) -> str:
        """Its text in lower case without punctuation, to see which lines are the same."""
        joined = "".join(s.text.removesuffix("-") + ("" if s.text.endswith("-") else " ") for s in self.syllables)
        return re.sub(r"[^\w'’ ]", "", joined).lower()


@dataclass(frozen=True)
class Stanza:
    """Lines between blank lines; ``label`` is the heading above them ("Chorus"), "" where there is none."""

    lines: tuple[Line, ...]
    label: str = ""

    @property
    def kind(self) -> str:
        """What its heading calls it without its number: "verse" of "Verse 2"."""
        return "".join(sign for sign in self.label.lower() if sign.isalpha())


@dataclass(frozen=True)
class Lyrics:
    """All of it; no stanza is empty. ``language`` is "en", "de" or "fr"."""

    stanzas: tuple[Stanza, ...]
    language: str

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in order."""
        return tuple(line for stanza in self.stanzas for line in stanza.lines)


def lyrics_of(text: str, language: str = "auto") -> Lyrics:
    """Read lyrics.

    Args:
        text: stanzas parted by blank lines; "[Chorus]" or "Chorus:" on a line of its own names the next stanza.
        language: "en", "de", "fr" or "auto".

    Raises:
        SourceError: if there is nothing to sing, too much of it, or a script that cannot be cut into syllables.
    """
    rows = text.splitlines(keepends=True)
    if len(rows) > _LONGEST_LINES:
        raise SourceError(f"These are {len(rows):,} lines, more than {_LONGEST_LINES:,}. Take one song at a time.")
    chosen = language_of(text) if language == "auto" else language
    stanzas: list[Stanza] = []
    lines: list[Line] = []
    label, at = "", 0

    def close() -> None:
        nonlocal label
        if lines:
            stanzas.append(Stanza(tuple(lines), label))
            lines.clear()
            label = ""

    for row in rows:
        heading = _heading(row)
        if heading or not row.strip():
            close()
            label = heading or label
        else:
            named = _NAMED.match(row)
            if named:
                close()
                label = named["label"].strip()
                row = " " * named.end() + row[named.end() :]
            syllables = tuple(_syllables(row, at, chosen))
            if syllables:
                lines.append(Line(syllables))
        at += len(row)
    close()
    if not stanzas:
        raise SourceError("There is nothing to sing here. Write some words, or leave the text empty for a tune alone.")
    return Lyrics(tuple(stanzas), chosen)


def language_of(text: str) -> str:
    """Return the language whose small words are the most, English where none are."""
    words = re.findall(r"[^\W\d_]+", text[:20_000].lower())
    counts = {name: sum(word in known for word in words) for name, known in _STOP_WORDS.items()}
    counts["de"] += sum(text.count(letter) for letter in "äöüßÄÖÜ")
    counts["fr"] += sum(text.count(letter) for letter in "éèêçàùœ")
    return max(LANGUAGES, key=lambda name: counts[name])


def _heading(row: str) -> str:
    bracketed = _BRACKETED.fullmatch(row)
    if bracketed and row.lstrip().startswith("["):
        return bracketed[1].strip()
    plain = row.strip().strip("()").strip()
    return plain.rstrip(":. ") if _HEADING.fullmatch(plain) else ""


def _syllables(row: str, offset: int, language: str) -> Iterator[Syllable]:
    """Yield the syllables of a line; punctuation goes to the syllable before it."""
    held: Syllable | None = None
    at = 0
    words = list(_words(row))
    for word, following in zip(words, [*words[1:], (len(row), len(row))], strict=False):
        before = row[at : word[0]].strip()
        if held is not None:
            yield replace(held, after=held.after + before) if before else held
            held = None
        at = word[1]
        letter = "" if _STOP.search(row[at : following[0]]) else row[following[0] : following[0] + 1]
        made = list(_of_word(row[word[0] : word[1]], offset + word[0], language, letter))
        yield from made[:-1]
        held = made[-1] if made else None
    if held is not None:
        rest = row[at:].strip()
        yield replace(held, after=held.after + rest) if rest else held


def _words(row: str) -> Iterator[tuple[int, int]]:
    """Yield where words stand in a line; each sign of a script without spaces is one."""
    for chunk in re.finditer(r"\S+", row):
        pieces = re.split("([—–…,;!?]+)", chunk.group())
        at = chunk.start()
        for piece in pieces:
            if _CJK.search(piece):
                yield from ((at + k, at + k + 1) for k, sign in enumerate(piece) if sign.isalnum())
            else:
                found = _WORD.search(piece)
                if found:
                    yield at + found.start(), at + found.end()
            at += len(piece)


def _of_word(word: str, start: int, language: str, following: str) -> Iterator[Syllable]:
    """Yield the syllables of a word before some letter; hyphens that were typed part it further."""
    opening = _OPENING.match(word)
    opens = opening.group() if opening else ""
    word = word[len(opens) :]
    if word.isdecimal() and word.isascii():
        yield from _of_number(word, opens, start, language)
        return
    is_function = word.lower().replace("’", "'") in FUNCTION_WORDS[language]
    cuts: list[tuple[Cut, int]] = []
    at = len(opens)
    pieces = _HYPHENS.split(word)
    for n, piece in enumerate(pieces):
        if piece:
            parts = _cut(piece, language, following if n + 1 == len(pieces) else pieces[n + 1][:1])
            cuts += [(part, start + at) for part in parts]
        at += len(piece) + 1
    for k, (cut, place) in enumerate(cuts):
        stress = 0 if len(cuts) == 1 and is_function else cut.stress
        text = (opens if k == 0 else "") + cut.text + ("-" if k + 1 < len(cuts) else "")
        begin = place + cut.start - (len(opens) if k == 0 else 0)
        yield Syllable(text, stress, is_function, len(cuts) == 1, "", begin, place + cut.stop)


def _of_number(number: str, opens: str, start: int, language: str) -> Iterator[Syllable]:
    at = start + len(opens)
    for said in cut_number(number, language):
        for k, cut in enumerate(said):
            text, begin = cut.text + ("-" if k + 1 < len(said) else ""), at + cut.start
            yield Syllable(opens + text, cut.stress, False, len(said) == 1, "", begin - len(opens), at + cut.stop)
            opens = ""


def _cut(piece: str, language: str, following: str) -> tuple[Cut, ...]:
    if piece.isdecimal() and piece.isascii():
        return tuple(cut for said in cut_number(piece, language) for cut in said)
    if _CJK.match(piece):
        return (Cut(piece, 1, 0, len(piece)),)
    letters = [sign for sign in piece if sign.isalpha()]
    if letters and not any(unicodedata.name(sign, "").startswith("LATIN") for sign in letters):
        script = unicodedata.name(letters[0], "unknown").split()[0].capitalize()
        raise SourceError(f"“{piece[:20]}” is in {script} letters. Write it in Latin letters, or one sign a syllable.")
    return cut_word(piece, language, following)
