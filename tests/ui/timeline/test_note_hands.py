"""Hands on notes: choose, draw, move, resize, split, glue, erase, lock, nudge, type syllables, pull velocities."""

from collections.abc import Callable, Iterator

import pytest
from drawn_tune import tune_sketch
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from intermezzo.core.edits import lyrics
from intermezzo.core.edits import notes as edits
from intermezzo.core.layers import Mark, Notes
from intermezzo.ui.comparison import Ghost
from intermezzo.ui.selection import NoteSettings
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.bench import idle_workspace
from intermezzo.ui.timeline.notes_lane import NotesLane
from intermezzo.ui.timeline.syllable_field import SyllableField
from intermezzo.ui.timeline.table_twin import TableTwin
from intermezzo.ui.timeline.velocity_lane import VelocityLane
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]
Drag = Callable[..., None]
KEYS = Qt.KeyboardModifier
SHIFT, ALT, CTRL, PLAIN = KEYS.ShiftModifier, KEYS.AltModifier, KEYS.ControlModifier, KEYS.NoModifier


@pytest.fixture
def tune(qtbot: QtBot) -> Iterator[Workspace]:
    workspace = idle_workspace(tune_sketch())
    workspace.set_notes(NoteSettings("1/8", to_scale=False))
    yield workspace
    workspace.close()
    workspace.player.close()


@pytest.fixture
def timeline(tune: Workspace, show: Show) -> Timeline:
    return show(tune)


@pytest.fixture
def lane(timeline: Timeline) -> NotesLane:
    found = timeline.lane("notes")
    assert isinstance(found, NotesLane)
    return found


@pytest.fixture
def stems(timeline: Timeline) -> VelocityLane:
    return next(lane for lane in timeline.lanes if isinstance(lane, VelocityLane))


def notes(workspace: Workspace) -> Notes:
    assert workspace.sketch is not None
    layer = workspace.sketch.layers["notes"]
    assert isinstance(layer, Notes)
    return layer


def row(workspace: Workspace, note: int) -> list[int]:
    layer = notes(workspace)
    k = layer.index_of(note)
    assert k is not None
    return layer.values[k].tolist()


def middle(lane: NotesLane, note: int) -> tuple[float, float]:
    start, stop, pitch, _ = row(lane.board.workspace, note)
    return lane.board.x_of((start + stop) / 2), lane.pitch.row(pitch, 0, 1).center().y()


def place(lane: NotesLane, frame: float, pitch: int) -> tuple[float, float]:
    return lane.board.x_of(frame), lane.pitch.row(pitch, 0, 1).center().y()


def moved(at: tuple[float, float], lane: NotesLane, frames: int = 0, rows: int = 0) -> tuple[float, float]:
    return at[0] + frames * lane.board.hop_s / lane.board.view.seconds_per_px, at[1] - rows * lane.pitch.row_px


def chosen(workspace: Workspace) -> set[int]:
    return set(workspace.selection.notes)


def click(lane: NotesLane, at: tuple[float, float], modifier: KEYS = PLAIN) -> None:
    QTest.mouseClick(lane, Qt.MouseButton.LeftButton, modifier, QPoint(round(at[0]), round(at[1])))


def test_a_click_chooses_a_note_and_shift_adds(tune: Workspace, lane: NotesLane) -> None:
    click(lane, middle(lane, 6))
    assert chosen(tune) == {6} and tune.selection.layer == "notes"
    click(lane, middle(lane, 7), SHIFT)
    assert chosen(tune) == {6, 7}
    click(lane, middle(lane, 6), SHIFT)
    assert chosen(tune) == {7}
    click(lane, place(lane, 3500, 60))
    assert not tune.selection


def test_a_box_chooses_what_it_touches(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    a, b = place(lane, 3500, 73), place(lane, 4700, 71)
    drag(lane, a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), b)
    assert chosen(tune) == {7, 8, 9}
    a, b = place(lane, 6100, 67), place(lane, 6300, 65)
    drag(lane, a, b, modifier=SHIFT)
    assert chosen(tune) == {7, 8, 9, 12}


