"""A models folder with small random checkpoints, and a studio that finds them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pretrained_checkpoints import save_acoustic, save_amused, save_dac, save_encodec, save_kl, save_vits, save_vq

from intermezzo import Studio
from intermezzo.core.media import Audio, Image
from intermezzo.core.models import MODELS_VARIABLE


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a models folder with a voice and its vocoder in one, and a VITS."""
    folder = tmp_path_factory.mktemp("models")
    save_acoustic(folder / "tiny-fastspeech")
    save_vits(folder / "tiny-vits")
    return folder


@pytest.fixture(scope="session")
def studio(models: Path) -> Iterator[Studio]:
    """Return a studio that finds the small checkpoints, and keeps them loaded from test to test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MODELS_VARIABLE, str(models))
        with Studio() as found:
            yield found


@pytest.fixture(scope="session")
def token_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a models folder with one small checkpoint for each engine over tokens, and an aMUSEd without text."""
    folder = tmp_path_factory.mktemp("tokens")
    save_vq(folder / "tiny-vq")
    save_amused(folder / "tiny-amused")
    save_amused(folder / "tiny-amused-mute", reads=False)
    save_kl(folder / "tiny-kl")
    save_encodec(folder / "tiny-encodec")
    save_dac(folder / "tiny-dac")
    return folder


@pytest.fixture(scope="session")
def _one_studio() -> Iterator[Studio]:
    with Studio() as found:
        yield found


@pytest.fixture
def token_studio(_one_studio: Studio, token_models: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """Return a studio that finds them, and keeps them loaded from test to test."""
    monkeypatch.setenv(MODELS_VARIABLE, str(token_models))
    return _one_studio


@pytest.fixture(scope="session")
def sound() -> Audio:
    """Return two seconds of stereo noise."""
    return Audio(np.random.default_rng(2).normal(0, 0.1, (2, 88_200)).astype(np.float32), 44_100)


@pytest.fixture(scope="session")
def picture() -> Image:
    """Return a picture of 37 x 50 pixels, half of it transparent."""
    return Image(np.random.default_rng(3).integers(0, 256, (50, 37, 4)).astype(np.uint8))
