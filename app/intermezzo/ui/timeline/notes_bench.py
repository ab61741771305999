"""Paint bench of the roll: 5,000 notes with their template, driven by real mouse events, every frame timed.

``python -m intermezzo.ui.timeline.notes_bench`` prints a table, ``--json`` one object of 95th percentiles of wall time
in milliseconds, ``--no-score`` leaves the score away. A frame is what `bench` calls one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from intermezzo.core.layers import Layer, Notes, NotesSpec, Spans, SpansSpec
from intermezzo.core.sketch import Made, Sketch
from intermezzo.core.sketches.melody import MELODY
from intermezzo.ui.background import Background
from intermezzo.ui.look import Look
from intermezzo.ui.score.engraver import Engraver
from intermezzo.ui.timeline.bench import Driver, Frame, as_in_the_studio, idle_workspace, report
from intermezzo.ui.timeline.lane import Lane
from intermezzo.ui.timeline.notes_lane import NotesLane
from intermezzo.ui.timeline.timeline import Timeline

__all__ = ["long_tune", "main", "measure"]

N_NOTES: Final = 5_000
_EIGHTH: Final = 240
_BAR: Final = 1920
_STEPS: Final = 60
_SIZE: Final = (900, 790)


def long_tune(n_notes: int = N_NOTES) -> Sketch:
    """Return a made-up tune of so many eighths and quarters, with a chord a bar and a syllable a note."""
    rng = np.random.default_rng(3)
    lengths = rng.choice((1, 2), n_notes) * _EIGHTH
    stops = np.cumsum(lengths)
    n_frames = int(-(-stops[-1] // _BAR) * _BAR)
    pitches = 66 + np.cumsum(rng.integers(-2, 3, n_notes)) % 17
    values = np.column_stack((stops - lengths, stops, pitches, rng.integers(60, 110, n_notes)))
    lyrics = [("riv-", "er", "runs", "_", "deep")[k % 5] for k in range(n_notes)]
    bars = [(at, at + _BAR) for at in range(0, n_frames, _BAR)]
    names = [("G", "Em", "C", "D7")[k % 4] for k in range(len(bars))]
    whole = [(0, n_frames)]
    spans = {
        "tempo": (whole, ["92"]), "metre": (whole, ["4/4"]), "key": (whole, ["G major"]), "chords": (bars, names),
        "sections": (whole, ["A"]), "rhythm": (values[:, :2].tolist(), lyrics), "cadence": (bars, ["weak"] * len(bars)),
    }  # fmt: skip
    layers: dict[str, Layer] = {}
    for spec in MELODY.layers:
        if isinstance(spec, NotesSpec):
            layers[spec.name] = Notes.machine(spec, MELODY.hop_s, n_frames, values, lyrics)
        elif isinstance(spec, SpansSpec):
            edges, labels = spans[spec.name]
            starts, ends = np.array(edges).T
            layers[spec.name] = Spans.machine(spec, MELODY.hop_s, n_frames, starts, ends, tuple(labels))
    return Sketch(MELODY, layers, Made("bench", "1"))


def measure(app: QApplication, timeline: Timeline, zooms: dict[str, float]) -> dict[str, list[Frame]]:
    """Return every frame of each gesture, at each zoom (bars in view)."""
    workspace, driver = timeline.workspace, Driver(app)
    roll = next(lane for lane in timeline.lanes if isinstance(lane, NotesLane))
    stems = timeline.lanes[timeline.lanes.index(roll) + 1]
    plain, shift, ctrl = (
        getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("No", "Shift", "Control")
    )  # fmt: skip
    found: dict[str, list[Frame]] = {}
    bar_s = _BAR * MELODY.hop_s

    def drag(name: str, tool: str, lane: Lane, path: Callable[[int], QPointF]) -> None:
        workspace.set_tool(tool)
        with driver.held(lane, path(0)):
            found[name] = [driver.frame(partial(_step, driver, lane, path, k)) for k in range(1, _STEPS)]

    for zoom, bars in zooms.items():
        workspace.view.show_range(400 * bar_s, (400 + bars) * bar_s)
        roll.pitch.fit(roll.notes)
        app.processEvents()
        middle = _middle_note(roll)
        drag(f"move_{zoom}", "select", roll, lambda k, at=middle: at + QPointF(3.0 * k, 40 * np.sin(k / 9)))  # type: ignore[misc]
        drag(f"draw_{zoom}", "draw", roll, lambda k: QPointF(150 + 5.0 * k, 30))
        drag(f"box_{zoom}", "select", roll, lambda k: QPointF(5 + 12.0 * k, 4 + 4.0 * k))
        drag(f"velocity_{zoom}", "draw", stems, lambda k: QPointF(100 + 9.0 * k, 20 + 10 * np.sin(k / 5)))
        turns = [-120 if k % 20 < 10 else 120 for k in range(_STEPS)]
        found[f"scroll_{zoom}"] = [driver.frame(partial(driver.wheel, roll, turn, shift)) for turn in turns]
        found[f"pitch_{zoom}"] = [driver.frame(partial(driver.wheel, roll, turn, plain)) for turn in turns]
        times = [timeline.board.second_at(100 + 2.0 * k) for k in range(_STEPS)]
        found[f"play_{zoom}"] = [driver.frame(partial(workspace.moved.emit, at_s)) for at_s in times]
    workspace.view.fit()
    roll.choice.choose_all()
    app.processEvents()
    middle = _middle_note(roll)
    drag("move_all_notes", "select", roll, lambda k: middle + QPointF(0.5 * k, 30 * np.sin(k / 9)))
    found["zoom"] = [driver.frame(lambda: driver.wheel(roll, 120, ctrl)) for _ in range(_STEPS)]
    return found


def _step(driver: Driver, lane: Lane, path: Callable[[int], QPointF], k: int) -> None:
    driver.move(lane, path(k))


def _middle_note(roll: NotesLane) -> QPointF:
    """Return the middle of the note that lies nearest to the middle of the view."""
    notes, board = roll.notes, roll.board
    if notes is None:
        return QPointF(100, 100)
    frame = board.frame_at(board.view.width_px / 2)
    k = int(np.searchsorted(notes.starts, frame))
    x = board.x_of((int(notes.starts[k]) + int(notes.stops[k])) / 2)
    return QPointF(x, roll.pitch.row(int(notes.pitches[k]), 0, 1).center().y())


def main(arguments: list[str]) -> int:
    """Measure and print; the exit status is 0 whatever the figures say."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(["intermezzo"])
    look = Look(app, "dark", reduce_motion=True)
    tune = long_tune()
    engraver, background = Engraver(), Background()
    has_score = "--no-score" not in arguments
    timeline = Timeline(idle_workspace(tune), look, engraving=(engraver, background) if has_score else None)
    timeline.resize(*_SIZE)
    timeline.show()
    app.processEvents()
    garbage = as_in_the_studio(app)
    found = measure(app, timeline, {"near": 8, "middle": 64, "all": tune.n_frames / _BAR})
    engraver.close()
    background.wait()
    garbage.close()
    report(found, f"{N_NOTES} notes", as_json="--json" in arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
