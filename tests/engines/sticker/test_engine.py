"""The sticker engine with its shipped weights: words to a loop, edits that are followed, masks, and stillness."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from intermezzo import Studio, edits
from intermezzo.core.errors import SourceError
from intermezzo.core.media import Video
from intermezzo.core.moved import landing
from intermezzo.core.sketch import Sketch


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio(threads=1) as made:
        yield made


@pytest.fixture(scope="module")
def dog(studio: Studio) -> Sketch:
    return studio.convert("sticker", "dog bouncing")


def _film(studio: Studio, sketch: Sketch) -> np.ndarray:
    film = studio.render(sketch)
    assert isinstance(film, Video)
    return film.frames


def test_a_text_becomes_a_loop_that_moves_as_it_says(studio: Studio, dog: Sketch) -> None:
    frames = _film(studio, dog)
    assert frames.shape == (12, 128, 128, 4)
    up = [(frame[..., 3].sum(1) @ np.arange(128)) / frame[..., 3].sum() for frame in frames]
    assert min(up[4:8]) < min(up[0], up[-1]) - 10  # it is high in the middle of the loop
    again = studio.convert("sticker", "dog bouncing")
    assert np.array_equal(again.frames.codes, dog.frames.codes)
    assert ((dog.frames.sureness >= 0) & (dog.frames.sureness <= 1)).all()


def test_what_stands_still_has_the_same_tokens_in_every_frame(studio: Studio) -> None:
    still = studio.convert("sticker", "red apple", params={"motion": "none", "freedom": 40.0, "passes": 2})
    assert (still.frames.codes == still.frames.codes[0]).all()
    frames = _film(studio, still)
    assert (frames == frames[0]).all()


def test_nothing_of_a_thing_that_turns_is_cut_off(studio: Studio) -> None:
    icon = studio.convert("sticker", "unicorn spinning", params={"style": "icon"})
    alpha = _film(studio, icon)[..., 3].astype(float)
    mass = alpha.sum(axis=(1, 2))
    assert mass.min() > 0.9 * mass.max()


def test_fading_changes_opacity_and_no_token(studio: Studio) -> None:
    ghost = studio.convert("sticker", "ghost fading")
    assert (ghost.frames.codes == ghost.content.codes).all()
    alpha = _film(studio, ghost)[..., 3].astype(int).sum(axis=(1, 2))
    assert alpha[6] < alpha[0] / 10


def test_a_drawn_curve_is_followed_by_its_frames_and_hands_stay(studio: Studio, dog: Sketch) -> None:
    mask = np.zeros(dog.frames.shape, bool)
    mask[3, 8, 8] = True
    before = dog.with_layer(dog.frames.with_codes(mask, 7))
    after = edits.curves.shift(before, "x", 3, 5, 20.0)
    followed = studio.follow(before, after)
    moved = followed.frames.codes != before.frames.codes
    assert moved[3:5].any(axis=(1, 2)).all()
    assert not moved[[*range(3), *range(5, 12)]].any()
    assert followed.frames.codes[3, 8, 8] == 7


def test_another_content_is_followed_by_all_frames(studio: Studio, dog: Sketch) -> None:
    mask = np.zeros(dog.content.shape, bool)
    mask[7:10, 6:10] = True
    after = dog.with_layer(dog.content.with_codes(mask, 300))
    followed = studio.follow(dog, after)
    assert (followed.frames.codes != dog.frames.codes).any(axis=(1, 2)).all()
    assert (
        studio.follow(dog, dog.with_layer(dog.frames.with_codes(np.ones(dog.frames.shape, bool), 3))).frames.codes[
            0, 0, 0
        ]
        == 3
    )  # frames by hand govern nothing


@pytest.mark.parametrize("prompt", ["robot spinning", "cat flying in", "heart pulsing", "ghost fading"])
def test_a_token_of_the_content_changes_pixels_inside_its_landing_alone(studio: Studio, prompt: str) -> None:
    engine = studio.registry.engines["builtin.sticker"]
    old = studio.convert("sticker", prompt)
    before = _film(studio, old)
    for cell, code in (((8, 7), 50), ((3, 11), 700), ((12, 4), 300)):
        mask = edits.grids.box((16, 16), cell, cell)
        new = studio.follow(old, old.with_layer(old.content.with_codes(mask, code)))
        after = _film(studio, new)
        seen = (before[..., 3] > 0) | (after[..., 3] > 0)  # what is clear has a colour that nobody sees
        apart = ((after != before).any(axis=-1) & seen).reshape(12, 16, 8, 16, 8).any(axis=(2, 4))
        assert apart.any()
        for k in range(12):
            found = landing(old, "content", engine.moves["content"], cell, k, engine.reach["frames"])
            assert found is not None
            assert not (apart[k] & ~found.cells).any()


def test_masked_cells_are_made_anew_and_all_others_are_identical(studio: Studio, dog: Sketch) -> None:
    mask = np.zeros(dog.frames.shape, bool)
    mask[2:5, 6:10, 6:10] = True
    again = studio.infill(dog, {"frames": mask}, seed=4)
    assert np.array_equal(again.frames.codes[~mask], dog.frames.codes[~mask])
    assert (again.frames.codes[mask] != dog.frames.codes[mask]).any()
    part = np.zeros(dog.content.shape, bool)
    part[6:10, 6:10] = True
    content = studio.infill(dog, {"content": part}, seed=4)
    assert np.array_equal(content.content.codes[~part], dog.content.codes[~part])
    assert np.array_equal(content.frames.codes, dog.frames.codes)


def test_a_token_changes_its_own_frame_around_it_and_nothing_else(studio: Studio, dog: Sketch) -> None:
    mask = np.zeros(dog.frames.shape, bool)
    mask[4, 5, 6] = True
    painted = dog.with_layer(dog.frames.with_codes(mask, (int(dog.frames.codes[4, 5, 6]) + 400) % 1200))
    differs = (_film(studio, painted) != _film(studio, dog)).any(axis=-1)
    assert differs[4].any()
    differs[4, 32:56, 40:64] = False
    assert not differs.any()
    part = studio.render(painted, window=(4, 5))
    assert isinstance(part, Video)
    assert np.array_equal(part.frames[0], _film(studio, painted)[4])


@pytest.mark.parametrize("layer", ["content", "frames"])
def test_alternatives_are_chances_of_different_codes(studio: Studio, dog: Sketch, layer: str) -> None:
    found = studio.alternatives(dog, layer, (8, 7, 7) if layer == "frames" else (7, 7))
    assert len(set(found.codes.tolist())) == len(found.codes)
    assert (np.diff(found.probabilities) <= 0).all()


@pytest.mark.parametrize("n_frames", [8, 24])
def test_shorter_and_longer_loops_are_filled_too(studio: Studio, n_frames: int) -> None:
    params = {"frames": n_frames, "freedom": 20.0, "passes": 2}
    sketch = studio.convert("sticker", "dog bouncing", params=params)
    assert sketch.frames.shape == (n_frames, 16, 16)
    assert len(_film(studio, sketch)) == n_frames


@pytest.mark.parametrize("prompt", ["", "   ", "bouncing", "🦊", "!?"])
def test_a_text_without_anything_that_could_move_is_refused_in_one_line(studio: Studio, prompt: str) -> None:
    with pytest.raises(SourceError, match=r"^[^\n]+$"):
        studio.convert("sticker", prompt)


def test_a_very_long_text_is_a_sticker_too(studio: Studio) -> None:
    sketch = studio.convert("sticker", "dog bouncing " * 770)
    assert sketch.made.params["moves"] == "bounce"
