"""Measured promises: kept by engine and version, put in few words, and measured from the window."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from intermezzo.ui.promise_figures import keep_report, kept_report, lines_of

REPORT = {
    "version": "1.0",
    "figures": {
        "pitch_error_cents_median": {"value": 4.06, "promise": "obedience", "met": True, "at_most": 5.0},
        "pitch_within_50_cents_percent": {"value": 88.0, "promise": "obedience", "met": False, "at_least": 92.0},
        "samples_changed_in_new_process": {"value": 0.0, "promise": "repeatability", "met": True, "at_most": 0.0},
        "edits_kept": {"value": None, "promise": "permanence"},
    },
}


def test_a_report_is_kept_for_its_own_version_only(tmp_path: Path) -> None:
    keep_report(tmp_path, "builtin.speech", REPORT)
    assert kept_report(tmp_path, "builtin.speech", "1.0")["figures"] == REPORT["figures"]
    assert kept_report(tmp_path, "builtin.speech", "1.1") is None
    (tmp_path / "check" / "builtin.speech.json").write_text("{", encoding="utf-8")
    assert kept_report(tmp_path, "builtin.speech", "1.0") is None


def test_lines_say_what_was_measured_and_what_was_missed() -> None:
    lines = lines_of(REPORT)
    assert lines["obedience"].text == "88\u2009% · 4.1\u2009cents"  # what was missed comes first
    assert lines["obedience"].met is False
    assert "at least 92" in lines["obedience"].detail
    assert lines["repeatability"].text == "bit-identical" and lines["repeatability"].met is True
    assert lines["permanence"].text == lines["locality"].text == "not measured"
    assert lines["locality"].met is None


def test_the_button_measures_the_engine_beside_the_studio(rig) -> None:
    window = rig.converted().studio.window
    QTest.mouseClick(window.promises.measure, Qt.MouseButton.LeftButton)
    assert window.check.is_running and window.status.work.isVisible()
    rig.until(lambda: not window.check.is_running)
    assert window.promises.rows["repeatability"].figure.text().endswith("bit-identical")
    assert not window.promises.measure.isVisible()


def test_a_measurement_is_cancelled_with_escape(rig) -> None:
    window = rig.converted().studio.window
    window.promises._folder = Path("nowhere")
    window.book["check"].trigger()
    assert window.check.is_running
    QTest.keyClick(window, Qt.Key.Key_Escape)
    rig.until(lambda: not window.check.is_running)
    assert not window.status.work.isVisible()
