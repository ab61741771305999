"""Another text in the place of some words of a sketch: new phones, lengths at the pace of what stands around.

Works on converted sentences and on recordings whose text is known. Pitch, energy, breath and envelope of the stretch
are then predicted by `SpeechConverter.resample`, which goes by what is around.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from intermezzo.core.edits.splice import NewSpan, put_spans, splice, text_range
from intermezzo.core.errors import SourceError
from intermezzo.core.layers import Spans
from intermezzo.core.layers.base import frozen
from intermezzo.core.sketch import Sketch
from intermezzo_engines.speech.frontend import SpokenPhone
from intermezzo_engines.speech.own_words import OwnWords
from intermezzo_engines.speech.phones import PAUSE, arpabet_to_label
from intermezzo_engines.speech.pronounce import Pronounces
from intermezzo_engines.speech.text import Token, phrases

__all__ = ["NewWords", "chosen_words", "new_words", "put_words"]

_NEW = -10  # word numbers of new words: none of the sketch, and not the -1 of pauses
_NEIGHBOURS = 3  # words before and after that a pronunciation may depend on


class NewWords:
    """The phones of a new text, and its words as (token, first phone, last phone + 1)."""

    def __init__(self, tokens: Sequence[Token], pronounced: Sequence[Sequence[str]]) -> None:
        self.phones: list[SpokenPhone] = []
        self.words: list[tuple[Token, int, int]] = []
        spoken = iter(pronounced)
        for number, token in enumerate(tokens):
            first = len(self.phones)
            for word in token.words:
                self.phones += [SpokenPhone(arpabet_to_label(p), _NEW - number, word) for p in next(spoken)]
            if len(self.phones) > first:
                self.words.append((token, first, len(self.phones)))
            if token.mark and number + 1 < len(tokens):
                self.phones.append(SpokenPhone(PAUSE, -1, "", token.mark))


def chosen_words(words: Spans, start: int, stop: int) -> range:
    """Return the words whose middle lies in frames ``start:stop``.

    Raises:
        SourceError: if there is none.
    """
    middles = (words.starts + words.stops) / 2
    found = np.flatnonzero((middles >= start) & (middles < stop))
    if not len(found):
        raise SourceError("There is no word here to say anew. Give the recording its text first.")
    return range(int(found[0]), int(found[-1]) + 1)


def new_words(
    text: str, words: Spans, chosen: range, pronouncer: Pronounces, own: OwnWords, language: str = "en"
) -> NewWords:  # fmt: skip
    """Return the phones of a text that is to stand where some words of a sketch do, pronounced as their neighbours ask.

    A text without letters gives none.

    Raises:
        SourceError: if it holds letters of another script.
    """
    if not any(c.isalnum() for c in text):
        return NewWords((), ())
    tokens = [token for phrase in phrases(text, language) for token in phrase.tokens if token.words]
    before = [_letters(words.labels[k]) for k in range(max(chosen.start - _NEIGHBOURS, 0), chosen.start)]
    after = [_letters(words.labels[k]) for k in range(chosen.stop, min(chosen.stop + _NEIGHBOURS, words.count))]
    spoken = [word for token in tokens for word in token.words]
    pronounced = pronouncer.pronounce([*before, *spoken, *after])
    return NewWords(tokens, own.said(pronounced[len(before) : len(before) + len(spoken)], tokens, text))


def _letters(label: str) -> str:
    kept = "".join(c for c in label.lower() if c.isalpha() or c == "'")
    return kept or "a"


def put_words(
    sketch: Sketch, chosen: range, phones: range, new: NewWords, lengths: Sequence[int], scores: Sequence[float],
    text: str, label_of: Sequence[str],
) -> Sketch:  # fmt: skip
    """Return the sketch with the words ``chosen``, which are ``phones``, replaced; later places in the text move.

    Args:
        lengths: frames of each new phone.
        scores: how sure each length is.
        text: the text of the new words.
        label_of: what the words lane shows for each new word.
    """
    words: Spans = sketch.words
    place = text_range(words, chosen.start, chosen.stop)
    offset = place[0] if place else -1

    def where(token: Token) -> tuple[int, int]:
        return (offset + token.start, offset + token.end) if offset >= 0 else (-1, -1)

    owners = {k: token for token, a, b in new.words for k in range(a, b)}
    fresh: list[NewSpan] = [
        (phone.label, int(n), float(score), where(owners[k]) if k in owners else (-1, -1))
        for k, (phone, n, score) in enumerate(zip(new.phones, lengths, scores, strict=True))
    ]
    start = int(sketch.phones.starts[phones.start])
    result = splice(sketch, phones.start, phones.stop, fresh)
    edges = start + np.concatenate(([0], np.cumsum(np.asarray(lengths, np.int64))))
    rest = put_spans(result.words, chosen.start, chosen.stop, start, [])
    rows = []
    for label, (token, first, last) in zip(label_of, new.words, strict=True):
        rows.append((label, int(edges[first]), int(edges[last]), where(token)))
    placed = _placed(rest, chosen.start, rows)
    if place is None:
        return result.with_layer(placed)
    by = len(text) - (place[1] - place[0])
    return result.with_layer(_moved(placed, place[1], by, chosen.start + len(rows))).with_layer(
        _moved(result.phones, place[1], by, phones.start + len(fresh))
    )


def _placed(words: Spans, at: int, rows: Sequence[tuple[str, int, int, tuple[int, int]]]) -> Spans:
    for k, (label, start, stop, place) in enumerate(rows):
        words = put_spans(words, at + k, at + k, start, [(label, stop - start, 1.0, place)])
    return words


def _moved(spans: Spans, after: int, by: int, first: int) -> Spans:
    """Move the places in the text of spans from ``first`` on."""
    if spans.source is None or not by:
        return spans
    source = spans.source.copy()
    later = source[first:]
    later[later[:, 0] >= after] += by
    return replace(spans, source=frozen(source, np.int32))
