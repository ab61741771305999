"""Pictures of tokens from end to end without a window: studio, host, files and the command line, on the mock."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from intermezzo import Studio
from intermezzo.__main__ import main
from intermezzo.core.cells import Cells, footprint_px, reached
from intermezzo.core.errors import PluginError, SketchError
from intermezzo.core.manifest import Reach
from intermezzo.core.media import Image
from intermezzo.storage.image_files import read_image

MOCK = "builtin.mock_picture"


def test_masked_tokens_are_made_anew_and_all_others_stay(studio: Studio) -> None:
    sketch = studio.convert(MOCK, "a beetle")
    mask = np.zeros((16, 16), bool)
    mask[4:9, 4:9] = True
    locked = sketch.with_layer(sketch.tokens.lock_mask(np.eye(16, dtype=bool), True))
    again = studio.infill(locked, {"tokens": mask}, seed=5)
    kept = ~mask | locked.tokens.locked
    assert np.array_equal(again.tokens.codes[kept], sketch.tokens.codes[kept])
    assert (again.tokens.codes[~kept] != sketch.tokens.codes[~kept]).any()
    with pytest.raises(SketchError, match="No token is chosen"):
        studio.infill(sketch, {"tokens": np.zeros((16, 16), bool)})
    with pytest.raises(SketchError, match="does not fit"):
        studio.infill(sketch, {"tokens": np.ones((3, 3), bool)})


def test_alternatives_of_a_token_are_ranked(studio: Studio) -> None:
    sketch = studio.convert(MOCK, "a beetle")
    found = studio.alternatives(sketch, "tokens", (3, 4))
    assert len(found.codes) == len(set(found.codes.tolist())) == 64
    assert (np.diff(found.probabilities) <= 0).all()
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-3)
    with pytest.raises(SketchError, match="no token"):
        studio.alternatives(sketch, "tokens", (16, 0))


def test_a_picture_comes_out_and_its_tokens_come_back(studio: Studio) -> None:
    sketch = studio.convert(MOCK, "a beetle", seed=3)
    picture = studio.render(sketch)
    assert isinstance(picture, Image)
    assert picture.pixels.shape == (128, 128, 4)
    assert np.array_equal(studio.analyse(MOCK, picture).tokens.codes, sketch.tokens.codes)


def test_an_engine_without_tokens_says_so() -> None:
    with Studio() as studio:
        sketch = studio.convert("mock", "oh")
        with pytest.raises(PluginError, match="no engine over tokens"):
            studio.infill(sketch, {})


def test_the_footprint_is_what_the_manifest_promises() -> None:
    with Studio() as studio:
        old = studio.convert(MOCK, "a beetle")
        mask = np.zeros((16, 16), bool)
        mask[0, 5] = True
        other = (int(old.tokens.codes[0, 5]) + 1) % 64
        new = old.with_layer(old.tokens.with_codes(mask, other))
        inside = footprint_px(old.tokens, new.tokens, studio.registry.engines[MOCK].reach["tokens"], 128, 128)
        changed = (studio.render(old).pixels != studio.render(new).pixels).any(axis=-1)  # type: ignore[union-attr]
    assert changed.any()
    assert not (changed & ~inside).any()
    assert inside.sum() == 16 * 24
    assert reached(mask, Reach(before=0, after=2)).sum() == 9
    assert reached(mask, None).all()


def test_cells_must_name_a_grid() -> None:
    with Studio() as studio, pytest.raises(SketchError, match="does not fit"):
        Cells({"pitch": np.ones(3, bool)}).fit(studio.convert(MOCK, "a"))


def test_the_command_line_draws_reads_and_shows_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn, read = tmp_path / "a.png", tmp_path / "a.sketch"
    assert main(["run", MOCK, "a beetle", "-o", str(drawn)]) == 0
    assert main(["analyse", MOCK, str(drawn), "-o", str(read)]) == 0
    capsys.readouterr()
    assert main(["show", str(drawn), "--json", "--picture", str(tmp_path / "shown.png")]) == 0
    shown = json.loads(capsys.readouterr().out)["layers"]["tokens"]
    assert main(["show", str(read), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"]["tokens"]["codes"] == shown["codes"]
    assert read_image(tmp_path / "shown.png").pixels.any()
    again = tmp_path / "b.webp"
    assert main(["render", str(drawn), "-o", str(again)]) == 0
    one, other = read_image(drawn).pixels, read_image(again).pixels
    assert np.array_equal(one[one[..., 3] > 0], other[one[..., 3] > 0])


@pytest.mark.parametrize("name", ["a.jpg", "a.wav"])
def test_a_picture_in_another_format_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["run", MOCK, "a beetle", "-o", str(tmp_path / name)]) == 2
    assert not (tmp_path / name).exists()
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_project_keeps_a_picture_that_was_its_source(tmp_path: Path) -> None:
    from intermezzo.core.project import Project, Stage
    from intermezzo.storage.project_file import load_project, save_project

    pixels = np.random.default_rng(1).integers(0, 256, (5, 7, 4)).astype(np.uint8)
    save_project(Project("A", (Stage("1", MOCK, Image(pixels)),)), tmp_path / "a.intermezzo")
    source = load_project(tmp_path / "a.intermezzo").stages[0].source
    assert isinstance(source, Image)
    assert np.array_equal(source.pixels, pixels)


def test_pictures_are_written_larger_crisp_or_smooth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, options in (("a.png", []), ("b.png", ["--times", "4", "--crisp"]), ("c.webp", ["--times", "2"])):
        assert main(["run", MOCK, "a beetle", "-o", str(tmp_path / name), "--json", *options]) == 0
    told = json.loads(capsys.readouterr().out.split("}\n{")[1].join("{}"))
    assert (told["width_px"], told["height_px"]) == (512, 512)
    one, four, two = (read_image(tmp_path / name).pixels for name in ("a.png", "b.png", "c.webp"))
    assert np.array_equal(four[::4, ::4], one)
    assert two.shape == (256, 256, 4)
    for name in ("b.png", "c.webp"):
        assert main(["show", str(tmp_path / name)]) == 0
    assert main(["run", MOCK, "a beetle", "-o", str(tmp_path / "d.png"), "--times", "9"]) == 2
    assert "1 to 8 times" in capsys.readouterr().err


def test_takes_of_pictures_are_files_that_open_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, out = tmp_path / "p.intermezzo", tmp_path / "out"
    assert main(["convert", MOCK, "a beetle", "-o", str(project), "--takes", "3"]) == 0
    assert main(["render", str(project), "-o", str(out), "--takes", "all", "--name", "{title}-{seed}.webp"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["p-1.webp", "p-2.webp", "p-3.webp"]
    with Studio() as studio:
        drawn = [studio.load(out / f"p-{seed}.webp").tokens.codes for seed in (1, 2, 3)]
        assert np.array_equal(drawn[1], studio.convert(MOCK, "a beetle", seed=2).tokens.codes)
    assert main(["render", str(project), "-o", str(tmp_path / "plain"), "--takes", "2"]) == 0
    assert [path.name for path in (tmp_path / "plain").iterdir()] == ["p-2.png"]
    capsys.readouterr()


def test_that_an_animation_is_read_as_its_first_picture_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image as pil

    frames = [pil.new("RGB", (32, 32), colour) for colour in ("red", "blue", "green")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert main(["analyse", MOCK, str(tmp_path / "a.gif"), "-o", str(tmp_path / "a.sketch")]) == 0
    assert "a.gif has 3 pictures; the first one was taken." in capsys.readouterr().out


def test_a_picture_travels_as_json(tmp_path: Path) -> None:
    from intermezzo.core.codec import fingerprint

    with Studio() as studio:
        sketch = studio.convert(MOCK, "a beetle")
        tokens = sketch.tokens.with_codes(np.eye(16, dtype=bool), 7).lock_mask(np.eye(16, k=2, dtype=bool), True)
        studio.save(sketch.with_layer(tokens), tmp_path / "a.sketch")
        assert main(["export", str(tmp_path / "a.sketch"), "-o", str(tmp_path / "a.json")]) == 0
        assert fingerprint(studio.load(tmp_path / "a.json")) == fingerprint(studio.load(tmp_path / "a.sketch"))


def test_a_project_with_a_damaged_picture_is_refused_in_one_line(tmp_path: Path) -> None:
    import zipfile

    from intermezzo.core.errors import FileError
    from intermezzo.core.project import Project, Stage
    from intermezzo.storage.project_file import load_project, save_project

    whole, broken = tmp_path / "a.intermezzo", tmp_path / "b.intermezzo"
    pixels = np.random.default_rng(1).integers(0, 256, (5, 7, 4)).astype(np.uint8)
    save_project(Project("A", (Stage("1", MOCK, Image(pixels)),)), whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        names = [name for name in old.namelist() if name.endswith(".png")]
        assert len(names) == 1
        for name in old.namelist():
            new.writestr(name, old.read(name)[:60] if name in names else old.read(name))
    with pytest.raises(FileError, match="one of its pictures is damaged"):
        load_project(broken)
