"""Hummed tunes: their notes, their grid, and bad recordings."""

import numpy as np
import pytest

from intermezzo.core.clock import of_tempi
from intermezzo.core.errors import SourceError
from intermezzo.core.media import Audio
from intermezzo_engines.melody.beat_finding import find_grid, find_metre
from intermezzo_engines.melody.hum import hummed
from intermezzo_engines.melody.hum_check import onset_score, sing

_TUNE = [(0.5 * k, 0.5 * k + 0.48, pitch) for k, pitch in enumerate((60, 62, 64, 65, 67, 67, 64, 60), 1)]


def test_a_hummed_scale_has_its_notes_at_its_tempo() -> None:
    tune = hummed(Audio(sing(_TUNE, np.random.default_rng(3))[None], 44_100))
    at_s = of_tempi(tune.tempi, 480, tune.n_frames).seconds_at(tune.notes[:, 0])
    assert onset_score([start for start, _, _ in _TUNE], (at_s - at_s[0] + _TUNE[0][0]).tolist()) == 1.0
    steps = np.diff(tune.notes[:, 2]).tolist()
    assert steps == [2, 2, 1, 2, 0, -3, -4]
    assert any(abs(tune.tempi[0][1] - bpm) < 3 for bpm in (60, 120))


def test_a_whistle_is_heard_an_octave_or_two_higher() -> None:
    t = np.arange(44_100) / 44_100
    whistle = np.concatenate([0.3 * np.sin(2 * np.pi * hz * t[:22_050]) for hz in (1046.5, 1174.7, 1318.5)])
    tune = hummed(Audio(whistle[None].astype(np.float32), 44_100))
    assert tune.notes[:, 2].tolist() == [84, 86, 88]


def test_silence_and_noise_are_told_in_one_line() -> None:
    for samples in (np.zeros(30_000), 0.1 * np.random.default_rng(1).normal(size=30_000)):
        with pytest.raises(SourceError, match="No tune"):
            hummed(Audio(samples[None].astype(np.float32), 24_000))


def test_triplets_are_not_sixteenths() -> None:
    beats = np.array([0, 1, 2, 2 + 1 / 3, 2 + 2 / 3, 3, 4, 5, 5.5, 6, 7])
    grid = find_grid(beats * 0.6, bpm=100)
    assert grid.twelfths.tolist() == [round(12 * beat) for beat in beats]
    assert np.median(grid.quarter_s) == pytest.approx(0.6, rel=0.02)


def test_a_waltz_is_told_from_a_march() -> None:
    waltz = np.cumsum([0, *[8, 4] * 8])
    march = np.cumsum([0, *[4, 4, 8] * 6])
    assert find_metre(waltz[:-1], int(waltz[-1]))[0] in ("3/4", "6/8")
    assert find_metre(march[:-1], int(march[-1]))[0] in ("4/4", "2/4")
