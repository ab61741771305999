"""New sounds: a text asks for a kind, a course stays in its kind, takes differ, and masks change nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.core.errors import SourceError
from intermezzo.core.media import Audio
from intermezzo_engines.sound.classes_check import UNSEEN
from intermezzo_engines.sound.kinds import SAYINGS, kind_of
from intermezzo_engines.sound.plan import Plan

SOUND = "builtin.sound"


def _plan() -> Plan:
    """Return two kinds of two recordings each: kind 0 is in states 1 and 2, kind 1 in states 3 and 4."""
    states = np.array([1, 1, 2, 2, 2, 1, 3, 3, 4, 4, 3, 0], np.uint8)
    units = np.array([[10 * state + recording] * 8 for state, recording in ((1, 0), (2, 0), (2, 1), (3, 2), (4, 2))])
    return Plan(
        states, np.array([0, 3, 6, 9]), np.array([0, 0, 1, 1], np.uint8), units, np.array([1, 2, 2, 3, 4], np.uint8),
        np.array([0, 0, 1, 2, 2]),
    )  # fmt: skip


def test_a_course_has_cells_of_its_kind_only_and_a_seed_is_a_take() -> None:
    courses = [_plan().course(1, 60, 20.0, np.random.default_rng(seed), None) for seed in (1, 1, 2)]
    assert set(np.unique(courses[0])) <= {0, 32, 42}
    assert np.array_equal(courses[0], courses[1])
    assert not np.array_equal(courses[0], courses[2])


def test_a_course_goes_on_from_the_state_of_the_cell_before() -> None:
    found = [_plan().course(0, 1, 0.0, np.random.default_rng(seed), np.full(8, 20)) for seed in range(20)]
    assert {int(cells[0, 0]) for cells in found} <= {20, 21}


@pytest.mark.parametrize(("kind", "word"), sorted(UNSEEN.items()))
def test_words_that_name_no_kind_find_it_by_their_ideas(kind: str, word: str) -> None:
    assert word not in " ".join(SAYINGS[kind]).split()
    assert kind_of(word) == kind


def test_a_text_is_a_sound_and_a_mask_changes_only_its_cells() -> None:
    with Studio(in_process=True, threads=1) as studio:
        sketch = studio.convert(SOUND, "a hound", seed=1, params={"seconds": 0.5})
        sound = studio.render(sketch)
        assert isinstance(sound, Audio) and sound.n_samples == 12_000
        other = studio.convert(SOUND, "a hound", seed=2, params={"seconds": 0.5})
        assert not np.array_equal(sketch.tokens.codes, other.tokens.codes)
        mask = np.zeros(sketch.tokens.shape, bool)
        mask[10:20] = True
        mask[30:35, 4] = True
        filled = studio.infill(sketch, {"tokens": mask}, seed=3, params={"passes": 2})
        assert np.array_equal(filled.tokens.codes[~mask], sketch.tokens.codes[~mask])
        assert (filled.tokens.codes[mask] != sketch.tokens.codes[mask]).any()
        choices = studio.alternatives(sketch, "tokens", (7, 2))
        assert len(choices.codes) == 24
        assert (np.diff(choices.probabilities) <= 0).all()
        loop = studio.render(sketch, params={"loop_s": 0.1})
        part = studio.render(sketch, window=(45, 50), params={"loop_s": 0.1})
        assert isinstance(loop, Audio) and isinstance(part, Audio)
        assert np.array_equal(loop.samples[:, :9_600], sound.samples[:, :9_600])
        assert np.array_equal(part.samples, loop.samples[:, 45 * 240 :])
        assert loop.samples[0, -1] == pytest.approx(float(loop.samples[0, 0]), abs=1e-6)


def test_a_text_that_names_nothing_heard_is_one_clear_line() -> None:
    with Studio(in_process=True, threads=1) as studio, pytest.raises(SourceError, match="dog bark"):
        studio.convert(SOUND, "xyzzy")
