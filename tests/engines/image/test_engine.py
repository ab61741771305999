"""The image engine with its shipped weights: words to pictures, pictures to tokens, masks, and prompts of any kind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.core.errors import SourceError
from intermezzo.core.media import Image
from intermezzo_engines.image.groups import GROUPS
from intermezzo_engines.image.memory import Memory, load_memory
from intermezzo_engines.image.reader import Reader
from intermezzo_engines.image.weights import load_reader


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio(threads=1) as made:
        yield made


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


@pytest.fixture(scope="module")
def memory(reader: Reader) -> Memory:
    return load_memory(reader)


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("serpent", "snake"), ("whirlybird", "helicopter"), ("automobile", "automobile"), ("red apple", "red apple"),
        ("pomme rouge", "red apple"), ("赤いりんご", "red apple"), ("hounds", "dog"),
        ("🦊", "fox"),
    ],
)  # fmt: skip
def test_the_memory_finds_what_is_meant_in_other_words_and_languages(memory: Memory, prompt: str, named: str) -> None:
    best = np.argsort(-memory.scores(prompt, 0))[:3]
    assert any(named in memory.names[k] for k in best)


@pytest.mark.parametrize(
    ("prompt", "group"),
    [("felafel", "food"), ("whirlybird", "place"), ("sodbuster", "person"), ("moo-cow", "animal")],
)
def test_the_reader_tells_what_kind_of_thing_an_unseen_word_means(reader: Reader, prompt: str, group: str) -> None:
    assert reader.chances(prompt)[GROUPS.index(group)] > 1 / len(GROUPS)


def test_a_prompt_is_drawn_the_same_for_a_seed_and_put_together_of_parts(studio: Studio) -> None:
    one, again = (studio.convert("image", "angry cat with sunglasses", seed=3) for _ in range(2))
    assert np.array_equal(one.tokens.codes, again.tokens.codes)
    bare = studio.convert("image", "angry cat", seed=3)
    assert not np.array_equal(one.tokens.codes, bare.tokens.codes)
    sure = one.tokens.sureness
    assert ((sure >= 0) & (sure <= 1)).all()


def test_a_colour_that_the_picture_does_not_have_is_given(studio: Studio) -> None:
    picture = studio.render(studio.convert("image", "blue apple", seed=1))
    assert isinstance(picture, Image)
    seen = picture.pixels[picture.pixels[..., 3] > 128].astype(float)
    assert seen[:, 2].mean() > seen[:, 0].mean() + 40


def test_masked_tokens_are_made_anew_and_all_others_are_identical(studio: Studio) -> None:
    sketch = studio.convert("image", "pizza", seed=1)
    mask = np.zeros((16, 16), bool)
    mask[5:9, 5:9] = True
    again = studio.infill(sketch, {"tokens": mask}, seed=9)
    assert np.array_equal(again.tokens.codes[~mask], sketch.tokens.codes[~mask])
    assert (again.tokens.codes[mask] != sketch.tokens.codes[mask]).any()
    assert np.array_equal(studio.infill(sketch, {"tokens": mask}, seed=9).tokens.codes, again.tokens.codes)


def test_alternatives_are_chances_of_different_codes(studio: Studio) -> None:
    found = studio.alternatives(studio.convert("image", "pizza", seed=1), "tokens", (7, 7))
    assert len(set(found.codes.tolist())) == len(found.codes)
    assert (np.diff(found.probabilities) <= 0).all()
    assert 0 < found.probabilities.sum() <= 1.001


def test_most_tokens_of_a_drawn_picture_come_back(studio: Studio) -> None:
    sketch = studio.convert("image", "dog face", seed=1)
    again = studio.analyse("image", studio.render(sketch))
    assert np.mean(again.tokens.codes == sketch.tokens.codes) > 0.7


@pytest.mark.parametrize("prompt", ["xyzzyqwv", "a " * 5_000, "√", "🦊", "ñandú √2"])
def test_any_prompt_that_has_a_word_gives_a_picture(studio: Studio, prompt: str) -> None:
    if prompt.strip("a √") == "":
        with pytest.raises(SourceError, match=r"^[^\n]+$"):
            studio.convert("image", prompt)
        return
    assert studio.convert("image", prompt).tokens.codes.shape == (16, 16)


def test_the_prior_alone_draws_too(studio: Studio) -> None:
    sketch = studio.convert("image", "red apple", params={"from_memory": False, "passes": 4})
    assert sketch.tokens.codes.max() < 1200