def test_a_drag_moves_by_grid_and_semitone_as_one_step(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    before, at = tune.sketch, middle(lane, 6)
    steps = len(tune.history.steps)
    drag(lane, at, moved(at, lane, 60, 1), moved(at, lane, 210, 1))
    assert row(tune, 6)[:3] == [2640, 3600, 72]
    assert len(tune.history.steps) == steps + 1 and tune.history.undo_label == "Move low to C5"
    assert chosen(tune) == {6} and tune.selection.start == 2640
    tune.undo()
    assert tune.sketch is before


def test_what_is_chosen_moves_together(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    lane.choice.choose(frozenset({9, 10}))
    at = middle(lane, 10)
    drag(lane, at, moved(at, lane, 0, -1), moved(at, lane, 0, -2))
    assert [row(tune, n)[2] for n in (9, 10)] == [69, 67]


def test_moved_pitches_go_to_the_scale_where_that_is_wished(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    tune.set_notes(NoteSettings("1/8", to_scale=True))
    at = middle(lane, 6)
    drag(lane, at, moved(at, lane, 0, -1))
    assert row(tune, 6)[2] == 69, "B flat is not in G major"


def test_alt_copies(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    at = middle(lane, 6)
    drag(lane, at, moved(at, lane, 0, 2), moved(at, lane, 0, 4), modifier=ALT)
    new = chosen(tune)
    assert row(tune, 6)[2] == 71 and len(new) == 1 and row(tune, new.pop())[2] == 75


def test_escape_in_a_drag_brings_everything_back(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    before, at = tune.sketch, middle(lane, 6)
    drag(lane, at, moved(at, lane, 0, 1), moved(at, lane, 400, 3), release=False)
    assert lane.board.sketch is not before
    QTest.keyClick(lane, Qt.Key.Key_Escape)
    assert tune.sketch is before and lane.board.sketch is before
    QTest.mouseRelease(lane, Qt.MouseButton.LeftButton)


def test_the_edges_resize(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    start, stop, pitch, _ = row(tune, 6)
    x1, y = place(lane, stop, pitch)
    drag(lane, (x1 - 2, y), moved((x1 - 2, y), lane, 240), moved((x1 - 2, y), lane, 470))
    assert row(tune, 6)[:2] == [start, stop + 480]
    x0, y = place(lane, start, pitch)
    drag(lane, (x0 + 2, y), moved((x0 + 2, y), lane, -100), moved((x0 + 2, y), lane, -240))
    assert row(tune, 6)[:2] == [start - 240, stop + 480]
    assert tune.history.undo_label == "Stretch low"


def test_drawing_makes_a_note_as_long_as_the_drag(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    tune.set_tool("draw")
    at = place(lane, 3400, 74)
    drag(lane, at, moved(at, lane, 100), moved(at, lane, 400))
    layer = notes(tune)
    new = int(layer.ids.max())
    assert row(tune, new)[:3] == [3360, 3840, 74] and chosen(tune) == {new}
    assert tune.history.undo_label == "Draw D5"
    click(lane, place(lane, 7300, 70))
    assert row(tune, int(notes(tune).ids.max()))[:3] == [7200, 7440, 70]


def test_a_double_click_on_the_ground_draws_a_note(tune: Workspace, lane: NotesLane) -> None:
    at = QPointF(*place(lane, 3600, 74)).toPoint()
    QTest.mouseDClick(lane, Qt.MouseButton.LeftButton, PLAIN, at)
    (new,) = chosen(tune)
    assert row(tune, new)[:3] == [3600, 3840, 74] and tune.history.undo_label == "Draw D5"
    assert lane.typing.field is None


def test_split_glue_erase_and_lock(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    tune.set_tool("split")
    click(lane, place(lane, 2850, 71))
    assert notes(tune).count == 15 and row(tune, 6)[:2] == [2400, 2880]
    tune.set_tool("glue")
    drag(lane, place(lane, 2600, 71), place(lane, 2900, 71), place(lane, 3100, 71))
    assert notes(tune).count == 14 and row(tune, 6)[:2] == [2400, 3360]
    lane.choice.choose(frozenset({7}))
    QTest.keyClick(lane, Qt.Key.Key_Up)
    tune.set_tool("erase")
    click(lane, middle(lane, 7))
    assert row(tune, 7)[2] == 72 and not notes(tune).origin[notes(tune).index_of(7) or 0]
    tune.set_tool("lock")
    click(lane, middle(lane, 7))
    assert notes(tune).origin[notes(tune).index_of(7) or 0] == Mark.LOCKED
    told: list[str] = []
    tune.told.connect(lambda _, line: told.append(line))
    tune.set_tool("select")
    at = middle(lane, 7)
    drag(lane, at, moved(at, lane, 0, 3))
    assert row(tune, 7)[2] == 72 and told == ["'and' is locked; unlock it first."]
    tune.set_tool("lock")
    click(lane, middle(lane, 7))
    assert not notes(tune).origin[notes(tune).index_of(7) or 0]


def test_erasing_takes_out_what_a_hand_drew(tune: Workspace, lane: NotesLane) -> None:
    tune.set_tool("draw")
    click(lane, place(lane, 3400, 74))
    tune.set_tool("erase")
    click(lane, place(lane, 3400, 74))
    assert notes(tune).count == 14 and notes(tune).values.tolist() == tune_sketch().notes.values.tolist()


def test_arrows_nudge_and_many_are_one_step(tune: Workspace, lane: NotesLane) -> None:
    lane.setFocus()
    lane.choice.choose(frozenset({6}))
    steps = len(tune.history.steps)
    for _ in range(3):
        QTest.keyClick(lane, Qt.Key.Key_Up)
    assert row(tune, 6)[2] == 74 and len(tune.history.steps) == steps + 1
    QTest.keyClick(lane, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(lane, Qt.Key.Key_Right)
    assert row(tune, 6)[:3] == [2640, 3600, 62]
    QTest.keyClick(lane, Qt.Key.Key_Left, ALT)
    assert row(tune, 6)[0] == 2610
    QTest.keyClick(lane, Qt.Key.Key_Right, SHIFT)
    assert row(tune, 6)[1] == 3810


def test_with_the_scale_arrows_go_from_tone_to_tone(tune: Workspace, lane: NotesLane) -> None:
    tune.set_notes(NoteSettings("1/8", to_scale=True))
    lane.choice.choose(frozenset({4}))
    QTest.keyClick(lane, Qt.Key.Key_Up)
    assert row(tune, 4)[2] == 64
    QTest.keyClick(lane, Qt.Key.Key_Up)
    assert row(tune, 4)[2] == 66, "F sharp, not F"


def test_several_go_up_by_a_step_of_the_scale(tune: Workspace, lane: NotesLane) -> None:
    tune.set_notes(NoteSettings("1/8", to_scale=True))
    lane.choice.choose(frozenset({0, 3, 11}))  # B, G, E in G major
    for _ in range(2):
        QTest.keyClick(lane, Qt.Key.Key_Up)
    assert [row(tune, note)[2] for note in (0, 3, 11)] == [74, 71, 67]
    tune.undo()
    assert [row(tune, note)[2] for note in (0, 3, 11)] == [71, 67, 64]


def test_delete_duplicate_and_choose_all(tune: Workspace, lane: NotesLane) -> None:
    lane.setFocus()
    lane.choice.choose(frozenset({7, 8}))
    QTest.keyClick(lane, Qt.Key.Key_D, CTRL)
    new = chosen(tune)
    assert [row(tune, n)[0] for n in sorted(new)] == [4560, 5040]
    QTest.keyClick(lane, Qt.Key.Key_Delete)
    assert notes(tune).count == 14 and not tune.selection
    QTest.keyClick(lane, Qt.Key.Key_A, CTRL)
    assert len(chosen(tune)) == 14


def test_tab_goes_from_note_to_note(tune: Workspace, lane: NotesLane) -> None:
    lane.setFocus()
    lane.choice.choose(frozenset({6}))
    QTest.keyClick(lane, Qt.Key.Key_Tab)
    assert chosen(tune) == {7}
    QTest.keyClick(lane, Qt.Key.Key_Backtab)
    assert chosen(tune) == {6}


def test_syllables_are_typed_from_note_to_note(tune: Workspace, lane: NotesLane) -> None:
    QTest.mouseDClick(lane, Qt.MouseButton.LeftButton, PLAIN, QPointF(*middle(lane, 4)).toPoint())
    for text, key in (("mo", Qt.Key.Key_Minus), ("tion", Qt.Key.Key_Space), ("_", None), ("oh", Qt.Key.Key_Return)):
        field = lane.typing.field
        assert isinstance(field, SyllableField)
        QTest.keyClicks(field, text)
        if key is not None:
            QTest.keyClick(field, key)
    assert notes(tune).lyrics[4:8] == ("mo-", "tion", "_", "oh")
    assert lane.typing.field is None and chosen(tune) == {7}


def test_escape_leaves_the_syllable_as_it_was(tune: Workspace, lane: NotesLane) -> None:
    before = tune.sketch
    lane.choice.choose(frozenset({4}))
    lane.edit_syllable()
    assert lane.typing.field is not None
    QTest.keyClicks(lane.typing.field, "xyz")
    QTest.keyClick(lane.typing.field, Qt.Key.Key_Escape)
    assert tune.sketch is before and lane.typing.field is None


def test_a_copied_verse_is_written_over_the_notes_from_the_chosen_one(tune: Workspace, lane: NotesLane) -> None:
    told: list[str] = []
    tune.told.connect(lambda _, line: told.append(line))
    QApplication.clipboard().setText("so soft- ly + _ gone in- to night and more")
    lane.choice.choose(frozenset({7}))
    lane.commands.paste_verse()
    assert notes(tune).lyrics[7:] == ("so", "soft-", "ly", "_", "_", "gone", "in-")
    assert told == ["4 syllables found no note: to night and more"]
    assert tune.history.undo_label == "Write “so soft- ly + _ gone in- to nigh”"


def test_a_melisma_and_a_glue_from_the_menu(tune: Workspace, lane: NotesLane) -> None:
    lane.choice.choose(frozenset({9, 10, 11}))
    titles = {entry.title: entry for entry in lane.menu_entries()}
    titles["Hold the first syllable over all"].act()
    assert notes(tune).lyrics[9:12] == ("riv-", "_", "_")
    titles["Glue"].act()
    assert notes(tune).count == 12


def test_a_syllable_is_held_over_notes_by_dragging_its_end_with_alt(
    tune: Workspace, lane: NotesLane, drag: Drag
) -> None:
    told: list[str] = []
    tune.told.connect(lambda _, line: told.append(line))
    x, y = place(lane, row(tune, 4)[1], row(tune, 4)[2])
    drag(lane, (x - 2, y), moved((x, y), lane, 200), moved((x, y), lane, 380), modifier=ALT)
    assert notes(tune).lyrics[4:8] == ("burn-", "_", "ing", "and") and chosen(tune) == {4, 5}
    assert told == ["No note is left in this phrase for: low"]
    assert tune.history.undo_label == "Hold burn- over 2 notes" and notes(tune).count == 14
    tune.undo()
    assert notes(tune).lyrics[4:8] == ("burn-", "ing", "low", "and")


def test_plus_sings_the_word_on(tune: Workspace, lane: NotesLane) -> None:
    tune.edit("Sing", lambda s: lyrics.set_syllable(s, 6, "forever"))
    lane.choice.choose(frozenset({7}))
    lane.edit_syllable()
    QTest.keyClicks(lane.typing.field, "+")
    assert notes(tune).lyrics[6:9] == ("fo-", "rever", "the") and chosen(tune) == {8}


def test_quantising_and_fitting_from_the_menu(tune: Workspace, lane: NotesLane, drag: Drag) -> None:
    at = middle(lane, 6)
    drag(lane, at, moved(at, lane, 50, 1), moved(at, lane, 70, 1), modifier=CTRL)
    assert row(tune, 6)[0] % 240 and row(tune, 6)[2] == 72
    titles = {entry.title: entry for entry in lane.menu_entries()}
    titles["Quantise"].act()
    titles["Fit to the chord"].act()
    assert row(tune, 6)[:3] == [2400, 3360, 71]


def test_the_wheel_scrolls_pitches_and_alt_zooms_them(tune: Workspace, lane: NotesLane, timeline: Timeline) -> None:
    lane.pitch.scroll(-200)
    assert lane.pitch.is_set_by_hand
    before = lane.pitch.pitch_at(50)
    lane.pitch.zoom_at(50, 1.3)
    assert lane.pitch.pitch_at(50) == before


def test_a_velocity_is_pulled_and_drawn(tune: Workspace, lane: NotesLane, stems: VelocityLane, drag: Drag) -> None:
    assert stems.accessibleName() == "Velocity"
    x = lane.board.x_of(row(tune, 6)[0]) + 3
    drag(stems, (x, 20), (x, 15), (x, 8))
    pulled = row(tune, 6)[3]
    assert pulled > 88 and tune.history.undo_label.startswith(f"Velocity {pulled} on 1 note")
    tune.set_tool("draw")
    a, b = (lane.board.x_of(row(tune, n)[0]) for n in (7, 10))
    drag(stems, (a, 40), ((a + b) / 2, 40), (b + 4, 40))
    assert {row(tune, n)[3] for n in (7, 8, 9, 10)} == {stems.velocity_at(40)}
    assert row(tune, 11)[3] != stems.velocity_at(40)


def test_a_note_is_read_out(tune: Workspace, lane: NotesLane) -> None:
    assert lane.choice.text_of(12) == "to · F♯4 · 1/4 · velocity 80 · predicted"
    assert lane.values_at(QPointF(*middle(lane, 12))).startswith("Bar 4 · beat 1 · to")
    lane.setFocus()
    click(lane, middle(lane, 12))
    assert "F♯4" in lane.accessibleDescription()


def test_the_chosen_follow_an_undo(tune: Workspace, lane: NotesLane) -> None:
    lane.choice.choose(frozenset({6}))
    lane.commands.duplicate()
    tune.undo()
    assert lane.choice.indices() == []
    lane.grab()


def test_a_table_holds_the_notes(tune: Workspace, timeline: Timeline, lane: NotesLane) -> None:
    lane.setFocus()
    lane.choice.choose(frozenset({6}))
    table = timeline.open_table()
    assert isinstance(table, TableTwin)
    model = table.model
    assert model.rowCount() == 14 and table.table.currentIndex().row() == 6
    shown = [model.data(model.index(6, c)) for c in range(model.columnCount())]
    assert shown[:5] == ["low", "B4", "Bar 2 · beat 2", "1/2", "86"]
    assert model.setData(model.index(6, 0), "slow") and notes(tune).lyrics[6] == "slow"
    assert model.setData(model.index(6, 1), "c#5") and row(tune, 6)[2] == 73
    assert model.setData(model.index(6, 3), "1/4") and row(tune, 6)[:2] == [2400, 2880]
    assert model.setData(model.index(6, 4), "101") and row(tune, 6)[3] == 101
    assert not model.setData(model.index(6, 1), "H9")
    table.close()


def test_the_notes_of_another_take_are_dashed_and_the_same_ones_not(tune: Workspace, lane: NotesLane) -> None:
    def colours() -> int:
        picture = lane.grab().toImage()
        colour = lane.board.look.theme.take(1).rgb()
        return sum(picture.pixel(x, y) == colour for x in range(picture.width()) for y in range(0, picture.height(), 1))

    def show_ghost(ghost: Ghost) -> None:
        lane.board.ghost = ghost
        lane.board.ghost_changed.emit()

    show_ghost(Ghost(tune_sketch(), 2))
    assert colours() == 0
    show_ghost(Ghost(edits.move(tune_sketch(), [6], 0, 3), 2))
    assert colours() > 20


def test_a_tune_from_far_away_is_painted_as_colour(tune: Workspace, lane: NotesLane, timeline: Timeline) -> None:
    tune.open(tune.project.with_sketch("1", tune_sketch(repeat=60)), saved=True)
    tune.view.fit()
    picture = lane.grab().toImage()
    y = round(lane.pitch.row(71, 0, 1).center().y())
    assert sum(picture.pixel(x, y) == lane.board.look.color("note").rgb() for x in range(picture.width())) > 100
    navigator = timeline.navigator.grab().toImage()
    ink = lane.board.look.color("ink").rgb()
    assert any(navigator.pixel(x, y) == ink for x in range(navigator.width()) for y in range(navigator.height()))
