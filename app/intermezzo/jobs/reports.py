"""Reports: what to copy into a bug report when an engine failed; no text, sound or path of the person's own in it."""

import platform
import sys

from intermezzo import __version__
from intermezzo.core.errors import IntermezzoError
from intermezzo.core.manifest import EngineManifest
from intermezzo.jobs.protocol import Request

__all__ = ["report_of"]


def report_of(
    error: IntermezzoError, request: Request, manifest: EngineManifest | None, *, trace: str = "", printed: str = ""
) -> str:
    """Return the report of a failure: what was asked, of whom, on what machine, the traceback and what was printed."""
    sketch = request.sketch
    lines = [
        f"{type(error).__name__}: {error}",
        f"Engine: {manifest.key if manifest else request.engine}",
        f"Request: {request.kind}, seed {request.seed}, params {dict(request.params)}",
    ]
    if sketch is not None:
        lines.append(f"Sketch: {sketch.type.id}, {sketch.n_frames} frames, window {request.window}")
    lines.append(f"Intermezzo {__version__}, Python {sys.version.split()[0]}, {platform.platform()}")
    if trace:
        lines += ["", trace.strip()]
    if printed:
        lines += ["", "The engine host printed last:", printed]
    return "\n".join(lines)
