"""TimeView: the one zoom and scroll position that ruler, lanes, navigator and output share."""

from PySide6.QtCore import QObject, Signal

__all__ = ["TimeView"]

MIN_SECONDS_PER_PX = 1 / 24_000
_MARGIN_S = 0.05


class TimeView(QObject):
    """Maps seconds to pixels: ``start_s`` is at the left edge, ``width_px`` pixels are shown."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.start_s = 0.0
        self.seconds_per_px = 0.005
        self.duration_s = 0.0
        self.width_px = 800
        self._shows_all = False

    @property
    def stop_s(self) -> float:
        """The time at the right edge."""
        return self.start_s + self.width_px * self.seconds_per_px

    @property
    def shows_all(self) -> bool:
        """Whether the whole was asked for, and nobody has zoomed or scrolled since."""
        return self._shows_all

    def x_of(self, seconds: float) -> float:
        """Return the pixel of a time."""
        return (seconds - self.start_s) / self.seconds_per_px

    def s_of(self, x: float) -> float:
        """Return the time at a pixel."""
        return self.start_s + x * self.seconds_per_px

    def resize(self, width_px: int, duration_s: float | None = None) -> None:
        """Tell how wide the lanes are and how long the document is."""
        is_wider = self.width_px != max(width_px, 1)
        self.width_px = max(width_px, 1)
        self.duration_s = self.duration_s if duration_s is None else duration_s
        if is_wider and self._shows_all:
            # What showed the whole goes on doing so; but not when only the document grows, say under a stretch.
            self.fit()
        else:
            self._settle()

    def zoom_at(self, x: float, factor: float) -> None:
        """Show ``factor`` times as much time per pixel, the time under ``x`` staying where it is."""
        self._shows_all = False
        fixed = self.s_of(x)
        widest = max(self.duration_s + 2 * _MARGIN_S, 0.5) / self.width_px
        self.seconds_per_px = min(max(self.seconds_per_px * factor, MIN_SECONDS_PER_PX), widest)
        self.start_s = fixed - x * self.seconds_per_px
        self._settle()

    def scroll_by(self, px: float) -> None:
        """Move the view to the right by pixels."""
        self._shows_all = False
        self.start_s += px * self.seconds_per_px
        self._settle()

    def show_range(self, start_s: float, stop_s: float) -> None:
        """Fit a stretch of time into the view."""
        self._shows_all = False
        self.seconds_per_px = max((stop_s - start_s) / self.width_px, MIN_SECONDS_PER_PX)
        self.start_s = start_s
        self._settle()

    def fit(self) -> None:
        """Show the whole document."""
        self.show_range(-_MARGIN_S, max(self.duration_s, 0.4) + _MARGIN_S)
        self._shows_all = True

    def follow(self, seconds: float) -> None:
        """Turn the page when a moving playhead reaches 85 % of the view or has left it."""
        if not self.x_of(seconds) <= 0.85 * self.width_px or seconds < self.start_s:
            self.start_s = seconds - 0.1 * self.width_px * self.seconds_per_px
            self._settle()

    def _settle(self) -> None:
        last = self.duration_s + _MARGIN_S - self.width_px * self.seconds_per_px
        self.start_s = max(min(self.start_s, last), -_MARGIN_S)
        self.changed.emit()
