"""The worker of the queue on a real engine host: files, cancels, restarts, and room for what a hand waits for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Event

import pytest

from intermezzo.bench.cancelling import cancel_figures
from intermezzo.core.media import Text
from intermezzo.core.project import Stage
from intermezzo.core.registry import GROUP, Registry, discover
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.client import EngineHost
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Done, Progress, Request
from intermezzo.queue.journal import Journal
from intermezzo.queue.orders import Line, Order
from intermezzo.queue.worker import QueueWorker
from intermezzo.storage.recipe import load_recipe

PATIENCE_S = 60
MOCK = "builtin.mock"


class Desk:
    """A worker with its host and journal; `until` waits for the line to be as wanted."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self._changed = Condition()
        self.registry, self.journal = registry, Journal(folder)
        self.host = EngineHost(registry=registry, threads=1)
        self.worker = QueueWorker(registry, lambda: self.host, self.journal, self._on_change)

    def _on_change(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, wanted: Callable[[Line], bool]) -> Line:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self.worker.line), PATIENCE_S), self.worker.line
        return self.worker.line

    def close(self) -> None:
        self.worker.close()
        self.host.close()


@pytest.fixture
def unruly(monkeypatch: pytest.MonkeyPatch) -> Registry:
    from importlib.metadata import EntryPoint

    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "plugins" / "packages" / "unruly")
    return discover([EntryPoint(name, f"{module}:engines.toml", GROUP) for name, module in
                     (("builtin", "intermezzo_engines"), ("unruly", "unruly_engines"))])  # fmt: skip


@pytest.fixture
def desk(unruly: Registry, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "state").mkdir()
    made = Desk(unruly, tmp_path / "state")
    yield made
    made.close()


def test_orders_are_done_in_turn_and_one_that_fails_stops_no_other(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    desk.worker.add([
        Order(MOCK, str(out / "a.wav"), "Ay", seed=3), Order(MOCK, str(out / "gone" / "b.wav"), "Oh"),
        Order("builtin.mock_picture", str(out / "c.png"), "a beetle"),
    ])  # fmt: skip
    line = desk.until(lambda line: not line.count("waiting", "running"))
    assert [o.state for o in line.orders] == ["done", "failed", "done"]
    assert "no folder" in line.orders[1].reason
    assert {p.name for p in out.iterdir()} == {"a.wav", "c.png"}
    project = load_recipe(out / "a.wav", desk.registry)
    assert project is not None and project.stages[0].seed == 3
    assert desk.journal.load() == line


def test_the_export_of_a_stage_is_kept_as_it_was_and_forgotten_after(desk: Desk, tmp_path: Path) -> None:
    sketch = InlineRunner(desk.registry).run(Request("convert", MOCK, source=Text("Ay")))
    assert isinstance(sketch, Sketch)
    desk.worker.add_stage(Stage("1", MOCK, Text("Ay"), sketch=sketch), "Ay", Order(MOCK, str(tmp_path / "ay.flac")))
    line = desk.until(lambda line: line.count("done") == 1)
    assert load_recipe(tmp_path / "ay.flac", desk.registry) is not None
    desk.worker.remove(line.orders[0].number)
    assert not list(desk.journal.documents.iterdir())


@pytest.mark.parametrize("engine", ["unruly.slow", "unruly.hangs"])
def test_a_running_order_is_cancelled_and_leaves_nothing_and_the_next_is_done(
    desk: Desk, tmp_path: Path, engine: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    desk.worker.add([Order(engine, str(out / "a.wav"), "one two"), Order(MOCK, str(out / "b.wav"), "Ay")])
    desk.until(lambda line: desk.worker.progress_of(1).fraction >= 0.5)
    desk.worker.cancel(1)
    assert desk.worker.line.orders[0].state == "cancelled"
    desk.until(lambda line: line.count("done") == 1)
    assert [p.name for p in out.iterdir()] == ["b.wav"]


def test_the_host_of_an_engine_that_hears_a_cancel_is_free_for_the_next_take(desk: Desk, tmp_path: Path) -> None:
    desk.worker.add(Order("unruly.slow", str(tmp_path / f"{k}.wav"), "one two", seed=k) for k in range(8))
    desk.until(lambda line: desk.worker.progress_of(1).fraction >= 0.5)
    host = desk.host.pid
    desk.worker.cancel(1)
    assert desk.worker.line.orders[0].state == "cancelled"
    desk.until(lambda line: desk.worker.progress_of(2).fraction >= 0.5)
    assert desk.host.pid == host
    assert [order.state for order in desk.worker.line.orders] == ["cancelled", "running", *["waiting"] * 6]


def test_a_cancel_is_measured_until_the_next_order_begins(unruly: Registry) -> None:
    (figure,) = cancel_figures(unruly, unruly.find("unruly.slow"), "one two", moments=(0.02, 0.5))
    assert figure.value is not None and figure.value > 0
    assert figure.note.startswith("2 cancels")


def test_what_ran_when_the_program_ended_waits_again(desk: Desk, tmp_path: Path) -> None:
    desk.worker.add([Order("unruly.slow", str(tmp_path / "a.wav"), "one two")])
    desk.until(lambda line: desk.worker.progress_of(1).fraction >= 0.5)
    assert Journal(tmp_path / "state").load().orders[0].state == "waiting"  # a crash would leave this
    desk.worker.pause()
    desk.close()
    assert [o.state for o in Journal(tmp_path / "state").load().orders] == ["waiting"]
    assert not list(tmp_path.glob("*.wav")) and not list(tmp_path.glob(".*"))


def test_a_paused_line_begins_nothing_and_goes_on(desk: Desk, tmp_path: Path) -> None:
    desk.worker.pause()
    desk.worker.add([Order(MOCK, str(tmp_path / "a.wav"), "Ay"), Order(MOCK, str(tmp_path / "b.wav"), "Oh")])
    desk.worker.move(2, 0)
    desk.worker.cancel(1)
    assert [(o.number, o.state) for o in desk.worker.line.orders] == [(2, "waiting"), (1, "cancelled")]
    desk.worker.pause(False)
    desk.until(lambda line: line.count("done") == 1)
    assert not (tmp_path / "a.wav").exists()


def test_an_interactive_request_goes_before_what_yields_which_is_done_after(desk: Desk) -> None:
    sketch = InlineRunner(desk.registry).run(Request("convert", "unruly.slow", source=Text("one two")))
    assert isinstance(sketch, Sketch)
    ended: SimpleQueue[str] = SimpleQueue()
    is_working = Event()

    def hear(event: object, name: str) -> None:
        if isinstance(event, Progress):
            is_working.set()
        else:
            ended.put(f"{name} {type(event).__name__}")

    behind = desk.host.submit(
        Request("render", "unruly.slow", sketch=sketch, priority=-10, yields=True), lambda e: hear(e, "behind")
    )
    assert is_working.wait(PATIENCE_S)
    answer: SimpleQueue[object] = SimpleQueue()
    desk.host.submit(Request("convert", MOCK, source=Text("Ay")), answer.put)
    event = answer.get(timeout=PATIENCE_S)
    while isinstance(event, Progress):
        event = answer.get(timeout=PATIENCE_S)
    assert isinstance(event, Done)
    is_working.clear()
    assert is_working.wait(PATIENCE_S), "what made room begins again"
    behind.cancel()
    assert ended.get(timeout=PATIENCE_S) == "behind Stopped"
