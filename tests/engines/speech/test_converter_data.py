"""Training clips keep phones, lengths and features in step, and voicing is cleaned where a tracker invents it."""

import json
from pathlib import Path

import numpy as np
import pytest

from intermezzo_engines.speech.converter_data import (
    Item,
    as_stranger,
    batches,
    clean_voicing,
    collate,
    load_item,
    spoken_phones,
    statistics,
)  # fmt: skip
from intermezzo_engines.speech.corpus import Clip

ALIGNMENT = {
    "score": 0.0,
    "words": [
        {"word": "", "phones": [["SIL", 0, 30]]},
        {"word": "see", "phones": [["S", 30, 40], ["IY1", 40, 60]]},
        {"word": "", "phones": [["SIL", 60, 70]]},
        {"word": "me", "phones": [["M", 70, 78], ["IY1", 78, 100]]},
        {"word": "", "phones": [["SIL", 100, 140]]},
    ],
}


@pytest.fixture
def items(tmp_path: Path) -> list[Item]:
    rng = np.random.default_rng(0)
    found = []
    for voice in ("cathy", "ljs", "kerstin"):
        (tmp_path / "features" / voice).mkdir(parents=True)
        (tmp_path / "alignments" / voice).mkdir(parents=True)
        (tmp_path / "alignments" / voice / "a.json").write_text(json.dumps(ALIGNMENT))
        np.savez(
            tmp_path / "features" / voice / "a.npz", f0_hz=np.linspace(200, 214, 140).astype(np.float32),
            env_ln=rng.normal(-4, 1, (140, 100)).astype(np.float32), ap_ln=np.full((140, 5), -3, np.float32),
        )  # fmt: skip
        item = load_item(Clip(voice, "a", "See, me?", False), tmp_path / "features", tmp_path / "alignments")
        assert item is not None
        found.append(item)
    return found


def test_pauses_carry_the_mark_of_the_text() -> None:
    phones, lengths = spoken_phones(ALIGNMENT, "See, me?")
    assert [p.label for p in phones] == ["·", "s", "ˈi", "·", "m", "ˈi", "·"]
    assert [p.mark for p in phones if p.label == "·"] == ["start", ",", "?"]
    assert lengths == [30, 10, 20, 10, 8, 22, 40]


def test_outer_silence_is_cut_and_everything_stays_in_step(items: list[Item]) -> None:
    item = items[0]
    assert item.durations.tolist() == [12, 10, 20, 10, 8, 22, 12]
    assert item.n_frames == len(item.log_f0) == len(item.spectrum) == item.durations.sum()


def test_voicing_is_cleaned_in_pauses_and_hisses(items: list[Item]) -> None:
    voiced = items[0].voiced
    assert voiced[2:11].max() == 0  # pause
    assert voiced[13:21].max() == 0  # s
    assert voiced[22:41].min() == 1  # vowel
    assert (items[0].spectrum[2:11, 100:] == 0).all()


def test_a_flap_stays_voiced_and_a_long_stop_does_not() -> None:
    voiced, breath = np.ones(20, bool), np.full(20, -6.0, np.float32)
    assert clean_voicing(voiced, breath, ["ɑ", "t", "ɚ"], np.array([8, 4, 8])).all()
    assert not clean_voicing(voiced, breath, ["ɑ", "t", "ɚ"], np.array([6, 8, 6]))[7:13].any()


def test_a_clip_without_features_is_left_out(tmp_path: Path) -> None:
    assert load_item(Clip("ljs", "b", "See", False), tmp_path, tmp_path) is None


def test_batches_are_padded_normalised_and_complete(items: list[Item]) -> None:
    stats = statistics(items)
    groups = list(batches(items * 5, np.random.default_rng(0), frames=300))
    assert sum(len(group) for group in groups) == 15
    assert all(sum(item.n_frames for item in group) <= 300 for group in groups)
    batch = collate(items, stats)
    assert batch.spectrum.shape == (3, 94, 105)
    assert batch.duration_mask.sum() == 3 * 5  # the outer pauses are not learned
    assert abs(float(batch.pitch[batch.voiced > 0].mean())) < 0.2


def test_a_stranger_is_normalised_by_the_clip_itself(items: list[Item]) -> None:
    stranger = as_stranger(items[0], np.random.default_rng(3))
    batch = collate([stranger], statistics(items))
    assert batch.inputs["voice"][0].tolist() == [0, 0, 0, 1]
    assert not np.allclose(stranger.spectrum[:, :100], items[0].spectrum[:, :100])
    assert abs(float(batch.spectrum.mean())) < 1e-4
    assert np.allclose(batch.timbre[0], stranger.spectrum.mean(0), atol=1e-4)


def test_the_values_of_a_phone_are_its_means(items: list[Item]) -> None:
    stats = statistics(items)
    batch, item = collate(items[:1], stats), items[0]
    energy = float(batch.values[0, 2, 2] * stats["energy_stats"][0, 1] + stats["energy_stats"][0, 0])
    assert energy == pytest.approx(float(item.energy_db[22:42].mean()), abs=1e-3)
    length = float(batch.values[0, 2, 0] * stats["duration_stats"][0, 1] + stats["duration_stats"][0, 0])
    assert np.exp(length) == pytest.approx(20, rel=1e-4)
