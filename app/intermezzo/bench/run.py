"""Run the benches of the studio (start, latency, painting) and of each engine, and gather them into one JSON object.

The window, the engine host and the sound card are real ones: a display by the offscreen platform, and PortAudio on
ALSA's file plug-in that plays at the pace of a loudspeaker, so that a machine without either can measure.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from intermezzo.audio.virtual import virtual_card
from intermezzo.bench.cancelling import MOMENTS, cancel_figures
from intermezzo.check.context import RunnerContext
from intermezzo.check.run import measured
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.layers import CurveSpec
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.measure import Context, Figure, figures_document
from intermezzo.core.media import Audio, Media, Text
from intermezzo.core.registry import Registry
from intermezzo.jobs.requirements import measurable

__all__ = ["bench_engines"]

_TIMEOUT_S = 600
_CARD_RATE_HZ = 24_000


def bench_engines(
    registry: Registry, names: Sequence[str], *, device: str = "cpu", data_dir: Path | None = None,
    quick: bool = False, tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:  # fmt: skip
    """Measure the studio, and some engines in it (all that are not hidden where none is named).

    Raises:
        PluginError: if a name fits no engine.
    """
    manifests = [registry.find(name) for name in names] or measurable(registry, device)
    tell("studio: window")
    report: dict[str, Any] = {"studio": figures_document(_window(3 if quick else 7) + _painting(tell))}
    for manifest in manifests:
        context = RunnerContext(registry, manifest, device=device, data_dir=data_dir, quick=quick, tell=tell)
        figures: list[Figure] = []
        if manifest.converter and manifest.renderer and manifest.source == "text":
            figures += _of_sound(context, registry, manifest, device, quick) if manifest.output == "audio" else []
            tell(f"{manifest.title}: cancel in the queue")
            moments = MOMENTS[::3] if quick else MOMENTS
            figures += cancel_figures(registry, manifest, _example(manifest), device=device, moments=moments)
        if manifest.bench:
            tell(f"{manifest.title}: its own bench")
            try:
                figures += measured(manifest.bench, context)
            except IntermezzoError as problem:
                figures.append(Figure("engine_bench", None, "speed", note=str(problem)))
        report[manifest.id] = figures_document(figures)
    return report


def _of_sound(
    context: Context, registry: Registry, manifest: EngineManifest, device: str, quick: bool
) -> list[Figure]:  # fmt: skip
    """Measure an engine of sounds; one without a curve, or lengths, is spared the edits and the page made of them."""
    sketch_type = registry.sketch_type(manifest)
    context.progress(f"{manifest.title}: convert and render")
    figures = _throughput(context, manifest)
    if any(isinstance(spec, CurveSpec) for spec in sketch_type.layers):
        context.progress(f"{manifest.title}: edit to sound")
        figures += _latency(manifest, device, quick)
    if sketch_type.governing is not None:
        context.progress(f"{manifest.title}: a page")
        figures += _page(manifest, device, quick)
    return figures


def _throughput(context: Context, manifest: EngineManifest) -> list[Figure]:
    """Time convert + render of a paragraph, warm, in wall seconds per second of sound."""
    line = _example(manifest)
    source: Media = Text(" ".join([line] * max(1, 200 // max(len(line), 1))))
    context.render(context.convert(source))
    ratios, converting = [], []
    for seed in (1, 2, 3):
        begin = time.perf_counter()
        sketch = context.convert(source, seed=seed)
        middle = time.perf_counter()
        output = context.render(sketch)
        end = time.perf_counter()
        seconds = output.duration_s if isinstance(output, Audio) else 1.0
        ratios.append((end - begin) / seconds)
        converting.append((middle - begin) / seconds)
    return [
        Figure(
            "convert_and_render_s_per_s", sorted(ratios)[1], "speed", at_most=0.05, note=f"{seconds:.1f} s of sound"
        ),
        Figure("convert_s_per_s", sorted(converting)[1], "speed"),
    ]


def _example(manifest: EngineManifest) -> str:
    return manifest.examples[0].source if manifest.examples else "One, two, three."


def _window(runs: int) -> list[Figure]:
    """Start the real program and take the time until its window has painted itself."""
    took = []
    for _ in range(runs):
        found = _json_of(
            [sys.executable, "-m", "intermezzo.ui.bench.start"], {"INTERMEZZO_STARTED_S": repr(time.time())}
        )
        if "window_shown_s" not in found:
            return [Figure("window_shown_s", None, "speed", note=str(found.get("trouble")))]
        took.append(found["window_shown_s"])
    middle = sorted(took[1:])[len(took[1:]) // 2]
    return [
        Figure("window_shown_s", middle, "speed", at_most=1.0, note="median of warm starts, process to first paint")
    ]


def _painting(tell: Callable[[str], None]) -> list[Figure]:
    """Drive the timeline of a 10-minute document with real mouse events."""
    tell("studio: painting a 10-minute document")
    found = _json_of([sys.executable, "-m", "intermezzo.ui.timeline.bench", "--json"], {})
    if "trouble" in found:
        return [Figure("frame_ms_p95", None, "speed", note=str(found["trouble"]))]
    return [Figure(f"{name}_p95", value, "speed", at_most=16.0) for name, value in found.items()]


def _latency(manifest: EngineManifest, device: str, quick: bool) -> list[Figure]:
    """Edit 0.25 s of a 10 s sketch in the real workspace and wait for the sound in the PortAudio callback."""
    with tempfile.TemporaryDirectory(prefix="intermezzo-bench-") as folder:
        card = virtual_card(Path(folder), _CARD_RATE_HZ) if sys.platform.startswith("linux") else {}
        command = [sys.executable, "-m", "intermezzo.ui.bench.latency", manifest.id, device, "15" if quick else "60"]
        found = _json_of(command, card)
    if "trouble" in found:
        return [Figure("edit_to_sound_ms_p95", None, "speed", note=str(found["trouble"]))]
    return [
        Figure("edit_to_sound_ms_p95", found["p95_ms"], "speed", at_most=100.0,
               note=f"{found['edits']} edits of 0.25 s in {found['sketch_s']:.1f} s, host and PortAudio"),
        Figure("edit_to_sound_ms_median", found["p50_ms"], "speed"),
        Figure("gui_blocked_ms_max", found["gui_blocked_ms"], "speed", at_most=50.0, note="event loop, while editing"),
        Figure("memory_studio_mb", found["memory_mb"], "speed"),
        Figure("memory_host_mb", found["host_memory_mb"], "speed"),
    ]  # fmt: skip


def _page(manifest: EngineManifest, device: str, quick: bool) -> list[Figure]:
    """Convert a page of ten minutes in the real workspace: to its first sound, and to the last."""
    with tempfile.TemporaryDirectory(prefix="intermezzo-bench-") as folder:
        card = virtual_card(Path(folder), _CARD_RATE_HZ) if sys.platform.startswith("linux") else {}
        command = [sys.executable, "-m", "intermezzo.ui.bench.page", manifest.id, device, "60" if quick else "600"]
        found = _json_of(command, card)
    if "trouble" in found:
        return [Figure("page_first_sound_s", None, "speed", note=str(found["trouble"]))]
    note = f"{found['page_s']:.0f} s of speech, host warm, PortAudio; voice over -40 dB in the callback"
    cpu = "CPU seconds of studio and host together"
    return [
        Figure("page_first_sound_s", found["first_sound_s"], "speed", at_most=1.0, note=note),
        Figure("page_first_rendered_s", found["first_rendered_s"], "speed", note="Convert to a beginning to play"),
        Figure("page_first_rendered_cpu_s", found["first_rendered_cpu_s"], "speed", note=cpu),
        Figure("page_whole_s_per_s", found["whole_s_per_s"], "speed", at_most=0.05, note="Convert to all rendered"),
        Figure("page_whole_cpu_s_per_s", found["whole_cpu_s_per_s"], "speed", note=f"{cpu}, sound card and all"),
        Figure("page_edit_to_sound_ms_p95", found["edit_ms_p95"], "speed", at_most=100.0, note="0.25 s anywhere in it"),
        Figure("page_edit_to_sound_ms_median", found["edit_ms_p50"], "speed"),
        Figure("page_moved_s", found["moved_s"], "speed", note="a length at the beginning changed, all is fresh again"),
        Figure("page_gui_blocked_ms_max", found["gui_blocked_ms"], "speed", at_most=50.0),
        Figure("page_gui_busy_ms_max", found["gui_busy_ms"], "speed", note="the same in CPU time of that thread"),
        Figure("page_save_s", found["save_s"], "speed", at_most=0.5, note=f"{found['file_mb']:.0f} MB"),
        Figure("page_open_s", found["open_s"], "speed"),
        Figure("page_memory_studio_mb", found["memory_mb"], "speed"),
        Figure("page_memory_host_mb", found["host_memory_mb"], "speed"),
    ]  # fmt: skip


def _json_of(command: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """Run a bench in its own process; its last line is a JSON object."""
    env = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **environment}
    # A warm start is one with byte code on disk, as everybody has it after the first.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=_TIMEOUT_S)
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return found
    except (IndexError, json.JSONDecodeError):
        return {"trouble": done.stderr.strip()[-300:] or f"exit status {done.returncode}"}
    except subprocess.TimeoutExpired:
        return {"trouble": f"took over {_TIMEOUT_S} s"}
