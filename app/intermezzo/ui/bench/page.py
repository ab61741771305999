"""Measure a ten-minute page: Convert to first audible sound, and to the last of it; prints one JSON object.

The real workspace, engine host (warm), player and a PortAudio stream. Play is pressed as soon as the beginning is
rendered, and the clock stops when the callback has been handed something louder than -40 dB.
Usage: python -m intermezzo.ui.bench.page ENGINE DEVICE [SECONDS]
"""

import json
import random
import sys
import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QTimer

from intermezzo.audio.player import Player
from intermezzo.core.edits import spans
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import discover
from intermezzo.jobs.client import EngineHost
from intermezzo.ui.bench.latency import wait
from intermezzo.ui.workspace import Workspace

_SECONDS = 600.0
_SECONDS_A_WORD = 0.36
_AUDIBLE = 1e-2
_PATIENCE_MS = 120_000


def main(engine: str, device: str, seconds: float) -> None:
    """Run the bench."""
    app = QCoreApplication(sys.argv[:1])
    registry = discover()
    host = EngineHost(device=device, cache_dir=None, registry=registry)
    player = Player()
    workspace = Workspace(registry, host, player)
    if not player.available:
        print(json.dumps({"trouble": f"no sound device: {player.reason}"}))
    else:
        print(json.dumps(_measure(app, workspace, engine, seconds)))
    workspace.close()
    player.close()
    host.close()


def page_of(lines: list[str], seconds: float) -> str:
    """Return sentences of 5 to 20 words, all different, that take about so many seconds to say."""
    chance = random.Random(3)
    words = [word.strip(".,;:!?") for line in lines for word in line.split() if word.strip(".,;:!?").isalpha()]
    sentences: list[str] = []
    left = seconds / _SECONDS_A_WORD
    while left > 0:
        chosen = chance.choices(words, k=chance.randint(5, 20))
        left -= len(chosen)
        sentences.append(f"{' '.join(chosen).capitalize()}.")
    return " ".join(sentences)


def _measure(app: QCoreApplication, workspace: Workspace, engine: str, seconds: float) -> dict[str, float | str]:
    lines = [example.source for example in workspace.registry.engines[engine].examples]
    for text in (lines[0], page_of(lines, seconds)):  # the first warms the host
        workspace.open(Project("Bench", (Stage("1", engine, Text(text)),)), saved=True)
        wait(lambda: max(workspace.player.level.peak) < _AUDIBLE)  # the meter falls slowly
        beats: list[float] = []
        beat = QTimer(interval=2)
        beat.timeout.connect(lambda beats=beats: beats.append(time.monotonic()))
        beat.start()
        begin_s = time.monotonic()
        workspace.conversions.convert()
        if not wait(lambda: workspace.sketch is not None and not workspace.output.is_stale(0, 40)):
            return {"trouble": "the beginning was not rendered within a minute"}
        rendered_s = time.monotonic() - begin_s
        workspace.deck.play(0.0)
        if not wait(lambda: max(workspace.player.level.peak) > _AUDIBLE):
            return {"trouble": "no sound ever reached the sound device"}
        heard_s = time.monotonic() - begin_s
        if not wait(lambda: not workspace.conversions.is_running and not workspace.output.stale.any(), _PATIENCE_MS):
            return {"trouble": "the page was not rendered within two minutes"}
        whole_s = time.monotonic() - begin_s
        beat.stop()
    output, sketch = workspace.output, workspace.sketch
    if sketch is None or sketch.governing is None:
        return {"trouble": "the page has no lengths to edit"}
    page_s = output.n_frames * output.hop / output.sample_rate
    gaps = np.diff(beats) * 1000
    # A length at the very beginning: all that follows moves.
    again_s = time.monotonic()
    longer = int(sketch.governing.stops[3] - sketch.governing.starts[3]) + 5
    workspace.edit("Bench", lambda s: spans.set_lengths(s, {3: longer}))
    if not wait(lambda: not workspace.output.stale.any(), _PATIENCE_MS):
        return {"trouble": "the moved page was not rendered within two minutes"}
    return {
        "first_sound_s": heard_s, "first_rendered_s": rendered_s, "whole_s_per_s": whole_s / page_s, "page_s": page_s,
        "moved_s": time.monotonic() - again_s, "gui_blocked_ms": float(gaps.max(initial=0)),
        "gui_blocked_ms_p99": float(np.percentile(gaps, 99)),
    }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else _SECONDS)
