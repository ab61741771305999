"""A reel: what was put in is heard, what is stale is silent, and joins do not click."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from intermezzo.audio.reel import CHUNK, RAMP_S, Gap, Reel
from intermezzo.core.errors import SourceError

RATE = 24000
N_RAMP = round(RAMP_S * RATE)
N = 4 * CHUNK


def heard(reel: Reel, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
    """Left channel of device frames start to stop."""
    out = np.full(((reel.n_frames if stop is None else stop) - start, 2), np.nan, np.float32)
    reel.read(start, out)
    return out[:, 0]


def tone(n: int, hz: float = 137 * RATE / N, level: float = 0.5) -> NDArray[np.float32]:
    """A tone of whole periods in a chunk, 201 Hz, so that it ends as softly as it begins."""
    return (level * np.sin(2 * np.pi * hz * np.arange(n) / RATE)).astype(np.float32)


def noise(n: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, n).astype(np.float32)


def test_what_was_put_in_is_heard_bit_for_bit() -> None:
    sound = noise(3 * N + 77)
    assert np.array_equal(heard(Reel.of(sound, RATE, RATE)), sound)


def test_outside_the_sound_is_silence() -> None:
    reel = Reel.of(noise(1000), RATE, RATE)
    assert not heard(reel, -500, 0).any()
    assert not heard(reel, 1000, 40000).any()


def test_a_stale_stretch_is_silent_with_ramps_outside_it() -> None:
    sound = tone(3 * N)
    reel = Reel.of(sound, RATE, RATE).silenced([(20000, 30000)], 2)
    now = heard(reel)
    assert not now[20000:30000].any()
    assert np.array_equal(now[: 20000 - N_RAMP], sound[: 20000 - N_RAMP])
    assert np.array_equal(now[30000 + N_RAMP :], sound[30000 + N_RAMP :])
    assert np.abs(np.diff(now)).max() < 0.05


def test_old_sound_is_gone_from_the_reel_not_only_covered() -> None:
    reel = Reel.of(np.full(2 * N, 0.25, np.float32), RATE, RATE).silenced([(100, N + 100)], 2)
    kept = np.concatenate(reel.chunks)[100 : N + 100]
    assert not kept.any()


def test_a_long_silence_is_one_chunk_that_is_shared() -> None:
    reel = Reel.of(noise(40 * CHUNK), RATE, 44100).silenced([(100, 39 * CHUNK)], 2)
    inside = slice(1, 38)
    assert len({id(chunk) for chunk in reel.chunks[inside]}) == 1
    assert len({id(chunk) for chunk in reel.heard[inside]}) <= 3  # ramps may reach into the first and the last
    again = reel.replaced(5 * CHUNK, noise(CHUNK), 3)
    assert not any(chunk.any() for k, chunk in enumerate(again.chunks[inside], 1) if k not in (5, 6))


def test_filling_the_gap_takes_its_ramps_away() -> None:
    sound = tone(3 * N)
    reel = Reel.of(sound, RATE, RATE).silenced([(20000, 30000)], 2)
    reel = reel.replaced(20000, sound[20000:26000], 3).replaced(26000, sound[26000:30000], 4)
    assert reel.gaps == ()
    assert np.array_equal(heard(reel), sound)


def test_a_gap_filled_in_part_stays_stale_in_the_rest() -> None:
    reel = Reel.of(tone(N), RATE, RATE).silenced([(2000, 6000)], 2).replaced(3000, tone(N)[3000:4000], 3)
    assert reel.gaps == (Gap(2000, 3000), Gap(4000, 6000))
    assert not heard(reel)[2000:3000].any()
    assert not heard(reel)[4000:6000].any()


def test_a_join_that_would_click_is_ramped_and_a_smooth_one_is_left_alone() -> None:
    sound = tone(N)
    clicking = Reel.of(sound, RATE, RATE).replaced(5030, np.full(2000, 0.5, np.float32), 2)
    assert np.abs(np.diff(heard(clicking))).max() < 0.05
    smooth = Reel.of(sound, RATE, RATE).replaced(5030, sound[5030:7030], 2)
    assert np.array_equal(heard(smooth), sound)
    mended = clicking.replaced(5030, sound[5030:7030], 3)
    assert np.array_equal(heard(mended), sound)


def test_a_sound_cut_off_at_its_end_does_not_click() -> None:
    assert abs(heard(Reel.of(np.full(N, 0.5, np.float32), RATE, RATE))[-1]) < 0.02


def test_untouched_chunks_are_shared() -> None:
    before = Reel.of(noise(5 * CHUNK), RATE, RATE)
    after = before.replaced(2 * CHUNK + 1000, noise(100), 2)
    assert [a is b for a, b in zip(before.heard, after.heard, strict=True)] == [True, True, False, True, True]


@pytest.mark.parametrize("device_rate", [48000, 44100])
def test_an_edit_at_another_rate_equals_the_whole_converted_anew(device_rate: int) -> None:
    """The edit begins on a chunk's edge, so the filter's reach lies in a chunk that the edit itself does not touch."""
    sound, patch = noise(3 * N), noise(4000, seed=1)
    reel = Reel.of(sound, RATE, device_rate)
    edge = 4 * reel.chunk_length
    edited = sound.copy()
    edited[edge : edge + 4000] = patch
    assert np.array_equal(heard(reel.replaced(edge, patch, 2)), heard(Reel.of(edited, RATE, device_rate)))


def test_a_gap_at_the_edge_of_a_chunk_has_its_ramp_in_the_chunk_before() -> None:
    sound = np.full(N, 0.5, np.float32)
    now = heard(Reel.of(sound, RATE, RATE).silenced([(CHUNK, CHUNK + 100)], 2))
    assert np.abs(np.diff(now[100:-100])).max() < 0.02


def test_the_device_rate_can_change_later() -> None:
    reel = Reel.of(noise(2 * N), RATE, RATE).silenced([(3000, 9000)], 2)
    moved = reel.at_rate(48000)
    assert moved.gaps == reel.gaps
    assert moved.n_frames == 4 * N
    np.testing.assert_allclose(heard(moved)[::2], heard(reel), atol=1e-6)


def test_sound_beyond_the_end_makes_it_longer() -> None:
    first, more = tone(1000), tone(3 * N)
    reel = Reel.of(first, RATE, RATE).replaced(N, more, 2)
    assert reel.length == 4 * N
    assert reel.gaps[0] == Gap(1000, N)
    assert np.array_equal(heard(reel)[N + N_RAMP :][: 2 * N], more[N_RAMP:][: 2 * N])


def test_a_shorter_sound_keeps_nothing_of_what_was_cut() -> None:
    longer = Reel.of(noise(2 * N), RATE, RATE).resized(N + 10).resized(2 * N)
    assert longer.gaps == (Gap(N + 10, 2 * N),)
    assert not heard(longer)[N + 10 :].any()


def test_stereo_stays_stereo_and_more_channels_are_mixed_to_one() -> None:
    stereo = np.stack([tone(1000), -tone(1000)])
    out = np.empty((1000, 2), np.float32)
    Reel.of(stereo, RATE, RATE).read(0, out)
    assert np.array_equal(out[:500], stereo.T[:500])
    assert Reel.of(np.stack([tone(1000)] * 8), RATE, RATE).n_channels == 1


def test_values_that_are_no_numbers_never_reach_a_loudspeaker() -> None:
    with pytest.raises(SourceError, match="no numbers"):
        Reel.of(np.array([0.0, np.nan], np.float32), RATE, RATE)


@st.composite
def _edits(draw: st.DrawFn) -> list[tuple[bool, int, int]]:
    place = st.tuples(st.booleans(), st.integers(0, 2999), st.integers(1, 900))
    return draw(st.lists(place, max_size=12))


@given(_edits())
def test_any_edits_leave_new_sound_where_it_is_fresh_and_silence_where_it_is_stale(
    edits: list[tuple[bool, int, int]],
) -> None:
    """Against a plain array and a plain mask; near edges only the ramps may differ."""
    expected, stale = noise(3000), np.zeros(3000, bool)
    reel = Reel.of(expected, RATE, RATE)
    for generation, (is_fill, start, n) in enumerate(edits, start=2):
        stop = min(start + n, 3000)
        fill = noise(stop - start, seed=generation)
        reel = reel.replaced(start, fill, generation) if is_fill else reel.silenced([(start, stop)], generation)
        expected[start:stop] = fill if is_fill else 0.0
        stale[start:stop] = not is_fill
    now = heard(reel)
    in_gaps = np.zeros(3000, bool)
    near_edge = np.zeros(3000, bool)
    for gap in reel.gaps:
        in_gaps[gap.start : gap.stop] = True
        near_edge[max(0, gap.start - N_RAMP) : gap.start] = True
        near_edge[gap.stop : gap.stop + N_RAMP] = True
    assert np.array_equal(in_gaps, stale)
    assert not now[stale].any()
    assert np.array_equal(now[~near_edge], expected[~near_edge])
    assert np.all(np.abs(now) <= np.abs(expected) + 1e-7)


def test_a_sound_that_turns_out_to_be_stereo_is_heard_so_and_what_was_there_stays() -> None:
    rng = np.random.default_rng(2)
    mono, stereo = (0.1 * rng.standard_normal((channels, 9000)).astype(np.float32) for channels in (1, 2))
    reel = Reel.of(np.zeros(30_000, np.float32), 44_100, 44_100).replaced(0, mono, 1).replaced(15_000, stereo, 2)
    assert reel.n_channels == 2 and reel.length == 30_000
    out = np.empty((30_000, 2), np.float32)
    reel.read(0, out)
    inside = slice(200, 8_800)  # the ramps at the joins are not looked at
    assert np.array_equal(out[inside], np.repeat(mono.T, 2, axis=1)[inside])
    assert np.array_equal(out[15_000:][inside], stereo.T[inside])
    again = reel.replaced(15_000, mono, 3)
    again.read(0, out)
    assert np.array_equal(out[15_000:][inside], np.repeat(mono.T, 2, axis=1)[inside])
