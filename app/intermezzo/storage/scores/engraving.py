"""Engraving: a tune as pages or a line of staff notation in SVG, by Verovio (LGPL-3, loaded when first needed).

Verovio takes our own MusicXML and keeps the ids of its notes, so that every sign can be found again. Compared with an
engraver of our own over a music font it brings spacing, beams, ties, lyrics with hyphens and extenders, and every
accidental that a tune of any key needs; it costs 10 ms and 10 MB to load (measured) and is one wheel without others.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from intermezzo.core.media import Melody
from intermezzo.storage.documents import Unsound
from intermezzo.storage.scores.musicxml_write import Signs, written_musicxml
from intermezzo.storage.scores.papers import PAPERS, Paper
from intermezzo.storage.scores.score_fonts import MUSIC_FONT
from intermezzo.storage.scores.sheet import sheet_of
from intermezzo.storage.scores.sheet_svg import svg_of

if TYPE_CHECKING:
    import verovio

__all__ = ["engraved_line", "engraved_pages", "written_svg"]

_MARGIN_MM: Final = 15
_COMMON: Final = {
    "font": MUSIC_FONT, "svgFormatRaw": True, "svgViewBox": True, "xmlIdSeed": 1, "scale": 100, "footer": "none",
}  # fmt: skip


_LINE: Final = {
    **_COMMON, "pageWidth": 100, "pageHeight": 60000, "pageMarginLeft": 0, "pageMarginRight": 0, "pageMarginTop": 0,
    "pageMarginBottom": 0, "breaks": "none", "header": "none", "adjustPageHeight": True, "minLastJustification": 0.0,
    "smuflTextFont": "none", "spacingLinear": 0.2, "spacingNonLinear": 0.55, "defaultBottomMargin": 0.5,
}  # fmt: skip


def engraved_pages(melody: Melody, paper: Paper = PAPERS[0]) -> list[str]:
    """Return a whole tune as pages of SVG, with its title over the first and numbers under the others.

    Raises:
        Unsound: if the tune cannot be written as notation.
    """
    toolkit = _toolkit()
    toolkit.setOptions({
        **_COMMON, "pageWidth": round(paper.width_mm * 10), "pageHeight": round(paper.height_mm * 10),
        "pageMarginLeft": _MARGIN_MM * 10, "pageMarginRight": _MARGIN_MM * 10, "pageMarginTop": _MARGIN_MM * 10,
        "pageMarginBottom": _MARGIN_MM * 10, "breaks": "auto", "header": "auto",
        "adjustPageHeight": False, "minLastJustification": 0.6, "spacingSystem": 10, "smuflTextFont": "none",
        "spacingLinear": 0.25, "spacingNonLinear": 0.6, "defaultBottomMargin": 1.0,
    })  # fmt: skip
    _load(toolkit, written_musicxml(melody, Signs(ids=True, part_name=False, hidden=False)))
    return [toolkit.renderToSVG(page + 1) for page in range(toolkit.getPageCount())]


def written_svg(melody: Melody, paper: Paper = PAPERS[0]) -> bytes:
    """Return a whole tune as one SVG with its pages below each other; see `svg_of`.

    Raises:
        Unsound: if the tune cannot be written as notation.
    """
    return svg_of([sheet_of(page) for page in engraved_pages(melody, paper)], melody.title)


def engraved_line(melody: Melody, width: int, *, is_end: bool) -> str:
    """Return a few bars as one line of SVG, justified to a width; chord symbols stand over it, no tempo and no title.

    Args:
        melody: the bars alone, see `excerpt_of`.
        width: in Verovio's pixels, of which 18 lie between two staff lines; what does not fit in it is wider.
        is_end: whether the piece ends here with a double bar.

    Raises:
        Unsound: if the bars cannot be written as notation.
    """
    toolkit = _toolkit()
    content = written_musicxml(melody, Signs(ids=True, tempi=False, part_name=False, hidden=False, end=is_end))
    # Verovio justifies only where it may break lines too; what it breaks here is engraved again as wide as it must be.
    toolkit.setOptions({**_LINE, "breaks": "auto", "pageWidth": max(width, 100)})
    _load(toolkit, content)
    justified = toolkit.renderToSVG(1)
    if justified.count('class="system"') == 1:
        return justified
    toolkit.setOptions(_LINE)
    _load(toolkit, content)
    return toolkit.renderToSVG(1)


@cache
def _toolkit() -> verovio.toolkit:
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    return verovio.toolkit()


def _load(toolkit: Any, content: bytes) -> None:
    if not toolkit.loadData(content.decode()):
        raise Unsound("the tune cannot be engraved. Export it as MusicXML and open it in a notation program.")
