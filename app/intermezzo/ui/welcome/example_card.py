"""One example: the picture of its real sketch, what it is, the words themselves, and the button that opens it."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from intermezzo.core.manifest import EngineManifest, Example
from intermezzo.core.sketch import SketchType
from intermezzo.ui.art import paint_frame
from intermezzo.ui.icons import ICON_NAMES, paint_icon
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, paint_text
from intermezzo.ui.welcome.content import params_text
from intermezzo.ui.welcome.pictures import Kept
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.cards import BIG_RADIUS, PickCard
from intermezzo.ui.widgets.thumbnails import CurveStyle, paint_picture
from intermezzo.ui.wording import counted

__all__ = ["HEIGHT", "ExampleCard", "paint_layers"]

HEIGHT: Final = 276
_PICTURE: Final = 157
_PAD: Final = 15


class ExampleCard(PickCard):
    """A card of 276 px; click, Enter or Space opens the example, arrows go to the next card.

    Attributes:
        stepped: columns and rows that an arrow key asks to go.
    """

    stepped = Signal(int, int)

    def __init__(
        self, look: Look, manifest: EngineManifest, sketch_type: SketchType, example: Example, kept: Kept | None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        name = f"{example.title}. {manifest.title}. {example.source}"
        super().__init__(look, name, parent, radius=BIG_RADIUS)
        self.manifest, self.example, self._type = manifest, example, sketch_type
        self._kept = kept
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(180)
        self.setProperty("help", "tour")
        self.setToolTip(example.source if len(example.source) < 400 else f"{example.source[:400]} …")
        self.open = Button(look, self.tr("Open"), after="arrow-right")
        self.open.setParent(self)
        self.open.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.open.clicked.connect(self.picked)
        self.open.hide()

    def sizeHint(self) -> QSize:
        return QSize(250, HEIGHT)

    def set_kept(self, kept: Kept) -> None:
        """Show the picture of its sketch."""
        self._kept = kept
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        size = self.open.sizeHint()
        self.open.setGeometry(self.width() - size.width() - 14, HEIGHT - 31, size.width(), size.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(*step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            color = self.look.color
            lit = self.underMouse() or self.hasFocus()
            self.open.setVisible(lit)
            rect = QRectF(self.rect())
            paint_frame(painter, rect, self.radius, color("raise" if lit else "panel"), None)
            self._paint_picture(painter, QRectF(1, 1, rect.width() - 2, _PICTURE - 1))
            painter.fillRect(QRectF(1, _PICTURE, rect.width() - 2, 1), color("line"))
            paint_frame(painter, rect, self.radius, None, color("line2" if lit else "line"))
            self._paint_words(painter, rect.adjusted(_PAD, 0, -_PAD, 0), lit)

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        color = self.look.color
        shape = QPainterPath()
        shape.setFillRule(Qt.FillRule.WindingFill)
        shape.addRoundedRect(area, self.radius - 1, self.radius - 1)
        shape.addRect(area.adjusted(0, self.radius, 0, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(area, color("alt"))
        if self._kept is None:
            paint_layers(painter, area.adjusted(14, 12, -14, -12), self._type, self.look)
        else:
            style = CurveStyle(color("lock"), color("hand"), 1.75)
            paint_picture(painter, area, self._kept.picture, self.look.theme, style)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF, lit: bool) -> None:
        color, font = self.look.color, self.look.font
        icon = self.manifest.icon if self.manifest.icon in ICON_NAMES else "sparkle"
        paint_icon(painter, icon, area.left(), _PICTURE + 15, 16, color("t2"))
        title = QRectF(area.left() + 24, _PICTURE + 13, area.width() - 24, 20)
        paint_text(painter, title, self.example.title, font("card"), color("t1"), LEFT)
        line = QRectF(area.left(), _PICTURE + 38, area.width(), 16)
        params = params_text(self.manifest, self.example)
        about = f"{self.manifest.title} · {params}" if params else self.manifest.title
        paint_text(painter, line, about, font("body"), color("t2"), LEFT)
        words = " ".join(self.example.source.split())
        if self.manifest.source == "text":
            words = f"“{words}”"
        paint_text(painter, line.translated(0, 26), words, font("body"), color("t1"), LEFT)
        foot = QRectF(area.left(), HEIGHT - 28, area.width() - (80 if lit else 0), 16)
        paint_text(painter, foot, self.footer(), font("value"), color("t2" if lit else "t3"), LEFT)

    def footer(self) -> str:
        """Return how long it is: words, and seconds where it was converted already."""
        n_words = len(self.example.source.split())
        words = counted(n_words, self.tr("{0} word"), self.tr("{0} words")) if self.manifest.source == "text" else ""
        seconds = f"{self._kept.duration_s:.1f}\u2009s" if self._kept is not None and self._kept.duration_s else ""
        return " · ".join(part for part in (words, seconds) if part)


def paint_layers(painter: QPainter, area: QRectF, sketch_type: SketchType, look: Look) -> None:
    """Draw the lanes that a sketch of this type has, by name and height: what is true before anything is converted."""
    # By the root of their heights, so that the low lanes have room for their names.
    weights = [max(spec.height, 24) ** 0.5 for spec in sketch_type.layers]
    gap = 3.0
    room = area.height() - gap * (len(sketch_type.layers) - 1)
    top = area.top()
    for spec, weight in zip(sketch_type.layers, weights, strict=True):
        height = room * weight / sum(weights)
        lane = QRectF(area.left(), top, area.width(), height)
        paint_frame(painter, lane, 3.0, look.color("panel"), look.color("line"))
        if height >= 11:
            paint_text(painter, lane.adjusted(8, 0, -8, 0), spec.title, look.font("caption"), look.color("t3"), LEFT)
        top += height + gap
