"""A sketch that comes piece by piece: shown at once, edits stay, one undo step, and clear rules for every end."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from intermezzo.audio.player import Player
from intermezzo.core import codec
from intermezzo.core.edits import curves
from intermezzo.core.errors import EngineError
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry, discover
from intermezzo.core.sketch import Sketch
from intermezzo.jobs.inline import InlineRunner
from intermezzo.jobs.protocol import Done, Event, Failed, OnEvent, Partial, Request, Stopped
from intermezzo.ui.workspace import Workspace

PAGE = "Oh, are you in Iowa?\nWe see a boa.\nA lullaby.\n"


class ByHand:
    """A host whose work is done by the test, one event at a time; renderings are done at once, if it is wished."""

    def __init__(self, registry: Registry) -> None:
        self._inline = InlineRunner(registry)
        self.tell: OnEvent = lambda event: None
        self.requests: list[Request] = []
        self.was_cancelled = False
        self.renders = True

    def submit(self, request: Request, on_event: OnEvent) -> "ByHand":
        self.requests.append(request)
        if request.kind == "convert":
            self.tell = on_event
        elif self.renders:
            QTimer.singleShot(0, lambda: self._inline.submit(request, on_event))
        return self

    id = 1

    def cancel(self) -> None:
        self.was_cancelled = True

    def close(self) -> None:
        """Hold nothing."""

    def pieces(self) -> tuple[list[Sketch], Sketch]:
        """Return what the conversion that was asked for hands over, and its result."""
        found: list[Event] = []
        self._inline.submit(next(r for r in reversed(self.requests) if r.kind == "convert"), found.append)
        end = found[-1]
        assert isinstance(end, Done) and isinstance(end.result, Sketch)
        return [event.piece for event in found if isinstance(event, Partial)], end.result


@pytest.fixture(scope="module")
def registry() -> Registry:
    return discover()


@pytest.fixture
def host(registry: Registry) -> ByHand:
    return ByHand(registry)


@pytest.fixture
def workspace(qtbot: QtBot, registry: Registry, host: ByHand) -> Iterator[Workspace]:
    player = Player()
    made = Workspace(registry, host, player)  # type: ignore[arg-type]
    made.open(Project("Page", (Stage("1", "builtin.mock", Text(PAGE)),)), saved=True)
    made.conversions.convert()
    yield made
    made.close()
    player.close()


def sketch_of(workspace: Workspace) -> Sketch:
    assert workspace.sketch is not None
    return workspace.sketch


def test_the_first_piece_is_there_and_rendered_while_the_rest_is_made(
    workspace: Workspace, host: ByHand, qtbot: QtBot
) -> None:
    pieces, result = host.pieces()
    host.tell(Partial(pieces[0]))
    assert workspace.sketch is pieces[0] and workspace.conversions.is_running
    qtbot.waitUntil(lambda: not workspace.output.stale.any())
    sounding = workspace.output.samples.copy()
    host.tell(Partial(pieces[1]))
    kept = pieces[0].n_frames - 1  # the last frame reaches into what came after it
    hop = workspace.output.hop
    assert np.array_equal(workspace.output.samples[: kept * hop], sounding[: kept * hop])
    assert not workspace.output.is_stale(0, kept) and workspace.output.stale[kept + 1 :].all()
    host.tell(Partial(pieces[2]))
    host.tell(Done(result, 0.1, is_joined=True))
    assert codec.fingerprint(sketch_of(workspace)) == codec.fingerprint(result)
    stage, manifest = workspace.stage, workspace.manifest
    assert stage is not None and manifest is not None and not stage.is_stale(manifest)
    assert len(stage.takes) == 1
    assert workspace.history.position == 1  # one step, however many pieces
    qtbot.waitUntil(lambda: not workspace.output.stale.any())
    whole = InlineRunner(workspace.registry).run(Request("render", "mock", seed=1, sketch=result))
    assert np.array_equal(workspace.output.samples, whole.samples[0])  # type: ignore[union-attr]


def test_an_edit_in_between_stays_and_is_undone_before_the_conversion(workspace: Workspace, host: ByHand) -> None:
    pieces, result = host.pieces()
    host.tell(Partial(pieces[0]))
    voiced = np.flatnonzero(pieces[0].pitch.values)[:9]
    workspace.edit("Raise", lambda s: curves.shift(s, "pitch", int(voiced[0]), int(voiced[-1]) + 1, 2.0))
    host.tell(Partial(pieces[1]))
    host.tell(Partial(pieces[2]))
    host.tell(Done(result, 0.1, is_joined=True))
    edited = sketch_of(workspace)
    assert edited.n_frames == result.n_frames
    assert edited.pitch.values[voiced[3]] > result.pitch.values[voiced[3]]
    assert [step.label for step in workspace.history.steps][1:] == ["Convert, seed 1", "Raise"]
    workspace.undo()
    assert np.array_equal(sketch_of(workspace).pitch.values, result.pitch.values)
    workspace.undo()
    assert workspace.sketch is None
    workspace.redo()
    assert sketch_of(workspace).n_frames == result.n_frames


def test_what_is_there_stays_when_the_rest_is_given_up_or_fails(workspace: Workspace, host: ByHand) -> None:
    pieces, _ = host.pieces()
    host.tell(Partial(pieces[0]))
    workspace.conversions.stop()
    assert host.was_cancelled and workspace.sketch is pieces[0]
    host.tell(Partial(pieces[1]))  # too late
    host.tell(Stopped())
    assert workspace.sketch is pieces[0]
    stage, manifest = workspace.stage, workspace.manifest
    assert stage is not None and manifest is not None and stage.is_stale(manifest)  # it says that it is not whole
    workspace.undo()
    assert workspace.sketch is None

    workspace.conversions.convert()
    host.tell(Partial(pieces[0]))
    host.tell(Failed(EngineError("The rest cannot be read.")))
    assert workspace.sketch is pieces[0] and not workspace.conversions.is_running


def test_to_undo_a_conversion_is_to_stop_it(workspace: Workspace, host: ByHand) -> None:
    pieces, _ = host.pieces()
    host.tell(Partial(pieces[0]))
    workspace.undo()
    host.tell(Partial(pieces[1]))
    assert host.was_cancelled and not workspace.conversions.is_running and workspace.sketch is None


def test_frames_far_from_the_playhead_wait_until_the_sketch_is_whole(
    workspace: Workspace, host: ByHand, qtbot: QtBot
) -> None:
    host.renders = False
    long = Text("Oh, are you in Iowa? We see a boa. " * 6 + "\n")
    workspace.open(Project("Page", (Stage("1", "builtin.mock", Text(long.text * 3)),)), saved=True)
    workspace.conversions.convert()
    pieces, result = host.pieces()
    for piece in pieces:
        host.tell(Partial(piece))
    host.renders = True
    workspace.rendering.restart()
    qtbot.waitUntil(lambda: not workspace.output.is_stale(0, 1000))
    assert workspace.output.stale[1200:].any()
    host.tell(Done(result, 0.1, is_joined=True))
    qtbot.waitUntil(lambda: not workspace.output.stale.any())


def test_a_sketch_with_edits_is_replaced_only_when_the_new_one_is_whole(workspace: Workspace, host: ByHand) -> None:
    pieces, result = host.pieces()
    for piece in pieces:
        host.tell(Partial(piece))
    host.tell(Done(result, 0.1, is_joined=True))
    workspace.edit("Raise", lambda s: curves.shift(s, "loudness", 3, 9, 2.0))
    workspace.set_source(Text(PAGE * 8))
    workspace.conversions.convert()
    assert not host.requests[-1].streams


def test_a_page_that_takes_the_place_of_an_untouched_line_grows(workspace: Workspace, host: ByHand) -> None:
    pieces, result = host.pieces()
    for piece in pieces:
        host.tell(Partial(piece))
    host.tell(Done(result, 0.1, is_joined=True))
    workspace.set_source(Text(PAGE * 8))
    workspace.conversions.convert()
    assert host.requests[-1].streams
    page, _ = host.pieces()
    host.tell(Partial(page[0]))
    assert workspace.sketch is page[0]


def test_a_line_that_grows_is_shown_whole_until_somebody_zooms(workspace: Workspace, host: ByHand) -> None:
    pieces, _ = host.pieces()
    view = workspace.view
    host.tell(Partial(pieces[0]))
    host.tell(Partial(pieces[1]))
    assert workspace.sketch is not None and view.stop_s >= workspace.sketch.duration_s
    view.zoom_at(10, 0.5)
    shown = view.stop_s
    host.tell(Partial(pieces[2]))
    assert view.stop_s == shown
