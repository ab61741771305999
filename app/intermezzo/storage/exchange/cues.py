"""Cues: words as subtitles, cut at sentences or after some words, in two lines of at most 42 characters."""

import re
from dataclasses import dataclass
from typing import Final

from intermezzo.core.labels import Interval

__all__ = ["LINE_CHARS", "Cue", "cues_of"]

LINE_CHARS: Final = 42
_LINES: Final = 2
_PAUSE_S: Final = 0.35  # a silence that ends a sentence where no text says so
_ENDS: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*$")
_SHORT: Final = re.compile(
    r"(?i)(?:mr|mrs|ms|dr|st|prof|jr|sr|vs|no|nr|bzw|usw|ca|[a-z])\.$"
)  # not the end of a sentence
_BREAKS: Final = re.compile(r"[,;:–—.!?…][\"'”’»)\]]*$")


@dataclass(frozen=True)
class Cue:
    """``lines`` of at most 42 characters from ``start_s`` to ``stop_s``; ``words`` with their own times."""

    start_s: float
    stop_s: float
    lines: tuple[str, ...]
    words: tuple[Interval, ...]


def cues_of(words: tuple[Interval, ...], per_cue: int = 0) -> tuple[Cue, ...]:
    """Return subtitles of words in their order.

    A word carries its punctuation where it is known ("Iowa?"). A cue ends with its sentence, or after ``per_cue``
    words where that is not 0, and always before it would need a third line.
    """
    return tuple(cue for run in _runs(words, per_cue) for cue in _cut(run))


def _runs(words: tuple[Interval, ...], per_cue: int) -> list[list[Interval]]:
    runs: list[list[Interval]] = [[]]
    for word in words:
        last = runs[-1]
        if per_cue > 0:
            ends = len(last) >= per_cue
        else:
            ends = bool(last) and (_ends(last[-1].label) or word.start_s - last[-1].stop_s >= _PAUSE_S)
        if ends:
            runs.append([])
        runs[-1].append(word)
    return [run for run in runs if run]


def _ends(label: str) -> bool:
    return _ENDS.search(label) is not None and _SHORT.match(label) is None


def _cut(run: list[Interval]) -> list[Cue]:
    """Cut one sentence into cues that fit, in even parts, rather after a comma than before."""
    if len(_lines(run)) <= _LINES:
        return [_cue(run)]
    n_chars = sum(len(word.label) + 1 for word in run)
    wanted = n_chars / -(-n_chars // (_LINES * (LINE_CHARS - 4)))
    cues: list[Cue] = []
    part: list[Interval] = []
    for word in run:
        size = sum(len(w.label) + 1 for w in part)
        is_good = part and (
            (size >= 0.7 * wanted and _BREAKS.search(part[-1].label)) or size + len(word.label) / 2 > wanted
        )
        if part and (is_good or len(_lines([*part, word])) > _LINES):
            cues.append(_cue(part))
            part = []
        part.append(word)
    return [*cues, _cue(part)]


def _cue(words: list[Interval]) -> Cue:
    return Cue(words[0].start_s, words[-1].stop_s, tuple(_lines(words)[:_LINES]), tuple(words))


def _lines(words: list[Interval]) -> list[str]:
    """Return the words in as few lines as they need, the lines as even as they can be."""
    texts = [piece for word in words for piece in _pieces(word.label)]
    greedy = _filled(texts, LINE_CHARS)
    narrow = next((w for w in range(1, LINE_CHARS) if len(_filled(texts, w)) == len(greedy)), LINE_CHARS)
    return _filled(texts, narrow) if all(len(line) <= LINE_CHARS for line in _filled(texts, narrow)) else greedy


def _pieces(label: str) -> list[str]:
    plain = " ".join(label.split())
    return [piece[k : k + LINE_CHARS] for piece in plain.split(" ") for k in range(0, len(piece), LINE_CHARS)]


def _filled(texts: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for text in texts:
        if lines and len(lines[-1]) + 1 + len(text) <= width:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return lines
