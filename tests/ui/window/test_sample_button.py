"""The button that samples takes: how many, and Stop while they are sampled; jobs are held so that nothing is timed."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from intermezzo.core.media import Text
from intermezzo.jobs.protocol import Done, Progress


class HeldHost:
    """Keeps requests until a test answers them."""

    def __init__(self) -> None:
        self.requests, self.answers, self.cancelled = [], [], 0

    def submit(self, request, on_event) -> "HeldHost":
        self.requests.append(request)
        self.answers.append(on_event)
        return self

    def cancel(self) -> None:
        self.cancelled += 1

    def close(self) -> None:
        """Hold nothing that had to be closed."""


def held(rig) -> HeldHost:
    rig.converted()
    rig.studio.workspace.host = host = HeldHost()
    return host


def wheel(widget, notches: int) -> bool:
    at = QPointF(5, 5)
    event = QWheelEvent(
        at, QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_arrow_keys_choose_how_many_and_the_wheel_only_with_the_focus(rig) -> None:
    window = rig.converted().studio.window
    button = window.takes_panel.sample
    assert button.text() == "Sample 3 more"
    QTest.keyClick(button, Qt.Key.Key_Up)
    assert (button.text(), button.accessibleName(), window.takes.n) == ("Sample 4 more", "Sample 4 more", 4)
    for _ in range(9):
        QTest.keyClick(button, Qt.Key.Key_Down)
    assert window.takes.n == 1
    button.clearFocus()
    wheel(button, 1)
    assert window.takes.n == 1, "whoever scrolls the inspector does not mean the number"
    button.set_n(50)
    assert window.takes.n == 20


def test_takes_are_sampled_one_after_the_other_with_progress_and_stop(rig) -> None:
    host, window, workspace = held(rig), rig.studio.window, rig.studio.workspace
    window.takes.sample()
    window.takes_panel.refresh()
    assert window.takes_panel.sample.text() == "Stop sampling" and window.takes_panel.sample.isEnabled()
    assert len(host.requests) == 1 and host.requests[0].kind == "convert" and host.requests[0].seed == 2
    assert "Sampling take 1 of 3" in window.status.work.text()
    host.answers[0](Progress(0.5))
    rig.settle()
    assert workspace.sampling.progress == (0, 3)
    host.answers[0](Done(workspace.sketch, 0.1))
    rig.settle()
    assert [t.seed for t in workspace.stage.takes] == [1, 2] and host.requests[1].seed == 3
    assert "Sampling take 2 of 3" in window.status.work.text()
    window.takes_panel.refresh()
    QTest.mouseClick(window.takes_panel.sample, Qt.MouseButton.LeftButton)
    assert host.cancelled == 1 and not workspace.sampling.is_running
    host.answers[1](Done(workspace.sketch, 0.1))  # too late
    rig.settle()
    assert [t.seed for t in workspace.stage.takes] == [1, 2] and len(host.requests) == 2
    window.takes_panel.refresh()
    assert window.takes_panel.sample.text() == "Sample 3 more"


def test_takes_on_the_way_are_of_the_text_that_they_were_asked_for(rig) -> None:
    host, window, workspace = held(rig), rig.studio.window, rig.studio.workspace
    window.takes.sample()
    workspace.set_source(Text("Something else."))
    host.answers[0](Done(workspace.sketch, 0.1))
    rig.settle()
    assert host.requests[1].source == host.requests[0].source
    window.takes_panel.refresh()
    assert window.takes_panel.rows[2].facts.note == "earlier text"
    window.cancel()


def test_the_settings_in_which_takes_differ_from_what_stands_there_are_named_on_them(rig) -> None:
    host, window, workspace = held(rig), rig.studio.window, rig.studio.workspace
    window.takes.n = 1
    window.takes.sample()
    host.answers[0](Done(workspace.sketch, 0.1))
    rig.settle()
    higher = replace(workspace.stage, params={**workspace.stage.params, "octave": 1})
    workspace.change("Octave", lambda p: p.with_stage(higher))
    window.takes_panel.refresh()
    assert {row.facts.note for row in window.takes_panel.rows.values()} == {"Octave 0, seed 1", "Octave 0, seed 2"}
