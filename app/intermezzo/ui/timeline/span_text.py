"""The text in the box of a span: its label, and under a chord its roman numeral in the key that holds there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from intermezzo.core.errors import SketchError
from intermezzo.core.layers import Spans
from intermezzo.core.music.chords import chord_of, roman
from intermezzo.core.music.harmony import chords_in, key_at
from intermezzo.core.sketch import Beats, Sketch
from intermezzo.ui.fonts import font
from intermezzo.ui.look import Look
from intermezzo.ui.music_text import music_width, paint_music, signed_label
from intermezzo.ui.text import CENTRE
from intermezzo.ui.timeline.marks import EDITED
from intermezzo.ui.timeline.stamps import stamp_text
from intermezzo.ui.timeline.unsure import is_unsure, paint_unsure

__all__ = ["music_label", "name_reach", "numeral_in", "numeral_of", "paint_span_text", "shown_label"]

_LEAST_WORD_PX: Final = 26.0
_CHORD_PX: Final = 34.0  # boxes of this height have room for two lines
_PAD_PX: Final = 7.0


def shown_label(sketch: Sketch | None, spans: Spans, k: int) -> str:
    """Return the label of a span as it is read: keys and chords with true sharps and flats."""
    return music_label(spans.labels[k], spans, sketch.type.beats if sketch is not None else None)


def music_label(label: str, spans: Spans, beats: Beats | None) -> str:
    """Return a label of a layer as it is read: with true signs where it names keys or chords."""
    is_music = beats is not None and spans.spec.name in (beats.key, beats.chords)
    return signed_label(label) if is_music else label


def numeral_of(sketch: Sketch | None, spans: Spans, k: int) -> str:
    """Return the roman numeral of a span that names a chord; "" for any other, and where no key is named."""
    beats = sketch.type.beats if sketch is not None else None
    if sketch is None or beats is None or spans.spec.name != beats.chords:
        return ""
    key = key_at(sketch, int(spans.starts[k]))
    return roman(chords_in(spans)[k], key) if key is not None else ""


def numeral_in(sketch: Sketch, spans: Spans, frame: int, label: str) -> str:
    """Return the roman numeral that a label would have in a layer at a frame; "" where it is no chord."""
    key = key_at(sketch, frame)
    if key is None or sketch.type.beats is None or spans.spec.name != sketch.type.beats.chords:
        return ""
    try:
        return roman(chord_of(label), key)
    except SketchError:
        return ""


def name_reach(sketch: Sketch | None, spans: Spans, k: int) -> float:
    """Return how far from where it begins in view the text of a span may reach, with room to spare."""
    texts = shown_label(sketch, spans, k), numeral_of(sketch, spans, k)
    return max(music_width(font("card"), text) for text in texts) + 4 * _PAD_PX


def paint_span_text(
    painter: QPainter, look: Look, sketch: Sketch | None, spans: Spans, k: int, box: QRectF, room: float, state: str
) -> None:
    """Write what a span says into its box, ``room`` pixels wide, with a mark where the engine is hardly sure."""
    label, unsure = shown_label(sketch, spans, k), is_unsure(spans, k)
    if not unsure and room < _LEAST_WORD_PX and room + 10 < music_width(font("value"), label):
        return
    colour = look.color("hand" if int(spans.origin[k]) & EDITED else "t1")
    numeral = numeral_of(sketch, spans, k) if box.height() >= _CHORD_PX else ""
    face = font("card") if numeral else font("body")
    needed = music_width(face, label)
    if unsure:
        room -= paint_unsure(painter, look, box, name_px=needed)
    if needed > room + 10 and music_width(font("value"), label) <= room + 10:
        face, needed = font("value"), music_width(font("value"), label)
    if room < needed <= room + 10:  # short words rather lose their margins than their letters
        free = QRectF(box.left(), box.top(), room + 12, box.height())  # left of a badge or a padlock
        if numeral:
            _paint_two(painter, look, free, free.center().x() - needed / 2, needed + 2, label, numeral, colour, face)
        else:
            stamp_text(painter, free.adjusted(0, -1, 0, 0), label, face, colour, CENTRE)
        return
    if room < min(needed, _LEAST_WORD_PX):
        return
    # A word that begins left of the view keeps its name in sight.
    x = max(box.left(), min(0.0, box.right() - needed - 14)) + _PAD_PX
    room -= x - box.left() - _PAD_PX
    if numeral:
        _paint_two(painter, look, box, x, room, label, numeral, colour, face)
        return
    drop = 1 if state == "edited" else 0
    _write(painter, QRectF(x, box.top() - 1, room, box.height() - drop + 1), label, face, colour)


def _write(painter: QPainter, rect: QRectF, text: str, face: QFont, colour: QColor) -> None:
    has_signs = "♯" in text or "♭" in text
    (paint_music if has_signs else stamp_text)(painter, rect, text, face, colour)


def _paint_two(
    painter: QPainter, look: Look, box: QRectF, x: float, room: float, label: str, numeral: str, colour: QColor,
    face: QFont,
) -> None:  # fmt: skip
    middle = round(box.center().y())
    _write(painter, QRectF(x, middle - 18, room, 19), label, face, colour)
    below = look.color("t2") if colour == look.color("t1") else colour
    _write(painter, QRectF(x, middle, room, 15), numeral, font("value"), below)
