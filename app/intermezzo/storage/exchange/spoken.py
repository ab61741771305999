"""Spoken words with their punctuation: the words layer of a sketch against the text that it was made from."""

from intermezzo.core.errors import EditError
from intermezzo.core.labels import Interval
from intermezzo.core.layers import Spans
from intermezzo.core.sentences import places_of
from intermezzo.core.sketch import Sketch

__all__ = ["spoken_words", "words_layer"]


def words_layer(sketch: Sketch) -> Spans | None:
    """Return the first spans of free text that do not make the time axis; else the governing spans, if any."""
    spans = [layer for layer in sketch.layers.values() if isinstance(layer, Spans)]
    return next((s for s in spans if not s.spec.governs and not s.spec.symbols), sketch.governing)


def spoken_words(sketch: Sketch, text: str = "") -> tuple[Interval, ...]:
    """Return the words as they stand in the source ``text``, punctuation included, else as they are labelled.

    Words that were read from one place of the text ("12.50" is spoken as five words) are one.

    Raises:
        EditError: if the sketch has no words.
    """
    layer = words_layer(sketch)
    if layer is None or not layer.count:
        raise EditError(f"A {sketch.type.title.lower()} sketch without words has no subtitles.")
    places = places_of(layer, text)
    words: list[Interval] = []
    last = (-1, -1)
    for k, (start, stop) in enumerate(zip(layer.starts.tolist(), layer.stops.tolist(), strict=True)):
        place = places[k] if 0 <= places[k][0] < places[k][1] <= len(text) else (-1, -1)
        start_s, stop_s = start * layer.hop_s, stop * layer.hop_s
        if place[0] >= 0 and words and place[0] < last[1]:
            words[-1] = Interval(words[-1].start_s, stop_s, words[-1].label)
            continue
        label = text[slice(*_with_signs(text, place))] if place[0] >= 0 else layer.labels[k]
        if label.strip():
            words.append(Interval(start_s, stop_s, label))
            last = place
    return tuple(words)


def _with_signs(text: str, place: tuple[int, int]) -> tuple[int, int]:
    """Widen a place over the signs that stick to it on both sides."""
    start, stop = place
    while stop < len(text) and not text[stop].isspace() and not text[stop].isalnum() and text[stop] not in "([{“„«":
        stop += 1
    while start > 0 and text[start - 1] in "([{“„«\"'‘¿¡":
        start -= 1
    return start, stop
