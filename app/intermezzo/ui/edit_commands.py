"""EditCommands: what actions do to the selection, for any layer kind; each one is a named step of the history."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from intermezzo.core import takes
from intermezzo.core.edits import curves, grids, matrices, notes, regions, spans
from intermezzo.core.layers import Curve, Grid, Mark, Matrix, Notes, Region, Spans
from intermezzo.core.music.grid import on_grid
from intermezzo.core.sketch import Sketch
from intermezzo.ui.grid.infilling import infill, tokens_text
from intermezzo.ui.note_readings import chosen_notes
from intermezzo.ui.readings import chosen, title_of
from intermezzo.ui.selection import Selection
from intermezzo.ui.time_axis import frame_of, heard_at
from intermezzo.ui.wording import counted
from intermezzo.ui.workspace import Workspace

__all__ = ["EditCommands"]

_OCTAVE = 12


class EditCommands(QObject):
    """Reads the workspace's selection and edits through it; refusals are told there."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._clip: grids.Clip | None = None
        self._patch: tuple[str, matrices.Patch] | None = None
        self._copied: tuple[NDArray[np.int32], tuple[str, ...]] | None = None  # notes, the last thing that was copied

    # What there is to edit

    def curve(self) -> str | None:
        """Return the curve that commands move: the selected one, else the first that hands may change."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        if sketch is None or not selection:
            return None
        layer = sketch.layers.get(selection.layer or "")
        if isinstance(layer, Curve):
            return layer.spec.name if self._workspace.may_edit(layer.spec.name) else None
        if isinstance(layer, Matrix):
            return None
        may_edit = self._workspace.may_edit
        return next((n for n, x in sketch.layers.items() if isinstance(x, Curve) and may_edit(n)), None)

    def has_span(self) -> bool:
        """Tell whether a governing span is selected."""
        sketch = self._workspace.sketch
        return sketch is not None and len(chosen(sketch, self._workspace.selection)) > 0

    def has_notes(self) -> bool:
        """Tell whether the sketch in view has notes."""
        sketch = self._workspace.sketch
        return sketch is not None and any(isinstance(layer, Notes) for layer in sketch.layers.values())

    def _where(self) -> str:
        sketch = self._workspace.sketch
        return title_of(sketch, self._workspace.selection) if sketch else ""

    def _on_curve(
        self, what: str, icon: str, edit: Callable[[Sketch, str, int, int], Sketch], *, key: str | None = None
    ) -> None:
        name, selection = self.curve(), self._workspace.selection
        if name is None or self._workspace.sketch is None:
            self._workspace.tell("warn", self.tr("Select a stretch of a curve first."))
            return
        title = self._workspace.sketch.type.spec(name).title.lower()
        merge = f"{key} {name} {selection.start} {selection.stop}" if key else None
        label = self.tr("{0} {1} on {2}").format(what, title, self._where())
        self._workspace.edit(
            label, lambda s: edit(s, name, selection.start, selection.stop), merge_key=merge, icon=icon
        )

    # Values

    def move(self, direction: int, *, far: bool = False) -> None:
        """Move the selection up (1) or down (-1) by one step of its layer; ``far``: an octave, or ten steps."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        layer = sketch.layers.get(selection.layer or "") if sketch else None
        if isinstance(layer, Notes):
            self._move_notes(layer, direction * (_OCTAVE if far else 1))
            return
        if isinstance(layer, Matrix):
            self._move_matrix(layer, direction * (10.0 if far else 1.0))
            return
        name = self.curve()
        spec = sketch.type.spec(name) if sketch and name else None
        step = getattr(spec, "step", 1.0)
        far_steps = _OCTAVE if getattr(spec, "scale", "") == "log" else 10
        by = direction * step * (far_steps if far else 1)
        self._on_curve(self.tr("Shift"), "arrow-up" if by > 0 else "arrow-down",
                       lambda s, n, a, b: curves.shift(s, n, a, b, by), key="move")  # fmt: skip

    def _ids(self) -> list[int]:
        """Return the ids of the chosen notes, where notes are what is selected."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        found = chosen_notes(sketch, selection) if sketch is not None and selection.layer is not None else None
        return found[0].ids[found[1]].tolist() if found is not None else []

    def _move_notes(self, layer: Notes, by: int) -> None:
        name, ids = layer.spec.name, self._ids()
        if not self._refused(name):
            self._workspace.edit(
                self.tr("Move {0}").format(self._where()), lambda s: notes.move(s, ids, 0, by, layer=name),
                merge_key=f"move {name} {hash(tuple(ids))}", icon="arrow-up" if by > 0 else "arrow-down",
            )  # fmt: skip

    def _move_matrix(self, layer: Matrix, by: float) -> None:
        selection, name = self._workspace.selection, layer.spec.name
        if self._refused(name):
            return
        low, high = selection.low or 0, layer.spec.bands if selection.high is None else selection.high
        amount = np.full((selection.stop - selection.start, high - low), by, np.float32)
        label = self.tr("Shift {0} on {1}").format(layer.spec.title.lower(), self._where())
        self._workspace.edit(
            label, lambda s: matrices.add(s, name, selection.start, low, amount),
            merge_key=f"move {name} {selection.start} {selection.stop} {low} {high}", icon="paint-brush",
        )  # fmt: skip

    def widen(self, factor: float) -> None:
        """Widen (over 1) or flatten (under 1) the movement of the curve around its mean."""
        what = self.tr("Widen") if factor > 1 else self.tr("Flatten")
        self._on_curve(what, "chart-line", lambda s, n, a, b: curves.scale(s, n, a, b, factor))

    def smooth(self) -> None:
        """Pull the curve to its local mean."""
        self._on_curve(self.tr("Smooth"), "waves", lambda s, n, a, b: curves.smooth(s, n, a, b))

    def vibrato(self) -> None:
        """Add a vibrato of 5.5 Hz and half a semitone."""
        self._on_curve(self.tr("Vibrato in"), "activity", lambda s, n, a, b: curves.vibrato(s, n, a, b))

    def snap(self) -> None:
        """Pull the curve to whole steps: semitones on a log scale."""
        self._on_curve(self.tr("Snap"), "magnet", lambda s, n, a, b: curves.snap(s, n, a, b))

    def set_gap(self, gap: bool) -> None:
        """Make a gap in the curve, or fill its gaps."""
        what = self.tr("Silence") if gap else self.tr("Fill gaps of")
        self._on_curve(what, "prohibit" if gap else "path", lambda s, n, a, b: curves.set_gap(s, n, a, b, gap))

    def _refused(self, name: str, aspect: str = "") -> bool:
        reason = self._workspace.why_not(name, aspect)
        if reason:
            self._workspace.tell("warn", reason)
        return bool(reason)

    # Lengths

    def stretch(self, direction: int) -> None:
        """Make the selected governing spans one frame longer (1) or shorter (-1)."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        if sketch is None:
            return
        picked = list(chosen(sketch, selection))
        if sketch.governing is not None and self._refused(sketch.governing.spec.name, "lengths"):
            return

        def edit(s: Sketch) -> Sketch:
            layer = spans.spans_of(s)
            least = layer.spec.min_frames
            lengths = {k: max(int(layer.stops[k] - layer.starts[k]) + direction, least) for k in picked}
            return spans.set_lengths(s, lengths)

        key = f"stretch {picked[:1]} {len(picked)}"
        if self._workspace.edit(self.tr("Stretch {0}").format(self._where()), edit, merge_key=key, icon="timer"):
            self.reselect(picked)

    def reselect(self, picked: list[int]) -> None:
        """Let the selection follow governing spans whose lengths changed."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        layer = sketch.governing if sketch else None
        if layer is not None and picked and picked[-1] < layer.count:
            start, stop = int(layer.starts[picked[0]]), int(layer.stops[picked[-1]])
            self._workspace.select(
                Selection(selection.layer, start, stop, selection.low, selection.high, selection.element)
            )

    def reset_lengths(self) -> None:
        """Give the governing spans of the selection the engine's own lengths back."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        picked = list(chosen(sketch, selection)) if sketch else []
        label = self.tr("Reset lengths of {0}").format(self._where())
        if self._workspace.edit(label, lambda s: spans.reset_lengths(s, selection.start, selection.stop), icon="timer"):
            self.reselect(picked)

    # Any layer

    def _layers(self) -> list[str]:
        sketch, selection = self._workspace.sketch, self._workspace.selection
        if sketch is None or not selection:
            return []
        if selection.layer in sketch.layers:
            return [str(selection.layer)]
        return [n for n, x in sketch.layers.items() if x.timed]

    def _region(self) -> Region:
        selection = self._workspace.selection
        return Region(selection.start, selection.stop, selection.low, selection.high)

    def _lock_layers(self) -> list[str]:
        """A word or a phone is locked with all that sounds in it; a stretch of a tune without the key of all of it."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        if sketch is not None and sketch.type.beats is not None and selection.layer not in sketch.layers:
            return [name for name in self._layers() if not _reaches_out(sketch, name, selection)]
        if (
            sketch is None
            or sketch.governing is None
            or not isinstance(sketch.layers.get(selection.layer or ""), Spans)
        ):
            return self._layers()
        return [n for n, x in sketch.layers.items() if x.timed]

    def is_locked(self) -> bool:
        """Tell whether everything that is selected is locked."""
        sketch, names, region = self._workspace.sketch, self._lock_layers(), self._region()
        if sketch is None or not names:
            return False
        layer, ids = sketch.layers[names[0]], self._ids()
        if isinstance(layer, Notes) and len(names) == 1:
            return bool(ids) and bool((layer.origin[notes.indices_of(layer, ids)] & Mark.LOCKED).all())
        marks = [sketch.layers[n].marks(region) for n in names]
        return all(bool((m & Mark.LOCKED).all()) for m in marks if m.size) and any(m.size for m in marks)

    def toggle_lock(self) -> None:
        """Lock the selection, or unlock it where all of it is locked."""
        names, region, on = self._lock_layers(), self._region(), not self.is_locked()
        if names:
            label = (self.tr("Lock {0}") if on else self.tr("Unlock {0}")).format(self._where())
            icon = "lock-simple" if on else "lock-simple-open"
            ids = self._ids()
            if ids:
                self._workspace.edit(label, lambda s: notes.lock(s, ids, on, layer=names[0]), icon=icon)
                return
            self._workspace.edit(label, lambda s: regions.lock(s, names, region, on), icon=icon)

    def erase(self) -> None:
        """Take hand edits in the selection back to the prediction."""
        names, region = self._layers(), self._region()
        if names:
            label, ids = self.tr("Erase edits on {0}").format(self._where()), self._ids()
            if ids:
                self._workspace.edit(label, lambda s: notes.erase(s, ids, layer=names[0]), icon="eraser")
                return
            self._workspace.edit(label, lambda s: regions.erase(s, names, region), icon="eraser")

    def resample(self) -> None:
        """Predict the selection again with another seed."""
        workspace = self._workspace
        stage, manifest, selection = workspace.stage, workspace.manifest, workspace.selection
        if stage is None or manifest is None or not selection:
            workspace.tell("warn", self.tr("Select a stretch to predict again."))
            return
        tokens = self._tokens()
        if tokens is not None and manifest.infills:
            infill(workspace, tokens.spec.name, tokens.region_mask(self._region()))
            return
        if not manifest.resamples:
            workspace.tell(
                "warn", self.tr("{0} cannot predict a part again; convert all of it.").format(manifest.title)
            )
            return
        workspace.conversions.resample(
            selection.start, selection.stop, label=self.tr("Re-sample {0}").format(self._where()),
            seed=takes.next_seed(stage),
        )  # fmt: skip

    # Clipboard

    def _tokens(self) -> Grid | None:
        """Return the grid that is selected, or the first one where all layers are."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        layer = sketch.layers.get(selection.layer or "") if sketch is not None else None
        if layer is not None or sketch is None:
            return layer if isinstance(layer, Grid) else None
        return next((x for x in sketch.layers.values() if isinstance(x, Grid)), None)

    def _paste_tokens(self, clip: grids.Clip, tokens: Grid) -> None:
        """Lay copied tokens where the selection begins, or at the playhead."""
        workspace, selection = self._workspace, self._workspace.selection
        sketch = workspace.sketch
        start = selection.start if selection or sketch is None else round(frame_of(sketch, workspace.playhead_s))
        at = (start, selection.low or 0)
        label = self.tr("Paste {0}").format(tokens_text(int(clip.mask.sum())))
        workspace.edit(label, lambda s: s.with_layer(grids.paste(tokens, clip, at)), icon="clipboard")

    def copy(self) -> None:
        """Copy the chosen notes, or the selected stretch of a matrix."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        name = selection.layer or ""
        layer, ids = sketch.layers.get(name) if sketch is not None else None, self._ids()
        if isinstance(layer, Notes) and ids:
            at = notes.indices_of(layer, ids)
            self._copied = layer.values[at], tuple(layer.lyrics[k] for k in at)
            self._workspace.tell("info", self.tr("Copied {0}").format(self._where()))
            return
        tokens = self._tokens()
        if tokens is not None:
            self._clip = grids.copy(tokens, tokens.region_mask(self._region()))
            self._workspace.tell("info", self.tr("Copied {0}").format(tokens_text(int(self._clip.mask.sum()))))
            return
        if sketch is None or not isinstance(sketch.layers.get(name), Matrix):
            self._workspace.tell("warn", self.tr("Select a stretch of a matrix to copy it."))
            return
        self._copied = None
        self._patch = name, matrices.copy(sketch, name, self._region())
        self._workspace.tell("info", self.tr("Copied {0}").format(self._where()))

    def paste(self) -> None:
        """Paste what was copied at the selection, or at the playhead where nothing is selected."""
        workspace, sketch = self._workspace, self._workspace.sketch
        if self._copied is not None and self.has_notes():
            self._paste_notes(*self._copied)
            return
        tokens = next((x for x in sketch.layers.values() if isinstance(x, Grid)), None) if sketch is not None else None
        if tokens is not None and self._clip is not None:
            self._paste_tokens(self._clip, tokens)
            return
        if self._patch is None or sketch is None:
            workspace.tell("warn", self.tr("Nothing was copied yet."))
            return
        copied_from, patch = self._patch
        name = workspace.selection.layer or copied_from
        if not isinstance(sketch.layers.get(name), Matrix):
            name = copied_from
        if self._refused(name):
            return
        playhead = round(frame_of(sketch, workspace.playhead_s))
        start = workspace.selection.start if workspace.selection else playhead
        workspace.edit(
            self.tr("Paste into {0}").format(sketch.type.spec(name).title.lower()),
            lambda s: matrices.paste(s, name, start, patch), icon="clipboard",
        )  # fmt: skip

    def _paste_notes(self, values: NDArray[np.int32], lyrics: tuple[str, ...]) -> None:
        """Put copied notes in at the playhead, on the grid, and choose them."""
        workspace, sketch = self._workspace, self._workspace.sketch
        if sketch is None:
            return
        layer = notes.notes_of(sketch)
        name, beats = layer.spec.name, sketch.type.beats
        step = workspace.note_settings.step(beats.frames_per_quarter) if beats is not None else 1
        start = int(on_grid(frame_of(sketch, workspace.playhead_s), step, sketch.bars))
        label = self.tr("Paste {0}").format(counted(len(lyrics), self.tr("1 note"), self.tr("{0} notes")))
        pasted = workspace.edit(label, lambda s: notes.paste(s, values, lyrics, start, layer=name), icon="clipboard")
        if pasted and workspace.sketch is not None:
            made = notes.notes_of(workspace.sketch, name)
            new = np.setdiff1d(made.ids, layer.ids)
            at = notes.indices_of(made, new.tolist())
            workspace.select(
                Selection(name, int(made.starts[at].min()), int(made.stops[at].max()), notes=frozenset(new.tolist()))
            )

    # Selection

    def select_all(self) -> None:
        """Select all time, in all layers."""
        if self._workspace.sketch is not None:
            self._workspace.select(Selection(None, 0, self._workspace.sketch.n_frames))

    def select_none(self) -> None:
        """Select nothing."""
        self._workspace.select(Selection())

    def select_span(self, layer: str, index: int) -> None:
        """Select one element of a spans layer and bring it into view."""
        sketch = self._workspace.sketch
        spans_ = sketch.layers.get(layer) if sketch else None
        if isinstance(spans_, Spans) and index < spans_.count:
            start, stop = int(spans_.starts[index]), int(spans_.stops[index])
            self._workspace.select(Selection(layer, start, stop, element=index))
            self.show_selection()

    def show_selection(self) -> None:
        """Scroll so that the selection is in view, and put the playhead before it."""
        workspace, sketch = self._workspace, self._workspace.sketch
        if sketch is None or not workspace.selection:
            return
        start_s = workspace.selection.start * sketch.type.hop_s
        stop_s = workspace.selection.stop * sketch.type.hop_s
        view = workspace.view
        if start_s < view.start_s or stop_s > view.stop_s:
            view.scroll_by(view.x_of((start_s + stop_s) / 2) - view.width_px / 2)
        workspace.set_playhead(heard_at(sketch, start_s))


def _reaches_out(sketch: Sketch, name: str, selection: Selection) -> bool:
    """Tell whether a layer of tempo, metre or key has a span in a selection that holds beyond it, too."""
    layer, beats = sketch.layers[name], sketch.type.beats
    if beats is None or name not in (beats.tempo, beats.metre, beats.key) or not isinstance(layer, Spans):
        return False
    inside = layer.inside(selection.start, selection.stop)
    starts, stops = layer.starts[inside], layer.stops[inside]
    return bool((starts < selection.start).any() or (stops > selection.stop).any())
