"""Help: all pages are there and sound, links lead somewhere, F1 finds the page of what has the focus, search works."""

import json
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from intermezzo.core.registry import discover
from intermezzo.core.sketches.speech import HOP_SAMPLES, SAMPLE_RATE, SPEECH
from intermezzo.ui.actions import ACTIONS, spec_of
from intermezzo.ui.help import HelpRoom, page_of
from intermezzo.ui.help.inserts import figures_text, keys_text, places_text
from intermezzo.ui.help.pages import PAGES, available, page_for_sketch, search, slug, text_of
from intermezzo.ui.look import Look
from intermezzo.ui.promise_figures import keep_report


@pytest.fixture
def room(qtbot: QtBot, look: Look, tmp_path: Path) -> HelpRoom:
    room = HelpRoom(look, discover(), tmp_path, lambda action: spec_of(action).keys)
    qtbot.addWidget(room)
    with qtbot.waitExposed(room):
        room.show()
    return room


def test_every_page_is_shipped_and_begins_with_a_heading() -> None:
    assert available() == PAGES
    for page in PAGES:
        assert text_of(page.id).startswith("# "), page.id


def test_links_between_pages_lead_to_pages_and_headings_that_exist() -> None:
    pages = {page.id: text_of(page.id) for page in PAGES}
    anchors = {name: {slug(h) for h in re.findall(r"^#+ (.*)$", text, re.M)} for name, text in pages.items()}
    for name, text in pages.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            if not re.match(r"\w+:", target):
                page, _, anchor = target.partition("#")
                page = page.removesuffix(".md") or name
                assert page in pages, f"{name} links to {target}"
                assert not anchor or anchor in anchors[page], f"{name} links to {target}"


def test_links_from_the_tour_lead_to_every_page() -> None:
    seen, waiting = set(), ["tour"]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += re.findall(r"\]\(([\w-]+)\.md", text_of(name))
    assert seen == {page.id for page in PAGES}


def test_the_speech_engine_is_shown_in_its_present_version() -> None:
    version = discover().find("speech").version
    for name in ("file-format", "sketch-json"):
        shown = re.findall(r'"builtin\.speech", "version": "([^"]*)"', text_of(name))
        assert shown == [version], name


def test_lines_of_code_fit_into_the_page() -> None:
    for page in PAGES:
        for block in re.findall(r"^```\w*\n(.*?)^```", text_of(page.id), re.M | re.S):
            assert max(map(len, block.splitlines())) <= 86, page.id


def test_no_placeholder_is_left_on_any_page(room: HelpRoom) -> None:
    for page in PAGES:
        room.open_page(page.id)
        text = room.reader.toPlainText()
        assert "{{" not in text and len(text) > 300, page.id


def test_pages_are_opened_from_the_list_by_links_and_back(room: HelpRoom, qtbot: QtBot) -> None:
    tools = next(row for row in room.rows if row.name == "tools")
    qtbot.mouseClick(tools, Qt.MouseButton.LeftButton)
    assert room.page == "tools" and tools.isChecked()
    room.reader.anchorClicked.emit(QUrl("speech.md#pitch"))
    assert room.page == "speech#pitch"
    assert room.reader.verticalScrollBar().value() > 0
    qtbot.mouseClick(room.back, Qt.MouseButton.LeftButton)
    assert room.page == "tools"
    qtbot.mouseClick(room.forward, Qt.MouseButton.LeftButton)
    assert room.page == "speech#pitch"
    assert not room.forward.isEnabled()


def test_search_leaves_the_pages_that_have_all_words_and_marks_the_first(room: HelpRoom, qtbot: QtBot) -> None:
    assert [page.id for page in search("libportaudio2")] == ["troubleshooting"]
    qtbot.keyClicks(room.search.edit, "libportaudio2")
    assert [row.name for row in room.rows if row.isVisible()] == ["troubleshooting"]
    assert room.page == "troubleshooting"
    assert room.reader.textCursor().selectedText() == "libportaudio2"
    room.search.edit.clear()
    assert all(row.isVisible() for row in room.rows)


