"""Picture of a sketch as PNG: its layers stacked over one time axis, in the colours of the studio.

Drawn with numpy alone, so that the command line needs neither a window nor a font; therefore no words in it.
Grey is the machine, amber the hand, dashed teal a recording, white is locked (design/README.md, sections 1 and 4).
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intermezzo.core.false_colour import false_colour
from intermezzo.core.layers import Curve, Grid, Layer, Mark, Matrix, Notes, Slots, Spans
from intermezzo.core.sketch import Sketch
from intermezzo.storage.atomic import write_atomically

__all__ = ["draw_sketch", "encode_png", "save_picture"]

Pixels = NDArray[np.float32]  # (height, width, 3), 0 to 1, sRGB

_CANVAS, _PANEL, _LINE = "#121417", "#17191D", "#272A30"
_PREDICTED, _ANALYSED, _HAND, _LOCKED = "#8F9DB5", "#5CC3B3", "#FFB454", "#F4F5F7"
_SPAN, _SPAN_SILENT = "#5D6E8C", "#202328"
# The matrix map of the dark theme, (position, colour).
_MAP = (
    (0.0, "#101216"), (0.18, "#172036"), (0.38, "#22406B"), (0.58, "#33719A"), (0.76, "#69ABB8"), (0.9, "#BFDCD0"),
    (1.0, "#F6F4E4"),
)  # fmt: skip
_HEIGHTS = {"curve": 120, "matrix": 160, "spans": 28, "slots": 24, "grid": 640}
_MARGIN, _GAP, _SUPER = 12, 8, 2
_WASH = 0.16


def save_picture(sketch: Sketch, path: Path, *, width: int = 1440) -> None:
    """Write the picture of a sketch, whole or not at all.

    Raises:
        FileError: if it cannot be written.
    """
    write_atomically(path, encode_png(draw_sketch(sketch, width=width)))


def draw_sketch(sketch: Sketch, *, width: int = 1440) -> NDArray[np.uint8]:
    """Return the picture, uint8 (height, width, 3); its height follows from the layers."""
    layers = [sketch.layers[spec.name] for spec in sketch.type.layers]
    lanes = [(layer, layer.spec.height or _HEIGHTS.get(layer.kind, 60)) for layer in layers]
    inner = (width - 2 * _MARGIN) * _SUPER
    height = 2 * _MARGIN + sum(h for _, h in lanes) + _GAP * (len(lanes) - 1)
    whole = np.empty((height * _SUPER, width * _SUPER, 3), np.float32)
    whole[:] = _rgb(_PANEL)
    y = _MARGIN * _SUPER
    for layer, h in lanes:
        lane = whole[y : y + h * _SUPER, _MARGIN * _SUPER : _MARGIN * _SUPER + inner]
        lane[:] = _rgb(_CANVAS)
        _draw(layer, lane, max(sketch.n_frames, 1))
        y += (h + _GAP) * _SUPER
    small = whole.reshape(height, _SUPER, width, _SUPER, 3).mean(axis=(1, 3))
    picture: NDArray[np.uint8] = np.rint(small * 255).astype(np.uint8)
    return picture


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Return uint8 pixels (height, width, 3) as a PNG file (ISO/IEC 15948)."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + width * 3), np.uint8)  # each row begins with its filter, 0: none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _draw(layer: Layer, lane: Pixels, n_frames: int) -> None:
    if isinstance(layer, Curve):
        _draw_curve(layer, lane, n_frames)
    elif isinstance(layer, Matrix):
        _draw_matrix(layer, lane, n_frames)
    elif isinstance(layer, Spans):
        for k in range(layer.count):
            edges = (int(layer.starts[k]), int(layer.stops[k]), n_frames)
            _draw_box(lane, *edges, int(layer.origin[k]), silent=layer.labels[k] in ("·", ""))
    elif isinstance(layer, Notes):
        _draw_notes(layer, lane, n_frames)
    elif isinstance(layer, Grid):
        _draw_grid(layer, lane)
    elif isinstance(layer, Slots):
        for k in range(len(layer)):
            _draw_box(lane, k, k + 1, max(len(layer), 1), int(layer.origin[k]), silent=not layer.texts[k])


def _draw_notes(notes: Notes, lane: Pixels, n_frames: int) -> None:
    if not notes.count:
        return
    low, high = int(notes.pitches.min()) - 2, int(notes.pitches.max()) + 2
    edges = np.linspace(lane.shape[0], 0, high - low + 2).round().astype(int)
    for (start, stop, pitch, _), mark in zip(notes.values.tolist(), notes.origin.tolist(), strict=True):
        row = lane[edges[pitch - low + 1] : max(edges[pitch - low], edges[pitch - low + 1] + 1)]
        x0, x1 = round(start * lane.shape[1] / n_frames), round(stop * lane.shape[1] / n_frames)
        bar = row[:, x0 : max(x1 - _SUPER // 2, x0 + 1)]
        bar[:] = _rgb(_HAND if mark & Mark.EDITED else _ANALYSED if mark & Mark.ANALYSED else _SPAN)
        if mark & Mark.LOCKED:
            _hatch(bar, np.ones(bar.shape[:2], bool), _LOCKED)


def _draw_box(lane: Pixels, start: int, stop: int, whole: int, mark: int, *, silent: bool) -> None:
    h, w = lane.shape[:2]
    x0, x1 = round(start * w / whole), round(stop * w / whole)
    box = lane[2 * _SUPER : h - 2 * _SUPER, x0 + _SUPER // 2 : max(x1 - _SUPER // 2, x0 + _SUPER // 2 + 1)]
    if mark & Mark.EDITED:
        box[:] = _rgb(_HAND)
    elif mark & Mark.ANALYSED and not silent:
        box[:] = 0.35 * _rgb(_ANALYSED) + 0.65 * _rgb(_CANVAS)
    else:
        box[:] = _rgb(_SPAN_SILENT if silent else _SPAN)
    if mark & Mark.LOCKED:
        _hatch(box, np.ones(box.shape[:2], bool), _LOCKED)


def _draw_curve(curve: Curve, lane: Pixels, n_frames: int) -> None:
    h, w = lane.shape[:2]
    shown, base = curve.spec.to_display(curve.values), curve.spec.to_display(curve.base)
    known = np.concatenate((shown, base))
    known = known[~np.isnan(known)]
    if not len(known):
        return
    # What is there, with some room, but never a whole lane for a ripple.
    low, high = np.percentile(known, (0.5, 99.5))
    least = 12.0 if curve.spec.scale == "log" else 0.1 * (curve.spec.high - curve.spec.low)
    room = max(least - (high - low), 0.25 * (high - low)) / 2
    low, high = low - room, high + room
    for k in range(1, 4):
        lane[round(h * k / 4) :][:_SUPER] = _rgb(_LINE)
    marks = curve.origin

    def line(
        values: NDArray[np.float64], colour: str, thick: float, wanted: NDArray[np.bool_], *, dashed: bool = False
    ) -> None:
        y = (1 - (values - low) / (high - low)) * (h - 1)
        x = (np.arange(n_frames) + 0.5) * w / n_frames
        _draw_line(lane, x, np.where(wanted, y, np.nan), _rgb(colour), thick * _SUPER, dashed=dashed)

    edited, locked = (marks & Mark.EDITED) != 0, (marks & Mark.LOCKED) != 0
    if edited.any():
        line(base, _LINE, 1.25, _grown(edited))
    analysed = (marks & Mark.ANALYSED) != 0
    line(shown, _PREDICTED, 1.25, ~analysed & ~edited & ~locked)
    line(shown, _ANALYSED, 1.25, analysed & ~edited & ~locked, dashed=True)
    line(shown, _HAND, 2.0, _grown(edited & ~locked))
    line(shown, _LOCKED, 2.0, _grown(locked))


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Add the neighbours, so that a single frame and the joint to the next stretch are drawn."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    return grown


def _draw_line(
    lane: Pixels, x: NDArray[np.float64], y: NDArray[np.float64], colour: Pixels, thick: float, *, dashed: bool
) -> None:
    """Draw through points, broken at NaN: each column gets the vertical extent of what crosses it."""
    h, w = lane.shape[:2]
    columns = np.arange(w) + 0.5
    at = np.clip(np.searchsorted(x, columns) - 1, 0, max(len(x) - 2, 0))
    following = np.minimum(at + 1, len(x) - 1)
    share = np.clip((columns - x[at]) / np.maximum(x[following] - x[at], 1e-9), 0, 1)
    centre = y[at] + (y[following] - y[at]) * share
    steep = np.abs(np.gradient(centre)) if w > 1 else np.zeros(w)
    if len(x) > w:  # many points a column: from the lowest to the highest of them
        first = np.searchsorted(x, np.arange(w))
        extents = [y[a:b] for a, b in zip(first, np.append(first[1:], len(x)), strict=True)]
        top = np.array([np.nanmin(e) if len(e) and not np.isnan(e).all() else np.nan for e in extents])
        bottom = np.array([np.nanmax(e) if len(e) and not np.isnan(e).all() else np.nan for e in extents])
    else:
        half = np.nan_to_num(steep) / 2
        top, bottom = centre - half, centre + half
    for column in np.flatnonzero(~np.isnan(top)):
        if dashed and column % (8 * _SUPER) >= 6 * _SUPER:
            continue
        a, b = round(top[column] - thick / 2), round(bottom[column] + thick / 2)
        lane[max(a, 0) : min(max(b, a + 1), h), column] = colour


def _draw_matrix(matrix: Matrix, lane: Pixels, n_frames: int) -> None:
    h, w = lane.shape[:2]
    spec = matrix.spec
    if not len(matrix):
        return
    frames = np.minimum((np.arange(w) * n_frames) // w, n_frames - 1)
    bands = np.minimum(((h - 1 - np.arange(h)) * spec.bands) // h, spec.bands - 1)
    values = matrix.values
    # The scale comes from what lies under the paint, so that a stroke changes the picture where it lies only.
    base = matrix.base.array()
    low, high = (float(np.percentile(base, p)) for p in (2, 99.8)) if base.size else (0.0, 1.0)
    level = np.clip((values - low) / max(high - low, 1e-9), 0, 1)
    stops = np.array([s for s, _ in _MAP])
    colours = np.stack([_rgb(c) for _, c in _MAP])
    for channel in range(3):
        picture = np.interp(level, stops, colours[:, channel]).astype(np.float32)
        lane[..., channel] = picture[frames[None, :], bands[:, None]]
    marks = matrix.marks()
    edited = ((marks & Mark.EDITED) != 0)[frames[None, :], bands[:, None]]
    locked = ((marks & Mark.LOCKED) != 0)[frames[None, :], bands[:, None]]
    lane[edited] = (1 - _WASH) * lane[edited] + _WASH * _rgb(_HAND)
    lane[_outline(edited)] = _rgb(_HAND)
    _hatch(lane, locked, _LOCKED)
    lane[_outline(locked)] = _rgb(_LOCKED)


def _draw_grid(grid: Grid, lane: Pixels) -> None:
    """Draw a grid in false colour: a picture as a square, a sound over time, the frames of a film beside each other."""
    codes, marks = grid.codes, grid.origin.reshape(grid.shape)
    if not codes.size:
        return
    if codes.ndim == 3:
        codes, marks = (np.concatenate(list(part), axis=1) for part in (codes, marks))
    elif grid.spec.axes[0] == "time":
        codes, marks = codes.T, marks.T
    h, w = lane.shape[:2]
    cell = max(min(h // codes.shape[0], w // codes.shape[1]), 1)
    if grid.spec.axes[0] == "time":
        rows, columns = np.arange(h) * codes.shape[0] // h, np.arange(w) * codes.shape[1] // w
    else:
        rows, columns = (np.arange(min(n * cell, size)) // cell for n, size in zip(codes.shape, (h, w), strict=True))
    shown, at = lane[: len(rows), : len(columns)], np.ix_(rows, columns)
    shown[:] = false_colour(codes, grid.spec.steps)[at]
    edited, locked = ((marks & mark) != 0 for mark in (Mark.EDITED, Mark.LOCKED))
    shown[_outline(edited[at])] = _rgb(_HAND)
    _hatch(shown, locked[at], _LOCKED)
    shown[_outline(locked[at])] = _rgb(_LOCKED)


def _outline(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of a mask that touch its outside, three super-sampled pixels thick."""
    inside = mask.copy()
    for _ in range(3):
        core = inside.copy()
        core[1:] &= inside[:-1]
        core[:-1] &= inside[1:]
        core[:, 1:] &= inside[:, :-1]
        core[:, :-1] &= inside[:, 1:]
        inside = core
    return mask & ~inside


def _hatch(lane: Pixels, mask: NDArray[np.bool_], colour: str) -> None:
    rows, columns = np.indices(lane.shape[:2])
    lines = mask & ((rows + columns) % (5 * _SUPER) < 1)
    lane[lines] = 0.5 * lane[lines] + 0.5 * _rgb(colour)


def _rgb(colour: str) -> Pixels:
    return np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)], np.float32)
