"""Sentences and chapters of a sketch: whole stretches of its time axis, read off its words and the text they came from.

A sentence ends with its mark, an empty line, or in a recording without text at a pause. A chapter begins at a heading:
a line of Markdown (``# One``), or a short line of its own that begins with "Chapter", "Part", "Kapitel" or "Teil".
Each stretch reaches to the middle of the silences around it, so that the stretches together are the whole sketch.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Spans
from intermezzo.core.marks import read_marks
from intermezzo.core.sketch import Sketch

__all__ = ["Stretch", "chapters_of", "headings", "places_of", "sentences_of", "stretch_at"]

_PAUSE_S: Final = 0.35  # that ends a sentence where no text says so
_END: Final = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*(?=\s|$)|\n[ \t]*\n|(?<=\n)\#{1,6} ")
_ONLY_DOT: Final = re.compile(r"[.…]+$")
_SHORT: Final = re.compile(r"(?i)(?:mr|mrs|ms|dr|st|prof|jr|sr|vs|bzw|ca|hr|fr|z|b|d|h|(?:[a-z]\.)+)\.?")
_HEADING: Final = re.compile(
    r"^(?:\#{1,6}[ \t]+(?P<marked>[^\n]*\S)|(?P<plain>(?:chapter|part|kapitel|teil)\b[^\n]{0,60}))[ \t\#]*$",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Stretch:
    """Frames ``start:stop``, the characters of the source that they say, and what they are called.

    Attributes:
        number: counted from 1.
        title: the heading of a chapter, the words of a sentence.
        chapter: the heading that a sentence stands under; '' before the first.
        place: characters ``(start, stop)`` of the source; (0, 0) without a text.
    """

    number: int
    start: int
    stop: int
    title: str
    chapter: str = ""
    place: tuple[int, int] = (0, 0)


def headings(text: str) -> list[tuple[int, str]]:
    """Return where each heading of a text begins, and what it says."""
    return [(m.start(), (m["marked"] or m["plain"]).strip()) for m in _HEADING.finditer(text)]


def stretch_at(stretches: Sequence[Stretch], frame: int) -> int:
    """Return the index of the stretch that holds a frame; the nearest one outside; -1 where there are none."""
    return max(bisect_right([s.start for s in stretches], frame) - 1, 0) if stretches else -1


def places_of(words: Spans, text: str) -> list[tuple[int, int]]:
    """Return the characters of the text that each word was read from, (-1, -1) where nobody can say.

    Words of an engine that does not tell are looked for in the text, one after the other.
    """
    if words.source is not None:
        return [(int(a), int(b)) for a, b in words.source]
    places: list[tuple[int, int]] = []
    at, low = 0, text.lower()
    for label in words.labels:
        start = low.find(label.lower(), at) if label.strip() and len(low) == len(text) else -1
        is_near = start >= 0 and not any(c.isalnum() for c in text[at:start])
        places.append((start, start + len(label)) if is_near else (-1, -1))
        at = places[-1][1] if is_near else at
    return places


def sentences_of(sketch: Sketch, text: str = "") -> tuple[Stretch, ...]:
    """Return the sentences of a sketch that was made from ``text``, or from a recording where that is ''.

    A sketch without words or without time is one stretch, or none where it is empty.
    """
    words = _words(sketch)
    if words is None:
        return _whole(sketch)
    heads, places = headings(text), places_of(words, text)
    firsts = [0, *(k + 1 for k in _ends(words, places, text, [at for at, _ in heads]))]
    return _stretches(sketch, words, places, text, firsts, heads)


def chapters_of(sketch: Sketch, text: str = "") -> tuple[Stretch, ...]:
    """Return the chapters of a sketch: what stands before the first heading, if anything, and each with its heading.

    A text without headings is one chapter.
    """
    words, heads = _words(sketch), headings(text)
    if words is None or not heads:
        return _whole(sketch)
    places = places_of(words, text)
    firsts = {0}
    for at, _ in heads:
        found = next((k for k, (start, _) in enumerate(places) if start >= at), None)
        if found is not None:
            firsts.add(found)
    return _stretches(sketch, words, places, text, sorted(firsts), heads, are_chapters=True)


def _whole(sketch: Sketch) -> tuple[Stretch, ...]:
    return (Stretch(1, 0, sketch.n_frames, ""),) if sketch.n_frames else ()


def _words(sketch: Sketch) -> Spans | None:
    """Return the spans of free text that do not make the time axis, if there are any."""
    spans = [layer for layer in sketch.layers.values() if isinstance(layer, Spans)]
    found = next((s for s in spans if not s.spec.governs and not s.spec.symbols), None)
    return found if found is not None and found.count else None


def _ends(words: Spans, places: list[tuple[int, int]], text: str, heads: Sequence[int]) -> Iterator[int]:
    """Yield the index of each word that is the last of its sentence, but for the last of all."""
    plain = _plain(text)
    pauses = (words.starts[1:] - words.stops[:-1]) * words.hop_s
    for k in range(words.count - 1):
        after, before = places[k][1], places[k + 1][0]
        if min(after, before) < 0 or before > len(plain):
            ends = bool(pauses[k] >= _PAUSE_S)  # nobody can say where these were read
        elif before < after:
            ends = False  # two words of one place, as in "12.50"
        else:
            # From one sign before: the dot of an abbreviation may belong to the place of its word.
            between = plain[max(after - 1, 0) : before]
            at = bisect_left(heads, after)
            is_heading = at < len(heads) and heads[at] <= before
            ends = is_heading or _ends_sentence(between, plain[before : before + 1], plain[slice(*places[k])])
        if ends:
            yield k


def _ends_sentence(between: str, following: str, token: str) -> bool:
    found = _END.search(between)
    if found is None:
        return False
    sign = found.group().rstrip("\"'”’»)]")
    if not _ONLY_DOT.match(sign):
        return True
    is_number = following.isdigit() and token.lower().rstrip(".") in ("no", "nr", "nos")
    return not following.islower() and not is_number and not _SHORT.fullmatch(token)


def _plain(text: str) -> str:
    try:
        return read_marks(text).plain
    except SourceError:
        return text  # it was edited since, and is wrong now


def _stretches(
    sketch: Sketch, words: Spans, places: list[tuple[int, int]], text: str, firsts: Sequence[int],
    heads: Sequence[tuple[int, str]], *, are_chapters: bool = False,
) -> tuple[Stretch, ...]:  # fmt: skip
    middles = [(int(words.stops[k - 1]) + int(words.starts[k])) // 2 for k in firsts if k]
    edges = [0, *middles, sketch.n_frames]
    found: list[Stretch] = []
    for (start, stop), (first, last) in zip(pairwise(edges), pairwise([*firsts, words.count]), strict=True):
        if stop <= start:
            continue
        place = _place(places[first:last], text)
        # A heading of Markdown begins with its signs, before its first word.
        head = next((title for at, title in reversed(heads) if at <= place[0]), "") if place != (0, 0) else ""
        said = " ".join(words.labels[first:last]) if place == (0, 0) else " ".join(_plain(text)[slice(*place)].split())
        title = head if are_chapters else said
        found.append(Stretch(len(found) + 1, start, stop, title, head, place))
    return tuple(found)


def _place(places: list[tuple[int, int]], text: str) -> tuple[int, int]:
    """Return the characters from the first word to the signs after the last one."""
    known = [(a, b) for a, b in places if 0 <= a < b <= len(text)]
    if not known:
        return 0, 0
    start, stop = min(a for a, _ in known), max(b for _, b in known)
    while stop < len(text) and not text[stop].isspace() and not text[stop].isalnum() and text[stop] not in "([{“„«<":
        stop += 1
    while start > 0 and text[start - 1] in "([{“„«\"'‘¿¡":
        start -= 1
    return start, stop
