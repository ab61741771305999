"""Words as features: shared by what is alike, in any language, however long or strange the prompt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo_engines.tokens.synonyms import synonyms_of
from intermezzo_engines.tokens.words import BUCKETS, MOST_FEATURES, MOST_WORDS, featured, words_of


def likeness(one: str, other: str) -> float:
    vectors = np.zeros((2, BUCKETS))
    buckets, weights = featured([one, other])
    for row in range(2):
        np.add.at(vectors[row], buckets[row].reshape(-1), weights[row].reshape(-1))
    return float(vectors[0] @ vectors[1])


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("hound", "dog"), ("hound", "car")), (("kitten", "cat"), ("kitten", "bread")),
        (("cats", "cat"), ("cats", "sun")),
        (("automobile", "car"), ("automobile", "tree")), (("furious", "angry"), ("furious", "table")),
    ],
)  # fmt: skip
def test_words_of_like_sense_share_features(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert likeness(*near) > likeness(*far) + 0.02


def test_articles_say_nothing_and_each_word_counts_once() -> None:
    assert words_of("The cat, THE Cat and the café-cat") == ("cat", "café-cat")
    assert words_of("怒った猫") == ("怒っ", "た猫")
    assert words_of("  …!? ") == ()


@given(st.text(max_size=300))
def test_any_text_becomes_features_of_the_same_shape(text: str) -> None:
    buckets, weights = featured([text])
    assert buckets.shape == weights.shape == (1, MOST_WORDS, MOST_FEATURES)
    assert buckets.min() >= 0
    assert buckets.max() < BUCKETS
    assert np.isfinite(weights).all()


def test_a_very_long_prompt_is_cut() -> None:
    assert len(words_of("word " * 10_000 + "other")) == 1
    assert len(words_of(" ".join(f"word{k}" for k in range(100)))) == MOST_WORDS


def test_synonyms_have_the_same_first_sense() -> None:
    assert "ophidian" in synonyms_of("snake")
    assert synonyms_of("no such word") == []
