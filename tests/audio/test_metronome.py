"""Clicks on beats while the transport runs, and a count-in before it."""

import numpy as np

from .conftest import BLOCK, RATE, CrankedPlayer

_BEATS = [(0.5 * k, k % 4 == 0) for k in range(8)]


def _onsets(frames: np.ndarray) -> list[int]:
    loud = np.abs(frames[:, 0]) > 0.02
    starts = np.flatnonzero(loud & ~np.concatenate([[False], loud[:-1]]))
    return [int(at) for k, at in enumerate(starts) if k == 0 or at - starts[k - 1] > RATE // 10]


def test_beats_are_clicked_where_they_are_heard_and_bars_are_louder(player: CrankedPlayer) -> None:
    player.set_sound(np.zeros(4 * RATE, np.float32), RATE)
    player.set_beats(_BEATS)
    player.play(0.25)
    played = player.crank(90)
    at = _onsets(played)
    assert np.allclose(np.array(at) / RATE, [0.25, 0.75, 1.25, 1.75], atol=0.002)
    peaks = [np.abs(played[k : k + 600]).max() for k in at]
    assert peaks[-1] == np.float32(max(peaks)) and peaks[-1] > 1.3 * peaks[0]  # 2.0 s begins the second bar


def test_without_beats_nothing_is_added(player: CrankedPlayer) -> None:
    player.set_sound(np.zeros(RATE, np.float32), RATE)
    player.set_beats(_BEATS)
    player.set_beats(None)
    player.play(0.0)
    assert not player.crank(20).any()


def test_a_bar_is_counted_before_the_sound_begins(player: CrankedPlayer) -> None:
    player.set_sound(np.full(RATE, 0.5, np.float32), RATE)
    player.play(0.5, count_in=(0.25, 3))
    played = player.crank(50)
    lead = round(0.75 * RATE)
    assert np.allclose(np.array(_onsets(played[: lead - BLOCK])) / RATE, [0, 0.25, 0.5], atol=0.002)
    assert abs(played[lead + 400, 0] - 0.5) < 1e-3 and np.abs(played[lead - 200 : lead]).max() < 0.02
    assert player.playing
