"""Measure edit to sound: the real workspace, engine host, player and a PortAudio stream; prints one JSON object.

Usage: python -m intermezzo.ui.bench.latency ENGINE DEVICE EDITS
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from intermezzo.audio.player import Player
from intermezzo.core.edits import curves
from intermezzo.core.layers import Curve
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import discover
from intermezzo.jobs.client import EngineHost
from intermezzo.ui.workspace import Workspace

_EDIT_S = 0.25
_SKETCH_S = 10.0
_PATIENCE_MS = 60_000


def main(engine: str, device: str, n_edits: int) -> None:
    """Run the bench."""
    app = QCoreApplication(sys.argv[:1])
    registry = discover()
    host = EngineHost(device=device, cache_dir=None, registry=registry)
    host.start()
    player = Player()
    workspace = Workspace(registry, host, player)
    if not player.available:
        print(json.dumps({"trouble": f"no sound device: {player.reason}"}))
    else:
        print(json.dumps(_measure(app, workspace, engine, n_edits)))
    workspace.close()
    player.close()
    host.close()


def _measure(app: QCoreApplication, workspace: Workspace, engine: str, n_edits: int) -> dict[str, float | str]:
    line = workspace.registry.engines[engine].examples[0].source
    words = (line + " ") * 40
    seconds_a_word = 0.34
    text = " ".join(words.split()[: int(_SKETCH_S / seconds_a_word)])
    workspace.open(Project("Bench", (Stage("1", engine, Text(text)),)), saved=True)
    workspace.conversions.convert()
    if not wait(lambda: workspace.sketch is not None and not workspace.output.stale.any()):
        return {"trouble": "the example was not rendered within a minute"}
    sketch = workspace.sketch
    name = next((n for n, layer in sketch.layers.items() if isinstance(layer, Curve)), None) if sketch else None
    if sketch is None or name is None:
        return {"trouble": "the sketch has no curve to edit"}
    rng = np.random.default_rng(1)
    length = round(_EDIT_S / sketch.type.hop_s)
    took: list[float] = []
    beats: list[float] = []
    beat = QTimer(interval=2)
    beat.timeout.connect(lambda: beats.append(time.monotonic()))
    beat.start()
    for k in range(n_edits + 3):
        curve = sketch.layers[name]
        if not isinstance(curve, Curve):
            return {"trouble": "the curve is gone"}
        there = np.flatnonzero(curve.values[: sketch.n_frames - length])
        start = int(rng.choice(there))
        heard = workspace.rendering.heard
        begin = time.monotonic()
        workspace.edit(f"Bench {k}", lambda s, a=start: curves.shift(s, name, a, a + length, 0.5))  # type: ignore[misc]
        if not wait(lambda before=heard: workspace.rendering.heard != before):  # type: ignore[misc]
            return {"trouble": "an edit was not rendered within a minute"}
        generation = workspace.rendering.heard
        if not wait(lambda g=generation: workspace.player.first_delivery(g) is not None):  # type: ignore[misc]
            return {"trouble": "new sound never reached the sound device"}
        took.append(((workspace.player.first_delivery(generation) or 0) - begin) * 1000)
        wait(lambda: not workspace.output.stale.any())
    beat.stop()
    gaps = np.diff(beats) * 1000
    return {
        "p50_ms": float(np.percentile(took[3:], 50)), "p95_ms": float(np.percentile(took[3:], 95)),
        "edits": len(took) - 3, "sketch_s": sketch.duration_s, "gui_blocked_ms": float(gaps.max(initial=0)),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "host_memory_mb": _children_mb(),
    }  # fmt: skip


def _children_mb() -> float:
    """Return the largest resident memory among living child processes, in MB (Linux)."""
    largest = 0.0
    for task in Path("/proc/self/task").glob("*/children"):
        for pid in task.read_text().split():
            for row in Path(f"/proc/{pid}/status").read_text().splitlines():
                if row.startswith("VmHWM"):
                    largest = max(largest, float(row.split()[1]) / 1024)
    return largest


def wait(done: Callable[[], bool], patience_ms: int = _PATIENCE_MS) -> bool:
    """Run the event loop until a predicate holds; False after a minute, or as long as said."""
    loop = QEventLoop()
    poll, limit = QTimer(interval=1), QTimer(interval=patience_ms, singleShot=True)
    poll.timeout.connect(lambda: loop.quit() if done() else None)
    limit.timeout.connect(loop.quit)
    poll.start()
    limit.start()
    loop.exec()
    poll.stop()
    limit.stop()
    return bool(done())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
