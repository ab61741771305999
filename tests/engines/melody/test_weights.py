"""Weights that are missing, damaged or another network's are refused in one line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from intermezzo.core.errors import PluginError
from intermezzo_engines import weights
from intermezzo_engines.melody import beat_finding, syllable_breaks
from intermezzo_engines.melody.baseline import load_baseline
from intermezzo_engines.melody.cadence_model import load_cadence_model
from intermezzo_engines.melody.division import load_divider
from intermezzo_engines.melody.harmony_model import load_harmony_net
from intermezzo_engines.melody.rhythm_model import load_rhythm_net
from intermezzo_engines.melody.tune_model import load_tune_net
from intermezzo_engines.melody.wordless import load_bar_rhythms
from intermezzo_engines.weights import shipped

_LOADERS = {
    "melody_baseline": load_baseline,
    "melody_division": load_divider,
    "melody_harmony": load_harmony_net,
    "melody_harmony's cadences": load_cadence_model,
    "melody_rhythm": load_rhythm_net,
    "melody_tune": load_tune_net,
}


def _refused(load: Callable[[], object]) -> None:
    with pytest.raises(PluginError) as caught:
        load()
    assert "missing or damaged" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", _LOADERS)
def test_weights_that_are_missing_cut_short_or_of_another_network_are_refused(name: str, tmp_path: Path) -> None:
    load, path = _LOADERS[name], tmp_path / "one.safetensors"
    _refused(lambda: load(path))
    with shipped(name.split("'")[0]) as whole:
        load(whole)
        data = whole.read_bytes()
    for kept in (0, 5, len(data) // 2):
        path.write_bytes(data[:kept])
        _refused(lambda: load(path))
    save_file({"other.weight": np.zeros((2, 2), np.float32)}, path)
    _refused(lambda: load(path))


@pytest.mark.parametrize(
    "use",
    [
        lambda: syllable_breaks.break_log_odds("damages", "en"),
        lambda: beat_finding.find_metre(np.array([0, 4, 8]), 12),
        load_bar_rhythms.__wrapped__,
    ],
    ids=["syllables", "metre", "bars"],
)
def test_shipped_tables_that_are_damaged_are_refused(
    use: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights").mkdir()
    for name in ("melody_syllables", "melody_metre", "melody_bars"):
        (tmp_path / "weights" / f"{name}.safetensors").write_bytes(b"\x10 no tensors")
    monkeypatch.setattr(weights, "files", lambda package: tmp_path)
    monkeypatch.setattr(syllable_breaks, "_tables", syllable_breaks._tables.__wrapped__)
    monkeypatch.setattr(beat_finding, "_table", beat_finding._table.__wrapped__)
    _refused(use)
