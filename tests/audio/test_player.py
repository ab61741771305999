"""The player, its real callback cranked by hand: content, transport, clock and books."""

import numpy as np
import pytest
from numpy.typing import NDArray

from intermezzo.audio.reel import RAMP_S
from intermezzo.core.errors import SourceError

from .conftest import BLOCK, DELAY_S, RATE, CrankedPlayer

N_RAMP = round(RAMP_S * RATE)


def tone(n: int, hz: float = 200.0) -> NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(n) / RATE)).astype(np.float32)


LARGEST_STEP = 0.5 * 2 * np.pi * 200 / RATE  # of the tone
NO_CLICK = LARGEST_STEP + 2 * 0.5 * np.pi / 2 / N_RAMP  # and of a full ramp between its extremes


def largest_step(played: NDArray[np.float32]) -> float:
    return float(np.abs(np.diff(played[:, 0], prepend=0.0)).max())


def test_what_was_set_is_played(player: CrankedPlayer) -> None:
    sound = tone(RATE)
    player.set_sound(sound, RATE)
    player.play()
    played = player.crank(60)
    assert np.array_equal(played[N_RAMP:RATE, 0], sound[N_RAMP:])
    assert np.array_equal(played[:, 0], played[:, 1])
    assert not played[RATE + N_RAMP :].any()
    assert player.n_ends == 1
    assert not player.playing


def test_nothing_sounds_before_play(player: CrankedPlayer) -> None:
    player.set_sound(tone(RATE), RATE)
    assert not player.crank(3).any()


def test_a_stretch_is_played_to_its_stop(player: CrankedPlayer) -> None:
    sound = tone(RATE)
    player.set_sound(sound, RATE)
    player.play(0.25, 0.5)
    played = player.crank(40)[:, 0]
    n = RATE // 4
    assert np.array_equal(played[N_RAMP:n], sound[n + N_RAMP : 2 * n])
    assert not played[n + N_RAMP :].any()
    assert player.position_s == pytest.approx(0.5)


def test_old_sound_is_never_played_after_an_edit(player: CrankedPlayer) -> None:
    """All of the sound is made stale: whatever comes later than 3 ms after the edit is old."""
    player.set_sound(np.full(RATE, 0.5, np.float32), RATE)
    player.play()
    before = player.crank(5)
    assert before.any()
    player.silence([(0, RATE)])
    played = player.crank(60)
    assert largest_step(np.concatenate([before, played])) < 0.05
    assert not played[N_RAMP:].any()


def test_new_sound_replaces_old_under_the_playhead_at_the_next_block_without_a_click(player: CrankedPlayer) -> None:
    player.set_sound(np.full(RATE, 0.5, np.float32), RATE)
    player.play()
    before = player.crank(5)
    player.replace(0, np.full(RATE, -0.5, np.float32))
    after = player.crank(5)
    assert largest_step(np.concatenate([before, after])) < 0.05
    assert np.all(after[N_RAMP:] == np.float32(-0.5))


def test_an_edit_elsewhere_leaves_what_is_played_bit_for_bit(player: CrankedPlayer) -> None:
    sound = tone(RATE)
    player.set_sound(sound, RATE)
    player.play()
    first = player.crank(5)
    player.silence([(20000, 22000)])
    both = np.concatenate([first, player.crank(5)])[:, 0]
    assert np.array_equal(both[N_RAMP:], sound[N_RAMP : 10 * BLOCK])


def test_a_loop_has_exactly_its_length(player: CrankedPlayer) -> None:
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, RATE).astype(np.float32)
    player.set_sound(sound, RATE)
    player.play(0.1, 0.3, loop=True)
    played = player.crank(60)[:, 0]
    n = round(0.2 * RATE)
    turn = sound[2400 : 2400 + n]
    for k in range(5):
        assert np.array_equal(played[k * n + N_RAMP : (k + 1) * n], turn[N_RAMP:])
    assert player.playing


