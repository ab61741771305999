"""The figures of the last `intermezzo check` of an engine, kept in the state folder, and put in few words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any, Final

__all__ = ["PROMISES", "PromiseLine", "keep_report", "kept_report", "lines_of"]

PROMISES: Final = ("obedience", "locality", "permanence", "repeatability", "plurality")
_UNITS: Final = ("cents", "semitones", "db", "hops", "samples", "frames", "edits", "takes", "ms", "percent", "hz")
_MAX_FIGURES: Final = 2


@dataclass(frozen=True)
class PromiseLine:
    """One promise: what was measured in few words, whether it is kept (None: not measured), all figures as lines."""

    text: str
    met: bool | None
    detail: str = ""


def _file_of(folder: Path, engine: str) -> Path:
    return folder / "check" / (re.sub(r"[^\w.-]", "_", engine) + ".json")


def kept_report(folder: Path, engine: str, version: str) -> dict[str, Any] | None:
    """Return what `check` found for this version of an engine, with ``at_s``, or None where nothing was measured."""
    try:
        report = json.loads(_file_of(folder, engine).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    fits = isinstance(report, dict) and report.get("version") == version and isinstance(report.get("figures"), dict)
    return report if fits else None


def keep_report(folder: Path, engine: str, report: Mapping[str, Any]) -> None:
    """Keep the report of one engine; a disk that refuses costs only the badge."""
    path = _file_of(folder, engine)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**report, "at_s": time()}, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError:
        return


def lines_of(report: Mapping[str, Any] | None) -> dict[str, PromiseLine]:
    """Return a line for each of the five promises."""
    figures = report.get("figures", {}) if report else {}
    found = {}
    for promise in PROMISES:
        mine = [(n, f) for n, f in figures.items() if isinstance(f, dict) and f.get("promise") == promise]
        known = [(n, f) for n, f in mine if isinstance(f.get("value"), (int, float))]
        if not known:
            found[promise] = PromiseLine("not measured", None)
            continue
        judged = [f.get("met") for _, f in known if f.get("met") is not None]
        # Figures that have a target say the most; a missed one comes first.
        known.sort(key=lambda pair: (pair[1].get("met") is not False, pair[1].get("met") is None))
        text = " · ".join(_figure(n, f) for n, f in known[:_MAX_FIGURES])
        detail = "\n".join(f"{_name(n)}: {_figure(n, f)}{_target(f)}" for n, f in known)
        found[promise] = PromiseLine(text, all(judged) if judged else None, detail)
    return found


def _unit(name: str) -> str:
    words = name.lower().split("_")
    return next((w for w in words if w in _UNITS), "")


def _name(name: str) -> str:
    return name.replace("_", " ")


def _figure(name: str, figure: Mapping[str, Any]) -> str:
    value, unit = float(figure["value"]), _unit(name)
    shown = f"{value:.0f}" if value == round(value) else f"{value:.2f}" if abs(value) < 1 else f"{value:.1f}"
    unit = {"db": "dB", "percent": "%", "hz": "Hz", "semitones": "st"}.get(unit, unit)
    return f"{shown}\u2009{unit}" if unit else f"{shown} {_name(name)}"


def _target(figure: Mapping[str, Any]) -> str:
    if figure.get("at_most") is not None:
        return f" (at most {figure['at_most']:g})"
    return f" (at least {figure['at_least']:g})" if figure.get("at_least") is not None else ""
