"""How elements look in each state, in one place: predicted, analysed, edited, locked, stale, selected, hovered.

Every state carries two marks (width, dash, hatch, glyph besides colour), so colour is never alone. Lanes use these for
single elements; where thousands are drawn at once they use the same pens and brushes on arrays.
"""

from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from intermezzo.ui import art
from intermezzo.ui.fonts import font
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.theme import Theme

State = Literal["predicted", "analysed", "edited", "locked", "stale", "selected", "hover"]
STATES: Final[tuple[State, ...]] = ("predicted", "analysed", "edited", "locked", "stale", "selected", "hover")
HANDLE_PX: Final = 7.0
_SPAN_RADIUS: Final = 3.0
_PADLOCK_PX: Final = 12.0


def curve_pen(theme: Theme, state: State) -> QPen:
    """Return the pen of a curve in a state: 1.25 px predicted, dashed analysed, 2 px edited, locked and hovered."""
    if state == "analysed":
        return art.dashed_pen(theme.color("ana"), art.DASH_ANALYSED, 1.25)
    if state == "edited":
        pen = QPen(theme.color("hand"), 2.0)
    elif state == "locked":
        pen = QPen(theme.color("lock"), 2.0)
    elif state == "hover":
        pen = QPen(theme.color("t1"), 2.0)
    else:
        pen = QPen(theme.color("pred", art.STALE_OPACITY if state == "stale" else 1.0), 1.25)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def paint_curve(painter: QPainter, points: QPolygonF, state: State, theme: Theme) -> None:
    """Draw a curve in a state, antialiased; decimate long curves first."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(curve_pen(theme, state))
    painter.drawPolyline(points)
    painter.restore()


def behind_pen(theme: Theme) -> QPen:
    """Return the thin pen of the prediction that stays visible behind an edited stretch."""
    return QPen(theme.color("pred", 0.75), 1.25)


def paint_handle(painter: QPainter, centre: QPointF, theme: Theme) -> None:
    """Draw the round handle of an edited curve."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("hand"), 1.5))
    painter.setBrush(theme.color("canvas"))
    radius = (HANDLE_PX - 0.5) / 2
    painter.drawEllipse(centre, radius, radius)
    painter.restore()


def paint_stale(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Lay the wide hatch over what is not rendered yet; the caller draws the contents at 55 %."""
    painter.fillRect(rect, art.stale_brush(theme, art.device_ratio(painter)))


def paint_footprint(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Draw the dashed outline of what an edit reaches."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(art.dashed_pen(theme.color("t1"), art.DASH_FOOTPRINT))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def paint_time_selection(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Wash a selected stretch of time and draw its two edge lines."""
    painter.fillRect(rect, theme.color("selbg"))
    edge = theme.color("sel")
    painter.fillRect(QRectF(rect.left(), rect.top(), 1, rect.height()), edge)
    painter.fillRect(QRectF(rect.right() - 1, rect.top(), 1, rect.height()), edge)


def paint_span(painter: QPainter, rect: QRectF, label: str, state: State, theme: Theme) -> None:
    """Draw a labelled interval (a word, a phone, a chord) in a state."""
    painter.save()
    if state == "stale":
        painter.setOpacity(painter.opacity() * art.STALE_OPACITY)
    fill = {"edited": theme.color("handbg"), "hover": theme.color("hover")}.get(state, theme.color("raise"))
    if state == "edited":
        # Round at the top only: the underline closes the bottom.
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        art.paint_frame(painter, rect.adjusted(0, 0, 0, _SPAN_RADIUS), _SPAN_RADIUS, fill, None)
        painter.restore()
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), theme.color("hand"))
    else:
        art.paint_frame(painter, rect, _SPAN_RADIUS, fill, None)
    ink = theme.color("hand" if state == "edited" else "t1")
    _finish_element(painter, rect, label, state, theme, ink, theme.color("lock"), font("body_medium"))
    painter.restore()


