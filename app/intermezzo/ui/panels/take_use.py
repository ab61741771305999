"""How much of a sketch a take makes, in few words and in more: seconds, of a tune its bars."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from intermezzo.core.project import Stage
from intermezzo.core.takes import seconds_used
from intermezzo.ui.timeline.beats import stretch_text

__all__ = ["use_of_take"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("TakesPanel", text)


def use_of_take(stage: Stage, number: int) -> tuple[str, str]:
    """Return what stands beside a take ("bars 5\u20136", "1.60 s"; "" for nothing) and what is read out."""
    sketch = stage.sketch
    parts = [part for part in stage.comp if part.take == number]
    if sketch is None or not parts:
        return "", _tr("not used")
    if sketch.bars is None:
        used_s = seconds_used(stage, number)
        return f"{used_s:.2f}\u2009s", _tr("{0:.2f} s used").format(used_s)
    ends = [(sketch.bars.place(p.start).bar, sketch.bars.place(max(p.stop - 1, p.start)).bar) for p in parts]
    told = ", ".join(stretch_text(sketch, part.start, part.stop) for part in parts)
    if len(ends) > 1:
        bars = {bar for first, last in ends for bar in range(first, last + 1)}
        short = _tr("{0} bars").format(len(bars)) if len(bars) > 1 else _tr("bar {0}").format(min(bars))
    else:
        first, last = ends[0]
        short = _tr("bars {0}\u2013{1}").format(first, last) if last > first else _tr("bar {0}").format(first)
    return short, _tr("{0} used").format(told)
