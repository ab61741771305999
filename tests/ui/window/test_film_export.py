"""Films out of the window: the sheet, every format with its recipe, which brings the document back, and stop."""

from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent
from tests.ui.window.conftest import Rig
from warm_host import fixtures_of

from intermezzo.core.media import Text, Video
from intermezzo.core.project import Project, Stage
from intermezzo.storage.film_files import read_film
from intermezzo.ui.film_export_dialog import FILM_FORMATS, FilmExportDialog
from intermezzo.ui.questions import FilmFile
from intermezzo.ui.window import Window

MOCK = "builtin.mock_film"

registry, host = fixtures_of(MOCK)


@pytest.fixture
def window(rig: Rig) -> Window:
    found = rig.studio.window
    found.workspace.open(Project("A beetle", (Stage("1", MOCK, Text("a beetle")),)), saved=True)
    found.workspace.conversions.convert()
    rig.until(lambda: found.workspace.sketch is not None and not found.workspace.conversions.is_running)
    found.workspace.mark_saved(found.workspace.project)
    found.refresh()
    return found


def told(window: Window) -> list[str]:
    lines: list[str] = []
    window.workspace.told.connect(lambda _, line: lines.append(line))
    return lines


def drop(window: Window, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(500, 300), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    window.dropEvent(event)


@pytest.mark.parametrize("suffix", [suffixes[0] for _, suffixes in FILM_FORMATS])
def test_a_film_is_exported_and_brings_its_document_back(window: Window, rig: Rig, tmp_path: Path, suffix: str) -> None:
    lines, sketch = told(window), window.workspace.sketch
    assert sketch is not None
    assert window.book["export"].text() == "Export film…"
    rig.answers.films.append(FilmFile(tmp_path / f"a{suffix}", suffix, 2, crisp=True))
    window.book["export"].trigger()
    rig.until(lambda: lines == [f"Exported a{suffix}"])
    drop(window, tmp_path / f"a{suffix}")
    rig.until(lambda: window.workspace.sketch is not sketch)
    again = window.workspace.sketch
    assert again is not None
    assert np.array_equal(again.tokens.codes, sketch.tokens.codes)
    assert (window.document.title, window.workspace.stage.source) == ("A beetle", Text("a beetle"))  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp"])
def test_a_film_that_is_dropped_is_the_source_with_all_its_pictures(
    window: Window, rig: Rig, tmp_path: Path, suffix: str
) -> None:
    lines, workspace = told(window), window.workspace
    assert workspace.sketch is not None
    codes = workspace.sketch.tokens.codes
    window.film_export.write(FilmFile(tmp_path / f"a{suffix}", suffix, recipe=False))
    rig.until(lambda: bool(lines))
    for begin in (lambda: drop(window, tmp_path / f"a{suffix}"), lambda: window.document.open(tmp_path / f"a{suffix}")):
        begin()
        workspace.mark_saved(workspace.project)
        rig.until(lambda: workspace.stage is not None and isinstance(workspace.stage.source, Video))
        rig.until(lambda: workspace.sketch is not None and not workspace.conversions.is_running)
        assert np.array_equal(workspace.sketch.tokens.codes, codes)
        workspace.open(Project("x", (Stage("1", MOCK, Text("a bee")),)), saved=True)
    assert not window.notices.cards


def test_choices_are_remembered(window: Window, rig: Rig, tmp_path: Path) -> None:
    lines = told(window)
    chosen = FilmFile(tmp_path / "a.webp", ".webp", 4, crisp=True, loops=False, background=(1, 2, 3))
    rig.answers.films.append(chosen)
    window.film_export.ask()
    rig.until(lambda: bool(lines))
    assert read_film(tmp_path / "a.webp").frames.shape == (8, 512, 512, 4)
    window.film_export.ask()
    proposed = rig.answers.proposed_films[-1]
    assert proposed == FilmFile(tmp_path / "A beetle.webp", ".webp", 4, crisp=True, loops=False, background=(1, 2, 3))


def test_without_a_recipe_the_file_carries_nothing(window: Window, rig: Rig, tmp_path: Path) -> None:
    from intermezzo.storage.recipe import load_recipe

    lines = told(window)
    window.film_export.write(FilmFile(tmp_path / "a.gif", recipe=False))
    rig.until(lambda: bool(lines))
    assert load_recipe(tmp_path / "a.gif") is None


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp", ".webm"])
def test_esc_stops_an_export_and_leaves_no_file(window: Window, rig: Rig, tmp_path: Path, suffix: str) -> None:
    lines = told(window)
    window.film_export.write(FilmFile(tmp_path / f"a{suffix}", suffix, 8))
    rig.until(lambda: "Writing the film" in window.status.work.text())
    window.cancel()
    began_s = monotonic()
    rig.until(lambda: bool(lines) and not rig.studio.background.is_busy)
    assert monotonic() - began_s < 0.5
    assert "stopped" in lines[0]
    assert not list(tmp_path.iterdir())
    window.film_export.write(FilmFile(tmp_path / "a.gif"))
    rig.until(lambda: lines[-1] == "Exported a.gif")


def test_a_folder_that_is_gone_is_told_on_a_card(window: Window, rig: Rig, tmp_path: Path) -> None:
    window.film_export.write(FilmFile(tmp_path / "gone" / "a.gif"))
    rig.until(lambda: bool(window.notices.cards))
    assert "a.gif was not exported" in window.notices.cards[0].accessibleName()


def test_the_sheet_follows_the_ending_and_offers_what_the_format_can(window: Window, tmp_path: Path) -> None:
    sheet = FilmExportDialog(window.look, FilmFile(tmp_path / "a.gif"), window)
    assert sheet.answer == FilmFile(tmp_path / "a.gif")
    assert sheet.loops.isEnabled()
    assert not sheet.background.isEnabled()
    sheet.format.setCurrentIndex(3)
    assert sheet.path.text() == str(tmp_path / "a.mp4")
    assert sheet.background.isEnabled()
    assert not sheet.loops.isEnabled()
    sheet.take_colour(QColor(9, 8, 7))
    sheet.times.setCurrentIndex(7)
    sheet.path.setText(str(tmp_path / "b.png"))
    sheet.path.textEdited.emit(sheet.path.text())
    assert sheet.answer == FilmFile(tmp_path / "b.png", ".apng", 8, background=(9, 8, 7))
    sheet.path.setText(str(tmp_path / "gone" / "b"))
    assert sheet.answer.path.name == "b.apng"
    sheet.foot.export.click()
    assert "no folder gone" in sheet.foot.trouble.text()
