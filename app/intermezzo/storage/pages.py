"""Pages: texts as people have them, read for being spoken: plain, Markdown, HTML and subtitles, in any usual encoding.

Markup is taken out and headings are kept as ``# One``, which parts chapters. Emphasis of Markdown stays: it is a mark
that the engine reads.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from intermezzo.core.errors import FileError
from intermezzo.storage.documents import Unsound
from intermezzo.storage.exchange.subtitles import read_subtitles

__all__ = ["PAGE_SUFFIXES", "decoded", "page_of"]

PAGE_SUFFIXES: Final = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".srt", ".vtt")
_FENCE: Final = re.compile(r"^\s{0,3}(?:```|~~~)")
_ITEM: Final = re.compile(r"^\s*(?:[-+*]|\d{1,4}[.)])\s+(?=\S)")
_UNDERLINE: Final = re.compile(r"^\s{0,3}(?:=+|-+)\s*$")
_TABLE_RULE: Final = re.compile(r"^\s*\|?[\s:|-]+\|[\s:|-]*$")
_BOXES: Final = re.compile(r"^\[[ xX]\] ")
_MOST_FOREIGN: Final = 0.4  # of the bytes of a text in a western encoding; of other data it is more
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_INLINE: Final = (
    (re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)"), ""),
    (re.compile(r"\[([^\]\n]{1,300})\]\([^)\n]{0,500}\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{1,300})\]\[[^\]\n]{0,100}\]"), r"\1"), (re.compile(r"<(https?://[^<>\s]{1,300})>"), r"\1"),
    (re.compile(r"`{1,3}([^`\n]{1,300})`{1,3}"), r"\1"), (re.compile(r"(?<!\w)__([^_\n]{1,400})__(?!\w)"), r"**\1**"),
    (re.compile(r"(?<!\w)_([^_\n]{1,400})_(?!\w)"), r"*\1*"), (re.compile(r"~~([^~\n]{1,300})~~"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!<>-])"), r"\1"),
)  # fmt: skip


def decoded(content: bytes, name: str) -> str:
    """Return a text file's content, its line ends as ``\\n``.

    UTF-8; UTF-16 where its first bytes say so; what an HTML page names; else Windows-1252, as old files are.

    Raises:
        FileError: naming ``name``, if it is no text.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codings = ["utf-16"]
    else:
        named = _CHARSET.search(content[:2048]) if b"<" in content[:64] else None
        codings = ["utf-8-sig", *([named[1].decode("ascii", "replace")] if named else []), "cp1252"]
    for coding in codings:
        try:
            text = content.decode(coding)
        except (UnicodeError, LookupError):
            continue
        is_likely = coding != "cp1252" or sum(byte > 127 for byte in content) <= _MOST_FOREIGN * len(content)
        if is_likely and not _CONTROL.search(text):
            return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n\n")
    raise FileError(f"{name} is no text. Save it as plain text in UTF-8.")


def page_of(content: bytes, name: str) -> str:
    """Return what is to be said of a file of one of `PAGE_SUFFIXES`; any other suffix is taken for plain text.

    Raises:
        FileError: naming ``name``, if it is no text, or subtitles without a subtitle.
    """
    text, suffix = decoded(content, name), Path(name).suffix.lower()
    if suffix in (".md", ".markdown"):
        return _markdown(text)
    if suffix in (".html", ".htm"):
        return _html(text)
    if suffix in (".srt", ".vtt"):
        try:
            (tier,) = read_subtitles(text).tiers
        except Unsound as problem:
            raise FileError(f"{name} cannot be read: {problem}") from None
        return " ".join(cue.label for cue in tier.intervals) + "\n"
    return text


def _markdown(text: str) -> str:
    lines = text.split("\n")
    if lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:]):
        lines = lines[[line.strip() for line in lines[1:]].index("---") + 2 :]  # what a site keeps about the page
    found: list[str] = []
    for line in re.sub(r"<!--.*?-->", "", "\n".join(lines), flags=re.DOTALL).split("\n"):
        plain = re.sub(r"^(?:\s{0,3}>\s?)+", "", line)
        if _FENCE.match(plain) or _TABLE_RULE.match(plain):
            continue
        if _UNDERLINE.match(plain):
            if plain.strip() and found and found[-1].strip() and not found[-1].startswith("#"):
                found[-1:] = ["", f"# {found[-1].strip()}", ""]
            continue
        is_item = _ITEM.match(plain) is not None
        plain = _BOXES.sub("", _ITEM.sub("", plain))
        if plain.lstrip().startswith("|"):
            plain, is_item = ", ".join(cell.strip() for cell in plain.strip().strip("|").split("|")), True
        for pattern, put in _INLINE:
            plain = pattern.sub(put, plain)
        heading = re.match(r"^\s{0,3}(#{1,6})\s+(.*?)[\s#]*$", plain)
        if heading:
            found += ["", f"{heading[1]} {heading[2]}", ""]
        else:
            found += ["", plain] if is_item else [plain]
    return _tidy("\n".join(found))


class _Words(HTMLParser):
    """Collects what a reader of a page sees, block by block."""

    _BLOCKS = frozenset(
        "p div section article header footer main li ul ol dl dt dd tr table blockquote pre hr br title".split()  # noqa: SIM905
    )
    _UNSEEN = frozenset(("script", "style", "head", "template", "noscript", "nav", "svg"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self._UNSEEN
        self._break(tag)
        if re.fullmatch(r"h[1-6]", tag) and not self._unseen:
            self.parts.append("#" * int(tag[1]) + " ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(self._unseen - (tag in self._UNSEEN), 0)
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in self._BLOCKS or re.fullmatch(r"h[1-6]", tag):
            self.parts.append("\n" if tag == "br" else "\n\n")


def _html(text: str) -> str:
    words = _Words()
    words.feed(text)
    words.close()
    return _tidy("".join(words.parts))


def _tidy(text: str) -> str:
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
