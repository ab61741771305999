"""Another word in the place of some: its letters are put in, the words lane follows, and places in the text move."""

import unicodedata
from dataclasses import replace

import numpy as np

from intermezzo.core.edits.splice import NewSpan, put_spans, splice, text_range
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch
from intermezzo_engines.mock.hum import REST, VOWELS, frames_of

__all__ = ["put_word"]


def put_word(sketch: Sketch, start: int, stop: int, text: str, letter_s: float) -> tuple[Sketch, int, int]:
    """Return the sketch with the words whose middle is in frames ``start:stop`` replaced, and where the new one lies.

    Raises:
        SourceError: if there is no word.
    """
    words, letters = sketch.layers["words"], sketch.governing
    if not isinstance(words, Spans) or letters is None:
        raise SourceError("There is no word here to hum anew.")
    middles = (words.starts + words.stops) / 2
    found = np.flatnonzero((middles >= start) & (middles < stop)).tolist()
    if not found:
        raise SourceError("There is no word here to hum anew.")
    first, last = found[0], found[-1] + 1
    a = int(np.searchsorted(letters.starts, words.starts[first]))
    b = int(np.searchsorted(letters.starts, words.stops[last - 1]))
    place = text_range(words, first, last)
    offset = place[0] if place else -1
    new: list[NewSpan] = []
    for at, character in enumerate(text):
        plain = unicodedata.normalize("NFD", character)[0].lower()
        letter = plain if plain in VOWELS else "x" if plain.isalnum() else REST
        spot = (offset + at, offset + at + 1) if place else (-1, -1)
        new.append((letter, frames_of(letter, letter_s), 1.0, spot))
    at_frame = int(letters.starts[a])
    changed = splice(sketch, a, b, new)
    n = sum(length for _, length, _, _ in new)
    moved = changed.layers["words"]
    assert isinstance(moved, Spans)
    span: list[NewSpan] = [(text, n, 1.0, (offset, offset + len(text)) if place else (-1, -1))] if n else []
    moved = put_spans(put_spans(moved, first, last, at_frame, []), first, first, at_frame, span)
    governing = changed.governing
    if place and governing is not None:
        by = len(text) - (place[1] - place[0])
        moved = _shifted(moved, place[1], by, first + len(span))
        changed = changed.with_layer(_shifted(governing, place[1], by, a + len(new)))
    return changed.with_layer(moved), at_frame, at_frame + n


def _shifted(spans: Spans, after: int, by: int, first: int) -> Spans:
    """Move the places in the text of spans from ``first`` on."""
    if spans.source is None:
        return spans
    source = spans.source.copy()
    later = source[first:]
    later[later[:, 0] >= after] += by
    return replace(spans, source=frozen(source, np.int32))
