"""The clone tool: a source is set once, and the brush copies tokens from there, keeping the distance between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from intermezzo.core.edits import grids
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Grid

if TYPE_CHECKING:
    from intermezzo.ui.grid.desk import Cell, GridDesk, Mask

__all__ = ["CloneTool"]


class CloneTool(QObject):
    """Aligned: after the first stroke the distance from brush to source stays, until another source is set."""

    def __init__(self, desk: GridDesk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.source: Cell | None = None
        self._by: Cell | None = None  # from the brush to what it copies
        self._codes: NDArray[np.uint16] | None = None  # as they were when the stroke began
        desk.workspace.replaced.connect(self.forget)

    def forget(self) -> None:
        """Know of no source any more."""
        self.source = self._by = self._codes = None

    def set_source(self, cell: Cell) -> None:
        """Copy from a cell on."""
        self.source, self._by = cell, None
        self._desk.workspace.tell("info", self.tr("Clone from row {0}, column {1}").format(*cell))
        self._desk.changed.emit()

    def begin(self, cell: Cell) -> bool:
        """A stroke begins at a cell; False where no source was set yet."""
        grid = self._desk.grid
        if grid is None or self.source is None:
            self._desk.workspace.tell("warn", self.tr("Alt+click sets where tokens are cloned from first."))
            return False
        if self._by is None:
            self._by = self.source[0] - cell[0], self.source[1] - cell[1]
        self._codes = grid.codes
        return True

    def source_of(self, cell: Cell) -> Cell | None:
        """Return the cell that is copied to a cell, None where there is no source, or it lies outside."""
        grid = self._desk.grid
        if grid is None or self.source is None:
            return None
        by = self._by or (self.source[0] - cell[0], self.source[1] - cell[1])
        row, column = cell[0] + by[0], cell[1] + by[1]
        return (row, column) if 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1] else None

    def stroke(self, mask: Mask, key: str) -> bool:
        """Copy tokens to the cells of a mask, as a part of a stroke."""
        codes, by = self._codes, self._by
        if codes is None or by is None:
            return False

        def edit(grid: Grid) -> Grid:
            try:
                return grids.clone(grid, codes, mask, by)
            except EditError:
                return grid  # the brush has left what the source covers; the stroke goes on

        return self._desk.edit(self.tr("Clone tokens"), edit, "crosshair", key)
