"""One look for all tests of the user interface: an application can be dressed once."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from intermezzo.ui.garbage import collect_due
from intermezzo.ui.look import Look


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Look:
    """Return the dark look without motion."""
    return Look(qapp, "dark", reduce_motion=True)


@pytest.fixture(autouse=True)
def _dark_after_each_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Go back to the dark theme, whatever a test switched to."""
    yield
    if "look" in request.fixturenames:
        dressed: Look = request.getfixturevalue("look")
        dressed.choose("dark")
        dressed.set_high_contrast(False)


@pytest.fixture(autouse=True, scope="module")
def _only_we_collect() -> Iterator[None]:
    """Take cycles apart in this thread alone: windows of former tests are among them, and the host has threads."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _garbage_of_each_test() -> Iterator[None]:
    yield
    collect_due()
