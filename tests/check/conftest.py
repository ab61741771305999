"""A context of checks on one mock engine: the module's `ENGINE`, else the mock of speech."""

import pytest

from intermezzo.check.context import RunnerContext
from intermezzo.core.registry import Registry, discover


@pytest.fixture(scope="module")
def registry() -> Registry:
    return discover()


@pytest.fixture(scope="module")
def context(registry: Registry, request: pytest.FixtureRequest) -> RunnerContext:
    engine = registry.find(getattr(request.module, "ENGINE", "mock"))
    return RunnerContext(registry, engine, device="cpu", data_dir=None, quick=True, tell=lambda line: None)
