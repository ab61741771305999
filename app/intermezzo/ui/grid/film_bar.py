"""The row of the film under the squares: how many frames shine through, where edits go, and the strip itself."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from intermezzo.ui.grid.desk import GridDesk
from intermezzo.ui.grid.film_strip import FilmStrip
from intermezzo.ui.grid.grid_view import MOST_ONION
from intermezzo.ui.grid.picture_loop import PictureLoop
from intermezzo.ui.look import Look
from intermezzo.ui.widgets.buttons import ToolButton
from intermezzo.ui.widgets.labels import Label
from intermezzo.ui.widgets.switches import Segments

__all__ = ["FilmBar"]

_LEFT_PX = 164


class FilmBar(QWidget):
    """Shown while there is a film in the sketch in view; ``layers`` is what chooses between it and other tokens."""

    def __init__(
        self, look: Look, desk: GridDesk, pictures: PictureLoop, layers: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.strip = FilmStrip(look, desk, pictures, self)
        self.onion = Segments(look, self.tr("Onion skin"), tuple(str(n) for n in range(MOST_ONION + 1)))
        self.onion.setToolTip(self.tr("Onion skin: how many frames before and after shine through"))
        self.all_frames = ToolButton(look, "film-strip", self.tr("Edit all frames"), checkable=True)
        self.all_frames.setToolTip(
            self.tr("Edit all frames: strokes, fills, pastes, locks and masks act in each of them")
        )
        self.copy_on = ToolButton(look, "copy", self.tr("Copy to the next frame"))
        self.copy_on.setToolTip(self.tr("Copies the masked tokens, or all of them, to the next frame"))
        self._place = Label(look, "", "body_medium", "t1")
        left = QVBoxLayout()
        left.setContentsMargins(0, 4, 0, 4)
        left.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(4)
        for widget in (self.all_frames, self.copy_on):
            row.addWidget(widget)
        row.addWidget(layers, 1)
        skin = QHBoxLayout()
        skin.setSpacing(6)
        named = Label(look, self.tr("Onion"), "body", "t3")
        named.setMinimumWidth(named.sizeHint().width())
        skin.addWidget(named)
        skin.addWidget(self.onion)
        skin.addStretch(1)
        left.addWidget(self._place)
        left.addLayout(skin)
        left.addLayout(row)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(24, 0, 24, 0)
        whole.setSpacing(12)
        side = QWidget(self)
        side.setFixedWidth(_LEFT_PX)
        side.setLayout(left)
        whole.addWidget(side)
        whole.addWidget(self.strip, 1)
        self.onion.chosen.connect(desk.set_onion)
        self.all_frames.clicked.connect(lambda: desk.set_all_frames(self.all_frames.isChecked()))
        self.copy_on.clicked.connect(lambda: desk.copy_on())
        workspace = desk.workspace
        for signal in (desk.framed, desk.changed, workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(880, self.strip.height() + 4)

    def refresh(self, *_: object) -> None:
        """Show which frame is in view and what is switched on."""
        n = self._desk.n_frames
        self.setVisible(n > 0)
        if not n:
            return
        self._place.set_text(self.tr("Frame {0} of {1}").format(self._desk.frame + 1, n))
        self.onion.set_index(self._desk.onion)
        self.all_frames.setChecked(self._desk.all_frames)
        is_film = self._desk.film is not None
        self.all_frames.setEnabled(is_film)
        self.copy_on.setEnabled(is_film and n > 1)
