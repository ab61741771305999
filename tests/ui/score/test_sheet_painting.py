"""What is painted is as wide as the engraver takes it to be, and notes lie where they are painted."""

import string

import pytest
from drawn_tune import tune_sketch
from PySide6.QtGui import QColor, QImage, QPainter

from intermezzo.core.edits.tune import to_melody
from intermezzo.storage.scores.engraving import engraved_line
from intermezzo.storage.scores.score_fonts import text_width
from intermezzo.storage.scores.sheet import sheet_of
from intermezzo.ui.look import Look
from intermezzo.ui.score.sheet_painting import advance, note_areas, paint_sheet


@pytest.mark.parametrize("is_bold", [False, True])
def test_the_serif_has_the_widths_that_syllables_are_laid_out_by(look: Look, is_bold: bool) -> None:
    for letter in string.ascii_letters + string.digits + " -,.;:!?'()äöüÄÖÜßéèêçñàù":
        assert advance(letter, is_bold, False) == pytest.approx(text_width(letter, 1.0, is_bold=is_bold), abs=0.004)


def test_a_note_is_painted_in_its_colour_where_its_area_is(look: Look) -> None:
    sheet = sheet_of(engraved_line(to_melody(tune_sketch()), 1500, is_end=True))
    scale = 0.1
    image = QImage(round(sheet.width * scale), round(sheet.height * scale), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_sheet(painter, sheet, QColor("black"), {"n6": QColor("red")}, as_text=False)
    painter.end()
    area = note_areas(sheet)["n6"]
    red = [
        (x / scale, y / scale)
        for x in range(image.width()) for y in range(image.height())
        if image.pixelColor(x, y) == QColor("red")
    ]  # fmt: skip
    assert len(red) > 50
    assert all(area.adjusted(-20, -20, 20, 20).contains(x, y) for x, y in red)
    xs = [x for x, _ in red]
    assert max(xs) - min(xs) > 0.8 * area.width()
