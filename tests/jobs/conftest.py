"""Registries with the mock and with engines that misbehave, and a listener that waits for the end of a job."""

from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import SimpleQueue

import pytest

from intermezzo.core.media import Text
from intermezzo.core.registry import GROUP, Registry, discover
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Done, Event, Progress, Request, Runner

PATIENCE_S = 60

BUILTIN = EntryPoint("builtin", "intermezzo_engines:engines.toml", GROUP)
UNRULY = EntryPoint("unruly", "unruly_engines:engines.toml", GROUP)


class Listener:
    """Collects the events of one job; `end` waits for the last of them."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Event] = SimpleQueue()
        self.progress: list[Progress] = []

    def __call__(self, event: Event) -> None:
        self._queue.put(event)

    def next(self) -> Event:
        """Wait for any event."""
        event = self._queue.get(timeout=PATIENCE_S)
        if isinstance(event, Progress):
            self.progress.append(event)
        return event

    def end(self) -> Event:
        """Wait for Done, Failed or Stopped."""
        while isinstance(event := self.next(), Progress):
            pass
        assert self._queue.empty(), "events after the end"
        return event


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The built-in engines."""
    return discover([BUILTIN])


@pytest.fixture
def unruly(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The engines that misbehave, beside the built-in ones."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "plugins" / "packages" / "unruly")
    found = discover([BUILTIN, UNRULY])
    assert not found.broken
    return found


@pytest.fixture(scope="session")
def hummed(registry: Registry) -> Sketch:
    """Some seconds of humming."""
    result = InlineRunner(registry).run(Request("convert", "mock", source=Text("Oh, are you in Iowa? A lullaby.")))
    assert isinstance(result, Sketch)
    return result


@pytest.fixture
def done() -> Callable[[Runner, Request], object]:
    """Do a request and return its result, failing on any other end."""

    def do(runner: Runner, request: Request) -> object:
        listener = Listener()
        runner.submit(request, listener)
        event = listener.end()
        assert isinstance(event, Done), event
        return event.result

    return do


@pytest.fixture
def listener() -> Listener:
    """A fresh listener."""
    return Listener()


@pytest.fixture
def listeners() -> Callable[[], Listener]:
    """Makes fresh listeners."""
    return Listener
