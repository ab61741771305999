"""Paint bench: drives the real timeline of ten minutes of speech with real mouse events and times every frame.

A frame is what lies between a mouse event and the end of the repaint that it causes, so the pure edit, the history, the
workspace's signals and the painting of all lanes count. ``python -m intermezzo.ui.timeline.bench`` prints a table: wall
time, which is what is judged, and beside it the time that the processor gave this thread, which other work on the
machine does not swell. ``--json`` prints one object of 95th percentiles of wall time in milliseconds. The sketch is
made up (no engine runs here).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter, sleep, thread_time
from typing import Any, Final, NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from intermezzo.audio.player import Player
from intermezzo.core.layers import Curve, Layer, Matrix, Spans
from intermezzo.core.manifest import EngineManifest, Reach
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import Registry
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches import SPEECH
from intermezzo.ui.background import take_turns_soon
from intermezzo.ui.garbage import Garbage
from intermezzo.ui.look import Look
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.timeline import Timeline
from intermezzo.ui.workspace import Workspace

__all__ = ["Driver", "Frame", "as_in_the_studio", "idle_workspace", "long_sketch", "main", "measure", "report"]

_N_FRAMES: Final = 56_250  # ten minutes
_N_PHONES: Final = 6_000
_STEPS: Final = 60
_FRAME_S: Final = 1 / 60
_SIZE: Final = (900, 790)  # what the centre has in a 1440 x 900 window
_ENGINE: Final = "bench.speech"


class _IdleHost:
    """Takes every request and does nothing: what is measured is the studio."""

    device = "cpu"

    def submit(self, request: object, on_event: object) -> Any:  # Any: stands in for a JobHandle
        """Return a handle that can be cancelled."""
        return self

    def cancel(self) -> None:
        """Nothing runs."""


def long_sketch(n_frames: int = _N_FRAMES, n_phones: int = _N_PHONES) -> Sketch:
    """Return ten minutes of made-up speech: phones, words, pitch with gaps and doubt, energy, envelope, breath."""
    rng = np.random.default_rng(7)
    hop_s = SPEECH.hop_s
    lengths = rng.uniform(0.5, 1.5, n_phones)
    edges = np.concatenate(([0], np.round(np.cumsum(lengths) / lengths.sum() * n_frames))).astype(np.int64)
    alphabet = [symbol for _, group in SPEECH.governing.symbols for symbol in group] if SPEECH.governing else []
    labels = tuple(str(alphabet[k]) for k in rng.integers(0, len(alphabet), n_phones))
    time = np.arange(n_frames)
    pitch = 200 * np.exp2(0.3 * np.sin(time / 90) + 0.1 * np.sin(time / 17))
    pitch[(time // 31) % 4 == 3] = 0
    bands = np.arange(100)
    envelope = -45 + 25 * np.sin(time[:, None] / 23 + bands / 9) - bands * 0.3 + rng.normal(0, 3, (n_frames, 100))
    layers: dict[str, Layer] = {}
    for spec in SPEECH.layers:
        match spec.name:
            case "words":
                first = edges[:-1:4]
                words = tuple(f"word{k}" for k in range(len(first)))
                layers["words"] = Spans.machine(spec, hop_s, n_frames, first, np.append(first[1:], n_frames), words)  # type: ignore[arg-type]
            case "phones":
                layers["phones"] = Spans.machine(spec, hop_s, n_frames, edges[:-1], edges[1:], labels)  # type: ignore[arg-type]
            case "pitch":
                doubt = np.full(n_frames, 0.8)
                layers["pitch"] = Curve.machine(spec, hop_s, pitch.astype(np.float32), doubt=doubt)  # type: ignore[arg-type]
            case "energy":
                layers["energy"] = Curve.machine(spec, hop_s, (-30 + 12 * np.sin(time / 23)).astype(np.float32))  # type: ignore[arg-type]
            case "envelope":
                layers["envelope"] = Matrix.machine(spec, hop_s, np.clip(envelope, -120, 12).astype(np.float32))  # type: ignore[arg-type]
            case _:
                breath = np.clip(-20 + 15 * np.sin(time[:, None] / 31 + bands[:5]), -60, 0)
                layers[spec.name] = Matrix.machine(spec, hop_s, breath.astype(np.float32))  # type: ignore[arg-type]
    return Sketch(SPEECH, layers, Made(_ENGINE, "1", 1))


def idle_workspace(sketch: Sketch) -> Workspace:
    """Return a workspace on a sketch whose sound is there already and is never rendered again."""
    reach = {spec.name: Reach(3, 3) for spec in sketch.type.layers}
    manifest = EngineManifest(_ENGINE, "1", "Bench", "bench", sketch.type.id, renderer="none:None", reach=reach)
    registry: Any = Registry.__new__(Registry)
    object.__setattr__(registry, "engines", {_ENGINE: manifest})
    host: Any = _IdleHost()
    workspace = Workspace(registry, host, Player())
    workspace.open(Project("Bench", (Stage("1", _ENGINE, Text("bench"), sketch=sketch),)), saved=True)
    rng = np.random.default_rng(1)
    output = workspace.output
    swell = np.abs(np.sin(np.arange(output.n_blocks) / 23)).repeat(output.hop)[: len(output.samples)]
    sound = (rng.normal(0, 0.12, len(output.samples)) * swell).astype(np.float32)
    output.fill(0, sound[None], output.edit_number)
    workspace.sound_changed.emit(0, output.grid.n_frames)
    return workspace


class Frame(NamedTuple):
    """Milliseconds from an event to the end of its repaint, and how many of them the processor gave this thread."""

    wall_ms: float
    thread_ms: float


class Driver:
    """Sends mouse events to a lane and times each until the screen is painted."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._next_s = 0.0

    def frame(self, act: Callable[[], object]) -> Frame:
        """Do something, let all repaints happen, and return how long both took."""
        # At the pace of a screen: events that come faster would hide the frames in which the sketch is edited, which
        # happens at most every 40 ms, among many cheap ones.
        sleep(max(self._next_s - perf_counter(), 0.0))
        self._next_s = perf_counter() + _FRAME_S
        began_s, began_thread_s = perf_counter(), thread_time()
        act()
        self._app.processEvents()
        self._app.sendPostedEvents()
        return Frame((perf_counter() - began_s) * 1000, (thread_time() - began_thread_s) * 1000)

    @contextmanager
    def held(self, widget: QWidget, at: QPointF) -> Iterator[None]:
        """Hold the left button down on a widget."""
        self._send(widget, QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton)
        self._app.processEvents()
        yield
        self._send(widget, QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.LeftButton)
        self._app.processEvents()

    def move(self, widget: QWidget, at: QPointF) -> None:
        """Move the pointer with the button held."""
        self._send(widget, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)

    def _send(self, widget: QWidget, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        self._app.sendEvent(widget, event)

    def wheel(self, widget: QWidget, delta: int, modifier: Qt.KeyboardModifier) -> None:
        """Turn the wheel over the middle of a widget."""
        at = QPointF(widget.width() / 2, widget.height() / 2)
        self._app.sendEvent(
            widget,
            QWheelEvent(at, widget.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, modifier,
                        Qt.ScrollPhase.NoScrollPhase, False),
        )  # fmt: skip


def measure(app: QApplication, timeline: Timeline, zooms: dict[str, float]) -> dict[str, list[Frame]]:
    """Return every frame of each gesture, at each zoom (seconds in view)."""
    workspace, driver = timeline.workspace, Driver(app)
    ctrl, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    lanes = {lane.name: lane for lane in timeline.lanes}
    found: dict[str, list[Frame]] = {}

    def drag(name: str, tool: str, lane: Lane, path: Callable[[int], QPointF]) -> None:
        workspace.set_tool(tool)
        with driver.held(lane, path(0)):
            found[name] = [driver.frame(lambda k=k: driver.move(lane, path(k))) for k in range(1, _STEPS)]  # type: ignore[misc]

    envelope, pitch, phones = lanes["envelope"], lanes["pitch"], lanes["phones"]
    for zoom, seconds in zooms.items():
        workspace.view.show_range(300.0 - seconds / 2, 300.0 + seconds / 2)
        app.processEvents()
        drag(f"brush_{zoom}", "paint", envelope, lambda k: QPointF(150 + 6.0 * k, 90 + 30 * np.sin(k / 6)))
        drag(f"draw_{zoom}", "draw", pitch, lambda k: QPointF(150 + 6.0 * k, 120 + 60 * np.sin(k / 9)))
        edge = _boundary_near(timeline, 300.0)
        drag(f"boundary_{zoom}", "stretch", phones, partial(_to_and_fro, edge))
        drag(f"select_{zoom}", "select", pitch, lambda k: QPointF(200 + 8.0 * k, 60))
        turns = [-120 if k % 20 < 10 else 120 for k in range(_STEPS)]
        found[f"scroll_{zoom}"] = [driver.frame(partial(driver.wheel, pitch, turn, shift)) for turn in turns]
        times = [workspace.view.s_of(100 + 2.0 * k) for k in range(_STEPS)]
        found[f"play_{zoom}"] = [driver.frame(partial(workspace.moved.emit, at_s)) for at_s in times]
    workspace.view.fit()
    app.processEvents()
    found["zoom"] = [driver.frame(lambda: driver.wheel(lanes["envelope"], 120, ctrl)) for _ in range(_STEPS)]
    return found


def _to_and_fro(x: float, k: int) -> QPointF:
    return QPointF(x + 12 * np.sin(k / 5), 16)


def _boundary_near(timeline: Timeline, seconds: float) -> float:
    spans = timeline.board.sketch.governing if timeline.board.sketch else None
    if spans is None:
        return 400.0
    k = int(np.searchsorted(spans.stops, seconds / spans.hop_s))
    return timeline.board.x_of(int(spans.stops[k]))


def as_in_the_studio(app: QApplication) -> Garbage:
    """Let threads take turns and garbage be collected as the studio does; close what is returned at the end."""
    take_turns_soon()
    garbage = Garbage(app)
    garbage.settle()
    return garbage


def report(found: dict[str, list[Frame]], what: str, *, as_json: bool) -> None:
    """Print the frames of each gesture: a table, or the 95th percentiles of wall time as one object."""
    wall = {name: [frame.wall_ms for frame in frames] for name, frames in found.items()}
    if as_json:
        print(json.dumps({f"{name}_ms": round(float(np.quantile(ms, 0.95)), 2) for name, ms in wall.items()}))
        return
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    print(f"ms a frame, {what}; load {loads}")
    heads = f" {'p50':>7} {'p95':>7} {'worst':>7}"
    print(f"{'':18} {'wall':^23} {'thread':^23}\n{'gesture':18}{heads}{heads}")
    for name, frames in found.items():
        thread = [frame.thread_ms for frame in frames]
        figures = [*np.quantile(wall[name], (0.5, 0.95, 1.0)), *np.quantile(thread, (0.5, 0.95, 1.0))]
        print(f"{name:18} {' '.join(f'{ms:7.1f}' for ms in figures)}")


def main(arguments: list[str]) -> int:
    """Measure and print; the exit status is 0 whatever the figures say."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(["intermezzo"])
    look = Look(app, "dark", reduce_motion=True)
    timeline = Timeline(idle_workspace(long_sketch()), look)
    timeline.resize(*_SIZE)
    timeline.show()
    app.processEvents()
    garbage = as_in_the_studio(app)
    found = measure(app, timeline, {"near": 2.0, "middle": 30.0, "all": 600.0})
    garbage.close()
    report(found, f"{_N_FRAMES} frames, {_N_PHONES} phones", as_json="--json" in arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
