"""Measure a ten-minute page: to first sound, to the last of it, edits of it, its file; prints one JSON object.

The real workspace, engine host (warm), player and a PortAudio stream. Play is pressed as soon as the beginning is
rendered, and the clock of the first sound stops when the callback has been handed something louder than -40 dB. CPU
seconds stand beside the seconds of the clock, for a machine on which other work runs.
Usage: python -m intermezzo.ui.bench.page ENGINE DEVICE [SECONDS]
"""

import json
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication

from intermezzo.audio.player import Player
from intermezzo.core.edits import spans
from intermezzo.core.media import Text
from intermezzo.core.project import Project, Stage
from intermezzo.core.registry import discover
from intermezzo.jobs.client import EngineHost
from intermezzo.storage.project_file import load_project, save_project
from intermezzo.ui.bench.latency import edits_to_sound_ms
from intermezzo.ui.bench.watch import Beats, BenchTrouble, Watch, host_cpu_s, host_memory_mb, studio_memory_mb
from intermezzo.ui.workspace import Workspace

_SECONDS = 600.0
_SECONDS_A_WORD = 0.36
_AUDIBLE = 1e-2
_LOADING_S, _PAGE_S = 180.0, 240.0
_FIRST_FRAMES = 40
_N_EDITS = 20


def main(engine: str, device: str, seconds: float) -> None:
    """Run the bench."""
    app = QCoreApplication(sys.argv[:1])
    registry = discover()
    host = EngineHost(device=device, cache_dir=None, registry=registry)
    player = Player()
    workspace = Workspace(registry, host, player)
    try:
        if not player.available:
            raise BenchTrouble(f"no sound device: {player.reason}")
        print(json.dumps(_measure(workspace, host, engine, seconds)))
    except BenchTrouble as trouble:
        print(json.dumps({"trouble": str(trouble)}))
    workspace.close()
    player.close()
    host.close()
    app.quit()


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


def _measure(workspace: Workspace, host: EngineHost, engine: str, seconds: float) -> dict[str, float]:
    watch = Watch(workspace)
    lines = [example.source for example in workspace.registry.engines[engine].examples]
    _heard_and_whole(workspace, watch, host, engine, lines[0], _LOADING_S)  # warms engine and sound device
    found = _heard_and_whole(workspace, watch, host, engine, page_of(lines, seconds), 60.0)
    workspace.deck.stop()
    took = edits_to_sound_ms(workspace, watch, _N_EDITS)
    found["edit_ms_p50"], found["edit_ms_p95"] = (float(np.percentile(took, share)) for share in (50, 95))
    found["moved_s"] = _moved_s(workspace, watch)
    return {
        **found, **_file_figures(workspace),
        "memory_mb": studio_memory_mb(), "host_memory_mb": host_memory_mb(host.pid),
    }  # fmt: skip


def _heard_and_whole(
    workspace: Workspace, watch: Watch, host: EngineHost, engine: str, text: str, patience_s: float
) -> dict[str, float]:
    """Open a text, convert it, play it from the beginning, and wait for all of it."""
    workspace.open(Project("Bench", (Stage("1", engine, Text(text)),)), saved=True)
    watch.wait(lambda: max(workspace.player.level.peak) < _AUDIBLE, "the meter did not fall")

    def cpu_s() -> float:
        return time.process_time() + host_cpu_s(host.pid)

    beats, begin_s, begin_cpu_s = Beats(), time.monotonic(), cpu_s()
    workspace.conversions.convert()
    watch.wait(
        lambda: workspace.sketch is not None and not workspace.output.is_stale(0, _FIRST_FRAMES),
        "the beginning was not rendered", patience_s,
    )  # fmt: skip
    rendered_s, rendered_cpu_s = time.monotonic() - begin_s, cpu_s() - begin_cpu_s
    workspace.deck.play(0.0)
    watch.wait(lambda: max(workspace.player.level.peak) > _AUDIBLE, "no sound reached the sound device")
    heard_s = time.monotonic() - begin_s
    watch.wait(
        lambda: not workspace.conversions.is_running and not workspace.output.stale.any(), "the page was not rendered",
        _PAGE_S,
    )  # fmt: skip
    whole_s, whole_cpu_s = time.monotonic() - begin_s, cpu_s() - begin_cpu_s
    beats.stop()
    output = workspace.output
    page_s = output.n_blocks * output.hop / output.sample_rate
    return {
        "first_sound_s": heard_s, "first_rendered_s": rendered_s, "first_rendered_cpu_s": rendered_cpu_s,
        "whole_s_per_s": whole_s / page_s, "whole_cpu_s_per_s": whole_cpu_s / page_s, "page_s": page_s,
        "gui_blocked_ms": beats.blocked_ms, "gui_busy_ms": beats.busy_ms,
    }  # fmt: skip


def _moved_s(workspace: Workspace, watch: Watch) -> float:
    """Change a length at the very beginning: all that follows moves, and has to be fresh again."""
    lengths = workspace.sketch.governing if workspace.sketch else None
    if lengths is None:
        raise BenchTrouble("the page has no lengths to edit")
    longer = int(lengths.stops[3] - lengths.starts[3]) + 5
    begin_s = time.monotonic()
    workspace.edit("Bench", lambda s: spans.set_lengths(s, {3: longer}))
    watch.wait(lambda: not workspace.output.stale.any(), "the moved page was not rendered", _PAGE_S)
    return time.monotonic() - begin_s


def _file_figures(workspace: Workspace) -> dict[str, float]:
    """Save the project of the page and open it again."""
    with tempfile.TemporaryDirectory(prefix="intermezzo-bench-") as folder:
        path = Path(folder, "page.intermezzo")
        begin_s, begin_cpu_s = time.monotonic(), time.process_time()
        save_project(workspace.project, path)
        saved_s, saved_cpu_s = time.monotonic(), time.process_time()
        load_project(path, workspace.registry)
        return {
            "save_s": saved_s - begin_s, "save_cpu_s": saved_cpu_s - begin_cpu_s,
            "open_s": time.monotonic() - saved_s, "open_cpu_s": time.process_time() - saved_cpu_s,
            "file_mb": path.stat().st_size / 1e6,
        }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else _SECONDS)
