"""OutputLane: the sound itself, below the lanes; what is stale is grey, hatched and silent, what is new amber."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from intermezzo.core.layers import CurveSpec
from intermezzo.ui import art
from intermezzo.ui.fonts import font
from intermezzo.ui.text import text_width
from intermezzo.ui.theme import mix
from intermezzo.ui.timeline import overlay
from intermezzo.ui.timeline.board import Board
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.pictures import columns_of, draw_mapped
from intermezzo.ui.timeline.polygons import polygon
from intermezzo.ui.timeline.wave_peaks import WavePeaks
from intermezzo.ui.timeline.words import number, time_text
from intermezzo.ui.work import Work

__all__ = ["OutputLane"]

_GAINS: Final = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 6.0, 8.0)
_PROGRESS_PX: Final = 3.0
_WORDS_PX: Final = 100
_STALE_WORDS_PX: Final = 200
_LEAST_WORDS_PX: Final = 40.0


class OutputLane(Lane):
    """The waveform; it is selected, heard and dragged out, never edited."""

    tools = frozenset({"select", "resample"})
    is_layer = False
    drag_out_requested = Signal(object)  # (start, stop) frames, or None for the whole

    def __init__(self, board: Board, peaks: WavePeaks, parent: QWidget | None = None) -> None:
        title = board.workspace.tr("Output")
        super().__init__(board, CurveSpec("output", title, board.workspace.tr("What you will hear."), 150), parent)
        self.default_height = 150
        self.peaks = peaks
        self._fraction: float | None = None
        self._placed: tuple[object, object, list[tuple[float, float]]] = (None, None, [])
        board.workspace.worked.connect(self._on_worked)

    def refusal(self, tool: str) -> str:
        if tool == "lock":
            return self.tr("The output follows from the sketch; lock the lanes above.")
        return "" if tool in self.tools else self.tr("The output follows from the sketch; edit the lanes above.")

    def unit_text(self) -> str:
        output = self.board.workspace.output
        kind = self.tr("mono") if len(output.channels) == 1 else self.tr("stereo")
        return f"{output.sample_rate / 1000:g} kHz {kind}"

    def has_reach(self) -> bool:
        return True

    def paint_selected(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_words(painter, rect)
        if self.board.workspace.selection.layer in (None, self.name):
            super().paint_selected(painter, rect)

    def _on_worked(self, work: Work | None) -> None:
        before, self._fraction = self._fraction, None if work is None else work.fraction
        # It is shown where sound is awaited: elsewhere nobody waits, and the wave is not painted again.
        if self._fraction != before and self._is_stale():
            self.update_over(0, self.height() - 4, self.width(), 4)

    def _on_sound(self, start: int, stop: int) -> None:
        super()._on_sound(start, stop)
        columns = self._columns(start, stop).adjusted(-_WORDS_PX, 0, _WORDS_PX, 0)
        if columns.isValid():  # the words about new sound reach beyond a short stretch
            self.update_over(columns)

    def spoilt_by_scroll(self, by: float) -> list[QRect] | None:
        return []

    def _is_stale(self) -> bool:
        """Tell whether any sound in view is stale."""
        return self.board.workspace.output.is_stale_in(*self.board.frames_in(0, self.width()))

    @property
    def gain(self) -> float:
        """How much the wave is magnified so that quiet speech still shows; a few fixed steps."""
        wanted = 0.86 / max(self.peaks.loudest, 1e-3)
        return max((g for g in _GAINS if g <= wanted), default=1.0)

    def paint_layer(self, painter: QPainter, rect: QRectF) -> None:
        look, board = self.board.look, self.board
        painter.fillRect(rect, look.color("alt"))
        output = board.workspace.output
        if not output.n_blocks:
            return
        left, right = max(rect.left(), board.x_of(0)), min(rect.right(), board.x_of(output.grid.n_frames))
        if right - left < 1:
            return
        if board.view.seconds_per_px * output.sample_rate < 1.5:
            self._paint_samples(painter, left, right, fine=not self.is_coarse(rect))
        else:
            self._paint_columns(painter, left, right)

    def _paint_columns(self, painter: QPainter, left: float, right: float) -> None:
        look, board, output = self.board.look, self.board, self.board.workspace.output
        ratio = art.device_ratio(painter)
        first, last = int(np.ceil(left * ratio)), int(np.floor(right * ratio))
        if last <= first:
            return
        edges = np.arange(first, last + 1) / ratio
        frames = board.frames_at(edges)
        blocks = output.grid.blocks_at(frames)
        low, high = self.peaks.columns(blocks)
        height = round(self.height() * ratio)
        middle, gain = height / 2, self.gain * height / 2
        top = np.clip(np.floor(middle - high * gain), 0, height - 1)
        bottom = np.clip(np.ceil(middle - low * gain), top + 1, height)
        kind = np.ones(len(top), np.uint8)
        at = np.clip(frames[:-1].astype(np.int64), 0, output.grid.n_frames - 1)
        if output.fresh is not None:
            kind[(at >= output.fresh.start) & (at < output.fresh.stop)] = 2
        kind[output.stale[np.clip(blocks[:-1].astype(np.int64), 0, output.n_blocks - 1)]] = 3
        grey = mix(look.color("alt"), look.color("t3"), 0.6)
        table = np.array([c.rgb() for c in (look.color("alt"), look.color("ink"), look.color("hand"), grey)], np.uint32)
        draw_mapped(painter, first / ratio, 0, columns_of(top, bottom, kind, height), table, ratio)

    def _paint_samples(self, painter: QPainter, left: float, right: float, *, fine: bool) -> None:
        board, peaks = self.board, self.peaks
        output = board.workspace.output
        i0 = max(int(board.second_at(left - 2) * output.sample_rate), 0)
        i1 = min(int(board.second_at(right + 2) * output.sample_rate) + 2, len(peaks.samples))
        x = board.xs_of(output.grid.frames_at(np.arange(i0, i1) / output.hop))
        y = self.height() / 2 * (1 - peaks.samples[i0:i1].astype(np.float64) * self.gain)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
        painter.setPen(QPen(board.look.color("ink"), 1.25))
        painter.drawPolyline(polygon(x, y))

    def _paint_words(self, painter: QPainter, rect: QRectF) -> None:
        board, look, height = self.board, self.board.look, self.height()
        fresh = board.workspace.output.fresh
        if fresh is not None and not board.workspace.output.is_stale_in(fresh.start, fresh.stop):
            text = self.tr("new sound, {0} ms").format(f"{fresh.latency_ms:.0f}")
            # The part in view counts: a stretch that begins left of it keeps its words whole.
            x0, x1 = max(board.x_of(fresh.start), -2.0), board.x_of(fresh.stop)
            x = x0 + 6 if x1 - x0 > text_width(font("caption_medium"), text) + 10 else x1 + 6
            overlay.paint_label(painter, x, height - 13, text, look.color("hand"))
        for x0, x1 in self._stale_in_view():
            if x0 > rect.right() or x1 < rect.left():
                continue
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            if self._fraction is not None:
                painter.fillRect(QRectF(x0, height - _PROGRESS_PX, x1 - x0, _PROGRESS_PX), look.color("line2"))
                share = (x1 - x0) * min(max(self._fraction, 0.0), 1.0)
                painter.fillRect(QRectF(x0, height - _PROGRESS_PX, share, _PROGRESS_PX), look.color("handfill"))
            text = self.tr("stale, silent until rendered")
            if x0 + _STALE_WORDS_PX > rect.left():
                overlay.paint_label(painter, x0 + 8, height - 13, text, look.color("t2"), room=x1 - x0 - 10)

    def _stale_in_view(self) -> list[tuple[float, float]]:
        """Return where stale stretches lie in view, those with room for words; found once for a view."""
        board = self.board
        ranges, view = board.stale_ranges(), (board.view.start_s, board.view.seconds_per_px, self.width())
        if self._placed[0] is not ranges or self._placed[1] != view:
            edges = [(max(board.x_of(a), 0.0), min(board.x_of(b), float(self.width()))) for a, b in ranges]
            self._placed = ranges, view, [(x0, x1) for x0, x1 in edges if x1 - x0 >= _LEAST_WORDS_PX]
        return self._placed[2]

    def values_at(self, at: QPointF) -> str:
        output, frame = self.board.workspace.output, int(self.board.frame_at(at.x()))
        text = time_text(self.board.second_at(at.x()))
        if not 0 <= frame < output.grid.n_frames:
            return text
        block = output.grid.block_at(frame)
        if output.is_stale(block, block + 1):
            return f"{text} · {self.tr('stale, silent')}"
        part = output.samples[block * output.hop : (block + 1) * output.hop]
        rms = float(np.sqrt(np.mean(np.square(part)))) if len(part) else 0.0
        return f"{text} · {number(20 * np.log10(max(rms, 1e-5)))}\u2009dB"

    def cursor_at(self, tool: str, at: QPointF) -> Qt.CursorShape:
        return Qt.CursorShape.ArrowCursor
