"""Sheets as SVG that looks alike everywhere: music glyphs are outlines, letters have the widths they were set with.

Verovio's own SVG carries its music font as a web font, which only browsers use: elsewhere flats and metronome marks
are empty boxes, and syllables run into each other where Times is missing.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from intermezzo.storage.scores.score_fonts import text_width
from intermezzo.storage.scores.sheet import Outline, Run, Sheet, Words
from intermezzo.storage.scores.svg_path import Path

__all__ = ["svg_of"]

_UNITS_PER_MM: Final = 100.0
_FONTS: Final = "Times New Roman, Liberation Serif, Tinos, Nimbus Roman, Times, serif"


def svg_of(sheets: Sequence[Sheet], title: str = "") -> bytes:
    """Return pages as one SVG in UTF-8, below each other; each sign of a note has its id as ``data-note``."""
    width, height = max(sheet.width for sheet in sheets), sum(sheet.height for sheet in sheets)
    glyphs = {name: path for sheet in sheets for name, path in sheet.glyphs.items()}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width / _UNITS_PER_MM)}mm" '
        f'height="{_n(height / _UNITS_PER_MM)}mm" viewBox="0 0 {_n(width)} {_n(height)}" font-family="{_FONTS}">',
        *([f"<title>{escape(title)}</title>"] if title else []),
        "<defs>", *(f'<path id="{name}" d="{_d(path)}"/>' for name, path in sorted(glyphs.items())), "</defs>",
    ]  # fmt: skip
    top = 0.0
    for sheet in sheets:
        lines.append(f'<g class="page" transform="translate(0 {_n(top)})">')
        lines += map(_outline, sheet.outlines)
        lines += (piece for words in sheet.words for piece in _words(sheet, words))
        lines.append("</g>")
        top += sheet.height
    return "\n".join([*lines, "</svg>", ""]).encode()


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _d(path: Path) -> str:
    steps, numbers = path
    parts: list[str] = []
    at = 0
    for step in steps:
        count = {"C": 6, "Z": 0}.get(step, 2)
        parts.append(step + " ".join(map(_n, numbers[at : at + count])))
        at += count
    return "".join(parts)


def _marked(kind: str, note: str) -> str:
    return (f" class={quoteattr(kind)}" if kind else "") + (f" data-note={quoteattr(note)}" if note else "")


def _outline(outline: Outline) -> str:
    (x, y), (sx, sy) = outline.at, outline.scale
    moved = f"translate({_n(x)} {_n(y)})" if (x, y) != (0, 0) else ""
    scaled = f"scale({sx:g} {sy:g})" if (sx, sy) != (1, 1) else ""
    transform = f' transform="{" ".join(filter(None, (moved, scaled)))}"' if moved or scaled else ""
    marks = _marked(outline.kind, outline.note)
    if outline.glyph:
        return f'<use href="#{outline.glyph}"{transform}{marks}/>'
    fill = "" if outline.is_filled else ' fill="none"'
    stroke = f' stroke="#000" stroke-width="{_n(outline.stroke)}"' if outline.stroke else ""
    return f'<path d="{_d(outline.path)}"{fill}{stroke}{transform}{marks}/>'


def _words(sheet: Sheet, words: Words) -> Iterable[str]:
    widths = [_width(sheet, run) for run in words.runs]
    x = words.x - {"middle": sum(widths) / 2, "end": sum(widths)}.get(words.anchor, 0.0)
    marks = _marked(words.kind, words.note)
    for run, width in zip(words.runs, widths, strict=True):
        if run.is_music:
            at = x
            for name in run.names:
                scale = f"{run.size / 1000:g}"
                yield f'<use href="#{name}" transform="translate({_n(at)} {_n(words.y)}) scale({scale})"{marks}/>'
                at += sheet.advances.get(name, 0.5) * run.size
        elif run.text.strip():
            lead = text_width(run.text[: len(run.text) - len(run.text.lstrip())], run.size)
            text = run.text.strip()
            inner = text_width(text, run.size, is_bold=run.is_bold, is_italic=run.is_italic)
            style = ' font-weight="bold"' * run.is_bold + ' font-style="italic"' * run.is_italic
            fitted = f' textLength="{_n(inner)}" lengthAdjust="spacingAndGlyphs"' if len(text) > 1 else ""
            yield (
                f'<text x="{_n(x + lead)}" y="{_n(words.y)}" font-size="{_n(run.size)}"{style}{fitted}{marks}>'
                f"{escape(text)}</text>"
            )
        x += width


def _width(sheet: Sheet, run: Run) -> float:
    if run.is_music:
        return sum(sheet.advances.get(name, 0.5) for name in run.names) * run.size
    return text_width(run.text, run.size, is_bold=run.is_bold, is_italic=run.is_italic)
