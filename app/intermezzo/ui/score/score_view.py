"""ScoreView: which bars the score shows, and their engraving: made beside the window, kept, and one line at a time.

The piece is cut into lines once (by estimate), so that the score turns like a page instead of creeping: the line shown
is the one with the playhead while it plays, else with what was selected or moved last, as long as that is in view.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject, QRectF, QTimer, Signal

from intermezzo.core.edits.tune import to_melody
from intermezzo.core.layers import Notes, Spans
from intermezzo.core.music.harmony import key_at
from intermezzo.core.sketches.melody import is_tune
from intermezzo.storage.scores.excerpt import Excerpt, excerpt_of
from intermezzo.storage.scores.line_breaks import bar_widths, line_at, line_starts
from intermezzo.ui.background import Background
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.score.sheet_painting import note_areas
from intermezzo.ui.selection import Selection

if TYPE_CHECKING:
    from intermezzo.storage.scores.sheet import Sheet
    from intermezzo.ui.timeline.board import Board

__all__ = ["EngravedLine", "ScoreView"]

_WRITTEN: Final = ("metre", "key", "chords", "notes")
_EDIT_MS: Final = 90
_KEPT_LINES: Final = 12
_WIDTH_STEP: Final = 4


@dataclass(frozen=True, eq=False)
class EngravedLine:
    """Frames ``start:stop`` as a sheet; ``ids`` names the sketch's note of each of its signs ("n3", "n3-1")."""

    start: int
    stop: int
    sheet: Sheet
    ids: dict[str, int]

    @cached_property
    def areas(self) -> dict[str, QRectF]:
        """Where each sign lies, in units of the sheet."""
        return note_areas(self.sheet)


