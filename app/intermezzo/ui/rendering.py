"""RenderLoop: keeps the sound of the stage in view fresh, one window after the other, the last edit first.

Sound is kept in even blocks (sound_grid.py); what is edited, shown and asked of the engine is counted in frames.
An edit silences its footprint in the player at once, before anything is rendered: old sound is never heard after it.
Then windows are rendered in the order: the footprint of the last edit, what the playhead will reach next, what is in
view, the rest. Sound that comes back for frames that were edited meanwhile is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from intermezzo.core import footprint
from intermezzo.core.layers.base import runs
from intermezzo.core.media import Audio
from intermezzo.core.project import Project
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.protocol import Done, Event, Failed, JobHandle, Progress, Request, Stopped
from intermezzo.ui.output_buffer import Fresh, OutputBuffer
from intermezzo.ui.sound_grid import SoundGrid
from intermezzo.ui.time_axis import heard_at
from intermezzo.ui.work import Trouble, Work

if TYPE_CHECKING:
    from intermezzo.ui.workspace import Workspace

__all__ = ["RenderLoop"]

_WINDOW_S = 2.0
_URGENT_S = 10.0  # from the playhead on: rendered even while the sketch still grows
_WHILE_GROWING_MS = 100
_UNTOUCHED = "Your sketch is untouched."
_SHOW_WORK_AFTER_S = 0.5
_MOST_RANGES = 4  # an edit of more stretches silences all between them: the player shapes the edges of each


@dataclass(frozen=True, eq=False)
class _Running:
    number: int
    axis: int
    edit_number: int
    window: tuple[int, int]  # frames
    handle: JobHandle
    since_s: float


class RenderLoop(QObject):
    """Lives in the GUI thread; results arrive as queued signals from the host's reader thread."""

    idle = Signal()
    _came = Signal(int, object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._running: _Running | None = None
        self._number = 0
        self._axis = 0  # counts changes of the time axis: sound for another axis is of no use
        self._edited: tuple[int, int] | None = None  # blocks
        self._step: str | None = None  # merge key of the gesture that runs; its edits are shown as one
        self._drawn: tuple[int, int] | None = None  # all frames that the step in hand has changed
        self._edited_at_s = 0.0
        self._began_s = 0.0
        self._failed = False
        self.heard = -1  # the player's generation of the last edit that was played by itself
        self._came.connect(self._on_event)
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._go_on)

    def restart(self) -> None:
        """Begin with the stage in view from nothing."""
        self.stop()
        grid = SoundGrid.of(self._workspace.sketch)
        self._axis += 1
        self._failed = False
        self._edited = self._drawn = self._step = None
        self._workspace.output = OutputBuffer(grid)
        self._workspace.deck.set_sound(np.zeros(grid.n_samples, np.float32), grid.sample_rate)
        self._workspace.sound_changed.emit(0, grid.n_frames)
        self._next.start(0)

    def stop(self) -> None:
        """Stop rendering and playing."""
        self._workspace.deck.stop()
        self._next.stop()
        if self._running is not None:
            self._running.handle.cancel()
            self._running = None
        self._workspace.show_work("render", None)

    def retry(self) -> None:
        """Try again after a failure."""
        self._failed = False
        self._next.start(0)

    def give_way(self) -> None:
        """Give up what is being rendered: something comes that the sound waits for anyway. `resume` begins it again."""
        if self._running is not None:
            self._running.handle.cancel()
            self._running = None

    def resume(self) -> None:
        """Go on: what was waited for has come."""
        self._next.start(0)

    def on_changed(self, old: Project, new: Project) -> None:
        """Silence what an edit changed and see to it that it is rendered."""
        stage = self._workspace.stage
        if stage is None or stage.sketch is None:
            if self._workspace.output.n_blocks:
                self.restart()
            return
        before = next((s for s in old.stages if s.id == stage.id), None)
        phase = self._workspace.conversions.phase
        if before is None or before.sketch is None or before.sketch.type != stage.sketch.type or phase == "begins":
            self.restart()
            return
        if phase == "grows":
            self._extend(before.sketch, stage.sketch)
            return
        manifest = self._workspace.manifest
        if manifest is None:
            return
        names = {p.name for p in manifest.params_of("render")}
        if any(before.params.get(n) != stage.params.get(n) for n in names) or before.seed != stage.seed:
            self._invalidate([(0, stage.sketch.n_frames)])
        elif before.sketch is not stage.sketch:
            self._compare(before.sketch, stage.sketch)

    def _compare(self, before: Sketch, after: Sketch) -> None:
        manifest = self._workspace.manifest
        ranges = footprint.of_edit(before, after, manifest.reach if manifest else {})
        grid = SoundGrid.of(after)
        is_same_axis = grid.is_like(self._workspace.output.grid)
        if not is_same_axis:
            keep = min((start for start, _ in ranges), default=min(before.n_frames, after.n_frames))
            self._axis += 1
            self._workspace.output.resize(
                grid, grid.blocks(0, keep)[1] if keep == after.n_frames else grid.block_at(keep)
            )
            self._workspace.deck.set_length(grid.n_samples)
        if len(ranges) > _MOST_RANGES:
            ranges = [(ranges[0][0], ranges[-1][1])]
        history = self._workspace.history
        step = history.steps[history.position].merge_key
        if step is None or step != self._step or not is_same_axis:
            self._drawn = None
        self._step = step
        self._invalidate(ranges)

    def _extend(self, before: Sketch, after: Sketch) -> None:
        """Take up what a growing sketch has more; nothing was edited, so nothing is shown or played as an edit."""
        manifest, output, grid = self._workspace.manifest, self._workspace.output, SoundGrid.of(after)
        reach = manifest.reach.values() if manifest else ()
        before_s = max((r.before_s for r in reach), default=0.0)
        start = before.n_frames - max((r.before for r in reach), default=before.n_frames if manifest else 0)
        if before_s:
            start = int(before.clock.frames_at(before.clock.seconds_at(start) - before_s))
        keep = grid.block_at(max(start, 0))
        sounding = [(keep + a, keep + b) for a, b in runs(~output.stale[keep:])]
        # The axis goes on counting as before: what is rendered for the frames that stay is still of use.
        output.resize(grid, keep)
        self._workspace.deck.set_length(grid.n_samples)
        self._workspace.deck.silence([(a * output.hop, b * output.hop) for a, b in sounding])
        self._workspace.sound_changed.emit(max(start, 0), after.n_frames)
        self._next.start(0)

    def _invalidate(self, ranges: list[tuple[int, int]]) -> None:
        if not ranges:
            return
        output, sounding = self._workspace.output, []
        shown = output.fresh
        for start, stop in ranges:
            first, last = output.grid.blocks(start, stop)
            # What is stale already is silent already.
            sounding += [(first + a, first + b) for a, b in runs(~output.stale[first:last])]
            output.invalidate(first, last)
            self._edited, self._edited_at_s = (first, last), perf_counter()
        self._workspace.deck.silence([(a * output.hop, b * output.hop) for a, b in sounding])
        edges = [*([self._drawn] if self._drawn else []), *ranges]
        self._drawn = (min(start for start, _ in edges), max(stop for _, stop in edges))
        self._failed = False
        for start, stop in ranges:
            self._workspace.sound_changed.emit(start, stop)
        if shown is not None:  # no longer the newest sound
            self._workspace.sound_changed.emit(shown.start, min(shown.stop, output.grid.n_frames))
        self._workspace.show_footprint(self._drawn, keep=True)
        self._go_on()

    def _go_on(self) -> None:
        workspace = self._workspace
        stage, sketch = workspace.stage, workspace.sketch
        if self._running is not None or self._failed or stage is None or sketch is None or workspace.manifest is None:
            return
        if workspace.follow_up.is_waiting:
            return  # it would be the sound of an edit without what follows from it
        window = self._most_wanted()
        if window is None or not workspace.manifest.renderer:
            self._began_s = 0.0
            workspace.show_work("render", None)
            self.idle.emit()
            return
        if not workspace.manifest.reach:
            window = (0, workspace.output.n_blocks)
        if workspace.conversions.is_growing and not self._is_urgent(window):
            self._next.start(_WHILE_GROWING_MS)  # the conversion first: it is what the person waits for
            return
        frames = workspace.output.grid.frames(*window)
        self._number += 1
        number = self._number
        request = Request(
            kind="render", engine=stage.engine, sketch=sketch, seed=stage.seed, window=frames,
            params=workspace.manifest.for_render(stage.params), priority=10,
        )  # fmt: skip
        self._began_s = self._began_s or perf_counter()
        handle = workspace.host.submit(request, lambda event: self._came.emit(number, event))
        output = workspace.output
        self._running = _Running(number, self._axis, output.edit_number, frames, handle, perf_counter())

    def _most_wanted(self) -> tuple[int, int] | None:
        """Return the blocks to render next."""
        workspace, output = self._workspace, self._workspace.output
        ranges = output.stale_ranges()
        if not ranges:
            return None
        step = max(int(_WINDOW_S * output.sample_rate / output.hop), 1)
        hop_s = output.hop / output.sample_rate
        sketch = workspace.sketch
        playhead = int((workspace.deck.position_s if workspace.deck.playing else workspace.playhead_s) / hop_s)
        view = (
            int(heard_at(sketch, workspace.view.start_s) / hop_s), int(heard_at(sketch, workspace.view.stop_s) / hop_s),
        )  # fmt: skip
        wishes = [(playhead, playhead + step), view, (playhead, output.n_blocks), (0, output.n_blocks)]
        if self._edited is not None:
            wishes.insert(0, self._edited)
        for low, high in wishes:
            for start, stop in ranges:
                first, last = max(start, low), min(stop, high)
                if last > first:
                    return first, min(last, first + step)
        return None

    def _is_urgent(self, window: tuple[int, int]) -> bool:
        """Tell whether blocks were edited last, or are about to be heard."""
        workspace, output = self._workspace, self._workspace.output
        if self._edited is not None and window[0] < self._edited[1] and self._edited[0] < window[1]:
            return True
        now_s = workspace.deck.position_s if workspace.deck.playing else workspace.playhead_s
        begin_s, end_s = (block * output.hop / output.sample_rate for block in window)
        return begin_s < now_s + _URGENT_S and end_s > now_s

    def _on_event(self, number: int, event: Event) -> None:
        running = self._running
        if running is None or running.number != number:
            return
        if isinstance(event, Progress):
            return
        self._running = None
        if isinstance(event, Done):
            self._take(running, event.result)
        elif isinstance(event, Failed):
            self._failed = True
            self._workspace.show_work("render", None)
            self._workspace.troubled.emit(
                Trouble(
                    self.tr("The sound could not be rendered"),
                    f"{str(event.error).removesuffix(_UNTOUCHED).rstrip()} {_UNTOUCHED}",
                    event.report, (self.tr("Try again"), self.retry),
                )
            )  # fmt: skip
            return
        elif isinstance(event, Stopped):
            return
        self._show_progress()
        self._go_on()

    def _take(self, running: _Running, result: Any) -> None:  # Any: whatever the engine returned
        workspace, output = self._workspace, self._workspace.output
        if not isinstance(result, Audio) or running.axis != self._axis:
            return
        taken = output.fill(output.grid.sample(running.window[0]), result.samples, running.edit_number)
        for a, b in taken:
            workspace.deck.replace(a * output.hop, output.part(a, b))
            workspace.sound_changed.emit(*output.grid.frames(a, b))
        if self._edited is not None and taken and not output.is_stale(*self._edited):
            a, b = self._edited
            output.fresh = Fresh(
                *(self._drawn or output.grid.frames(a, b)), (perf_counter() - self._edited_at_s) * 1000
            )
            workspace.sound_changed.emit(output.fresh.start, output.fresh.stop)
            is_short = (b - a) * output.hop <= 3 * output.sample_rate
            if workspace.hear_edits and is_short and not workspace.deck.playing:
                self.heard = workspace.deck.audition(output.part(a, b), output.sample_rate)
            self._edited = None

    def _show_progress(self) -> None:
        spent = perf_counter() - self._began_s
        output = self._workspace.output
        left = int(output.stale.sum())
        if not left or spent < _SHOW_WORK_AFTER_S:
            self._workspace.show_work("render", None)
            return
        share = 1 - left / max(output.n_blocks, 1)
        self._workspace.show_work(
            "render", Work(self.tr("Rendering"), share, spent * (1 - share) / max(share, 0.05), None)
        )
