"""Measure edit to sound: the real workspace, engine host, player and a PortAudio stream; prints one JSON object.

Usage: python -m intermezzo.ui.bench.latency ENGINE DEVICE EDITS
"""

import json
import sys
import time

import numpy as np
from PySide6.QtCore import QCoreApplication

from intermezzo.audio.player import Player
from intermezzo.core.edits import curves
from intermezzo.core.layers import Curve
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import discover
from intermezzo.jobs.client import EngineHost
from intermezzo.ui.bench.watch import Beats, BenchTrouble, Watch, host_memory_mb, studio_memory_mb
from intermezzo.ui.workspace import Workspace

__all__ = ["edits_to_sound_ms"]

_EDIT_S = 0.25
_SKETCH_S = 10.0
_SECONDS_A_WORD = 0.34
_WARM = 3  # edits that nobody counts
_LOADING_S = 180.0


def main(engine: str, device: str, n_edits: int) -> None:
    """Run the bench."""
    app = QCoreApplication(sys.argv[:1])
    registry = discover()
    host = EngineHost(device=device, cache_dir=None, registry=registry)
    host.start()
    player = Player()
    workspace = Workspace(registry, host, player)
    try:
        if not player.available:
            raise BenchTrouble(f"no sound device: {player.reason}")
        print(json.dumps(_measure(workspace, engine, n_edits)))
    except BenchTrouble as trouble:
        print(json.dumps({"trouble": str(trouble)}))
    workspace.close()
    player.close()
    host.close()
    app.quit()


def _measure(workspace: Workspace, engine: str, n_edits: int) -> dict[str, float]:
    watch = Watch(workspace)
    line = workspace.registry.engines[engine].examples[0].source
    text = " ".join(((line + " ") * 40).split()[: int(_SKETCH_S / _SECONDS_A_WORD)])
    workspace.open(Project("Bench", (Stage("1", engine, Text(text)),)), saved=True)
    workspace.conversions.convert()
    watch.wait(
        lambda: workspace.sketch is not None and not workspace.output.stale.any(),
        "the example was not rendered", _LOADING_S,
    )  # fmt: skip
    beats = Beats()
    took = edits_to_sound_ms(workspace, watch, n_edits)
    beats.stop()
    host = workspace.host
    return {
        "p50_ms": float(np.percentile(took, 50)), "p95_ms": float(np.percentile(took, 95)),
        "edits": len(took), "sketch_s": workspace.sketch.duration_s if workspace.sketch else 0.0,
        "gui_blocked_ms": beats.blocked_ms, "memory_mb": studio_memory_mb(),
        "host_memory_mb": host_memory_mb(host.pid) if isinstance(host, EngineHost) else 0.0,
    }  # fmt: skip


def edits_to_sound_ms(workspace: Workspace, watch: Watch, n_edits: int) -> list[float]:
    """Edit 0.25 s of the first curve here and there; return the milliseconds to the first delivery of each sound."""
    sketch = workspace.sketch
    name = next((n for n, layer in sketch.layers.items() if isinstance(layer, Curve)), None) if sketch else None
    if sketch is None or name is None:
        raise BenchTrouble("the sketch has no curve to edit")
    chance = np.random.default_rng(1)
    length = round(_EDIT_S / sketch.type.hop_s)
    took: list[float] = []
    for k in range(n_edits + _WARM):
        there = np.flatnonzero(sketch.layers[name].values[: sketch.n_frames - length])  # type: ignore[attr-defined]
        start = int(chance.choice(there))
        before = workspace.rendering.heard
        begin_s = time.monotonic()
        workspace.edit(f"Bench {k}", lambda s, a=start: curves.shift(s, name, a, a + length, 0.5))  # type: ignore[misc]
        watch.wait(lambda b=before: workspace.rendering.heard != b, "an edit was not rendered")  # type: ignore[misc]
        generation = workspace.rendering.heard
        watch.wait(
            lambda g=generation: workspace.player.first_delivery(g) is not None,  # type: ignore[misc]
            "new sound did not reach the sound device",
        )
        took.append(((workspace.player.first_delivery(generation) or 0) - begin_s) * 1000)
        watch.wait(lambda: not workspace.output.stale.any(), "what an edit changed was not rendered")
    return took[_WARM:]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