def paint_note(painter: QPainter, rect: QRectF, label: str, state: State, theme: Theme) -> None:
    """Draw a note bar in a state."""
    painter.save()
    if state == "stale":
        painter.setOpacity(painter.opacity() * art.STALE_OPACITY)
    fill, ink = theme.color("note"), theme.color("onnote")
    if state == "edited":
        fill, ink = theme.color("handfill"), theme.color("onhand")
    elif state == "locked":
        fill, ink = theme.color("notelocked"), theme.color("canvas")
    elif state == "hover":
        fill = fill.lighter(118) if theme.is_dark else fill.darker(108)
    art.paint_frame(painter, rect, _SPAN_RADIUS, fill, None)
    _finish_element(painter, rect, label, state, theme, ink, ink, font("body_medium"))
    painter.restore()


def _finish_element(
    painter: QPainter, rect: QRectF, label: str, state: State, theme: Theme, ink: QColor, lock_ink: QColor, face: QFont
) -> None:
    """Draw what spans and notes have in common over their fill: hatch, outline, grips, label, padlock."""
    right = rect.right() - 8
    if state == "locked":
        hatch = QColor(lock_ink)
        hatch.setAlphaF(0.18 if lock_ink == ink and ink != theme.color("lock") else theme.color("lockhatch").alphaF())
        painter.fillRect(rect, art.hatch_brush(hatch, art.LOCK_HATCH_PX, art.device_ratio(painter)))
        if rect.width() >= 40:
            right -= _PADLOCK_PX + 4
            top = round(rect.center().y() - _PADLOCK_PX / 2 - 0.5)
            padlock = QColor(lock_ink)
            padlock.setAlphaF(0.85)
            art.paint_padlock(painter, round(rect.right() - 6 - _PADLOCK_PX), top, padlock, _PADLOCK_PX)
    elif state == "analysed":
        art.paint_frame(painter, rect, _SPAN_RADIUS, None, theme.color("ana"), 1.25, art.DASH_ANALYSED)
    elif state == "selected":
        outer = rect.adjusted(-2, -2, 2, 2)
        art.paint_frame(painter, outer, _SPAN_RADIUS + 2, None, theme.color("sel"), 2.0)
    elif state == "hover":
        for x in (rect.left(), rect.right() - 2):
            painter.fillRect(QRectF(x, rect.top() + 4, 2, rect.height() - 8), theme.color("t1"))
    area = QRectF(rect.left() + 8, rect.top(), max(0.0, right - rect.left() - 8), rect.height())
    paint_text(painter, area, label, face, ink, LEFT)


def paint_region(painter: QPainter, rect: QRectF, state: State, theme: Theme) -> None:
    """Outline a region of a grid or a matrix in a state; "selected" is a mask, "hover" the cell under the pointer."""
    painter.save()
    ratio = art.device_ratio(painter)
    if state == "analysed":
        art.paint_frame(painter, rect, 0, None, theme.color("ana"), 1.5, art.DASH_ANALYSED)
    elif state == "edited":
        art.paint_frame(painter, rect, 0, None, theme.color("hand"), 2.0)
    elif state == "locked":
        painter.fillRect(rect, art.hatch_brush(theme.color("lock", 0.45), art.LOCK_HATCH_PX, ratio))
        art.paint_frame(painter, rect, 0, None, theme.color("lock"), 1.5)
    elif state == "selected":
        painter.fillRect(rect, theme.color("canvas", 0.5))
        painter.fillRect(rect, art.hatch_brush(theme.color("sel", 0.75), art.STALE_HATCH_PX, ratio))
        art.paint_frame(painter, rect, 0, None, theme.color("sel"), 1.5, art.DASH_MASK)
    elif state == "hover":
        art.paint_frame(painter, rect, 0, None, theme.color("t1"), 2.0)
    painter.restore()


def paint_brush_outline(painter: QPainter, centre: QPointF, radius_x: float, radius_y: float, theme: Theme) -> None:
    """Draw the outline of the brush at its true size."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("t1"), 1.5))
    painter.drawEllipse(centre, radius_x, radius_y)
    painter.restore()


def paint_patch(painter: QPainter, outline: QPolygonF, theme: Theme) -> None:
    """Wash a painted patch of a matrix with amber and outline it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("handfill"), 1.5))
    painter.setBrush(theme.color("handfill", 0.16))
    painter.drawPolygon(outline)
    painter.restore()
