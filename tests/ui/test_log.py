"""The log viewer: records with their tracebacks, filters, following a growing log, and the report."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from intermezzo.core.registry import discover
from intermezzo.storage.log import log_path
from intermezzo.ui.log_lines import matching, parsed
from intermezzo.ui.log_viewer import LogViewer
from intermezzo.ui.look import Look

LINES = """\
2026-11-21 10:00:00,001 77 DEBUG intermezzo.jobs.cache: swept
2026-11-21 10:00:01,002 77 INFO intermezzo.ui.app: started
2026-11-21 10:00:02,003 77 WARNING intermezzo.storage.recovery: autosave: disk full
2026-11-21 10:00:03,004 77 ERROR intermezzo.ui.app: uncaught
Traceback (most recent call last):
  File "x.py", line 1, in <module>
ValueError: broken pipe organ
2026-11-21T10:00:04Z intermezzo 0.1.0
Traceback (most recent call last):
KeyError: 'x'
""".splitlines()


@pytest.fixture
def viewer(qtbot: QtBot, look: Look, tmp_path: Path) -> LogViewer:
    log_path(tmp_path).write_text("\n".join(LINES) + "\n", encoding="utf-8")
    viewer = LogViewer(look, discover(), folder=tmp_path)
    qtbot.addWidget(viewer)
    with qtbot.waitExposed(viewer):
        viewer.show()
    return viewer


def texts(viewer: LogViewer) -> list[str]:
    return [record.text for record in viewer.model.records]


def test_tracebacks_stay_with_their_record() -> None:
    records = parsed(LINES)
    assert [(r.level, r.origin) for r in records] == [
        ("DEBUG", "jobs.cache"), ("INFO", "ui.app"), ("WARNING", "storage.recovery"), ("ERROR", "ui.app"),
        ("ERROR", "command line"),
    ]  # fmt: skip
    assert records[3].more.splitlines()[-1] == "ValueError: broken pipe organ"
    assert records[3].time == "10:00:03"
    assert parsed(["  File cut off", "ValueError: half"])[0].text == "  File cut off"
    assert parsed([]) == []


def test_filters_are_levels_and_words_in_any_case() -> None:
    records = parsed(LINES)
    assert len(matching(records, "DEBUG", "")) == 5
    assert [r.level for r in matching(records, "WARNING", "")] == ["WARNING", "ERROR", "ERROR"]
    assert [r.text for r in matching(records, "DEBUG", "ORGAN pipe")] == ["uncaught"]
    assert matching(records, "ERROR", "autosave") == []


def test_the_viewer_shows_notes_and_worse_and_the_whole_of_the_newest(viewer: LogViewer) -> None:
    assert texts(viewer) == ["started", "autosave: disk full", "uncaught", "intermezzo 0.1.0"]
    assert "KeyError" in viewer.detail.toPlainText()


def test_levels_and_search_narrow_the_list(viewer: LogViewer, qtbot: QtBot) -> None:
    viewer.level.setFocus()
    qtbot.keyClick(viewer.level, Qt.Key.Key_Right)
    assert texts(viewer) == ["autosave: disk full", "uncaught", "intermezzo 0.1.0"]
    qtbot.keyClicks(viewer.search.edit, "organ")
    assert texts(viewer) == ["uncaught"]
    assert "1 record of 5" in viewer.line.text()
    qtbot.keyClicks(viewer.search.edit, " nowhere")
    assert viewer.empty.isVisible() and not viewer.list.isVisible()


def test_the_viewer_follows_a_growing_log(viewer: LogViewer, tmp_path: Path) -> None:
    viewer.list.setCurrentIndex(viewer.model.index(1))
    with log_path(tmp_path).open("a", encoding="utf-8") as log:
        log.write("2026-11-21 10:01:00,000 77 INFO intermezzo.ui.app: saved\n")
    viewer.refresh()
    assert texts(viewer)[-1] == "saved"
    assert viewer.list.currentIndex().row() == 1, "what one reads stays selected"


def test_an_empty_log_says_so(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    viewer = LogViewer(look, discover(), folder=tmp_path)
    qtbot.addWidget(viewer)
    viewer.show()
    assert viewer.empty.isVisible() and not viewer.list.isVisible()


def test_the_report_goes_to_the_clipboard(viewer: LogViewer) -> None:
    viewer.copy_report()
    text = QGuiApplication.clipboard().text()
    assert "Intermezzo" in text and "builtin.mock" in text and "broken pipe organ" in text


def test_the_timer_runs_only_while_the_viewer_is_open(viewer: LogViewer) -> None:
    assert viewer._timer.isActive()
    viewer.close()
    assert not viewer._timer.isActive()
