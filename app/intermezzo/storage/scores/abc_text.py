"""ABC as lines: tunes of a file, fields and music apart from comments and typesetting, and the escapes of its texts."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from intermezzo.storage.documents import Unsound

__all__ = ["AbcTune", "plain_text", "tunes_of"]

_FIELD = re.compile(r"([A-Za-z+]):(?![|:])\s*(.*)")
_COMMENT = re.compile(r"(?<!\\)%.*")
_BLOCK = re.compile(r"%%\s*begin(\w+)")
_ACCENTS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "c": "\u0327", "v": "\u030c",
            "u": "\u0306", "o": "\u030a", "=": "\u0304", "/": "", ";": "\u0328"}  # fmt: skip
_LIGATURES = {"ss": "ß", "ae": "æ", "oe": "œ", "AE": "Æ", "OE": "Œ", "aa": "å", "AA": "Å", "/o": "ø", "/O": "Ø"}
_ESCAPE = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|([0-3][0-7]{2})|(ss|ae|oe|AE|OE|aa|AA|/o|/O)|([`'^~\"cvuo=;])([A-Za-z])|(.))"
)


@dataclass
class AbcTune:
    """One tune: ``fields`` of its header and ``lines`` of its body as (field letter, content); music has the letter ''.

    A line of music that the next one continues ends in a backslash.
    """

    fields: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first title."""
        return plain_text(next((content for letter, content in self.fields if letter == "T"), ""))


def tunes_of(content: bytes) -> list[AbcTune]:
    """Return the tunes of a file; what stands before the first belongs to all of them.

    Raises:
        Unsound: if there is none.
    """
    text = _decoded(content)
    if "\0" in text:
        raise Unsound("it is no text. Choose an ABC file.")
    common: list[tuple[str, str]] = []
    tunes: list[AbcTune] = []
    in_body = False
    for letter, line in _lines(text):
        if letter == "X":
            tunes.append(AbcTune([*common]))
            in_body = False
        elif not tunes and letter in ("K", "T"):
            tunes.append(AbcTune([*common]))  # the number of a tune is often left out
        if not tunes:
            if letter and letter != "+":
                common.append((letter, line))
            continue
        tune = tunes[-1]
        if in_body:
            tune.lines.append((letter, line))
        elif letter == "+" and tune.fields:
            tune.fields[-1] = (tune.fields[-1][0], f"{tune.fields[-1][1]} {line}")
        elif letter:
            tune.fields.append((letter, line))
            in_body = letter == "K"
    tunes = [tune for tune in tunes if tune.lines]
    if not tunes:
        raise Unsound("there is no tune in it: a tune begins with X: and K: lines. Choose an ABC file.")
    return tunes


def plain_text(text: str) -> str:
    """Return a text with its escapes read: accents as in TeX, code points and entities."""
    if "\\" in text:
        text = _ESCAPE.sub(_character, text)
    return " ".join((unescape(text) if "&" in text else text).replace("\0", "").split())


def _character(found: re.Match[str]) -> str:
    code, octal, ligature, accent, letter, other = found.groups()
    if code or octal:
        point = int(code, 16) if code else int(octal, 8)
        return chr(point) if not 0xD800 <= point <= 0xDFFF else "�"
    if ligature:
        return _LIGATURES[ligature]
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent]) if accent else other


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _lines(text: str) -> Iterator[tuple[str, str]]:
    block = ""
    for raw in re.split(r"\r\n|\r|\n", text):
        if raw.startswith(("%%", "I:")):
            begun = _BLOCK.match(raw)
            if block:
                block = "" if re.match(rf"%%\s*end{block}", raw) else block
            elif begun:
                block = begun[1]
            else:
                yield "I", raw[2:].strip()
            continue
        if block:
            continue
        line = _COMMENT.sub("", raw).rstrip()
        found = _FIELD.match(line)
        if found:
            yield found[1], found[2]
        elif line.strip():
            yield "", line
