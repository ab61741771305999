"""The render queue in the window: filled, moved by keys, cancelled, retried, cleared, and opened as a document."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from intermezzo.core.registry import discover
from intermezzo.storage.places import state_folder
from intermezzo.storage.recipe import load_recipe
from intermezzo.ui.queue.room import QueueRoom


@pytest.fixture
def room(rig):
    """The room over an empty queue, beside a converted tune."""
    (state_folder() / "queue.json").unlink(missing_ok=True)
    window = rig.converted().studio.window
    window.rooms.queue()
    yield window.rooms._made["queue"]
    (state_folder() / "queue.json").unlink(missing_ok=True)


def states(room: QueueRoom) -> list[str]:
    return [order.state for order in room._desk.line.orders]


def test_an_empty_queue_says_what_would_be_here_and_its_button_queues_the_stage(rig, room, tmp_path: Path) -> None:
    assert room.empty.isVisible() and not room.list.isVisible()
    rig.answers.saves.append((tmp_path / "tune", "WAV, 16 bit (*.wav)"))
    room.empty.pressed.emit()
    rig.until(lambda: states(room) == ["done"])
    rig.until(lambda: room.list.isVisible() and room.document.isEnabled())
    project = load_recipe(tmp_path / "tune.wav", discover())
    assert project is not None and project.stages[0].sketch is not None
    assert room._desk.line.orders[0].bits == 16
    room.clear.click()
    rig.until(room.empty.isVisible)


def test_a_table_is_queued_moved_by_keys_cancelled_retried_and_removed(rig, room, tmp_path: Path) -> None:
    table = tmp_path / "batch.csv"
    table.write_text("text,file\nAy,a\nOh,b\nEh,c\n")
    room.pause.click()
    rig.answers.opens.append(table)
    rig.answers.folder = lambda title, start: tmp_path
    room.add_table.click()
    rig.until(lambda: room.list.model().rowCount() == 3)
    assert rig.studio.window.status.queue.isVisible()
    QTest.keyClick(room.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    rig.until(lambda: [Path(o.path).stem for o in room.list.orders.orders] == ["b", "a", "c"])
    assert Path(room.list.current.path).stem == "a"
    room.stop.click()
    rig.until(lambda: states(room) == ["waiting", "cancelled", "waiting"] and room.retry.isEnabled())
    room.retry.click()
    QTest.keyClick(room.list, Qt.Key.Key_Delete)
    rig.until(lambda: states(room) == ["waiting", "waiting"])
    room.pause.click()
    rig.until(lambda: states(room) == ["done", "done"])
    assert {p.name for p in tmp_path.iterdir()} == {"batch.csv", "b.wav", "c.wav"}
    rig.until(lambda: not rig.studio.window.status.queue.isVisible())


def test_a_bad_table_queues_nothing_and_says_which_rows(rig, room, tmp_path: Path) -> None:
    table = tmp_path / "batch.csv"
    table.write_text("text,seed\nAy,1\nOh,x\nEh,y\n")
    told = []
    rig.studio.workspace.troubled.connect(told.append)
    rig.answers.opens.append(table)
    rig.answers.folder = lambda title, start: tmp_path
    room.add_table.click()
    assert "row 3" in told[0].detail and told[0].report.count("\n") == 1
    assert states(room) == []


def test_everything_in_the_room_has_a_name_and_a_tip(rig, room) -> None:
    assert not [b for b in room.findChildren(QAbstractButton) if not b.accessibleName()]
    assert room.list.accessibleName()
    rig.studio.window.rooms.help("queue")
