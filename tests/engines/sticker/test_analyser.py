"""Films and pictures become stickers: the motion is found, what stands still keeps its tokens, backgrounds go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from intermezzo import Studio
from intermezzo.core.errors import SourceError
from intermezzo.core.media import Image, Video
from intermezzo.core.sketch import Sketch
from intermezzo.storage.film_files import FilmEncoding, write_film
from intermezzo_engines.sticker.films import cleared
from intermezzo_engines.sticker.motions import moved, poses
from intermezzo_engines.sticker.seen import content_of, poses_seen


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio(threads=1) as made:
        yield made


@pytest.fixture(scope="module")
def apple(studio: Studio) -> Sketch:
    return studio.convert("sticker", "red apple wave")


def _thing() -> torch.Tensor:
    """Return a coloured thing without symmetry, premultiplied, (1, 4, 128, 128)."""
    picture = torch.zeros(1, 4, 128, 128)
    picture[0, :, 20:108, 24:60] = torch.tensor([0.9, 0.2, 0.1, 1.0])[:, None, None]
    picture[0, :, 70:108, 60:100] = torch.tensor([0.1, 0.4, 0.9, 1.0])[:, None, None]
    return picture


@pytest.mark.parametrize("motion", ["bounce", "spin", "wave", "squash", "orbit", "fade"])
def test_the_motion_of_a_moved_picture_is_found(motion: str) -> None:
    table = poses(motion, 12)
    frames = moved(_thing(), torch.from_numpy(table)[None])[0]
    content = content_of(frames)
    found, fits = poses_seen(frames, content)
    seen = table[:, 5] > 0.05
    assert fits[seen].min() > 0.8
    turned = (found[:, 2] - (table[:, 2] - table[content, 2]) + 180) % 360 - 180
    assert np.abs(turned[seen]).max() < 2
    assert np.abs(found[:, 3:5] - table[:, 3:5] / table[content, 3:5])[seen].max() < 0.03
    assert np.abs(found[:, 5] - table[:, 5] / table[content, 5]).max() < 0.03


def test_most_tokens_of_a_rendered_sticker_come_back(studio: Studio, apple: Sketch) -> None:
    again = studio.analyse("sticker", studio.render(apple))
    assert np.mean(again.frames.codes == apple.frames.codes) > 0.85
    assert np.ptp(again.turn.values) > 20


def test_a_noisy_background_that_stands_still_keeps_its_tokens(studio: Studio, apple: Sketch) -> None:
    film = studio.render(apple)
    assert isinstance(film, Video)
    alpha = film.frames[..., 3:] / 255
    random = np.random.default_rng(0)
    noisy = film.frames[..., :3] * alpha + 230 * (1 - alpha) + random.integers(-1, 2, (12, 128, 128, 1))
    again = studio.analyse("sticker", Video(noisy.clip(0, 255).astype(np.uint8), 12), params={"clear": False})
    assert (again.frames.codes[:, :2, :2] == again.frames.codes[0, :2, :2]).all()


def test_a_plain_background_is_taken_away_and_no_part_of_the_thing() -> None:
    picture = _thing()
    picture[0, :, 84:92, 70:80] = 1.0  # a white window in it stays
    white = torch.ones(1, 3, 128, 128)
    opaque = torch.cat([picture[:, :3] + white * (1 - picture[:, 3:]), torch.ones(1, 1, 128, 128)], dim=1)
    left = cleared(opaque)[0]
    assert (left[3] - picture[0, 3]).abs().mean() < 0.02
    assert (left[:, 88, 75] > 0.9).all()
    many = opaque.clone()
    many[:, :3, :40] = torch.rand(1, 3, 40, 128)
    assert torch.equal(cleared(many), many)


def test_a_picture_moves_as_it_is_told(studio: Studio) -> None:
    pixels = (_thing()[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)
    sketch = studio.analyse("sticker", Image(pixels), params={"picture_motion": "spin", "picture_frames": 8})
    assert sketch.frames.shape == (8, 16, 16)
    assert sketch.turn.values[4] == pytest.approx(180)
    still = studio.analyse("sticker", Image(pixels), params={"picture_motion": "none"})
    assert (still.frames.codes == still.content.codes).all()


def test_films_of_any_shape_rate_and_length_are_read_or_refused_in_one_line(studio: Studio) -> None:
    random = np.random.default_rng(1)
    long = Video(random.integers(0, 255, (150, 20, 48, 3), dtype=np.uint8), 25)
    assert studio.analyse("sticker", long).n_frames == 48
    one = Video(np.zeros((1, 5, 3, 4), np.uint8), 1)
    assert studio.analyse("sticker", one).n_frames == 12
    with pytest.raises(SourceError, match=r"^[^\n]+$"):
        studio.analyse("sticker", one, params={"start_s": 5.0})


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_a_coded_film_is_as_sharp_as_an_animation_of_it(
    studio: Studio, apple: Sketch, tmp_path: Path, suffix: str
) -> None:
    film = studio.render(apple)
    assert isinstance(film, Video)

    def sharpness(path: Path) -> float:
        write_film(path, film, FilmEncoding(times=4))
        shown = studio.render(studio.analyse("sticker", path))
        assert isinstance(shown, Video)
        alpha = shown.frames[..., 3:].astype(np.float32) / 255
        return float(np.abs(np.diff(shown.frames[..., :3] * alpha + 255 * (1 - alpha), axis=2)).mean())

    assert sharpness(tmp_path / f"film{suffix}") > 0.9 * sharpness(tmp_path / "film.gif")
