"""The governing spans of a sketch by the words that they belong to.

Words are the finest spans that govern nothing: the words of speech, the phrases or bars of something else. Each group
is a word with what follows it up to the next one (a pause, mostly); group 0 is what comes before the first word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.layers import Mark, Spans
from intermezzo.core.sketch import Sketch

__all__ = ["Words", "plain", "put_in", "words_layer"]


def plain(label: str) -> str:
    """Return a word as it is compared: without case and punctuation, unless nothing else is left."""
    return "".join(c for c in label.casefold() if c.isalnum()) or label


def words_layer(sketch: Sketch) -> Spans | None:
    """Return the finest spans that govern nothing and are not empty, or None."""
    governing = sketch.governing
    found = [x for x in sketch.layers.values() if isinstance(x, Spans) and x is not governing and x.count]
    return max(found, key=lambda spans: spans.count, default=None)


def put_in(spans: Spans) -> NDArray[np.bool_]:
    """Tell which spans a hand put in: they have later ids than the engine's spans that follow."""
    lowest = np.minimum.accumulate(spans.ids[::-1])[::-1]
    found: NDArray[np.bool_] = (spans.ids > lowest) & ((spans.origin & np.uint8(Mark.EDITED)) != 0)
    return found


@dataclass(frozen=True, eq=False)
class Words:
    """``group`` int64 and ``inside`` bool say of each governing span its group, and whether it is in the word."""

    spans: Spans
    words: Spans | None
    group: NDArray[np.int64]
    inside: NDArray[np.bool_]

    @classmethod
    def of(cls, sketch: Sketch, layer: str | None) -> Words | None:
        """Group the governing spans of a sketch by the spans of ``layer`` (None: all in group 0)."""
        spans = sketch.governing
        words = sketch.layers.get(layer) if layer else None
        if spans is None:
            return None
        if not isinstance(words, Spans):
            n = spans.count
            return cls(spans, None, np.zeros(n, np.int64), np.zeros(n, bool))
        group = np.searchsorted(words.starts, spans.starts, side="right")
        stops = np.concatenate(([0], words.stops))
        return cls(spans, words, group.astype(np.int64), spans.starts < stops[group])

    @property
    def labels(self) -> tuple[str, ...]:
        """The words by the engine's own labels as they are compared, from group 1 on."""
        return tuple(plain(label) for label in self.words.base_labels) if self.words else ()

    def name(self, group: int) -> str:
        """Return a word as it is read, without the punctuation around it."""
        label = self.words.labels[group - 1] if self.words and group else ""
        return label.strip('.,;:!?…"“”()[] ') or label

    def part(self, group: int, inside: bool) -> range:
        """Return the governing spans in a word, or after it."""
        first, last = (int(k) for k in np.searchsorted(self.group, [group, group + 1]))
        middle = first + int(self.inside[first:last].sum())
        return range(first, middle) if inside else range(middle, last)

    def frames(self, group: int, inside: bool) -> tuple[int, int]:
        """Return the frames of a word, or of what follows it."""
        words, n = self.words, len(self.spans)
        if words is None:
            return 0, 0 if inside else n
        after = int(words.starts[group]) if group < words.count else n
        if group == 0:
            return (0, 0) if inside else (0, after)
        start, stop = int(words.starts[group - 1]), int(words.stops[group - 1])
        within = self.part(group, True)
        if within:
            start = min(start, int(self.spans.starts[within[0]]))
            stop = max(stop, int(self.spans.stops[within[-1]]))
        return (start, stop) if inside else (stop, max(stop, after))

    def at(self, frame: int) -> tuple[int, bool]:
        """Return the group of a frame and whether it lies in the word."""
        if self.words is None:
            return 0, False
        group = int(np.searchsorted(self.words.starts, frame, side="right"))
        return group, frame < self.frames(group, True)[1]
