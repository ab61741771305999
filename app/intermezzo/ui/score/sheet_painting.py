"""Paints an engraved sheet in any colours, and says where its notes lie."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from intermezzo.ui.fonts import SERIF_FAMILY

if TYPE_CHECKING:
    from intermezzo.storage.scores.sheet import Run, Sheet, Words
    from intermezzo.storage.scores.svg_path import Path

__all__ = ["advance", "note_areas", "paint_sheet"]

_EM: Final = 1000.0
"""Units of a music font: a glyph's outline is drawn for this size."""
_TEXT_PX: Final = 200


def paint_sheet(painter: QPainter, sheet: Sheet, ink: QColor, colours: Mapping[str, QColor], *, as_text: bool) -> None:
    """Paint a sheet in its own units from the painter's origin.

    Args:
        painter: the painter, scaled as wanted.
        sheet: what to paint.
        ink: the colour of all that has none of its own.
        colours: colours of notes by id.
        as_text: draw letters as text, which a PDF keeps searchable; on a screen outlines look the same at every size.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for outline in sheet.outlines:
        path = _glyph(sheet, outline.glyph) if outline.glyph else _qt_path(outline.path)
        if path is None:
            continue
        colour = colours.get(outline.note, ink)
        painter.setPen(_pen(colour, outline.stroke) if outline.stroke else Qt.PenStyle.NoPen)
        painter.setBrush(colour if outline.is_filled else Qt.BrushStyle.NoBrush)
        before = painter.transform()
        painter.translate(*outline.at)
        if outline.scale != (1.0, 1.0):
            painter.scale(*outline.scale)
        painter.drawPath(path)
        painter.setTransform(before)
    for words in sheet.words:
        _paint_words(painter, sheet, words, colours.get(words.note, ink), as_text=as_text)


def note_areas(sheet: Sheet) -> dict[str, QRectF]:
    """Return where each note lies, in units of the sheet, its stem and its syllable among it."""
    areas: dict[str, QRectF] = {}
    for outline in sheet.outlines:
        path = _glyph(sheet, outline.glyph) if outline.glyph else _qt_path(outline.path)
        if outline.note and path is not None and outline.kind != "syl":
            box = QTransform().translate(*outline.at).scale(*outline.scale).mapRect(path.controlPointRect())
            half = max(outline.stroke, 2.0) / 2
            areas[outline.note] = areas.get(outline.note, QRectF()) | box.adjusted(-half, -half, half, half)
    for words in sheet.words:
        if words.note and words.note in areas:
            width = sum(_run_width(sheet, run) for run in words.runs)
            size = max(run.size for run in words.runs)
            areas[words.note] |= QRectF(words.x - _before(words, width), words.y - 0.75 * size, width, size)
    return areas


def _paint_words(painter: QPainter, sheet: Sheet, words: Words, colour: QColor, *, as_text: bool) -> None:
    widths = [_run_width(sheet, run) for run in words.runs]
    x = words.x - _before(words, sum(widths))
    for run, width in zip(words.runs, widths, strict=True):
        before = painter.transform()
        painter.translate(x, words.y)
        if run.is_music:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.scale(run.size / _EM, run.size / _EM)
            for name in run.names:
                if (path := _glyph(sheet, name)) is not None:
                    painter.drawPath(path)
                painter.translate(sheet.advances.get(name, 0.5) * _EM, 0)
        else:
            painter.scale(run.size / _TEXT_PX, run.size / _TEXT_PX)
            if as_text:
                painter.setFont(_font(run.is_bold, run.is_italic))
                painter.setPen(colour)
                painter.drawText(0, 0, run.text)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawPath(_letters(run.text, run.is_bold, run.is_italic))
        painter.setTransform(before)
        x += width


def _before(words: Words, width: float) -> float:
    return {"start": 0.0, "middle": width / 2, "end": width}.get(words.anchor, 0.0)


def _run_width(sheet: Sheet, run: Run) -> float:
    if not run.is_music:
        return advance(run.text, run.is_bold, run.is_italic) * run.size
    return sum(sheet.advances.get(name, 0.5) for name in run.names) * run.size


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)


def _glyph(sheet: Sheet, name: str) -> QPainterPath | None:
    path = sheet.glyphs.get(name)
    return None if path is None else _qt_path(path)


@lru_cache(maxsize=4096)
def _qt_path(path: Path) -> QPainterPath:
    result = QPainterPath()
    result.setFillRule(Qt.FillRule.WindingFill)
    at = 0
    steps, numbers = path
    for step in steps:
        if step == "C":
            result.cubicTo(*numbers[at : at + 6])
            at += 6
        elif step == "Z":
            result.closeSubpath()
        else:
            (result.moveTo if step == "M" else result.lineTo)(*numbers[at : at + 2])
            at += 2
    result.boundingRect(), result.controlPointRect()  # kept in the path now: other threads only read it
    return result


@lru_cache(maxsize=8)
def _font(is_bold: bool, is_italic: bool) -> QFont:
    font = QFont(SERIF_FAMILY)
    font.setPixelSize(_TEXT_PX)
    font.setBold(is_bold)
    font.setItalic(is_italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=4096)
def advance(text: str, is_bold: bool, is_italic: bool) -> float:
    """Return how wide a text is painted, in its size."""
    return QFontMetricsF(_font(is_bold, is_italic)).horizontalAdvance(text) / _TEXT_PX


@lru_cache(maxsize=4096)
def _letters(text: str, is_bold: bool, is_italic: bool) -> QPainterPath:
    path = QPainterPath()
    path.addText(0, 0, _font(is_bold, is_italic), text)
    return path
