"""Which grid of the sketch is in view, and of a film which frame: seen and edited as one picture of tokens."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from intermezzo.core.edits import films
from intermezzo.core.layers import Grid
from intermezzo.core.manifest import Moves
from intermezzo.core.sketch import Sketch
from intermezzo.ui.workspace import Workspace

__all__ = ["MOST_ONION", "Cell", "GridView", "Mask", "pictures_in"]

Mask = NDArray[np.bool_]
Cell = tuple[int, int]
MOST_ONION: Final = 3


def pictures_in(sketch: Sketch | None) -> tuple[Grid, ...]:
    """Return the grids of a sketch that are seen as pictures: rows and columns, alone or in frames."""
    layers = sketch.layers.values() if sketch is not None else ()
    return tuple(x for x in layers if isinstance(x, Grid) and x.spec.axes[0] != "time")


class GridView(QObject):
    """The frame in view is that of the playhead, so that films play in the editor."""

    changed = Signal()  # what the brush holds, how tokens are shown
    masked = Signal()
    framed = Signal()  # another frame or another grid is in view

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self.onion = 0  # how many frames before and after shine through, 0 to `MOST_ONION`
        self.all_frames = False  # whether an edit is done in every frame
        self._name = ""  # of the grid that was chosen
        self._frame = 0
        self._found: tuple[Sketch | None, str, tuple[Grid | None, int]] | None = None  # asked for many times a frame
        self._seen: tuple[Grid, int, Grid] | None = None  # a film, a frame of it, and that frame
        workspace.moved.connect(self._on_moved)

    @property
    def grid(self) -> Grid | None:
        """The picture of tokens in view, if there is one: a grid of rows and columns, or a frame of a film."""
        layer = self.layer
        if layer is None or not films.is_film(layer):
            return layer
        k = self.frame
        if self._seen is None or self._seen[0] is not layer or self._seen[1] != k:
            self._seen = layer, k, films.frame(layer, k)
        return self._seen[2]

    @property
    def layer(self) -> Grid | None:
        """The layer that is edited: the one that was chosen, else the first."""
        return self._look()[0]

    def _look(self) -> tuple[Grid | None, int]:
        """Return the layer in view and how many frames the film has; worked out once for a sketch."""
        sketch = self.workspace.sketch
        if self._found is None or self._found[0] is not sketch or self._found[1] != self._name:
            film = next((x for x in pictures_in(sketch) if films.is_film(x)), None)
            found = self._chosen(sketch), len(film) if film is not None else 0
            self._found = sketch, self._name, found
        return self._found[2]

    def _chosen(self, sketch: Sketch | None) -> Grid | None:
        there = pictures_in(sketch)
        return next((x for x in there if x.spec.name == self._name), there[0] if there else None)

    @property
    def film(self) -> Grid | None:
        """The layer that is edited where it is a film."""
        layer = self.layer
        return layer if layer is not None and films.is_film(layer) else None

    @property
    def n_frames(self) -> int:
        """How many frames the film in view has, 0 where none is."""
        return self._look()[1]

    @property
    def frame(self) -> int:
        """The frame in view, 0-based."""
        return min(self._frame, max(self.n_frames - 1, 0))

    @property
    def is_aligned(self) -> bool:
        """Whether cells lie where they are drawn: the content of a film moves, its frames do not."""
        return self.n_frames == 0 or self.film is not None

    @property
    def moves(self) -> Moves | None:
        """How the picture in view is moved through the film, where it is one that is moved."""
        layer, manifest = self.layer, self.workspace.manifest
        return manifest.moves.get(layer.spec.name) if layer is not None and manifest is not None else None

    def choose_layer(self, name: str) -> None:
        """Edit another grid of the sketch."""
        before = self.layer
        self._name = name
        if self.layer is not before:
            self.framed.emit()
            self.masked.emit()
            self.changed.emit()

    def go_to_frame(self, k: int) -> None:
        """Bring a frame (0-based) into view, and the playhead with it; those outside are the first and the last."""
        sketch = self.workspace.sketch
        if sketch is not None and self.n_frames:
            self._frame = min(max(k, 0), self.n_frames - 1)
            self.workspace.set_playhead(self._frame * sketch.type.hop_s)
            self.framed.emit()

    def set_onion(self, count: int) -> None:
        """Let frames before and after shine through."""
        self.onion = min(max(count, 0), MOST_ONION)
        self.changed.emit()

    def set_all_frames(self, on: bool) -> None:
        """Do every edit in all frames, or in the one in view."""
        self.all_frames = on
        self.changed.emit()

    def _frames(self, film: Grid) -> list[int]:
        return list(range(len(film))) if self.all_frames else [self.frame]

    def whole(self, mask: Mask, *, here: bool = False) -> Mask:
        """Return a mask of what is in view in the shape of the layer; of a film in all frames where edits go there.

        With ``here`` it is in the frame in view alone.
        """
        film = self.film
        if film is None:
            return mask
        return films.in_frames(film, [self.frame] if here else self._frames(film), mask)

    def _on_moved(self, seconds: float) -> None:
        """The frame in view is that of the playhead."""
        sketch = self.workspace.sketch
        if sketch is None or not self.n_frames or sketch.type.hop_s <= 0:
            return
        k = min(int(seconds / sketch.type.hop_s + 1e-6), self.n_frames - 1)
        if k != self._frame:
            self._frame = k
            self.framed.emit()
