"""Polygons from numpy columns without a Python loop, and the reduction of long curves to what pixels can show."""

from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPolygonF
from shiboken6 import VoidPtr

__all__ = ["COLUMN_PX", "column_starts", "polygon", "strip_after_scroll", "zigzag"]

COLUMN_PX = 2.0


def polygon(x: NDArray[Any], y: NDArray[Any]) -> QPolygonF:
    """Return the polygon through (x, y), both (points,).

    The points are written straight into Qt's memory (1,600 points: 0.02 ms; through a list of QPointF: 4.7 ms).
    Where a binding hands out no memory, the slow way is taken.
    """
    result = QPolygonF()
    n = len(x)
    if n == 0:
        return result
    result.resize(n)
    try:
        data: Any = VoidPtr  # Any: the stubs know neither this use nor the buffer behind it
        memory = np.frombuffer(data(result.data(), n * 16, True), np.float64).reshape(n, 2)
    except (TypeError, ValueError, AttributeError):
        return QPolygonF([QPointF(a, b) for a, b in zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True)])
    memory[:, 0] = x
    memory[:, 1] = y
    return result


def column_starts(x0: float, step: float, n: int, along: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return (left edges, first points) of the 2-px columns that ``n`` points fall into, at x0, x0 + step, ...

    The columns are those of the document, of which ``along`` pixels lie left of the view: scrolled or painted in parts,
    a curve falls into the same ones. Every column holds at least one point, so the starts fit `ufunc.reduceat`; meant
    for steps under half a column.
    """
    lowest, highest = np.floor((x0 + along) / COLUMN_PX), np.floor((x0 + step * (n - 1) + along) / COLUMN_PX)
    edges = np.arange(lowest, highest + 1) * COLUMN_PX - along
    first = np.clip(np.ceil((edges - x0) / step), 0, n - 1).astype(np.int64)
    return edges, first


def strip_after_scroll(by: float, size: QSize, along: int) -> QRect:
    """Return what is painted anew of zigzags that were moved to the right by pixels: the strip that comes into view.

    It ends at a corner of the line: Qt draws thin lines otherwise where they are cut off.
    """
    if by > 0:
        stop = ceil(by) + 2
        return QRect(0, 0, stop + (stop + along + 1) % 2, size.height())
    start = size.width() + floor(by) - 2
    start -= (start + along + 1) % 2
    return QRect(start, 0, size.width() - start, size.height())


def zigzag(
    edges: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], along: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a line that goes through the lowest and highest value of each column; NaN where a column is empty."""
    points = np.empty((len(edges), 2))
    # Falling and rising alternate, so that the line does not zigzag twice in a column.
    flip = (edges + along) % (2 * COLUMN_PX) == 0
    points[:, 0] = np.where(flip, low, high)
    points[:, 1] = np.where(flip, high, low)
    return np.repeat(edges + COLUMN_PX / 2, 2), points.ravel()
