"""Dresses a Markdown document in the theme: type scale, line height, code, tables, links and anchors of headings."""

from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontDatabase,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrame,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)  # fmt: skip

from intermezzo.ui import fonts
from intermezzo.ui.help.pages import slug
from intermezzo.ui.look import Look

__all__ = ["dressed"]

_HEADINGS: Final = {1: (22, 0, 10), 2: (15, 26, 6), 3: (13, 18, 4)}  # pixels, space above and below
_PROPORTIONAL: Final = int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
_LINE_HEIGHT: Final = 140
_PAGE_TOP: Final = 26
_PAGE_BOTTOM: Final = 48


def dressed(markdown: str, look: Look) -> QTextDocument:
    """Return a document of the text in the colours of the current theme."""
    document = QTextDocument()
    document.setDefaultFont(fonts.font("source"))
    document.setDocumentMargin(0)
    document.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    block = document.begin()
    while block.isValid():
        _dress_block(block, look)
        block = block.next()
    _dress_tables(document.rootFrame(), look)
    page = document.rootFrame().frameFormat()
    page.setTopMargin(_PAGE_TOP)
    page.setBottomMargin(_PAGE_BOTTOM)
    document.rootFrame().setFrameFormat(page)
    return document


def _dress_block(block: QTextBlock, look: Look) -> None:
    cursor = QTextCursor(block)
    form = block.blockFormat()
    level = form.headingLevel()
    code = form.hasProperty(QTextFormat.Property.BlockCodeFence)
    in_table = cursor.currentTable() is not None
    if level:
        pixels, above, below = _HEADINGS.get(level, _HEADINGS[3])
        form.setTopMargin(above if block.blockNumber() else 0)
        form.setBottomMargin(below)
        cursor.setBlockFormat(form)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(_heading_format(block.text(), pixels, look))
        return
    if code:
        _dress_code(cursor, block, form, look)
        return
    form.setLineHeight(_LINE_HEIGHT, _PROPORTIONAL)
    form.setTopMargin(0)
    form.setBottomMargin(0 if in_table else 3 if block.textList() is not None else 9)
    cursor.setBlockFormat(form)
    _dress_runs(block, look)


def _heading_format(text: str, pixels: int, look: Look) -> QTextCharFormat:
    """Return a format of its own: merged into Qt's, whose size is a step above the default, pixels would be lost."""
    form = QTextCharFormat()
    font = QFont(fonts.font("card"))
    font.setPixelSize(pixels)
    form.setFont(font)
    form.setForeground(QBrush(look.color("t1")))
    form.setAnchor(True)
    form.setAnchorNames([slug(text)])
    return form


def _dress_code(cursor: QTextCursor, block: QTextBlock, form: QTextBlockFormat, look: Look) -> None:
    def is_code(other: QTextBlock) -> bool:
        return other.isValid() and other.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)

    form.setBackground(QBrush(look.color("alt")))
    form.setLeftMargin(0)
    form.setTopMargin(4 if not is_code(block.previous()) else 0)
    form.setBottomMargin(12 if not is_code(block.next()) else 0)
    form.setTextIndent(12)
    form.setLineHeight(135, _PROPORTIONAL)
    cursor.setBlockFormat(form)
    text = QTextCharFormat()
    text.setFont(_mono(12))
    text.setForeground(QBrush(look.color("t1")))
    _over(block, text)


def _dress_runs(block: QTextBlock, look: Look) -> None:
    """Colour plain text, words in code type and links, run by run."""
    runs: list[tuple[int, int, QTextCharFormat]] = []
    walk = block.begin()
    while not walk.atEnd():
        fragment = walk.fragment()
        form = fragment.charFormat()
        new = QTextCharFormat()
        if form.isAnchor():
            new.setForeground(QBrush(look.color("sel")))
            new.setFontUnderline(False)
        elif form.fontFixedPitch():
            new.setFont(_mono(12))
            new.setForeground(QBrush(look.color("t1")))
            new.setBackground(QBrush(look.color("raise")))
        else:
            strong = form.fontWeight() >= QFont.Weight.DemiBold
            if strong:
                new.setFontWeight(QFont.Weight.DemiBold)
            new.setForeground(QBrush(look.color("t1" if strong else "t2")))
        runs.append((fragment.position(), fragment.length(), new))
        walk += 1
    for start, length, new in runs:
        cursor = QTextCursor(block.document())
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(new)


def _over(block: QTextBlock, form: QTextCharFormat) -> None:
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(form)


def _dress_tables(frame: QTextFrame, look: Look) -> None:
    for child in frame.childFrames():
        if isinstance(child, QTextTable):
            form = child.format()
            form.setBorder(1)
            form.setBorderBrush(QBrush(look.color("line")))
            form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            form.setBorderCollapse(True)
            form.setCellPadding(7)
            form.setCellSpacing(0)
            form.setTopMargin(4)
            form.setBottomMargin(14)
            form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            child.setFormat(form)
            for column in range(child.columns()):
                cell = child.cellAt(0, column)
                head = QTextCharFormat()
                head.setBackground(QBrush(look.color("raise")))
                merged = cell.format()
                merged.merge(head)
                cell.setFormat(merged)
                cursor = cell.firstCursorPosition()
                cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
                words = QTextCharFormat()
                words.setFontWeight(QFont.Weight.DemiBold)
                words.setForeground(QBrush(look.color("t1")))
                cursor.mergeCharFormat(words)
        _dress_tables(child, look)


def _mono(pixels: int) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(pixels)
    return font


def is_outside(url: QUrl) -> bool:
    """Tell whether a link leads out of the help pages."""
    return url.scheme() in ("http", "https", "mailto")
