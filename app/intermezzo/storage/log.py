"""The log: a rotating file in the state folder, and the report that people copy into a message to us.

Neither holds what people work on: nothing of ours logs source texts or labels, and home folders are shown as ``~``.
"""

import logging
import os
import platform
import re
import sys
import threading
from collections import deque
from importlib.metadata import PackageNotFoundError, version
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from intermezzo import __version__
from intermezzo.core.registry import Registry
from intermezzo.storage.places import log_folder

__all__ = ["last_lines", "log_path", "report", "start_log"]

_LARGEST_BYTES, _OLDER_FILES = 1_000_000, 3
_PACKAGES = ("numpy", "scipy", "torch", "PySide6-Essentials", "sounddevice", "soundfile", "safetensors")
_FORM = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def log_path(folder: Path | None = None) -> Path:
    """Return the file that the log is written to."""
    return (log_folder() if folder is None else folder) / "intermezzo.log"


def start_log(folder: Path | None = None, *, level: int = logging.INFO) -> logging.Handler:
    """Write what our loggers say to the log, errors that nobody caught included; returns the handler."""
    handler = RotatingFileHandler(
        log_path(folder), maxBytes=_LARGEST_BYTES, backupCount=_OLDER_FILES, encoding="utf-8", errors="replace",
        delay=True,
    )  # fmt: skip
    handler.setFormatter(logging.Formatter(_FORM))
    ours = logging.getLogger("intermezzo")
    ours.addHandler(handler)
    ours.setLevel(level)
    _catch_uncaught(ours)
    return handler


def _catch_uncaught(logger: logging.Logger) -> None:
    before = sys.excepthook

    def on_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, Exception):
            logger.error("uncaught", exc_info=(kind, error, trace))
        before(kind, error, trace)

    def on_thread_error(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            on_error(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook, threading.excepthook = on_error, on_thread_error


def last_lines(n: int = 200, folder: Path | None = None) -> list[str]:
    """Return the last lines of the log, the rotated file before included where one alone is too short."""
    path = log_path(folder)
    lines: deque[str] = deque(maxlen=n)
    for file in (path.with_name(path.name + ".1"), path):
        try:
            with file.open(encoding="utf-8", errors="replace") as opened:
                lines.extend(line.rstrip("\n") for line in opened)
        except OSError:
            continue
    return list(lines)


def report(registry: Registry | None = None, *, trouble: str = "", folder: Path | None = None) -> str:
    """Return what we need to know to mend a fault, ready to be read before it is sent; ``trouble`` goes on top."""
    parts = [trouble.strip()] if trouble.strip() else []
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    parts.append(
        f"Intermezzo {__version__}, Python {platform.python_version()}, {platform.platform()}, "
        f"{os.cpu_count()} cores\n{packages}"
    )
    if registry is not None:
        engines = [f"{m.id} {m.version} ({m.sketch})" for m in registry.engines.values()]
        engines += [f"{name}: broken: {why}" for name, why in registry.broken.items()]
        parts.append("Engines:\n" + "\n".join(engines or ["none"]))
    parts.append("\n".join(["Log:", *last_lines(200, folder)]))
    return _without_home("\n\n".join(parts)) + "\n"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _without_home(text: str) -> str:
    """Hide who the person is where paths would say it."""
    home = re.escape(str(Path.home()).rstrip("/\\"))
    if len(home) < 3:
        return text
    return re.sub(home + r"(?=[/\\]|\b)", "~", text)
