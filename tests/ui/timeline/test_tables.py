"""The table twin shows the elements of any lane and edits them; slots are edited in place."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from intermezzo.core.layers import Mark
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.slots_lane import SlotsLane
from intermezzo.ui.timeline.table_twin import LaneTable
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]


def write(table: LaneTable, row: int, column: int, text: str) -> bool:
    index = table.index(row, column)
    assert index.flags() & Qt.ItemFlag.ItemIsEditable
    return table.setData(index, text)


def read(table: LaneTable, row: int, column: int) -> str:
    return str(table.data(table.index(row, column)))


def test_spans_are_read_and_edited_as_rows(speech: Workspace, show: Show) -> None:
    table = LaneTable(show(speech).board, "phones")
    assert speech.sketch is not None
    assert table.rowCount() == speech.sketch.phones.count
    assert read(table, 3, 0) == speech.sketch.phones.labels[3]
    assert write(table, 3, 0, "ʃ") and speech.sketch.phones.labels[3] == "ʃ"
    assert write(table, 3, 2, "192")
    assert speech.sketch.phones.durations_s[3] == pytest.approx(0.192)
    assert read(table, 3, 3) == "edited"
    assert not write(table, 3, 2, "long")
    assert not write(table, 3, 0, "zzz"), "no symbol of this layer"


def test_frames_of_curves_and_matrices_are_edited_as_rows(speech: Workspace, show: Show) -> None:
    board = show(speech).board
    assert speech.sketch is not None
    pitch, envelope = LaneTable(board, "pitch"), LaneTable(board, "envelope")
    assert write(pitch, 7, 1, "220.5")
    assert speech.sketch.pitch.values[7] == pytest.approx(220.5)
    assert write(envelope, 9, 4, "−30")
    assert speech.sketch.envelope.window(9, 10)[0, 3] == pytest.approx(-30.0, abs=1e-4)
    assert envelope.columnCount() == 101


def test_f4_opens_the_table_at_the_selection(speech: Workspace, show: Show, qtbot: object) -> None:
    timeline = show(speech)
    lane = timeline.lane("energy")
    assert lane is not None
    lane.setFocus()
    speech.select(Selection("energy", 40, 50))
    twin = timeline.open_table()
    assert twin is not None and twin.windowTitle() == "Energy as a table"
    assert twin.table.currentIndex().row() == 40
    twin.close()


def test_a_table_follows_edits_that_are_made_elsewhere(speech: Workspace, show: Show) -> None:
    table = LaneTable(show(speech).board, "phones")
    told: list[int] = []
    table.modelReset.connect(lambda: told.append(1))
    before = table.rowCount()
    from intermezzo.core.edits import spans

    speech.edit("Delete", lambda s: spans.delete(s, 4))
    assert table.rowCount() == before - 1 and told


def test_a_slot_is_written_in_place(hum: Workspace, show: Show) -> None:
    lane = show(hum).lane("moods")
    assert isinstance(lane, SlotsLane) and hum.sketch is not None
    QTest.mouseDClick(lane, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(120, 30))
    field = lane.findChild(QLineEdit)
    assert field is not None
    field.setText("dark")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert hum.sketch.moods.texts[1] == "dark"
    assert hum.sketch.moods.origin[1] & Mark.EDITED
    lane.erase(1)
    assert hum.sketch.moods.texts[1] == hum.sketch.moods.base[1]
