"""Folders of own voices: what is saved is read, whole or not at all; damaged and newer ones say so."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from intermezzo.core.errors import SourceError
from intermezzo_engines.speech import own_voice
from intermezzo_engines.speech.model import ConverterNet
from intermezzo_engines.speech.own_voice import DOCUMENT, load_own_voice, save_own_voice
from intermezzo_engines.speech.predict import Predictor, Reading, own_predictor
from intermezzo_engines.speech.voice_stats import Stats


def stats() -> Stats:
    rng = np.random.default_rng(3)
    pair = [rng.uniform(0.5, 2.0, 2).astype(np.float32) for _ in range(3)]
    return Stats(*pair, rng.uniform(0.5, 2.0, (2, 105)).astype(np.float32))


def saved(folder: Path, converter: dict[str, torch.Tensor] | None = None) -> Path:
    renderer = {"weight": torch.ones(3, 2)}
    save_own_voice(folder, "Grüße", "de", stats(), converter or {}, renderer, {"recorded_s": 61.5})
    return folder


def test_a_voice_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    found = load_own_voice(saved(tmp_path / "new" / "voice", {"a.b": torch.full((2,), 0.5), "n": torch.tensor([7])}))
    assert (found.name, found.language) == ("Grüße", "de")
    for name in ("pitch", "energy", "duration", "spectrum"):
        assert np.array_equal(getattr(found.stats, name), getattr(stats(), name))
    assert found.converter["a.b"].tolist() == [0.5, 0.5] and found.converter["n"].tolist() == [7]
    assert found.renderer.is_file()
    assert sorted(p.name for p in found.renderer.parent.iterdir()) == [
        "renderer.safetensors", DOCUMENT, "voice.safetensors"
    ]  # fmt: skip
    assert json.loads((found.renderer.parent / DOCUMENT).read_text("utf-8"))["figures"] == {"recorded_s": 61.5}


def test_a_save_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(tensors: object, path: Path) -> None:
        Path(path).write_bytes(b"half")
        if Path(path).name.startswith("renderer"):
            raise OSError("The disk is full")

    monkeypatch.setattr(own_voice, "save_file", full)
    with pytest.raises(OSError, match="disk is full"):
        saved(tmp_path / "voice")
    assert list((tmp_path / "voice").iterdir()) == []


@pytest.mark.parametrize("missing", ["voice.safetensors", "renderer.safetensors"])
@pytest.mark.parametrize("cut", [None, 10])
def test_a_damaged_voice_says_so(tmp_path: Path, missing: str, cut: int | None) -> None:
    part = saved(tmp_path) / missing
    if cut is None:
        part.unlink()
    elif missing == "voice.safetensors":
        part.write_bytes(part.read_bytes()[:cut])
    else:
        (tmp_path / DOCUMENT).write_text('{"format": 1, "name": ')
    with pytest.raises(SourceError, match=r"is damaged\. Make it again"):
        load_own_voice(tmp_path)


def test_no_voice_and_a_newer_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no voice"):
        load_own_voice(tmp_path)
    document = json.loads((saved(tmp_path) / DOCUMENT).read_text("utf-8"))
    (tmp_path / DOCUMENT).write_text(json.dumps({**document, "format": 99}))
    with pytest.raises(SourceError, match="newer Intermezzo"):
        load_own_voice(tmp_path)


def test_an_own_voice_speaks_with_its_own_statistics(tmp_path: Path) -> None:
    torch.manual_seed(0)
    shipped = Predictor(ConverterNet())
    predictor, language = own_predictor(load_own_voice(saved(tmp_path)), shipped)
    voice = predictor.voice(Reading())
    assert language == "de" and predictor.net is shipped.net  # without texts the shipped networks read
    assert voice.weights.tolist() == [0.0, 0.0, 0.0, 1.0] and np.array_equal(voice.stats.pitch, stats().pitch)


def test_a_converter_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    own = load_own_voice(saved(tmp_path, {"gone.weight": torch.ones(2)}))
    with pytest.raises(SourceError, match="“Grüße” is of another version"):
        own_predictor(own, Predictor(ConverterNet()))
