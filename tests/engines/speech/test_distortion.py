"""The distance is nothing between equals, blind to level, delay and tempo, and grows with what the ear would hear."""

import numpy as np
import pytest
from scipy.signal import lfilter

from intermezzo_engines.speech.distortion import Distance, compared, distance, log_mel_16k, warping_path
from intermezzo_engines.speech.features import Floats


def spoken(seconds: float = 1.0, tilt: float = 0.0) -> Floats:
    """Noise in three colours one after the other at 16 kHz, tilted by a one-pole filter."""
    rng = np.random.default_rng(1)
    n = int(16_000 * seconds / 3)
    parts = [lfilter([1], [1, -pole], rng.standard_normal(n)) for pole in (0.9, -0.7, 0.3)]
    return np.asarray(lfilter([1.0, tilt], [1], np.concatenate([p / p.std() for p in parts])), np.float32)


def test_equals_have_no_distance() -> None:
    assert distance(spoken(), spoken()) == Distance(0.0, 0.0)


def test_level_and_silence_around_do_not_count() -> None:
    sound = spoken()
    around = np.concatenate([np.zeros(8000), 0.1 * sound, np.zeros(3200)])
    assert distance(sound, around.astype(np.float32)).cepstral_db < 0.3


def test_another_tempo_counts_little_and_another_colour_much() -> None:
    slower, tilted = distance(spoken(), spoken(1.5)), distance(spoken(), spoken(tilt=0.9))
    assert slower.cepstral_db < tilted.cepstral_db
    assert tilted.cepstral_db > 3


def test_a_known_change_of_the_spectrum_has_its_known_distance() -> None:
    """One coefficient that differs by c is 20 / ln 10 c / sqrt 2 dB."""
    cosine = np.cos(np.pi * (np.arange(40) + 0.5) / 40)
    from intermezzo_engines.speech import distortion

    first, second = distortion._cepstra(np.zeros((1, 40))), distortion._cepstra(0.5 * cosine[None])
    assert second[0, 0] - first[0, 0] == pytest.approx(0.5)
    assert np.abs(second[0, 1:]).max() < 1e-9


def test_silence_is_refused() -> None:
    with pytest.raises(ValueError, match="no sound"):
        log_mel_16k(np.zeros(16_000, np.float32))


def test_the_path_goes_from_corner_to_corner_along_what_is_cheap() -> None:
    first, second = np.array([0.0, 0, 1, 2]), np.array([0.0, 1, 1, 1, 2])
    i, j = warping_path(np.abs(first[:, None] - second))
    assert (i[0], j[0], i[-1], j[-1]) == (0, 0, 3, 4)
    assert set(np.diff(i)) | set(np.diff(j)) <= {0, 1}
    assert np.abs(first[i] - second[j]).sum() == 0


def test_the_engine_is_set_against_the_best_peer() -> None:
    found = [{"engine": Distance(5, 6), "espeak_ng": Distance(8, 9), "flite_slt": Distance(6, 7)}]
    figures = {f.name: f for f in compared("ljs", found)}
    assert figures["mel_distortion_above_best_peer_ljs_db"].value == -1
    assert figures["mel_distortion_above_best_peer_ljs_db"].met
    assert figures["mel_distortion_espeak_ng_female_ljs_db"].value is None


def test_without_peers_nothing_is_claimed() -> None:
    lead = compared("ljs", [{"engine": Distance(5, 6)}])[0]
    assert lead.value is None and "no peer" in lead.note
