"""Subtitles: SRT and WebVTT out of cues, and their times and texts back in."""

import re

from intermezzo.core.labels import Interval, Labels, Tier
from intermezzo.storage.documents import Unsound
from intermezzo.storage.exchange.cues import Cue

__all__ = ["read_subtitles", "written_srt", "written_vtt"]

_TIMES = re.compile(r"\s*((?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})\s*-->\s*((?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})")
_MARKUP = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")


def written_srt(cues: tuple[Cue, ...]) -> str:
    """Return cues as SubRip, counted from 1, times to the millisecond."""
    blocks = [
        f"{k}\n{_time(cue.start_s, ',')} --> {_time(cue.stop_s, ',')}\n" + "\n".join(cue.lines) + "\n"
        for k, cue in enumerate(cues, 1)
    ]
    return "\n".join(blocks)


def written_vtt(cues: tuple[Cue, ...], *, word_times: bool = False) -> str:
    """Return cues as WebVTT; with ``word_times`` each word but the first carries the moment at which it is said."""
    blocks = ["WEBVTT\n"]
    for cue in cues:
        lines = [_escaped(line) for line in cue.lines]
        if word_times:
            lines = _timed(cue)
        blocks.append(f"{_time(cue.start_s, '.')} --> {_time(cue.stop_s, '.')}\n" + "\n".join(lines) + "\n")
    return "\n".join(blocks)


def _timed(cue: Cue) -> list[str]:
    words = [piece for word in cue.words for piece in _word_pieces(word)]
    lines: list[str] = []
    k = 0
    for line in cue.lines:
        shown: list[str] = []
        for text in line.split(" "):
            moment, starts = words[k] if k < len(words) else (0.0, False)
            shown.append(f"<{_time(moment, '.')}>{_escaped(text)}" if starts and k else _escaped(text))
            k += 1
        lines.append(" ".join(shown))
    return lines


def _word_pieces(word: Interval) -> list[tuple[float, bool]]:
    """Return (start, whether a word begins) for each piece between blanks, as the lines of a cue hold them."""
    n = sum(-(-len(piece) // 42) for piece in word.label.split()) or 1
    return [(word.start_s, k == 0) for k in range(n)]


def _time(seconds: float, point: str) -> str:
    ms = max(round(seconds * 1000), 0)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{point}{ms % 1000:03d}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read_subtitles(text: str) -> Labels:
    """Return the cues of an SRT or WebVTT file as one tier; styles and marks inside are taken out.

    Raises:
        Unsound: with the line, if it holds no cue or one that ends before it begins.
    """
    cues: list[Interval] = []
    rows = text.split("\n")
    k = 0
    while k < len(rows):
        found = _TIMES.match(rows[k])
        k += 1
        if found is None:
            continue
        at, said = k, []
        while k < len(rows) and rows[k].strip() and _TIMES.match(rows[k]) is None:
            said.append(rows[k].strip())
            k += 1
        start_s, stop_s = _seconds(found[1]), _seconds(found[2])
        if stop_s < start_s:
            raise Unsound(f"line {at}: a subtitle ends before it begins.")
        plain = _MARKUP.sub("", " ".join(said))
        label = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
        if label:
            cues.append(Interval(start_s, stop_s, label, at))
    if not cues:
        raise Unsound("it holds no subtitle.")
    return Labels(max(cue.stop_s for cue in cues), (Tier("cues", tuple(cues)),))


def _seconds(text: str) -> float:
    *hours, minutes, rest = text.replace(",", ".").split(":")
    return (int(hours[0]) if hours else 0) * 3600.0 + int(minutes) * 60 + float(rest)
