"""Where syllables over notes are written: never one over another, and beside the next notes where there is room."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from intermezzo.core.layers import Notes
from intermezzo.core.sketches.melody import MELODY
from intermezzo.ui.fonts import font
from intermezzo.ui.text import text_width
from intermezzo.ui.timeline.syllable_layout import SyllableLayout

pytestmark = pytest.mark.usefixtures("qapp")
_ROW_PX = 10.0


def laid(rows: list[tuple[int, int, int, str]]) -> tuple[Notes, list[QRectF], SyllableLayout]:
    """Lay notes out, (left, width, row, syllable) in pixels, one tick a pixel."""
    values = [(left, left + width, 60 + row, 80) for left, width, row, _ in rows]
    spec = MELODY.spec("notes")
    notes = Notes.machine(spec, MELODY.hop_s, 100_000, np.array(values), tuple(text for *_, text in rows))
    boxes = [
        QRectF(a + aside, -_ROW_PX * pitch + 1, b - a - 2 * aside, _ROW_PX - 2)
        for a, b, pitch, _ in notes.values.tolist() for aside in (b - a > 4,)
    ]  # fmt: skip
    layout = SyllableLayout()
    layout.find(notes, (0, 100_000), 1.0, _ROW_PX)
    return notes, boxes, layout


def placed(notes: Notes, boxes: list[QRectF], layout: SyllableLayout) -> list[QRectF]:
    face = font("value")
    return [
        QRectF(box.left(), layout.top(k, box), text_width(face, notes.lyrics[k]), 11)
        for k, box in enumerate(boxes) if layout.level(k) in ("over", "under")
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(3, 30), st.integers(0, 8), st.sampled_from(["a", "lamps", "stories", "_", ""])),
                min_size=1, max_size=40))  # fmt: skip
def test_no_syllable_is_written_over_another(steps: list[tuple[int, int, str]]) -> None:
    at, rows = 0, []
    for width, row, text in steps:
        rows.append((at, width, row, text))
        at += width
    areas = placed(*laid(rows))
    assert not any(a.intersects(b) for k, a in enumerate(areas) for b in areas[k + 1 :])


def test_a_syllable_keeps_off_the_next_notes_where_it_can() -> None:
    _, _, layout = laid([(0, 8, 0, "lamps"), (9, 8, 1, ""), (18, 8, 1, "")])  # the next ones lie where it would be
    assert layout.level(0) == "under"
    assert laid([(0, 8, 0, "lamps"), (9, 8, -2, "")])[2].level(0) == "over"
    assert laid([(0, 60, 0, "lamps")])[2].level(0) == "on"


def test_where_all_are_too_dense_some_are_left_out() -> None:
    notes, _, layout = laid([(4 * k, 4, 0, "stories") for k in range(12)])
    shown = [k for k in range(notes.count) if layout.level(k)]
    assert shown[:2] == [0, 1] and 2 <= len(shown) < 8


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.2, 3.0), st.integers(0, 3000))
def test_a_syllable_stands_where_it_stands_whatever_part_of_the_document_is_looked_at(
    seed: int, px_per_frame: float, start: int
) -> None:
    chance = np.random.default_rng(seed)
    words = ["a", "lamps", "stories", "_", ""]
    rows, at = [], 0
    for _ in range(200):
        width = int(chance.integers(4, 30))
        rows.append((at, width, int(chance.integers(0, 8)), words[chance.integers(0, 5)]))
        at += width
    notes, _, _ = laid(rows)
    whole, part = SyllableLayout(), SyllableLayout()
    whole.find(notes, (0, 100_000), px_per_frame, _ROW_PX)
    part.find(notes, (start, start + 200), px_per_frame, _ROW_PX)
    assert part.by_id().items() <= whole.by_id().items()
    shown = notes.sounding(start, start + 200).tolist()
    assert [part.level(k) for k in shown] == [whole.level(k) for k in shown]
