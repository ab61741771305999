"""Reports: what to copy into a bug report when an engine failed, without the text or sound that it worked on."""

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
        f"Request: {request.kind}, seed {request.seed}, params {_impersonal(request, manifest)}",
    ]
    if sketch is not None:
        lines.append(f"Sketch: {sketch.type.id}, {sketch.n_frames} frames, window {request.window}")
    lines.append(f"Intermezzo {__version__}, Python {sys.version.split()[0]}, {platform.platform()}")
    if trace:
        lines += ["", trace.strip()]
    if printed:
        lines += ["", "The engine host printed last:", printed]
    return "\n".join(lines)


def _impersonal(request: Request, manifest: EngineManifest | None) -> dict[str, object]:
    """Return the parameters without what a person typed: of a text only its length."""
    choices = {p.name for p in manifest.params if p.kind == "choice"} if manifest is not None else set()
    return {
        name: f"<{len(value)} characters>" if isinstance(value, str) and name not in choices else value
        for name, value in request.params.items()
    }
