"""What can be dropped on the window, and who takes it: labels go onto the sketch, all else to the document."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from intermezzo.ui.document import Document
from intermezzo.ui.label_files import LabelFiles

__all__ = ["is_droppable", "take_drop"]


def is_droppable(mime: QMimeData) -> bool:
    """Tell whether there is a file or a text in it."""
    return any(url.isLocalFile() for url in mime.urls()) or mime.hasText()


def take_drop(mime: QMimeData, document: Document, labels: LabelFiles) -> bool:
    """Take what was dropped; False if nobody wants it."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if paths:
        if not labels.take(paths):
            document.take_files(paths)
        return True
    if mime.hasText():
        document.take_text(mime.text())
        return True
    return False
