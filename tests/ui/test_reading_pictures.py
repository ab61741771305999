"""What is opened or dropped: a picture or film with a recipe is its document, any other is a source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as pil

from intermezzo.__main__ import main
from intermezzo.core.media import Image, Video
from intermezzo.core.project import Project
from intermezzo.core.registry import discover
from intermezzo.ui.reading import read_any


@pytest.mark.parametrize("name", ["a.png", "a.webp", "b.gif", "b.apng", "b.webp", "b.mp4", "b.webm"])
def test_an_exported_picture_or_film_opens_as_its_document(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = "builtin.mock_picture" if name.startswith("a") else "builtin.mock_film"
    assert main(["run", engine, "a beetle", "-o", str(tmp_path / name)]) == 0
    capsys.readouterr()
    found = read_any(tmp_path / name, discover()).value
    assert isinstance(found, Project)
    stage = found.stages[0]
    assert stage.sketch is not None
    assert stage.engine == engine
    assert not stage.is_stale(discover().engines[engine])


def test_other_pictures_are_sources_and_an_animation_says_what_was_taken(tmp_path: Path) -> None:
    frames = [pil.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    found = read_any(tmp_path / "a.gif", discover())
    assert isinstance(found.value, Image)
    assert np.array_equal(found.value.pixels[0, 0], (255, 0, 0, 255))
    assert found.notice == "a.gif has 2 pictures; the first one was taken."
    film = found.for_one_that(lambda medium: medium == "video")
    assert isinstance(film.value, Video)
    assert (len(film.value.frames), film.notice) == (2, "")
    assert found.for_one_that(lambda medium: medium == "image") is found


def test_a_recipe_that_was_damaged_costs_a_notice_and_not_the_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.png"
    assert main(["run", "builtin.mock_picture", "a beetle", "-o", str(path)]) == 0
    capsys.readouterr()
    content = bytearray(path.read_bytes())
    content[content.index(b"imZo") + 40] ^= 255
    path.write_bytes(content)
    found = read_any(path, discover())
    assert isinstance(found.value, Image)
    assert found.notice.endswith("It is opened as a picture.")