def test_a_loop_set_while_playing_takes_hold_when_the_playhead_reaches_its_end(player: CrankedPlayer) -> None:
    sound = tone(RATE, hz=77.0)
    player.set_sound(sound, RATE)
    player.play()
    player.crank(2)
    player.set_loop((0.1, 0.2))
    played = player.crank(10)[:, 0]  # from frame 960 on
    assert np.array_equal(played[: 4800 - 960], sound[960:4800])
    wrapped = played[4800 - 960 + N_RAMP :]
    assert np.array_equal(wrapped, sound[2400 + N_RAMP : 2400 + N_RAMP + len(wrapped)])
    player.set_loop(None)
    player.crank(60)
    assert not player.playing


@pytest.mark.parametrize("device_rate", [RATE, 48000])
def test_no_transport_action_clicks(device_rate: int) -> None:
    player = CrankedPlayer(device_rate)
    player.set_sound(tone(RATE, hz=200.0), RATE)
    played = []
    player.play(0.00125)  # at the top of the wave
    played.append(player.crank(3))
    player.seek(0.50375)  # from any place to its foot
    played.append(player.crank(3))
    player.pause()
    played.append(player.crank(2))
    player.play()
    played.append(player.crank(3))
    player.gain = 0.2
    played.append(player.crank(3))
    player.audition(np.full(2000, 0.5, np.float32))
    played.append(player.crank(2))
    player.audition(np.full(2000, -0.5, np.float32))
    played.append(player.crank(4))
    player.play(0.3, 0.33125, loop=True)  # turns from a wave's top to its foot
    played.append(player.crank(10))
    player.stop()
    played.append(player.crank(2))
    assert largest_step(np.concatenate(played)) < NO_CLICK


def test_an_audition_sounds_at_once_and_replaces_the_one_before(player: CrankedPlayer) -> None:
    player.set_sound(tone(RATE), RATE)
    first = player.audition(np.full(RATE, 0.25, np.float32))
    assert np.all(player.crank(2)[N_RAMP:] == np.float32(0.25))
    second = player.audition(np.full(1000, -0.25, np.float32))
    played = player.crank(6)[:, 0]
    assert np.all(played[N_RAMP : 1000 - N_RAMP] == np.float32(-0.25))
    assert not played[1000 + N_RAMP :].any()
    deliveries = player.first_delivery(first), player.first_delivery(second)
    assert deliveries == (100.0, pytest.approx(100.0 + 2 * BLOCK / RATE))


def test_an_audition_leaves_the_transport_alone(player: CrankedPlayer) -> None:
    player.set_sound(tone(RATE), RATE)
    player.play()
    player.crank(2)
    player.audition(tone(100))
    player.crank(10)
    assert player.playing
    assert player.position_s == pytest.approx(12 * BLOCK / RATE - DELAY_S)


def test_a_generation_is_delivered_when_its_own_stretch_is_played(player: CrankedPlayer) -> None:
    whole = player.set_sound(tone(RATE), RATE)
    player.play()
    later = player.replace(10 * BLOCK, tone(BLOCK))
    player.crank(10)
    assert player.first_delivery(whole) == 100.0
    assert player.first_delivery(later) is None
    player.crank(1)
    assert player.first_delivery(later) == pytest.approx(100.0 + 10 * BLOCK / RATE)


def test_the_playhead_shows_what_is_heard_not_what_was_handed_over(player: CrankedPlayer) -> None:
    player.set_sound(tone(RATE), RATE)
    player.play(0.1)
    assert player.position_s == pytest.approx(0.1)
    player.crank(1)
    assert player.position_s == pytest.approx(0.1)  # the first block is still on its way
    player.crank(9)
    assert player.position_s == pytest.approx(0.1 + 10 * BLOCK / RATE - DELAY_S)
    player.now_s += 0.001
    assert player.position_s == pytest.approx(0.101 + 10 * BLOCK / RATE - DELAY_S)


def test_pause_stays_where_it_was_heard_and_stop_goes_back(player: CrankedPlayer) -> None:
    player.set_sound(tone(RATE), RATE)
    player.play(0.1)
    player.crank(10)
    paused_s = player.position_s
    player.pause()
    player.crank(10)
    assert player.position_s == pytest.approx(paused_s, abs=1 / RATE)
    player.play()
    player.crank(10)
    assert player.position_s == pytest.approx(paused_s + 10 * BLOCK / RATE - DELAY_S, abs=1 / RATE)
    player.play(0.4)
    player.crank(3)
    player.stop()
    player.crank(1)
    assert player.position_s == pytest.approx(0.4)
    assert not player.playing


