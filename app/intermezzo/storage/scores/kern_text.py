"""Texts of Humdrum files: their encoding, and accents that older files write with signs after the letter."""

import re
import unicodedata

from intermezzo.storage.documents import Unsound

__all__ = ["JOINT", "accented", "kern_text"]

JOINT = "\u2011"
"""The hyphen of a compound ("peut‑être"), which does not break; a plain one at the end says that the word goes on."""
_ACCENTS = {"/": "\u0301", "\\": "\u0300", "^": "\u0302"}
_SIGNED = re.compile(r"([aeiouyAEIOUY])([/\\^])")
_UMLAUT = re.compile(r"(?<![0-9])([aeiouAEIOU])2(?![0-9])")
_CEDILLA = re.compile(r"([cC])5(?![0-9])")


def kern_text(content: bytes) -> str:
    """Return the content of a file as text with plain line ends.

    Raises:
        Unsound: if it is no text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\0" in text:
        raise Unsound("it is no text. Choose a Humdrum file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def accented(text: str) -> str:
    """Return a text with accents for the signs of older files: "fu2r" is "für", "me\\-" has a grave accent."""
    text = _SIGNED.sub(lambda found: unicodedata.normalize("NFC", found[1] + _ACCENTS[found[2]]), text)
    text = _UMLAUT.sub(lambda found: unicodedata.normalize("NFC", f"{found[1]}\u0308"), text)
    return _CEDILLA.sub(lambda found: unicodedata.normalize("NFC", f"{found[1]}\u0327"), text)
