"""What adapting the renderer gained stands in its card; the error that it is counted in is known for known sounds."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from intermezzo_engines.speech.adapt import blend, mel_error_db
from intermezzo_engines.speech.adapted import gain_figures
from intermezzo_engines.speech.features import HOP

SOUND = (0.1 * np.random.default_rng(0).standard_normal(100 * HOP)).astype(np.float32)


def test_the_recording_itself_has_no_error() -> None:
    assert mel_error_db(SOUND, SOUND) == 0


def test_half_the_amplitude_is_six_decibels() -> None:
    assert mel_error_db(SOUND / 2, SOUND) == pytest.approx(6.02, abs=0.01)


def test_silence_of_the_recording_does_not_count() -> None:
    recording = SOUND.copy()
    recording[60 * HOP :] = 0
    made = recording.copy()
    made[65 * HOP :] = SOUND[65 * HOP :]
    assert mel_error_db(made, recording) < 0.01


def test_the_gain_is_read_from_the_card_and_set_against_its_target() -> None:
    card = "| predicted_mel_error_before_ljs_db | 5.00 |\n| predicted_mel_error_after_ljs_db | 4.25 |\n"
    figures = {f.name: f for f in gain_figures(card)}
    gained = figures["adaptation_gain_ljs_percent"]
    assert gained.value == pytest.approx(15) and gained.met and "5 dB before" in gained.note
    assert figures["adaptation_gain_cathy_percent"].value is None


def test_too_small_a_gain_is_not_met() -> None:
    card = "predicted_mel_error_before_kerstin_db: 5.0, predicted_mel_error_after_kerstin_db: 4.6"
    figures = {f.name: f for f in gain_figures(card)}
    assert figures["adaptation_gain_kerstin_percent"].met is False


def test_a_blend_lies_its_share_of_the_way(tmp_path: Path) -> None:
    one, other = {"w": torch.tensor([0.0, 1.0])}, {"w": torch.tensor([1.0, -1.0], dtype=torch.float16)}
    save_file(one, tmp_path / "one")
    save_file(other, tmp_path / "other")
    blend(tmp_path / "one", tmp_path / "other", tmp_path / "blend", 0.25)
    assert load_file(tmp_path / "blend")["w"].tolist() == [0.25, 0.5]
