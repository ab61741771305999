"""The training loops learn: losses fall on a tiny set, calibration stays in bounds, missing data is named."""

from pathlib import Path

import numpy as np
import pytest
import torch

from intermezzo.core.errors import FileError
from intermezzo_engines.speech.calibrate import calibrate
from intermezzo_engines.speech.converter_data import Item, collate, statistics
from intermezzo_engines.speech.frontend import SpokenPhone, phone_inputs
from intermezzo_engines.speech.intelligibility import word_error_rate
from intermezzo_engines.speech.model import ConverterNet
from intermezzo_engines.speech.phones import PAUSE
from intermezzo_engines.speech.train import train
from intermezzo_engines.speech.train_aligner import boundary_differences_ms, frame_labels
from intermezzo_engines.speech.train_converter import colour_losses, evaluate
from intermezzo_engines.speech.train_prosody import is_validation, prosody_losses, reading_mask, standing_mask
from intermezzo_engines.speech.train_sharpen import WINDOW, PatchDiscriminator


def item(voice: int) -> Item:
    rng = np.random.default_rng(voice)
    phones = [SpokenPhone(PAUSE, -1, "", "start"), SpokenPhone("m", 0, "me"), SpokenPhone("ˈi", 0, "me")]
    inputs = phone_inputs([*phones, SpokenPhone(PAUSE, -1, "", ".")])
    n = 40
    return Item(
        "x", voice, inputs, np.array([5, 10, 20, 5]), np.linspace(5.0, 5.4, n).astype(np.float32),
        np.ones(n, np.float32),
        np.linspace(-40, -20, n).astype(np.float32), rng.normal(-4, 1, (n, 105)).astype(np.float32),
    )  # fmt: skip


def test_losses_fall_on_a_tiny_set() -> None:
    torch.manual_seed(0)
    items = [item(0), item(1), item(2)]
    stats = statistics(items)
    net = ConverterNet()
    batch, noise = collate(items, stats), torch.Generator().manual_seed(0)
    rng = np.random.default_rng(0)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3)
    totals = []
    for _ in range(30):
        known, standing = reading_mask([4, 4, 4], 4, rng), standing_mask(batch, rng)
        colour = colour_losses(net.colour, batch, noise, standing)
        found = {**colour, **prosody_losses(net.prosody, batch, known, standing)}
        total = torch.stack(list(found.values())).sum()
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        totals.append(total.item())
    assert np.isfinite(totals).all()
    assert totals[-1] < 0.8 * totals[0]


def test_calibration_stays_in_bounds_and_figures_have_units() -> None:
    items = [item(0), item(1), item(2)]
    stats = statistics(items)
    net = ConverterNet()
    net.load_state_dict(stats, strict=False)
    calibrate(net, items, stats)
    assert ((net.contrast >= 1) & (net.contrast <= 1.35)).all()
    assert ((net.reach >= 1.0) & (net.reach <= 1.5)).all()
    assert (net.doubt > 0).all()
    figures = evaluate(net, items, stats)
    assert {name.rsplit("_", 1)[1] for name in figures} == {"ms", "mse", "cents", "percent", "db"}
    assert all(np.isfinite(value) and value >= 0 for value in figures.values())


def test_the_discriminator_judges_patches() -> None:
    scores, seen = PatchDiscriminator()(torch.zeros(2, WINDOW, 100))
    assert scores.shape == (2, 1, WINDOW // 4, 13)
    assert len(seen) == 3


def test_boundary_differences_need_equal_phones() -> None:
    from intermezzo_engines.speech.aligner import AlignedPhone, AlignedWord
    from intermezzo_engines.speech.teacher import Segment

    ours = [AlignedWord(-1, (AlignedPhone("SIL", 0, 10),)), AlignedWord(0, (AlignedPhone("AY1", 10, 20),))]
    boundary_s = 9.5 * 256 / 24_000
    assert boundary_differences_ms(ours, [Segment("AY", boundary_s + 0.01, 0.3)]) == [pytest.approx(10.0)]
    assert boundary_differences_ms(ours, [Segment("AA", boundary_s, 0.3)]) == []
    assert np.bincount(frame_labels(ours)).tolist()[0] == 10


def test_word_error_rate_counts_all_errors_over_all_words() -> None:
    class Deaf:
        def words(self, samples: np.ndarray) -> tuple[str, ...]:
            return ("the", "fox(2)") if samples.any() else ()

    sound, silence = np.ones(10, np.float32), np.zeros(10, np.float32)
    assert word_error_rate(Deaf(), [("The fox.", sound), ("The fox.", silence)]) == 50.0  # type: ignore[arg-type]


def test_training_names_what_the_data_folder_lacks(tmp_path: Path) -> None:
    (tmp_path / "speech").mkdir()
    with pytest.raises(FileError, match=r"cmudict.dict.gz"):
        train(tmp_path, tmp_path / "out")


def test_a_folder_without_recordings_makes_no_voice(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no recordings"):
        train(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_all_readings_of_a_sentence_fall_on_one_side_of_the_split() -> None:
    texts = [f"Sentence number {k}, spoken." for k in range(400)]
    share = np.mean([is_validation(text) for text in texts])
    assert 0.02 < share < 0.12
    assert all(is_validation(text) == is_validation(text.upper().replace(",", " -")) for text in texts)


def test_masks_hide_something_and_cover_no_padding() -> None:
    rng = np.random.default_rng(0)
    masks = torch.stack([reading_mask([5, 9], 9, rng) for _ in range(60)])
    assert set(masks.unique().tolist()) == {0.0, 1.0}
    assert masks[:, 0, 5:].max() == 0
    assert (masks[:, 1].sum((-1, -2)) == 0).any()
    batch = collate([item(0), item(1)], statistics([item(0), item(1), item(2)]))
    standing = torch.stack([standing_mask(batch, rng, 1.0) for _ in range(40)])
    assert (standing.sum(-1) < batch.frame_mask.sum(-1)).all()


def test_equal_sounds_have_no_audible_difference_and_noise_has_more_than_less_noise() -> None:
    from intermezzo_engines.speech.loudness import audible_difference, band_power

    torch.manual_seed(0)
    times = torch.arange(12_000) / 24_000
    sound = (0.2 * torch.sin(2 * torch.pi * 220 * times) + 0.1 * torch.sin(2 * torch.pi * 1100 * times))[None]
    power, noise = band_power(sound), torch.randn_like(sound)
    equal, faint, loud = (float(audible_difference(sound + a * noise, sound, power)) for a in (0.0, 0.003, 0.03))
    assert equal == pytest.approx(0.0, abs=2e-3)
    assert equal < faint < loud
