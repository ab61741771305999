"""What is said in a recording, out of the files that people keep beside one: plain text, subtitles and labels."""

import re
from pathlib import Path

from intermezzo.core.errors import FileError

__all__ = ["TRANSCRIPT_SUFFIXES", "beside", "read_transcript"]

TRANSCRIPT_SUFFIXES = (".txt", ".srt", ".vtt", ".lab")
_LARGEST_BYTES = 4 * 2**20
_TIMES = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s*-->")
_MARKUP = re.compile(r"<[^>\n]{0,80}>|\{\\[^}\n]{0,80}\}")
_LABEL = re.compile(r"\s*\d+(?:\.\d+)?\s+\d+(?:\.\d+)?\s*(.*)")
_SILENCES = frozenset(("sil", "sp", "pau", "silence", "<sil>", "#", "·", "_"))


def beside(recording: Path) -> Path | None:
    """Return the transcript of the same name beside a recording, if there is one."""
    found = (recording.with_suffix(suffix) for suffix in TRANSCRIPT_SUFFIXES)
    return next((path for path in found if path.is_file()), None)


def read_transcript(path: Path) -> str:
    """Return the words of a transcript without times, numbers, markup and silences.

    Raises:
        FileError: if it cannot be read, is no text, or holds no words.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileError(f"{path.name} is too long for the text of one recording. Give the part that is spoken.")
        content = path.read_bytes()
    except OSError as problem:
        raise FileError(f"{path.name} cannot be read: {problem.strerror}. Check the name.") from None
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(f"{path.name} is no text in UTF-8. Save it as plain text in UTF-8.") from None
    if "\0" in text:
        raise FileError(f"{path.name} is no text. Choose a plain text file.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    suffix = path.suffix.lower()
    if suffix in (".srt", ".vtt"):
        text = _subtitles(text)
    elif suffix == ".lab":
        text = _labels(text)
    if not text.strip():
        raise FileError(f"{path.name} holds no words. Give the text that is spoken in the recording.")
    return text.strip()


def _subtitles(text: str) -> str:
    """Return the lines that follow a line of times, up to the next empty one."""
    lines: list[str] = []
    speaks = False
    for line in text.split("\n"):
        if _TIMES.match(line):
            speaks = True
        elif not line.strip():
            speaks = False
        elif speaks:
            lines.append(_MARKUP.sub("", line).strip())
    return "\n".join(lines)


def _labels(text: str) -> str:
    """Return the labels of lines ``start stop label``; a file of words without times is taken as it is."""
    rows = [_LABEL.fullmatch(line) for line in text.split("\n") if line.strip()]
    if not all(rows):
        return text
    return " ".join(row[1].strip() for row in rows if row and row[1].strip().lower() not in _SILENCES)
