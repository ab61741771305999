"""Edits that a conversion could not keep: the card, the list under the source, the ways back, in steps that undo."""

import numpy as np
import pytest
from tests.ui.window.conftest import Rig

from intermezzo.core.media import Text
from intermezzo.ui.selection import Selection


@pytest.fixture
def lost(rig: Rig) -> Rig:
    """Shift the pitch of two words, then change them in the text."""
    rig.converted()
    workspace, window = rig.studio.workspace, rig.studio.window
    words = workspace.sketch.words
    for k in (0, 1):
        workspace.select(Selection(None, int(words.starts[k]), int(words.stops[k])))
        window.commands.move(2)
    workspace.select(Selection())
    convert(rig, "Aha, uhu you in Iowa?")
    rig.settle()
    return rig


def convert(rig: Rig, text: str) -> None:
    workspace = rig.studio.workspace
    workspace.set_source(Text(text))
    workspace.conversions.convert()
    rig.until(lambda: not workspace.conversions.is_running)


def by_hand(rig: Rig) -> np.ndarray:
    return np.flatnonzero(rig.studio.workspace.sketch.pitch.by_hand())


def test_a_card_says_which_words_are_gone_and_the_list_names_each_edit(lost: Rig) -> None:
    window, stage = lost.studio.window, lost.studio.workspace.stage
    assert len(stage.dropped) == 2
    assert "2 edits could not be kept" in window.notices.cards[0].accessibleName()
    assert "are gone" in window.notices.cards[0].accessibleName()
    panel = window.dropped_panel
    shown = [row for row in panel.rows if row.isVisibleTo(panel.body)]
    assert panel.isVisibleTo(window.rail)
    assert [row.accessibleName() for row in shown] == [drop.line for drop in stage.dropped]
    assert all(drop.line in row.back.accessibleName() for row, drop in zip(shown, stage.dropped, strict=True))


def test_show_selects_the_place_and_bring_back_is_one_step(lost: Rig) -> None:
    workspace, panel = lost.studio.workspace, lost.studio.window.dropped_panel
    words = workspace.sketch.words
    panel.rows[0].show_place.click()
    assert (workspace.selection.start, workspace.selection.stop) == (int(words.starts[0]), int(words.stops[0]))
    before, sketch = workspace.history.position, workspace.sketch
    panel.rows[0].back.click()
    lost.settle()
    assert workspace.history.position == before + 1
    assert workspace.history.undo_label.startswith("Bring back Pitch")
    assert by_hand(lost).size and by_hand(lost).max() < words.stops[0]
    assert len(workspace.stage.dropped) == 1
    workspace.undo()
    lost.settle()
    assert workspace.sketch is sketch and len(workspace.stage.dropped) == 2


def test_all_come_back_in_one_step_and_the_panel_goes(lost: Rig) -> None:
    workspace, window = lost.studio.workspace, lost.studio.window
    before = workspace.history.position
    window.dropped_panel.all_back.click()
    lost.settle()
    assert workspace.history.position == before + 1 and workspace.stage.dropped == ()
    assert not window.dropped_panel.isVisibleTo(window.rail)
    words = workspace.sketch.words
    assert by_hand(lost).min() < words.stops[0] < by_hand(lost).max() < words.stops[1]


def test_dismissed_edits_leave_the_list_and_undo_brings_them_on_to_it(lost: Rig) -> None:
    workspace, window = lost.studio.workspace, lost.studio.window
    sketch = workspace.sketch
    window.dropped_panel.rows[1].dismiss.click()
    lost.settle()
    assert len(workspace.stage.dropped) == 1 and workspace.sketch is sketch
    window.book["dismiss_dropped"].trigger()
    assert workspace.stage.dropped == () and not window.dropped.has_any()
    workspace.undo()
    workspace.undo()
    assert len(workspace.stage.dropped) == 2


def test_an_edit_may_be_brought_on_to_the_selection(lost: Rig) -> None:
    workspace, row = lost.studio.workspace, lost.studio.window.dropped_panel.rows[0]
    words = workspace.sketch.words
    workspace.select(Selection(None, int(words.starts[3]), int(words.stops[3])))
    next(a for a in row.menu().actions() if "selection" in a.text()).trigger()
    assert by_hand(lost).min() >= words.starts[3] and by_hand(lost).max() < words.stops[3]


def test_the_card_brings_back_and_does_not_come_again_for_what_waits(lost: Rig) -> None:
    window, workspace = lost.studio.window, lost.studio.workspace
    window.notices.dismiss(window.notices.cards[0])
    convert(lost, "Aha, uhu you in Ohio?")
    assert len(workspace.stage.dropped) == 2 and not window.notices.cards
    workspace.undo()
    workspace.undo()
    workspace.undo()
    workspace.undo()
    convert(lost, "Aha, are you in Iowa?")
    window.notices.cards[0].remedy.click()
    assert workspace.stage.dropped == () and by_hand(lost).size


def test_a_word_that_returns_to_the_text_gets_its_edits_back(lost: Rig) -> None:
    workspace = lost.studio.workspace
    convert(lost, "Oh, are you in Iowa?")
    words = workspace.sketch.words
    assert workspace.stage.dropped == ()
    assert by_hand(lost).min() < words.stops[0] < by_hand(lost).max() < words.stops[1]