def test_the_page_of_a_widget_is_that_of_the_nearest_one_around_it(qtbot: QtBot) -> None:
    outer = QWidget()
    qtbot.addWidget(outer)
    outer.setProperty("help", "speech")
    inner = QWidget(outer)
    button = QWidget(inner)
    assert page_of(button) == "speech"
    inner.setProperty("help", "tools#all-keys")
    assert page_of(button) == "tools#all-keys"
    assert page_of(None) == "tour"


def test_keys_are_those_that_are_set_now() -> None:
    text = keys_text(lambda action: ("Ctrl+F12",) if action == "export" else spec_of(action).keys)
    assert "| Export sound | `Ctrl+F12` |" in text
    with_keys = [spec for spec in ACTIONS if spec.menu and spec.keys]
    assert text.count("\n| ") >= len(with_keys)


def test_promises_are_what_was_measured_here_or_said_to_be_unmeasured(tmp_path: Path) -> None:
    registry = discover()
    shown = [m for m in registry.engines.values() if not m.hidden]
    text = figures_text(registry, tmp_path)
    assert text.count("not measured on this computer yet") == len(shown)
    engine = shown[0]
    figures = {
        "pitch_error_cents_median": {"value": 4.2, "promise": "obedience", "at_most": 5.0, "met": True},
        "samples_changed_outside_footprint": {"value": 3, "promise": "locality", "at_most": 0, "met": False},
    }
    keep_report(tmp_path, engine.id, {"version": engine.version, "device": "cpu", "figures": figures})
    text = figures_text(registry, tmp_path)
    assert "| **Obedience** | ✓ kept | pitch error cents median: 4.2\u2009cents (at most 5) |" in text
    assert "| **Locality** | ✗ missed |" in text
    assert "| **Plurality** | — | not measured |" in text
    stored = next((tmp_path / "check").glob("*.json"))
    stored.write_text(json.dumps({**json.loads(stored.read_text()), "version": "0.0"}))
    assert "not measured" in figures_text(registry, tmp_path)


def test_places_are_real_folders() -> None:
    folders = re.findall(r"`(.+?)`", places_text())
    assert len(folders) == 5
    assert all(Path(folder).is_dir() for folder in folders)


def test_the_page_follows_the_theme(room: HelpRoom, look: Look) -> None:
    before = room.reader.document().begin().charFormat().foreground().color()
    cursor = room.reader.textCursor()
    cursor.movePosition(cursor.MoveOperation.NextCharacter)
    dark = cursor.charFormat().foreground().color()
    look.choose("light")
    cursor = room.reader.textCursor()
    cursor.movePosition(cursor.MoveOperation.NextCharacter)
    assert cursor.charFormat().foreground().color() != dark
    assert cursor.charFormat().foreground().color() == look.color("t1")
    assert before is not None


def test_the_figures_on_the_speech_page_are_those_of_the_engine() -> None:
    text = text_of("speech")
    reach = discover().engines["builtin.speech"].reach
    assert reach["envelope"].before == reach["envelope"].after
    assert f"{reach['envelope'].before} frames" in text
    assert reach["pitch"].run and reach["phones"].run, "the page says: on to the end of the voiced stretch"
    assert f"±{SPEECH.spec('envelope').paint_limit:g} dB" in text
    assert f"{HOP_SAMPLES} samples at {SAMPLE_RATE / 1000:g} kHz" in text
    assert f"{1000 * SPEECH.hop_s:.2f} ms" in text


def test_a_sketch_type_has_its_page_also_where_that_is_called_in_the_plural() -> None:
    assert page_for_sketch("speech/1") == "speech"
    assert page_for_sketch("sound/1") == "sounds"
    assert page_for_sketch("nothing/1") == page_for_sketch("") == "tools"
