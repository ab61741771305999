"""Error counts become a ratio, and the ratio says how sure it is."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from intermezzo_engines.speech import intelligibility
from intermezzo_engines.speech.corpus import Clip
from intermezzo_engines.speech.heldout import HUMAN, OURS
from intermezzo_engines.speech.intelligibility import compared, counted, error_ratio, interval_of_ratio


def counts(*errors: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array([(e, 10) for e in errors])


def test_the_ratio_is_of_all_errors_not_of_rates() -> None:
    assert error_ratio(counts(4, 2), counts(3, 1)) == 1.5
    assert error_ratio(counts(1, 1), counts(0, 0)) == 2  # a faultless human counts as one error


def test_equals_have_a_sure_ratio_of_one() -> None:
    same = counts(*range(1, 30))
    assert interval_of_ratio(same, same) == (1, 1)


def test_the_interval_holds_the_ratio_and_narrows_with_more_sentences() -> None:
    rng = np.random.default_rng(0)
    widths = []
    for n in (10, 400):
        engine, human = counts(*rng.poisson(2, n)), counts(*rng.poisson(2, n))
        low, high = interval_of_ratio(engine, human)
        assert low <= error_ratio(engine, human) <= high
        widths.append(high - low)
    assert widths[1] < widths[0] / 3


def test_the_first_sentences_also_stand_alone() -> None:
    engine, human = counts(*[2] * 20, *[4] * 40), counts(*[2] * 60)
    figures = {f.name: f for f in compared("ljs", engine, human)}
    assert figures["word_errors_to_human_ljs_first_20_ratio"].value == 1
    whole = figures["word_errors_to_human_ljs_ratio"]
    assert whole.value == pytest.approx(5 / 3) and whole.met is False and "600 words" in whole.note


def test_no_sound_is_recognised_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def word_errors(cases: Sequence[tuple[str, str]]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        asked.extend(sound for _, sound in cases)
        return counts(*(len(sound) for _, sound in cases))

    monkeypatch.setattr(intelligibility, "word_errors", word_errors)
    held: Any = SimpleNamespace(
        word_errors={}, context=SimpleNamespace(progress=lambda what: None),
        sound=lambda clip, who, seed: f"{clip.id} {who} {seed}",
    )  # fmt: skip
    clips = [Clip("ljs", name, "text", held_out=True) for name in ("a", "bcd")]
    first = counted(held, clips, OURS)
    assert counted(held, clips[::-1], OURS).tolist() == first[::-1].tolist() == [[12, 10], [10, 10]]
    counted(held, clips[:1], OURS, 2)
    counted(held, clips[:1], HUMAN)
    assert asked == ["a engine 1", "bcd engine 1", "a engine 2", "a human 1"]
