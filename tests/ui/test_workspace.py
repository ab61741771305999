"""The workspace drives the real host and the mock engine: edits are heard, and nothing old is heard after them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from warm_host import warm_host

from intermezzo.audio.player import Player
from intermezzo.core.edits import curves, spans
from intermezzo.core.layers import Mark
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.jobs.client import EngineHost
from intermezzo.ui.work import Work
from intermezzo.ui.workspace import Workspace

PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def registry() -> Registry:
    return discover()


@pytest.fixture(scope="module")
def host(registry: Registry) -> Iterator[EngineHost]:
    yield from warm_host(registry, "builtin.mock")


@pytest.fixture
def workspace(qtbot: QtBot, registry: Registry, host: EngineHost) -> Iterator[Workspace]:
    player = Player()
    made = Workspace(registry, host, player)
    made.open(Project("Tune", (Stage("1", "builtin.mock", Text("Oh, are you in Iowa?")),)), saved=True)
    made.conversions.convert()
    qtbot.waitUntil(
        lambda: not made.conversions.is_running and bool(made.sketch) and not made.output.stale.any(),
        timeout=PATIENCE_MS,
    )
    yield made
    made.close()
    player.close()


def voiced_start(workspace: Workspace) -> int:
    return int(np.flatnonzero(workspace.sketch.pitch.values)[5])  # type: ignore[union-attr]


def test_a_converted_source_is_rendered_whole(workspace: Workspace) -> None:
    assert workspace.output.grid.n_frames == workspace.sketch.n_frames  # type: ignore[union-attr]
    assert np.abs(workspace.output.samples).max() > 0.05
    assert workspace.history.undo_label == "Convert, seed 1"


def test_an_edit_silences_its_footprint_at_once_and_then_brings_new_sound(workspace: Workspace, qtbot: QtBot) -> None:
    start = voiced_start(workspace)
    before = workspace.output.samples.copy()
    workspace.edit("Raise", lambda s: curves.shift(s, "pitch", start, start + 8, 2.0))
    assert workspace.output.is_stale(start, start + 8)
    qtbot.waitUntil(lambda: not workspace.output.stale.any(), timeout=PATIENCE_MS)
    fresh = workspace.output.fresh
    assert fresh is not None and fresh.start <= start < start + 8 <= fresh.stop
    hop = workspace.output.hop
    changed = before != workspace.output.samples
    assert changed[start * hop : (start + 8) * hop].any()
    changed[fresh.start * hop : fresh.stop * hop] = False
    assert not changed.any()


def test_all_that_one_drag_changed_is_shown_as_one(workspace: Workspace, qtbot: QtBot) -> None:
    start = voiced_start(workspace)
    shown: list[tuple[int, int] | None] = []
    workspace.footprint_shown.connect(shown.append)
    for k in range(3):
        at = start + 2 * k
        with qtbot.waitSignal(workspace.rendering.idle, timeout=20_000):
            workspace.edit("Draw", lambda s, a=at: curves.shift(s, "pitch", a, a + 2, 3.0), merge_key="drag 1")
    fresh = workspace.output.fresh
    assert fresh is not None and fresh.start <= start < start + 6 <= fresh.stop
    assert shown[-1] == (fresh.start, fresh.stop)
    workspace.show_footprint((0, 2))  # a brush that hovers hides nothing of it for 1.5 s
    assert shown[-1] == (fresh.start, fresh.stop)
    with qtbot.waitSignal(workspace.rendering.idle, timeout=20_000):
        workspace.edit("Draw", lambda s: curves.shift(s, "pitch", start + 4, start + 6, 3.0))
    assert workspace.output.fresh is not None and workspace.output.fresh.start > fresh.start


def test_undo_gives_the_very_same_sound_back(workspace: Workspace, qtbot: QtBot) -> None:
    start, before = voiced_start(workspace), workspace.output.samples.copy()
    workspace.edit("Raise", lambda s: curves.shift(s, "pitch", start, start + 8, 2.0))
    workspace.undo()
    assert workspace.output.stale.any()
    qtbot.waitUntil(lambda: not workspace.output.stale.any(), timeout=PATIENCE_MS)
    np.testing.assert_array_equal(workspace.output.samples, before)


def test_a_stretch_makes_everything_after_it_stale(workspace: Workspace, qtbot: QtBot) -> None:
    letters = spans.spans_of(workspace.sketch)  # type: ignore[arg-type]
    middle = letters.count // 2
    at = int(letters.starts[middle])
    frames = int(letters.stops[middle]) - at
    workspace.edit("Stretch", lambda s: spans.set_lengths(s, {middle: frames + 7}))
    assert workspace.output.grid.n_frames == workspace.sketch.n_frames == len(letters) + 7  # type: ignore[union-attr]
    assert workspace.output.stale[at:].all() and not workspace.output.stale[: at - 2].any()
    qtbot.waitUntil(lambda: not workspace.output.stale.any(), timeout=PATIENCE_MS)


def test_converting_again_keeps_hand_edits(workspace: Workspace, qtbot: QtBot) -> None:
    start = voiced_start(workspace)
    workspace.edit("Raise", lambda s: curves.shift(s, "pitch", start, start + 8, 2.0))
    edited = int(((workspace.sketch.pitch.origin & Mark.EDITED) != 0).sum())  # type: ignore[union-attr]
    with qtbot.waitSignal(workspace.conversions.converted, timeout=PATIENCE_MS):
        workspace.conversions.convert(seed=9)
    assert int(((workspace.sketch.pitch.origin & Mark.EDITED) != 0).sum()) == edited > 0  # type: ignore[union-attr]
    assert workspace.stage is not None and workspace.stage.seed == 9


def test_a_parameter_of_the_converter_converts_again(workspace: Workspace, qtbot: QtBot) -> None:
    before = workspace.sketch.n_frames  # type: ignore[union-attr]
    with qtbot.waitSignal(workspace.conversions.converted, timeout=PATIENCE_MS):
        workspace.set_param("letter_s", 0.3)
    assert workspace.sketch.n_frames > before  # type: ignore[union-attr]
    assert "Letter length 0.3 s" in [step.label for step in workspace.history.steps]


def test_a_refused_edit_is_told_and_changes_nothing(workspace: Workspace, qtbot: QtBot) -> None:
    before = workspace.project
    with qtbot.waitSignal(workspace.told) as told:
        assert not workspace.edit("Nothing", lambda s: curves.shift(s, "no such layer", 0, 5, 1.0))
    assert told.args is not None and told.args[0] == "warn"
    assert workspace.project is before


def test_escape_takes_a_running_gesture_back(workspace: Workspace) -> None:
    start, before = voiced_start(workspace), workspace.project
    for semitones in (0.5, 1.0, 1.5):
        workspace.edit(
            "Draw", lambda s, by=semitones: curves.shift(s, "pitch", start, start + 8, by), merge_key="drag 1"
        )
    workspace.abandon("drag 1")
    assert workspace.project is before


def test_a_stage_that_is_removed_while_it_is_converted_stays_away(workspace: Workspace, qtbot: QtBot) -> None:
    second = Stage("2", "builtin.mock", Text("la la"))
    workspace.change("Add", lambda p: p.with_stage(second))
    troubles: list[object] = []
    workspace.troubled.connect(troubles.append)
    workspace.conversions.convert()
    workspace.choose_stage("2")
    workspace.change("Remove", lambda p: replace(p, stages=(second,)))
    with qtbot.capture_exceptions() as faults:
        qtbot.waitUntil(lambda: not workspace.conversions.is_running, timeout=PATIENCE_MS)
    assert not faults and not troubles and [s.id for s in workspace.project.stages] == ["2"]


def test_a_stretch_predicted_again_never_lands_in_another_stage(workspace: Workspace, qtbot: QtBot) -> None:
    assert workspace.sketch is not None
    second = Stage("2", "builtin.mock", Text("la"), sketch=workspace.sketch)
    workspace.change("Add", lambda p: p.with_stage(second))
    workspace.edit("Shift", lambda s: curves.shift(s, "pitch", 0, 60, 2.0))
    workspace.conversions.resample(0, 40, label="Again", seed=9)
    workspace.choose_stage("2")
    with qtbot.capture_exceptions() as faults:
        qtbot.waitUntil(lambda: not workspace.conversions.is_running, timeout=PATIENCE_MS)
    assert not faults and workspace.project.stage("2").sketch is second.sketch


def test_work_that_ends_gives_the_status_bar_back_to_work_that_goes_on(workspace: Workspace) -> None:
    shown: list[Work | None] = []
    workspace.worked.connect(shown.append)
    measuring, rendering = Work("Measuring"), Work("Rendering")
    workspace.show_work("check", measuring)
    workspace.show_work("render", rendering)
    workspace.show_work("render", None)
    workspace.show_work("check", None)
    assert shown == [measuring, rendering, measuring, None]
