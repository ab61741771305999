"""What an engine cannot be told is shown, not offered: a padlock, no tools, and the reason in the status bar."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from intermezzo.ui.edit_commands import EditCommands
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]


@pytest.fixture
def narrow(hum: Workspace) -> Workspace:
    """Return the hummed workspace, as if its engine took lengths and the pitch only and kept its moods to itself."""
    mock = replace(hum.registry.engines["builtin.mock"], edits=("letters.lengths", "pitch"), hides=("moods",))
    hum.registry = replace(hum.registry, engines=MappingProxyType({mock.id: mock}))
    return hum


def test_hidden_layers_have_no_lane(narrow: Workspace, show: Show) -> None:
    assert [lane.name for lane in show(narrow).lanes] == ["words", "letters", "pitch", "loudness", "colour"]


def test_what_an_engine_makes_by_itself_has_a_closed_padlock_and_says_why(narrow: Workspace, show: Show) -> None:
    timeline, said = show(narrow), []
    narrow.told.connect(lambda level, line: said.append(line))
    colour, before = timeline.lane("colour"), narrow.sketch
    padlock = next(row.header.padlock for row in timeline.area.rows if row.lane is colour)
    assert not padlock.isEnabled() and padlock.icon_name == "lock" and "Mock hum" in padlock.toolTip()
    narrow.set_tool("paint")
    QTest.mouseClick(colour, Qt.MouseButton.LeftButton, pos=colour.rect().center())
    assert narrow.sketch is before and said == ["Colour: Mock hum makes it by itself and cannot be told otherwise."]
    assert colour.cursor().shape() == Qt.CursorShape.ForbiddenCursor
    assert next(row.header.padlock for row in timeline.area.rows if row.lane.name == "pitch").isEnabled()


def test_what_an_engine_can_be_told_is_edited_as_ever(narrow: Workspace, show: Show, drag: Callable[..., None]) -> None:
    pitch, before = show(narrow).lane("pitch"), narrow.sketch
    narrow.set_tool("draw")
    drag(pitch, (100, 40), (200, 60))
    assert narrow.sketch.pitch.changed(before.pitch)


def test_lengths_without_labels_stretch_but_are_not_renamed(narrow: Workspace, show: Show) -> None:
    lane, said = show(narrow).lane("letters"), []
    narrow.told.connect(lambda level, line: said.append(line))
    spans = narrow.sketch.letters
    lane.nudge(1, 2)
    assert narrow.sketch.n_frames == spans.n_frames + 2
    edited = narrow.sketch
    narrow.select(Selection("letters", int(spans.starts[1]), int(spans.stops[1]), element=1))
    for refused in (lambda: lane.edit_label(1), lambda: lane.delete(1), lambda: lane.split(1)):
        refused()
    assert narrow.sketch is edited
    assert set(said) == {"Letters: Mock hum takes new lengths, but no other labels."} and len(said) == 3
    assert [entry.key for entry in lane.menu_entries()] == [""]  # only to give the length back
    assert lane.boundary_at(narrow.view.x_of(int(spans.stops[3]) * spans.hop_s), nearest=True) is not None


def test_commands_and_tables_keep_off_what_cannot_be_edited(narrow: Workspace, show: Show) -> None:
    timeline, commands, before = show(narrow), EditCommands(narrow), narrow.sketch
    narrow.select(Selection("loudness", 0, 20))
    assert commands.curve() is None
    narrow.select(Selection("colour", 0, 20, 0, 4))
    commands.move(1)
    assert narrow.sketch is before
    for name, editable in (("colour", False), ("pitch", True)):
        timeline.lane(name).setFocus()
        narrow.select(Selection(name, 0, 20))
        table = timeline.open_table()
        model = table.table.model()
        assert bool(model.flags(model.index(0, 1)) & Qt.ItemFlag.ItemIsEditable) is editable
        table.close()


def test_another_engine_on_the_same_layers_gets_its_own_lanes(narrow: Workspace, show: Show) -> None:
    timeline = show(narrow)
    mock = replace(narrow.registry.engines["builtin.mock"], edits=None, hides=())
    narrow.registry = replace(narrow.registry, engines=MappingProxyType({mock.id: mock}))
    narrow.edit("Shift", lambda s: s.with_layer(s.pitch.with_values(0, s.pitch.values[:1] + 1)))
    assert timeline.lane("moods") is not None
    assert timeline.lane("colour").refusal("paint") == ""