class ScoreView(QObject):
    """Follows a board; engraves nothing before it is given room, or while it has none."""

    changed = Signal()  # another line is shown, or this one anew
    playing_changed = Signal()

    def __init__(self, board: Board, engraver: Engraver, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._board, self._engraver, self._background = board, engraver, background
        self.line: EngravedLine | None = None
        self.trouble = ""
        self.playing: int | None = None  # the id of the note that sounds
        self._width = 0
        self._anchor = 0
        self._kept: dict[tuple[int, int, int], EngravedLine] = {}
        self._refused: set[tuple[int, int, int]] = set()  # lines of this content that cannot be engraved
        self._starts: list[int] | None = None
        self._content: tuple[object, ...] = ()
        self._is_asking = False
        self._later = QTimer(self, singleShot=True, interval=_EDIT_MS)
        self._later.timeout.connect(self._engrave)
        workspace = board.workspace
        board.shown.connect(lambda *_: self._on_shown())
        board.view.changed.connect(self._on_view)
        board.rested.connect(self._turn)
        workspace.selected.connect(self._on_selected)
        workspace.moved.connect(self._on_moved)
        workspace.replaced.connect(self._on_replaced)
        self._on_shown()

    # What it is told

    def set_room(self, width: float) -> None:
        """Tell how wide a line may be, in Verovio's pixels (18 between two staff lines); 0 while it is not seen."""
        wanted = int(width) // _WIDTH_STEP * _WIDTH_STEP
        if wanted != self._width:
            self._width = wanted
            self._starts = None
            self._turn()

    def turn_by(self, by: int) -> None:
        """Turn to the next line (1) or the one before (-1), and bring the lanes along."""
        wanted, sketch = self._wanted(), self._board.sketch
        if wanted is None or sketch is None:
            return
        at = wanted[1] if by > 0 else wanted[0] - 1
        if 0 <= at < sketch.n_frames:
            self._anchor = at
            self._turn()
            wanted = self._wanted() or wanted
            view, hop_s = self._board.view, self._board.hop_s
            left, right = view.x_of(wanted[0] * hop_s), view.x_of(wanted[1] * hop_s)
            if left < 0 or right > view.width_px:
                view.scroll_by(left - 20)

    def _on_shown(self) -> None:
        sketch = self._board.sketch
        content = tuple(sketch.layers[name] for name in _WRITTEN) if is_tune(sketch) else ()
        if len(content) != len(self._content) or any(a is not b for a, b in zip(content, self._content, strict=True)):
            self._content = content
            self._kept.clear()
            self._refused.clear()
            self._starts = None
            self._note_playing()
            self._turn()

    def _on_replaced(self) -> None:
        self._anchor = 0
        self.line = None
        self._turn()
        self.changed.emit()

    def _on_selected(self, selection: Selection) -> None:
        if selection:
            self._anchor = selection.start
            self._turn()

    def _on_moved(self, seconds: float) -> None:
        frame = self._board.playhead_frame
        if self._board.workspace.deck.playing or self._in_view(frame, frame + 1):
            self._anchor = int(frame)
            self._turn()
        self._note_playing()

    def _on_view(self) -> None:
        line, sketch = self.line, self._board.sketch
        if line is None or sketch is None or sketch.bars is None or self._in_view(line.start, line.stop):
            return
        bars, left = sketch.bars, self._board.frame_at(0.0)
        first_whole = bars.index_at(max(left, 0)) + (left > 0)
        self._anchor = int(bars.starts[min(first_whole, bars.count - 1)])
        self._turn()

    def _in_view(self, start: float, stop: float) -> bool:
        first, last = self._board.frame_at(0.0), self._board.frame_at(self._board.view.width_px)
        return start < last and stop > first

    def _note_playing(self) -> None:
        sketch, workspace = self._board.sketch, self._board.workspace
        found: int | None = None
        if workspace.deck.playing and is_tune(sketch):
            notes = sketch.layers["notes"]
            assert isinstance(notes, Notes)
            at = self._board.playhead_frame
            k = int(np.searchsorted(notes.starts, at, side="right")) - 1
            if k >= 0 and notes.stops[k] > at:
                found = int(notes.ids[k])
        if found != self.playing:
            self.playing = found
            self.playing_changed.emit()

    # What is shown

    def _wanted(self) -> tuple[int, int] | None:
        """Return the frames of the line that holds the anchor."""
        sketch = self._board.sketch
        if not self._width or not is_tune(sketch) or sketch.bars is None or not sketch.n_frames:
            return None
        bars, notes = sketch.bars, sketch.layers["notes"]
        assert isinstance(notes, Notes)
        if self._starts is None:
            key = key_at(sketch, 0)
            chords = sketch.layers["chords"]
            assert isinstance(chords, Spans)
            widths = bar_widths(bars, notes.values, notes.lyrics, chords.starts, chords.labels)
            self._starts = line_starts(widths, self._width, key.fifths if key else 0)
        first, last = line_at(self._starts, bars.index_at(self._anchor), bars.count)
        return int(bars.starts[first]), int(bars.starts[last]) if last < bars.count else sketch.n_frames

    def _turn(self) -> None:
        """Show the wanted line if it is engraved, else have it engraved; not while a hand drags or scrolls."""
        if self._board.busy or (wanted := self._wanted()) is None:
            return
        kept = self._kept.get((*wanted, self._width))
        if kept is None:
            if (*wanted, self._width) not in self._refused and not self._later.isActive():
                self._later.start(_EDIT_MS if self.line is not None else 0)
        elif kept is not self.line:
            self.line = kept
            self.changed.emit()
            self._later.start(0)  # the next line, so that it is there when the playhead comes

    def _engrave(self) -> None:
        sketch = self._board.sketch
        if self._is_asking or self._board.busy or sketch is None or (wanted := self._wanted()) is None:
            return
        if (*wanted, self._width) in self._kept:
            wanted = self._after(wanted)
        if wanted is None or (*wanted, self._width) in self._kept or (*wanted, self._width) in self._refused:
            return
        self._is_asking = True
        content, width, frames = self._content, self._width, wanted
        engraver, notes = self._engraver, sketch.layers["notes"]
        assert isinstance(notes, Notes)

        def work() -> EngravedLine:
            part = excerpt_of(to_melody(sketch), *frames)
            sheet = engraver.line(part.melody, width, is_end=part.is_end)
            return EngravedLine(*frames, sheet, _ids(part, notes, sheet))

        def came(line: EngravedLine | None, trouble: str = "") -> None:
            self._is_asking = False
            if content is not self._content:
                self._turn()
                return
            if trouble:
                self._refused.add((*frames, width))
            if trouble != self.trouble:
                self.trouble = trouble
                self.changed.emit()
            if line is not None:
                while len(self._kept) >= _KEPT_LINES:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[*frames, width] = line
                self._turn()

        self._background.run(work, came, lambda problem: came(None, str(problem)))

    def _after(self, frames: tuple[int, int]) -> tuple[int, int] | None:
        """Return the line after another, None at the end."""
        sketch, anchor = self._board.sketch, self._anchor
        if sketch is None or frames[1] >= sketch.n_frames:
            return None
        self._anchor = frames[1]
        try:
            return self._wanted()
        finally:
            self._anchor = anchor


def _ids(part: Excerpt, notes: Notes, sheet: Sheet) -> dict[str, int]:
    signs = {outline.note for outline in sheet.outlines if outline.note.startswith("n")}
    return {sign: int(notes.ids[part.notes[int(sign[1:].partition("-")[0])]]) for sign in signs}
