"""What a person may draw with a checkpoint: lanes of the layers that hands may change, as its engine declares them."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from intermezzo.core.layers import Curve, CurveSpec, Layer, LayerSpec, Matrix, MatrixSpec, Spans, SpansSpec
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import discover
from intermezzo.core.sketch import Made, Sketch, SketchType
from intermezzo.ui.selection import Selection
from intermezzo.ui.timeline import Timeline
from intermezzo.ui.timeline.bench import idle_workspace, long_sketch
from intermezzo.ui.workspace import Workspace

Show = Callable[[Workspace], Timeline]
N_FRAMES = 60
TEXT = "hello"


def plain_layer(spec: LayerSpec, kind: SketchType) -> Layer:
    """Return a layer of 60 frames as a converter would hand it over; one word, a span for each of its letters."""
    if isinstance(spec, CurveSpec):
        return Curve.machine(spec, kind.hop_s, np.full(N_FRAMES, spec.low, np.float32))
    if isinstance(spec, MatrixSpec):
        return Matrix.machine(spec, kind.hop_s, np.full((N_FRAMES, spec.bands), spec.low, np.float32))
    assert isinstance(spec, SpansSpec)
    labels = ("h", "ɛ", "l", "ˈoʊ") if spec.symbols else tuple(TEXT) if spec.governs else (TEXT,)
    edges = np.linspace(0, N_FRAMES, len(labels) + 1).astype(np.int64)
    return Spans.machine(spec, kind.hop_s, N_FRAMES, edges[:-1], edges[1:], labels)


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Callable[[str], Workspace]]:
    """Return a function that opens a sketch of an engine, as its manifest says it looks, in a workspace."""
    workspace, registry = idle_workspace(long_sketch(50, 5)), discover()

    def open_(engine: str) -> Workspace:
        manifest = registry.find(engine)
        kind = registry.sketch_type(manifest)
        layers = {spec.name: plain_layer(spec, kind) for spec in kind.layers}
        sketch = Sketch(kind, layers, Made(manifest.id, manifest.version))
        workspace.registry = registry
        workspace.open(Project("Line", (Stage("1", manifest.id, Text(TEXT), sketch=sketch),)), saved=True)
        return workspace

    yield open_
    workspace.close()
    workspace.player.close()


def test_a_fastspeech_is_drawn_on_all_lanes_but_the_words(opened: Callable[[str], Workspace], show: Show) -> None:
    timeline = show(opened("fastspeech2"))
    may = {lane.name: lane.may_edit() for lane in timeline.lanes}
    assert may == {"words": False, "phones": True, "pitch": True, "energy": True, "mel": True}


def test_a_vits_shows_letters_whose_lengths_alone_can_be_drawn(opened: Callable[[str], Workspace], show: Show) -> None:
    workspace, said = opened("vits"), []
    workspace.told.connect(lambda level, line: said.append(line))
    timeline = show(workspace)
    assert {lane.name: lane.may_edit() for lane in timeline.lanes} == {"words": False, "letters": True}
    lane, before = timeline.lane("letters"), workspace.sketch
    lane.nudge(1, 3)
    assert workspace.sketch.n_frames == before.n_frames + 3
    edited = workspace.sketch
    start, stop = int(edited.letters.starts[1]), int(edited.letters.stops[1])
    workspace.select(Selection("letters", start, stop, element=1))
    lane.edit_label(1)
    assert workspace.sketch is edited
    assert said == ["Letters: VITS checkpoint, 16 kHz takes new lengths, but no other labels."]
