"""Scores as PDF: real pages of the right size, made of vectors and letters."""

import re
import zlib

import pytest
from drawn_tune import tune_sketch

from intermezzo.core.edits.tune import to_melody
from intermezzo.storage.scores.engraving import engraved_pages
from intermezzo.storage.scores.papers import PAPERS, Paper
from intermezzo.storage.scores.sheet import sheet_of
from intermezzo.ui.look import Look
from intermezzo.ui.score.pdf import pdf_of


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_a_score_is_a_pdf_of_vector_pages(look: Look, paper: Paper) -> None:
    melody = to_melody(tune_sketch(repeat=20), title="River song")
    sheets = [sheet_of(svg) for svg in engraved_pages(melody, paper)]
    content = pdf_of(sheets, paper, "River song")
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == len(sheets) > 1
    boxes = {tuple(float(n) for n in box.split()) for box in re.findall(rb"/MediaBox \[([^]]*)\]", content)}
    ((left, top, width, height),) = boxes
    assert (left, top) == (0, 0)
    assert (width, height) == pytest.approx((paper.width_mm / 25.4 * 72, paper.height_mm / 25.4 * 72), abs=1)
    assert b"/Subtype /Image" not in content
    assert b"IntermezzoSerif" in content  # letters are text, in a face that the file carries
    strokes = b"".join(_inflated(content))
    assert strokes.count(b" c\n") > 50 * melody.count / 10


def _inflated(content: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return found
