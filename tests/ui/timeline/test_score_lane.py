"""The score under the lanes: it follows what is played, selected or in view, and chooses notes."""

from collections.abc import Iterator

import pytest
from drawn_tune import tune_sketch
from inline_engraver import InlineEngraver
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from intermezzo.core.edits import notes as edits
from intermezzo.core.layers import Notes
from intermezzo.ui.background import Background
from intermezzo.ui.look import Look
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.bench import idle_workspace
from intermezzo.ui.timeline.notes_lane import NotesLane
from intermezzo.ui.timeline.score_lane import ScoreLane
from intermezzo.ui.timeline.syllable_field import SyllableField
from intermezzo.ui.workspace import Workspace

BAR = 4 * 480


@pytest.fixture
def tune(qtbot: QtBot) -> Iterator[Workspace]:
    workspace = idle_workspace(tune_sketch(repeat=6))  # 24 bars
    yield workspace
    workspace.close()
    workspace.player.close()


@pytest.fixture
def engraver() -> InlineEngraver:
    return InlineEngraver()


@pytest.fixture
def timeline(qtbot: QtBot, look: Look, tune: Workspace, engraver: InlineEngraver) -> Iterator[Timeline]:
    background = Background()
    timeline = Timeline(tune, look, engraving=(engraver, background))
    qtbot.addWidget(timeline)
    timeline.resize(900, 760)
    with qtbot.waitExposed(timeline):
        timeline.show()
    tune.view.fit()
    yield timeline
    timeline.show_score(False)
    background.wait()


@pytest.fixture
def score(timeline: Timeline, qtbot: QtBot) -> ScoreLane:
    assert timeline.score_row is not None
    lane = timeline.score_row.lane
    assert isinstance(lane, ScoreLane)
    qtbot.waitUntil(lambda: lane.view.line is not None)
    return lane


def shown(score: ScoreLane) -> tuple[int, int]:
    """Return the bars that are shown, from 0."""
    line = score.view.line
    assert line is not None
    return line.start // BAR, line.stop // BAR


def place_of(score: ScoreLane, note: int) -> QPoint:
    line = score.view.line
    assert line is not None
    (sign,) = (sign for sign, id_ in line.ids.items() if id_ == note)
    box = score._placed().mapRect(line.areas[sign])
    return QPointF(box.center().x(), box.top() + box.height() / 3).toPoint()


def amber(score: ScoreLane) -> int:
    """Return how many pixels have the colour of the hand."""
    image, hand = score.grab().toImage(), score.board.look.color("paperhand")
    return sum(image.pixelColor(x, y) == hand for x in range(image.width()) for y in range(image.height()))


def test_the_first_bars_are_shown_and_named_in_the_header(score: ScoreLane) -> None:
    first, last = shown(score)
    assert first == 0 and 3 <= last <= 6
    assert score.unit_text() == f"bars 1 to {last}"
    assert score.accessibleDescription().startswith("The notes as a singer reads them. bars 1 to 4: When the lamps are")
    assert score.view.line is not None
    assert sorted(score.view.line.ids.values()) == [
        k for k, start in enumerate(score.notes.starts.tolist()) if start < last * BAR
    ]


