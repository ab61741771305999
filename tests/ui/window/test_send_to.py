"""Send to: engines that fit are offered, a stage of theirs gets what is here, and all of it is undone and saved.

Where the stage before has moved on since, the later one says so and takes what is new in one step.
"""

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
    """Return three mock engines; the film takes pictures too."""
    found = discover()
    engines = {id_: found.engines[id_] for id_ in (PICTURE, FILM, TONES)}
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


def test_a_text_is_sent_on_with_the_title_kept_and_undone_at_once(window: Window, rig: Rig) -> None:
    first = window.workspace.stage
    position = window.workspace.history.position
    assert first is not None
    second = send(window, rig, TONES, "text")
    assert (second.source, second.linked_to) == (Text("a beetle"), first.id)
    assert window.document.title == "A beetle"
    assert rig.answers.asked == []
    assert window.workspace.history.position == position + 1
    assert window.workspace.history.undo_label == "Send to Mock tones"
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


def rest(window: Window, rig: Rig) -> None:
    """Wait until nothing works any more."""
    workspace = window.workspace
    rig.until(
        lambda: (
            not window.whole.is_running and not workspace.conversions.is_running
            and not workspace.follow_up.is_waiting
        )
    )  # fmt: skip
    window.refresh()
    rig.settle()


def paint(window: Window, codes: int, rows: slice = slice(2, 4)) -> None:
    """Paint rows of the picture in view."""
    grid = window.desk.grid
    assert grid is not None
    mask = np.zeros(grid.shape, bool)
    mask[rows] = True
    window.workspace.edit("Paint", lambda s: s.with_layer(s.tokens.with_codes(mask, codes)))


def codes_of(stage: Stage) -> np.ndarray:
    assert stage.sketch is not None
    return stage.sketch.tokens.codes


def chips(window: Window) -> list[str]:
    """Return what the cards of the chain say."""
    return [window.chain._cards[s.id].accessibleDescription() for s in window.workspace.project.stages]


def painted_and_sent(window: Window, rig: Rig) -> tuple[Stage, Stage]:
    """Paint the picture and send it to the film."""
    paint(window, 9)
    picture = window.workspace.stage
    assert picture is not None
    return picture, send(window, rig, FILM, "image")


def test_a_picture_goes_with_its_tokens_and_one_undo_takes_the_new_stage_back(window: Window, rig: Rig) -> None:
    picture, film = painted_and_sent(window, rig)
    assert isinstance(film.source, Image)
    assert film.source.tokens is not None
    assert np.array_equal(film.source.tokens.codes, codes_of(picture))
    assert all(np.array_equal(frame, codes_of(picture)) for frame in codes_of(film))
    assert window.workspace.history.undo_label == "Send to Mock film"
    window.workspace.undo()
    assert [s.id for s in window.workspace.project.stages] == [picture.id]
    assert window.workspace.history.undo_label == "Paint"
    window.workspace.redo()
    assert [s.sketch is not None for s in window.workspace.project.stages] == [True, True]


def test_a_later_stage_says_that_there_is_a_new_picture_until_it_is_taken_or_undone(window: Window, rig: Rig) -> None:
    picture, film = painted_and_sent(window, rig)
    workspace = window.workspace
    assert "new picture" not in chips(window)
    assert not window.book["take_new"].isEnabled()
    workspace.choose_stage(picture.id)
    paint(window, 20)
    assert chips(window)[1] == "new picture"
    workspace.undo()
    assert "new picture" not in chips(window)
    workspace.redo()
    workspace.choose_stage(film.id)
    window.refresh()
    assert window.source.behind.text() == "Mock picture shows another picture now."
    assert window.source.behind.isVisibleTo(window)
    assert window.source.take.text() == "Take the new picture"
    position = workspace.history.position
    window.source.take.click()
    rest(window, rig)
    first, second = workspace.project.stages
    assert all(np.array_equal(frame, codes_of(first)) for frame in codes_of(second))
    assert (codes_of(first)[2:4] == 20).all()
    assert "new picture" not in chips(window)
    assert not window.source.behind.isVisibleTo(window)
    assert workspace.history.position == position + 1
    assert workspace.history.undo_label == "Take the new picture"
    workspace.undo()
    assert chips(window)[1] == "new picture"
    assert np.array_equal(codes_of(workspace.project.stages[1]), codes_of(film))


