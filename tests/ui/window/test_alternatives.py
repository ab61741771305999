"""The alternatives of a chord in the inspector: how sure the model is of each, and a click or a key takes one."""

from dataclasses import replace

import pytest
from drawn_tune import tune_sketch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from intermezzo.core.layers import Mark, Region
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.ui.selection import Selection

BAR = 1920
THOUGHT = ((), (("Em", 0.41), ("Bm", 0.27), ("D/F#", 0.18), ("Am", 0.09)), (), (("C", 0.5),))


@pytest.fixture
def tune(rig):
    sketch = tune_sketch()
    sketch = sketch.with_layer(replace(sketch.chords, alternatives=THOUGHT))
    stage = Stage("1", "nobody.melody", Text("When the lamps"), sketch=sketch)
    rig.studio.workspace.open(Project("River song", (stage,)), saved=True)
    rig.studio.window.refresh()
    rig.settle()
    return rig


def choose(rig, k: int) -> None:
    rig.studio.workspace.select(Selection("chords", k * BAR, (k + 1) * BAR, element=k))
    rig.settle()


def shown(rig):
    panel = rig.studio.window.selection_panel.thought
    return [] if panel.isHidden() else [row for row in panel.rows if not row.isHidden()]


def label(rig, k: int = 1) -> str:
    return rig.studio.workspace.sketch.chords.labels[k]


def test_the_chord_that_is_selected_shows_what_the_model_thought_of(tune) -> None:
    choose(tune, 1)
    assert [(row.shown, row.numeral, row.share) for row in shown(tune)] == [
        ("Em", "vi", 0.41), ("Bm", "iii", 0.27), ("D/F♯", "V⁶", 0.18), ("Am", "ii", 0.09),
    ]  # fmt: skip
    assert [row.stands for row in shown(tune)] == [True, False, False, False]
    assert not shown(tune)[0].by_hand and shown(tune)[1].accessibleName() == "Bm iii 0.27"
    assert tune.studio.window.selection_panel.context.text() == "vi of G major"
    choose(tune, 0)
    assert shown(tune) == []
    tune.studio.workspace.select(Selection(None, BAR, 2 * BAR))
    assert shown(tune) == []


def test_a_click_takes_an_alternative_and_undo_gives_the_chord_back(tune) -> None:
    workspace = tune.studio.workspace
    choose(tune, 1)
    QTest.mouseClick(shown(tune)[1], Qt.MouseButton.LeftButton)
    tune.settle()
    assert label(tune) == "Bm" and workspace.sketch.chords.origin[1] & Mark.EDITED
    assert workspace.history.undo_label == "Em becomes Bm"
    tune.until(lambda: [row.stands and row.by_hand for row in shown(tune)] == [False, True, False, False])
    workspace.undo()
    assert label(tune) == "Em"
    tune.until(lambda: [row.stands for row in shown(tune)] == [True, False, False, False])


def test_the_models_own_chord_taken_again_is_no_edit(tune) -> None:
    choose(tune, 1)
    QTest.mouseClick(shown(tune)[3], Qt.MouseButton.LeftButton)
    tune.settle()
    QTest.mouseClick(shown(tune)[0], Qt.MouseButton.LeftButton)
    assert label(tune) == "Em" and not tune.studio.workspace.sketch.chords.origin[1]


def test_number_keys_take_alternatives_where_a_chord_has_any(tune) -> None:
    window = tune.studio.window
    choose(tune, 1)
    window.book["hear_take_3"].trigger()
    assert label(tune) == "D/F#"
    window.book["hear_take_9"].trigger()
    assert label(tune) == "D/F#" and not window.playback.is_playing


def test_a_locked_chord_shows_its_alternatives_and_takes_none(tune) -> None:
    workspace = tune.studio.workspace
    workspace.edit("Lock", lambda s: s.with_layer(s.chords.lock(Region(BAR, BAR + 1), True)))
    choose(tune, 1)
    assert [row.isEnabled() for row in shown(tune)] == [True, False, False, False]
    QTest.mouseClick(shown(tune)[1], Qt.MouseButton.LeftButton)
    tune.studio.window.book["hear_take_2"].trigger()
    assert label(tune) == "Em"
