"""The sound engine around its codec: any sound becomes tokens, loops have no seam, masks fill only what is masked."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from intermezzo.core.errors import SourceError
from intermezzo.core.media import Audio
from intermezzo_engines.sound.analyse import SoundAnalyser
from intermezzo_engines.sound.codec import CODES, LEVELS
from intermezzo_engines.sound.loops import looped
from intermezzo_engines.sound.render import SoundRenderer
from intermezzo_engines.sound.sketches import MOST_CELLS
from intermezzo_engines.sound.stages import filled
from intermezzo_engines.sound.train_prior import emptied
from intermezzo_engines.tokens.prior import Prior, PriorShape
from intermezzo_engines.tokens.sampling import Condition, Way
from intermezzo_engines.tokens.words import featured


class _Quiet:
    """A job that nobody watches."""

    cache = None

    def __init__(self) -> None:
        self.told: list[str] = []

    def progress(self, fraction: float, what: str = "") -> None:
        self.told.append(what)

    def partial(self, piece: object) -> None:
        """Need no pieces."""


def _analyser() -> SoundAnalyser:
    made = SoundAnalyser()
    made.load("cpu")
    return made


def _tone(seconds: float, rate: int, channels: int = 1) -> Audio:
    t = np.arange(round(seconds * rate)) / rate
    return Audio(np.tile(0.3 * np.sin(2 * np.pi * 700 * t), (channels, 1)).astype(np.float32), rate)


@pytest.mark.parametrize(("rate", "channels"), [(24_000, 1), (44_100, 2), (8_000, 1), (96_000, 2)])
def test_sounds_of_any_rate_become_tokens_and_sound_alike(rate: int, channels: int) -> None:
    sketch = _analyser().analyse(_tone(1.0, rate, channels), {"start_s": 0.0}, job=_Quiet())  # type: ignore[arg-type]
    assert 99 <= sketch.n_frames <= 101
    renderer = SoundRenderer()
    renderer.load("cpu")
    heard = renderer.render(sketch, {}, seed=1, window=None, job=_Quiet()).samples[0]  # type: ignore[arg-type]
    strongest = np.abs(np.fft.rfft(heard[2_400:21_600])).argmax() * 24_000 / 19_200
    assert strongest == pytest.approx(700, abs=30)


def test_of_a_long_sound_five_seconds_are_taken_and_it_is_said() -> None:
    job = _Quiet()
    sketch = _analyser().analyse(_tone(12.0, 24_000), {"start_s": 3.0}, job=job)  # type: ignore[arg-type]
    assert sketch.n_frames == MOST_CELLS
    assert any("5 s of 12.0 s" in line for line in job.told)


@pytest.mark.parametrize(("sound", "start_s"), [(_tone(0.0, 24_000), 0.0), (_tone(1.0, 24_000), 2.0)])
def test_where_there_is_no_sound_one_line_says_so(sound: Audio, start_s: float) -> None:
    with pytest.raises(SourceError, match="nothing"):
        _analyser().analyse(sound, {"start_s": start_s}, job=_Quiet())  # type: ignore[arg-type]


def test_a_loop_goes_on_across_its_seam_and_keeps_its_length() -> None:
    sound = _tone(1.0, 24_000).samples[0][5:23_990]
    made = looped(sound, 2_400)
    assert abs(sound[0] - sound[-1]) > 0.02
    assert abs(made[0] - made[-1]) < 1e-6
    assert np.abs(np.diff(made)).max() < 2.5 * np.abs(np.diff(sound)).max()
    assert len(made) == len(sound)
    assert np.array_equal(made[:-2_400], sound[:-2_400])
    assert np.array_equal(looped(sound, 0), sound)


def test_only_empty_cells_are_filled_and_a_seed_is_a_take() -> None:
    torch.manual_seed(0)
    prior = Prior(PriorShape((40, LEVELS), (4, LEVELS), CODES, 3, width=32, depth=1, cell_width=8)).eval()
    random = np.random.default_rng(0)
    codes = random.integers(1, CODES, (30, LEVELS))
    empty = random.random(codes.shape) < 0.4
    buckets, weights = (torch.from_numpy(part) for part in featured(["rain"]))
    condition, way = Condition(buckets, weights, 1), Way(passes=4, guidance=1.0)
    made = [filled(prior, codes, empty, condition, way, torch.Generator().manual_seed(s))[0] for s in (1, 1, 2)]
    assert made[0].shape == codes.shape
    assert np.array_equal(made[0][~empty], codes[~empty])
    assert made[0].max() < CODES
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_training_empties_something_in_every_grid() -> None:
    masks = emptied(50, np.random.default_rng(0))
    assert masks.any(axis=(1, 2)).all()
    assert 0.3 < masks.mean() < 0.9
