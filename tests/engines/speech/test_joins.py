"""A click at a join, a hum and a hiss in the pauses are seen, and clean sound has none of them."""

import numpy as np
import pytest

from intermezzo_engines.speech.features import HOP, SAMPLE_RATE, Floats
from intermezzo_engines.speech.heldout import Heard
from intermezzo_engines.speech.joins import at_joins, compared, floor_db, hum_db, pause_spectra, steps
from intermezzo_engines.speech.phones import PAUSE
from intermezzo_engines.speech.render import CHUNK

PIECES = ((PAUSE, 150), ("a", 60), ("s", 60), (PAUSE, 150), ("a", 60), (PAUSE, 20))


def heard(click: float = 0.0, hum: float = 0.0, hiss: float = 1e-4, seed: int = 0) -> Heard:
    """Tones between pauses of faint noise."""
    frames = [n for _, n in PIECES]
    stops = np.cumsum(frames)
    starts = stops - frames
    t = np.arange(stops[-1] * HOP) / SAMPLE_RATE
    sound: Floats = (hiss * np.random.default_rng(seed).standard_normal(len(t))).astype(np.float32)
    sound += np.float32(hum) * np.sin(2 * np.pi * 100 * t).astype(np.float32)
    for (label, _), start, stop in zip(PIECES, starts, stops, strict=True):
        if label != PAUSE:
            place = slice(start * HOP, stop * HOP)
            window = np.hanning(stop * HOP - start * HOP)
            sound[place] += (0.2 * window * np.sin(2 * np.pi * 300 * t[place])).astype(np.float32)
    sound[starts[2] * HOP] += np.float32(click)
    labels = tuple(label for label, _ in PIECES)
    quiet = np.zeros(int(stops[-1]), np.float32)
    return Heard(sound, quiet, quiet, labels, starts, stops, np.zeros(len(labels), np.int64))


def values(engine: Heard, human: Heard) -> dict[str, float | None]:
    return {f.name: f.value for f in compared("v", [engine], [human])}


def test_equals_differ_in_nothing() -> None:
    found = values(heard(), heard())
    assert found["hum_in_pauses_engine_above_human_v_db"] == 0
    assert found["noise_floor_engine_above_human_v_db"] == 0
    joins = found["largest_step_at_joins_to_human_v_ratio"]
    assert joins is not None and joins <= 1


def test_a_click_at_a_join_is_missed_by_nobody() -> None:
    joins = values(heard(click=0.5), heard())["largest_step_at_joins_to_human_v_ratio"]
    assert joins is not None and joins > 5


def test_a_hum_stands_out_of_the_pauses() -> None:
    humming, clean = (hum_db(pause_spectra([heard(hum=h)])) for h in (2e-3, 0.0))
    assert humming > 25 > 10 > clean


def test_ten_times_the_hiss_is_twenty_decibels() -> None:
    assert floor_db([heard(hiss=1e-3)]) - floor_db([heard(hiss=1e-4)]) == pytest.approx(20, abs=0.3)


def test_sound_without_pauses_has_no_figure_of_hum() -> None:
    short = heard()
    labels = tuple("a" for _ in short.labels)
    voiced = Heard(short.sound, short.f0_hz, short.energy_db, labels, short.starts, short.stops, short.words)
    figures = {f.name: f for f in compared("v", [voiced], [short])}
    assert figures["hum_in_pauses_engine_above_human_v_db"].value is None


def test_joins_are_where_phones_and_chunks_meet() -> None:
    one = heard()
    ours, theirs = at_joins(one, "engine"), at_joins(one, "human")
    assert theirs[one.starts[1] * HOP] and ours[one.starts[1] * HOP]
    assert ours[CHUNK * HOP] and not theirs[CHUNK * HOP]
    assert theirs.mean() < 0.02


def test_steps_are_relative_to_the_level_of_speech() -> None:
    one = heard(hiss=0.0)
    louder = Heard(3 * one.sound, one.f0_hz, one.energy_db, one.labels, one.starts, one.stops, one.words)
    assert np.allclose(steps(one), steps(louder), atol=1e-5)