def test_a_click_on_a_note_chooses_it_in_the_roll(score: ScoreLane, tune: Workspace, timeline: Timeline) -> None:
    QTest.mouseClick(score, Qt.MouseButton.LeftButton, pos=place_of(score, 6))
    assert tune.selection == Selection("notes", 5 * BAR // 4, 7 * BAR // 4, notes=frozenset({6}))
    roll = timeline.lane("notes")
    assert isinstance(roll, NotesLane) and roll.choice.ids() == {6}
    QTest.mouseClick(
        score, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place_of(score, 8)
    )  # fmt: skip
    assert tune.selection.notes == {6, 7, 8}
    QTest.mouseClick(score, Qt.MouseButton.LeftButton, pos=QPoint(score.width() - 3, 2))
    assert not tune.selection


def test_a_double_click_types_the_syllable_in_the_roll(score: ScoreLane, tune: Workspace, timeline: Timeline) -> None:
    QTest.mouseDClick(score, Qt.MouseButton.LeftButton, pos=place_of(score, 6))
    field = timeline.findChild(SyllableField)
    assert field is not None and field.isVisible()
    field.selectAll()
    QTest.keyClicks(field, "slow")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert score.notes is not None and score.notes.lyrics[6] == "slow"


def test_keys_of_the_roll_work_on_what_is_chosen_in_the_score(score: ScoreLane, tune: Workspace) -> None:
    QTest.mouseClick(score, Qt.MouseButton.LeftButton, pos=place_of(score, 6))
    QTest.keyClick(score, Qt.Key.Key_Tab)
    assert tune.selection.notes == {7}
    QTest.keyClick(score, Qt.Key.Key_Delete)
    assert score.notes is not None and 7 not in score.notes.ids


def test_what_a_hand_moved_is_amber_once_it_is_engraved_anew(score: ScoreLane, tune: Workspace, qtbot: QtBot) -> None:
    assert amber(score) == 0
    before = score.view.line
    assert tune.edit("Move", lambda s: edits.move(s, frozenset({2}), 0, 2))
    qtbot.waitUntil(lambda: score.view.line is not before)
    assert amber(score) > 30


def test_it_turns_to_what_is_selected_and_back_with_the_view(
    score: ScoreLane, tune: Workspace, qtbot: QtBot
) -> None:  # fmt: skip
    tune.select(Selection("chords", 12 * BAR, 13 * BAR))
    qtbot.waitUntil(lambda: shown(score)[0] <= 12 < shown(score)[1])
    hop_s = score.board.hop_s
    tune.view.show_range(18 * BAR * hop_s, 21 * BAR * hop_s)
    qtbot.waitUntil(lambda: shown(score)[0] <= 18 < shown(score)[1])


def test_it_follows_the_playhead_and_marks_the_note_that_sounds(
    score: ScoreLane, tune: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(tune.deck), "playing", property(lambda _: True))
    assert tune.sketch is not None
    notes = tune.sketch.layers["notes"]
    assert isinstance(notes, Notes)
    tune.set_playhead(float(tune.sketch.clock.seconds_at(int(notes.starts[30]) + 5)))
    qtbot.waitUntil(lambda: score.view.playing == int(notes.ids[30]))
    qtbot.waitUntil(lambda: shown(score)[0] <= notes.starts[30] // BAR < shown(score)[1])


def test_lines_that_were_engraved_are_not_engraved_again(
    score: ScoreLane, tune: Workspace, engraver: InlineEngraver, qtbot: QtBot
) -> None:
    first = shown(score)
    qtbot.waitUntil(lambda: engraver.asked == 2)  # the next line is made ready
    score.view.turn_by(1)
    qtbot.waitUntil(lambda: shown(score)[0] == first[1])
    qtbot.waitUntil(lambda: engraver.asked == 3)
    score.view.turn_by(-1)
    qtbot.waitUntil(lambda: shown(score) == first)
    qtbot.wait(150)
    assert engraver.asked == 3


def test_nothing_is_engraved_while_it_is_folded_or_hidden(
    timeline: Timeline, score: ScoreLane, tune: Workspace, engraver: InlineEngraver, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: engraver.asked == 2)
    assert timeline.score_row is not None
    timeline.score_row.toggle_fold()
    tune.edit("Move", lambda s: edits.move(s, frozenset({2}), 0, 2))
    qtbot.wait(150)
    assert engraver.asked == 2
    timeline.score_row.toggle_fold()
    qtbot.waitUntil(lambda: engraver.asked >= 3)


def test_a_sketch_without_notes_has_no_score(timeline: Timeline, speech: Workspace, look: Look, qtbot: QtBot) -> None:
    other = Timeline(speech, look, engraving=(InlineEngraver(), Background()))
    qtbot.addWidget(other)
    other.show()
    assert other.score_row is not None and not other.score_row.isVisible()
    assert timeline.score_row is not None and timeline.score_row.isVisible()
