"""The error of a rendering is nothing for the recording itself and known for a known change."""

import numpy as np
import pytest
from drawn_sketch import drawn_sketch

from intermezzo_engines.speech.adapted import Case, mel_error_db, mel_error_of
from intermezzo_engines.speech.features import HOP

SOUND = (0.1 * np.random.default_rng(0).standard_normal(100 * HOP)).astype(np.float32)
SPEECH = np.ones(101, bool)


def test_the_recording_itself_has_no_error() -> None:
    assert mel_error_db(SOUND, SOUND, SPEECH) == 0


def test_half_the_amplitude_is_six_decibels() -> None:
    assert mel_error_db(SOUND, SOUND / 2, SPEECH) == pytest.approx(6.02, abs=0.01)


def test_only_speech_counts() -> None:
    other = SOUND.copy()
    other[50 * HOP :] = 0
    first = np.arange(101) < 45
    assert mel_error_db(SOUND, other, first) == 0
    assert mel_error_db(SOUND, other, ~first) > 30


def test_renderers_are_compared_over_the_same_cases() -> None:
    cases = [Case(drawn_sketch(), SOUND, SPEECH)] * 2
    assert mel_error_of(lambda sketch: SOUND, cases) == 0
    assert mel_error_of(lambda sketch: SOUND / 2, cases) == pytest.approx(6.02, abs=0.01)