def test_edits_and_locks_of_the_later_stage_are_kept_when_it_takes_the_new_picture(window: Window, rig: Rig) -> None:
    picture, film = painted_and_sent(window, rig)
    workspace = window.workspace
    edited, locked = np.zeros((8, 16, 16), bool), np.zeros((8, 16, 16), bool)
    edited[3, 2, 5], locked[:, 3, 7] = True, True
    workspace.edit("Edit", lambda s: s.with_layer(s.tokens.with_codes(edited, 33).lock_mask(locked, True)))
    before = codes_of(workspace.project.stages[1])
    workspace.choose_stage(picture.id)
    paint(window, 20)
    workspace.choose_stage(film.id)
    window.refresh()
    window.book["take_new"].trigger()
    rest(window, rig)
    after = codes_of(workspace.project.stages[1])
    assert np.array_equal(after[edited | locked], before[edited | locked])
    assert np.array_equal(
        after[~(edited | locked)], np.stack([codes_of(workspace.project.stages[0])] * 8)[~(edited | locked)]
    )


def test_that_there_is_a_new_picture_is_known_after_save_and_open(
    window: Window, rig: Rig, tmp_path: Path
) -> None:  # fmt: skip
    picture, film = painted_and_sent(window, rig)
    workspace = window.workspace
    save_project(workspace.project, tmp_path / "fresh.intermezzo")
    workspace.choose_stage(picture.id)
    paint(window, 20)
    save_project(workspace.project, tmp_path / "behind.intermezzo")
    for name, said in (("fresh", False), ("behind", True)):
        workspace.open(load_project(tmp_path / f"{name}.intermezzo", workspace.registry), saved=True)
        workspace.choose_stage(film.id)
        rest(window, rig)
        assert (chips(window)[1] == "new picture") is said
    window.book["take_new"].trigger()
    rest(window, rig)
    first, second = workspace.project.stages
    assert all(np.array_equal(frame, codes_of(first)) for frame in codes_of(second))


def test_a_new_text_is_taken_by_the_stage_that_got_the_text_alone(window: Window, rig: Rig) -> None:
    picture, _ = painted_and_sent(window, rig)
    workspace = window.workspace
    workspace.choose_stage(picture.id)
    tones = send(window, rig, TONES, "text")
    workspace.choose_stage(picture.id)
    workspace.set_source(Text("a red beetle"))
    assert chips(window) == ["source changed", "ready", "new text"]
    workspace.choose_stage(tones.id)
    window.refresh()
    assert window.source.behind.text() == "The text of Mock picture is another one now."
    window.source.take.click()
    rest(window, rig)
    assert workspace.stage is not None
    assert workspace.stage.source == Text("a red beetle")
    assert "new text" not in chips(window)
    assert workspace.history.undo_label == "Take the new text"


def test_a_stage_with_a_source_of_its_own_is_linked_to_nothing(window: Window, rig: Rig) -> None:
    tones = send(window, rig, TONES, "text")
    workspace = window.workspace
    workspace.set_source(Text("a beetle"))
    assert workspace.stage is not None
    assert workspace.stage.linked_to is not None, "the same text is no other source"
    workspace.set_source(Text("a beetle that hums"))
    assert (workspace.stage.linked_to, workspace.stage.sent) == (None, "")
    workspace.undo()
    assert workspace.stage.linked_to == tones.linked_to


def test_a_stage_that_comes_back_into_view_brings_its_own_time_and_frames(window: Window, rig: Rig) -> None:
    workspace = window.workspace
    picture, film = painted_and_sent(window, rig)
    bar, editor = window.centre.grid_editor.film, window.centre.grid_editor
    assert bar.isVisibleTo(editor)
    length = window.transport.range.text()
    assert workspace.view.duration_s == pytest.approx(0.8)
    workspace.choose_stage(picture.id)
    rest(window, rig)
    paint(window, 20)
    assert not bar.isVisibleTo(editor)
    assert window.transport.range.text() != length
    workspace.choose_stage(film.id)
    rest(window, rig)
    assert bar.isVisibleTo(editor)
    assert window.transport.range.text() == length
    assert workspace.view.duration_s == pytest.approx(0.8)
