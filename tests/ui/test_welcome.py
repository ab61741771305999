"""The welcome page: what it shows of examples, recent and recovered work, and what clicks, keys and drops on it do."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from intermezzo.core.edits import curves
from intermezzo.core.manifest import Example
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Request
from intermezzo.storage import recent, recovery
from intermezzo.storage.project_file import save_project
from intermezzo.ui.look import Look
from intermezzo.ui.plugin_states import EngineState
from intermezzo.ui.welcome import Recent, Recovered, WelcomePage
from intermezzo.ui.welcome.content import age_text, examples_of, params_text, when_text
from intermezzo.ui.welcome.feed import WelcomeFeed, kept_of
from intermezzo.ui.welcome.pictures import PictureShelf, example_key, packed, picture_of, shipped, unpacked

NOW = datetime(2026, 11, 21, 14, 0)
LEFT = Qt.MouseButton.LeftButton


class Host:
    """An engine host without a process."""

    device = "cpu"

    def __init__(self) -> None:
        self.troubles: dict[str, str] = {}

    def forgive(self, engine: str) -> None:
        self.troubles.pop(engine, None)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The mock engine, shown like any other."""
    found = discover()
    mock = replace(found.engines["builtin.mock"], hidden=False)
    return Registry({mock.id: mock}, found.sketch_types, {})


@pytest.fixture(scope="module")
def sketch(registry: Registry) -> Sketch:
    runner = InlineRunner(registry)
    result = runner.run(Request("convert", "builtin.mock", source=Text("Oh, are you in Iowa?")))
    runner.close()
    assert isinstance(result, Sketch)
    return result


@pytest.fixture
def page(qtbot: QtBot, look: Look, registry: Registry) -> WelcomePage:
    page = WelcomePage(look, registry, PictureShelf(None), clock=lambda: NOW)
    qtbot.addWidget(page)
    page.resize(1440, 864)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.take_focus()
    return page


def focus() -> QWidget | None:
    return QApplication.focusWidget()


# Examples


def test_every_example_of_a_shown_engine_has_a_card_and_hidden_engines_have_none(
    page: WelcomePage, registry: Registry
) -> None:
    titles = [card.example.title for card in page.grid.cards]
    assert titles == [example.title for example in registry.engines["builtin.mock"].examples]
    found = discover()
    assert examples_of(found) == [
        (m, e) for m in found.engines.values() if not m.hidden and m.brings_all for e in m.examples
    ]  # fmt: skip
    assert not found.find("fastspeech2").brings_all and found.find("speech").brings_all


def test_one_click_opens_an_example(page: WelcomePage, qtbot: QtBot) -> None:
    card = page.grid.cards[1]
    with qtbot.waitSignal(page.example_chosen) as chosen:
        qtbot.mouseClick(card, LEFT)
    assert chosen.args == ["builtin.mock", card.example]


def test_examples_are_walked_and_opened_by_keyboard(page: WelcomePage, qtbot: QtBot) -> None:
    first, second = page.grid.cards[:2]
    assert focus() is first
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert focus() is second
    with qtbot.waitSignal(page.example_chosen) as chosen:
        qtbot.keyClick(second, Qt.Key.Key_Return)
    assert chosen.args == ["builtin.mock", second.example]
    qtbot.keyClick(second, Qt.Key.Key_Left)
    qtbot.keyClick(first, Qt.Key.Key_Up)
    assert focus() is first


def test_a_card_tells_words_seconds_and_what_differs_from_the_defaults(
    page: WelcomePage, registry: Registry, sketch: Sketch
) -> None:
    manifest = registry.engines["builtin.mock"]
    question, lullaby = manifest.examples
    assert params_text(manifest, question) == "voice round"
    assert params_text(manifest, lullaby) == "letter length 0.3 s, voice reedy"
    assert page.grid.cards[0].footer() == "5 words"
    page.grid.cards[0].set_kept(picture_of(sketch))
    assert page.grid.cards[0].footer() == f"5 words · {sketch.duration_s:.1f}\u2009s"


