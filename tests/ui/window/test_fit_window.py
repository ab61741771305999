"""A tune in the whole window: what fits is told live, findings are marked, gone through, mended and allowed."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_tune import tune_sketch
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from intermezzo.core.edits import notes
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.ui.help.pages import page_of, slug, text_of
from intermezzo.ui.selection import Selection
from intermezzo.ui.singing_words import sentence_of
from intermezzo.ui.timeline.finding_card import FindingCard
from intermezzo.ui.timeline.notes_lane import NotesLane

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen says so of every popup


@pytest.fixture
def tune(rig):
    sketch = notes.move(tune_sketch(), [5], 0, 10)  # D over E minor on the first beat
    stage = Stage("1", "nobody.melody", Text("When the lamps"), sketch=sketch)
    rig.studio.workspace.open(Project("River song", (stage,)), saved=True)
    rig.studio.window.refresh()
    rig.settle()
    return rig


def roll(rig) -> NotesLane:
    lane = rig.studio.window.timeline.lane("notes")
    assert isinstance(lane, NotesLane)
    return lane


def sentences(rig) -> list[str]:
    return [sentence_of(finding) for finding in rig.studio.workspace.review.findings]


def edited(rig, label: str, edit) -> None:
    rig.studio.workspace.edit(label, edit)
    rig.until(lambda: rig.studio.workspace.review.sketch is rig.studio.workspace.sketch)


def test_tiles_say_what_fits_and_a_click_selects_what_does_not(tune) -> None:
    window, workspace = tune.studio.window, tune.studio.workspace
    tiles = window.fit.tiles
    assert {rule: tile.text().replace("\u2009", "") for rule, tile in tiles.items()} == {
        "key": "100%", "chord": "71%", "rhythm": "100%", "cadence": "93%",
    }  # fmt: skip
    assert tiles["key"].is_met and not tiles["chord"].is_met and "does not fit" in tiles["chord"].accessibleName()
    QTest.mouseClick(tiles["chord"], Qt.MouseButton.LeftButton)
    assert workspace.selection.notes == {2, 5, 9, 10}
    edited(tune, "Fit", lambda s: notes.fit(s, [2, 5, 9, 10], chord=True))
    assert tiles["chord"].text() == "100\u2009%" and tiles["chord"].is_met


def test_help_on_the_tiles_opens_where_they_are_explained(tune) -> None:
    window = tune.studio.window
    window.rooms._name_pages()
    page = page_of(window.fit.tiles["key"])
    assert page == "tools#" + slug("What fits, and what to mend")
    assert "### What fits, and what to mend" in text_of("tools")


def test_speech_has_no_fit(rig) -> None:
    rig.converted()
    assert not rig.studio.window.fit.isVisible() and not rig.studio.window.book["next_finding"].isEnabled()


def test_findings_are_gone_through_by_key_and_mended_by_key(tune) -> None:
    window, workspace = tune.studio.window, tune.studio.workspace
    roll(tune).setFocus()
    window.book["next_finding"].trigger()
    assert workspace.selection.notes == {4, 5} and roll(tune).marks.card is not None
    QTest.keyClick(roll(tune).marks.card, Qt.Key.Key_F8)
    card = roll(tune).marks.card
    assert workspace.selection.notes == {5} and card is not None and "D5 is not in Em" in card.accessibleName()
    card.close()
    window.book["mend"].trigger()
    tune.until(lambda: "D5 is not in Em" not in sentences(tune))
    assert workspace.history.undo_label == "Move to B4: D5 is not in Em"
    workspace.undo()
    tune.until(lambda: "D5 is not in Em" in sentences(tune))


def test_a_click_on_the_mark_opens_its_card_and_a_click_on_a_mend_mends(tune) -> None:
    lane, workspace = roll(tune), tune.studio.workspace
    k = lane.notes.index_of(5)
    mark = lane.marks.rect(lane.notes, k)
    assert lane.marks.at(mark.center()) == k and "D5 is not in Em" in lane.values_at(mark.center())
    assert lane.cursor_at("draw", mark.center()) == Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(lane, Qt.MouseButton.LeftButton, pos=mark.center().toPoint())
    card = lane.marks.card
    assert isinstance(card, FindingCard) and card.isVisible()
    link = next(link for link in card.links if link.text() == "Allow as passing note")
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    tune.until(lambda: "D5 is not in Em" not in sentences(tune))
    assert int(workspace.sketch.notes.pitches[k]) == 74
    assert lane.marks.at(QPointF(mark.right() + 90, mark.center().y())) is None


def test_all_of_a_kind_are_mended_in_one_step(tune) -> None:
    window, workspace = tune.studio.window, tune.studio.workspace
    rows = {row.kind: row for row in window.fit.rows if row.isVisible()}
    assert {kind: row.count.text() for kind, row in rows.items()} == {"stress": "2", "chord": "2"}
    before = len(workspace.history.steps)
    QTest.mouseClick(rows["chord"].mend, Qt.MouseButton.LeftButton)
    tune.until(lambda: not any("is not in" in sentence for sentence in sentences(tune)))
    assert len(workspace.history.steps) == before + 1
    assert workspace.history.undo_label == "Mend all: against the chord"
    assert [row.kind for row in window.fit.rows if row.isVisible()] == ["stress"]
    workspace.review.mend_all("stress", allow=True)
    tune.until(lambda: not sentences(tune))
    tune.until(lambda: not window.book["next_finding"].isEnabled())
    assert window.fit.clean.isVisible()


def test_a_phrase_that_ends_otherwise_than_its_span_says_is_told_on_the_lane(tune) -> None:
    lane = tune.studio.window.timeline.lane("cadence")
    assert "rests as if it closed" in lane.text_of(0) and "ends so" in lane.text_of(1)
    edited(tune, "Shorter", lambda s: notes.resize(s, [6], stop_by=-720))
    assert "ends so" in lane.text_of(0)


def test_another_singer_finds_other_notes_out_of_range(tune) -> None:
    workspace, stage = tune.studio.workspace, tune.studio.workspace.stage
    workspace.change("Bass", lambda p: p.with_stage(replace(stage, params={"voice": "bass", "largest_leap": 9})))
    tune.until(lambda: "range" in workspace.review.kinds())
    assert "leap" in workspace.review.kinds()  # an octave, and the limit is nine
    workspace.undo()
    tune.until(lambda: "range" not in workspace.review.kinds())


def test_a_roll_that_was_built_anew_shows_findings_and_the_old_one_is_left_alone(tune) -> None:
    workspace, project = tune.studio.workspace, tune.studio.workspace.project
    tune.converted()
    workspace.open(project, saved=True)
    tune.studio.window.refresh()
    tune.settle()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    workspace.review.step(1)
    assert roll(tune).marks.card is not None and roll(tune).marks.card.isVisible()
    roll(tune).marks.card.close()


def test_a_tune_of_thousands_of_notes_is_looked_through_beside_the_window(tune) -> None:
    workspace = tune.studio.workspace
    long = tune_sketch(repeat=100)
    workspace.open(Project("Long", (Stage("1", "nobody.melody", Text(""), sketch=long),)), saved=True)
    tune.until(lambda: workspace.review.sketch is long)
    found = len(workspace.review.findings)
    assert found == 300  # the three of the four bars, a hundred times
    edited(tune, "Move", lambda s: notes.move(s, [0], 0, 1))
    assert workspace.review.sketch is workspace.sketch
    workspace.review.mend_all("chord")
    tune.until(lambda: "chord" not in workspace.review.kinds())
    assert workspace.history.undo_label == "Mend all: against the chord"
    workspace.select(Selection("notes", 0, 480, notes=frozenset(np.arange(3).tolist())))
    workspace.review.step(1)
    assert workspace.review.current() is not None
