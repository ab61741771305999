"""ChoicesLoop: asks the engine what one token could be, and draws each of the likeliest in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from intermezzo.core.cells import CellChoices, Cells
from intermezzo.core.edits import grids
from intermezzo.core.layers import Grid
from intermezzo.core.media import Image
from intermezzo.core.moved import at_rest
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Request
from intermezzo.ui.grid.desk import Cell, GridDesk
from intermezzo.ui.grid.picture_loop import frames_of

__all__ = ["MOST", "Choice", "ChoicesLoop"]

MOST: Final = 12
_REST_MS: Final = 120
_ROUND_CELLS: Final = 1.5  # what is shown around the token, on each side


@dataclass(frozen=True, eq=False)
class Choice:
    """One code that the token could have: how likely it is, and the picture around it once that is drawn."""

    code: int
    probability: float
    pixels: NDArray[np.uint8] | None = None


class ChoicesLoop(QObject):
    """Works for one token at a time, and only while the hand rests: every edit asks anew."""

    changed = Signal()
    _came = Signal(int, object)
    _drawn = Signal(int, int, object)

    def __init__(self, desk: GridDesk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.cell: Cell | None = None
        self.choices: list[Choice] = []
        self._number = 0
        self._asked_of: tuple[Sketch, Cell, Grid | None, int] | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._ask)
        self._came.connect(self._on_choices)
        self._drawn.connect(self._on_picture)
        workspace = desk.workspace
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen, desk.masked, desk.framed):
            signal.connect(self._later)

    def _later(self, *_: object) -> None:
        if self._desk.is_on:
            self._rest.start()
        elif self.choices:
            self.choices, self.cell, self._asked_of = [], None, None
            self.changed.emit()

    def _chosen(self) -> Cell | None:
        """Return the one token that is looked at: the first of the mask."""
        cells = np.argwhere(self._desk.mask)
        return (int(cells[0][0]), int(cells[0][1])) if len(cells) else None

    def _ask(self) -> None:
        workspace, cell = self._desk.workspace, self._chosen()
        stage, manifest, grid = workspace.stage, workspace.manifest, self._desk.grid
        if (
            cell is None
            or (not self._desk.is_aligned and self._desk.moves is None)
            or stage is None
            or stage.sketch is None
            or manifest is None
            or grid is None
            or not manifest.chooses
        ):
            if self.choices:
                self.choices, self.cell, self._asked_of = [], None, None
                self.changed.emit()
            return
        asked = stage.sketch, cell, self._desk.layer, self._desk.frame
        if self._asked_of == asked:
            return
        self._asked_of = asked
        self._number += 1
        number = self._number
        names = {p.name for p in manifest.params_of("convert")}
        request = Request(
            kind="choose", engine=stage.engine, sketch=stage.sketch, priority=3, coalesce="choices",
            params={k: v for k, v in stage.params.items() if k in names},
            source=Cells({grid.spec.name: self._desk.whole(grids.box(grid.shape, cell, cell), here=True)}),
        )  # fmt: skip
        workspace.host.submit(request, lambda event: self._came.emit(number, event))

    def _on_choices(self, number: int, event: Event) -> None:
        if number != self._number or not isinstance(event, Done) or not isinstance(event.result, CellChoices):
            return
        if self._asked_of is None:
            return
        found = event.result
        self.cell = self._asked_of[1]
        self.choices = [
            Choice(int(code), float(share))
            for code, share in zip(found.codes[:MOST], found.probabilities[:MOST], strict=True)
        ]
        self.changed.emit()
        for k in range(len(self.choices)):
            self._draw(k)

    def _draw(self, k: int) -> None:
        """Have the frame in view drawn as it would be with another code in the cell.

        A picture that moves is drawn as it is where nothing moves it: that is where its cell lies.
        """
        workspace, asked = self._desk.workspace, self._asked_of
        stage, manifest = workspace.stage, workspace.manifest
        if stage is None or manifest is None or asked is None:
            return
        sketch, cell, _, frame = asked
        view, layer, moves = self._desk.grid, self._desk.layer, self._desk.moves
        grid = sketch.layers.get(layer.spec.name) if layer is not None else None
        if view is None or not isinstance(grid, Grid):
            return
        mask = self._desk.whole(grids.box(view.shape, cell, cell), here=True)
        if mask.shape != grid.shape:
            return
        other = sketch.with_layer(grid.lock_mask(mask, False).with_codes(mask, self.choices[k].code))
        if moves is not None:
            other = at_rest(other, grid.spec.name, moves, frame)
        request = Request(
            kind="render", engine=stage.engine, sketch=other, seed=stage.seed, priority=1, coalesce=f"choice {k}",
            window=(frame, frame + 1) if self._desk.n_frames else None,
            params=manifest.for_render(stage.params),
        )  # fmt: skip
        number = self._number
        workspace.host.submit(request, lambda event: self._drawn.emit(number, k, event))

    def _on_picture(self, number: int, k: int, event: Event) -> None:
        if number != self._number or not isinstance(event, Done):
            return
        frames = frames_of(event.result)
        grid, cell = self._desk.grid, self.cell
        if len(frames) != 1 or grid is None or cell is None or k >= len(self.choices):
            return
        self.choices[k] = replace(self.choices[k], pixels=_around(frames[0], cell, grid.shape))
        self.changed.emit()


def _around(image: Image, cell: Cell, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the pixels around a cell as a square; what lies outside the picture is clear."""
    side = image.height / shape[0]
    reach = round((_ROUND_CELLS + 0.5) * side)
    padded = np.pad(image.pixels, ((reach, reach), (reach, reach), (0, 0)))
    middle = [round((place + 0.5) * side) + reach for place in cell]
    part = padded[middle[0] - reach : middle[0] + reach, middle[1] - reach : middle[1] + reach]
    return np.ascontiguousarray(part)
