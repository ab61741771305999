"""Bars and beats: the ruler's clock, words for places and lengths, tempo under the playhead, chords in the lanes."""

from collections.abc import Callable, Iterator

import pytest
from drawn_tune import tune_sketch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from intermezzo.core.edits import notes
from intermezzo.core.layers import Spans
from intermezzo.ui.music_text import note_name, signed_label
from intermezzo.ui.note_readings import chosen_notes, note_figures
from intermezzo.ui.readings import applied, context_of, readings_of, title_of
from intermezzo.ui.selection import NoteSettings, Selection
from intermezzo.ui.time_axis import axis_of, heard_at
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.beats import clock_place, length_text, place_text, stretch_text, tempo_text
from intermezzo.ui.timeline.bench import idle_workspace
from intermezzo.ui.timeline.span_text import numeral_of, shown_label
from intermezzo.ui.timeline.spans_lane import SpansLane
from intermezzo.ui.workspace import Workspace

TUNE = tune_sketch()
THIN = "\u2009"


@pytest.fixture
def tune(qtbot: QtBot) -> Iterator[Workspace]:
    workspace = idle_workspace(TUNE)
    yield workspace
    workspace.close()
    workspace.player.close()


def test_places_and_lengths_are_said_in_bars_and_shares_of_a_whole_note() -> None:
    assert place_text(TUNE, 1920 + 480) == "Bar 2 · beat 2"
    assert clock_place(TUNE, 2500) == f"2{THIN}·{THIN}2{THIN}·{THIN}100"
    assert stretch_text(TUNE, 0, 1920) == "bar 1" and stretch_text(TUNE, 0, 1921) == "bars 1 to 2"
    assert [length_text(TUNE, n) for n in (480, 720, 160, 1920)] == ["1/4", "3/8", "1/8 T", "1/1"]
    assert tempo_text(TUNE, 0) == f"92{THIN}bpm · 4/4"


def test_the_axis_is_even_in_bars_and_the_clock_knows_the_tempo() -> None:
    second = 60 / 92 * 4  # one bar
    assert axis_of(TUNE, second) == pytest.approx(2.0)
    assert heard_at(TUNE, 2.0) == pytest.approx(second)


def test_the_playhead_is_put_where_the_ruler_is_pressed(tune: Workspace, show: Callable[[Workspace], Timeline]) -> None:
    timeline = show(tune)
    x = timeline.board.x_of(1920)
    QTest.mouseClick(timeline.ruler, Qt.MouseButton.LeftButton, pos=QPoint(round(x), 6))
    assert tune.playhead_s == pytest.approx(60 / 92 * 4, abs=0.02)
    assert timeline.board.playhead_x == pytest.approx(round(x), abs=0.5)
    assert timeline.ruler.unit_text() == "bars"
    timeline.grab()


def test_chords_have_numerals_in_the_key_that_holds() -> None:
    chords = TUNE.layers["chords"]
    assert isinstance(chords, Spans)
    assert [numeral_of(TUNE, chords, k) for k in range(4)] == ["I", "vi", "IV", "V⁷"]
    flat = tune_sketch(key="Eb major", chords=("Eb", "Bb7/D", "Abm7b5", "N.C."))
    layer = flat.layers["chords"]
    assert isinstance(layer, Spans)
    assert [shown_label(flat, layer, k) for k in range(4)] == ["E♭", "B♭7/D", "A♭m7♭5", "N.C."]


def test_signs_are_written_as_a_key_writes_them() -> None:
    assert note_name(66) == "F♯4" and signed_label("F# dorian") == "F♯ dorian" and signed_label("verse") == "verse"


def test_the_grid_has_triplets() -> None:
    assert [NoteSettings(g).step(480) for g in ("1/4", "1/8", "1/16", "1/32", "1/8 T")] == [480, 240, 120, 60, 160]


def test_a_chosen_note_is_read_in_figures_that_can_be_typed() -> None:
    selection = Selection("notes", 2400, 3360, notes=frozenset({6}))
    assert title_of(TUNE, selection) == "B4 · low" and context_of(TUNE, selection) == "bar 2"
    figures = {r.name: (r.value, r.caption) for r in readings_of(TUNE, selection)}
    assert figures == {
        "notes.pitch": (71.0, "B4"), "notes.length": (2.0, "1/2"), "notes.velocity": (86.0, ""),
    }  # fmt: skip
    longer = applied(TUNE, selection, "notes.length", 1.5)
    assert longer.notes.stops[6] == 3120
    lower = applied(TUNE, selection, "notes.pitch", 69)
    found = chosen_notes(lower, selection)
    assert found is not None and note_figures(lower, *found)["pitch"] == (69.0, "A4 · predicted 71", "edited")


def test_figures_of_several_notes_change_by_the_same() -> None:
    selection = Selection("notes", 4560, 5280, notes=frozenset({9, 10}))
    assert title_of(TUNE, selection) == "B4 A4"
    after = applied(TUNE, selection, "notes.velocity", 94.5)
    assert (after.notes.velocities[[9, 10]] - TUNE.notes.velocities[[9, 10]]).tolist() == [10, 10]
    locked = notes.lock(TUNE, [9])
    assert applied(locked, selection, "notes.pitch", 80).notes.pitches[9] == 71


def test_a_chord_is_read_with_its_key() -> None:
    selection = Selection("chords", 1920, 3840, element=1)
    assert title_of(TUNE, selection) == "Em" and context_of(TUNE, selection) == "G major"


def test_edges_of_chords_are_dragged_on_the_grid(
    tune: Workspace, show: Callable[[Workspace], Timeline], drag: Callable[..., None]
) -> None:
    timeline = show(tune)
    lane = timeline.lane("chords")
    assert isinstance(lane, SpansLane)
    x, board = lane.board.x_of(1920), lane.board
    drag(lane, (x, 20), (x - 20, 20), (board.x_of(1400), 20))
    assert tune.sketch is not None and tune.sketch.chords.stops[0] == 1440 == tune.sketch.chords.starts[1]
    assert tune.history.undo_label == "Stretch G"
    tune.select(Selection("chords", 1440, 3840, element=1))
    lane.setFocus()
    QTest.keyClick(lane, Qt.Key.Key_X)
    assert tune.sketch.chords.count == 5 and tune.sketch.chords.labels[1:3] == ("Em", "Em")
    QTest.keyClick(lane, Qt.Key.Key_Delete)
    assert tune.sketch.chords.count == 4 and not tune.selection


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_double_click_on_a_rest_puts_a_span_in(tune: Workspace, show: Callable[[Workspace], Timeline]) -> None:
    timeline = show(tune)
    lane = timeline.lane("rhythm")
    assert isinstance(lane, SpansLane)
    before = lane.spans.count if lane.spans is not None else 0
    QTest.mouseDClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline.board.x_of(3480)), 18))
    assert tune.sketch is not None and tune.sketch.rhythm.count == before + 1
    k = tune.sketch.rhythm.index_at(3480)
    assert (tune.sketch.rhythm.starts[k], tune.sketch.rhythm.stops[k]) == (3360, 3600)
