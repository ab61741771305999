"""Sentences in the window: go from one to the next, choose, hear and see one alone, and back to the page."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from intermezzo.core.media import Text
from intermezzo.core.sentences import Stretch, chapters_of, sentences_of, stretch_at
from intermezzo.core.sketch import Sketch
from intermezzo.ui.playback import Playback
from intermezzo.ui.selection import Selection
from intermezzo.ui.workspace import Workspace

__all__ = ["Sentences"]

_ROOM: Final = 0.04  # of a sentence, shown at both its sides
_NEAR_S: Final = 0.3  # from its start on, "previous" is the one before


class Sentences(QObject):
    """What the sentence actions do; sentences are read off the sketch once for each state of it."""

    def __init__(self, workspace: Workspace, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._playback = workspace, playback
        self._read: tuple[Sketch, str, tuple[Stretch, ...], tuple[Stretch, ...]] | None = None
        self._before: tuple[float, float] | None = None  # the view before a sentence was shown alone
        self._alone: tuple[float, float] | None = None

    @property
    def all(self) -> tuple[Stretch, ...]:
        """The sentences of the sketch in view."""
        return self._stretches()[0]

    @property
    def chapters(self) -> tuple[Stretch, ...]:
        """The chapters of the sketch in view."""
        return self._stretches()[1]

    def _stretches(self) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
        sketch, stage = self._workspace.sketch, self._workspace.stage
        if sketch is None or stage is None:
            return (), ()
        text = stage.source.text if isinstance(stage.source, Text) else ""
        if self._read is None or self._read[0] is not sketch or self._read[1] != text:
            self._read = (sketch, text, sentences_of(sketch, text), chapters_of(sketch, text))
        return self._read[2], self._read[3]

    def current(self) -> Stretch | None:
        """Return the sentence in which the selection begins, or the playhead stands."""
        sketch, selection = self._workspace.sketch, self._workspace.selection
        if sketch is None or not sketch.type.hop_s or not self.all:
            return None
        frame = selection.start if selection else int(self._workspace.playhead_s / sketch.type.hop_s + 0.5)
        return self.all[stretch_at(self.all, frame)]

    def step(self, by: int) -> None:
        """Put the playhead at the start of the next sentence (1) or of this or the one before (-1)."""
        self._step(self.all, by)

    def step_chapter(self, by: int) -> None:
        """The same with chapters."""
        self._step(self.chapters, by)

    def _step(self, stretches: tuple[Stretch, ...], by: int) -> None:
        sketch = self._workspace.sketch
        if sketch is None or not sketch.type.hop_s or not stretches:
            return
        hop_s = sketch.type.hop_s
        frame = int(self._workspace.playhead_s / hop_s + 0.5)
        k = stretch_at(stretches, frame)
        is_past = by < 0 and (frame - stretches[k].start) * hop_s > _NEAR_S
        k = min(max(k if is_past else k + by, 0), len(stretches) - 1)
        shown = self._alone is not None and self._is_alone()
        self._workspace.select(Selection())
        self._playback.go_to(stretches[k].start * hop_s)
        if shown:
            self._show(self.all[stretch_at(self.all, stretches[k].start)])

    def select(self) -> None:
        """Select the sentence, in all lanes."""
        found = self.current()
        if found is not None:
            self._workspace.select(Selection(None, found.start, found.stop))

    def play(self) -> None:
        """Play the sentence once."""
        found, sketch = self.current(), self._workspace.sketch
        if found is not None and sketch is not None:
            self._playback.play_range(found.start * sketch.type.hop_s, found.stop * sketch.type.hop_s)

    def toggle_alone(self) -> None:
        """Fit the sentence into the view; where it is there already, show what was in view before."""
        view, found = self._workspace.view, self.current()
        if self._is_alone() and self._before is not None:
            view.show_range(*self._before)
            self._before = self._alone = None
        elif found is not None:
            self._before = (view.start_s, view.stop_s)
            self._show(found)

    def _show(self, stretch: Stretch) -> None:
        sketch, view = self._workspace.sketch, self._workspace.view
        if sketch is not None:
            start_s, stop_s = stretch.start * sketch.type.hop_s, stretch.stop * sketch.type.hop_s
            room = _ROOM * (stop_s - start_s)
            view.show_range(start_s - room, stop_s + room)
            self._alone = (view.start_s, view.stop_s)

    def _is_alone(self) -> bool:
        view = self._workspace.view
        return self._alone is not None and abs(view.start_s - self._alone[0]) + abs(view.stop_s - self._alone[1]) < 1e-6
