"""The promises of engines over checkpoints, measured by `check` on media made by rule where they start from no text."""

from pathlib import Path

import numpy as np
import pytest

from intermezzo.check.examples import example_of
from intermezzo.check.run import check_engines
from intermezzo.core.errors import ParamError
from intermezzo.core.media import Audio, Image
from intermezzo.core.models import MODELS_VARIABLE
from intermezzo.core.registry import Registry, discover


@pytest.fixture(autouse=True)
def _models(token_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(token_models))


def test_a_codec_without_a_text_is_measured_on_a_sound_made_by_rule() -> None:
    report = check_engines(discover(), ["dac"], quick=True)["builtin.pretrained.dac"]
    figures = report["figures"]
    assert figures["samples_changed_outside_footprint"]["value"] == 0
    assert figures["windowed_against_whole_full_scale_max"]["value"] == 0
    assert figures["samples_changed_in_new_process"]["value"] == 0
    assert "tokens_that_come_back_percent" in figures and "trouble" not in report


def test_a_checkpoint_that_cannot_draw_is_no_reason_to_measure_nothing_else(
    tmp_path: Path, token_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for by name it is an error; among all engines it is told, and the others go on."""
    (tmp_path / "alone").symlink_to(token_models / "tiny-vq")
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    found = discover()
    only = Registry({"builtin.pretrained.vq": found.find("vq")}, found.sketch_types, {})
    report = check_engines(only, [], quick=True)
    assert "is a VQModel alone" in report["builtin.pretrained.vq"]["trouble"]
    with pytest.raises(ParamError, match="is a VQModel alone"):
        check_engines(only, ["vq"], quick=True)


def test_examples_are_the_same_each_time_and_hold_what_is_to_be_measured() -> None:
    sound, picture = example_of("audio"), example_of("image")
    assert isinstance(sound, Audio) and sound.duration_s == 2 and np.abs(sound.samples).max() < 1
    assert (sound.samples[0, 25_000:30_000] == 0).all() and sound.samples[0, 33_000:].std() > 0.01
    assert isinstance(picture, Image) and len(np.unique(picture.pixels.reshape(-1, 4), axis=0)) > 100
    again = example_of("audio")
    assert isinstance(again, Audio) and np.array_equal(again.samples, sound.samples)
    assert example_of("text") is example_of("video") is None
