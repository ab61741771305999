"""One engine host for many tests, with its engine loaded before the first of them asks for it."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.client import EngineHost
from intermezzo.jobs.protocol import Request

PATIENCE_S = 30


def only(engine: str) -> Registry:
    """Return a registry of one of the built-in engines, with all sketch types."""
    found = discover()
    return Registry({engine: found.engines[engine]}, found.sketch_types, found.broken)


def warm_host(registry: Registry, engine: str, threads: int = 0) -> Iterator[EngineHost]:
    """Give a host that has loaded an engine, and close it; a fixture yields from this."""
    host = EngineHost(device="cpu", threads=threads, cache_dir=None, registry=registry)
    warm = Event()
    host.submit(Request(kind="warm", engine=engine), lambda _: warm.set())
    assert warm.wait(PATIENCE_S)
    yield host
    host.close()


def fixtures_of(engine: str, scope: Any = "module") -> tuple[Any, Any]:  # Any: pytest names neither
    """Return the fixtures ``registry`` and ``host`` for the tests of one built-in engine."""

    @pytest.fixture(scope=scope)
    def registry() -> Registry:
        return only(engine)

    @pytest.fixture(scope=scope)
    def host(registry: Registry) -> Iterator[EngineHost]:
        yield from warm_host(registry, engine)

    return registry, host
