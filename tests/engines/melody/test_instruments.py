"""The instruments: in tune, in time, of one loudness, without clicks or folded partials, and the same page by page."""

from functools import partial

import numpy as np
import pytest

from intermezzo_engines.melody.sound import blown, sung
from intermezzo_engines.melody.sound.heard import cents_off, loudness_lu, note, onset_ms
from intermezzo_engines.melody.sound.instruments import INSTRUMENTS, instrument_for
from intermezzo_engines.melody.sound.rate import PAGE, RATE, hz_of
from intermezzo_engines.melody.sound.room import ROOM_SAMPLES, in_room, response


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_an_instrument_is_in_tune_in_time_and_as_loud_as_the_others(name: str) -> None:
    for pitch in (45, 74):
        sound = note(INSTRUMENTS[name], pitch)
        assert abs(cents_off(sound[RATE // 4 : RATE * 23 // 20], hz_of(pitch))) < 1
        assert onset_ms(sound) < (20 if INSTRUMENTS[name].holds else 5)
        assert -25.5 < loudness_lu(sound) < -23.5


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_what_a_note_sounds_like_before_its_end_does_not_depend_on_when_that_is(name: str) -> None:
    short, long = note(INSTRUMENTS[name], 64, held_s=0.5), note(INSTRUMENTS[name], 64, held_s=1.0)
    assert np.array_equal(short[: RATE // 2], long[: RATE // 2])
    release = len(INSTRUMENTS[name].release)
    assert not short[RATE // 2 + release :].any() and np.abs(short[-RATE:]).max() > 0
    # Harder is louder, and a tone at the top of the range still has nothing below it.
    assert np.abs(note(INSTRUMENTS[name], 64, 120)).max() > 1.5 * np.abs(note(INSTRUMENTS[name], 64, 60)).max()


@pytest.mark.parametrize("name", ["piano", "voice aah", "violin", "organ"])
def test_a_harder_touch_is_brighter(name: str) -> None:
    def centre_hz(velocity: int) -> float:
        power = np.abs(np.fft.rfft(note(INSTRUMENTS[name], 60, velocity)[: RATE // 2])) ** 2
        return float((power * np.fft.rfftfreq(RATE // 2, 1 / RATE)).sum() / power.sum())

    soft, hard = centre_hz(30), centre_hz(120)
    assert hard > 1.04 * soft if name != "organ" else hard == pytest.approx(soft, rel=0.01)  # pipes know no touch


def test_a_slur_glides_from_the_note_before_it_and_arrives_in_tune() -> None:
    sound = note(instrument_for("flute", "", -5), 72)
    assert cents_off(sound[200:1_500], hz_of(72)) < -80
    assert abs(cents_off(sound[RATE // 4 : RATE], hz_of(72))) < 1
    assert instrument_for("piano", "", -5) is INSTRUMENTS["piano"]


def test_pages_join_without_a_seam() -> None:
    for name, recipe in (("voice ooh", partial(blown.voice, "u")), ("violin", blown.violin)):
        tone = recipe(67, 5)
        pages = np.concatenate([sung.page_of(tone, index) for index in range(4)]).astype(np.float64)
        bend = np.abs(np.diff(pages, 3))
        seams = [bend[at - 4 : at + 4].max() for at in (PAGE, 2 * PAGE, 3 * PAGE)]
        assert max(seams) < np.quantile(bend[PAGE:], 0.999), name


def test_the_room_is_the_plain_convolution_and_knows_nothing_of_what_comes() -> None:
    rng = np.random.default_rng(1)
    sound = (0.3 * rng.standard_normal(2_000)).astype(np.float32)
    heard = in_room(np.concatenate([sound, np.zeros(ROOM_SAMPLES, np.float32)]), 0)
    wanted = np.convolve(np.rint(sound.astype(np.float64) * 2**18), response()[1]) / 2.0**37
    np.testing.assert_array_equal(heard[1, : len(wanted)], wanted.astype(np.float32))
    assert heard[:, ROOM_SAMPLES + 1_000 :].any() and not heard[:, ROOM_SAMPLES + 2_000 :].any()
    long = np.concatenate([sound, rng.standard_normal(150_000).astype(np.float32)])
    np.testing.assert_array_equal(in_room(long, 0)[:, :2_000], in_room(sound, 0))
    np.testing.assert_array_equal(in_room(long, 0)[:, 60_000:], in_room(long[10_000:], 50_000))
