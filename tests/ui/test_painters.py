"""A fault while painting is a fault and no crash: every painter ends however its block is left.

A painter that lives on in the traceback of a fault is ended after its device, and Qt crashes (measured with 6.11).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

import intermezzo.ui
from intermezzo.ui.timeline.kept_picture import KeptPicture

UI = Path(intermezzo.ui.__file__).parent
ON_THEIR_OWN = {"widgets/painted.py", "score/pdf.py"}  # hands it to who opens it; asks whether it could begin


def makes_painter(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "begin" and not node.args:
        return isinstance(node.func.value, ast.Name) and node.func.value.id == "self"
    return isinstance(node.func, ast.Name) and node.func.id == "QPainter"


def left_open(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    closed = {id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items}
    is_ours = "QPainter" in path.read_text(encoding="utf-8") or "PaintedButton" in path.read_text(encoding="utf-8")
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree)
        if is_ours and isinstance(node, ast.expr) and makes_painter(node) and id(node) not in closed
    ]


def test_every_painter_of_the_studio_is_closed_by_its_block() -> None:
    paths = [path for path in UI.rglob("*.py") if path.relative_to(UI).as_posix() not in ON_THEIR_OWN]
    assert len(paths) > 200
    assert [place for path in paths for place in left_open(path)] == []


def test_a_picture_that_could_not_be_painted_can_be_painted_later(qapp: QApplication) -> None:
    is_broken, size = True, QSize(20, 10)

    def paint(painter: QPainter, rect: QRectF) -> None:
        if is_broken:
            raise ValueError("no such pitch")
        painter.fillRect(rect, QColor("red"))

    kept, screen = KeptPicture(paint), QImage(size, QImage.Format.Format_RGB32)
    with pytest.raises(ValueError, match="no such pitch"), QPainter(screen) as painter:
        kept.show(painter, QRect(0, 0, 20, 10), size)
    is_broken = False
    kept.spoil(QRect(0, 0, 20, 10))
    with QPainter(screen) as painter:
        kept.show(painter, QRect(0, 0, 20, 10), size)
    assert screen.pixelColor(10, 5) == QColor("red")
