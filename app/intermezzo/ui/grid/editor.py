"""The token editor: tokens and their picture side by side, a legend, the palette and what the chosen token could be."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLineF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from intermezzo.ui.art import paint_frame, paint_hairline
from intermezzo.ui.fonts import font
from intermezzo.ui.grid.choices_loop import ChoicesLoop
from intermezzo.ui.grid.choices_sheet import ChoicesSheet
from intermezzo.ui.grid.code_words import code_words
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.film_bar import FilmBar
from intermezzo.ui.grid.grid_view import pictures_in
from intermezzo.ui.grid.palette import CodePalette, mirrored_codes, nearest_code
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.grid.picture_view import PictureView
from intermezzo.ui.grid.token_view import TokenView
from intermezzo.ui.look import Look
from intermezzo.ui.text import LEFT, paint_text, text_width
from intermezzo.ui.theme import Role
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.combo import Combo
from intermezzo.ui.widgets.labels import Divider, Label
from intermezzo.ui.widgets.painted import Painted
from intermezzo.ui.widgets.switches import Segments
from intermezzo.ui.workspace import Workspace

__all__ = ["GridEditor"]

_SIDE_PX: Final = 24
_BETWEEN_PX: Final = 24
_SHOWN: Final = ("false", "decoded", "sureness")
_GROUNDS: Final = ("checker", "dark", "light")
_HEADS_PX: Final = 76  # above and under the squares
_LEAST_BELOW_PX: Final = 168
_LANES_PX: Final = 250
_LEAST_PX: Final = 160
_PALETTE_FROM_PX: Final = 560  # lower windows have no room for it


class GridEditor(QWidget):
    """The centre of the window while the sketch in view is a picture of tokens."""

    hovered = Signal(str)  # values under the pointer, for the status line

    def __init__(
        self, workspace: Workspace, desk: GridDesk, pictures: PictureLoop, look: Look, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._desk, self._workspace = look, desk, workspace
        self.pictures = pictures
        self._has_lanes = self._had_film = False
        self.choices = ChoicesLoop(desk)
        self.setAccessibleName(self.tr("Token editor"))
        self.setProperty("help", "tokens")
        self.tokens = TokenView(look, desk, self.pictures, self)
        self.setFocusProxy(self.tokens)
        self.output = PictureView(look, desk, self.pictures, self)
        self.palette_ = CodePalette(look, desk, self.pictures, self)
        self.sheet = ChoicesSheet(look, desk, self.choices, self)
        self.shows = Segments(
            look, self.tr("Tokens shown"), (self.tr("False colour"), self.tr("Decoded"), self.tr("Sureness"))
        )
        self.grounds = Segments(look, self.tr("Ground"), (self.tr("Checker"), self.tr("Dark"), self.tr("Light")))
        self.nearest = Button(look, self.tr("Nearest code to a colour…"), icon="eyedropper", kind="quiet")
        self.nearest.setToolTip(self.tr("Puts the code on the brush that is nearest to a colour of your choice"))
        self.layers = Combo(look, self.tr("Which tokens"), parent=self)
        self.layers.setToolTip(self.tr("Which tokens are edited: what moves, or the frames of the film"))
        self.layers.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.film = FilmBar(look, desk, pictures, self.layers, self)
        self.lower_ = Segments(look, self.tr("Below"), (self.tr("Palette"), self.tr("Curves")))
        self.lower_.setToolTip(self.tr("What is shown below: codes and alternatives, or how things move"))
        self._facts = Label(look, "", "body", "t3")
        self._size = Label(look, "", "body", "t3")
        self._chosen = Label(look, "", "body", "t3")
        self.legend = _Legend(look, desk, self.pictures, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(0)
        column.addLayout(
            self._pair(
                self._head(self.tr("Tokens"), self._facts, self.shows),
                self._head(self.tr("Output"), self._size, self.grounds),
            )
        )
        column.addSpacing(8)
        squares = self._pair(self.tokens, self.output)
        column.addLayout(squares)
        column.addWidget(self.legend)
        column.addWidget(self.film)
        self.below = QStackedWidget(self)
        codes = QWidget(self.below)
        below = QVBoxLayout(codes)
        below.setContentsMargins(0, 0, 0, 12)
        below.setSpacing(6)
        below.addWidget(Divider(look))
        pick = Label(look, self.tr("codes of this picture, by colour"), "body", "t3")
        below.addLayout(
            self._pair(
                self._head(self.tr("Palette"), pick, self.nearest),
                self._head(self.tr("Alternatives"), self._chosen, None),
            )
        )
        below.addLayout(self._pair(self.palette_, self.sheet))
        self.below.addWidget(codes)
        column.addWidget(self._switch_row())
        column.addWidget(self.below, 1)
        column.addStretch(0)
        self.layers.activated.connect(self._on_layer)
        self.lower_.chosen.connect(self._show_below)
        desk.framed.connect(lambda: pictures.show_frame(desk.frame))
        self.shows.chosen.connect(lambda k: desk.show_as(_SHOWN[k]))
        self.grounds.chosen.connect(lambda k: self.output.set_ground(_GROUNDS[k]))
        self.nearest.clicked.connect(self.ask_colour)
        self.pictures.swatches_came.connect(self._on_swatches)
        for signal in (
            workspace.changed,
            workspace.replaced,
            workspace.stage_chosen,
            desk.hovered,
            desk.masked,
            desk.framed,
            self.pictures.drawn,
        ):
            signal.connect(self._tell)
        self._on_swatches()  # they may have come before
        self._tell()

    def _pair(self, left: QWidget, right: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(_SIDE_PX, 0, _SIDE_PX, 0)
        row.setSpacing(_BETWEEN_PX)
        for widget in (left, right):
            row.addWidget(widget, 1)
        return row

    def _head(self, title: str, facts: QWidget, *controls: QWidget | None) -> QWidget:
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        name = Label(self._look, title, "body_medium", "t1")
        name.setMinimumWidth(name.sizeHint().width())  # the facts beside it give way first
        row.addWidget(name)
        row.addWidget(facts, 1)
        for control in controls:
            if control is not None:
                row.addWidget(control)
        head.setFixedHeight(24)
        return head

    def _switch_row(self) -> QWidget:
        """Return the row that chooses between the palette and the curves; shown where there are curves."""
        self._switch = QWidget(self)
        row = QHBoxLayout(self._switch)
        row.setContentsMargins(_SIDE_PX, 4, _SIDE_PX, 4)
        row.addWidget(self.lower_)
        row.addStretch(1)
        self._switch.hide()
        return self._switch

    def take_lanes(self, lanes: QWidget | None) -> None:
        """Show the lanes of what else the sketch holds below the squares; None: there are none."""
        if lanes is not None and self.below.indexOf(lanes) < 0:
            self.below.addWidget(lanes)
        self._has_lanes = lanes is not None
        self._show_below(self.lower_.index() if lanes is not None else 0)

    def _show_below(self, index: int) -> None:
        self.below.setCurrentIndex(min(index, self.below.count() - 1))
        self._share_height()

    def _on_layer(self, index: int) -> None:
        self._desk.choose_layer(str(self.layers.itemData(index)))

    def _tell_layers(self) -> None:
        there, now = pictures_in(self._workspace.sketch), self._desk.layer
        titles = [grid.spec.title for grid in there]
        if [self.layers.itemText(k) for k in range(self.layers.count())] != titles:
            self.layers.clear()
            for grid in there:
                self.layers.addItem(grid.spec.title, grid.spec.name)
        self.layers.setVisible(len(there) > 1)
        if now is not None:
            self.layers.setCurrentIndex(self.layers.findData(now.spec.name))

    def ask_colour(self) -> None:
        """Ask for a colour and put the nearest code on the brush."""
        swatches = self.pictures.swatches
        if swatches is None:
            self._workspace.tell("warn", self.tr("The codes are still being drawn; ask again in a moment."))
            return
        colour = QColorDialog.getColor(
            QColor(214, 40, 40),
            self,
            self.tr("Nearest code to a colour"),
            QColorDialog.ColorDialogOption.ShowAlphaChannel,
        )
        if colour.isValid():
            self.take_colour(colour)

    def _on_swatches(self) -> None:
        swatches = self.pictures.swatches
        if swatches is not None:
            self._desk.turned = {axis: mirrored_codes(swatches, axis) for axis in (0, 1)}

    def take_colour(self, colour: QColor) -> None:
        """Put the code on the brush that is nearest to a colour."""
        if self.pictures.swatches is not None:
            rgba = colour.red(), colour.green(), colour.blue(), colour.alpha()
            self._desk.hold(nearest_code(self.pictures.swatches, rgba))
            self._workspace.set_tool("paint")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()

    def _share_height(self) -> None:
        film_px = self.film.sizeHint().height() if self._desk.n_frames else 0
        switch_px = 30 if self._has_lanes else 0
        below_px = switch_px + (_LANES_PX if self.below.currentIndex() else _LEAST_BELOW_PX)
        has_room = self.height() >= _PALETTE_FROM_PX and self.height() - _HEADS_PX - film_px - below_px >= _LEAST_PX
        self._switch.setVisible(self._has_lanes and has_room)
        self.below.setVisible(has_room)
        widest = (self.width() - 2 * _SIDE_PX - _BETWEEN_PX) // 2
        highest = self.height() - _HEADS_PX - film_px - (below_px if has_room else 0)
        for square in (self.tokens, self.output):
            square.setFixedHeight(max(min(widest, highest), _LEAST_PX))

    def sizeHint(self) -> QSize:
        return QSize(880, 720)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.color("canvas"))

    def _tell(self, *_: object) -> None:
        grid, image, hover = self._desk.grid, self.pictures.image, self._desk.hover
        if grid is None:
            return
        self._tell_layers()
        if (self._desk.n_frames > 0) != self._had_film:
            self._had_film = not self._had_film
            self._share_height()
        rows, columns = grid.shape
        self._facts.set_text(
            self.tr("{0} × {1}, {2} codes").format(rows, columns, f"{grid.spec.codes:,}".replace(",", "\u2009"))
        )
        if image is not None:
            times = self.output.area().width() / image.width
            self._size.set_text(self.tr("{0} px RGBA, shown {1} ×").format(image.width, f"{times:.3g}"))
        cell = self.choices.cell or self.choices._chosen()
        self._chosen.set_text(self.tr("r {0}, c {1}, likeliest first").format(*cell) if cell is not None else "")
        if hover is None:
            self.hovered.emit("")
            return
        side = image.width // columns if image is not None else 0
        sure = float(grid.sureness[hover])
        told = self.tr("r {0}, c {1} · code {2} · x {3}, y {4} px").format(
            *hover, code_words(grid.spec, int(grid.codes[hover])), hover[1] * side, hover[0] * side
        )
        self.hovered.emit(told + (self.tr(" · sure {0}").format(f"{sure:.2f}") if sure == sure else ""))


class _Legend(Painted):
    """What the outlines mean, with how many there are of each; at the right how long the last stroke took."""

    def __init__(self, look: Look, desk: GridDesk, pictures: PictureLoop, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._desk, self._pictures = desk, pictures
        self.setFixedHeight(32)
        for signal in (desk.masked, desk.workspace.changed, desk.workspace.replaced, pictures.drawn):
            signal.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            grid = self._desk.grid
            if grid is None:
                return
            face, x = font("body"), float(_SIDE_PX)
            entries: tuple[tuple[Role, str], ...] = (
                ("hand", self.tr("edited, {0}").format(int(grid.edited.sum()))),
                ("lock", self.tr("locked, {0}").format(int(grid.locked.sum()))),
                ("sel", self.tr("masked, {0}").format(self._desk.n_masked)),
                ("t1", self.tr("footprint under the pointer")),
            )
            for role, text in entries:
                paint_frame(painter, QRectF(x, 11, 11, 11), 2.0, None, self.look.color(role), 1.5)
                paint_text(painter, QRectF(x + 18, 0, 200, 32), text, face, self.look.color("t2"), LEFT)
                x += 18 + text_width(face, text) + 20
            if self._pictures.latency_ms and not self._pictures.is_stale:
                told = self.tr("Stroke to pixels: {0} ms").format(round(self._pictures.latency_ms))
                width = text_width(face, told)
                if x + width < self.width() - _SIDE_PX:
                    place = QRectF(self.width() - _SIDE_PX - width, 0, width + 1, 32)
                    paint_text(painter, place, told, face, self.look.color("t3"), LEFT)
            paint_hairline(painter, QLineF(0, 31, self.width(), 31), self.look.color("canvas"))
