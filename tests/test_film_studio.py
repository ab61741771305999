"""Films of tokens from end to end without a window: studio, host, files and the command line, on the mock."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.__main__ import main
from intermezzo.core.cells import film_footprint_px
from intermezzo.core.errors import SketchError
from intermezzo.core.media import Image, Tokens, Video
from intermezzo.core.project import Stage
from intermezzo.storage.film_files import read_film

MOCK = "builtin.mock_film"


def test_a_film_comes_out_and_its_tokens_come_back(studio: Studio) -> None:
    sketch = studio.convert(MOCK, "a beetle", seed=3)
    film = studio.render(sketch)
    assert isinstance(film, Video)
    assert film.frames.shape == (8, 128, 128, 4)
    assert np.array_equal(studio.analyse(MOCK, film).tokens.codes, sketch.tokens.codes)
    part = studio.render(sketch, window=(2, 5))
    assert isinstance(part, Video)
    assert np.array_equal(part.frames, film.frames[2:5])


def test_masked_cells_of_some_frames_are_made_anew(studio: Studio) -> None:
    sketch = studio.convert(MOCK, "a beetle")
    mask = np.zeros((8, 16, 16), bool)
    mask[2:4, 4:9, 4:9] = True
    again = studio.infill(sketch, {"tokens": mask}, seed=5)
    assert np.array_equal(again.tokens.codes[~mask], sketch.tokens.codes[~mask])
    assert (again.tokens.codes[mask] != sketch.tokens.codes[mask]).any()


def test_an_edit_changes_its_cells_in_its_frames_alone() -> None:
    with Studio() as studio:
        old = studio.convert(MOCK, "a beetle")
        mask = np.zeros((8, 16, 16), bool)
        mask[3, 7, 8] = True
        new = old.with_layer(old.tokens.with_codes(mask, (int(old.tokens.codes[3, 7, 8]) + 1) % 64))
        inside = film_footprint_px(
            old.tokens, new.tokens, studio.registry.engines[MOCK].reach["tokens"], 8, 128, 128
        )  # fmt: skip
        changed = (studio.render(old).frames != studio.render(new).frames).any(axis=-1)  # type: ignore[union-attr]
    assert changed.any()
    assert not (changed & ~inside).any()
    assert inside.sum() == 3 * 24 * 24


def test_the_command_line_writes_films_that_open_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for suffix in (".gif", ".apng", ".webp", ".mp4", ".webm"):
        path = tmp_path / f"a{suffix}"
        assert main(["run", MOCK, "a beetle", "-o", str(path), "--json"]) == 0
        told, wrong = capfd.readouterr()
        assert wrong == ""
        told = json.loads(told)
        assert (told["frames"], told["duration_s"], told["width_px"], told["recipe"]) == (8, 0.8, 128, True)
        assert main(["show", str(path), "--json"]) == 0
        assert json.loads(capfd.readouterr().out)["layers"]["tokens"]["shape"] == [8, 16, 16]
    assert main(["run", MOCK, "a beetle", "-o", str(tmp_path / "a.wav")]) == 2
    assert main(["analyse", MOCK, str(tmp_path / "a.gif"), "-o", str(tmp_path / "b.sketch")]) == 0
    assert main(["render", str(tmp_path / "b.sketch"), "-o", str(tmp_path / "b.apng")]) == 0
    assert len(read_film(tmp_path / "b.apng").frames) == 8
    drawn = tmp_path / "drawn.png"
    assert main(["show", str(tmp_path / "b.sketch"), "--picture", str(drawn)]) == 0
    assert drawn.is_file()


def test_a_picture_that_brings_its_tokens_is_not_looked_at(studio: Studio) -> None:
    codes = np.random.default_rng(1).integers(0, 64, (16, 16)).astype(np.uint16)
    clear = np.zeros((128, 128, 4), np.uint8)
    film = studio.analyse(MOCK, Image(clear, Tokens(codes, "mock-colours/1")))
    assert all(np.array_equal(frame, codes) for frame in film.tokens.codes)
    film = studio.analyse(MOCK, Image(clear, Tokens(codes, "other/1")))
    assert not film.tokens.codes.any()


def test_a_sketch_goes_on_to_another_engine_with_its_tokens(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = studio.convert("builtin.mock_picture", "a beetle", seed=3)
    sent = studio.sent(Stage("1", "builtin.mock_picture", sketch=picture))
    assert isinstance(sent, Image)
    assert sent.tokens is not None
    assert np.array_equal(sent.tokens.codes, picture.tokens.codes)
    assert np.array_equal(studio.analyse(MOCK, picture).tokens.codes[5], picture.tokens.codes)
    with pytest.raises(SketchError, match="no sketch"):
        studio.sent(Stage("1", "builtin.mock_picture"))

    studio.save(picture, tmp_path / "a.sketch")
    assert main(["analyse", MOCK, str(tmp_path / "a.sketch"), "-o", str(tmp_path / "b.sketch")]) == 0
    assert np.array_equal(studio.load(tmp_path / "b.sketch").tokens.codes[0], picture.tokens.codes)
    capsys.readouterr()
    assert main(["analyse", "builtin.mock_tones", str(tmp_path / "a.sketch"), "-o", str(tmp_path / "c.sketch")]) == 2
    told = capsys.readouterr().err
    assert "a.sketch gives image, and Mock tones analyses audio." in told
    assert not (tmp_path / "c.sketch").exists()
