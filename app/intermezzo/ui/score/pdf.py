"""A whole score as PDF: vectors, with letters as text, page by page; without a window and without a screen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QColor, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

from intermezzo.core.errors import FileError
from intermezzo.core.media import Melody
from intermezzo.storage.scores.engraving import engraved_pages
from intermezzo.storage.scores.papers import PAPERS, Paper
from intermezzo.storage.scores.sheet import Sheet, sheet_of
from intermezzo.ui.fonts import load_fonts
from intermezzo.ui.score.sheet_painting import paint_sheet

__all__ = ["pdf_of", "written_pdf"]

_DOTS_PER_INCH = 1200
_UNITS_PER_INCH = 2540.0


def written_pdf(melody: Melody, paper: Paper = PAPERS[0]) -> bytes:
    """Return a tune as the content of a PDF; makes Qt's application where there is none yet.

    Raises:
        Unsound: if the tune cannot be written as notation.
        FileError: if Qt cannot write it.
    """
    if QGuiApplication.instance() is None:
        _application()
    return pdf_of([sheet_of(svg) for svg in engraved_pages(melody, paper)], paper, melody.title)


def pdf_of(sheets: Sequence[Sheet], paper: Paper, title: str) -> bytes:
    """Return pages as a PDF; needs a QGuiApplication for its fonts.

    Raises:
        FileError: if Qt cannot write it.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(title)
    writer.setCreator("Intermezzo")
    size = QPageSize(QSizeF(paper.width_mm, paper.height_mm), QPageSize.Unit.Millimeter, paper.title)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter()
    if not painter.begin(writer):
        raise FileError("The PDF cannot be made on this machine. Export the score as SVG instead.")
    for number, sheet in enumerate(sheets):
        if number:
            writer.newPage()
        painter.resetTransform()
        painter.scale(_DOTS_PER_INCH / _UNITS_PER_INCH, _DOTS_PER_INCH / _UNITS_PER_INCH)
        paint_sheet(painter, sheet, QColor("black"), {}, as_text=True)
    painter.end()
    return bytes(buffer.data().data())


@cache
def _application() -> QGuiApplication:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QGuiApplication(["intermezzo"])
    load_fonts()
    return application
