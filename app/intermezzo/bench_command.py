"""`intermezzo bench`: the speed of the studio and of engines or, with ``--compare``, candidates for one job."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from argparse import Namespace
from importlib import import_module
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intermezzo.commands import Meter, data_folder, figure_lines, made_folder
from intermezzo.core.comparison import Budget, Comparison, comparison_document, comparison_lines
from intermezzo.core.errors import ParamError, PluginError
from intermezzo.core.registry import discover
from intermezzo.outputs import Outcome, target

__all__ = ["run_bench"]


def run_bench(arguments: Namespace, meter: Meter) -> Outcome:
    """Measure speed and memory, or compare."""
    data_folder(arguments.data)
    if arguments.compare:
        return _compared(arguments, meter)
    if arguments.out is not None or arguments.weights is not None:
        raise ParamError("--out and --weights belong to --compare. Add it, or leave them out.")
    from intermezzo import bench

    report = bench.bench_engines(
        discover(), arguments.engines, device=arguments.device, data_dir=arguments.data, quick=arguments.quick,
        tell=meter.step,
    )  # fmt: skip
    meter.clear()
    lines = []
    for part, figures in report.items():
        lines += [part, *figure_lines(figures)]
    return Outcome(report, lines)


def _compared(arguments: Namespace, meter: Meter) -> Outcome:
    registry = discover()
    names = arguments.engines or sorted(registry.comparisons)
    manifests = [registry.comparison(name) for name in names]
    if not manifests:
        raise PluginError("No comparison is installed.")
    if arguments.out is not None and len(manifests) > 1:
        raise ParamError(f"--out draws one comparison. Name one of {', '.join(names)}.")
    picture = None if arguments.out is None else target(arguments.out, (".png",))
    weights = made_folder(arguments.weights, "--weights")
    document, lines, status = {}, [], 0
    for manifest in manifests:
        module, _, function = manifest.compare.partition(":")
        seconds = min(arguments.budget, 2.0) if arguments.quick else arguments.budget
        found: Comparison = getattr(import_module(module), function)(
            Budget(seconds, arguments.data, weights, arguments.device, meter.step)
        )
        document[manifest.name] = comparison_document(found)
        lines += comparison_lines(found)
        if picture is not None:
            meter.step("drawing it")
            trouble = _draw(found, picture, is_dark=arguments.dark)
            document[manifest.name] |= {"trouble": trouble} if trouble else {"picture": str(picture)}
            lines.append(trouble or f"Drawn in {picture}")
            status = 1 if trouble else 0  # the table, which took minutes, is told all the same
    meter.clear()
    return Outcome(document, lines, status)


def _draw(found: Comparison, path: Path, *, is_dark: bool) -> str:
    """Draw in a process of its own, as all that knows Qt here; returns what went wrong, or nothing."""
    drawn = comparison_document(found) | {
        "across": found.across, "up": found.up, "bars": found.bars, "labels": list(found.labels),
        "decimals": {measure.name: measure.decimals for measure in found.measures},
        "originals": [] if found.originals is None else [_encoded(pixels) for pixels in found.originals],
        "pictures": [
            {name: [_encoded(pixels) for pixels in row] for name, row in candidate.pictures.items()}
            for candidate in found.candidates
        ],
    }  # fmt: skip
    command = [sys.executable, "-m", "intermezzo.ui.bench.comparison", str(path), "dark" if is_dark else "light"]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, input=json.dumps(drawn), capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode == 0:
        return ""
    return f"It could not be drawn: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"


def _encoded(pixels: NDArray[np.uint8]) -> str:
    from PIL import Image as pil

    file = BytesIO()
    pil.fromarray(pixels).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