def test_columns_follow_the_width(page: WelcomePage, qtbot: QtBot) -> None:
    tops = {card.mapTo(page, card.rect().topLeft()).y() for card in page.grid.cards}
    assert len(tops) == 1
    page.resize(560, 864)
    qtbot.waitUntil(lambda: len({c.mapTo(page, c.rect().topLeft()).y() for c in page.grid.cards}) == 2)


# Recent files


def recents(n: int = 3) -> list[Recent]:
    return [
        Recent(Path(f"/work/{k}.intermezzo"), f"Work {k}", "speech", NOW - timedelta(days=k), exists=k != 1)
        for k in range(n)
    ]


def test_a_recent_file_is_opened_by_click_and_by_enter(page: WelcomePage, qtbot: QtBot) -> None:
    page.show_recent(recents())
    row = page.side.rows()[0]
    with qtbot.waitSignal(page.opened) as opened:
        qtbot.mouseClick(row, LEFT)
    assert opened.args == [str(Path("/work/0.intermezzo"))]
    row.setFocus()
    with qtbot.waitSignal(page.opened):
        qtbot.keyClick(row, Qt.Key.Key_Return)
    assert page.side.count.text() == "3"


def test_a_missing_file_is_said_to_be_missing_is_not_opened_and_can_be_forgotten(
    page: WelcomePage, qtbot: QtBot
) -> None:
    page.show_recent(recents())
    row = page.side.rows()[1]
    assert "missing" in row.accessibleName()
    with qtbot.assertNotEmitted(page.opened):
        qtbot.mouseClick(row, LEFT)
    with qtbot.waitSignal(page.forgotten) as forgotten:
        qtbot.keyClick(row, Qt.Key.Key_Delete)
    assert forgotten.args == [str(Path("/work/1.intermezzo"))]


def test_no_recent_files_say_what_would_be_there(page: WelcomePage, qtbot: QtBot) -> None:
    page.show_recent(recents())
    page.show_recent([])

    def says_so() -> bool:
        shown = [w.accessibleName() for w in page.side.findChildren(QWidget) if w.isVisible()]
        return any(name.startswith("Nothing yet.") for name in shown)

    qtbot.waitUntil(says_so)
    assert page.side.rows() == [] and page.side.count.text() == ""


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=20), "just now"), (timedelta(minutes=5), "5 min ago"), (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=8), "today"), (timedelta(hours=15), "yesterday"), (timedelta(days=4), "Tuesday"),
        (timedelta(days=9), "12 Nov"), (timedelta(days=400), "Oct 2025"),
    ],
)  # fmt: skip
def test_ages_are_as_short_as_they_can_be(ago: timedelta, text: str) -> None:
    assert age_text(NOW - ago, NOW) == text


def test_moments_are_told_to_the_minute() -> None:
    assert when_text(datetime(2026, 11, 21, 9, 41), NOW) == "today, 09:41"
    assert when_text(datetime(2026, 11, 20, 23, 5), NOW) == "yesterday, 23:05"


# Recovered work


def test_recovered_work_stands_on_top_and_can_be_opened_or_discarded(page: WelcomePage, qtbot: QtBot) -> None:
    token = object()
    page.show_recovered([Recovered("River song", datetime(2026, 11, 21, 9, 41), 6, token)])
    (banner,) = page.side.banners()
    assert banner.accessibleName() == "Recovered work from today, 09:41. River song, 6 edits"
    with qtbot.waitSignal(page.recovered) as opened:
        qtbot.mouseClick(banner.accept, LEFT)
    assert opened.args == [token]
    with qtbot.waitSignal(page.discarded) as discarded:
        qtbot.mouseClick(banner.dismiss, LEFT)
    assert discarded.args == [token]
    page.show_recovered([])
    assert page.side.banners() == []


# Dropping, status, the rest


