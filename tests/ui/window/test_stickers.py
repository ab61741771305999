"""The window on stickers with the engine that is shipped: takes, what follows content and motion, and alternatives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.ui.window.conftest import Rig
from warm_host import only, warm_host

from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry
from intermezzo.jobs.client import EngineHost
from intermezzo.ui.window import Window

STICKER = "builtin.sticker"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return only(STICKER)


@pytest.fixture(scope="module")
def host(registry: Registry) -> Iterator[EngineHost]:
    yield from warm_host(registry, STICKER, threads=1)  # more are slower where others work, too


def opened(rig: Rig, text: str) -> Window:
    """Convert a text and wait for its film."""
    window = rig.studio.window
    window.workspace.open(Project("A film", (Stage("1", STICKER, Text(text)),)), saved=True)
    window.workspace.conversions.convert()
    pictures = window.centre.grid_editor.pictures
    rig.until(lambda: window.desk.is_on and bool(pictures.frames) and not pictures.is_stale)
    window.refresh()
    rig.settle()
    return window


@pytest.mark.parametrize(("text", "empty"), [("robot flying in", 0), ("ghost fading", 6)])
def test_a_take_of_a_film_shows_a_frame_that_is_not_empty(rig: Rig, text: str, empty: int) -> None:
    window = opened(rig, text)
    frames = window.centre.grid_editor.pictures.frames
    assert frames[empty].pixels[..., 3].mean() < 1.0
    thumb = window.picture_takes.thumbs[1]
    rig.until(lambda: thumb.pixels is not None)
    assert thumb.pixels is not None
    assert thumb.pixels[..., 3].sum() >= max(int(f.pixels[..., 3].sum()) for f in frames) / 2
