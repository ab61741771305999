"""One look for all tests of the user interface: an application can be dressed once."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

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
