"""A models folder with small random checkpoints, and a studio that finds them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pretrained_checkpoints import save_acoustic, save_vits

from intermezzo import Studio
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
