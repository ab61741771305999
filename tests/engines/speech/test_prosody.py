"""A livelier voice has a wider spread, and what the tracker gets wrong does not count."""

import numpy as np
import pytest

from intermezzo_engines.speech.heldout import Heard
from intermezzo_engines.speech.phones import PAUSE
from intermezzo_engines.speech.prosody import compared, semitones, spread_of


def heard(swing_st: float = 5.0, lengths: tuple[int, ...] = (20, 10, 40, 20, 10, 40), swell_db: float = 6.0) -> Heard:
    """A sentence of two phrases: the melody and the level are sines."""
    frames = [10, *lengths[:3], 10, *lengths[3:], 10]
    labels = (PAUSE, "a", "s", "a", PAUSE, "a", "s", "a", PAUSE)
    stops = np.cumsum(frames)
    starts = stops - frames
    wave = np.sin(2 * np.pi * np.arange(stops[-1]) / 35)
    voiced = np.zeros(stops[-1], bool)
    for label, start, stop in zip(labels, starts, stops, strict=True):
        voiced[start:stop] = label == "a"
    f0 = np.where(voiced, 200 * 2 ** (swing_st * wave / 12), 0)
    words = np.array([-1 if label == PAUSE else 0 for label in labels])
    sound = np.zeros(len(f0) * 256, np.float32)
    energy = (swell_db * wave - 30).astype(np.float32)
    return Heard(sound, f0.astype(np.float32), energy, labels, starts, stops, words)


def test_the_same_reading_has_the_same_spread() -> None:
    one = spread_of([heard()])
    figures = {f.name: f for f in compared("v", one, one, "")}
    for name in ("pitch", "durations", "energy"):
        figure = figures[f"spread_of_{name}_to_human_v_ratio"]
        assert figure.value == pytest.approx(1) and figure.met


def test_half_the_swing_is_half_the_spread_and_missed() -> None:
    human, engine = spread_of([heard(5.0, swell_db=6.0)]), spread_of([heard(2.5, swell_db=3.0)])
    assert engine.pitch_st / human.pitch_st == pytest.approx(0.5, abs=0.01)
    assert engine.energy_db / human.energy_db == pytest.approx(0.5, abs=0.01)
    figures = {f.name: f for f in compared("v", engine, human, "")}
    assert figures["spread_of_pitch_to_human_v_ratio"].met is False


def test_even_phones_have_no_spread_of_lengths() -> None:
    even = spread_of([heard(lengths=(20,) * 6)])
    assert even.durations_ln == pytest.approx(0, abs=1e-9)
    uneven = spread_of([heard()])
    assert uneven.durations_ln > uneven.durations_in_phone_ln > 0


def test_a_phrase_without_melody_is_flat() -> None:
    assert spread_of([heard(5.0)]).flat_percent == 0
    flat = spread_of([heard(0.5)])
    assert flat.flat_percent == 100 and flat.range_st < 1.1


def test_octave_errors_do_not_count() -> None:
    f0 = np.full(200, 200, np.float32)
    f0[90:95] = 100
    f0[:20] = 0
    found = semitones(f0)
    assert np.isnan(found[90:95]).all() and np.isnan(found[:20]).all()
    assert np.nanstd(found) == pytest.approx(0)
