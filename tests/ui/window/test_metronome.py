"""The metronome: clicks are counted anew where tempo, metre or length change, and are of the version that is heard."""

import pytest

from intermezzo.core.edits import notes, spans
from intermezzo.ui.deck import Crossing, Deck

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen says so of every popup


def test_beats_are_counted_anew_only_where_tempo_metre_or_length_change(tune) -> None:
    workspace, player = tune.studio.workspace, tune.player
    tune.studio.playback.set_metronome(True, False)
    before = player.beats
    assert before and before[0][1]
    workspace.edit("Up", lambda s: notes.move(s, [5], 0, 2))
    assert player.beats is before
    workspace.edit("Slower", lambda s: spans.relabel(s, "tempo", 0, "30"))
    assert player.beats is not before and player.beats[1][0] == pytest.approx(2.0)
    tune.studio.playback.set_metronome(False, False)
    assert player.beats is None


def test_clicks_go_with_the_version_that_is_heard(tune) -> None:
    workspace = tune.studio.workspace
    mine = workspace.sketch
    slow = spans.relabel(mine, "tempo", 0, "30")
    deck, player = Deck(tune.player), tune.player
    deck.set_beats([(0.0, True), (1.0, False)])
    mine_s = float(slow.clock.seconds_at(mine.clock.frames_at(1.0)))
    deck.hear(workspace.output, Crossing.between(mine, slow))
    assert player.beats == [(0.0, True), (pytest.approx(mine_s), False)]
    deck.hear(workspace.output, None)
    assert player.beats == [(0.0, True), (1.0, False)]
