"""The command that trains: it checks what is asked before any work begins, tells how long it takes, and tidies up."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from intermezzo.commands import Meter
from intermezzo.core.errors import FileError, PluginError
from intermezzo.core.manifest import EngineManifest
from intermezzo.core.params import checked_params, parsed_setting
from intermezzo.core.registry import discover
from intermezzo.core.training import Material
from intermezzo.jobs.protocol import Progress
from intermezzo.outputs import Outcome

__all__ = ["Pace", "train_engine"]

_NICENESS: Final = 5
_TELL_EVERY_S: Final = 0.25


class Pace:
    """Estimates the time left from how fast the work went lately: its parts differ, and none knows the others."""

    _OVER_S: Final = 20.0

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._seen: list[tuple[float, float]] = [(clock(), 0.0)]

    def left_s(self, fraction: float) -> float | None:
        """Return the seconds that are left, None where that cannot be told yet."""
        now_s = self._clock()
        self._seen.append((now_s, fraction))
        while len(self._seen) > 2 and now_s - self._seen[1][0] >= self._OVER_S:
            self._seen.pop(0)
        began_s, before = self._seen[0]
        if fraction - before < 0.002 or now_s - began_s < 1.0:
            return None
        return (1.0 - fraction) * (now_s - began_s) / (fraction - before)


def train_engine(arguments: Namespace, meter: Meter) -> Outcome:
    """Train an engine on a folder of data, or with ``--look`` only tell what is in the folder."""
    manifest = discover().find(arguments.engine)
    if not manifest.train:
        raise PluginError(f"{manifest.title} has nothing to train.")
    if not arguments.data.is_dir():
        raise FileError(f"There is no folder {arguments.data}. Check what --data names.")
    if arguments.look:
        return _look(manifest, arguments.data)
    known = manifest.params_of("train")
    params = checked_params(known, dict(parsed_setting(known, setting) for setting in arguments.settings))
    out = arguments.out or Path(f"{manifest.task}-weights")
    began_s = perf_counter()
    # Engines without parameters of training need not know that there can be any.
    more: dict[str, Any] = {"params": params} if known else {}
    with _folder_for(out):
        figures: Mapping[str, float] | None = _function(manifest, manifest.train)(
            arguments.data, out, arguments.device, _teller(meter, as_lines=arguments.progress_lines), **more
        )
    meter.clear()
    spent_s = perf_counter() - began_s
    document = {
        "engine": manifest.id, "out": str(out), "seconds": round(spent_s, 1), "params": params,
        "figures": dict(figures or {}),
    }  # fmt: skip
    lines = [f"  {name}: {value:.4g}" for name, value in (figures or {}).items()]
    what = f"Trained {manifest.title} in {spent_s:.0f} s; what it learned is in {out}"
    return Outcome(document, [what, *lines])


def _look(manifest: EngineManifest, data: Path) -> Outcome:
    if manifest.makes is None or not manifest.makes.material:
        raise PluginError(f"{manifest.title} cannot tell what a folder holds. Train without --look.")
    found: Material = _function(manifest, manifest.makes.material)(data)
    document = {"line": found.line, "advice": found.advice, "enough": found.enough, "figures": dict(found.figures)}
    return Outcome(document, [line for line in (found.line, found.advice) if line])


def _function(manifest: EngineManifest, named: str) -> Callable[..., Any]:
    module, _, function = named.partition(":")
    try:
        found: Callable[..., Any] = getattr(import_module(module), function)
    except (ImportError, AttributeError) as problem:
        raise PluginError(f"The training of {manifest.title} cannot be loaded ({problem}).") from problem
    return found


@contextmanager
def _folder_for(out: Path) -> Iterator[None]:
    """Make sure that there is a folder to write to; a new one goes again if nothing was written into it."""
    new = [path for path in (out, *out.parents) if not path.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise FileError(f"The folder {out} cannot be made: {why}. Choose another with --out.") from None
    try:
        yield
    except BaseException:
        with suppress(OSError):  # it holds something, and then it stays
            for path in new:
                path.rmdir()
        raise


def _teller(meter: Meter, *, as_lines: bool) -> Callable[..., None]:
    pace = Pace()
    if as_lines and hasattr(os, "nice"):
        os.nice(_NICENESS)  # a program waits for this, and somebody works with it meanwhile
    last_s = -_TELL_EVERY_S

    def tell(fraction: float, what: str = "") -> None:
        nonlocal last_s
        left_s = pace.left_s(fraction)
        if not as_lines:
            meter(Progress(fraction, what, left_s))
        elif perf_counter() - last_s >= _TELL_EVERY_S or fraction >= 1.0:
            last_s = perf_counter()
            told = {"fraction": round(fraction, 4), "what": what, "seconds_left": left_s and round(left_s, 1)}
            print(json.dumps(told), file=sys.stderr, flush=True)

    return tell
