"""The takes of a picture as small pictures: click one to use it, sample more, or mix one into what stands there."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QSizePolicy, QWidget

from intermezzo.core.media import Image
from intermezzo.core.take import Take
from intermezzo.core.takes import share_used
from intermezzo.jobs.protocol import Done, Event, Request
from intermezzo.ui.art import checker_brush, device_ratio, paint_frame
from intermezzo.ui.fonts import font
from intermezzo.ui.grid.album import Album
from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.picture_loop import frames_of, telling_frame
from intermezzo.ui.look import Look
from intermezzo.ui.panels.sample_button import SampleButton
from intermezzo.ui.take_commands import TakeCommands
from intermezzo.ui.text import LEFT, RIGHT, paint_text
from intermezzo.ui.widgets.buttons import Button
from intermezzo.ui.widgets.painted import PaintedButton
from intermezzo.ui.widgets.sections import Section
from intermezzo.ui.widgets.tips import Tips
from intermezzo.ui.wording import counted

__all__ = ["PictureTakes", "TakeThumb"]

_COLUMNS: Final = 3
_FOOT_PX: Final = 18
_REST_MS: Final = 40
_MIX: Final = 0.5


class TakeThumb(PaintedButton):
    """One take: its picture, its number and seed, an amber frame where the sketch is made of it."""

    used = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, look: Look, number: int, parent: QWidget) -> None:
        super().__init__(look, parent)
        self.number, self.seed, self.share = number, 0, 0.0
        self.pixels: NDArray[np.uint8] | None = None
        self.setProperty("ringRadius", 5.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(80 + _FOOT_PX)
        self.clicked.connect(lambda: self.used.emit(self.number))

    def sizeHint(self) -> QSize:
        return QSize(82, 80 + _FOOT_PX)

    def show_take(self, take: Take, share: float) -> None:
        """Show another take, and how much of the sketch is of it, 0 to 1."""
        self.seed, self.share = take.seed, share
        name = self.tr("Take {0}").format(take.number)
        self.setAccessibleName(name)
        self.setAccessibleDescription(self.tr("{0} % of the picture").format(round(100 * share)))
        self.setToolTip(self.tr("{0}: click to use it, in the mask where there is one").format(name))
        self.update()

    def show_frames(self, frames: tuple[Image, ...]) -> None:
        """Show the frame that tells most of them; none: nothing yet."""
        self.pixels = telling_frame(frames).pixels if frames else None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.begin() as painter:
            painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
            rect = self.bounds()
            paint_frame(painter, rect, 5.0, self.look.color("raise"), None)
            place = rect.adjusted(2, 2, -2, -_FOOT_PX)
            painter.fillRect(place, checker_brush(self.look.theme, 6, device_ratio(painter)))
            if self.pixels is not None:
                image = QImage(
                    self.pixels.data, self.pixels.shape[1], self.pixels.shape[0], QImage.Format.Format_RGBA8888
                )  # fmt: skip
                side = min(place.width(), place.height())
                square = QRectF(0, 0, side, side)
                square.moveCenter(place.center())
                painter.drawImage(square, image)
            foot = QRectF(rect.left() + 6, rect.bottom() - _FOOT_PX, rect.width() - 12, _FOOT_PX)
            told = self.tr("seed {0}").format(self.seed)
            paint_text(painter, foot, str(self.number), font("value_medium"), self.look.color("t1"), LEFT)
            paint_text(painter, foot, told, font("caption"), self.look.color("t3"), RIGHT)
            if self.share > 0:
                paint_frame(painter, rect, 5.0, None, self.look.color("hand", 1.0 if self.share > 0.5 else 0.5), 1.5)
            elif self.is_hovered():
                paint_frame(painter, rect, 5.0, None, self.look.color("t3"), 1.0)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.number, event.globalPos())


class PictureTakes(Section):
    """All takes of the stage in view, three in a row.

    Attributes:
        export_wanted: number of a take whose sketch is to be written into a file.
    """

    export_wanted = Signal(int)
    _drawn = Signal(int, object, object)

    def __init__(
        self, look: Look, desk: GridDesk, album: Album, commands: TakeCommands, tips: Tips, parent: QWidget
    ) -> None:  # fmt: skip
        super().__init__(look, QCoreApplication.translate("TakesPanel", "Takes"), "", parent, spacing=6)
        self._desk, self._album, self._commands = desk, album, commands
        self.thumbs: dict[int, TakeThumb] = {}
        self._asked: dict[int, object] = {}  # by take: the sketch whose picture was asked for
        self._list = QWidget(self)
        self._rows = QGridLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        for column in range(_COLUMNS):
            self._rows.setColumnStretch(column, 1)
        self.sample = SampleButton(look, commands.n, self)
        self.sample.clicked.connect(self._on_sample)
        self.sample.counted_on.connect(self._on_count)
        self.mix = Button(look, self.tr("Interpolate"), icon="intersect")
        self.mix.clicked.connect(self._show_mix)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.sample)
        row.addWidget(self.mix)
        row.addStretch(1)
        self.body_layout.addWidget(self._list)
        self.body_layout.addLayout(row)
        tips.set_tip(
            self.sample, self.tr("Sample takes"), "", self.tr("More pictures of the same words; this one stays")
        )
        tips.set_tip(
            self.mix, self.tr("Interpolate"), "", self.tr("Lets half of the differing tokens come from a take")
        )
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.refresh)
        self._drawn.connect(self._on_picture)
        workspace = desk.workspace
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen, workspace.sampling.changed):
            signal.connect(self._later)
        self.refresh()

    def _later(self, *_: object) -> None:
        if not self._rest.isActive():
            self._rest.start()

    def refresh(self) -> None:
        """Show the takes as they stand."""
        workspace = self._desk.workspace
        stage, sampling = workspace.stage, workspace.sampling
        self.setVisible(self._desk.is_on)
        takes = stage.takes if stage is not None and self._desk.is_on else ()
        for number in [n for n in self.thumbs if n not in {t.number for t in takes}]:
            gone = self.thumbs.pop(number)
            self._asked.pop(number, None)
            gone.hide()
            gone.deleteLater()
        for k, take in enumerate(takes):
            thumb = self.thumbs.get(take.number)
            if thumb is None:
                thumb = self.thumbs[take.number] = TakeThumb(self.look, take.number, self._list)
                thumb.used.connect(self._desk.use_take)
                thumb.menu_wanted.connect(self._show_menu)
            self._rows.addWidget(thumb, k // _COLUMNS, k % _COLUMNS)
            assert stage is not None
            thumb.show_take(take, share_used(stage, take.number))
            if self._asked.get(take.number) is not take.sketch:
                self._draw(take, thumb)
        self._list.setVisible(bool(takes))
        self.mix.setEnabled(len(takes) > 1)
        self.sample.set_running(sampling.is_running)
        self.sample.setEnabled(sampling.is_running or not sampling.why_not())
        done, wished = sampling.progress
        told = self.tr("sampling {0} of {1}").format(done + 1, wished) if wished else str(len(takes) or "")
        self.set_caption(told)

    def _draw(self, take: Take, thumb: TakeThumb) -> None:
        workspace = self._desk.workspace
        stage, manifest = workspace.stage, workspace.manifest
        if stage is None or manifest is None or not manifest.renderer:
            return
        self._asked[take.number] = take.sketch
        request = Request(
            kind="render", engine=stage.engine, sketch=take.sketch, seed=take.seed, priority=2,
            params=manifest.for_render(stage.params),
        )  # fmt: skip
        known = self._album.find(take.sketch, request.params)
        thumb.show_frames(known)
        if not known:
            number = take.number
            workspace.host.submit(request, lambda event: self._drawn.emit(number, request, event))

    def _on_picture(self, number: int, request: Request, event: Event) -> None:
        frames = frames_of(event.result) if isinstance(event, Done) else ()
        if not frames or request.sketch is None:
            return
        self._album.put(request.sketch, request.params, frames)
        thumb = self.thumbs.get(number)
        if thumb is not None and self._asked.get(number) is request.sketch:
            thumb.show_frames(frames)

    def _on_sample(self) -> None:
        sampling = self._desk.workspace.sampling
        if sampling.is_running:
            sampling.stop()
        else:
            self._commands.sample()

    def _on_count(self, n: int) -> None:
        self._commands.n = n

    def _mix_with(self, number: int) -> None:
        stage = self._desk.workspace.stage
        take = next((t for t in stage.takes if t.number == number), None) if stage is not None else None
        if take is not None:
            self._desk.mix(take.sketch, _MIX)

    def _show_mix(self) -> None:
        stage = self._desk.workspace.stage
        menu = QMenu(self)
        for take in stage.takes if stage is not None else ():
            action = menu.addAction(self.tr("Half of take {0}").format(take.number))
            action.triggered.connect(partial(self._on_mix, take.number))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mix.mapToGlobal(self.mix.rect().bottomLeft()))

    def _on_mix(self, number: int, _checked: bool = False) -> None:
        self._mix_with(number)

    def _show_menu(self, number: int, at: QPoint) -> None:
        menu = QMenu(self)
        n = self._desk.n_masked
        where = (
            self.tr("Use in {0}").format(counted(n, self.tr("1 masked token"), self.tr("{0} masked tokens")))
            if n else self.tr("Use for everything")
        )  # fmt: skip
        entries = (
            ("stack-simple", where, partial(self._desk.use_take, number)),
            ("intersect", self.tr("Interpolate: half of it"), partial(self._mix_with, number)),
            ("file", self.tr("Export sketch…"), partial(self.export_wanted.emit, number)),
            ("trash", self.tr("Delete"), partial(self._commands.remove, number)),
        )
        for icon, text, act in entries:
            action = menu.addAction(self.look.icon(icon), text)
            action.triggered.connect(lambda _=False, act=act: act())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)
