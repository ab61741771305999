"""A tone is a line at its height, and pictures stand one below the other."""

import numpy as np

from intermezzo_engines.speech.features import SAMPLE_RATE
from intermezzo_engines.speech.pictures import spectrogram, stacked


def test_a_tone_is_one_bright_line() -> None:
    sound = np.sin(2 * np.pi * 3000 * np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE).astype(np.float32)
    picture = spectrogram(sound)
    assert picture.shape[0] == 513 and picture.dtype == np.uint8
    brightest = picture[:, 50].sum(axis=1).argmax()
    assert brightest == 512 - 3000 * 1024 // SAMPLE_RATE


def test_silence_has_a_picture_too() -> None:
    assert spectrogram(np.zeros(2400, np.float32)).shape[2] == 3


def test_shorter_pictures_are_filled_up() -> None:
    first, second = np.full((4, 9, 3), 255, np.uint8), np.full((4, 5, 3), 255, np.uint8)
    whole = stacked([first, second])
    assert whole.shape == (14, 9, 3)
    assert (whole[:4] == 255).all() and (whole[10:, 5:] == 40).all()
