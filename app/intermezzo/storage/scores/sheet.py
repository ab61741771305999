"""Sheet: one engraved page or line as outlines and words, each with the note that it belongs to.

Verovio writes SVG with nested `svg` elements, which Qt's own renderer refuses, and a note in another colour would mean
to write all of it anew. So its few kinds of elements are read into this: a painter draws it in any colours and finds
notes by their places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from intermezzo.storage.scores.score_fonts import glyph_advance, glyph_outline
from intermezzo.storage.scores.svg_path import Path, path_of, polygon_path, rect_path

__all__ = ["Outline", "Run", "Sheet", "Words", "sheet_of"]

_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_NUMBERS: Final = re.compile(r"-?\d+(?:\.\d+)?")
_BOLD: Final = frozenset({"reh", "tempo", "ending", "fing"})
_ITALIC: Final = frozenset({"dir", "dynam", "mNum"})
_SHAPES: Final = frozenset({"path", "polygon", "polyline", "rect", "ellipse", "use"})
_KAPPA: Final = 0.5522847498
"""How far the controls of a quarter circle lie from its ends."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A path in units of the sheet, or a glyph of `Sheet.glyphs` by its name, placed at ``at`` and scaled.

    ``stroke`` is the width of its line, 0 for none; ``note`` the id of the note that it belongs to, or "".
    """

    path: Path
    is_filled: bool
    stroke: float
    note: str
    kind: str
    glyph: str = ""
    at: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one size; ``is_music`` means code points of SMuFL, whose outlines are among the glyphs."""

    text: str
    size: float
    is_bold: bool = False
    is_italic: bool = False
    is_music: bool = False

    @property
    def names(self) -> list[str]:
        """The names of music glyphs."""
        return [f"{ord(letter):X}" for letter in self.text]


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on the baseline ``y``: ``anchor`` "start", "middle" or "end" says what of it lies at ``x``."""

    runs: tuple[Run, ...]
    x: float
    y: float
    anchor: str
    note: str
    kind: str

    @property
    def text(self) -> str:
        """All letters."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Sheet:
    """``width`` and ``height`` in units (100 a millimetre on paper); ``glyphs`` are outlines by name.

    ``advances`` says how far those in texts move the pen, in their size.
    """

    width: float
    height: float
    outlines: tuple[Outline, ...]
    words: tuple[Words, ...]
    glyphs: dict[str, Path]
    advances: dict[str, float]

    @cached_property
    def staff_middle(self) -> float:
        """The height of the middle line of the (first) staff; half of the sheet where it has none."""
        lines = sorted({o.path[1][1] + o.at[1] for o in self.outlines if o.kind == "staff"})[:5]
        return (lines[0] + lines[-1]) / 2 if lines else self.height / 2


def sheet_of(svg: str) -> Sheet:
    """Read one page that Verovio has engraved."""
    root = ElementTree.fromstring(svg)
    page = next(e for e in root.iter() if _tag(e) == "svg" and "definition-scale" in e.get("class", ""))
    width, height = (float(n) for n in _NUMBERS.findall(page.get("viewBox", ""))[2:4])
    glyphs: dict[str, Path] = {}
    for group in root.iter():
        inner = next(iter(group), None)
        if inner is not None and _tag(inner) == "path" and inner.get("transform") == "scale(1,-1)":
            glyphs[_glyph_name(group.get("id", ""))] = _upright(inner.get("d", ""))
    reader = _Reader(glyphs)
    reader.read(page, _State())
    return Sheet(width, height, tuple(reader.outlines), tuple(reader.words), glyphs, reader.advances)


@dataclass(frozen=True)
class _State:
    dx: float = 0.0
    dy: float = 0.0
    note: str = ""
    kind: str = ""
    is_bold: bool = False
    is_italic: bool = False


