"""The desk of the token editor: what is masked, which code the brush holds, and every edit as a named step.

Views show what stands here and call it; it calls pure edits (core/edits/grids.py) and asks the engine for what only the
engine can do: to make the mask anew.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal

from intermezzo.core import takes
from intermezzo.core.cells import reached
from intermezzo.core.edits import films, grids
from intermezzo.core.errors import EditError
from intermezzo.core.layers import Grid
from intermezzo.core.moved import Landing, landing
from intermezzo.core.sketch import Sketch
from intermezzo.ui.grid.clone_tool import CloneTool
from intermezzo.ui.grid.grid_view import Cell, GridView, Mask, pictures_in
from intermezzo.ui.grid.infilling import infill, tokens_text
from intermezzo.ui.workspace import Workspace

__all__ = ["Cell", "GridDesk", "Mask", "Shown", "pictures_in", "tokens_of"]

Shown = Literal["false", "decoded", "sureness"]
BIGGEST_BRUSH: Final = 8
TOKEN_TOOLS: Final = ("pick", "fill", "mask", "lasso", "move", "clone")
_TIME_TOOLS: Final = ("draw", "line", "smooth", "stretch", "split", "glue")


def tokens_of(sketch: Sketch | None) -> Grid | None:
    """Return the first grid of a sketch, of a picture or in time."""
    layers = sketch.layers.values() if sketch is not None else ()
    return next((x for x in layers if isinstance(x, Grid)), None)


class GridDesk(GridView):
    """One desk for each window; the mask falls when another sketch with another grid comes into view."""

    hovered = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.brush_cells = 1
        self.mirrors = False
        self.shows: Shown = "false"
        self.hover: Cell | None = None
        self.clip: grids.Clip | None = None
        self.turned: dict[int, NDArray[np.int64]] = {}  # by axis: which code looks like each one turned over
        self.clone = CloneTool(self)
        self._mask: Mask | None = None
        self._strokes = count()
        self._stroke = 0
        for signal in (workspace.changed, workspace.replaced, workspace.stage_chosen):
            signal.connect(self._on_sketch)
        self.framed.connect(self._on_sketch)

    # What there is

    @property
    def code(self) -> int:
        """The code on the brush, the same for pictures and sounds."""
        return self.workspace.token_code

    @property
    def is_on(self) -> bool:
        """Whether the sketch in view is one of tokens."""
        return self.grid is not None

    @property
    def mask(self) -> Mask:
        """The masked cells, in the shape of the grid; empty where nothing is masked."""
        grid = self.grid
        if grid is None:
            return np.zeros((0, 0), bool)
        if self._mask is None or self._mask.shape != grid.shape:
            return np.zeros(grid.shape, bool)
        return self._mask

    @property
    def n_masked(self) -> int:
        """How many cells are masked."""
        return int(self.mask.sum())

    def where(self, mask: Mask | None = None) -> str:
        """Say how many tokens are meant, for the names of steps."""
        return tokens_text(int((self.mask if mask is None else mask).sum()))

    def reached(self, cell: Cell) -> Mask:
        """Return the cells that an edit of one cell can change in the output."""
        grid, manifest = self.grid, self.workspace.manifest
        if grid is None:
            return self.mask
        mask = grids.box(grid.shape, cell, cell)
        return reached(mask, manifest.reach.get(grid.spec.name) if manifest is not None else None)

    def landing(self, cell: Cell) -> Landing | None:
        """Return where a cell is in the frame in view, if it is one of a picture that moves."""
        layer, manifest, sketch = self.layer, self.workspace.manifest, self.workspace.sketch
        if layer is None or manifest is None or sketch is None or self.moves is None:
            return None
        reach = manifest.reach.get(self.moves.film)
        return landing(sketch, layer.spec.name, self.moves, cell, self.frame, reach)

    # What the hand holds

    def hold(self, code: int) -> None:
        """Put a code on the brush."""
        self.workspace.token_code = code
        self.changed.emit()
        self.workspace.tool_changed.emit()

    def set_brush(self, cells: int) -> None:
        """Set the width of the brush in cells."""
        self.brush_cells = min(max(cells, 1), BIGGEST_BRUSH)
        self.changed.emit()

    def set_mirror(self, on: bool) -> None:
        """Paint on both sides of the middle at once, or not."""
        self.mirrors = on
        self.changed.emit()

    def show_as(self, shown: Shown) -> None:
        """Show tokens in false colour, as what they draw, or by how sure the engine is."""
        self.shows = shown
        self.changed.emit()

    def point_at(self, cell: Cell | None) -> None:
        """Remember which cell is under the pointer."""
        if cell != self.hover:
            self.hover = cell
            self.hovered.emit()

    # Masks

    def set_mask(self, mask: Mask | None, way: Literal["new", "add", "subtract"] = "new") -> None:
        """Mask cells, more cells, or fewer."""
        if mask is not None and way != "new":
            mask = self.mask | mask if way == "add" else self.mask & ~mask
        self._mask = mask if mask is not None and mask.any() else None
        self.masked.emit()

    def mask_all(self) -> None:
        """Mask every cell."""
        grid = self.grid
        if grid is not None:
            self.set_mask(np.ones(grid.shape, bool))

    def mask_least_sure(self, share: float) -> None:
        """Mask the share of cells of which the engine is least sure."""
        grid = self.grid
        if grid is None:
            return
        try:
            self.set_mask(grids.least_sure(grid, share))
        except EditError as refusal:
            self.workspace.tell("warn", str(refusal))

    def brushed(self, start: tuple[float, float], stop: tuple[float, float]) -> Mask:
        """Return the cells under the brush between two places (row, column)."""
        grid = self.grid
        if grid is None:
            return self.mask
        rows, columns = grid.shape
        return grids.stroke(start, stop, self.brush_cells / 2, (rows, columns))

    # Edits

    def begin_stroke(self) -> str:
        """Begin a gesture; what it does is one step under the key returned."""
        self._stroke = next(self._strokes)
        return f"grid stroke {self._stroke}"

    def paint(self, mask: Mask, key: str | None = None) -> bool:
        """Set cells to the code on the brush; with the mirror on, those across to what it looks like there."""
        code, table = self.code, self.turned.get(1)
        other = int(table[code]) if table is not None and code < len(table) else code
        wanted = self.whole(mask)
        across = self.whole(mask[:, ::-1] & ~mask)

        def edit(g: Grid) -> Grid:
            if self.mirrors and across.any():
                g = g.with_codes(across, other)
            return g.with_codes(wanted, code)

        return self.edit(self.tr("Paint with code {0}").format(code), edit, "paint-brush", key, whole=True)

    def erase(self, mask: Mask | None = None, key: str | None = None) -> bool:
        """Give cells (the mask where none are named) back to the prediction."""
        wanted = self.mask if mask is None else self._both(mask)
        label = self.tr("Erase edits of {0}").format(self.where(wanted)) if key is None else self.tr("Erase edits")
        everywhere = self.whole(wanted)
        return self.edit(label, lambda g: g.erase_mask(everywhere), "eraser", key, whole=True)

    def lock(self, mask: Mask | None = None, on: bool | None = None, key: str | None = None) -> bool:
        """Lock cells (the mask where none are named), or unlock them where all of them are locked."""
        grid, wanted = self.grid, self.mask if mask is None else mask
        if grid is None or not wanted.any():
            self.workspace.tell("warn", self.tr("Mask the tokens that are to be locked first."))
            return False
        on = not grid.locked[wanted].all() if on is None else on
        label = (self.tr("Lock {0}") if on else self.tr("Unlock {0}")).format(self.where(wanted))
        if key is not None:  # a stroke comes in parts
            label = self.tr("Lock tokens") if on else self.tr("Unlock tokens")
        everywhere = self.whole(wanted)
        return self.edit(
            label, lambda g: g.lock_mask(everywhere, on), "lock-simple" if on else "lock-simple-open", key, whole=True
        )  # fmt: skip

    def _both(self, mask: Mask) -> Mask:
        return mask | mask[:, ::-1] if self.mirrors else mask

    def fill(self, cell: Cell) -> bool:
        """Set all cells of one code that hang together to the code on the brush."""
        code = self.code
        return self.edit(
            self.tr("Fill with code {0}").format(code), lambda g: grids.fill(g, cell, code), "paint-bucket"
        )

    def pick(self, cell: Cell) -> None:
        """Put the code of a cell on the brush."""
        grid = self.grid
        if grid is not None:
            self.hold(int(grid.codes[cell]))
            self.workspace.tell("info", self.tr("Picked code {0}").format(self.code))

    def set_code(self, cell: Cell, code: int) -> bool:
        """Give one cell a code."""
        grid = self.grid
        if grid is None:
            return False
        mask = grids.box(grid.shape, cell, cell)
        return self.edit(
            self.tr("Set a token to {0}").format(code), lambda g: g.with_codes(mask, code), "pencil-simple"
        )

    def copy(self) -> None:
        """Copy the masked cells, or all of them."""
        grid = self.grid
        if grid is None:
            return
        self.clip = grids.copy(grid, self.mask if self.n_masked else np.ones(grid.shape, bool))
        self.workspace.tell("info", self.tr("Copied {0}").format(self.where(self.clip.mask)))

    def paste(self) -> bool:
        """Paste what was copied with its first corner at the pointer, else where the mask begins, else at the top."""
        clip = self.clip
        if clip is None:
            self.workspace.tell("warn", self.tr("Nothing was copied yet."))
            return False
        first = np.argwhere(self.mask)
        corner = self.hover or (tuple(first.min(axis=0).tolist()) if len(first) else (0, 0))
        done = self.edit(
            self.tr("Paste {0}").format(self.where(clip.mask)), lambda g: grids.paste(g, clip, corner), "clipboard"
        )
        grid = self.grid
        if done and grid is not None:
            self.set_mask(_placed(clip.mask, corner, grid.shape))
        return done

    def move(self, by: Cell, key: str | None = None) -> bool:
        """Move the masked cells; what was behind them is the commonest code of the grid's edge."""
        grid, mask = self.grid, self.mask
        if grid is None or not mask.any() or by == (0, 0):
            return False
        behind = self._ground(grid)
        done = self.edit(
            self.tr("Move {0}").format(self.where()),
            lambda g: grids.move(g, mask, by, behind),
            "arrows-out-cardinal",
            key,
        )
        if done:
            self.set_mask(_placed(mask, by, grid.shape))
        return done

    def flip(self, axis: int) -> bool:
        """Turn the masked cells (all where none are) over: axis 0 top and bottom, 1 left and right."""
        grid = self.grid
        if grid is None:
            return False
        mask = self.mask if self.n_masked else np.ones(grid.shape, bool)
        corner = tuple(int(n) for n in np.argwhere(mask).min(axis=0))

        table = self.turned.get(axis)

        def edit(g: Grid) -> Grid:
            clip = grids.mirror(grids.copy(g, mask), axis)
            if table is not None and len(table) == g.spec.codes:
                clip = grids.Clip(table[clip.codes].astype(np.uint16), clip.mask, clip.codebook)
            return grids.paste(g, clip, corner)

        return self.edit(self.tr("Mirror {0}").format(self.where(mask)), edit, "arrows-left-right")

    def shift(self, by: Cell) -> bool:
        """Push the whole grid by cells; several in a row are one step."""
        return self.edit(self.tr("Shift all tokens"), lambda g: grids.shift(g, by), "arrows-out-cardinal", "grid shift")

    def mix(self, other: Sketch, share: float) -> bool:
        """Let a share of the cells in which another sketch differs take its codes."""
        layer, theirs = self.layer, self._chosen(other)
        if layer is None or theirs is None:
            return False
        film = self.film is not None
        whole = film and self.all_frames
        if film and not whole:
            theirs = films.frame(theirs, min(self.frame, len(theirs) - 1))
        return self.edit(
            self.tr("Mix in {0} %").format(round(100 * share)),
            lambda g: grids.interpolate(g, theirs, share, 1),
            "intersect",
            whole=whole,
        )

    # What the engine does

    def resample(self) -> None:
        """Have the masked cells made anew."""
        grid = self.grid
        if grid is not None:
            infill(self.workspace, grid.spec.name, self.whole(self.mask.copy()))

    def use_take(self, number: int) -> None:
        """Use what a take says in the masked cells, or everywhere where nothing is masked; hands and locks stay."""
        stage, grid, mask = self.workspace.stage, self.grid, self.mask.copy()
        if stage is None or grid is None:
            return
        masks = {grid.spec.name: self.whole(mask if mask.any() else np.ones(grid.shape, bool))}
        where = self.where() if mask.any() else self.tr("all tokens")
        self.workspace.change(
            self.tr("Use take {0} in {1}").format(number, where),
            lambda p: p.with_stage(takes.use_cells(p.stage(stage.id), number, masks)), icon="stack-simple",
        )  # fmt: skip

    def vary(self, share: float) -> None:
        """Have the least sure share of all free cells made anew."""
        self.mask_least_sure(share)
        if self.n_masked:
            self.resample()

    def copy_on(self) -> bool:
        """Copy the masked tokens, or all of them, to the next frame, and go there."""
        film, grid = self.film, self.grid
        if film is None or grid is None:
            self.workspace.tell("warn", self.tr("Only frames of a film are copied on."))
            return False
        mask, k = self.mask if self.n_masked else np.ones(grid.shape, bool), self.frame
        done = self.edit(
            self.tr("Copy {0} to the next frame").format(self.where(mask)),
            lambda f: films.copied_on(f, k, mask), "copy", whole=True,
        )  # fmt: skip
        if done:
            self.go_to_frame((k + 1) % len(film))
        return done

    def edit(
        self, label: str, edit: Callable[[Grid], Grid], icon: str, key: str | None = None, *, whole: bool = False
    ) -> bool:
        """Edit what is in view, in all frames where that is wished; ``whole`` edits take the layer as it is."""
        grid = self.grid
        if grid is None:
            return False
        refused = self.workspace.why_not(grid.spec.name)
        if refused:
            self.workspace.tell("warn", refused)
            return False

        def on_sketch(sketch: Sketch) -> Sketch:
            before = self._chosen(sketch)
            if before is None:
                return sketch
            if whole or not films.is_film(before):
                after = edit(before)
            else:
                after = films.on_frames(before, self._frames(before), edit)
            same = after is before or (
                np.array_equal(after.origin, before.origin) and np.array_equal(after.codes, before.codes)
            )
            return sketch if same else sketch.with_layer(after)

        return self.workspace.edit(label, on_sketch, merge_key=key, icon=icon)

    @staticmethod
    def _ground(grid: Grid) -> int:
        codes = grid.codes
        rim = np.concatenate([codes[0], codes[-1], codes[:, 0], codes[:, -1]])
        return int(np.bincount(rim).argmax())

    def _on_sketch(self, *_: object) -> None:
        grid = self.grid
        if grid is None or (self._mask is not None and self._mask.shape != grid.shape):
            self._mask = None
        if grid is not None and self.code >= grid.spec.codes:
            self.workspace.token_code = 0
        self.hover = None if grid is None else self.hover
        tool = self.workspace.tool
        if tokens_of(self.workspace.sketch) is None and tool in TOKEN_TOOLS:
            self.workspace.set_tool("select")
        elif grid is not None and tool in _TIME_TOOLS and not self.n_frames:  # what moves is drawn as curves
            self.workspace.set_tool("paint")


def _placed(mask: Mask, corner: tuple[int, ...], shape: tuple[int, ...]) -> Mask:
    """Return a small mask laid into a shape with its first corner at a cell, or one of that shape moved by cells."""
    placed = np.zeros(shape, bool)
    for row, column in np.argwhere(mask).tolist():
        at = row + corner[0], column + corner[1]
        if 0 <= at[0] < shape[0] and 0 <= at[1] < shape[1]:
            placed[at] = True
    return placed
