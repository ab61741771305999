"""The transport: keys, loop, level, and what it says where there is no sound device."""

import pytest
from drawn_tune import tune_sketch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from intermezzo.core.edits import spans
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.ui.selection import Selection
from intermezzo.ui.transport import clock_text


def test_the_clock_is_written_with_milliseconds() -> None:
    assert clock_text(10.9154) == "00:10.915"
    assert clock_text(3725.5) == "1:02:05.500"
    assert clock_text(59.9999) == "01:00.000"


def test_play_starts_at_the_playhead_and_pause_stays_where_it_is_heard(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    workspace.set_playhead(0.5)
    QTest.mouseClick(window.transport.play, Qt.MouseButton.LeftButton)
    assert rig.player.calls[-1] == ("play", 0.5, None)
    rig.player.position_s = 0.9
    rig.until(lambda: window.transport.clock.text() == "00:00.900")
    assert window.transport.play.accessibleName() == "Pause"
    QTest.mouseClick(window.transport.play, Qt.MouseButton.LeftButton)
    assert not rig.player.playing and workspace.playhead_s == 0.9
    assert window.transport.play.accessibleName() == "Play"


def test_shift_space_plays_the_selection_once_and_the_loop_repeats_it(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    workspace.select(Selection(None, 20, 60))
    window.history.list.setFocus()
    rig.settle()
    QTest.keyClick(window.history.list, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert rig.player.calls[-1] == ("play", 0.2, 0.6)
    QTest.keyClick(window.history.list, Qt.Key.Key_C)
    assert rig.player.loop == (0.2, 0.6)
    workspace.select(Selection(None, 30, 50))
    assert rig.player.loop == (0.3, 0.5)
    assert window.transport.loop.isChecked()
    assert window.transport.range.text() == "selected 0.300 to 0.500"


def test_home_end_and_frame_steps_move_the_playhead(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    window.book["to_end"].trigger()
    assert workspace.playhead_s == workspace.sketch.duration_s
    window.book["frame_back"].trigger()
    assert abs(workspace.playhead_s - (workspace.sketch.duration_s - 0.01)) < 1e-9
    window.book["to_start"].trigger()
    assert workspace.playhead_s == 0.0


def test_without_a_device_a_calm_card_says_what_still_works(rig) -> None:
    window = rig.converted().studio.window
    rig.player.available, rig.player.reason = False, "No audio output was found."
    window.book["play"].trigger()
    window.book["play"].trigger()
    assert len(window.notices.cards) == 1
    assert "No sound device" in window.notices.cards[0].accessibleName()
    assert "Exports are not affected" in window.notices.cards[0].accessibleName()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.notices.cards == ()


def test_level_and_mute_reach_the_player(rig) -> None:
    window, playback = rig.converted().studio.window, rig.studio.playback
    window.transport.level.moved.emit(-6.0)
    assert abs(rig.player.gain - 0.501) < 0.001
    QTest.mouseClick(window.transport.mute, Qt.MouseButton.LeftButton)
    assert rig.player.gain == 0.0 and playback.is_muted
    window.book["mute"].trigger()
    assert abs(rig.player.gain - 0.501) < 0.001


def test_a_sound_that_was_played_to_its_end_plays_again_from_its_start(rig) -> None:
    window, workspace = rig.converted().studio.window, rig.studio.workspace
    window.book["play"].trigger()
    rig.player.position_s = workspace.sketch.duration_s - 0.06  # where the clock of a real device stands at the end
    rig.player.playing = False
    rig.until(lambda: workspace.playhead_s == workspace.sketch.duration_s)
    window.book["play"].trigger()
    assert rig.player.calls[-1] == ("play", 0.0, None)


def test_the_playhead_never_stands_behind_the_end(rig) -> None:
    workspace = rig.converted().studio.workspace
    workspace.set_playhead(workspace.sketch.duration_s)
    last = workspace.sketch.governing.count - 1
    before = workspace.sketch.duration_s
    assert workspace.edit("Shorten", lambda s: spans.delete(s, last))
    assert workspace.playhead_s == workspace.sketch.duration_s < before


@pytest.mark.parametrize(
    ("selected", "looped"),
    [
        ((1920, 3840), (1920, 3840)),  # a bar
        ((2000, 6000), (1920, 7680)),  # what it touches of three
        ((2200, 2500), (1920, 2880)),  # two beats
        ((3700, 4000), (3360, 4320)),  # two beats over a bar line
    ],
)
def test_the_loop_of_a_tune_is_whole_bars_and_of_a_shorter_selection_beats(rig, selected, looped) -> None:
    workspace, playback = rig.studio.workspace, rig.studio.window.playback
    sketch = tune_sketch(tempo="60")
    workspace.open(Project("River song", (Stage("1", "nobody.melody", Text("When"), sketch=sketch),)), saved=True)
    workspace.select(Selection(None, *selected))
    playback.set_looping(True)
    playback.play()
    assert rig.player.loop == pytest.approx((looped[0] / 480, looped[1] / 480))
    playback.pause()
    playback.play_selection()
    assert rig.player.calls[-1] == ("play", pytest.approx(looped[0] / 480), None)
    workspace.select(Selection())
    assert rig.player.loop == pytest.approx((0.0, sketch.duration_s))