class _Reader:
    def __init__(self, glyphs: dict[str, Path]) -> None:
        self.glyphs = glyphs
        self.advances: dict[str, float] = {}
        self.outlines: list[Outline] = []
        self.words: list[Words] = []

    def read(self, parent: Element, state: _State) -> None:
        for element in parent:
            tag = _tag(element)
            if tag == "g":
                kinds = element.get("class", "").split()
                if "placeholder" in kinds or "bounding-box" in kinds:
                    continue
                self.read(element, _inside(element, kinds[0] if kinds else "", state))
            elif tag == "text":
                self._text(element, state)
            elif tag in _SHAPES:
                self._shape(tag, element, state)

    def _shape(self, tag: str, element: Element, state: _State) -> None:
        if tag == "use":
            moved = [float(n) for n in _NUMBERS.findall(element.get("transform", ""))]
            x, y, sx, sy = moved if len(moved) == 4 else (*moved[:2], 1.0, 1.0) if len(moved) == 2 else (0, 0, 1, 1)
            name = _glyph_name(element.get(_XLINK, ""))
            at = (x + state.dx, y + state.dy)
            self.outlines.append(Outline(("", ()), True, 0.0, state.note, state.kind, name, at, (sx, sy)))
            return
        if tag == "path":
            path = path_of(element.get("d", ""))
        elif tag == "rect":
            path = rect_path(*_numbers(element, "x", "y", "width", "height"))
        elif tag == "ellipse":
            path = _ellipse(*_numbers(element, "cx", "cy", "rx", "ry"))
        else:
            path = polygon_path(element.get("points", ""), closed=tag == "polygon")
        is_line = tag == "polyline" or not {"C", "Z"} & set(path[0])
        is_filled = not is_line and element.get("fill") != "none" and element.get("fill-opacity") != "0"
        stroke = float(element.get("stroke-width", 0 if is_filled else 13))
        self.outlines.append(
            Outline(path, is_filled, stroke, state.note, state.kind, "", (state.dx, state.dy), (1.0, 1.0))
        )

    def _text(self, element: Element, state: _State) -> None:
        """Read a text; a `tspan` with a place of its own begins a line of its own."""
        line = _Line(element, state)
        self._runs(element, element.get("font-size", ""), "", state, line)
        self._end(line)

    def _runs(self, element: Element, size: str, family: str, state: _State, line: _Line) -> None:
        for part in element:
            if _tag(part) != "tspan":
                continue
            if part.get("x") is not None and part.get("y") is not None:
                self._end(line)
                line.begin(part)
            here = replace(
                state, is_bold=state.is_bold or part.get("font-weight") == "bold",
                is_italic=(state.is_italic or part.get("font-style") == "italic")
                and part.get("font-style") != "normal",
            )  # fmt: skip
            its_size, its_family = part.get("font-size", size), part.get("font-family", family)
            text = part.text or ""
            if text.strip("\n") and (text.strip() or len(part) == 0):
                is_music = all("\ue000" <= letter <= "\uf8ff" for letter in text)
                run = Run(text, _pixels(its_size), here.is_bold, here.is_italic, is_music)
                line.runs.append(run)
                if is_music:
                    self._know(run, its_family)
            self._runs(part, its_size, its_family, here, line)

    def _know(self, run: Run, family: str) -> None:
        for name in run.names:
            self.advances[name] = glyph_advance(name, family)
            if name not in self.glyphs and (outline := glyph_outline(name, family)):
                self.glyphs[name] = _upright(outline)

    def _end(self, line: _Line) -> None:
        if any(run.text.strip() for run in line.runs):
            self.words.append(line.words())
        line.runs = []


class _Line:
    def __init__(self, element: Element, state: _State) -> None:
        self.runs: list[Run] = []
        self.state = state
        self.x = self.y = 0.0
        self.anchor = "start"
        self.begin(element)

    def begin(self, element: Element) -> None:
        """Go on at the place that an element names."""
        self.x, self.y = float(element.get("x", self.x)), float(element.get("y", self.y))
        self.anchor = element.get("text-anchor", self.anchor)

    def words(self) -> Words:
        s = self.state
        return Words(tuple(self.runs), self.x + s.dx, self.y + s.dy, self.anchor, s.note, s.kind)


def _inside(element: Element, kind: str, state: _State) -> _State:
    moved = element.get("transform", "")
    dx, dy = (float(n) for n in _NUMBERS.findall(moved)[:2]) if moved.startswith("translate") else (0.0, 0.0)
    return replace(
        state, dx=state.dx + dx, dy=state.dy + dy, kind=kind or state.kind,
        note=element.get("id", "") if kind == "note" else state.note,
        is_bold=state.is_bold or kind in _BOLD, is_italic=state.is_italic or kind in _ITALIC,
    )  # fmt: skip


def _numbers(element: Element, *names: str) -> list[float]:
    return [float(element.get(name, 0)) for name in names]


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _glyph_name(text: str) -> str:
    return text.lstrip("#").partition("-")[0]


def _pixels(size: str) -> float:
    return float(size.removesuffix("px") or 0)


@lru_cache(maxsize=512)
def _upright(outline: str) -> Path:
    """Return a glyph's path with y downwards; fonts have it upwards."""
    steps, numbers = path_of(outline)
    return steps, tuple(-value if k % 2 else value for k, value in enumerate(numbers))


def _ellipse(x: float, y: float, rx: float, ry: float) -> Path:
    kx, ky = rx * _KAPPA, ry * _KAPPA
    return "MCCCCZ", (
        x + rx, y, x + rx, y + ky, x + kx, y + ry, x, y + ry, x - kx, y + ry, x - rx, y + ky, x - rx, y,
        x - rx, y - ky, x - kx, y - ry, x, y - ry, x + kx, y - ry, x + rx, y - ky, x + rx, y,
    )  # fmt: skip
