"""Send to: engines that fit are offered, a stage of theirs gets what is here, and all of it is undone and saved."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMenu
from tests.ui.window.conftest import Rig
from warm_host import warm_host

from intermezzo.core.media import Image, Text, Video
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.client import EngineHost
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.ui.palette_entries import gather
from intermezzo.ui.send_to import Target
from intermezzo.ui.window import Window

PICTURE, FILM, TONES = "builtin.mock_picture", "builtin.mock_film", "builtin.mock_tones"


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Return three mock engines; the film of this registry takes pictures too, as its analyser says."""
    from dataclasses import replace

    found = discover()
    engines = {id_: found.engines[id_] for id_ in (PICTURE, FILM, TONES)}
    engines[FILM] = replace(engines[FILM], analyses=("video", "image"))
    return Registry(engines, found.sketch_types, found.broken)


@pytest.fixture(scope="module")
def host(registry: Registry) -> Iterator[EngineHost]:
    yield from warm_host(registry, PICTURE)


@pytest.fixture
def window(rig: Rig) -> Window:
    found = rig.studio.window
    found.workspace.open(Project("A beetle", (Stage("1", PICTURE, Text("a beetle")),)), saved=True)
    found.workspace.conversions.convert()
    rig.until(lambda: found.workspace.sketch is not None and not found.workspace.conversions.is_running)
    found.refresh()
    return found


def offered(window: Window) -> list[tuple[str, str]]:
    return [(t.engine, t.medium) for t in window.send_to.targets()]


def send(window: Window, rig: Rig, engine: str, medium: str) -> Stage:
    target = next(t for t in window.send_to.targets() if (t.engine, t.medium) == (engine, medium))
    window.send_to.send(target)
    workspace = window.workspace

    def is_there() -> bool:
        stage = workspace.stage
        return stage is not None and stage.engine == engine and stage.sketch is not None

    rig.until(lambda: not window.whole.is_running and not workspace.conversions.is_running and is_there())
    assert workspace.stage is not None
    return workspace.stage


def test_engines_are_offered_by_the_media_that_they_take(window: Window) -> None:
    assert offered(window) == [(FILM, "image"), (FILM, "text"), (TONES, "text")]
    menu = QMenu()
    window.send_to.fill(menu, window.look)
    titles = [action.text() for action in menu.actions()]
    assert titles == ["The picture to Mock film", "The text to Mock film", "The text to Mock tones"]
    assert [e.title for e in gather(window) if e.title.startswith("Send: ")] == [f"Send: {t}" for t in titles]
    assert window.book["send_to"].menu() is window.send_menu


def test_before_there_is_a_sketch_only_the_text_can_go(window: Window) -> None:
    window.workspace.open(Project("x", (Stage("1", PICTURE, Text("a beetle")),)), saved=True)
    assert offered(window) == [(FILM, "text"), (TONES, "text")]
    window.workspace.open(Project("x", (Stage("1", PICTURE, Text("")),)), saved=True)
    window.refresh()
    assert offered(window) == []
    assert not window.book["send_to"].isEnabled()


def test_a_picture_is_sent_on_with_the_title_kept_and_undone_step_by_step(window: Window, rig: Rig) -> None:
    first = window.workspace.stage
    position = window.workspace.history.position
    assert first is not None
    second = send(window, rig, TONES, "text")
    assert (second.source, second.linked_to) == (Text("a beetle"), first.id)
    assert window.document.title == "A beetle"
    assert rig.answers.asked == []
    assert window.workspace.history.position == position + 2
    window.workspace.undo()
    window.workspace.undo()
    assert [s.id for s in window.workspace.project.stages] == [first.id]
    assert window.workspace.stage is window.workspace.project.stages[0]
    assert not window.workspace.output.n_blocks, "the sound of the stage that is gone is gone as well"


def test_the_text_goes_along_a_chain_and_a_film_keeps_its_frames(window: Window, rig: Rig, tmp_path: Path) -> None:
    film = send(window, rig, FILM, "text")
    assert film.sketch is not None
    picture = window.workspace.project.stages[0]
    assert offered(window) == [(PICTURE, "text"), (TONES, "text")]
    path = tmp_path / "a.intermezzo"
    save_project(window.workspace.project, path)
    again = load_project(path, window.workspace.registry)
    assert [s.linked_to for s in again.stages] == [None, picture.id]


def test_a_picture_sent_again_goes_into_the_same_stage(window: Window, rig: Rig) -> None:
    shown: list[Image] = []
    window.whole.fetch("x", lambda _, output: shown.append(output) if isinstance(output, Image) else None)
    rig.until(lambda: bool(shown))
    picture = window.workspace.stage
    assert picture is not None
    target = Target(FILM, "image", "", "film-strip")
    window.send_to._land(target, picture, shown[0])
    window.send_to._land(target, picture, Image(255 - shown[0].pixels))
    films = [s for s in window.workspace.project.stages if s.engine == FILM]
    assert len(films) == 1
    assert isinstance(films[0].source, Image)
    assert np.array_equal(films[0].source.pixels, 255 - shown[0].pixels)
    window.document.remove_stage(picture.id)
    assert [s.linked_to for s in window.workspace.project.stages] == [None]


def test_what_is_sent_is_the_whole_film(window: Window, rig: Rig) -> None:
    send(window, rig, FILM, "text")
    films: list[Video] = []
    window.whole.fetch("x", lambda _, output: films.append(output) if isinstance(output, Video) else None)
    rig.until(lambda: bool(films))
    assert films[0].frames.shape == (8, 128, 128, 4)
