"""The plugins panel: every engine with its state, reasons and remedies, trying again, and the report to copy."""

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from intermezzo.core.errors import EngineError
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.protocol import Done, Event, Failed, Request
from intermezzo.ui.look import Look
from intermezzo.ui.plugin_states import engine_states, status_words
from intermezzo.ui.plugins_panel import PluginsPanel, engine_report

LEFT = Qt.MouseButton.LeftButton


class Host:
    """An engine host that answers 'warm' with what a test puts in."""

    device = "cpu"

    def __init__(self) -> None:
        self.troubles: dict[str, str] = {}
        self.asked: list[Request] = []
        self.answer: Event = Done(None, 0.0)

    def forgive(self, engine: str) -> None:
        self.troubles.pop(engine, None)

    def submit(self, request: Request, on_event: Callable[[Event], None]) -> None:
        self.asked.append(request)
        if isinstance(self.answer, Failed):
            self.troubles[request.engine] = str(self.answer.error)
        on_event(self.answer)


@pytest.fixture
def registry() -> Registry:
    found = discover()
    mock = found.engines["builtin.mock"]
    shown = replace(mock, hidden=False)
    needy = replace(mock, id="x.singer", title="Singer", requires=("no-such-package>=1.0",), hidden=False)
    gpu = replace(mock, id="x.gpu", title="Painter", devices=("cuda",), hidden=False)
    return Registry(
        {m.id: m for m in (shown, needy, gpu)}, found.sketch_types, {"acme": "Its manifest cannot be read: nothing."}
    )


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def panel(qtbot: QtBot, look: Look, registry: Registry, host: Host) -> PluginsPanel:
    panel = PluginsPanel(look, registry, lambda: host)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_states_say_what_is_missing_and_what_to_do(registry: Registry, host: Host) -> None:
    host.troubles["builtin.mock"] = "It ran out of memory."
    states = {state.id: state for state in engine_states(registry, host)}
    assert states["builtin.mock"].state == "stopped"
    assert states["builtin.mock"].reason == "It ran out of memory."
    assert states["x.singer"].state == "missing"
    assert states["x.singer"].reason == "The Python package 'no-such-package>=1.0' is not installed."
    assert states["x.singer"].command == f'"{sys.executable}" -m pip install "no-such-package>=1.0"'
    assert states["x.gpu"].state == "missing"
    assert "'cpu'" in states["x.gpu"].reason and "preferences" in states["x.gpu"].remedy
    assert states["x.gpu"].command == ""
    assert states["acme"].state == "broken"


def test_the_status_counts_only_engines_that_people_see(registry: Registry, host: Host) -> None:
    ready, off = status_words(engine_states(registry, host))
    assert ready == "1 engine ready"
    assert off.startswith("3 plugins not loaded: Singer: The Python package")
    hidden = Registry(
        {"builtin.mock": replace(registry.engines["builtin.mock"], hidden=True)}, registry.sketch_types, {}
    )
    assert status_words(engine_states(hidden, host)) == ("0 engines ready", "")


def test_every_engine_has_a_card_that_names_its_state(panel: PluginsPanel) -> None:
    names = [card.accessibleName() for card in panel.cards()]
    assert [name.partition(".")[0] for name in names] == [
        "Mock hum: ready", "Singer: missing something", "Painter: missing something", "acme: broken"
    ]  # fmt: skip


def test_details_unfold_everything_that_the_manifest_says(panel: PluginsPanel, qtbot: QtBot) -> None:
    card = panel.cards()[0]
    assert not card.details.isVisible()
    qtbot.mouseClick(card.more, LEFT)
    assert card.details.isVisible()
    qtbot.mouseClick(card.more, LEFT)
    assert not card.details.isVisible()


def test_a_stopped_engine_is_forgiven_and_tried_again(panel: PluginsPanel, host: Host, qtbot: QtBot) -> None:
    host.troubles["builtin.mock"] = "It crashed."
    panel.refresh()
    card = next(c for c in panel.cards() if c.state.id == "builtin.mock")
    assert card.retry is not None
    with qtbot.waitSignal(panel.changed):
        qtbot.mouseClick(card.retry, LEFT)
    assert [(r.kind, r.engine) for r in host.asked] == [("warm", "builtin.mock")]
    assert panel.cards()[0].state.state == "ready"
    assert panel.line.text() == "Mock hum works."


def test_an_engine_that_fails_again_says_why_and_its_report_can_be_copied(
    panel: PluginsPanel, host: Host, qtbot: QtBot
) -> None:
    host.troubles["builtin.mock"] = "It crashed."
    host.answer = Failed(EngineError("It crashed again."), "Traceback: the very line")
    panel.refresh()
    card = next(c for c in panel.cards() if c.state.id == "builtin.mock")
    assert card.retry is not None
    with qtbot.waitSignal(panel.changed):
        qtbot.mouseClick(card.retry, LEFT)
    card = next(c for c in panel.cards() if c.state.id == "builtin.mock")
    assert card.state.reason == "It crashed again."
    assert panel.line.text() == "It crashed again."
    card.report_wanted.emit("builtin.mock")
    copied = QGuiApplication.clipboard().text()
    assert "Mock hum: stopped working on cpu" in copied and "Traceback: the very line" in copied


def test_the_line_to_install_what_is_missing_can_be_copied(panel: PluginsPanel) -> None:
    card = next(c for c in panel.cards() if c.state.id == "x.singer")
    card.copied.emit(card.state.command)
    assert QGuiApplication.clipboard().text() == f'"{sys.executable}" -m pip install "no-such-package>=1.0"'


def test_a_report_names_engine_licence_and_packages(registry: Registry, host: Host) -> None:
    state = engine_states(registry, host)[0]
    text = engine_report(state, registry, "cpu")
    assert "builtin.mock@1.0 (MIT)" in text and "numpy" in text and "Sketch: mock/1" in text
