"""The whole walk of a designer, with the engines that are shipped: words, takes, paint, mask, motion, sound, files.

And every step of it back again.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from tests.ui.window.conftest import Rig
from warm_host import warm_host

from intermezzo.core.edits import grids
from intermezzo.core.layers import Grid
from intermezzo.core.media import Image, Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.client import EngineHost
from intermezzo.storage.film_files import read_film
from intermezzo.storage.image_files import read_image
from intermezzo.storage.recipe import load_recipe
from intermezzo.ui.questions import FilmFile

IMAGE, STICKER, SOUND = "builtin.image", "builtin.sticker", "builtin.sound"
WORDS = "angry cat with sunglasses"


@pytest.fixture(scope="module")
def registry() -> Registry:
    found = discover()
    engines = {id_: found.engines[id_] for id_ in (IMAGE, STICKER, SOUND)}
    return Registry(engines, found.sketch_types, found.broken)


@pytest.fixture(scope="module")
def host(registry: Registry) -> Iterator[EngineHost]:
    yield from warm_host(registry, IMAGE, threads=1)  # more are slower where others work, too


class Walk:
    """What a designer does in the window."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.window = rig, rig.studio.window
        self.workspace, self.desk = rig.studio.workspace, rig.studio.window.desk

    def rest(self) -> None:
        """Wait until nothing works any more."""
        window, workspace = self.window, self.workspace
        self.rig.until(
            lambda: (
                not workspace.conversions.is_running and not window.whole.is_running
                and not workspace.sampling.is_running and not workspace.follow_up.is_waiting
            )
        )  # fmt: skip
        window.refresh()

    def press(self, action: str) -> None:
        """Do an action of the menus as one or more steps."""
        self.window.refresh()
        assert self.window.book[action].isEnabled(), action
        self.window.book[action].trigger()
        self.rest()

    def send(self, engine: str, medium: str) -> Stage:
        """Send what is in view to another engine."""
        self.window.send_to.fill(self.window.send_menu, self.window.look)
        targets = [(t.engine, t.medium) for t in self.window.send_to.targets()]
        self.window.send_menu.actions()[targets.index((engine, medium))].trigger()
        self.rest()
        stage = self.workspace.stage
        assert stage is not None
        assert (stage.engine, stage.sketch is not None) == (engine, True)
        return stage

    def mask(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Mask a rectangle of cells."""
        self.desk.set_mask(grids.box((16, 16), first, last))

    def codes(self) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
        """Return the tokens of the picture in view."""
        grid = self.desk.grid
        assert grid is not None
        return grid.codes


def first_codes(project: Project) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]] | None:
    """Return the tokens of the first stage."""
    sketch = project.stages[0].sketch
    grid = sketch.layers["tokens"] if sketch is not None else None
    return grid.codes if isinstance(grid, Grid) else None


def assert_holds(sticker: Stage, picture: Stage) -> None:
    """Every token of the picture is one of the content, and frames that show it as it lies show just these."""
    assert sticker.sketch is not None
    assert picture.sketch is not None
    codes = picture.sketch.tokens.codes
    assert np.array_equal(sticker.sketch.content.codes, codes)
    still = [np.array_equal(frame, codes) for frame in sticker.sketch.frames.codes]
    assert sticker.params.get("picture_motion") != "none" or all(still)


def copied_hat(walk: Walk) -> None:
    """Copy the hat out of a picture of its own."""
    walk.window.document.start_with(IMAGE, "top hat", "Hat", {})
    walk.rest()
    walk.mask((1, 4), (6, 11))
    walk.press("copy")
    walk.workspace.mark_saved(walk.workspace.project)


def test_a_designer_paints_pastes_animates_sounds_exports_and_undoes_it_all(rig: Rig, tmp_path: Path) -> None:
    walk = Walk(rig)
    window, workspace, desk = walk.window, walk.workspace, walk.desk
    copied_hat(walk)
    window.document.start_with(IMAGE, WORDS, "Angry cat", {})
    walk.rest()
    pictures = window.centre.pictures
    rig.until(lambda: pictures.image is not None and pictures.swatches is not None)
    assert workspace.history.undo_label == "Convert, seed 1"

    window.takes.n = 2
    walk.press("sample_takes")
    first = walk.codes()
    walk.press("use_take_2")
    assert (walk.codes() != first).any()

    window.centre.grid_editor.take_colour(QColor("red"))
    red = desk.code
    before = walk.codes()
    at = window.centre.grid_editor.output.rect_of
    QTest.mousePress(window.centre.grid_editor.output, Qt.MouseButton.LeftButton, pos=at((7, 4)).center().toPoint())
    QTest.mouseMove(window.centre.grid_editor.output, at((7, 11)).center().toPoint())
    QTest.mouseRelease(window.centre.grid_editor.output, Qt.MouseButton.LeftButton, pos=at((7, 11)).center().toPoint())
    assert (walk.codes()[7, 4:12] == red).all()
    assert np.array_equal(np.delete(walk.codes(), 7, axis=0), np.delete(before, 7, axis=0))
    rig.until(lambda: not pictures.is_stale)
    assert pictures.image is not None
    glasses = pictures.image.pixels[58:62, 48:80].reshape(-1, 4).mean(axis=0)
    assert glasses[0] > 150 > glasses[1:3].max()

    walk.mask((0, 4), (0, 4))
    desk.hover = None
    walk.press("paste")
    assert desk.clip is not None
    assert np.array_equal(walk.codes()[0:6, 4:12], desk.clip.codes)

    walk.mask((10, 5), (12, 10))
    before = walk.codes()
    walk.press("resample")
    mouth = grids.box((16, 16), (10, 5), (12, 10))
    assert (walk.codes() != before)[mouth].any()
    assert np.array_equal(walk.codes()[~mouth], before[~mouth])

    rig.until(lambda: not pictures.is_stale)
    picture, cat = workspace.stage, pictures.image
    assert picture is not None
    assert cat is not None
    sticker = walk.send(STICKER, "image")
    assert isinstance(sticker.source, Image)
    assert np.array_equal(sticker.source.pixels, cat.pixels)
    assert_holds(sticker, picture)
    assert window.document.title == "Angry cat"
    sound = walk.send(SOUND, "text")
    assert sound.source == Text(WORDS)
    rig.until(lambda: not workspace.output.stale.any())
    assert np.abs(workspace.output.samples).max() > 0.01

    workspace.choose_stage(sticker.id)
    rig.answers.films.append(FilmFile(tmp_path / "cat.gif", times=4))
    walk.press("export")
    rig.until(lambda: (tmp_path / "cat.gif").is_file() and not rig.studio.background.is_busy)
    workspace.choose_stage(picture.id)
    rig.until(lambda: not pictures.is_stale)
    rig.answers.saves.append((tmp_path / "cat.png", "PNG, 4 × (*.png)"))
    walk.press("export")
    rig.until(lambda: (tmp_path / "cat.png").is_file() and not rig.studio.background.is_busy)
    film = read_film(tmp_path / "cat.gif")
    assert film.frames.shape == (12, 512, 512, 4)
    assert (film.frames != film.frames[:1]).any()
    assert read_image(tmp_path / "cat.png").pixels.shape == (512, 512, 4)
    for name, engine in (("cat.gif", STICKER), ("cat.png", IMAGE)):
        carried = load_recipe(tmp_path / name, workspace.registry)
        assert carried is not None
        assert (carried.title, carried.stages[0].engine) == ("Angry cat", engine)

    done = [step.label for step in workspace.history.steps[1:]]
    assert done == [
        "Convert, seed 1", "Sample 2 takes", "Use take 2 in all tokens", f"Paint with code {red}", "Paste 48 tokens",
        "Re-sample 18 tokens", "Send to Sticker", "Send to Sound",
    ]  # fmt: skip
    stood = [first_codes(step.project) for step in workspace.history.steps]
    for label, codes in zip(done[::-1], stood[-2::-1], strict=True):
        assert workspace.history.undo_label == label
        walk.press("undo")
        now = first_codes(workspace.project)
        assert (now is None) == (codes is None)
        assert now is None or codes is None or np.array_equal(now, codes)
    assert workspace.history.undo_label is None
    assert len(workspace.project.stages) == 1
    assert workspace.project.stages[0].sketch is None
    assert workspace.project.stages[0].source == Text(WORDS)


def test_a_painted_picture_moves_with_just_these_tokens_and_the_sticker_takes_the_next_ones(rig: Rig) -> None:
    walk = Walk(rig)
    window, workspace, desk = walk.window, walk.workspace, walk.desk
    window.document.start_with(IMAGE, WORDS, "Angry cat", {})
    walk.rest()
    rig.until(lambda: not window.centre.pictures.is_stale)
    random = np.random.default_rng(3)  # tokens that nobody would read out of the pixels they draw
    workspace.edit(
        "Noise",
        lambda s: s.with_layer(s.tokens.with_codes(random.random((16, 16)) < 0.4, random.integers(0, 1200, (16, 16)))),
    )
    picture = workspace.stage
    assert picture is not None
    assert_holds(walk.send(STICKER, "image"), picture)
    workspace.set_param("picture_motion", "none")
    walk.press("convert")
    assert workspace.stage is not None
    assert_holds(workspace.stage, picture)

    workspace.choose_stage(picture.id)
    walk.mask((0, 0), (3, 3))
    desk.hold(7)
    desk.paint(desk.mask)
    sticker = workspace.project.stages[1]
    workspace.choose_stage(sticker.id)
    nose = grids.box((16, 16), (9, 8), (9, 8))
    workspace.edit("Nose", lambda s: s.with_layer(s.content.with_codes(nose, 1100)))
    walk.rest()
    walk.press("take_new")
    first, second = (stage.sketch for stage in workspace.project.stages)
    assert first is not None
    assert second is not None
    assert (first.tokens.codes[:4, :4] == 7).all()
    assert np.array_equal(second.content.codes, np.where(nose, 1100, first.tokens.codes))
    assert all(np.array_equal(frame, second.content.codes) for frame in second.frames.codes)
    assert workspace.history.undo_label == "Take the new picture"
    walk.press("undo")
    assert workspace.history.undo_label == "Nose"
    walk.press("undo")
    assert_holds(workspace.project.stages[1], picture)