def test_a_jump_beyond_the_stop_plays_on_to_the_end(player: CrankedPlayer) -> None:
    sound = tone(RATE)
    player.set_sound(sound, RATE)
    player.play(0.0, 0.2)
    player.crank(2)
    player.seek(0.5)
    assert np.array_equal(player.crank(10)[N_RAMP:, 0], sound[RATE // 2 + N_RAMP : RATE // 2 + 10 * BLOCK])


def test_playing_at_the_end_begins_again(player: CrankedPlayer) -> None:
    player.set_sound(tone(RATE // 10), RATE)
    player.play()
    player.crank(20)
    assert player.position_s == pytest.approx(0.1)
    assert player.play()
    player.crank(1)
    assert player.position_s == pytest.approx(0.0)


def test_another_sound_stops_the_first(player: CrankedPlayer) -> None:
    player.set_sound(np.full(RATE, 0.5, np.float32), RATE)
    player.play()
    player.crank(2)
    player.set_sound(np.full(RATE, -0.5, np.float32), RATE)
    played = player.crank(3)
    assert not player.playing
    assert not played[N_RAMP:].any()
    assert played.min() >= 0.0


def test_a_device_at_twice_the_rate_hears_the_same_sound_and_time() -> None:
    player = CrankedPlayer(device_rate=48000)
    sound = tone(RATE)
    player.set_sound(sound, RATE)
    player.play(0.1)
    played = player.crank(20)[::2, 0]
    np.testing.assert_allclose(played[N_RAMP:], sound[2400 + N_RAMP : 2400 + len(played)], atol=1e-6)
    assert player.position_s == pytest.approx(0.1 + 20 * BLOCK / 48000 - DELAY_S)


def test_a_device_chosen_later_plays_the_sound_that_is_there_from_the_same_place() -> None:
    player = CrankedPlayer()
    player.set_sound(tone(RATE), RATE)
    player.silence([(6000, 12000)])
    player.seek(0.2)
    player._forced_rate = 48000
    assert player.select_device("another hand")
    player.play()
    played = player.crank(5)[::2, 0]
    np.testing.assert_allclose(played[N_RAMP : 1200 - N_RAMP], tone(RATE)[4800 + N_RAMP : 6000 - N_RAMP], atol=1e-6)
    assert np.abs(player.crank(20)).max() < 1e-4  # -80 dB: silent, but for the ringing of the filter


def test_gain_and_level(player: CrankedPlayer) -> None:
    player.set_sound(np.full(RATE, 0.5, np.float32), RATE)
    player.gain = 0.5
    player.crank(1)
    player.play()
    assert np.all(player.crank(5)[N_RAMP:] == np.float32(0.25))
    assert player.level.peak == pytest.approx((0.25, 0.25))


def test_a_sound_that_is_refused_changes_nothing(player: CrankedPlayer) -> None:
    sound = tone(RATE)
    player.set_sound(sound, RATE)
    with pytest.raises(SourceError):
        player.replace(100, np.array([np.inf], np.float32))
    player.play()
    assert np.array_equal(player.crank(10)[N_RAMP:, 0], sound[N_RAMP : 10 * BLOCK])


def test_a_fault_in_a_listener_is_silence_not_a_dead_stream(
    player: CrankedPlayer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player._mixer, "_on_end", lambda: 1 / 0)
    player.set_sound(tone(100), RATE)
    player.play()
    assert not player.crank(1).any()
    assert "callback failed" in caplog.text


def test_another_sound_of_the_same_rate_does_not_ask_the_device_again() -> None:
    asked: list[int] = []

    class Counting(CrankedPlayer):
        def _choose_rate(self, rate: int) -> int:
            asked.append(rate)
            return super()._choose_rate(rate)

    player = Counting(48_000)
    for rate in (RATE, RATE, 16_000, 16_000):
        player.set_sound(tone(RATE), rate)
    player.play(0.0)
    assert np.abs(player.crank(10)).max() > 0.1
    assert asked == [RATE, 16_000]