def test_dropped_files_are_reported_as_paths(page: WelcomePage, qtbot: QtBot, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.wav")), QUrl("https://example.org/b.wav")])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    for target in (page, page.drop):
        enter = QDragEnterEvent(QPoint(10, 10), copy, mime, LEFT, none)
        QApplication.sendEvent(target, enter)
        assert enter.isAccepted()
        with qtbot.waitSignal(page.dropped) as dropped:
            QApplication.sendEvent(target, QDropEvent(QPointF(10, 10), copy, mime, LEFT, none))
        assert dropped.args == [[str(tmp_path / "a.wav")]]


def test_buttons_say_what_is_wanted_and_record_says_why_not(page: WelcomePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.new_wanted):
        qtbot.mouseClick(page.side.new, LEFT)
    with qtbot.waitSignals([page.open_wanted, page.open_wanted]):
        qtbot.mouseClick(page.side.open, LEFT)
        qtbot.mouseClick(page.drop.choose, LEFT)
    assert not page.side.record.isEnabled()
    assert "later version" in page.side.record.toolTip()
    with qtbot.waitSignal(page.followed) as followed:
        qtbot.mouseClick(page.side.links["promises"], LEFT)
    assert followed.args == ["promises"]


def test_the_status_line_names_the_engine_that_is_missing_something(page: WelcomePage, qtbot: QtBot) -> None:
    ready = EngineState("a", "Hum", "ready")
    page.show_engines([ready, EngineState("b", "singer-ja", "missing", "It needs a checkpoint. And more.")])
    assert page.status.ready.text() == "1 engine ready"
    assert page.status.trouble.text() == "1 plugin not loaded: singer-ja: It needs a checkpoint"
    with qtbot.waitSignal(page.plugins_wanted):
        qtbot.mouseClick(page.status.trouble, LEFT)
    page.show_engines([ready, replace(ready, id="c")])
    assert page.status.ready.text() == "2 engines ready"
    assert not page.status.trouble.isVisible()


def test_a_note_takes_the_place_of_the_engines(page: WelcomePage) -> None:
    page.show_engines([EngineState("a", "Hum", "ready")])
    page.show_note("error", "song.wav could not be opened.")
    assert page.status.note.isVisible()
    assert not page.status.ready.isVisible()


def test_everything_that_takes_the_focus_has_a_name(page: WelcomePage) -> None:
    page.show_recent(recents())
    page.show_recovered([Recovered("Work", NOW, 1, None)])
    nameless = [
        w for w in page.findChildren(QWidget)
        if w.isVisible() and w.focusPolicy() != Qt.FocusPolicy.NoFocus and not w.accessibleName()
    ]  # fmt: skip
    assert nameless == []


# Pictures


def test_a_picture_comes_back_from_its_arrays(sketch: Sketch) -> None:
    drawn = curves.shift(sketch, "pitch", 5, 20, 3.0)
    kept = picture_of(drawn)
    back = unpacked(packed(kept))
    assert back.duration_s == pytest.approx(sketch.duration_s)
    for mine, theirs in (
        (kept.picture.matrix, back.picture.matrix), (kept.picture.curve, back.picture.curve)
    ):  # fmt: skip
        assert mine is not None and theirs is not None
        np.testing.assert_allclose(theirs, np.clip(mine, 0, 1), atol=1 / 250)
    assert kept.picture.edited is not None and back.picture.edited is not None
    np.testing.assert_array_equal(back.picture.edited, kept.picture.edited)
    assert 0 < kept.picture.edited.mean() < 1
    gaps = np.isnan(kept.picture.curve) if kept.picture.curve is not None else np.array([])
    assert gaps.any() and not gaps.all()


def test_the_shelf_survives_damage_and_a_full_disk(tmp_path: Path, sketch: Sketch) -> None:
    shelf, kept = PictureShelf(tmp_path / "pictures"), picture_of(sketch)
    shelf.put("a", kept)
    found = shelf.get("a")
    assert found is not None and found.duration_s == pytest.approx(kept.duration_s)
    (tmp_path / "pictures" / "a.npz").write_bytes(b"PK\x03\x04 torn")
    assert shelf.get("a") is None
    np.savez(tmp_path / "pictures" / "b.npz", matrix=np.array([object()], object), allow_pickle=True)
    assert shelf.get("b") is None
    PictureShelf(tmp_path / "pictures" / "a.npz").put("c", kept)
    assert PictureShelf(None).get("nothing") is None


def test_another_version_of_an_engine_has_no_old_picture(registry: Registry) -> None:
    manifest = registry.engines["builtin.mock"]
    example = manifest.examples[0]
    other = replace(manifest, version="9.9")
    assert example_key(manifest, example) != example_key(other, example)
    assert example_key(manifest, example) != example_key(manifest, replace(example, params={"octave": 1}))


def test_every_shown_example_of_the_built_in_engines_has_a_shipped_picture() -> None:
    found = discover()
    missing = [
        e.title for m, e in examples_of(found) if m.id.startswith("builtin.") and example_key(m, e) not in shipped()
    ]
    assert missing == [], "run: python -m intermezzo.ui.welcome.make_pictures"


# Feeding it from what is stored


def test_the_feed_shows_files_and_orphans_and_tends_them(
    page: WelcomePage, registry: Registry, sketch: Sketch, tmp_path: Path, qtbot: QtBot
) -> None:
    project = Project("Iowa", (Stage("a", "builtin.mock", Text("Oh"), sketch=sketch),))
    path = tmp_path / "iowa.intermezzo"
    save_project(project, path)
    recent.remember(path, project, tmp_path)
    recent.remember(tmp_path / "gone.intermezzo", project, tmp_path)
    orphans = tmp_path / "recovery"
    orphans.mkdir()
    save_project(project, orphans / "1-2.intermezzo", notes={"file": None, "n_edits": 3})
    feed = WelcomeFeed(
        page, registry, Host, PictureShelf(tmp_path / "p"), state_folder=tmp_path, recovery_folder=orphans
    )
    feed.refresh()
    missing, there = page.side.rows()
    assert there.recent.exists and not missing.recent.exists
    assert there.recent.detail == f"mock hum, {sketch.duration_s:.1f}\u2009s"
    assert there.recent.kept is not None and there.recent.kept.picture.matrix is not None
    (banner,) = page.side.banners()
    assert "Iowa, 3 edits" in banner.accessibleName()
    with qtbot.waitSignal(feed.recovered) as recovered:
        qtbot.mouseClick(banner.accept, LEFT)
    assert isinstance(recovered.args[0], recovery.Orphan)
    qtbot.mouseClick(banner.dismiss, LEFT)
    assert page.side.banners() == [] and not (orphans / "1-2.intermezzo").exists()
    missing.forgotten.emit()
    assert [row.recent.path.name for row in page.side.rows()] == ["iowa.intermezzo"]
    assert recent.recent_files(tmp_path)[0].path.name == "iowa.intermezzo"
    assert os.path.lexists(path), "forgetting a file leaves it where it is"


def test_the_picture_of_an_example_is_kept_once_it_was_converted(
    page: WelcomePage, registry: Registry, sketch: Sketch, tmp_path: Path
) -> None:
    shelf = PictureShelf(tmp_path)
    feed = WelcomeFeed(page, registry, Host, shelf, state_folder=tmp_path, recovery_folder=tmp_path)
    example: Example = registry.engines["builtin.mock"].examples[0]
    page.example_chosen.emit("builtin.mock", example)
    feed.keep_picture(sketch)
    assert shelf.get(example_key(registry.engines["builtin.mock"], example)) is not None
    assert page.grid.cards[0].footer().endswith("\u2009s")
    feed.keep_picture(sketch)
    assert len(list(tmp_path.glob("*.npz"))) == 1


def test_an_empty_glimpse_is_no_picture() -> None:
    assert kept_of(recent.Glimpse()) is None


def test_the_picture_of_tokens_is_kept_with_what_they_draw() -> None:
    registry = discover()
    runner = InlineRunner(registry)
    sketch = runner.run(Request("convert", "builtin.mock_picture", source=Text("a beetle")))
    image = runner.run(Request("render", "builtin.mock_picture", sketch=sketch))  # type: ignore[arg-type]
    kept = picture_of(sketch, image)  # type: ignore[arg-type]
    again = unpacked(packed(kept))
    assert again.picture.grid is not None
    assert again.picture.pixels is not None
    assert np.array_equal(again.picture.grid, sketch.tokens.codes)  # type: ignore[union-attr]
    assert np.array_equal(again.picture.pixels, image.pixels)  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="four each"):
        unpacked({**packed(kept), "pixels": np.zeros((2, 2), np.uint8)})
