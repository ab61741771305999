"""Hands on spans: boundaries in three ways, the palette, insert, delete, split, and the keys."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from intermezzo.core.edits import regions, spans
from intermezzo.core.layers import Mark, Region, Spans
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.spans_lane import SpansLane
from intermezzo.ui.timeline.symbol_palette import SymbolPalette
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]
Drag = Callable[..., None]
# The offscreen platform says so of every popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def timeline(speech: Workspace, show: Show) -> Timeline:
    made = show(speech)
    speech.view.show_range(0.0, 2.0)
    return made


@pytest.fixture
def lane(timeline: Timeline) -> SpansLane:
    found = timeline.lane("phones")
    assert isinstance(found, SpansLane)
    return found


def phones(workspace: Workspace) -> Spans:
    assert workspace.sketch is not None
    layer = workspace.sketch.governing
    assert layer is not None
    return layer


def edge(lane: SpansLane, workspace: Workspace, k: int) -> float:
    return lane.board.x_of(int(phones(workspace).stops[k]))


def by_frames(lane: SpansLane, n: float) -> float:
    return n * lane.board.hop_s / lane.board.view.seconds_per_px


def test_a_boundary_takes_from_the_neighbour(speech: Workspace, lane: SpansLane, drag: Drag) -> None:
    before, total = phones(speech), len(phones(speech))
    speech.set_tool("stretch")
    x = edge(lane, speech, 3)
    drag(lane, (x, 16), (x + by_frames(lane, 1), 16), (x + by_frames(lane, 3), 16))
    after = phones(speech)
    assert after.stops[3] == before.stops[3] + 3
    assert after.stops[4] == before.stops[4]
    assert len(after) == total
    length_ms = (after.stops[3] - after.starts[3]) * after.hop_s * 1000
    assert speech.history.undo_label == f"Stretch {after.labels[3]} to {length_ms:.0f} ms"
    speech.undo()
    assert phones(speech) is before


def test_shift_moves_all_that_is_later(speech: Workspace, lane: SpansLane, drag: Drag) -> None:
    before = phones(speech)
    speech.set_tool("stretch")
    x = edge(lane, speech, 3)
    drag(lane, (x, 16), (x + by_frames(lane, 5), 16), modifier=SHIFT)
    after = phones(speech)
    np.testing.assert_array_equal(after.stops[4:], before.stops[4:] + 5)
    assert len(after) == len(before) + 5
    assert speech.sketch is not None and len(speech.sketch.pitch) == len(after), "every layer follows"


def test_alt_keeps_the_total_of_the_word(speech: Workspace, lane: SpansLane, drag: Drag) -> None:
    before = phones(speech)
    assert speech.sketch is not None
    word = speech.sketch.words.index_at(int(before.starts[5]))
    end = int(speech.sketch.words.stops[word])
    speech.set_tool("stretch")
    x = edge(lane, speech, 5)
    drag(lane, (x, 16), (x + by_frames(lane, 3), 16), modifier=ALT)
    after = phones(speech)
    assert after.stops[5] - after.starts[5] == before.stops[5] - before.starts[5] + 3
    inside = before.inside(int(speech.sketch.words.starts[word]), end)
    assert after.stops[inside.stop - 1] == before.stops[inside.stop - 1], "the word ends where it ended"
    assert len(after) == len(before)


def test_dragging_back_to_where_it_began_leaves_no_step(speech: Workspace, lane: SpansLane, drag: Drag) -> None:
    before, steps = speech.sketch, len(speech.history.steps)
    speech.set_tool("stretch")
    x = edge(lane, speech, 3)
    drag(lane, (x, 16), (x + by_frames(lane, 4), 16), (x, 16))
    assert speech.sketch is before
    assert len(speech.history.steps) == steps


def test_a_boundary_of_a_locked_span_stays_and_says_why(speech: Workspace, lane: SpansLane, drag: Drag) -> None:
    start, stop = int(phones(speech).starts[3]), int(phones(speech).stops[3])
    speech.edit("Lock", lambda s: regions.lock(s, ["phones"], Region(start, stop)))
    told: list[str] = []
    speech.told.connect(lambda level, line: told.append(line))
    before = speech.sketch
    speech.set_tool("stretch")
    x = edge(lane, speech, 3)
    drag(lane, (x, 16), (x + by_frames(lane, 4), 16))
    assert speech.sketch is before
    assert len(told) == 1 and "locked" in told[0]


def test_the_select_tool_grabs_a_boundary_within_reach(speech: Workspace, lane: SpansLane, drag: Drag) -> None:
    speech.set_tool("select")
    x = edge(lane, speech, 3)
    before = int(phones(speech).stops[3])
    drag(lane, (x + 3, 16), (x + 3 + by_frames(lane, 2), 16))
    assert int(phones(speech).stops[3]) == before + 2


def test_a_click_selects_a_span_and_a_drag_selects_whole_spans(speech: Workspace, lane: SpansLane, drag: Drag) -> None:
    layer = phones(speech)
    centre = [lane.board.x_of((int(layer.starts[k]) + int(layer.stops[k])) / 2) for k in range(8)]
    QTest.mouseClick(lane, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(round(centre[2]), 16))
    assert speech.selection == Selection("phones", int(layer.starts[2]), int(layer.stops[2]), element=2)
    drag(lane, (centre[3], 16), (centre[4], 16), (centre[6], 16))
    assert (speech.selection.start, speech.selection.stop) == (int(layer.starts[3]), int(layer.stops[6]))


def open_palette(lane: SpansLane, workspace: Workspace, k: int) -> SymbolPalette:
    layer = phones(workspace)
    x = lane.board.x_of((int(layer.starts[k]) + int(layer.stops[k])) / 2)
    QTest.mouseDClick(lane, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(round(x), 16))
    (palette,) = [p for p in lane.findChildren(SymbolPalette) if p.isVisible()]
    return palette


def press(palette: SymbolPalette, name: str) -> None:
    button = palette.findChild(QPushButton, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_double_click_opens_the_palette_that_changes_the_symbol(speech: Workspace, lane: SpansLane) -> None:
    wanted = "æ" if phones(speech).labels[4] != "æ" else "ɛ"
    press(open_palette(lane, speech, 4), f"symbol-{wanted}")
    assert phones(speech).labels[4] == wanted
    assert phones(speech).origin[4] & Mark.EDITED


def test_the_palette_puts_stress_on_a_vowel(speech: Workspace, lane: SpansLane) -> None:
    speech.edit("Vowel", lambda s: spans.relabel(s, "phones", 4, "ɛ"))
    press(open_palette(lane, speech, 4), "symbol-prefixˈ")
    assert phones(speech).labels[4] == "ˈɛ"


def test_the_palette_inserts_splits_and_deletes(speech: Workspace, lane: SpansLane) -> None:
    before = phones(speech)
    palette = open_palette(lane, speech, 4)
    press(palette, "insert-after")
    press(palette, "symbol-s")
    after = phones(speech)
    assert after.labels == (*before.labels[:5], "s", *before.labels[5:])
    assert speech.selection.element == 5
    speech.undo()
    press(open_palette(lane, speech, 4), "split")
    assert phones(speech).labels[4:6] == (before.labels[4], before.labels[4])
    assert len(phones(speech)) == len(before)
    speech.undo()
    press(open_palette(lane, speech, 4), "delete")
    assert phones(speech).labels == (*before.labels[:4], *before.labels[5:])
    speech.undo()
    assert phones(speech) is before


def test_words_that_follow_from_phones_say_so(speech: Workspace, timeline: Timeline, drag: Drag) -> None:
    words = timeline.lane("words")
    assert words is not None
    told: list[str] = []
    speech.told.connect(lambda level, line: told.append(line))
    speech.set_tool("stretch")
    before = speech.sketch
    drag(words, (200, 12), (240, 12))
    assert speech.sketch is before
    assert told and "Words" in told[0]


def test_tab_walks_the_spans_and_arrows_change_their_length(speech: Workspace, lane: SpansLane) -> None:
    lane.setFocus()
    speech.select(lane.selection_at(QPoint(2, 16)))
    first = speech.selection.element
    assert first is not None
    QTest.keyClick(lane, Qt.Key.Key_Tab)
    assert speech.selection.element == first + 1
    before = phones(speech)
    for _ in range(3):
        QTest.keyClick(lane, Qt.Key.Key_Right)
    k = first + 1
    assert phones(speech).stops[k] == before.stops[k] + 3
    QTest.keyClick(lane, Qt.Key.Key_Right, ALT)
    assert phones(speech).starts[k] == before.starts[k] + 1
    QTest.keyClick(lane, Qt.Key.Key_Backtab, SHIFT)
    assert speech.selection.element == first


def test_erase_gives_lengths_and_labels_back(speech: Workspace, lane: SpansLane, drag: Drag) -> None:
    before = phones(speech)
    speech.edit("Stretch", lambda s: spans.set_lengths(s, {4: 20}))
    speech.edit("Relabel", lambda s: spans.relabel(s, "phones", 4, "ʒ"))
    speech.set_tool("erase")
    x = lane.board.x_of(int(phones(speech).starts[4]) + 4)
    drag(lane, (x, 16), (x + 1, 16))
    np.testing.assert_array_equal(phones(speech).stops, before.stops)
    assert phones(speech).labels == before.labels
