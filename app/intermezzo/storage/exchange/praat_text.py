"""Praat's text files: the words that count in them, and how they are written long, short or as bare columns.

Praat's reader passes over everything but free-standing numbers, texts in double quotes and flags in angle brackets;
so do we, and therefore the long and the short form are one to the reader (Praat manual, "TextGrid file formats").
"""

import re
from collections.abc import Iterator, Sequence

from intermezzo.storage.documents import Unsound

__all__ = ["Words", "header", "is_praat", "number", "quoted"]

_WORD = re.compile(r'\s*(?:("(?:[^"]|"")*+")(?=\s|$)|!([^\n]*)|(\S+))')
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")
_SHOWN = 40


def is_praat(text: str) -> bool:
    """Tell whether a text begins as Praat's text files do."""
    return text.lstrip()[:40].startswith(("File type", '"ooTextFile'))


def quoted(text: str) -> str:
    """Return a text in quotes, quotes inside doubled."""
    return '"' + text.replace('"', '""') + '"'


def number(value: float) -> str:
    """Return a number in full: read back, it is the same to the last bit."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def header(kind: str) -> list[str]:
    """Return the first lines of a file that holds an object of a class."""
    return ['File type = "ooTextFile"', f"Object class = {quoted(kind)}", ""]


class Words:
    """Takes numbers, texts and flags out of a text of Praat, in order; every method raises Unsound with a line."""

    def __init__(self, text: str, kinds: Sequence[str]) -> None:
        self._text = text
        self._words = self._found()
        self.line = 1
        first, kind = self.text("the file type"), self.text("the class")
        if "ooTextFile" not in first and not first.startswith("ooText"):
            raise Unsound("it is no text file of Praat.")
        if kind.split(" ")[0] not in kinds:
            raise Unsound(f"it holds a {kind[:_SHOWN]}, not a {' or '.join(kinds)}.")
        self.kind = kind.split(" ")[0]

    def _found(self) -> Iterator[tuple[str, str]]:
        at, self.line = 0, 1
        for match in _WORD.finditer(self._text):
            start = match.start(match.lastindex or 0)
            self.line += self._text.count("\n", at, start)
            at = start
            text, _, other = match.groups()
            if text is not None:
                yield "text", text[1:-1].replace('""', '"')
            elif other is not None and other.startswith('"'):
                raise Unsound(f"line {self.line}: a text that begins here has no closing quote.")
            elif other is not None and other.startswith("<"):
                yield "flag", other
            elif other is not None and _NUMBER.fullmatch(other):
                yield "number", other

    def _next(self, kind: str, what: str) -> str:
        found, value = next(self._words, ("end", ""))
        if found == "end":
            raise Unsound(f"line {self.line}: it ends where {what} belongs.")
        if found != kind:
            raise Unsound(f"line {self.line}: {what} belongs here, not {value[:_SHOWN]!r}.")
        return value

    def text(self, what: str) -> str:
        """Return the next word, which is a text."""
        return self._next("text", what)

    def flag(self, what: str) -> str:
        """Return the next word, which is a flag such as <exists>."""
        return self._next("flag", what)

    def real(self, what: str) -> float:
        """Return the next word, which is a number."""
        value = float(self._next("number", what))
        if abs(value) > 1e9:
            raise Unsound(f"line {self.line}: {what} is {value:.3g}, which makes no sense.")
        return value

    def count(self, what: str) -> int:
        """Return the next word, which is a whole number from 0."""
        value = self.real(what)
        if value < 0 or value != int(value):
            raise Unsound(f"line {self.line}: {what} is a whole number from 0, not {value:g}.")
        return int(value)
