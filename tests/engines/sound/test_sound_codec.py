"""The sound codec as it ships: codes that come back, an exact reach, windows equal to the whole, noise and silence."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from intermezzo.core.errors import PluginError
from intermezzo_engines.sound.codec import CODES, LEVELS, Codec
from intermezzo_engines.sound.lapped import BLOCK, HOP, analysed, synthesised
from intermezzo_engines.sound.weights import codec_of, load_codec


@pytest.fixture(scope="module")
def codec() -> Codec:
    return load_codec()


def _sound(seconds: float = 1.3) -> NDArray[np.float32]:
    """Return a falling tone with overtones, a burst of noise in it, and silence at the end."""
    t = np.arange(round(seconds * 24_000)) / 24_000
    phase = 2 * np.pi * np.cumsum(900 - 400 * t / seconds) / 24_000
    sound = 0.3 * np.sin(phase) + 0.1 * np.sin(3 * phase)
    sound[8_000:14_000] += 0.2 * np.random.default_rng(0).standard_normal(6_000)
    sound[-4_800:] = 0
    return sound.astype(np.float32)


@pytest.mark.parametrize("cells", [1, 2, 7])
def test_the_transform_is_orthogonal_to_the_ends_of_the_sound(cells: int) -> None:
    samples = np.random.default_rng(cells).standard_normal(cells * HOP)
    numbers = analysed(samples)
    assert np.sum(numbers**2) == pytest.approx(np.sum(samples**2))
    heard = np.zeros((cells + 1) * HOP)
    for cell, row in enumerate(synthesised(numbers, 0, cells)):
        heard[cell * HOP : (cell + 2) * HOP] += row
    assert heard[HOP // 2 : -HOP // 2] == pytest.approx(samples, abs=1e-9)


def test_codes_come_back_when_they_are_heard_and_coded_again(codec: Codec) -> None:
    codes = codec.encode(_sound())
    again = codec.encode(codec.decode(codes))
    assert (codes == again).mean() > 0.97
    assert len(np.unique(codes)) > 200


@pytest.mark.parametrize("cell", [0, 1, BLOCK - 1, BLOCK, 77, 129])
def test_a_code_is_heard_in_half_a_cell_around_its_own_and_nowhere_else(codec: Codec, cell: int) -> None:
    codes = codec.encode(_sound())
    assert len(codes) == 130
    for level in range(LEVELS):
        edited = codes.copy()
        edited[cell, level] = (edited[cell, level] + 333) % CODES
        if edited[cell, 0] == 0:
            continue
        changed = np.flatnonzero(codec.decode(codes) != codec.decode(edited))
        if codes[cell, 0] > 0:
            assert len(changed)
        assert all(cell * HOP - HOP // 2 <= place < (cell + 1) * HOP + HOP // 2 for place in changed)


@pytest.mark.parametrize("window", [(0, 1), (49, 51), (3, 130), (129, 130), (50, 100)])
def test_a_window_is_the_whole_bit_by_bit(codec: Codec, window: tuple[int, int]) -> None:
    codes = codec.encode(_sound())
    whole = codec.decode(codes)
    part = codec.decode(codes, *window)
    assert np.array_equal(part, whole[window[0] * HOP : window[1] * HOP])


def test_silence_is_code_zero_and_stays_silent(codec: Codec) -> None:
    codes = codec.encode(np.zeros(2_400, np.float32))
    assert not codes.any()
    assert not codec.decode(codes).any()


def test_all_codes_can_be_heard(codec: Codec) -> None:
    grid = np.random.default_rng(1).integers(0, CODES, (200, LEVELS))
    grid[:, 0] = np.random.default_rng(2).permutation(CODES)[:200]
    assert np.isfinite(codec.decode(grid)).all()


def test_louder_sounds_have_louder_bands(codec: Codec) -> None:
    sound = _sound()
    soft, loud = (codec.told_db(codec.encode(gain * sound)).mean() for gain in (np.float32(0.05), np.float32(0.5)))
    assert loud - soft > 10


def test_a_codec_without_all_its_parts_is_one_clear_line(codec: Codec) -> None:
    with pytest.raises(PluginError, match="tables of the codec"):
        codec_of({})
